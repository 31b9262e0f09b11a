"""
Files whose ground a penalty or an amendment of the roster has taken away: those that go back, and those already sat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from kaohe_workflow.application.around.papers import paper_view
from kaohe_workflow.application.around.personal import cycle_view, person_view
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import IN_REVIEW, SAT
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import by
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.outcome import any_started
from kaohe_workflow.lifecycles.assessment.procedure import filing_stands
from kaohe_workflow.lifecycles.assessment.views import PersonView
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import Position

FALLEN = "登记的行政处罚或更正的医师信息使已提交的报名不再符合条件，请核对后重新提交"
"""Why the system returns a file; the physician is told."""


@attrs.frozen
class Judged:
    """A file under way: whether it still stands as it was filed, and whether it may still go back."""

    case: Case
    stands: bool
    returnable: bool


def _persons(reading: Reading, occurrences: Sequence[Occurrence]) -> dict[str, PersonView]:
    """Whom it is about, as the roster has them now: those who were changed, or whose papers are about cheating."""
    changed = {one.after.id: one.after for one in occurrences if one.lifecycle == "affiliation"}
    others = dict.fromkeys(
        one.after.record.physician_id for one in occurrences if one.lifecycle == "cheating"
    )
    found = changed | dict(reading.unit.read("affiliation", tuple(others)))
    return {id: person_view(case) for id, case in found.items()}


def _judged(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Judged]:
    persons = _persons(reading, occurrences)
    where = [Where("physician_id", "in", tuple(persons)), Where("state", "in", (*IN_REVIEW, *SAT))]
    cases = [case for case in reading.unit.find("assessment", where) if case.record.filing is not None]
    cycles = reading.unit.read("cycle", tuple(dict.fromkeys(case.record.cycle_id for case in cases)))
    sitting = tuple(case.id for case in cases if case.state in SAT)
    ids = tuple(case.id for case in cases)
    marks = reading.unit.find("cheating", [Where("assessment_id", "in", ids)]) if ids else []
    cheated = {mark.record.assessment_id for mark in marks if mark.state == "confirmed"}
    papers = by(reading.unit.find("evaluation", [Where("assessment_id", "in", sitting)]), "assessment_id")
    found = []
    for case in cases:
        cycle = cycle_view(cycles[case.record.cycle_id])
        person, parameters = persons[case.record.physician_id], reading.moment.of(cycle.first_day).parameters
        stands = filing_stands(
            case.record.filing, person, cycle, parameters, cheating_confirmed=case.id in cheated
        )
        started = any_started(map(paper_view, papers.get(case.id, [])), Stage.FIRST)
        windows = case.record.windows(cycle.windows)
        over = windows.evaluation.position(reading.moment.now) is Position.OVER
        waiting = case.state == "awaiting_assessment" and not started and not over
        found.append(Judged(case, stands, case.state in IN_REVIEW or waiting))
    return found


def fallen_files(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The files that stand no more and have no paper started, while there is still time to file again."""
    return [
        Command(one.case.id, reason=FALLEN)
        for one in _judged(reading, occurrences)
        if not one.stands and one.returnable
    ]


def files_to_flag(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The files that cannot go back any more, and whose mark is not as it should be."""
    return [
        Command(one.case.id)
        for one in _judged(reading, occurrences)
        if one.case.record.ground_lost is one.stands and (one.stands or not one.returnable)
    ]


SELECTORS: Mapping[str, Selector] = {"fallen_files": fallen_files, "files_to_flag": files_to_flag}
