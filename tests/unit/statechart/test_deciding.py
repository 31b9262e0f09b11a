"""Examples of decisions; the properties on generated charts stand in `tests/property/statechart`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.compiling import compile_chart
from kaohe_workflow.statechart.deciding import (
    Actor,
    Fired,
    GuardUnmet,
    NoRow,
    ReasonMissing,
    Refused,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
    Unmet,
    for_sender,
)
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.model import By, Fact, State, Statechart, Transition
from kaohe_workflow.statechart.predicates import AtLeast, FactIs, GuardRef, Parameter
from tests.unit.statechart.filing import CHART, INSTITUTION, PHYSICIAN, facts

IN_WINDOW = ("in_window", "在申报时间内", ("manual/2.2.2",))
SIMPLE = ("simple", "符合简易程序条件", ("measures/21",))


def test_an_event_fires_and_tells_what_is_left_and_entered(engine: Engine) -> None:
    """States around both ends are neither left nor entered; actions come in the chart's order."""

    assert Fired("submit", "draft", "sent", ("draft",), ("sent",), ("freeze", "tell"), 1) == engine.decide(
        "draft", "submit", PHYSICIAN, facts()
    )


def test_leaving_a_phase_leaves_the_inner_state_first(engine: Engine) -> None:
    """Inside out, then outside in."""
    fired = engine.decide("sent", "judge", INSTITUTION, facts())

    assert isinstance(fired, Fired)
    assert (("sent", "open"), ("closed", "good")) == (fired.exited, fired.entered)


def test_the_first_event_leaves_the_state_before_the_case(engine: Engine) -> None:
    """`none` is a leaf like any other, only never stored."""

    assert Fired("create", "none", "draft", ("none",), ("open", "draft"), (), 0) == engine.decide(
        "none", "create", PHYSICIAN, None
    )


def test_an_internal_transition_leaves_and_enters_nothing(engine: Engine) -> None:
    """A row without `to` is recorded and moves nothing."""

    assert Fired("save", "draft", "draft", (), (), ("keep",), 2) == engine.decide(
        "draft", "save", PHYSICIAN, None
    )


def test_a_row_back_to_its_own_state_leaves_and_enters_it(engine: Engine) -> None:
    """Unlike an internal one, it begins the state anew."""

    assert Fired("again", "draft", "draft", ("draft",), ("draft",), (), 7) == engine.decide(
        "draft", "again", PHYSICIAN, None
    )


def test_a_leaf_has_its_say_before_the_states_around_it(engine: Engine) -> None:
    """A row that names the leaf is tried before one that names its phase, though it stands later."""

    assert ("暂存", "保存") == tuple(row.label for row in engine.rows("sent", "save"))


@pytest.mark.parametrize(
    ("years", "misconduct", "fires"),
    [
        (12, False, True),
        (11, False, False),
        (12, True, False),
        (4, False, False),
        (5, True, True),
        (6, True, True),
        (7, True, False),
    ],
)
def test_thresholds_are_inclusive(engine: Engine, years: int, misconduct: bool, fires: bool) -> None:
    """At least 12 includes 12, from 5 to 6 includes both, and the parameter counts as any number."""
    outcome = engine.decide("draft", "submit", PHYSICIAN, facts(years=years, misconduct=misconduct))

    assert fires == isinstance(outcome, Fired)


def test_a_refusal_gives_every_reason(engine: Engine) -> None:
    """Role, and each condition with label, citation, what was wanted and what was there."""
    outcome = engine.decide("draft", "submit", INSTITUTION, facts(window="over", years=4))

    assert (
        Refused(
            "submit",
            "draft",
            (
                RoleMissing((By("physician", "self"),), 1),
                GuardUnmet(
                    *IN_WINDOW,
                    (Unmet("window", "申报时间", "open", "over", "进行中", "已结束", values=("open",)),),
                    1,
                ),
                GuardUnmet(
                    *SIMPLE,
                    (
                        Unmet("years", "执业年限", "≥ 12", 4, "≥ 12 年", "4 年", "年", at_least=12),
                        Unmet("years", "执业年限", "≥ 5", 4, "≥ 5 年", "4 年", "年", at_least=5),
                    ),
                    1,
                ),
            ),
        )
        == outcome
    )
    assert (
        "only for physician/self",
        "in_window: window is over, wanted open",
        "simple: years is 4, wanted ≥ 12, years is 4, wanted ≥ 5",
    ) == tuple(map(str, outcome.reasons if isinstance(outcome, Refused) else ()))


