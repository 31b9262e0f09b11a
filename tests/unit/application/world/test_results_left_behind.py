"""In whose report the results of an institution are that assesses no more: over the store."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, OpenMakeup
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.result_report.case import Outcome
from kaohe_workflow.testing.journeys import UNDISPUTED_DAY, Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import PaperKind
from tests.unit.application.world.steps import case_of, cause_of_last, shifted
from tests.unit.application.world.test_agencies import another
from tests.unit.application.world.test_result_reports import ENDED, TOLD, report_of, told


@pytest.mark.manual("R-15.1")
def test_report_results_taken_over(stored: Journeys) -> None:
    """The results of whoever resigned go into the report of who assesses next; they stay there after the archive."""
    world, passed, successor = stored.world, stored.to("qualified"), successor_of(stored)
    own, report = report_of(world), str(world.report_of(successor))
    resign(world)
    assign(world, successor)
    cause = cause_of_last(world, "result_report", report)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    world.send(successor, "result_report", report, "submit", TOLD)
    record = case_of(world, "result_report", report).record

    assert ("lapsed", "report_results_taken_over") == (world.state_of("result_report", own), cause)
    assert (passed.case_id,) == record.taken_on
    assert 1 == record.results.total(Outcome.QUALIFIED)
    assert any("一并上报" in text for text in told(world, successor))
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-15.1")
def test_report_results_left_behind(journeys: Journeys) -> None:
    """So they do where the next one was assigned before the other resigned; whose it is to report changes with that."""
    world, passed, successor = journeys.world, journeys.to("qualified"), successor_of(journeys)
    report = str(world.report_of(successor))
    assign(world, successor)
    before = case_of(world, "result_report", report).record.taken_on
    resign(world)

    assert ((), (passed.case_id,)) == (before, case_of(world, "result_report", report).record.taken_on)
    assert "report_results_left_behind" == cause_of_last(world, "result_report", report)


def test_report_results_of_new_agency(journeys: Journeys) -> None:
    """And where the one that is assigned is approved for the cycle only later."""
    world, passed = journeys.world, journeys.to("qualified")
    known = case_of(world, "cycle", world.cycle_id).record
    windows = shifted(60, agency_application=known.windows.agency_application)
    payload = CreateCycle(known.institution_id, "第二周期", date(2023, 1, 1), date(2025, 12, 31), windows)
    following = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", following, "publish")
    successor = successor_of(journeys, cycle_id=following)
    resign(world)
    assign(world, successor)
    world.entrust(successor)
    report = str(world.report_of(successor))

    assert (passed.case_id,) == case_of(world, "result_report", report).record.taken_on
    assert "report_results_of_new_agency" == cause_of_last(world, "result_report", report)


def test_what_was_reported_is_not_taken_on(journeys: Journeys) -> None:
    """Whoever resigns after having reported leaves nothing behind."""
    world, _, successor = journeys.world, journeys.to("qualified"), successor_of(journeys)
    world.at(ENDED)
    world.send(world.agency, "result_report", report_of(world), "submit", TOLD)
    resign(world)
    assign(world, successor)

    assert () == case_of(world, "result_report", str(world.report_of(successor))).record.taken_on


def test_results_are_taken_on_once(journeys: Journeys) -> None:
    """Who is assigned another institution, or the same again, carries nothing twice, and is told once."""
    world, passed, successor = journeys.world, journeys.to("qualified"), successor_of(journeys)
    report = str(world.report_of(successor))
    resign(world)
    assign(world, successor)
    before = step_count(world, report)
    assign(world, world.county)
    assign(world, successor)
    again = AssignAgency(successor.organisation_id)
    world.send(journeys.neighbour, "institution", journeys.elsewhere.organisation_id, "assign_agency", again)

    assert (passed.case_id,) == case_of(world, "result_report", report).record.taken_on
    assert before == step_count(world, report)
    assert 1 == sum("一并上报" in text for text in told(world, successor))


@pytest.mark.manual("R-15.1")
def test_what_is_decided_anew_is_reported_once(journeys: Journeys) -> None:
    """A result that was left behind, and that whoever assesses now has come to again, is that one's own."""
    world, passed, successor = journeys.world, journeys.to("qualified"), successor_of(journeys)
    report = str(world.report_of(successor))
    resign(world)
    assign(world, successor)
    journeys.correct(Decimal(90), PaperKind.HUMANITIES)
    undecided = journeys.state(passed)
    world.send(world.province, "assessment", passed.case_id, "refuse_makeup", reason="不符合补考条件")
    world.at(ENDED)
    world.send(successor, "result_report", report, "submit", TOLD)
    results = case_of(world, "result_report", report).record.results

    assert "awaiting_makeup_approval" == undecided
    assert successor.organisation_id == case_of(world, "assessment", passed.case_id).record.assessed_by
    assert (0, 1) == (results.total(Outcome.QUALIFIED), results.total(Outcome.UNQUALIFIED))


def step_count(world: World, report: str) -> int:
    """How many steps a report has."""
    return len(world.application.cases.history(SYSTEM, "result_report", report))


def successor_of(journeys: Journeys, **cycle: str) -> Principal:
    """Another institution that assesses, in the cycle of the world where none is named."""
    found = another(journeys)
    attrs.evolve(journeys.world, **cycle).entrust(found)
    return found


def resign(world: World) -> None:
    """Let the world's agency assess no more."""
    application = world.application_of(world.agency)
    world.send(world.county, "agency_application", application, "resign", reason="不再承担")


def assign(world: World, agency: Principal) -> None:
    """Let the world's hospital be assessed by another."""
    heir = AssignAgency(agency.organisation_id)
    world.send(world.county, "institution", world.hospital.organisation_id, "assign_agency", heir)
