"""Faults seeded into a sound chart, one a file, and what the check finds."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.statechart.checking import KINDS, Finding, check
from kaohe_workflow.statechart.model import By, Fact, Guard, Statechart, Transition, Vocabulary
from kaohe_workflow.statechart.predicates import Any, AtLeast, FactIs, GuardRef, Not, Parameter

HERE = Path(__file__).parent
FAULTY = sorted((HERE / "faulty").glob("*.yaml"))

VOCABULARY = Vocabulary(
    roles=frozenset({"applicant", "reviewer", "office", "clinic", "clock"}),
    relations=frozenset({"self", "own", "any"}),
    includes={"office": frozenset({"reviewer"})},
    same_body=(("clinic", "reviewer"),),
    automatic=frozenset({"clock"}),
)


def kind_of(path: Path) -> str:
    """The kind of fault in a chart, its file's name up to the first dot: one may be seeded in several ways."""
    return path.name.split(".")[0]


def sound() -> Statechart:
    return read_statechart((HERE / "sound.yaml").read_text("utf-8"), "sound.yaml")


def with_rows(*rows: Transition) -> Statechart:
    """The sound chart with more rows."""
    chart = sound()
    return attrs.evolve(chart, transitions=(*chart.transitions, *rows))


def row(event: str, source: str, target: str | None, role: str = "reviewer", **more: object) -> Transition:
    return Transition(event, event, (source,), target, (By(role, "own"),), **more)  # type: ignore[arg-type]  # any field


def kinds(chart: Statechart, **more: object) -> list[str]:
    return [finding.kind for finding in check(chart, VOCABULARY, **more)]  # type: ignore[arg-type]  # any argument


def test_nothing_is_found_in_a_sound_chart() -> None:
    """The chart that the faults are seeded into has none itself."""

    assert () == check(sound(), VOCABULARY)


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_seeded_fault_is_found_and_nothing_else(path: Path) -> None:
    """Each fault is found as what it is, on a line of its file."""
    findings = check(read_statechart(path.read_text("utf-8"), path.name), VOCABULARY)

    assert {kind_of(path)} == {finding.kind for finding in findings}
    assert all(finding.line > 0 for finding in findings)


def test_there_is_a_faulty_chart_for_every_kind_of_finding() -> None:
    """A check without a chart that fails it may not work; only a proof too large to draw has none."""

    assert set(KINDS) - {"not-decided"} == {kind_of(path) for path in FAULTY}


def test_a_witness_shows_facts_for_which_it_happens() -> None:
    """An overlap comes with facts that fire both rows: the boundary value itself."""
    text = (HERE / "faulty" / "overlapping-rows.yaml").read_text("utf-8")
    (finding,) = check(read_statechart(text), VOCABULARY)

    assert (
        Finding(
            "overlapping-rows",
            "rows 4 and 5 (judge)",
            "both fire in submitted: to accepted or to rejected",
            {"age": 18, "complete": False},
            33,
        )
        == finding
    )


def test_a_condition_written_in_a_row_is_named_by_its_place() -> None:
    """A row has many conditions: the finding says which one it is, and what it says."""
    text = (HERE / "faulty" / "guard-never.inline.yaml").read_text("utf-8")
    (finding,) = check(read_statechart(text), VOCABULARY)

    assert Finding(
        "guard-never", "row 4 (accept_at_once) when[1]", "can never hold: ¬已成年 ∧ 年龄 ≥ 60 岁", None, 33
    ) == attrs.evolve(finding, line=33)


def test_the_opposite_of_a_guard_that_is_constant_is_no_second_finding() -> None:
    """Guard and row would say the same thing twice; the guard is where it is mended."""
    chart = sound()
    grown = Guard("grown", "有年龄", AtLeast("age", 0))
    asking = row("judge", "submitted", "rejected", when=(Not(GuardRef("grown")),))
    changed = attrs.evolve(chart, guards=(*chart.guards, grown), transitions=(*chart.transitions, asking))

    assert ["guard-always"] == [
        finding.kind for finding in check(changed) if finding.kind.startswith("guard")
    ]


