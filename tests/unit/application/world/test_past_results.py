"""历史考核结果查询: what became of people in each cycle, for who answers for them now (手册 2.2.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician, Merge
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.steps import leave, take_in

pytestmark = pytest.mark.manual("S-I8")


def results(world: World, principal: Principal, **filters: str) -> list[dict[str, Any]]:
    page = world.application.lists.page(principal, "results", filters, limit=50)
    return [dict(row) for row in page.rows]


def ids(world: World, principal: Principal, **filters: str) -> list[str]:
    return [row["id"] for row in results(world, principal, **filters)]


def archive(journeys: Journeys) -> None:
    """The province archives the cycle on a day when nothing keeps it."""
    world = journeys.world
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(date(2024, 5, 1))
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()


def failed_and_passed(journeys: Journeys) -> tuple[Traveller, Traveller]:
    """One of the hospital whose work was found 不合格, and one who has passed."""
    failed = journeys.to("awaiting_institution_review")
    journeys.fail_opinion(failed)
    return failed, journeys.to("qualified")


def test_a_result_goes_with_the_physician(stored: Journeys) -> None:
    """After 调离 and 调入 the new institution reads it and where it was earned, and opens nothing of it; the former one
    has the case, and no more a physician."""
    world, traveller = stored.world, stored.to("qualified")
    before = ids(world, world.hospital), ids(world, stored.elsewhere)
    leave(stored, traveller)
    waiting = ids(world, world.hospital), ids(world, stored.elsewhere)
    take_in(stored, traveller)
    (row,) = results(world, stored.elsewhere)

    assert ([traveller.case_id], []) == before == waiting
    assert (traveller.case_id, "qualified", "第一人民医院") == (
        row["id"],
        row["state"],
        row["institution_name"],
    )
    assert (world.cycle_id, "general", "first") == (row["cycle_id"], row["procedure"], row["stage"])
    assert [] == ids(world, world.hospital)
    assert [traveller.case_id] == [
        found["id"] for found in world.application.lists.page(world.hospital, "assessments", {}).rows
    ]
    with pytest.raises(NotFound):
        world.application.cases.get(stored.elsewhere, "assessment", traveller.case_id)


def test_where_it_was_earned_is_told_and_nothing_else_of_it(journeys: Journeys) -> None:
    """No department of the other institution, no opinion, no score, no file."""
    world, traveller = journeys.world, journeys.to("qualified")
    leave(journeys, traveller)
    take_in(journeys, traveller)
    (row,) = results(world, journeys.elsewhere)

    assert {
        *("id", "state", "institution_id", "institution_name", "physician_id", "name", "id_number", "level"),
        *("category", "birth_date", "age", "first_registered_on", "cycle_id", "procedure", "stage"),
    } == set(row)
    assert traveller.id_number not in str(row)


def test_what_has_not_ended_is_no_result(journeys: Journeys) -> None:
    """合格 and 不合格 at once; who had none when the cycle was archived is 未完成; 已退出 never was in it."""
    world, drafting, gone = journeys.world, journeys.to("awaiting_registration"), journeys.to("withdrawn")
    failed, passed = failed_and_passed(journeys)
    ended = {"unqualified": failed.case_id, "qualified": passed.case_id}
    now = ids(world, world.hospital)
    archive(journeys)

    assert sorted(ended.values()) == now
    assert [drafting.case_id] == ids(world, world.hospital, result="missed")
    for state, case_id in ended.items():
        assert [case_id] == ids(world, world.hospital, result=state)
    assert gone.case_id not in ids(world, world.hospital)


@pytest.fixture
def two(journeys: Journeys) -> tuple[Journeys, Traveller, Traveller]:
    """One who has passed and one who has not, both of the hospital."""
    failed, passed = failed_and_passed(journeys)
    return journeys, passed, failed


def test_by_person_and_by_result(two: tuple[Journeys, Traveller, Traveller]) -> None:
    """The number of whom it is, the person, the level then, procedure, stage, cycle, institution."""
    journeys, passed, failed = two
    world = journeys.world
    everything = sorted((passed.case_id, failed.case_id))
    home = str(world.hospital.organisation_id)

    assert [passed.case_id] == ids(world, world.hospital, id_number=passed.id_number)
    assert [failed.case_id] == ids(world, world.hospital, physician_id=failed.physician_id)
    assert everything == ids(world, world.hospital, cycle_id=world.cycle_id, institution_id=home)
    assert [] == ids(world, world.hospital, institution_id=str(journeys.elsewhere.organisation_id))
    assert everything == ids(world, world.hospital, procedure="general", level="licensed")
    assert [] == ids(world, world.hospital, stage="makeup", result="qualified")
    with pytest.raises(InputInvalid):
        ids(world, world.hospital, state="qualified")


def test_a_department_is_that_of_today(journeys: Journeys) -> None:
    """科室 asks where the physician is now, wherever the result was earned."""
    world, traveller = journeys.world, journeys.to("qualified")
    leave(journeys, traveller)
    take_in(journeys, traveller)
    payload = CreateDepartment(str(journeys.elsewhere.organisation_id), "骨科")
    department = world.send(journeys.elsewhere, "department", None, "create", payload).id
    nobody = ids(world, journeys.elsewhere, department_id=department)
    edited = EditPhysician(department_id=department)
    world.send(journeys.elsewhere, "affiliation", traveller.physician_id, "edit", edited)

    assert [] == nobody
    assert [traveller.case_id] == ids(world, journeys.elsewhere, department_id=department)


def test_each_caller_reads_of_the_own_physicians(two: tuple[Journeys, Traveller, Traveller]) -> None:
    """A physician the own; the assigned agency, county, city and province what lies in their range; nobody else."""
    journeys, passed, failed = two
    world = journeys.world
    everything = sorted((passed.case_id, failed.case_id))

    assert [passed.case_id] == ids(world, passed.principal)
    for caller in (world.agency, world.county, world.city, world.province):
        assert everything == ids(world, caller)
    assert [] == ids(world, journeys.neighbour)
    assert [] == ids(world, journeys.elsewhere)


def test_a_move_takes_the_results_out_of_one_range_into_another(journeys: Journeys) -> None:
    """The administration of the new institution reads them, that of the former one no more."""
    world, traveller = journeys.world, journeys.to("qualified")
    leave(journeys, traveller)
    take_in(journeys, traveller)

    assert [traveller.case_id] == ids(world, journeys.neighbour)
    assert [] == ids(world, world.county)
    assert [traveller.case_id] == ids(world, world.city)


def test_records_of_one_person_have_one_history(stored: Journeys) -> None:
    """Who was merged into another record is found by that one, also one after another; each at its institution."""
    world = stored.world
    first, kept = stored.to("awaiting_registration"), stored.newcomer(stored.elsewhere)
    between = stored.newcomer()
    archive(stored)
    office = world.city
    for number, (merged, into) in enumerate(((first, between), (between, kept))):
        by = attrs.evolve(office, operator_id=f"person-{number}")
        into_kept = Merge(into.physician_id)
        world.send(by, "affiliation", merged.physician_id, "merge", into_kept, reason="重复建档")

    assert first.case_id in ids(world, stored.elsewhere)
    assert first.case_id in ids(world, stored.elsewhere, id_number=kept.id_number)
    assert first.case_id in ids(world, world.province, physician_id=kept.physician_id)
    assert [] == ids(world, world.hospital)