def test_a_negation_says_what_is_wanted_instead(engine: Engine) -> None:
    """Not over is before or open: the refusal names the words that would do, and what people call them."""
    outcome = engine.decide("sent", "judge", INSTITUTION, facts(window="over"), reason="理由")

    assert isinstance(outcome, Refused)
    assert [
        (5, "before, open", "未开始或进行中", "已结束"),
        (6, "before, open", "未开始或进行中", "已结束"),
        (6, "bad", "bad", "good"),
    ] == [
        (reason.row, unmet.wanted, unmet.wanted_label, unmet.actual_label)
        for reason in outcome.reasons
        if isinstance(reason, GuardUnmet)
        for unmet in reason.unmet
    ]


def test_a_predicate_in_a_row_is_its_own_label(engine: Engine) -> None:
    """What has no name is written out in signs; a bare fact is called by its label."""
    outcome = engine.decide("sent", "judge", INSTITUTION, facts(opinion="bad", sure=False))

    assert isinstance(outcome, Refused)
    assert [("", "意见 = good"), ("sure", "已核对")] == [
        (reason.name, reason.label) for reason in outcome.reasons if isinstance(reason, GuardUnmet)
    ]


@pytest.mark.parametrize(
    ("reason", "fires"), [(None, False), ("", False), (" \n", False), ("材料不全", True)]
)
def test_a_reason_is_a_text_that_is_not_blank(engine: Engine, reason: str | None, fires: bool) -> None:
    """`reason: required` is refused without one."""
    outcome = engine.decide("sent", "return", INSTITUTION, None, reason=reason)

    assert (outcome == Refused("return", "sent", (ReasonMissing(4),))) != fires
    assert fires == isinstance(outcome, Fired)


@pytest.mark.parametrize(
    ("named", "acted", "fires"),
    [(True, False, True), (True, True, False), (False, False, False), (False, True, False)],
)
def test_four_eyes_want_another_named_person(engine: Engine, named: bool, acted: bool, fires: bool) -> None:
    """Refused are who brought the case here, and whoever cannot be told from them."""
    outcome = engine.decide("sent", "judge", attrs.evolve(INSTITUTION, named=named, acted=acted), facts())

    assert fires == isinstance(outcome, Fired)
    assert fires or SecondPersonNeeded(5) in getattr(outcome, "reasons", ())


def test_an_event_that_has_no_row_here_tells_where_it_has(engine: Engine) -> None:
    """An event of another state and one of no state are different answers; neither is a matter of roles."""
    elsewhere = engine.decide("draft", "judge", PHYSICIAN, facts())
    nowhere = engine.decide("draft", "fly", PHYSICIAN, facts())

    assert Refused("judge", "draft", (NoRow("judge", "draft", ("sent",)),)) == elsewhere
    assert Refused("fly", "draft", (UnknownEvent("fly"),)) == nowhere
    assert (False, False) == (
        getattr(elsewhere, "not_permitted", None),
        getattr(nowhere, "not_permitted", None),
    )


def test_a_state_that_is_not_in_the_chart_is_an_error(engine: Engine) -> None:
    """A case in a state that its chart does not have is a fault of the data, not a refusal."""
    with pytest.raises(KeyError, match="no leaf 'open'"):
        engine.decide("open", "save", PHYSICIAN, None)


def test_not_permitted_means_that_no_row_admits_the_sender(engine: Engine) -> None:
    """With the role missing in every row nothing else matters; with the role in one row the facts do."""
    physician = engine.decide("sent", "judge", PHYSICIAN, facts())
    institution = engine.decide("sent", "judge", INSTITUTION, facts(window="over"))

    assert isinstance(physician, Refused)
    assert isinstance(institution, Refused)
    assert (True, False) == (physician.not_permitted, institution.not_permitted)


def test_neither_none_nor_one_passes_for_a_truth_value(engine: Engine) -> None:
    """A fact of the wrong type grants nothing, negated or not."""

    assert all(
        isinstance(engine.decide("draft", "submit", PHYSICIAN, facts(misconduct=value)), Refused)
        for value in (None, 0)
    )
    assert isinstance(engine.decide("sent", "judge", INSTITUTION, facts(sure=1)), Refused)


