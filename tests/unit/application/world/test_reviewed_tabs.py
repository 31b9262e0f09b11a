"""已审核: what the caller's organisation has decided, wherever the case has gone since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles import reviewing
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.events import Return
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import ReturnCode

RETURNED = Return(code=ReturnCode.OTHER)
REFUSED = reviewing.Return(ReturnCode.OTHER)


def reviewed(world: World, reader: Principal, queue: str, collection: str = "assessments") -> set[str]:
    """The cases in the reader's tab 已审核 of a queue."""
    page = world.application.lists.page(reader, collection, {queue: "reviewed"})
    return {str(row["id"]) for row in page.rows}


def both(world: World) -> tuple[set[str], set[str]]:
    """已审核 of the hospital and of its agency."""
    return (
        reviewed(world, world.hospital, "institution_queue"),
        reviewed(world, world.agency, "agency_queue"),
    )


def move(journeys: Journeys, traveller: Traveller) -> None:
    """The physician is moved to the hospital elsewhere, and the assessment goes along."""
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    journeys.world.send(
        journeys.world.city, "affiliation", traveller.physician_id, "force_move", target, reason="机构注销"
    )


@pytest.mark.manual("S-55")
def test_what_was_decided_stays_reviewed_when_the_case_ends_otherwise(stored: Journeys) -> None:
    """Who is taken out of the cycle was reviewed all the same: by the institution alone, or by both."""
    world = stored.world
    once, twice = stored.to("awaiting_agency_review"), stored.to("awaiting_assessment")
    never = stored.to("awaiting_institution_review")
    for traveller in (once, twice, never):
        world.send(world.county, "assessment", traveller.case_id, "withdraw")

    assert ({once.case_id, twice.case_id}, {twice.case_id}) == both(world)


@pytest.mark.manual("S-55")
def test_what_was_decided_stays_reviewed_when_the_enrolment_is_cancelled(stored: Journeys) -> None:
    """取消报名 after the administration's return: both have decided on the file, also when it begins anew."""
    world, traveller = stored.world, stored.to("awaiting_assessment")
    case, decided = ("assessment", traveller.case_id), {traveller.case_id}
    world.send(world.county, *case, "return_to_institution", reason="材料有误")
    world.send(world.hospital, *case, "cancel_enrolment")
    cancelled = both(world)
    stored.lead(traveller, "awaiting_institution_review")

    assert (decided, decided) == cancelled
    assert (set(), decided) == both(world)
    assert () == world.application.verification.run().findings


def test_an_agency_has_decided_what_it_sent_back(journeys: Journeys) -> None:
    """Its return stays in its tab when the institution hands the file on to the physician; who files anew waits."""
    world, traveller = journeys.world, journeys.to("returned_by_agency")
    case, decided = ("assessment", traveller.case_id), {traveller.case_id}
    returned = both(world)
    world.send(world.hospital, *case, "return", RETURNED, reason="请补正材料")

    assert (set(), decided) == returned
    assert (decided, decided) == both(world)


def test_a_decision_that_is_recalled_was_none(journeys: Journeys) -> None:
    """撤回本人决定: the tab is as it was before the decision."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    case, decided = ("assessment", traveller.case_id), {traveller.case_id}
    world.send(world.agency, *case, "recall")
    recalled = both(world)
    world.send(world.county, *case, "withdraw")

    assert (decided, set()) == recalled
    assert (decided, set()) == both(world)


def test_another_agency_has_not_decided_what_the_former_one_has(journeys: Journeys) -> None:
    """Each sees its own decisions; whoever lies above sees everybody's."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    other = journeys.elsewhere
    world.entrust(other, by=journeys.neighbour)
    assigned = AssignAgency(str(other.organisation_id))
    world.send(world.city, "institution", str(world.hospital.organisation_id), "assign_agency", assigned)
    seen = {row["id"] for row in world.application.lists.page(other, "assessments", {}).rows}

    assert {traveller.case_id} == seen
    assert set() == reviewed(world, other, "agency_queue")
    assert {traveller.case_id} == reviewed(world, world.province, "agency_queue")


