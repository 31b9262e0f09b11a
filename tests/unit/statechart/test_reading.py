"""Charts that are wrong, and what is said about each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.model import INITIAL, By, Fact, Statechart, Transition, Vocabulary
from kaohe_workflow.statechart.predicates import All, AtLeast, AtMost, FactIs, GuardRef, Not, Parameter, Value

SOUND = (Path(__file__).parent / "sound.yaml").read_text("utf-8")

TWO_LEVELS = """
chart: filing
version: 2
label: 申报
cites: [manual/2.2.6]
initial: none
facts:
  years: {type: integer, minimum: 0, maximum: 90, unit: 年, label: 执业年限}
  opinion: {type: enum, values: [yes, no], of: event, label: 意见}
  due: {type: instant, label: 期限}
guards:
  long: {fact: years, at_least: {parameter: long_years}, label: 年限长}
  middle: {fact: years, at_least: 5, at_most: 12, label: 年限中等, cites: [measures/21]}
states:
  open:
    label: 进行中
    initial: inner
    deadline: {at: due, event: expire}
    states:
      inner:
        initial: draft
        states:
          draft: {label: 草稿, short: 稿}
          sent: {label: 已提交}
      kept: {label: 暂存}
  closed: {label: 结束, final: true}
transitions:
  - {event: create, label: 新建, from: none, to: open, by: [{role: physician, relation: self}]}
  - event: close
    label: 结束
    from: [inner, kept]
    to: closed
    by: [{role: physician, relation: self}, {role: system, relation: any}]
    when: [long, {not: middle}, {fact: opinion, is: no}]
    do: [record, tell]
    reason: required
    four_eyes: true
    decides: true
    cites: [manual/2.2.6]
  - {event: expire, label: 过期, from: open, by: [{role: system, relation: any}]}
