"""
What is told of physicians, their filings and departments, beside the cases themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    NULLABLE_TEXT,
    TEXT,
    Schema,
    array,
    closed,
    nullable,
    ref,
)
from kaohe_workflow.values.terms import AttachmentKind

_ROWS = array(INTEGER)

_NOTE = closed(row=INTEGER, column=TEXT, code=TEXT, message=TEXT)

_BLOCKING = closed(
    total=INTEGER,
    items=array(
        closed(
            id=TEXT,
            physician_id=TEXT,
            name=TEXT,
            id_number=TEXT,
            state=TEXT,
            state_label=TEXT,
            cycle_id=NULLABLE_TEXT,
        )
    ),
)

PEOPLE: Mapping[str, Schema] = {
    "FoundPerson": closed(
        person=nullable(
            closed(
                name=TEXT,
                id_number=TEXT,
                licence_number=NULLABLE_TEXT,
                state=TEXT,
                state_label=TEXT,
                administration=NULLABLE_TEXT,
                institution=NULLABLE_TEXT,
                event=NULLABLE_TEXT,
                case_id=NULLABLE_TEXT,
                version={"type": ["integer", "null"]},
                hint=TEXT,
            )
        )
    ),
    "RevealedNumber": closed(
        physician_id=TEXT,
        id_type=TEXT,
        id_type_label=TEXT,
        id_number=TEXT,
        qualification_number=NULLABLE_TEXT,
    ),
    "Subjects": closed(
        items=array(closed(code=TEXT, name=TEXT, parent=NULLABLE_TEXT, full_name=TEXT, aliases=array(TEXT))),
        public_health=array(closed(code=TEXT, name=TEXT)),
    ),
    "FilingCheck": closed(
        complete=BOOLEAN,
        problems=array(
            closed(
                path=TEXT,
                pointer=TEXT,
                part=TEXT,
                part_label=TEXT,
                code=TEXT,
                message=TEXT,
                required=BOOLEAN,
            )
        ),
        counts=array(closed(name=TEXT, label=TEXT)),
    ),
    "DepartmentBlockers": closed(physicians=_BLOCKING, drafts=_BLOCKING, filings=_BLOCKING),
    "Attachment": closed(
        id=TEXT,
        name=TEXT,
        kind={"type": "string", "enum": list(AttachmentKind)},
        size=INTEGER,
        digest=TEXT | {"description": "内容的SHA-256"},
        at=INSTANT,
    ),
    "ImportReport": closed(
        mode=TEXT,
        good=_ROWS,
        bad=array(closed(row=INTEGER, problems=array(closed(column=TEXT, code=TEXT, message=TEXT)))),
        refused=array(closed(row=INTEGER, problem=ref("Problem"))),
        unknown=array(closed(row=INTEGER, message=TEXT)),
        warnings=array(_NOTE),
    ),
}
"""These answers, by the name that routes give each."""
