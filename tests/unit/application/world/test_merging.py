"""合并重复医师: one person under two numbers becomes one, and nothing of what was known of either is lost."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.application.phases import OPEN_PAPER
from kaohe_workflow.errors import NotFound, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, Merge
from kaohe_workflow.testing.journeys import SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of, cause_of_last, found
from tests.unit.application.world.test_penalties import DECIDED, entered

pytestmark = pytest.mark.manual("M: physician: end, restore, merge; case: withdraw, reinstate")

WORD = "同一人以旧证件号码重复建档"


def second(principal: Principal) -> Principal:
    """Somebody else of the same office, who has not acted yet."""
    return attrs.evolve(principal, operator_id="second-person")


def merge(journeys: Journeys, merged: Traveller, kept: Traveller, by: Principal | None = None) -> None:
    world = journeys.world
    sender = by or second(world.county)
    world.send(sender, "affiliation", merged.physician_id, "merge", Merge(kept.physician_id), reason=WORD)


def unmet(journeys: Journeys, merged: Traveller, kept: Traveller) -> set[str]:
    with pytest.raises(TransitionRefused) as refusal:
        merge(journeys, merged, kept)
    return {getattr(reason, "name", "") for reason in refusal.value.reasons}


@pytest.mark.manual("N-3.13")
def test_two_records_become_one(stored: Journeys) -> None:
    """The one that is not kept has no case and no account any more; its number enters nobody again."""
    world = stored.world
    kept, merged = stored.newcomer(), stored.newcomer()
    merge(stored, merged, kept)
    (account,) = found(world, "account", "physician_id", merged.physician_id)

    assert "merged" == world.state_of("affiliation", merged.physician_id)
    assert ("withdrawn", "not_enrolled") == (stored.state(merged), stored.state(kept))
    assert "disabled" == account.state
    assert () == world.application.verification.run().findings

    again = AddPhysician(
        institution_id=str(world.hospital.organisation_id), name="韦小明", id_number=merged.id_number
    )
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "affiliation", None, "add", again)


def test_absorb_merged_physician(stored: Journeys) -> None:
    """Penalties are the person's: those of both count, and the same one counts once."""
    world = stored.world
    kept, merged = stored.to("awaiting_institution_review", **SIMPLIFIED), stored.newcomer()
    for traveller in (kept, merged):
        world.send(world.hospital, "affiliation", traveller.physician_id, "report_penalty", DECIDED)
    world.send(world.county, "affiliation", merged.physician_id, "record_penalty", DECIDED)
    merge(stored, merged, kept)
    record = case_of(world, "affiliation", kept.physician_id).record

    assert ((DECIDED,),) * 2 == (entered(record.reported_penalties), entered(record.recorded_penalties))
    assert "absorb_merged_physician" == cause_of_last(world, "affiliation", kept.physician_id)
    assert "registration_returned" == stored.state(kept)


def test_results_of_both_are_the_persons_to_see(stored: Journeys) -> None:
    """Who logs in with the kept record sees the cases of the other, also of one merged before."""
    world = stored.world
    kept, first, last = (stored.newcomer() for _ in range(3))
    merge(stored, last, first)
    merge(stored, first, kept, attrs.evolve(world.county, operator_id="third-person"))
    (account,) = found(world, "account", "physician_id", kept.physician_id)
    with world.application.store.begin(write=False) as unit:
        caller = principal_of(unit, account)
    seen = {row["id"] for row in world.application.lists.page(caller, "assessments", {}).rows}

    assert {kept.case_id, first.case_id, last.case_id} == seen
    assert first.case_id == world.application.cases.get(caller, "assessment", first.case_id).id
    with pytest.raises(NotFound):
        world.application.cases.get(caller, "assessment", stored.newcomer().case_id)


@pytest.mark.parametrize("state", ["awaiting_registration", "awaiting_assessment", "qualified"])
def test_what_runs_goes_on_under_the_record_that_is_kept(journeys: Journeys, state: str) -> None:
    """And so does a result; the case of the other is withdrawn."""
    running, idle = journeys.to(state), journeys.newcomer()
    merge(journeys, idle, running)

    assert (state, "withdrawn") == (journeys.state(running), journeys.state(idle))


@pytest.mark.parametrize("state", ["qualified", "unqualified"])
def test_what_was_just_decided_is_not_withdrawn(journeys: Journeys, state: str) -> None:
    """Until the cycle is archived the record with the result is the one to keep."""
    decided, running = journeys.to(state), journeys.newcomer()

    assert {"cycle_undecided"} == unmet(journeys, decided, running)


