"""A finding of 替考 that has found no paper waits: for one that is sat, is freed, or is of a record of the person."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.application.substitutes import papers_to_answer
from kaohe_workflow.lifecycles.affiliation.events import Merge
from kaohe_workflow.lifecycles.cheating.events import Mark, StateCase
from kaohe_workflow.testing.contracts import changed
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import HIGH, LOW, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import CheatingManner, PaperKind, Stage
from tests.unit.application.world.steps import case_of, cause_of_last
from tests.unit.application.world.test_marks import several
from tests.unit.application.world.test_substitutes import carried, decide, findings, heard, named

pytestmark = pytest.mark.manual("S-84")
HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def merge(journeys: Journeys, merged: Traveller, kept: Traveller) -> None:
    second = attrs.evolve(journeys.world.county, operator_id="second-person")
    into = Merge(kept.physician_id)
    journeys.world.send(second, "affiliation", merged.physician_id, "merge", into, reason="重复建档")


def test_a_merged_record_is_the_same_person(journeys: Journeys) -> None:
    """Named under a record that was merged into another, the person is marked with what is sat under that one."""
    merged, kept = journeys.newcomer(), journeys.to("awaiting_assessment")
    (suspect,) = several(journeys, 1)
    named(journeys, suspect, merged)
    merge(journeys, merged, kept)
    journeys.score(kept, Stage.FIRST, professional=HIGH)

    assert [PROFESSIONAL] == [mark.record.kind for mark in carried(journeys, kept)]


@pytest.mark.parametrize("chained", [False, True])
def test_mark_substitute_when_merged(stored: Journeys, chained: bool) -> None:
    """What the person has sat under the record that is kept is marked with the merging, be it one after another."""
    suspect, kept = several(stored, 2)
    merged, last = stored.newcomer(), stored.newcomer()
    named(stored, suspect, last if chained else merged)
    if chained:
        merge(stored, last, merged)
    before = carried(stored, kept)
    third = attrs.evolve(stored.world.county, operator_id="third-person")
    into = Merge(kept.physician_id)
    stored.world.send(third, "affiliation", merged.physician_id, "merge", into, reason="重复建档")
    (mark,) = carried(stored, kept)

    assert ([], HUMANITIES, "awaiting_province") == (before, mark.record.kind, mark.state)
    assert "mark_substitute_when_merged" == cause_of_last(stored.world, "cheating", mark.id)
    assert () == findings(stored)


def test_mark_substitute_when_freed(stored: Journeys) -> None:
    """A paper with a mark of its own answers for a finding once that mark is taken away."""
    world = stored.world
    suspect, substitute = several(stored, 2)
    own = stored.mark(substitute, HUMANITIES)
    finding = named(stored, suspect, substitute)
    before = [mark.id for mark in carried(stored, substitute)]
    another = attrs.evolve(world.county, account_id="another", operator_id="another")
    world.send(another, "cheating", own, "unmark", reason="系误标")
    mark = next(one for one in carried(stored, substitute) if one.id != own)

    assert ([own], finding, "awaiting_province") == (before, mark.record.finding_id, mark.state)
    assert "mark_substitute_when_freed" == cause_of_last(world, "cheating", mark.id)
    assert () == findings(stored)


def test_the_paper_of_a_finding_that_fell_answers_for_the_next(journeys: Journeys) -> None:
    """Who sat for two, with one paper: where the first finding falls the paper is back, and answers for the other."""
    suspect, second, substitute = several(journeys, 3)
    first, other = named(journeys, suspect, substitute), named(journeys, second, substitute)
    (mark,) = carried(journeys, substitute)
    decide(journeys, mark.id, "confirm")
    journeys.world.send(journeys.colleague, "cheating", first, "correct", reason="申诉成立")
    states = {one.record.finding_id: one.state for one in carried(journeys, substitute)}

    assert {None: "unmarked", other: "awaiting_province"} == states
    assert "handed_in" == journeys.paper_states(substitute)[HUMANITIES]
    assert () == findings(journeys)


def test_who_was_cleared_is_not_marked_again_by_the_system(journeys: Journeys) -> None:
    """Excluded, suspected anew by persons and taken away by them: the finding has had its answer."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    named(journeys, suspect, substitute)
    (mark,) = carried(journeys, substitute)
    heard(journeys, substitute, mark.id)
    decide(journeys, mark.id, "exclude")
    proof = Mark(manner=CheatingManner.OTHER, evidence=(hand_in(world.application, world.county),))
    world.send(world.county, "cheating", mark.id, "mark", proof, reason="新证据")
    another = attrs.evolve(world.county, account_id="another", operator_id="another")
    world.send(another, "cheating", mark.id, "unmark", reason="系误标")

    assert ["unmarked"] == [one.state for one in carried(journeys, substitute)]
    assert () == findings(journeys)


