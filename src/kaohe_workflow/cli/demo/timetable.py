"""
When a demonstration happens: the cycle, its windows and pass lines, and the moment of each step.

The dates are those of the manual's home page (手册 2.2.2). They belong to the demonstration and never come from the
directory that it runs from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from kaohe_workflow.values.terms import Level, PaperKind
from kaohe_workflow.values.windows import CHINA, CycleWindows, Window

CYCLE_NAME = "2020—2022年度医师定期考核"
FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2022, 12, 31)

WINDOWS = CycleWindows(
    agency_application=Window.of_days(date(2023, 11, 22), date(2023, 12, 2)),
    registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 27)),
    review=Window.of_days(date(2023, 11, 27), date(2023, 12, 29)),
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 12)),
    makeup_confirm=Window.of_days(date(2024, 1, 16), date(2024, 1, 19)),
    makeup=Window.of_days(date(2024, 1, 22), date(2024, 1, 26)),
)

LINES: Mapping[Level, Decimal] = {Level.LICENSED: Decimal(60), Level.ASSISTANT: Decimal(55)}
"""Pass lines by level, the same for both papers and both sittings."""

PAPERS = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
"""The papers that lines are published for."""

IMPORT_DAY = date(2023, 11, 27)
"""The day on which the roster is imported: later dates in it lie in the future."""


def _at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


SET_UP = _at(2023, 11, 20)
AGENCY_APPLIED = _at(2023, 11, 22)
AGENCY_APPROVED = _at(2023, 11, 23)
ROSTER_IMPORTED = _at(2023, 11, 27)
ENROLLED = _at(2023, 11, 27, 15)
FILED = _at(2023, 11, 28)
REVIEWED = _at(2023, 12, 5)
FILED_AGAIN = _at(2023, 12, 7)
REVIEWED_AGAIN = _at(2023, 12, 11)
AGENCY_REVIEWED = _at(2023, 12, 14)
RETURNED_ON = _at(2023, 12, 18)
FILED_ONCE_MORE = _at(2023, 12, 20)
REVIEWED_ONCE_MORE = _at(2023, 12, 22)
AGENCY_REVIEWED_AGAIN = _at(2023, 12, 26)
EXEMPTION_ASKED = _at(2023, 12, 28)
EXEMPTION_REVIEWED = _at(2023, 12, 29)
EXEMPTION_DECIDED = _at(2024, 1, 2)
SCORES_IMPORTED = _at(2024, 1, 13)
SCORES_DELIVERED = _at(2024, 1, 13, 15)
ABSENCES_CONFIRMED = _at(2024, 1, 14)
LINES_PUBLISHED = _at(2024, 1, 15)
MAKEUP_OPENED = _at(2024, 1, 15, 15)
MAKEUP_CONFIRMED = _at(2024, 1, 16)
MAKEUP_REFUSED = _at(2024, 1, 17)
MAKEUP_SCORES_IMPORTED = _at(2024, 1, 27)
MAKEUP_SCORES_DELIVERED = _at(2024, 1, 27, 15)
MAKEUP_ABSENCES_CONFIRMED = _at(2024, 1, 28)
MAKEUP_LINES_PUBLISHED = _at(2024, 1, 29)
CERTIFICATES_PRINTED = _at(2024, 1, 30)