def test_a_bulk_of_columns_of_different_length_is_an_error(engine: Engine) -> None:
    """A column too short would decide fewer cases than asked."""
    columns: dict[str, list[Any]] = {"window": ["open"], "years": [12], "misconduct": [False]}
    with pytest.raises(ValueError, match="2 cases"):
        engine.decide_many(["draft", "draft"], "submit", PHYSICIAN, columns)
    with pytest.raises(ValueError, match="zip"):
        engine.decide_many(["draft"] * 2, "submit", PHYSICIAN, columns | {"years": [12, 13]})


def test_equal_refusals_of_a_bulk_are_one_object(engine: Engine) -> None:
    """A bulk of thousands that fails for one reason does not hold thousands of reasons."""
    columns: dict[str, list[Any]] = {"window": ["over"] * 3, "years": [12] * 3, "misconduct": [False] * 3}
    first, second, third = engine.decide_many(["draft"] * 3, "submit", PHYSICIAN, columns)

    assert isinstance(first, Refused)
    assert first is second is third


def test_a_parameter_without_a_value_is_a_definition_error() -> None:
    """A chart cannot decide with a threshold nobody has set."""
    with pytest.raises(DefinitionError) as refused:
        compile_chart(CHART)

    assert ["parameter-missing"] == [problem.code for problem in refused.value.problems]


def test_a_chart_made_by_hand_is_refused_when_a_name_leads_nowhere() -> None:
    """The engine is not made from guards that do not exist."""
    row = Transition("go", "走", ("here",), None, (By("a", "b"),), when=(GuardRef("gone"),))
    with pytest.raises(DefinitionError, match="no guard 'gone'"):
        Statechart("hand", 1, "手工", "here", (State("here", "此"),), (row,)).compile()


@pytest.mark.parametrize("name", ["", "Years", "years; import os", "__class__", "class", "年限", "a b"])
def test_only_a_plain_name_can_become_code(name: str) -> None:
    """Fact names are attribute names in generated code: anything but a plain word is refused where it is made."""
    with pytest.raises(ValueError, match="cannot be"):
        Fact(name, "boolean", "事实")


def test_nothing_that_people_write_gets_into_the_generated_code() -> None:
    """Labels, citations, roles, states and events stay data; the code holds names of facts, words and numbers."""
    nasty = "'); raise SystemExit #"
    fact = Fact("fine", "boolean", nasty, cites=(nasty,))
    row = Transition(
        nasty, nasty, (nasty,), nasty, (By(nasty, nasty),), (FactIs("fine", True),), (nasty,), cites=(nasty,)
    )
    chart = Statechart(nasty, 1, nasty, nasty, (State(nasty, nasty),), (row,), (fact,))
    engine = chart.compile()

    assert "raise" not in engine.source
    assert isinstance(
        engine.decide(nasty, nasty, Actor(frozenset({(nasty, nasty)})), SimpleNamespace(fine=True)), Fired
    )


def test_refusals_of_ever_new_values_do_not_pile_up() -> None:
    """The memory of refusals is bounded: after thousands of different values the answers are still right."""
    fact = Fact("years", "integer", "年限")
    row = Transition("go", "走", ("here",), None, (By("a", "b"),), (AtLeast("years", Parameter("least")),))
    chart = Statechart("many", 1, "多", "here", (State("here", "此"),), (row,), (fact,))
    engine = compile_chart(chart, {"least": 10_000})
    actuals = []
    for years in range(5000):
        outcome = engine.decide("here", "go", Actor(frozenset({("a", "b")})), SimpleNamespace(years=years))

        assert isinstance(outcome, Refused)
        (reason,) = outcome.reasons

        assert isinstance(reason, GuardUnmet)
        actuals.append(reason.unmet[0].actual)

    assert list(range(5000)) == actuals


def test_a_sender_is_told_the_conditions_of_the_own_rows() -> None:
    """A row for others is told only where there is none for the sender, and then only that it is for others."""
    for_others = RoleMissing((By("province", "own"),), 4)
    theirs = GuardUnmet("nobody_open", "无人在考", (), (), 4)
    own = GuardUnmet("in_window", "在申报时间内", (), (), 5)

    assert (own,) == for_sender((for_others, theirs, own))
    assert (for_others,) == for_sender((for_others, theirs))
