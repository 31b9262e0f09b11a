"""What an assessment institution reports after a cycle: over the store."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify
from kaohe_workflow.lifecycles.assessment.events import RevokeResult
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, OpenMakeup
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.result_report.case import Cause, Outcome
from kaohe_workflow.lifecycles.result_report.events import Submit
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import BAD, LOW, SITTING_DAY, UNDISPUTED_DAY, Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import case_of, cause_of_last, events_of, refused, second_cycle

TOLD = Submit(work="考核工作已完成。")
ENDED, LAST, LATE = date(2024, 1, 27), date(2024, 2, 25), date(2024, 2, 26)


def report_of(world: World) -> str:
    """The report that is due of the world's agency."""
    found = world.report_of(world.agency)
    assert found is not None
    return found


def told(world: World, principal: Principal) -> list[str]:
    """What an inbox says."""
    return [notice.text for notice in world.application.inbox.page(principal, limit=200).notices]


def results(journeys: Journeys) -> dict[str, str]:
    """Somebody qualified, somebody 不合格 by an opinion, somebody whose make-up was refused; ids by what they are."""
    failed = journeys.to("awaiting_institution_review")
    world = journeys.world
    world.send(world.hospital, "assessment", failed.case_id, "submit_opinion", BAD)
    world.send(world.agency, "assessment", failed.case_id, "confirm_fail")
    passed, refused, waiting = (journeys.to("awaiting_assessment") for _ in range(3))
    journeys.not_before(SITTING_DAY)
    for one in (refused, waiting):
        journeys.score(one, Stage.FIRST, humanities=LOW, professional=LOW)
    journeys.lead(passed, "qualified")
    journeys.lead(waiting, "awaiting_makeup")
    journeys.lead(refused, "unqualified")
    found = {"failed": failed, "passed": passed, "refused": refused, "open": waiting}
    return {name: traveller.case_id for name, traveller in found.items()}


@pytest.mark.manual("N-2.9", "R-15.1")
def test_an_agency_reports_what_came_of_everybody(stored: Journeys) -> None:
    """Counts by institution, and whoever is not 合格 with the reasons; the administration puts it on record."""
    world = stored.world
    made = results(stored)
    report = report_of(world)
    early = refused(world, world.agency, "result_report", report, "submit", TOLD)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    record = case_of(world, "result_report", report).record
    world.send(world.county, "result_report", report, "file")
    (row,) = world.application.lists.page(world.county, "reports", {"state": "filed"}).rows

    assert ["assessment_ended"] == early
    assert {
        made["failed"]: (Outcome.UNQUALIFIED, True),
        made["refused"]: (Outcome.UNQUALIFIED, True),
        made["open"]: (Outcome.PENDING, False),
    } == {one.assessment_id: (one.outcome, bool(one.causes)) for one in record.results.exceptional}
    by_id = {one.assessment_id: one.causes for one in record.results.exceptional}
    assert Cause.ETHICS in by_id[made["failed"]]
    assert (Cause.PAPER, Cause.MAKEUP_REFUSED) == by_id[made["refused"]]
    assert (1, 2, 1, 0) == tuple(
        record.results.total(one)
        for one in (Outcome.QUALIFIED, Outcome.UNQUALIFIED, Outcome.PENDING, Outcome.MISSED)
    )
    assert (False, False, 1) == (record.late, record.overdue, record.edition)
    assert (report, False, False) == (row["id"], row["overdue"], row["late"])
    assert any("已上报第一周期的考核结果" in text for text in told(world, world.county))
    assert any("备案" in text for text in told(world, world.agency))
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-15.1")
@pytest.mark.parametrize(("day", "late"), [(LAST, False), (LATE, True)])
def test_the_thirtieth_day_after_the_make_up_still_counts(journeys: Journeys, day: date, late: bool) -> None:
    """The make-up ends with 01-26, day 0; 02-25 is in time. Late, both are told, and the lists are asked by it."""
    world = journeys.world
    report = report_of(world)
    world.at(day)
    overdue = world.application.lists.page(world.county, "reports", {"overdue": "true"}).rows
    warned = [any("已逾期" in text for text in told(world, one)) for one in (world.agency, world.county)]
    world.send(world.agency, "result_report", report, "submit", TOLD)
    record = case_of(world, "result_report", report).record
    found = world.application.lists.page(world.county, "reports", {"late": "true"}).rows

    assert ([report] if late else []) == [row["id"] for row in overdue]
    assert [late, late] == warned
    assert (late, False) == (record.late, record.overdue)
    assert ([report] if late else []) == [row["id"] for row in found]


@pytest.mark.manual("R-15.1")
@pytest.mark.parametrize("reported", [False, True])
def test_who_has_not_reported_is_reminded_a_week_before(journeys: Journeys, reported: bool) -> None:
    """On the working day that comes 23 days after the end; who has reported is left alone."""
    world = journeys.world
    world.at(ENDED)
    if reported:
        world.send(world.agency, "result_report", report_of(world), "submit", TOLD)
    for day in range(date(2024, 2, 17).toordinal(), date(2024, 2, 23).toordinal()):
        world.at(date.fromordinal(day))
    reminded = [text for text in told(world, world.agency) if "贵单位的考核结果尚未上报" in text]

    assert int(not reported) == len(reminded)


