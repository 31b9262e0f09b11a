"""
What is told of papers and certificates beside the cases themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from kaohe_workflow.application.queries.to_sit import ORDER
from kaohe_workflow.values.terms import CertificateStanding, Verdict

RESULTS: Mapping[str, Schema] = {
    "CheckedCertificate": closed(
        number=TEXT,
        name=TEXT,
        result={"type": ["string", "null"], "enum": [Verdict.QUALIFIED.value, None]},
        result_label=NULLABLE_TEXT,
        cycle_name=TEXT,
        cycle_first_day=DAY,
        cycle_last_day=DAY,
        issuing_authority=TEXT,
        issued_on=DAY,
        standing={"type": "string", "enum": [one.value for one in CertificateStanding]},
        standing_label=TEXT,
        stamped=BOOLEAN,
        note=TEXT,
    ),
    "PapersToSit": closed(
        items=array(
            closed(
                id=TEXT,
                state=TEXT,
                kind=TEXT,
                stage=TEXT,
                category=NULLABLE_TEXT,
                level=NULLABLE_TEXT,
                subjects=array(TEXT),
                opens_at=nullable(INSTANT),
                closes_at=nullable(INSTANT),
                ends_at=nullable(INSTANT),
                minutes=INTEGER,
                attempt=INTEGER,
                attempts=INTEGER,
                photo_interval_seconds=INTEGER,
                face_check=BOOLEAN,
                place={"type": ["integer", "null"]},
                prerequisite={"type": "string", "enum": list(ORDER)},
            )
        )
    ),
    "Practice": closed(
        items=array(
            closed(
                assessment_id=TEXT,
                cycle_id=TEXT,
                stage=TEXT,
                kinds=array(TEXT),
                level=NULLABLE_TEXT,
                category=NULLABLE_TEXT,
                subjects=array(TEXT),
                opens_at=INSTANT,
                closes_at=nullable(INSTANT),
                open=BOOLEAN,
            )
        )
    ),
    "ProposedLines": closed(items=array(closed(stage=TEXT, kind=TEXT, level=TEXT, score=TEXT))),
}
"""These answers, by the name that routes give each."""