def test_a_finding_made_anew_is_carried_anew(journeys: Journeys) -> None:
    """Corrected, marked again with new evidence and confirmed once more, it reaches who sat for the suspect again."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    finding = named(journeys, suspect, substitute)
    world.send(journeys.colleague, "cheating", finding, "correct", reason="申诉成立")
    proof = Mark(manner=CheatingManner.SUBSTITUTE, evidence=(hand_in(world.application, world.county),))
    world.send(world.county, "cheating", finding, "mark", proof, reason="新证据")
    world.send(world.county, "cheating", finding, "report")
    world.send(suspect.principal, "cheating", finding, "state_case", StateCase(statement="系本人参加。"))
    third = attrs.evolve(world.province, account_id="third", operator_id="third")
    decide(journeys, finding, "confirm", third, substitute_id=substitute.physician_id)

    assert ["awaiting_province", "unmarked"] == sorted(one.state for one in carried(journeys, substitute))
    assert () == findings(journeys)


@pytest.mark.parametrize(("state", "found"), [("first_ended", 1), ("archived", 0)])
def test_nothing_is_carried_in_a_cycle_that_is_over(journeys: Journeys, state: str, found: int) -> None:
    """A score that a review sets right in an archived cycle is no occasion: no mark is made there any more."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    mark = named(journeys, suspect, substitute)
    with world.application.store.begin() as unit:
        unit.write([changed(case_of(world, "cycle", world.cycle_id), state=state)])
        unit.write([changed(one, state="unmarked", finding_id=None) for one in carried(journeys, substitute)])
        answered = papers_to_answer(unit, [case_of(world, "cheating", mark)])

    assert found == len(answered)


@pytest.fixture
def trying() -> Iterator[Journeys]:
    """Papers may be sat twice."""
    with open_world(paper_attempts=2) as world:
        yield Journeys.of(world)


def test_an_attempt_that_is_judged_after_all_answers(trying: Journeys) -> None:
    """While a paper may be sat again it is none that was sat; with the end of its time what was reached counts."""
    substitute = trying.to("awaiting_assessment")
    (suspect,) = several(trying, 1)
    trying.publish(Stage.FIRST)
    trying.start(trying.papers(substitute)[Stage.FIRST, PROFESSIONAL])
    trying.score(substitute, Stage.FIRST, professional=LOW)
    named(trying, suspect, substitute)
    before = trying.paper_states(substitute)[PROFESSIONAL], carried(trying, substitute)
    trying.not_before(RESULT_DAY)
    (mark,) = carried(trying, substitute)

    assert ("not_sat", []) == before
    assert (PROFESSIONAL, "awaiting_province") == (mark.record.kind, mark.state)
    assert () == findings(trying)


def test_a_finding_that_was_not_carried_is_reported(stored: Journeys) -> None:
    """The mark of who sat for another is gone, by a mistake at the database: verification says of which finding."""
    suspect, substitute = several(stored, 2)
    finding = named(stored, suspect, substitute)
    (mark,) = carried(stored, substitute)
    application, paper = stored.world.application, mark.record.evaluation_id
    with application.store.begin() as unit:
        unit.write([changed(mark, state="unmarked", finding_id=None)])
        cases, parameters = unit.find("assessment", []), application.catalogue.parameters
        found = list(broken_invariants(unit, "assessment", cases, parameters))

    assert [(suspect.case_id, "not-carried", f"{finding} was not carried to paper {paper}")] == found
