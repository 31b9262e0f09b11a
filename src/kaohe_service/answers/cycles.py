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
from kaohe_workflow.values.terms import (
    AttachmentKind,
    Category,
    LabelledEnum,
    Level,
    PaperKind,
    Procedure,
    RecordLevel,
    Stage,
)
from kaohe_workflow.values.windows import CycleWindows
from kaohe_workflow.values.working_days import DaySource

_CONTACT: Schema = closed(
    role={"type": "string", "enum": ["agency", "administration"]},
    organisation=TEXT,
    person=NULLABLE_TEXT,
    phone=NULLABLE_TEXT,
)

_GROUNDS = array(closed(code=TEXT, label=TEXT, exclusions=array(TEXT), evidence=TEXT))


def _codes(terms: type[LabelledEnum]) -> Schema:
    return {"enum": [one.value for one in terms]}


CYCLES: Mapping[str, Schema] = {
    "CycleChoices": closed(
        cycle_id=TEXT,
        list_approval=BOOLEAN,
        exemption_grounds=_GROUNDS,
        exemption_with_registration=BOOLEAN,
        simplified_grounds=_GROUNDS,
        simplified_years_long=INTEGER,
        simplified_years_with_record=INTEGER,
        good_record_minimum_level=_codes(RecordLevel),
        good_record_minimum_level_label=TEXT,
        deferral=BOOLEAN,
        deferral_grounds=_GROUNDS,
        other_opinions_required=BOOLEAN,
        papers=array(
            closed(
                procedure=_codes(Procedure),
                procedure_label=TEXT,
                stage=_codes(Stage),
                stage_label=TEXT,
                level=nullable(_codes(Level)),
                level_label=NULLABLE_TEXT,
                category=nullable(_codes(Category)),
                category_label=NULLABLE_TEXT,
                papers=array(_codes(PaperKind)),
                paper_labels=array(TEXT),
                spared=nullable(_codes(PaperKind)),
                spared_label=NULLABLE_TEXT,
            )
        ),
        papers_in_order=BOOLEAN,
        paper_minutes=INTEGER,
        paper_attempts=INTEGER,
        face_check=BOOLEAN,
        makeup_offered=BOOLEAN,
        makeup_training_days=INTEGER,
        recall_minutes=INTEGER,
        attachment_kinds=array(_codes(AttachmentKind)),
        attachment_maximum_mebibytes=INTEGER,
    ),
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
            current=nullable(_cycle_at_home(components)),
            cycles=array(_cycle_at_home(components)),
            amendment_awaiting=INTEGER,
            contacts=array(_CONTACT),
            unopened_notices=INTEGER,
        ),
    }


def _cycle_at_home(components: Components) -> Schema:
    """A running cycle on the home page."""
    return closed(
        cycle_id=TEXT,
        cycle_name=TEXT,
        first_day=DAY,
        last_day=DAY,
        cycle_confirmed=nullable(BOOLEAN),
        windows=shown(components, CycleWindows),
        assessment_id=NULLABLE_TEXT,
        assessment_state=NULLABLE_TEXT,
        general_awaiting=INTEGER,
        simplified_awaiting=INTEGER,
        exemption_awaiting=INTEGER,
        general_agency_awaiting=INTEGER,
        simplified_agency_awaiting=INTEGER,
        exemption_agency_awaiting=INTEGER,
        deferral_awaiting=INTEGER,
        deferral_office_awaiting=INTEGER,
        list_agency_awaiting=INTEGER,
        registered=RATE,
        reviewed=RATE,
        finished=RATE,
    )