@pytest.mark.parametrize("threshold", [0, 1, 120, 121])
def test_a_threshold_outside_the_bounds_is_constant_and_one_inside_is_not(threshold: int) -> None:
    """Ages go from 0 to 120: at least 0 always holds, at least 121 never does."""
    chart = with_rows(row("judge", "submitted", "rejected", when=(AtLeast("age", threshold),)))
    expected = {0: ["guard-always"], 121: ["guard-never"]}.get(threshold, [])

    assert expected == [kind for kind in kinds(chart) if kind.startswith("guard")]


def test_adjacent_thresholds_do_not_overlap() -> None:
    """At most 17 and at least 18 leave no age for both; at least 17 would."""
    older = row("judge", "submitted", "accepted", when=(AtLeast("age", 18),))
    younger = row("judge", "submitted", "rejected", when=(Not(AtLeast("age", 18)),))
    not_so_young = row("judge", "submitted", "rejected", when=(Not(AtLeast("age", 19)),))

    assert [] == kinds(with_rows(older, younger))
    assert ["overlapping-rows"] == kinds(with_rows(older, not_so_young))


def test_a_state_entered_only_through_a_dead_row_is_unreachable() -> None:
    """What cannot fire leads nowhere, although an arrow is drawn."""
    dead = (GuardRef("of_age"), Not(GuardRef("of_age")))
    chart = with_rows(row("lapse", "draft", "lapsed", when=dead), row("restore", "lapsed", "draft"))
    lapsed = attrs.evolve(chart.states[0], name="lapsed", line=0)

    assert ["never-fires", "unreachable-state"] == kinds(attrs.evolve(chart, states=(*chart.states, lapsed)))


def test_a_state_whose_way_out_is_dead_is_a_dead_end() -> None:
    """A row that can never fire is no way out."""
    dead = (GuardRef("of_age"), Not(GuardRef("of_age")))
    chart = with_rows(row("pause", "draft", "paused"), row("resume", "paused", "draft", when=dead))
    paused = attrs.evolve(chart.states[0], name="paused")

    assert ["never-fires", "dead-end"] == kinds(attrs.evolve(chart, states=(*chart.states, paused)))


def test_rows_of_roles_that_nobody_holds_together_do_not_overlap() -> None:
    """Two rows that no sender could both use are no choice for anyone."""

    assert [] == kinds(
        with_rows(
            row("judge", "submitted", "accepted", "reviewer"),
            row("judge", "submitted", "rejected", "applicant"),
        )
    )


@pytest.mark.parametrize("role", ["office", "clinic"])
def test_rows_overlap_for_who_holds_both_roles(role: str) -> None:
    """An office holds the reviewer's role too, and a clinic may be its own reviewer."""

    assert "overlapping-rows" in kinds(
        with_rows(
            row("judge", "submitted", "accepted", "reviewer"), row("judge", "submitted", "rejected", role)
        )
    )


@pytest.mark.parametrize("role", ["reviewer", "office", "clinic"])
def test_who_submits_and_decides_is_found_through_roles_held_together(role: str) -> None:
    """The same role, one that includes it, and one that the same body may hold."""
    submit = row("hand_in", "draft", "submitted", role)

    assert ["submits-and-decides", "submits-and-decides"] == kinds(with_rows(submit))


def test_four_eyes_keep_who_submitted_from_deciding() -> None:
    """A row that refuses the person who brought the case there needs no other role."""
    chart = with_rows(row("hand_in", "draft", "submitted", "reviewer"))
    careful = tuple(attrs.evolve(one, four_eyes=one.decides) for one in chart.transitions)

    assert [] == kinds(attrs.evolve(chart, transitions=careful))


def test_automatic_roles_submit_nothing() -> None:
    """What a clock brings somewhere, no person has brought there."""

    assert [] == kinds(with_rows(row("hand_in", "draft", "submitted", "clock")))


def test_a_decision_after_a_decision_of_the_same_role_is_no_submission() -> None:
    """A reviewer may decide again on what reviewers sent back; another role held by the same body may not."""

    def sent_back_by(role: str) -> Statechart:
        return with_rows(row("hand_back", "draft", "submitted", role, decides=True))

    assert [] == kinds(sent_back_by("reviewer"))
    assert ["submits-and-decides", "submits-and-decides"] == kinds(sent_back_by("clinic"))