def test_who_takes_over_a_case_has_not_decided_it(journeys: Journeys) -> None:
    """It was reviewed where the physician comes from, which keeps what it has given as its past opinion."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    move(journeys, traveller)
    past = world.application.lists.page(world.hospital, "past-opinions", {}).rows

    assert set() == reviewed(world, journeys.elsewhere, "institution_queue")
    assert [traveller.case_id] == [row["id"] for row in past]


def test_an_exemption_stays_reviewed_when_it_falls_away(journeys: Journeys) -> None:
    """随考核进展而撤回: the institution has passed it, the agency has decided nothing."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "pass")
    world.send(world.county, "assessment", traveller.case_id, "withdraw")

    assert "withdrawn" == world.state_of("exemption", exemption)
    assert {exemption} == reviewed(world, world.hospital, "institution_queue", "exemptions")
    assert set() == reviewed(world, world.agency, "agency_queue", "exemptions")


def test_a_refusal_that_is_recalled_was_none(journeys: Journeys) -> None:
    """Of an application for exemption as of a file; who takes it back then leaves nothing behind."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "return", REFUSED, reason="证明不清晰")
    refused = reviewed(world, world.hospital, "institution_queue", "exemptions")
    world.send(world.hospital, "exemption", exemption, "recall")
    world.send(traveller.principal, "exemption", exemption, "withdraw")

    assert {exemption} == refused
    assert set() == reviewed(world, world.hospital, "institution_queue", "exemptions")


@pytest.mark.manual("S-20")
def test_an_application_to_correct_data_was_decided_by_who_decided(journeys: Journeys) -> None:
    """What the institution has settled is none of the administration's; what it let lie is none of its own."""
    world = journeys.world
    settled, refused, asked = (journeys.ask_for_correction(journeys.newcomer()) for _ in range(3))
    world.send(world.hospital, "amendment", settled, "pass")
    world.send(world.hospital, "amendment", refused, "return", reason="证明不清晰")
    world.clock.advance(timedelta(days=60))
    world.send(world.county, "amendment", asked, "pass")
    mine = reviewed(world, world.hospital, "institution_queue", "amendments")

    assert {settled, refused} == mine
    assert {asked} == reviewed(world, world.county, "administration_queue", "amendments")


def apply_for_deferral(journeys: Journeys) -> str:
    """延考 that the hospital has passed: the id of the application."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    proof = hand_in(world.application, traveller.principal)
    applied = Apply(assessment_id=traveller.case_id, ground="illness", attachments=(proof,))
    deferral = world.send(traveller.principal, "deferral", None, "apply", applied).id
    world.send(world.hospital, "deferral", deferral, "pass")
    return deferral


@pytest.mark.manual("M: deferral: apply, withdraw; review; file")
@pytest.mark.parametrize(
    ("office", "queue"), [("agency", "agency_queue"), ("province", "administration_queue")]
)
def test_a_deferral_was_decided_by_the_office_that_files(store_url: str, office: str, queue: str) -> None:
    """
    备案 and 不予备案 are the office's, agency or province; what waits for it is 未审核, and what is recalled waits so.
    """
    grounds = [{"code": "illness", "label": "患病不能参加考核"}]
    with open_world(store_url, deferral=True, deferral_grounds=grounds, deferral_office=office) as world:
        files, journeys = getattr(world, office), Journeys.of(world)
        filed, sent_back, recalled, waiting = (apply_for_deferral(journeys) for _ in range(4))
        world.send(files, "deferral", filed, "file")
        for one in (sent_back, recalled):
            world.send(files, "deferral", one, "return", REFUSED, reason="证明不清晰")
        world.send(files, "deferral", recalled, "recall")
        page = world.application.lists.page(files, "deferrals", {queue: "pending"})

        assert {filed, sent_back} == reviewed(world, files, queue, "deferrals")
        assert {recalled, waiting} == {str(row["id"]) for row in page.rows}
        assert {filed, sent_back, recalled, waiting} == reviewed(
            world, world.hospital, "institution_queue", "deferrals"
        )
        assert () == world.application.verification.run().findings
