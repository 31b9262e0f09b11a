"""What the former institution keeps of somebody who was moved by force: its own opinions and steps, and no more."""

from __future__ import annotations

import re

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import AccountKind, Verdict
from kaohe_workflow.values.windows import local_date

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


def past(journeys: Journeys, who: Principal, **filters: str) -> list[str]:
    """The ids of the list, which is asked with its total and counted too."""
    lists = journeys.world.application.lists
    page = lists.page(who, "past-opinions", filters, total=True)

    assert len(page.rows) == page.total == sum(lists.count(who, "past-opinions", filters).values())
    return [row["id"] for row in page.rows]


@pytest.mark.parametrize("state", ["awaiting_agency_review", "awaiting_assessment"])
def test_the_former_institution_finds_what_it_has_said(stored: Journeys, state: str) -> None:
    """A row for each file that has gone, as it was then: its state, and when the last opinion was given."""
    world, traveller = stored.world, moved(stored, state)
    stays = stored.to("awaiting_agency_review")
    (row,) = world.application.lists.page(world.hospital, "past-opinions", {}).rows
    (given,) = world.application.past_opinions.given(world.hospital, traveller.case_id)
    person = world.application.cases.get(SYSTEM, "affiliation", traveller.physician_id).record

    assert {
        "id": traveller.case_id,
        "state": state,
        "physician_id": traveller.physician_id,
        "name": person.name,
        "id_number": mask(person.id_number),
        "cycle_id": world.cycle_id,
        "given_at": given.at,
    } == row
    assert [stays.case_id] == [
        one["id"] for one in world.application.lists.page(world.hospital, "assessments", {}).rows
    ]
    assert [] == past(stored, stored.elsewhere)


def test_what_becomes_of_it_is_not_told(stored: Journeys) -> None:
    """The new institution gives its own opinion and the agency passes it; no row, total or filter says so."""
    world, elsewhere, traveller = stored.world, stored.elsewhere, moved(stored)
    before = world.application.lists.page(world.hospital, "past-opinions", {}, total=True)
    made = CreateDepartment(str(elsewhere.organisation_id), "内科", ("03.01",))
    department = world.send(elsewhere, "department", None, "create", made).id
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(department)))
    world.send(elsewhere, "assessment", traveller.case_id, "submit_opinion", OTHER)

    assert before == world.application.lists.page(world.hospital, "past-opinions", {}, total=True)
    assert [traveller.case_id] == past(stored, world.hospital, state="awaiting_agency_review")
    for now in ("awaiting_registration", world.state_of("assessment", traveller.case_id)):
        assert (now == "awaiting_agency_review") is bool(past(stored, world.hospital, state=now))
    for field in ("state", "institution_id", "level", "procedure", "return_code", "overdue", "decided_on"):
        with pytest.raises(InputInvalid):
            world.application.lists.count(world.hospital, "past-opinions", {}, by=[field])
    assert {(world.cycle_id,): 1} == world.application.lists.count(
        world.hospital, "past-opinions", {}, by=["cycle_id"]
    )


def test_former_files_are_found_by_what_is_known_of_them(stored: Journeys) -> None:
    """By name and initials, cycle, state when they went, and whether an opinion was given before; a page at a time."""
    world = stored.world
    said, asked = moved(stored), stored.to("awaiting_institution_review")
    never = stored.to("awaiting_registration")
    for one in (asked, never):
        target = ForceMove(str(stored.elsewhere.organisation_id))
        world.send(world.city, "affiliation", one.physician_id, "force_move", target, reason="机构注销")
    both = sorted([said.case_id, asked.case_id])
    name = world.application.cases.get(SYSTEM, "affiliation", said.physician_id).record.name
    lists, found = world.application.lists, []
    after = None
    for _ in both:
        page = lists.page(world.hospital, "past-opinions", {}, order="name", after=after, limit=1)
        found += [row["id"] for row in page.rows]
        after = page.next

    assert both == past(stored, world.hospital)
    assert (both, None) == (sorted(found), after)
    assert [said.case_id] == past(stored, world.hospital, given="true")
    assert [asked.case_id] == past(stored, world.hospital, given="false")
    assert [asked.case_id] == past(stored, world.hospital, state="awaiting_institution_review")
    assert both == past(stored, world.hospital, cycle_id=world.cycle_id)
    assert [] == past(stored, world.hospital, cycle_id="another")
    assert said.case_id in past(stored, world.hospital, name=name)
    assert [] == past(stored, world.hospital, name="无名氏")
    assert [asked.case_id] == past(stored, world.hospital, physician_id=asked.physician_id)


def test_the_list_is_the_former_institutions_alone(journeys: Journeys) -> None:
    """Whoever reads no past opinion by its id has no list of them either."""
    world = journeys.world
    traveller, stranger = moved(journeys), journeys.newcomer()
    limited = attrs.evolve(world.hospital, department_ids=(journeys.department_id,))
    auditor = attrs.evolve(world.hospital, account_id="auditor", kind=AccountKind.AUDITOR)
    held = attrs.evolve(world.hospital, init_only=True)
    others = (world.agency, world.county, world.city, world.province, journeys.elsewhere, SYSTEM)
    for who in (*others, limited, auditor, held, stranger.principal, traveller.principal):
        assert [] == past(journeys, who)


def test_who_comes_back_is_no_former_physician(stored: Journeys) -> None:
    """The file is among the present ones again, with all its steps."""
    world, traveller = stored.world, moved(stored)
    back = ForceMove(str(world.hospital.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", back, reason="机构恢复")

    assert [] == past(stored, world.hospital)
    assert [traveller.case_id] == [
        row["id"] for row in world.application.lists.page(world.hospital, "assessments", {}).rows
    ]


def test_the_list_can_be_taken_along(journeys: Journeys) -> None:
    """As a sheet, with the state when they went in words, and the day on which the opinion was given."""
    world, traveller = journeys.world, moved(journeys)
    (given,) = world.application.past_opinions.given(world.hospital, traveller.case_id)
    sheet = EXPORTS["past-opinions"]
    rows = world.application.lists.page(world.hospital, "past-opinions", {}).rows
    ((_, name, _, cycle, state, day),) = sheet.cells(world.application.store, rows)

    assert (rows[0]["name"], "待考核机构复核", local_date(given.at)) == (name, state, day)
    assert re.fullmatch(r"[0-9]{4}-[0-9]{4}", cycle)