@pytest.mark.parametrize(
    "state",
    [
        "awaiting_registration",
        "awaiting_institution_review",
        "registration_returned",
        "returned_by_agency",
        "awaiting_agency_review",
        "awaiting_assessment",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    ],
)
def test_of_two_cases_of_one_cycle_the_merged_ones_is_withdrawn(journeys: Journeys, state: str) -> None:
    """Wherever it is; no paper of it stays open, and the other goes on."""
    merged, kept = journeys.to(state), journeys.newcomer()
    merge(journeys, merged, kept)
    states = {case.state for case in found(journeys.world, "evaluation", "assessment_id", merged.case_id)}

    assert ("withdrawn", "not_enrolled") == (journeys.state(merged), journeys.state(kept))
    assert not states & set(OPEN_PAPER)
    assert () == journeys.world.application.verification.run().findings


def test_what_the_merged_case_has_open_ends_with_it(stored: Journeys) -> None:
    """Papers are cancelled, the applications for exemption and for a correction withdrawn; a mark is still decided."""
    world, merged, kept = stored.world, stored.to("awaiting_assessment"), stored.to("awaiting_assessment")
    exemption, correction = stored.apply_for_exemption(merged), stored.ask_for_correction(merged)
    stored.not_before(SITTING_DAY)
    stored.score(merged, Stage.FIRST, humanities=Decimal(90))
    mark = stored.mark(merged, PaperKind.HUMANITIES)
    merge(stored, merged, kept)

    assert {"cancelled"} == set(stored.paper_states(merged).values())
    assert {"not_sat"} == set(stored.paper_states(kept).values())
    assert ("withdrawn", "withdrawn", "suspected") == (
        world.state_of("exemption", exemption),
        world.state_of("amendment", correction),
        world.state_of("cheating", mark),
    )
    stored.confirm(mark)

    assert "withdrawn" == stored.state(merged)
    assert () == world.application.verification.run().findings


def test_what_has_no_other_case_is_not_given_up(journeys: Journeys) -> None:
    """Where the record that is kept takes no part in the cycle, what was begun under the other would be lost."""
    world, running, out = journeys.world, journeys.to("awaiting_institution_review"), journeys.newcomer()
    world.send(world.county, "assessment", out.case_id, "withdraw")

    assert {"kept_takes_part"} == unmet(journeys, running, out)


def test_nobody_is_merged_with_himself_or_with_who_is_gone(journeys: Journeys) -> None:
    """What is kept is somebody else, who is still there."""
    world = journeys.world
    traveller, gone = journeys.newcomer(), journeys.newcomer()
    world.send(world.hospital, "affiliation", gone.physician_id, "delete")

    assert {"kept_person"} <= unmet(journeys, traveller, traveller) & unmet(journeys, traveller, gone)


@pytest.mark.manual("N-3.13")
def test_both_lie_in_the_area(journeys: Journeys) -> None:
    """A county merges nobody into a record of another county; the city above both does."""
    here, there = journeys.newcomer(), journeys.newcomer(journeys.elsewhere)
    with pytest.raises(NotFound):
        merge(journeys, here, there)

    merge(journeys, here, there, second(journeys.world.city))

    assert "merged" == journeys.world.state_of("affiliation", here.physician_id)


@pytest.mark.parametrize("operator", ["adder", None])
def test_merging_takes_a_second_person(journeys: Journeys, operator: str | None) -> None:
    """Who added the record is not who merges it, and a shared account cannot be told apart from who did."""
    world = journeys.world
    adder = attrs.evolve(world.county, operator_id="adder")
    one = person(900)
    payload = AddPhysician(
        institution_id=str(world.hospital.organisation_id), name=one.name, id_number=one.id_number
    )
    added = world.send(adder, "affiliation", None, "add", payload).id
    sender = attrs.evolve(world.county, operator_id=operator)
    kept = Merge(journeys.newcomer().physician_id)
    with pytest.raises(TransitionRefused):
        world.send(sender, "affiliation", added, "merge", kept, reason=WORD)

    assert "attached" == world.state_of("affiliation", added)


@pytest.mark.manual("S-51")
def test_a_search_by_the_old_number_says_where_to_look(journeys: Journeys) -> None:
    """Nobody takes in a merged record; the hint says that the person is under another number."""
    world = journeys.world
    kept, merged = journeys.newcomer(), journeys.newcomer()
    merge(journeys, merged, kept)
    person = world.application.people.by_number(journeys.elsewhere, merged.id_number)

    assert person is not None
    assert ("merged", None) == (person.state, person.event)
    assert "已并入" in person.hint
