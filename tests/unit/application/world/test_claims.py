"""Two reviewers do not open one file; what waits and what was reviewed; and who reviews itself: over the store."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import GOOD, SIMPLIFIED, Journeys
from kaohe_workflow.testing.worlds import World
from tests.unit.application.world.steps import case_of, refused


def colleague(principal: Principal) -> Principal:
    """Another named person of the same organisation."""
    return attrs.evolve(principal, account_id="account-of-another", operator_id="another")


def ids(world: World, reader: Principal, collection: str, **filters: str) -> set[str]:
    """The cases that a list shows."""
    return {row["id"] for row in world.application.lists.page(reader, collection, filters).rows}


@pytest.mark.manual("M: claim; recall one's own decision")
def test_a_file_is_opened_by_one_reviewer_at_a_time(stored: Journeys) -> None:
    """Until half an hour is over, or it is put down; whoever has it may open it again."""
    world = stored.world
    file = stored.to("awaiting_institution_review")
    arguments = ("assessment", file.case_id)
    world.send(world.hospital, *arguments, "claim")
    again = world.send(world.hospital, *arguments, "claim")
    (row,) = world.application.lists.page(
        world.hospital, "assessments", {"claimed_by": world.hospital.account_id}
    ).rows
    other = refused(world, colleague(world.hospital), *arguments, "claim")
    foreign = refused(world, colleague(world.hospital), *arguments, "release")
    world.send(world.hospital, *arguments, "release")
    world.send(colleague(world.hospital), *arguments, "claim")

    assert file.case_id == again.id == row["id"]
    assert world.clock.now() == row["claimed_at"]
    assert (["not_claimed"], ["claimed_by_sender"]) == (other, foreign)
    assert "account-of-another" == case_of(world, *arguments).record.claimed_by
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize(("minutes", "held"), [(29, True), (30, False)])
def test_a_claim_lapses(journeys: Journeys, minutes: int, held: bool) -> None:
    """After `claim_minutes` another may open it; nobody waits for who has gone home."""
    world = journeys.world
    file = journeys.to("awaiting_agency_review")
    world.send(world.agency, "assessment", file.case_id, "claim")
    world.clock.set(world.clock.now() + timedelta(minutes=minutes))
    other = colleague(world.agency)

    if held:
        assert ["not_claimed"] == refused(world, other, "assessment", file.case_id, "claim")
    else:
        assert file.case_id == world.send(other, "assessment", file.case_id, "claim").id


def test_a_claim_binds_nobody_who_decides_and_ends_with_the_decision(journeys: Journeys) -> None:
    """It is soft: the version decides between two decisions. The next reviewer finds the file on nobody's desk."""
    world = journeys.world
    file = journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", file.case_id, "claim")
    world.send(colleague(world.hospital), "assessment", file.case_id, "submit_opinion", GOOD)
    record = case_of(world, "assessment", file.case_id).record

    assert (None, None, None) == (record.claimed_by, record.claimed_operator, record.claimed_at)
    assert file.case_id == world.send(world.agency, "assessment", file.case_id, "claim").id


def test_a_shared_account_is_one_reviewer(journeys: Journeys) -> None:
    """It cannot tell persons apart, so a claim makes no difference among its users."""
    world = journeys.world
    shared = attrs.evolve(world.hospital, account_id="office", operator_id=None)
    file = journeys.to("awaiting_institution_review")
    world.send(shared, "assessment", file.case_id, "claim")

    assert file.case_id == world.send(shared, "assessment", file.case_id, "claim").id
    assert ["not_claimed"] == refused(world, world.hospital, "assessment", file.case_id, "claim")


def test_an_application_for_exemption_is_claimed_as_well(journeys: Journeys) -> None:
    """By the institution, then by the agency."""
    world = journeys.world
    exemption = journeys.apply_for_exemption(journeys.to("awaiting_assessment"))
    arguments = ("exemption", exemption)
    world.send(world.hospital, *arguments, "claim")
    first = refused(world, colleague(world.hospital), *arguments, "claim")
    world.send(world.hospital, *arguments, "pass")
    world.send(world.agency, *arguments, "claim")

    assert ["not_claimed"] == first == refused(world, colleague(world.agency), *arguments, "claim")


@pytest.mark.manual("S-55")
def test_what_waits_and_what_was_reviewed(stored: Journeys) -> None:
    """未审核 and 已审核 of institution and agency, for either procedure."""
    world = stored.world
    states = ("awaiting_registration", "awaiting_institution_review", "returned_by_agency")
    states = (*states, "registration_returned", "awaiting_agency_review", "awaiting_assessment")
    files = {state: stored.to(state).case_id for state in states}
    simplified = stored.to("awaiting_institution_review", **SIMPLIFIED).case_id

    def queue(reader: Principal, **filters: str) -> set[str]:
        return ids(world, reader, "assessments", procedure="general", **filters)

    waiting = {files["awaiting_institution_review"], files["returned_by_agency"]}
    done = {
        files[state] for state in ("registration_returned", "awaiting_agency_review", "awaiting_assessment")
    }

    assert waiting == queue(world.hospital, institution_queue="pending")
    assert done == queue(world.hospital, institution_queue="reviewed")
    assert {files["returned_by_agency"]} == queue(
        world.hospital, institution_queue="pending", state="returned_by_agency"
    )
    assert {files["awaiting_agency_review"]} == queue(world.agency, agency_queue="pending")
    assert {files["returned_by_agency"], files["awaiting_assessment"]} == queue(
        world.agency, agency_queue="reviewed"
    )
    assert {simplified} == ids(
        world, world.hospital, "assessments", procedure="simplified", institution_queue="pending"
    )


