"""Lists by where something lies, by the tabs of reviews, and how many rows there are in all."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.agency_application.events import OpenPermission
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.testing.journeys import UNDISPUTED_DAY, Journeys
from kaohe_workflow.testing.trials import shipped_chart
from kaohe_workflow.values.terms import OrganisationKind, Stage
from tests.unit.application.world.test_agencies import another

NOWHERE = "01he469xm0d20q3yqgwnhqgf8m"


def found(journeys: Journeys, who: Principal, name: str, **filters: str) -> set[str]:
    rows = journeys.world.application.lists.page(who, name, filters, limit=200).rows
    return {str(row["id"]) for row in rows}


def id_of(office: Principal) -> str:
    return str(office.organisation_id)


@pytest.mark.manual("N-3.12")
def test_an_area_is_an_administration_with_all_below_it(stored: Journeys) -> None:
    """机构按辖区 and by superior: a county with all that is below it, and what stands directly below a city."""
    world = stored.world
    county, neighbour = world.county, stored.neighbour
    here = {id_of(one) for one in (county, world.hospital, world.agency)}
    there = {id_of(one) for one in (neighbour, stored.elsewhere)}

    assert here == found(stored, world.province, "institutions", area_id=id_of(county))
    assert there == found(stored, world.province, "institutions", area_id=id_of(neighbour))
    assert {id_of(world.city)} | here | there == found(
        stored, world.province, "institutions", area_id=id_of(world.city)
    )
    assert {id_of(county), id_of(neighbour)} == found(
        stored, world.province, "institutions", superior_id=id_of(world.city)
    )
    assert there == found(stored, world.city, "institutions", area_id=id_of(neighbour))


@pytest.mark.manual("N-3.3")
def test_institutions_without_an_agency_are_found(stored: Journeys) -> None:
    """未指派考核机构: those whose superior acts for want of one; together they are all."""
    world = stored.world
    medical = {"kind": OrganisationKind.MEDICAL.value}
    without = found(stored, world.province, "institutions", agency_assigned="false", **medical)
    with_one = found(stored, world.province, "institutions", agency_assigned="true", **medical)

    assert id_of(stored.elsewhere) in without
    assert id_of(world.hospital) in with_one
    assert without | with_one == found(stored, world.province, "institutions", **medical)
    assert set() == without & with_one
    with pytest.raises(InputInvalid):
        found(stored, world.province, "institutions", agency_assigned="maybe")


@pytest.mark.manual("N-2.1", "N-3.12")
def test_files_are_found_by_area_and_by_agency(stored: Journeys) -> None:
    """Assessments and physicians, of the province and of the city; an institution finds its own by its own area."""
    world = stored.world
    one, other = stored.newcomer(), stored.newcomer(stored.elsewhere)
    for who in (world.province, world.city):
        assert {one.case_id} == found(stored, who, "assessments", area_id=id_of(world.county))
        assert {other.case_id} == found(stored, who, "assessments", area_id=id_of(stored.neighbour))
        assert {one.case_id} == found(stored, who, "assessments", agency_id=id_of(world.agency))
        assert {other.physician_id} == found(stored, who, "physicians", area_id=id_of(stored.elsewhere))
    assert {one.case_id} == found(stored, world.hospital, "assessments", area_id=id_of(world.hospital))
    assert {one.case_id} == found(stored, world.agency, "assessments", area_id=id_of(world.county))
    assert {one.case_id} == found(stored, one.principal, "assessments", area_id=id_of(world.province))


@pytest.mark.parametrize("name", ["assessments", "institutions", "accounts", "physicians", "papers"])
def test_a_place_out_of_sight_is_as_none(stored: Journeys, name: str) -> None:
    """Asked for by a place that the caller does not see, a list and its total are as for a place that there is not."""
    world, lists = stored.world, stored.world.application.lists
    stored.newcomer(stored.elsewhere)
    for who in (world.hospital, world.county, world.agency):
        for place in (stored.elsewhere, stored.neighbour):
            there = lists.page(who, name, {"area_id": id_of(place)}, total=True)

            assert lists.page(who, name, {"area_id": NOWHERE}, total=True) == there
            assert 0 == there.total


@pytest.mark.manual("S-10")
def test_accounts_are_found_by_institution(stored: Journeys) -> None:
    """The superior finds the accounts of one institution, physicians' among them."""
    world = stored.world
    one, other = stored.newcomer(), stored.newcomer(stored.elsewhere)
    lists = world.application.lists
    mine = lists.page(world.city, "accounts", {"institution_id": id_of(world.hospital)}, limit=200).rows

    assert one.physician_id in {row["physician_id"] for row in mine}
    assert {id_of(world.hospital)} == {row["institution_id"] for row in mine}
    assert other.physician_id not in {row["physician_id"] for row in mine}