"""


def problems_of(text: str, vocabulary: Vocabulary | None = None) -> list[tuple[str, str]]:
    """Path and code of every problem."""
    with pytest.raises(DefinitionError) as refused:
        read_statechart(text, "v1.yaml", vocabulary)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def edited(old: str, new: str) -> str:
    assert SOUND.count(old) == 1, f"{old!r} must stand once in the sound chart"
    return SOUND.replace(old, new)


def test_the_sound_chart_is_read() -> None:
    """What the examples below break is in order."""

    assert ("application", 1, ("none", "draft", "submitted", "accepted", "rejected")) == (
        (chart := read_statechart(SOUND)).name,
        chart.version,
        chart.leaves,
    )


def test_a_row_is_read_whole() -> None:
    """Sources are expanded to leaves in document order and kept as written; everything else is what it says."""
    chart = read_statechart(TWO_LEVELS)

    assert (
        Transition(
            event="close",
            label="结束",
            sources=("draft", "sent", "kept"),
            target="closed",
            by=(By("physician", "self"), By("system", "any")),
            when=(GuardRef("long"), Not(GuardRef("middle")), FactIs("opinion", "no")),
            do=("record", "tell"),
            reason_required=True,
            four_eyes=True,
            decides=True,
            cites=("manual/2.2.6",),
            written=("inner", "kept"),
        )
        == chart.transitions[1]
    )


def test_a_compound_target_is_its_initial_leaf() -> None:
    """A row to a compound state enters the leaf that its initial states lead to, at any depth."""

    assert "draft" == read_statechart(TWO_LEVELS).transitions[0].target


def test_two_bounds_are_a_range_and_a_threshold_may_be_a_parameter() -> None:
    """`at_least` and `at_most` together mean both; a parameter stays a name until the chart is compiled."""
    guards = read_statechart(TWO_LEVELS).predicates

    assert {
        "long": AtLeast("years", Parameter("long_years")),
        "middle": All((AtLeast("years", 5), AtMost("years", 12))),
    } == guards


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("to: draft, by", "too: draft, by", "v1.yaml:22 $.transitions[0].too", "unknown-key"),
        ("    label: 提交\n", "", "v1.yaml:23 $.transitions[1]", "missing-key"),
        ("version: 1", "version: one", "v1.yaml:2 $.version", "not-an-integer"),
        ("version: 1", "version: 0", "v1.yaml:2 $.version", "version-invalid"),
        ("version: 1", "version: true", "v1.yaml:2 $.version", "not-an-integer"),
        ("label: 申请\n", "label: ' '\n", "v1.yaml:3 $.label", "not-a-text"),
        ("initial: none", "initial: nowhere", "v1.yaml:4 $.initial", "unknown-name"),
        ("complete: {type", "Complete: {type", "v1.yaml:9 $.facts.Complete", "name-invalid"),
        ("complete: {type", "class: {type", "v1.yaml:9 $.facts.class", "name-invalid"),
        ("type: boolean", "type: string", "v1.yaml:9 $.facts.complete.type", "unknown-word"),
        ("values: [before, open, over], ", "", "v1.yaml:7 $.facts.window", "fact-form"),
        ("[before, open, over]", "[before, open, open]", "v1.yaml:7 $.facts.window.values[2]", "duplicate"),
        ("[before, open, over]", "open", "v1.yaml:7 $.facts.window.values", "not-a-list"),
        ("[before, open, over]", "{}", "v1.yaml:7 $.facts.window", "fact-form"),
        ("[before, open, over]", "{open: 1}", "v1.yaml:7 $.facts.window.values.open", "not-a-text"),
        ("[before, open, over]", "{open: ' '}", "v1.yaml:7 $.facts.window.values.open", "not-a-text"),
        ("[before, open, over]", "{Open: 开}", "v1.yaml:7 $.facts.window.values.Open", "name-invalid"),
        ("[before, open, over]", "{open: 开, over: 开}", "v1.yaml:7 $.facts.window.values.over", "duplicate"),
        ("minimum: 0", "minimum: 121", "v1.yaml:8 $.facts.age", "fact-form"),
        ("{type: boolean", "{type: boolean, unit: 岁", "v1.yaml:9 $.facts.complete.unit", "fact-form"),
        ("{type: boolean", "{type: boolean, of: case", "v1.yaml:9 $.facts.complete.of", "unknown-word"),
        ("in_window: {fact", "age: {fact", "v1.yaml:12 $.guards.age", "duplicate"),
        ("is: open", "is: opened", "v1.yaml:12 $.guards.in_window.is", "unknown-word"),
        ("is: open", "is: true", "v1.yaml:12 $.guards.in_window.is", "unknown-word"),
        ("is: open", "at_least: 3", "v1.yaml:12 $.guards.in_window.at_least", "not-an-integer"),
        ("is: open", "one_of: []", "v1.yaml:12 $.guards.in_window.one_of", "empty"),
        ("is: open", "one_of: [open, open]", "v1.yaml:12 $.guards.in_window.one_of", "duplicate"),
        ("is: open, ", "", "v1.yaml:12 $.guards.in_window", "predicate-form"),
        ("is: open", "is: open, at_most: 3", "v1.yaml:12 $.guards.in_window", "predicate-form"),
        (
            "{fact: window, is: open,",
            "{not: complete, is: open,",
            "v1.yaml:12 $.guards.in_window",
            "predicate-form",
        ),
        (
            "{fact: window, is: open,",
            "{fact: wind, is: open,",
            "v1.yaml:12 $.guards.in_window.fact",
            "unknown-name",
        ),
        ("{fact: window, is: open,", "{all: [],", "v1.yaml:12 $.guards.in_window.all", "empty"),
        ("{fact: window, is: open,", "{not: in_window,", "v1.yaml:12 $.guards.in_window", "guard-cycle"),
        ("at_least: 18", "at_least: {name: x}", "v1.yaml:13 $.guards.of_age.at_least.name", "unknown-key"),
        ("of_age, complete]", "of_age, window]", "v1.yaml:28 $.transitions[1].when[2]", "not-boolean"),
        ("of_age, complete]", "of_age, compleet]", "v1.yaml:28 $.transitions[1].when[2]", "unknown-name"),
        ("of_age, complete]", "of_age, '']", "v1.yaml:28 $.transitions[1].when[2]", "name-invalid"),
        ("draft: {label: 草稿}", "draft: {}", "v1.yaml:16 $.states.draft", "missing-key"),
        ("draft: {label: 草稿}", "none: {label: 草稿}", "v1.yaml:16 $.states.none", "duplicate"),
        (
            "draft: {label: 草稿}",
            "draft: {label: 草稿, initial: x}",
            "v1.yaml:16 $.states.draft.initial",
            "state-form",
        ),
        (
            "label: 通过, final: true",
            "label: 通过, final: yes",
            "v1.yaml:18 $.states.accepted.final",
            "not-a-flag",
        ),
        ("from: draft", "from: drafts", "v1.yaml:25 $.transitions[1].from", "unknown-name"),
        ("from: draft", "from: []", "v1.yaml:25 $.transitions[1].from", "empty"),
        ("to: submitted", "to: none", "v1.yaml:26 $.transitions[1].to", "unknown-name"),
        (
            "when: [in_window",
            "reason: yes\n    when: [in_window",
            "v1.yaml:28 $.transitions[1].reason",
            "unknown-word",
        ),
        (
            "when: [in_window",
            "do: [a, a]\n    when: [in_window",
            "v1.yaml:28 $.transitions[1].do[1]",
            "duplicate",
        ),
        (
            "when: [in_window, of_age, complete]",
            "when: complete",
            "v1.yaml:28 $.transitions[1].when",
            "not-a-list",
        ),
    ],
)
def test_a_mistake_is_named_with_line_and_path(old: str, new: str, path: str, code: str) -> None:
    """Each mistake has a stable code, the line it stands on and its path; what follows from it comes after it."""

    assert (path, code) == problems_of(edited(old, new))[0]


@pytest.mark.parametrize(
    ("state", "path", "code"),
    [
        ("{label: 组, final: true, states: {inner: {label: 内}}}", "$.states.group.final", "state-form"),
        (
            "{label: 组, initial: draft, states: {inner: {label: 内}}}",
            "$.states.group.initial",
            "unknown-name",
        ),
        ("{label: 组, states: {draft: {label: 内}}}", "$.states.group.states.draft", "duplicate"),
        ("{label: 组, deadline: {event: submit}}", "$.states.group.deadline", "deadline-form"),
        ("{label: 组, deadline: {event: submit, at: age}}", "$.states.group.deadline.at", "unknown-name"),
        ("{label: 组, deadline: {event: lapse, parameter: days}}", "$.states.group", "unknown-name"),
    ],
)
def test_a_wrong_state_is_named(state: str, path: str, code: str) -> None:
    """Compound states, initial states and deadlines have a form."""

    assert [(f"v1.yaml:17 {path}", code)] == problems_of(
        edited("  submitted:", f"  group: {state}\n  submitted:")
    )


def test_a_row_to_a_compound_state_needs_an_initial_one() -> None:
    """A chart says where a phase begins; it is not guessed from the order."""
    text = edited("  submitted:", "  group: {label: 组, states: {inner: {label: 内}}}\n  submitted:")

    assert [("v1.yaml:27 $.transitions[1].to", "initial-missing")] == problems_of(
        text.replace("    to: submitted", "    to: group")
    )


def test_an_instant_serves_deadlines_only() -> None:
    """No guard compares instants: the clock is not the chart's business."""
    text = edited("complete: {type: boolean, label: 材料齐全}", "complete: {type: instant, label: 期限}")

    assert [("v1.yaml:28 $.transitions[1].when[2]", "not-boolean")] == problems_of(text)