def test_exemptions_have_their_queues(journeys: Journeys) -> None:
    """免考审核, the third review: the same tabs."""
    world = journeys.world
    waiting, passed, returned = (
        journeys.apply_for_exemption(journeys.to("awaiting_assessment")) for _ in range(3)
    )
    for exemption in (passed, returned):
        world.send(world.hospital, "exemption", exemption, "pass")
    world.send(world.agency, "exemption", passed, "pass")

    assert {waiting} == ids(world, world.hospital, "exemptions", institution_queue="pending")
    assert {passed, returned} == ids(world, world.hospital, "exemptions", institution_queue="reviewed")
    assert {returned} == ids(world, world.agency, "exemptions", agency_queue="pending")
    assert {passed} == ids(world, world.agency, "exemptions", agency_queue="reviewed")


@pytest.mark.manual("N-2.10")
def test_who_assesses_itself_is_marked_as_such(stored: Journeys) -> None:
    """考核办法 第十条 lets a hospital assess its own physicians; its superiors see which files that is."""
    world = stored.world
    files = [stored.to("awaiting_agency_review").case_id for _ in range(2)]
    exemption = stored.apply_for_exemption(stored.to("awaiting_assessment"))
    before = ids(world, world.county, "assessments", self_review="true")
    hospital = world.hospital.organisation_id
    world.entrust(world.hospital)
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(hospital))

    assert set() == before
    assert set(files) <= ids(world, world.county, "assessments", self_review="true")
    assert {exemption} == ids(world, world.county, "exemptions", self_review="true")
    assert {hospital} == ids(world, world.city, "institutions", self_review="true")
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-2.10")
def test_what_others_have_decided_the_own_institution_has_not(stored: Journeys) -> None:
    """Whoever assesses since: only what it decides itself, or what waits for it, is its own review."""
    world = stored.world
    hospital = world.hospital.organisation_id
    by_agency = stored.to("awaiting_assessment")
    exemption, of_waiting = stored.apply_for_exemption(by_agency), stored.to("awaiting_assessment")
    for home in (world.hospital, world.agency):
        world.send(home, "exemption", exemption, "pass")
    world.entrust(world.hospital)
    own = AssignAgency(hospital)
    world.send(world.county, "institution", hospital, "assign_agency", own)
    waiting, decided = (
        stored.to("awaiting_agency_review").case_id,
        stored.to("awaiting_agency_review").case_id,
    )
    world.send(world.hospital, "assessment", decided, "pass")
    pending = stored.apply_for_exemption(of_waiting)
    itself = ids(world, world.county, "assessments", self_review="true")
    exempted = ids(world, world.county, "exemptions", self_review="true")
    agency = AssignAgency(str(world.agency.organisation_id))
    world.send(world.county, "institution", hospital, "assign_agency", agency)

    assert {waiting, decided} == itself
    assert {pending} == exempted
    assert {decided} == ids(world, world.county, "assessments", self_review="true")
    assert set() == ids(world, world.county, "exemptions", self_review="true")
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-2.10")
def test_a_move_makes_nobody_a_reviewer_of_ones_own(stored: Journeys) -> None:
    """
    考核办法 第十条: what a hospital has reviewed and decided itself stays so where its physician is moved elsewhere;
    what an agency has decided is not its own review because the physician is moved to it.
    """
    world = stored.world
    to_agency, hospital = stored.to("awaiting_assessment"), world.hospital.organisation_id
    exemption = stored.apply_for_exemption(to_agency)
    for home in (world.hospital, world.agency):
        world.send(home, "exemption", exemption, "pass")
    world.entrust(world.hospital)
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(hospital))
    away = stored.to("awaiting_agency_review")
    world.send(world.hospital, "assessment", away.case_id, "pass")
    own = stored.apply_for_exemption(away)
    for _ in range(2):
        world.send(world.hospital, "exemption", own, "pass")
    for traveller, to in ((to_agency, world.agency), (away, stored.elsewhere)):
        target = ForceMove(str(to.organisation_id))
        at = ("affiliation", traveller.physician_id)
        world.send(world.city, *at, "force_move", target, reason="机构注销")

    assert [world.agency.organisation_id, stored.elsewhere.organisation_id] == [
        case_of(world, "assessment", one.case_id).institution_id for one in (to_agency, away)
    ]
    assert {away.case_id} == ids(world, world.city, "assessments", self_review="true")
    assert {own} == ids(world, world.city, "exemptions", self_review="true")
    assert () == world.application.verification.run().findings