@pytest.mark.manual("N-2.9", "R-15.1")
def test_a_report_is_read_in_words(journeys: Journeys) -> None:
    """Totals of every outcome, names of institutions, names and masked numbers of whoever is not 合格."""
    world = journeys.world
    made = results(journeys)
    report = report_of(world)
    empty = world.application.reporting.package(world.agency, report)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    package = world.application.reporting.package(world.county, report)
    with pytest.raises(NotFound):
        world.application.reporting.package(world.hospital, report)
    masked = [one.id_number for one in package.exceptional if one.id_number is not None]

    assert (0, [0] * len(Outcome), ()) == (empty.edition, list(empty.totals.values()), empty.exceptional)
    assert [1, 2, 0, 0, 1] == list(package.totals.values())
    assert {"第一人民医院"} == {one.institution_name for one in package.institutions}
    assert set(made.values()) - {made["passed"]} == {one.assessment_id for one in package.exceptional}
    assert [True] * 3 == ["*" in number for number in masked]


def test_whoever_is_assessed_by_another_by_now_has_no_name(journeys: Journeys) -> None:
    """The report stands as it was given; of whom the agency does not see any more it tells no name."""
    world = journeys.world
    results(journeys)
    report = report_of(world)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    hospital = world.hospital.organisation_id
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(None))
    seen = [
        [one.name is not None for one in world.application.reporting.package(by, report).exceptional]
        for by in (world.agency, world.county)
    ]

    assert [[False] * 3, [True] * 3] == seen


def test_a_returned_report_is_given_again(journeys: Journeys) -> None:
    """With a reason; files go along, and are read by those above."""
    world = journeys.world
    report = report_of(world)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    world.send(world.county, "result_report", report, "return", reason="未附名单")
    proof = attrs.evolve(TOLD, attachments=(hand_in(world.application, world.agency),))
    world.send(world.agency, "result_report", report, "submit", proof)

    assert ["open", "submit", "return", "submit"] == events_of(world, "result_report", report)
    assert ("submitted", 2) == (
        world.state_of("result_report", report),
        case_of(world, "result_report", report).record.edition,
    )
    assert any("未附名单" in text for text in told(world, world.agency))


def test_a_filed_report_is_supplemented_when_a_result_changes(journeys: Journeys) -> None:
    """Without a change there is nothing to supplement."""
    world = journeys.world
    passed = journeys.to("qualified")
    report = report_of(world)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    world.send(world.county, "result_report", report, "file")
    arguments = ("result_report", report, "submit", TOLD)
    unchanged = refused(world, world.agency, *arguments, reason="核对")
    revoked = RevokeResult(evidence=(hand_in(world.application, world.county),))
    world.send(world.county, "assessment", passed.case_id, "revoke_result", revoked, reason="弄虚作假")
    world.send(world.agency, *arguments, reason="结果被撤销")
    (one,) = case_of(world, "result_report", report).record.results.exceptional

    assert ["results_changed"] == unchanged
    assert (passed.case_id, (Cause.REVOCATION,)) == (one.assessment_id, one.causes)


@pytest.mark.manual("R-15.1")
def test_what_was_assessed_is_still_reported_after_the_archive(stored: Journeys) -> None:
    """The entrusting ends with the cycle; the results stay those of the agency, and so does whoever missed it."""
    world = stored.world
    failed, missed = (stored.to("awaiting_institution_review") for _ in range(2))
    stored.fail_opinion(failed)
    stored.to("qualified")
    report = report_of(world)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    world.send(world.agency, "result_report", report, "submit", TOLD)
    world.send(world.county, "result_report", report, "file")
    unchanged = refused(world, world.agency, "result_report", report, "submit", TOLD, reason="核对")
    reported = case_of(world, "result_report", report).record.results

    assert [1, 1, 1] == [
        reported.total(one) for one in (Outcome.QUALIFIED, Outcome.UNQUALIFIED, Outcome.MISSED)
    ]
    assert {failed.case_id, missed.case_id} == {one.assessment_id for one in reported.exceptional}
    assert {failed.case_id: (Cause.ETHICS,), missed.case_id: ()} == {
        one.assessment_id: one.causes for one in reported.exceptional
    }
    assert ["results_changed"] == unchanged
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-15.1")
def test_another_agency_reports_only_what_it_assesses_itself(stored: Journeys) -> None:
    """The institution is assigned to another: what is open goes along, what has a result stays."""
    world = stored.world
    waiting = stored.to("awaiting_agency_review")
    stored.to("qualified")
    report = report_of(world)
    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    before = case_of(world, "result_report", report).record.results
    world.send(world.county, "result_report", report, "file")
    world.send(
        world.county, "institution", world.hospital.organisation_id, "assign_agency", AssignAgency(None)
    )
    world.send(world.agency, "result_report", report, "submit", TOLD, reason="机构已另行指派")
    after = case_of(world, "result_report", report).record.results

    assert [waiting.case_id] == [one.assessment_id for one in before.exceptional]
    assert () == after.exceptional
    assert 1 == after.total(Outcome.QUALIFIED)


