"""
What the guards of a report of results look at.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol

from kaohe_workflow.lifecycles.result_report.case import ResultReport, Results
from kaohe_workflow.lifecycles.result_report.timing import CycleView, last_window, report_due_at
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.telling import last_day_before
from kaohe_workflow.values.windows import Position


class Around(Protocol):
    """What a report needs of its surroundings; for one to be made, what its payload names."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""

    @property
    def application_state(self) -> str | None:
        """The state of the institution's application to assess in this cycle, None where there is none."""

    @property
    def reported_already(self) -> bool:
        """Whether the institution has another report of the cycle."""

    @property
    def results(self) -> Results:
        """How all stand whom the institution assesses now."""


class ResultReportFacts(Facts[ResultReport, Around]):
    """The facts of the chart ``result_report``."""

    @property
    def report_time(self) -> str:
        """
        Whether the assessment has ended, and 30 days after it (考核办法 第十五条).

        Read: it ends with the make-up, or with the evaluation where none is offered; see `report_due_at`.
        """
        cycle, due_at = self._around.cycle, self._due_at
        window = last_window(cycle, self._parameters) if cycle is not None else None
        if window is None or due_at is None or self._now < window.closes_at:
            return Position.BEFORE.value
        return (Position.OPEN if self._now < due_at else Position.OVER).value

    @property
    def _due_at(self) -> datetime | None:
        returned_at = self._record.returned_at if self._record is not None else None
        return report_due_at(self._around.cycle, returned_at, self._parameters)

    @property
    def reported_already(self) -> bool:
        """There is a report of this institution and cycle: it is supplemented, never made twice."""
        return self._around.reported_already

    @property
    def relieved(self) -> bool:
        """
        The institution assesses no more in this cycle, or the cycle came to nothing (考核办法 第二十九条).

        With the archive each entrusting ends by itself: who has assessed until then still reports.
        """
        cycle, state = self._around.cycle, self._around.application_state
        archived = cycle is not None and cycle.state == "archived"
        return state == "disqualified" or (state == "expired" and not archived)

    @property
    def results_changed(self) -> bool:
        """Somebody stands otherwise than was reported, by a review or a correction (考核办法 第二十四条)."""
        return self._record is not None and self._record.results != self._around.results

    @property
    def registered(self) -> bool:
        """
        The administration has entered the results into the registration information (考核办法 第二十五条).

        Read: those of the edition that was submitted last; a supplement is to be entered anew.
        """
        return self._record is not None and self._record.registered

    @property
    def overdue(self) -> bool:
        """The report is marked as overdue."""
        return self._record is not None and self._record.overdue

    @property
    def report_due_at(self) -> datetime | None:
        """When the report becomes overdue; None once it is marked, and while the end of the assessment is open."""
        return None if self.overdue else self._due_at

    def _told_time(self) -> str:
        cycle, due_at = self._around.cycle, self._due_at
        window = last_window(cycle, self._parameters) if cycle is not None else None
        if window is None or due_at is None:
            return ""
        return f"考核到{last_day_before(window.closes_at)}结束，结果报告的期限到{last_day_before(due_at)}"

    _ASIDES: ClassVar = {"report_time": _told_time}