def test_roles_and_relations_are_of_the_vocabulary() -> None:
    """Where the caller says which roles and relations there are, no other is read."""
    vocabulary = Vocabulary(frozenset({"reviewer"}), frozenset({"own"}))

    assert [
        ("v1.yaml:22 $.transitions[0].by[0].role", "unknown-name"),
        ("v1.yaml:22 $.transitions[0].by[0].relation", "unknown-name"),
        ("v1.yaml:27 $.transitions[1].by[0].role", "unknown-name"),
        ("v1.yaml:27 $.transitions[1].by[0].relation", "unknown-name"),
    ] == problems_of(SOUND, vocabulary)


def test_all_problems_are_told_at_once() -> None:
    """Nobody has to correct a chart one mistake at a time."""
    text = (
        edited("version: 1", "version: 0")
        .replace("is: open", "is: opened")
        .replace("from: submitted", "from: sent")
    )

    assert ["version-invalid", "unknown-word", "unknown-name", "unknown-name"] == [
        code for _, code in problems_of(text)
    ]


@pytest.mark.parametrize("text", ["just words", "[]", "chart: x"])
def test_what_is_no_chart_is_refused(text: str) -> None:
    """Any YAML at all is answered with problems, never with an accident."""

    assert problems_of(text)


def test_words_may_have_labels() -> None:
    """Words keep their order, with labels or without; a word without a label stands for itself."""
    alone = read_statechart(SOUND).fact["window"]
    called = read_statechart(edited("[before, open, over]", "{over: 已结束, open: 进行中}")).fact["window"]

    assert (("before", "open", "over"), ()) == (alone.values, alone.value_labels)
    assert (("over", "open"), (("over", "已结束"), ("open", "进行中"))) == (
        called.values,
        called.value_labels,
    )
    assert ("open", "进行中") == (alone.label_of("open"), called.label_of("open"))


def test_labels_are_for_the_words_of_their_fact() -> None:
    """A fact made by hand cannot have labels of other words, nor in another order."""
    for labels in ((("open", "进行中"),), (("over", "已结束"), ("open", "进行中"))):
        with pytest.raises(ValueError, match="in this order"):
            Fact("window", "enum", "申请时间", ("open", "over"), value_labels=labels)


@pytest.mark.parametrize(
    ("fact", "value", "label"),
    [
        (Fact("years", "integer", "执业年限", unit="年"), 12, "12 年"),
        (Fact("score", "integer", "成绩"), -1, "-1"),
        (Fact("complete", "boolean", "材料齐全"), True, "是"),
        (Fact("complete", "boolean", "材料齐全"), False, "否"),
    ],
)
def test_every_value_can_be_said_in_chinese(fact: Fact, value: Value, label: str) -> None:
    """A number has its unit, a truth value is 是 or 否."""

    assert label == fact.label_of(value)


def test_charts_that_differ_in_lines_only_are_equal() -> None:
    """Where something stands is for messages; it is no part of the chart."""
    moved = "# a remark\n\n" + SOUND
    one, other = read_statechart(SOUND), read_statechart(moved)

    assert one == other
    assert one.transitions[0].line + 2 == other.transitions[0].line


def test_a_chart_may_start_in_a_state_of_its_own() -> None:
    """`initial` may name a leaf; then there is no state before it."""
    text = edited("initial: none", "initial: draft").replace(
        "  - {event: create, label: 新建, from: none, to: draft, by: [{role: applicant, relation: self}]}\n",
        "",
    )
    chart: Statechart = read_statechart(text)

    assert ("draft", False) == (chart.initial, INITIAL in chart.leaves)