@pytest.mark.manual("S-20")
def test_applications_to_correct_data_are_in_a_tab(stored: Journeys) -> None:
    """医师信息修改申请: 未审核 while they wait for the institution, 已审核 once it has decided."""
    world = stored.world
    waiting, decided = (stored.ask_for_correction(stored.newcomer()) for _ in range(2))
    world.send(world.hospital, "amendment", decided, "pass")

    assert {waiting} == found(stored, world.hospital, "amendments", institution_queue="pending")
    assert {decided} == found(stored, world.hospital, "amendments", institution_queue="reviewed")
    assert set() == found(stored, world.county, "amendments", administration_queue="reviewed")


@pytest.mark.manual("S-33")
def test_applications_to_assess_are_in_a_tab(stored: Journeys) -> None:
    """申请考核机构: one that was passed is 已审核, of its institution and in its area."""
    world = stored.world
    passed = world.application_of(world.agency)
    filters = {"area_id": id_of(world.county), "review": "reviewed"}

    assert {passed} == found(stored, world.city, "agency-applications", **filters)
    assert set() == found(stored, world.city, "agency-applications", review="pending")
    assert set() == found(stored, world.city, "agency-applications", area_id=id_of(stored.neighbour))


@pytest.mark.manual("S-33")
def test_what_was_decided_stays_in_the_tab_after_it_has_expired(journeys: Journeys) -> None:
    """已审核 is what was decided, the archive or not; an application that nobody made is in no tab."""
    world = journeys.world
    resigned, clinic = world.application_of(world.agency), another(journeys)
    world.entrust(clinic)
    opened = OpenPermission(str(world.hospital.organisation_id), world.cycle_id)
    unmade = world.send(world.county, "agency_application", None, "open_permission", opened).id
    world.send(world.county, "agency_application", resigned, "resign", reason="不再承担")
    stands = world.application_of(clinic)
    before = found(journeys, world.county, "agency-applications", review="reviewed")
    world.at(UNDISPUTED_DAY)
    world.publish_lines(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()

    assert {"expired"} == {
        world.state_of("agency_application", str(one)) for one in (resigned, stands, unmade)
    }
    assert {resigned, stands} == before
    assert before == found(journeys, world.county, "agency-applications", review="reviewed")


@pytest.mark.manual("S-41")
def test_a_total_is_of_all_pages_and_of_the_own_scope(stored: Journeys) -> None:
    """共N条: as many as all pages hold, whichever page is read; not counted unless it is asked for."""
    world, lists = stored.world, stored.world.application.lists
    for _ in range(3):
        stored.newcomer()
    stored.newcomer(stored.elsewhere)
    first = lists.page(world.hospital, "physicians", {}, limit=2, total=True)
    second = lists.page(world.hospital, "physicians", {}, limit=2, after=first.next, total=True)

    assert (2, 3) == (len(first.rows), first.total)
    assert (1, 3) == (len(second.rows), second.total)
    assert None is lists.page(world.hospital, "physicians", {}).total
    assert 4 == lists.page(world.city, "physicians", {}, limit=1, total=True).total
    assert 0 == lists.page(world.hospital, "physicians", {"name": "无"}, total=True).total
    with pytest.raises(InputInvalid):
        lists.page(world.hospital, "physicians", {}, total=1)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_counts_what_it_shows(stored: Journeys, name: str) -> None:
    """Of everybody, and of what somebody sees."""
    lists = stored.world.application.lists
    stored.newcomer()
    for who in (SYSTEM, stored.world.city, stored.world.hospital):
        page = lists.page(who, name, {}, limit=200, total=True)

        assert len(page.rows) == page.total


def test_the_words_of_tabs_are_states() -> None:
    """What a tab holds are states of the chart, by its newest version."""
    unknown = {
        (name, entry.name, state)
        for name, listed in LISTS.items()
        for entry in listed.filters
        if entry.choices and listed.view in VIEWS and entry.field == "state"
        for choice in entry.choices
        for state in choice.states
        if state not in shipped_chart(VIEWS[listed.view].base).leaves
    }

    assert set() == unknown