@pytest.mark.manual("N-3.8")
def test_filed_results_are_entered_into_the_registration_information(stored: Journeys) -> None:
    """By the administration that filed them, once (考核办法 第二十五条); after a supplement they are entered again."""
    world = stored.world
    passed = stored.to("qualified")
    report = report_of(world)
    entered = ("result_report", report, "enter_register")

    def waiting() -> list[str]:
        page = world.application.lists.page(
            world.county, "reports", {"state": "filed", "registered": "false"}
        )
        return [row["id"] for row in page.rows]

    world.at(ENDED)
    world.send(world.agency, "result_report", report, "submit", TOLD)
    world.send(world.county, "result_report", report, "file")
    before = waiting()
    world.send(world.county, *entered)
    between, again = waiting(), refused(world, world.county, *entered)
    revoked = RevokeResult(evidence=(hand_in(world.application, world.county),))
    world.send(world.county, "assessment", passed.case_id, "revoke_result", revoked, reason="弄虚作假")
    world.send(world.agency, "result_report", report, "submit", TOLD, reason="结果被撤销")
    world.send(world.county, "result_report", report, "file")
    after = waiting()
    world.send(world.county, *entered)

    assert ([report], [], ["not_registered"], [report], []) == (before, between, again, after, waiting())


@pytest.mark.parametrize("part", ["hospital", "neighbour", "elsewhere"])
def test_nobody_beside_sees_a_report(journeys: Journeys, part: str) -> None:
    """Neither whom the agency assesses, nor others."""
    world = journeys.world
    principal = getattr(world, part, None) or getattr(journeys, part)
    with pytest.raises(NotFound):
        world.send(principal, "result_report", report_of(world), "submit", TOLD)

    assert () == tuple(world.application.lists.page(principal, "reports", {}).rows)


def test_await_report(stored: Journeys) -> None:
    """Who is approved has a report to come, once; a correction that is accepted makes no other."""
    world = stored.world
    report = report_of(world)
    before = cause_of_last(world, "result_report", report)
    application = world.application_of(world.agency)
    world.send(world.county, "agency_application", application, "order_correction", reason="程序不规范")
    with world.application.store.begin(write=False) as unit:
        found = unit.find("result_report", [Where("institution_id", "eq", world.agency.organisation_id)])

    assert "await_report" == before
    assert 1 == len(found)


@pytest.mark.parametrize("event", ["resign", "disqualify"])
def test_let_report_lapse(stored: Journeys, event: str) -> None:
    """Whoever assesses no more has handed the files on, and owes no report."""
    world = stored.world
    report, application = report_of(world), world.application_of(world.agency)
    payload = () if event == "resign" else (Disqualify((Fault.FRAUD,), 2),)
    by = attrs.evolve(world.county, account_id="second", operator_id="second")
    world.send(by, "agency_application", application, event, *payload, reason="不再承担")

    assert "lapsed" == world.state_of("result_report", report)
    assert "let_report_lapse" == cause_of_last(world, "result_report", report)


def test_the_archive_ends_no_duty_to_report(journeys: Journeys) -> None:
    """With it the entrusting ends, and what is not reported stays due; a discarded cycle leaves nothing to report."""
    world = journeys.world
    following = second_cycle(journeys)
    world.send(world.province, "cycle", following, "publish")
    world.send(world.province, "cycle", following, "discard", reason="重复建立")
    world.settle()
    report = report_of(world)
    world.at(LATE)
    world.publish_lines(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    world.send(world.agency, "result_report", report, "submit", TOLD)

    assert "submitted" == world.state_of("result_report", report)


@pytest.mark.parametrize("longer", [False, True])
def test_retime_reports(stored: Journeys, longer: bool) -> None:
    """A make-up that ends later makes the report due later."""
    world = stored.world
    report = report_of(world)
    if longer:
        extend(world)
    world.at(LATE)

    assert (not longer) == case_of(world, "result_report", report).record.overdue


def test_clear_overdue_reports(stored: Journeys) -> None:
    """So it takes the mark away, too."""
    world = stored.world
    report = report_of(world)
    world.at(LATE)
    before = case_of(world, "result_report", report).record.overdue
    extend(world, until=date(2024, 3, 1))
    world.settle()

    assert (True, False) == (before, case_of(world, "result_report", report).record.overdue)
    assert "clear_overdue_reports" == cause_of_last(world, "result_report", report)


def extend(world: World, until: date = date(2024, 1, 31)) -> None:
    """Let the make-up end later."""
    windows = case_of(world, "cycle", world.cycle_id).record.windows
    longer = Window(windows.makeup.opens_at, Window.of_days(until, until).closes_at)
    payload = ChangeWindows(attrs.evolve(windows, makeup=longer))
    world.send(world.province, "cycle", world.cycle_id, "change_windows", payload)
    world.settle()
