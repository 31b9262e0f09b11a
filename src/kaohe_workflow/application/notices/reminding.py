"""
The sweep of reminders: once on its day, each is noted and becomes a job that tells those who are behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import attrs

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.notices.behind import OF_CASES, with_own_windows
from kaohe_workflow.application.notices.reminders import FROM, LATE_AT_MOST, ReminderRule
from kaohe_workflow.application.notices.telling import Teller
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.queries.working_days import calendar_in_force
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.windows import CHINA, local_date


@attrs.frozen
class Due:
    """
    A reminder that has come: its row, the name under which it is noted, its day, and the cycle if it is of one.

    ``early`` is the assessment by whose own windows it has come (提前考核), None by the cycle's.
    """

    rule: ReminderRule
    name: str
    day: date
    cycle: Case | None = None
    early: Case | None = None


@attrs.frozen
class Reminders:
    """The sweep, over the one door; it may run late, twice, or on several workers at once."""

    door: Door

    def sweep(self) -> int:
        """Make the jobs of all reminders that have come and that nobody has made yet; how many."""
        now = self.door.clock.now()
        if now.astimezone(CHINA).time() < FROM:
            return 0
        with self.door.store.begin(write=False) as unit:
            fresh = self._fresh(unit, local_date(now))
        if not fresh:
            return 0
        with self.door.store.begin() as unit:
            # Of two workers the second waits here, and then finds them noted.
            unit.serialise("reminders")
            fresh = self._fresh(unit, local_date(now))
            for due in fresh:
                unit.note(due.name, now)
            made = sum(self._make(unit, due) for due in fresh)
            unit.commit()
        return made

    def _make(self, unit: UnitOfWork, due: Due) -> bool:
        """Make the job of a reminder; whether anybody may be waiting."""
        tools = self.door.tools
        moment = tools.catalogue.moment(self.door.clock.now())
        teller = Teller(tools, unit, moment)
        if due.cycle is not None:
            teller.remind(due.rule, due.cycle, due.name, due.early)
            return True
        calendar = calendar_in_force(unit, tools.catalogue.calendar)
        anchors = due.rule.anchors_of(due.day, moment.parameters, calendar)
        lifecycle, states = due.rule.notice.lifecycle, Where("state", "in", due.rule.states)
        if not anchors or not unit.find(lifecycle, [states], limit=1):
            return False
        teller.remind_of_cases(due.rule, anchors, due.name)
        return True

    def _fresh(self, unit: UnitOfWork, today: date) -> list[Due]:
        found = [*self._of_cycles(unit, today), *self._of_cases(today)]
        noted = unit.noted([due.name for due in found])
        return [due for due in found if due.name not in noted]

    def _of_cycles(self, unit: UnitOfWork, today: date) -> Iterator[Due]:
        catalogue = self.door.tools.catalogue
        rules = [rule for rule in catalogue.reminders if not rule.of_cases]
        cycles = unit.find("cycle", [Where("state", "in", RUNNING)]) if rules else []
        if not cycles:
            return
        calendar = calendar_in_force(unit, catalogue.calendar)
        for cycle, early in _timetables(unit, cycles):
            windows = cycle.record.windows if early is None else early.record.windows(cycle.record.windows)
            whose = cycle.id if early is None else early.id
            parameters = catalogue.parameters_of_cycle(cycle.record.first_day)
            for rule in rules:
                behind = OF_CASES.get(rule.notice.recipients[0])
                of_cycle = behind is None or not behind.alone
                if not (of_cycle if early is None else behind is not None):
                    continue
                day = rule.due_on(today, windows, parameters, calendar)
                if day is not None:
                    # Another end of the window is another reminder, the same one is not.
                    name = f"{rule.notice.name}/{whose}/{rule.anchor}/{day.isoformat()}"
                    yield Due(rule, name, day, cycle, early)

    def _of_cases(self, today: date) -> Iterator[Due]:
        """Every row about cases, for each day that may still be made up for."""
        for rule in self.door.tools.catalogue.reminders:
            for late in range(LATE_AT_MOST.days, -1, -1) if rule.of_cases else ():
                day = today - timedelta(days=late)
                yield Due(rule, f"{rule.notice.name}/{day.isoformat()}", day)


def _timetables(unit: UnitOfWork, cycles: Sequence[Case]) -> Iterator[tuple[Case, Case | None]]:
    """Each cycle with its own windows, and with those of each assessment that has others."""
    yield from ((cycle, None) for cycle in cycles)
    by_id = {cycle.id: cycle for cycle in cycles}
    for case in with_own_windows(unit):
        cycle = by_id.get(case.record.cycle_id)
        if cycle is not None:
            yield cycle, case
