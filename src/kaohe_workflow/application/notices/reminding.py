"""
The sweep of reminders: once on its day, each is noted and becomes a job that tells those who are behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import attrs

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.notices.reminders import ReminderRule
from kaohe_workflow.application.notices.telling import Teller
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.queries.working_days import calendar_in_force
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.windows import CHINA, local_date

FROM = time(8)
"""Nobody is reminded in the night."""


@attrs.frozen
class Due:
    """A reminder that has come: its row, the cycle, and the name under which it is noted."""

    rule: ReminderRule
    cycle: Case
    name: str


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
            moment = self.door.tools.catalogue.moment(now)
            teller = Teller(self.door.tools, unit, moment)
            for due in fresh:
                unit.note(due.name, now)
                teller.remind(due.rule, due.cycle, due.name)
            unit.commit()
        return len(fresh)

    def _fresh(self, unit: UnitOfWork, today: date) -> list[Due]:
        found = list(self._due(unit, today))
        noted = unit.noted([due.name for due in found])
        return [due for due in found if due.name not in noted]

    def _due(self, unit: UnitOfWork, today: date) -> Iterator[Due]:
        catalogue = self.door.tools.catalogue
        cycles = unit.find("cycle", [Where("state", "in", RUNNING)]) if catalogue.reminders else []
        if not cycles:
            return
        calendar, parameters = calendar_in_force(unit, catalogue.calendar), catalogue.parameters(today)
        for cycle in cycles:
            for rule in catalogue.reminders:
                day = rule.due_on(today, cycle.record.windows, parameters, calendar)
                if day is not None:
                    # Another end of the window is another reminder, the same one is not.
                    yield Due(rule, cycle, f"{rule.notice.name}/{cycle.id}/{rule.anchor}/{day.isoformat()}")