def test_taking_back_a_decision_of_the_same_role_is_no_submission() -> None:
    """A reviewer may recall what reviewers decided; what was no decision, or another role's, is brought there anew."""

    def recalled_by(role: str, *, decides: bool = True) -> list[str]:
        back = row("send_back", "submitted", "draft", "reviewer", decides=decides)
        return kinds(with_rows(back, row("recall", "draft", "submitted", role)))

    assert [] == recalled_by("reviewer")
    assert {"submits-and-decides"} == set(recalled_by("clinic"))
    assert {"submits-and-decides"} == set(recalled_by("reviewer", decides=False))


def test_actions_are_compared_with_those_that_exist() -> None:
    """An unknown action is found first; an action that nothing does is found when names are right."""
    chart = with_rows(row("note", "submitted", None, do=("write",)))

    assert ["unknown-name"] == kinds(chart, actions=frozenset({"read"}))
    assert ["unused-name"] == kinds(chart, actions=frozenset({"write", "read"}))
    assert [] == kinds(chart, actions=frozenset({"write"}))


def by_parameter() -> Statechart:
    """Whoever is older than a parameter is accepted, whoever is 60 or older is rejected."""
    old = AtLeast("age", 60)
    return with_rows(
        row("judge", "submitted", "accepted", when=(AtLeast("age", Parameter("enough")), Not(old))),
        row("judge", "submitted", "rejected", when=(old,)),
    )


def test_what_holds_for_one_value_of_a_parameter_is_possible() -> None:
    """A row that fires in one province is no fault of the chart, though it fires in no other."""

    assert [] == kinds(by_parameter(), parameter_values={"enough": [18, 70]})
    assert ["never-fires"] == kinds(by_parameter(), parameter_values={"enough": [60, 70]})


def test_a_parameter_without_values_is_tried_at_the_thresholds_beside_it() -> None:
    """Nothing is known of the parameter, so bounds and other thresholds of its fact stand in for it."""

    assert [] == kinds(by_parameter())


def test_a_parameter_that_does_not_exist_is_found() -> None:
    """Where parameters are known, a chart names no other."""

    assert ["unknown-name"] == kinds(by_parameter(), parameter_values={"other": [1]})


def test_names_that_lead_nowhere_are_found_in_a_chart_made_by_hand() -> None:
    """Fact, guard, state and a guard that needs itself, in the order of the chart."""
    chart = with_rows(row("judge", "submitted", "gone", when=(GuardRef("absent"), FactIs("missing", True))))
    circular = Guard("circular", "循环", Not(GuardRef("circular")))

    assert [
        "guard 'circular' needs itself",
        "no guard 'absent'",
        "no fact 'missing'",
        "no leaf 'gone'",
    ] == [finding.message for finding in check(attrs.evolve(chart, guards=(*chart.guards, circular)))]


def test_a_proof_that_grows_too_large_is_given_up_and_said() -> None:
    """Eighteen independent choices before a contradiction are more than the limit; the chart is not called unsound."""
    facts = tuple(Fact(f"fact_{number}", "boolean", "事实") for number in range(38))
    choices = tuple(
        Any((FactIs(f"fact_{2 * number}", True), FactIs(f"fact_{2 * number + 1}", True)))
        for number in range(18)
    )
    one, other = FactIs("fact_36", True), FactIs("fact_37", True)
    contradiction = tuple(Any((first, second)) for first in (one, Not(one)) for second in (other, Not(other)))
    chart = with_rows(row("judge", "submitted", "accepted", when=(*contradiction, *choices)))

    assert ["not-decided"] == kinds(attrs.evolve(chart, facts=(*chart.facts, *facts)))


def test_a_lifecycle_without_end_is_sound() -> None:
    """A chart without final states describes what goes on for ever; then nothing has to lead to one."""
    chart = sound()
    states = tuple(attrs.evolve(state, final=False) for state in chart.states)
    again = tuple(row("again", name, "draft", "applicant") for name in ("accepted", "rejected"))

    assert [] == kinds(attrs.evolve(chart, states=states, transitions=(*chart.transitions, *again)))
