"""
When the seeded cycle happens: its windows lie around today, so that files are on their way when somebody looks.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import attrs

from kaohe_workflow.values.windows import CHINA, CycleWindows, Window

_NINE = time(9, tzinfo=CHINA)
_AGENCIES = (-40, -31)
_REGISTRATION = (-28, 28)
_REVIEW = (-28, 32)
_EVALUATION = (40, 49)
_CONFIRMING = (54, 57)
_MAKEUP = (61, 65)


@attrs.frozen
class Timetable:
    """The moments of a seeded cycle, by the day in China on which the command runs."""

    today: date

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _at(self, days: int) -> datetime:
        return datetime.combine(self._day(days), _NINE)

    def _window(self, days: tuple[int, int]) -> Window:
        return Window.of_days(self._day(days[0]), self._day(days[1]))

    @property
    def last_year(self) -> int:
        """The last of the three years that are assessed: the one before today's."""
        return self.today.year - 1

    @property
    def windows(self) -> CycleWindows:
        """Of the cycle; registration and review are open today."""
        return CycleWindows(
            agency_application=self._window(_AGENCIES),
            registration=self._window(_REGISTRATION),
            review=self._window(_REVIEW),
            evaluation=self._window(_EVALUATION),
            makeup_confirm=self._window(_CONFIRMING),
            makeup=self._window(_MAKEUP),
        )

    @property
    def set_up(self) -> datetime:
        """Organisations are made, the cycle is published."""
        return self._at(-45)

    @property
    def agencies(self) -> datetime:
        """Institutions become agencies."""
        return self._at(-38)

    @property
    def listed(self) -> datetime:
        """Departments and physicians are entered."""
        return self._at(-30)

    @property
    def enrolled(self) -> datetime:
        """Institutions enrol."""
        return self._at(-27)

    @property
    def filed(self) -> datetime:
        """Physicians file."""
        return self._at(-20)

    @property
    def reviewed(self) -> datetime:
        """Institutions give their opinions."""
        return self._at(-12)

    @property
    def agency_reviewed(self) -> datetime:
        """Agencies review."""
        return self._at(-5)
