"""
What is told of cycles and the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.cases import shown
from kaohe_service.answers.figures import RATE
from kaohe_service.answers.shapes import (
    BOOLEAN,
    DAY,
    INSTANT,
    INTEGER,
    NULLABLE_TEXT,
    TEXT,
    Schema,
    array,
    closed,
    nullable,
)
from kaohe_service.schemas import Components
from kaohe_workflow.values.errands import OpeningStanding
from kaohe_workflow.values.windows import CycleWindows
from kaohe_workflow.values.working_days import DaySource

_CONTACT: Schema = closed(
    role={"type": "string", "enum": ["agency", "administration"]},
    organisation=TEXT,
    person=NULLABLE_TEXT,
    phone=NULLABLE_TEXT,
)

CYCLES: Mapping[str, Schema] = {
    "WorkingDays": closed(
        items=array(
            closed(
                day=DAY,
                working=BOOLEAN,
                source={"enum": [source.value for source in DaySource]},
                source_label=TEXT,
                name=TEXT,
            )
        )
    ),
    "CycleWarnings": closed(
        items=array(closed(code=TEXT, message=TEXT, days=INTEGER, wanted=INTEGER, source=TEXT))
    ),
    "CycleOpening": closed(
        cycle_id=TEXT,
        standing={"enum": [standing.value for standing in OpeningStanding]},
        standing_label=TEXT,
        expected=nullable(INTEGER),
        opened=INTEGER,
        refused=INTEGER,
        published_at=nullable(INSTANT),
        went_on_at=nullable(INSTANT),
        published_by=NULLABLE_TEXT,
        publisher=NULLABLE_TEXT,
    ),
}
"""These answers, by the name that routes give each."""


def of_windows(components: Components) -> dict[str, Schema]:
    """What shows the windows of a cycle, each as the class of the windows describes them."""
    return {
        "FollowingCycle": closed(
            institution_id=TEXT,
            name=TEXT,
            first_day=DAY,
            last_day=DAY,
            windows=shown(components, CycleWindows),
        ),
        "Home": closed(
            organisation_name=NULLABLE_TEXT,
            organisation_kind=NULLABLE_TEXT,
            cycle_id=NULLABLE_TEXT,
            cycle_name=NULLABLE_TEXT,
            first_day=nullable(DAY),
            last_day=nullable(DAY),
            cycle_confirmed=nullable(BOOLEAN),
            windows=nullable(shown(components, CycleWindows)),
            general_awaiting=INTEGER,
            simplified_awaiting=INTEGER,
            exemption_awaiting=INTEGER,
            general_agency_awaiting=INTEGER,
            simplified_agency_awaiting=INTEGER,
            exemption_agency_awaiting=INTEGER,
            deferral_awaiting=INTEGER,
            deferral_office_awaiting=INTEGER,
            amendment_awaiting=INTEGER,
            registered=RATE,
            reviewed=RATE,
            finished=RATE,
            contacts=array(_CONTACT),
            unopened_notices=INTEGER,
        ),
    }
