"""
What the door answers: receipts, refusals with their reasons, what is possible, and the steps so far.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    NULLABLE_TEXT,
    TEXT,
    VALUE,
    Schema,
    array,
    closed,
    nullable,
    ref,
)

_CITATION = closed(code=TEXT, label=TEXT)

_BOUND: Schema = {"type": ["integer", "null"]}

_UNMET = closed(
    fact=TEXT,
    label=TEXT,
    wanted=array(VALUE) | {"description": "可满足的值；须达到或不得超过某数时为空"},
    wanted_labels=array(TEXT),
    at_least=_BOUND,
    at_most=_BOUND,
    wanted_label=TEXT,
    actual=nullable(VALUE) | {"description": "当前的值；不详时为空"},
    actual_label=TEXT,
    unit=TEXT,
    advice=TEXT | {"description": "可以怎么办；没有可说的为空字符串"},
    note=TEXT | {"description": "该值的依据，如时间段的起止日期、尚缺的内容；没有时为空字符串"},
)

_REASON = closed(
    ("guard", "unmet", "citations", "by", "allowed_in"),
    code=TEXT,
    label=TEXT,
    guard=NULLABLE_TEXT,
    unmet=array(_UNMET),
    citations=array(_CITATION),
    by=array(closed(role=TEXT, relation=TEXT, label=TEXT)),
    allowed_in=array(closed(state=TEXT, label=TEXT)),
    rows=array(INTEGER) | {"description": "要求此条件的流程图各行，从0起；满足其中一行的全部条件即可"},
)

_PLACE = closed(
    pointer=TEXT, code=TEXT, message=TEXT, **{"in": {"enum": ["body", "query", "header", "input"]}}
)

_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT,
        "status": INTEGER,
        "code": TEXT,
        "detail": TEXT,
        "trace_id": TEXT,
        "errors": array(_PLACE),
        "reasons": array(ref("Reason")),
        "expected": {"type": ["integer", "null"]},
        "actual": {"type": ["integer", "null"]},
    },
    "required": ["type", "title", "status", "code", "detail"],
}

_RECEIPT = closed(
    lifecycle=TEXT,
    id=TEXT,
    event=TEXT,
    source=TEXT,
    state=TEXT,
    state_label=TEXT,
    version=INTEGER,
    at=INSTANT,
    hash=TEXT,
)

_STEP = closed(
    seq=INTEGER,
    event=TEXT,
    label=TEXT,
    source=TEXT,
    source_label=TEXT,
    target=TEXT,
    target_label=TEXT,
    at=INSTANT,
    account_id=TEXT,
    actor=NULLABLE_TEXT,
    reason=NULLABLE_TEXT,
    cause=NULLABLE_TEXT,
    after_reset=BOOLEAN,
    facts={"type": "object", "additionalProperties": VALUE},
    hash=TEXT,
)

_EVENT = closed(
    event=TEXT,
    label=TEXT,
    allowed=BOOLEAN,
    reason_required=BOOLEAN,
    to_give=array(
        closed(fact=TEXT, label=TEXT, type=TEXT, values=array(TEXT), value_labels=array(TEXT)),
    ),
    reasons=array(ref("Reason")),
    payload=NULLABLE_TEXT,
    elsewhere=NULLABLE_TEXT,
)

DECISIONS: Mapping[str, Schema] = {
    "Problem": _PROBLEM,
    "Reason": _REASON,
    "Receipt": _RECEIPT,
    "BulkResult": closed(
        done=INTEGER,
        declined=INTEGER,
        results=array(closed(id=TEXT, receipt=nullable(ref("Receipt")), problem=nullable(ref("Problem")))),
    ),
    "Explanation": closed(events=array(_EVENT)),
    "History": closed(steps=array(_STEP)),
}
"""These answers, by the name that routes give each."""
