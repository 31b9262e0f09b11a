"""
Which cases a job's event goes to: whole populations, a page at a time. One function a name in `policies.yaml`.

A province has 145,100 cases in one cycle; no function here reads more of them than its page. It finds those for which
the event makes sense now, so that a page done twice finds only what is still missing. Ids grow with time, and who
joins a population while a job goes through it is seen by a policy that follows at once; so nobody is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import ENDED, ENDED_APPLICATION, RUNNING, RUNNING_FOLLOW_UP
from kaohe_workflow.application.policies import Command, Found, Occurrence, Page, PagedSelector, Reading
from kaohe_workflow.lifecycles.assessment import events as assessment_events


def attached_without_case(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """
    Everybody attached anywhere who has no case in this cycle yet (考核办法 第三条, 手册 2.2.5).

    Nobody once the cycle has ended.
    """
    if occurrence.after.state not in RUNNING:
        # Each would be refused; 145,100 refusals tell nobody anything.
        return Found([], None, 0)
    cycle = occurrence.after.id
    persons, last = page.read(reading.unit, "affiliation", [Where("state", "eq", "attached")])
    ids = tuple(person.id for person in persons)
    cases = reading.unit.find(
        "assessment", [Where("physician_id", "in", ids), Where("cycle_id", "eq", cycle)]
    )
    known = {case.record.physician_id for case in cases}
    commands = [
        Command(None, assessment_events.Open(person.institution_id, cycle, person.id))
        for person in persons
        if person.id not in known
    ]
    return Found(commands, last, len(persons))


def papers_of_line(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """
    Scored papers that a published or corrected line judges: those not judged, or judged by the old line.

    A score at the line has passed (手册 2.2.9); a paper without a score waits for it, and one that was sat early has a
    line of its own.
    """
    line = occurrence.payload
    papers, last = page.read(
        reading.unit,
        "evaluation",
        [
            Where("cycle_id", "eq", occurrence.after.id),
            Where("stage", "eq", line.stage),
            Where("kind", "eq", line.kind),
            Where("level", "eq", line.level),
            Where("state", "in", ("handed_in", "passed", "failed")),
        ],
    )
    commands = []
    for paper in papers:
        score = paper.record.score
        if score is None or paper.record.own_line is not None:
            continue
        if paper.state == "handed_in" or (paper.state == "passed") != (score >= line.score):
            commands.append(Command(paper.id))
    return Found(commands, last, len(papers))


def unfinished_cases_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """The cases of a cycle that have no end yet."""
    cases, last = page.read(reading.unit, "assessment", [Where("cycle_id", "eq", occurrence.after.id)])
    return Found([Command(case.id) for case in cases if case.state not in ENDED], last, len(cases))


def unfinished_applications_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """The applications to be an assessment institution of a cycle that have no end yet."""
    cases, last = page.read(
        reading.unit, "agency_application", [Where("cycle_id", "eq", occurrence.after.id)]
    )
    return Found(
        [Command(case.id) for case in cases if case.state not in ENDED_APPLICATION], last, len(cases)
    )


def overdue_cases_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """The cases of a cycle that are marked as overdue; whether they are in time again, the chart decides."""
    asked = [Where("cycle_id", "eq", occurrence.after.id), Where("overdue", "eq", True)]
    cases, last = page.read(reading.unit, "assessment", asked)
    return Found([Command(case.id) for case in cases], last, len(cases))


def overdue_reports_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """The reports of a cycle that are marked as overdue; whether they are in time again, the chart decides."""
    asked = [Where("cycle_id", "eq", occurrence.after.id), Where("overdue", "eq", True)]
    cases, last = page.read(reading.unit, "result_report", asked)
    return Found([Command(case.id) for case in cases], last, len(cases))


def running_follow_ups_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Found:
    """The running follow-ups of a cycle; who was absent, and had missed the one before as well, the chart decides."""
    asked = [Where("cycle_id", "eq", occurrence.after.id)]
    found, last = page.read(reading.unit, "follow_up", asked)
    return Found([Command(one.id) for one in found if one.state in RUNNING_FOLLOW_UP], last, len(found))


POPULATIONS: Mapping[str, PagedSelector] = {
    "attached_without_case": attached_without_case,
    "papers_of_line": papers_of_line,
    "unfinished_cases_of_cycle": unfinished_cases_of_cycle,
    "unfinished_applications_of_cycle": unfinished_applications_of_cycle,
    "running_follow_ups_of_cycle": running_follow_ups_of_cycle,
    "overdue_cases_of_cycle": overdue_cases_of_cycle,
    "overdue_reports_of_cycle": overdue_reports_of_cycle,
}
"""Every selector of a job, by the name that policies use."""
