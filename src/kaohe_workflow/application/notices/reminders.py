"""
Who is reminded of what, and on which day: the rows of `statecharts/reminders.yaml`, as values.

A reminder is a message and changes no state. It hangs on a day of a cycle's windows, or on a day that a case keeps;
where it is a matter of office hours and nobody works on that day, it comes on the last working day before, or after an
end on the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import attrs

from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.windows import CycleWindows, Window, local_date
from kaohe_workflow.values.working_days import WorkingCalendar

FROM = time(8)
"""Nobody is reminded in the night."""

BEFORE_CLOSING = timedelta(hours=24)
"""So long before a sitting ends whoever has not finished is reminded at the latest."""

LATE_AT_MOST = timedelta(days=3)
"""So long after its day a reminder still goes out, if nobody was there to send it; later it says nothing new."""

LONGEST_HOLIDAY = timedelta(days=14)
"""Nobody is off for longer at a time: so far a reminder moves at most."""

Anchor = Callable[[CycleWindows], date | None]
"""The day of a cycle that reminders count from; None while its window is not set."""


def _edge(window: str, edge: str) -> Anchor:
    def day(windows: CycleWindows) -> date | None:
        found: Window | None = getattr(windows, window)
        return None if found is None else getattr(found, edge)

    return day


def _closing(window: str) -> Anchor:
    """The last day from whose hour of reminding on `BEFORE_CLOSING` and more is left, whatever hour it ends at."""

    def day(windows: CycleWindows) -> date | None:
        found: Window | None = getattr(windows, window)
        if found is None:
            return None
        begins = datetime.combine(date.min, FROM) - datetime.combine(date.min, time())
        return local_date(found.closes_at - BEFORE_CLOSING - begins)

    return day


def _end_of_assessment(windows: CycleWindows) -> date | None:
    return (windows.makeup or windows.evaluation).last_day


ANCHORS: Mapping[str, Anchor] = {
    **{
        f"{field.name}.{edge}": _edge(field.name, edge)
        for field in attrs.fields(CycleWindows)
        for edge in ("first_day", "last_day")
    },
    **{f"{sitting}.closing": _closing(sitting) for sitting in ("evaluation", "makeup")},
    "assessment.last_day": _end_of_assessment,
}
"""
By the names that the table uses: the bounds of each window; for what is sat, the day that its end is told on; the end
of the make-up, else of the evaluation.
"""


@attrs.frozen
class ReminderRule:
    """
    One row of the table.

    ``notice`` says to whom and what; its lifecycle is ``cycle``, or that of the cases that the row is about. ``anchor``
    names a day of `ANCHORS`, of cases one of `waiting.ANCHORS`; the row falls on the days ``days`` away from it
    (negative: before), ``before`` or ``after`` so many days, or ``working_days_after`` it, the latter three named by a
    parameter. ``office_hours`` moves it where nobody works: up to the anchor to the last working day before, after it
    to the next. Of cases, ``states`` are those in which one waits, unless its record says something of ``unless``.
    """

    notice: NoticeRule
    anchor: str
    days: tuple[int, ...] = ()
    before: str | None = None
    after: str | None = None
    working_days_after: str | None = None
    office_hours: bool = True
    states: tuple[str, ...] = ()
    unless: str | None = None

    @property
    def of_cases(self) -> bool:
        """Whether the row is about cases, and not about a day of a cycle."""
        return self.notice.lifecycle != "cycle"

    def falls_on(
        self, windows: CycleWindows, parameters: Parameters, calendar: WorkingCalendar
    ) -> tuple[date, ...]:
        """The days in China on which this row falls in a cycle, in order, each once; empty without an anchor."""
        anchor = ANCHORS[self.anchor](windows)
        return () if anchor is None else self.falls_from(anchor, parameters, calendar)

    def falls_from(self, anchor: date, parameters: Parameters, calendar: WorkingCalendar) -> tuple[date, ...]:
        """The days on which this row falls, counted from a day; in order, each once."""
        if self.working_days_after is not None:
            return (calendar.after(anchor, getattr(parameters, self.working_days_after)),)
        return tuple(sorted({self._moved(anchor, each, calendar) for each in self._away(parameters)}))

    def anchors_of(self, day: date, parameters: Parameters, calendar: WorkingCalendar) -> tuple[date, ...]:
        """
        The days from which this row falls on ``day``, in order; of a row that counts working days, none.

        A day off moves it by no more than `LONGEST_HOLIDAY`: only days that near are tried.
        """
        found: set[date] = set()
        for away in self._away(parameters):
            exact = day - timedelta(days=away)
            reach = LONGEST_HOLIDAY.days if self.office_hours else 0
            steps = range(reach + 1) if away <= 0 else range(-reach, 1)
            found.update(
                tried
                for tried in (exact + timedelta(days=step) for step in steps)
                if self._moved(tried, away, calendar) == day
            )
        return tuple(sorted(found))

    def _away(self, parameters: Parameters) -> tuple[int, ...]:
        if self.before is not None:
            return (-getattr(parameters, self.before),)
        return self.days if self.after is None else (getattr(parameters, self.after),)

    def _moved(self, anchor: date, days: int, calendar: WorkingCalendar) -> date:
        day = anchor + timedelta(days=days)
        if not self.office_hours:
            return day
        return calendar.on_or_before(day) if days <= 0 else calendar.after(day - timedelta(days=1), 1)

    def due_on(
        self, today: date, windows: CycleWindows, parameters: Parameters, calendar: WorkingCalendar
    ) -> date | None:
        """The last of its days that has come, if it is no more than `LATE_AT_MOST` ago."""
        come = [day for day in self.falls_on(windows, parameters, calendar) if day <= today]
        return come[-1] if come and today - come[-1] <= LATE_AT_MOST else None
