"""What the former institution keeps of somebody who was moved by force: its own opinions and steps, and no more."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import AccountKind, Verdict

pytestmark = pytest.mark.manual("M: physician: end, restore, merge; case: withdraw, reinstate")

DRAFT = GiveOpinion(work=Verdict.UNQUALIFIED)
OTHER = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason="收受红包，已查实。")


def moved(journeys: Journeys, state: str = "awaiting_agency_review") -> Traveller:
    """Somebody about whom the hospital has given its opinion, and whom the city has moved to the other hospital."""
    world, traveller = journeys.world, journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", traveller.case_id, "save_opinion", DRAFT)
    journeys.lead(traveller, state)
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", target, reason="机构注销")
    return traveller


def told(journeys: Journeys, who: Principal, traveller: Traveller) -> list[object]:
    given = journeys.world.application.past_opinions.given(who, traveller.case_id)
    return [one.opinions for one in given]


def steps(journeys: Journeys, who: Principal, traveller: Traveller) -> list[str]:
    entries = journeys.world.application.cases.history(who, "assessment", traveller.case_id)
    return [entry.event for entry in entries]


@pytest.mark.parametrize("state", ["awaiting_agency_review", "awaiting_assessment"])
def test_the_former_institution_reads_its_own(stored: Journeys, state: str) -> None:
    """Whether the case began anew or went on: what it has said and done, and not what others did or what is now."""
    world = stored.world
    traveller = moved(stored, state)
    with pytest.raises(NotFound):
        world.application.cases.get(world.hospital, "assessment", traveller.case_id)
    with pytest.raises(NotFound):
        world.application.door.explain(world.hospital, "assessment", traveller.case_id)

    assert [GOOD.opinions] == told(stored, world.hospital, traveller)
    assert ["enrol", "save_opinion", "submit_opinion"] == steps(stored, world.hospital, traveller)
    assert [] == list(world.application.lists.page(world.hospital, "assessments", {}).rows)


def test_the_former_institution_does_not_read_the_new_ones(stored: Journeys) -> None:
    """Each of two reads the opinion that it has given, and only the present one the case."""
    world, elsewhere = stored.world, stored.elsewhere
    traveller = moved(stored)
    made = CreateDepartment(str(elsewhere.organisation_id), "内科", ("03.01",))
    department = world.send(elsewhere, "department", None, "create", made).id
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department)))
    world.send(elsewhere, "assessment", traveller.case_id, "submit_opinion", OTHER)

    assert [GOOD.opinions] == told(stored, world.hospital, traveller)
    assert [OTHER.opinions] == told(stored, elsewhere, traveller)
    assert ["enrol", "save_opinion", "submit_opinion"] == steps(stored, world.hospital, traveller)
    assert {"enrol", "submit_opinion", "force_move"} < set(steps(stored, elsewhere, traveller))


def test_nobody_else_keeps_anything(journeys: Journeys) -> None:
    """Not the former agency, nor its county, an auditor, or an operator of some departments of the hospital."""
    world = journeys.world
    traveller, stranger = moved(journeys), journeys.newcomer()
    limited = attrs.evolve(world.hospital, department_ids=(journeys.department_id,))
    auditor = attrs.evolve(world.hospital, account_id="auditor", kind=AccountKind.AUDITOR)
    held = attrs.evolve(world.hospital, init_only=True)
    for who in (world.agency, world.county, limited, auditor, held, stranger.principal):
        with pytest.raises(NotFound):
            told(journeys, who, traveller)
        with pytest.raises(NotFound):
            steps(journeys, who, traveller)
    with pytest.raises(NotFound):
        told(journeys, SYSTEM, traveller)
    with pytest.raises(NotFound):
        told(journeys, world.hospital, attrs.evolve(traveller, case_id="nowhere"))


def test_what_was_never_said_is_not_told(journeys: Journeys) -> None:
    """A draft is no opinion; who has moved on before the institution had a say leaves its steps alone."""
    world, traveller = journeys.world, journeys.to("awaiting_registration")
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", target, reason="机构注销")

    assert [] == told(journeys, world.hospital, traveller)
    assert ["enrol"] == steps(journeys, world.hospital, traveller)
