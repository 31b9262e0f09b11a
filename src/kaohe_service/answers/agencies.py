"""
What is told of assessment institutions: committees, the public list, the reports of results.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import BOOLEAN, DAY, INTEGER, NULLABLE_TEXT, TEXT, Schema, array, closed
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition
from kaohe_workflow.lifecycles.result_report.case import Cause, Outcome
from kaohe_workflow.values.terms import OrganisationKind

_OUTCOME = {"type": "string", "enum": [one.value for one in Outcome]}

AGENCIES: Mapping[str, Schema] = {
    "ReportedResults": closed(
        edition=INTEGER,
        submitted_at=NULLABLE_TEXT,
        late=BOOLEAN,
        overdue=BOOLEAN,
        totals=array(closed(outcome=_OUTCOME, outcome_label=TEXT, number=INTEGER)),
        institutions=array(
            closed(
                institution_id=TEXT,
                institution_name=NULLABLE_TEXT,
                outcome=_OUTCOME,
                outcome_label=TEXT,
                number=INTEGER,
            )
        ),
        exceptional=array(
            closed(
                assessment_id=TEXT,
                institution_id=TEXT,
                name=NULLABLE_TEXT,
                id_number=NULLABLE_TEXT,
                outcome=_OUTCOME,
                outcome_label=TEXT,
                causes=array({"type": "string", "enum": [one.value for one in Cause]}),
                cause_labels=array(TEXT),
            )
        ),
    ),
    "Assessors": closed(
        agency_id=NULLABLE_TEXT,
        items=array(
            closed(
                name=TEXT,
                title=TEXT,
                position={"type": "string", "enum": [one.value for one in CommitteePosition]},
                position_label=TEXT,
                known=BOOLEAN,
            )
        ),
    ),
    "EntrustedAgencies": closed(
        total=INTEGER,
        next=NULLABLE_TEXT,
        items=array(
            closed(
                institution_id=TEXT,
                name=TEXT,
                kind={"type": "string", "enum": [one.value for one in OrganisationKind]},
                kind_label=TEXT,
                address=NULLABLE_TEXT,
                entrusted_by=NULLABLE_TEXT,
                cycle_id=TEXT,
                cycle_name=TEXT,
                entrusted_on=DAY,
                filed_upward=BOOLEAN,
                correcting=BOOLEAN,
            )
        ),
    ),
}
"""These answers, by the name that routes give each."""
