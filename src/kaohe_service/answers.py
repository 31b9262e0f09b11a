"""
JSON Schema of what the service answers.

Case data and list rows follow from what the library shows; the rest is written out here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.shown import SHOWN
from kaohe_service.schemas import PREFIX, Components
from kaohe_service.scores import SCORES
from kaohe_workflow.application.projection import COLUMNS, VIEWS
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.summaries import FIGURES
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition
from kaohe_workflow.lifecycles.result_report.case import Cause, Outcome
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind
from kaohe_workflow.values.terms import AttachmentKind, CertificateStanding, OrganisationKind, Verdict
from kaohe_workflow.values.windows import CycleWindows
from kaohe_workflow.values.working_days import DaySource

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NULLABLE_TEXT: Schema = {"type": ["string", "null"]}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
VALUE: Schema = {"type": ["string", "integer", "boolean"]}


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": PREFIX + name}


def array(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def closed(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object that has all of these members but the ``optional`` ones, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


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
    actual=VALUE,
    actual_label=TEXT,
    unit=TEXT,
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
_CONTACT: Schema = closed(
    role={"type": "string", "enum": ["agency", "administration"]},
    organisation=TEXT,
    person=NULLABLE_TEXT,
    phone=NULLABLE_TEXT,
)
_RATE = closed(done=INTEGER, all=INTEGER, percent={"type": ["integer", "null"]})
_TALLY: Mapping[str, Schema] = {
    "taking_part": INTEGER,
    "filed": INTEGER,
    "reviewed": INTEGER,
    "finished": INTEGER,
    "qualified": INTEGER,
    "unqualified": INTEGER,
    "pass_rate": _RATE,
}
_ACCOUNT: Mapping[str, Schema] = {**_TALLY, **dict.fromkeys(FIGURES, INTEGER)}
_ROWS = array(INTEGER)
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
_OUTCOME = {"type": "string", "enum": [one.value for one in Outcome]}
_NOTE = closed(row=INTEGER, column=TEXT, code=TEXT, message=TEXT)

_NOTICE = closed(
    id=TEXT,
    kind={"enum": [kind.value for kind in NoticeKind]},
    kind_label=TEXT,
    recipient={"enum": [kind.value for kind in RecipientKind]},
    text=NULLABLE_TEXT | {"description": "未打开时为空"},
    lifecycle=TEXT,
    case_id=TEXT,
    created_at=INSTANT,
    delivered_at=INSTANT,
    opened_at=nullable(INSTANT),
)

_JOB = closed(
    id=TEXT,
    kind={"enum": [kind.value for kind in ErrandKind]},
    kind_label=TEXT,
    state={"enum": [standing.value for standing in ErrandStanding]},
    state_label=TEXT,
    total=INTEGER,
    done=INTEGER,
    refused=INTEGER,
    parts=INTEGER,
    problem=NULLABLE_TEXT,
    created_at=INSTANT,
    ended_at=nullable(INSTANT),
)

_CHANNEL: Mapping[str, Schema] = {
    "id": TEXT,
    "kind": {"enum": [kind.value for kind in ChannelKind]},
    "kind_label": TEXT,
    "recipient": {"enum": [kind.value for kind in RecipientKind]},
    "address": TEXT,
    "created_at": INSTANT,
}

_FIXED: Mapping[str, Schema] = {
    "Progress": closed(
        cycle_id=TEXT,
        states=array(closed(state=TEXT, label=TEXT, number=INTEGER)),
        registered=_RATE,
        reviewed=_RATE,
        finished=_RATE,
    ),
    "Statistics": closed(
        cycle_id=TEXT,
        by=TEXT,
        by_label=TEXT,
        rows=array(closed(id=NULLABLE_TEXT, label=TEXT, institution=NULLABLE_TEXT, **_TALLY)),
        total=closed(**_TALLY),
    ),
    "Summary": closed(
        cycles=array(closed(id=TEXT, name=TEXT)),
        areas=array(closed(id=TEXT, name=TEXT, depth=INTEGER, **_ACCOUNT)),
        total=closed(**_ACCOUNT),
    ),
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
    "Session": closed(token=TEXT, account_id=TEXT, init_only=BOOLEAN, password_reset_at=nullable(INSTANT)),
    "Sessions": closed(
        sessions=array(closed(created_at=INSTANT, seen_at=INSTANT, current=BOOLEAN)),
    ),
    "EndedSessions": closed(ended=INTEGER),
    "Caller": closed(
        account_id=TEXT,
        kind=TEXT,
        organisation_id=NULLABLE_TEXT,
        organisation_kind=NULLABLE_TEXT,
        physician_id=NULLABLE_TEXT,
        init_only=BOOLEAN,
        factor_due=BOOLEAN,
        department_ids=array(TEXT),
    ),
    "SecondFactor": closed(on=BOOLEAN, proposed=BOOLEAN, required=BOOLEAN, recovery_codes=INTEGER),
    "ProposedFactor": closed(secret=TEXT, address=TEXT),
    "RecoveryCodes": closed(recovery_codes=array(TEXT)),
    "IssuedCode": closed(account_id=TEXT, code=TEXT, expires_at=INSTANT),
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
    "FoundPerson": closed(
        person=nullable(
            closed(
                name=TEXT,
                id_number=TEXT,
                licence_number=NULLABLE_TEXT,
                state=TEXT,
                state_label=TEXT,
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
    "Subjects": closed(items=array(closed(code=TEXT, name=TEXT, parent=NULLABLE_TEXT, full_name=TEXT))),
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
    "Notice": _NOTICE,
    "Channels": closed(items=array(closed(**_CHANNEL))),
    "AddedChannel": closed(**_CHANNEL, secret=NULLABLE_TEXT),
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
            )
        )
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
    "Job": _JOB,
    "Jobs": closed(items=array(ref("Job"))),
    "CycleWarnings": closed(
        items=array(closed(code=TEXT, message=TEXT, days=INTEGER, wanted=INTEGER, source=TEXT))
    ),
    "ProposedLines": closed(items=array(closed(stage=TEXT, kind=TEXT, level=TEXT, score=TEXT))),
    "Inbox": closed(items=array(ref("Notice")), next=NULLABLE_TEXT),
    "Health": closed(ok=BOOLEAN),
    "Document": {"type": "object"},
}


def add_answers(components: Components) -> None:
    """Add the schema of every answer."""
    components.schemas |= _FIXED
    components.schemas["FollowingCycle"] = closed(
        institution_id=TEXT,
        name=TEXT,
        first_day=DAY,
        last_day=DAY,
        windows=_shown(components, CycleWindows),
    )
    components.schemas["Home"] = closed(
        cycle_id=NULLABLE_TEXT,
        cycle_name=NULLABLE_TEXT,
        first_day=nullable(DAY),
        last_day=nullable(DAY),
        cycle_confirmed=nullable(BOOLEAN),
        windows=nullable(_shown(components, CycleWindows)),
        general_awaiting=INTEGER,
        simplified_awaiting=INTEGER,
        exemption_awaiting=INTEGER,
        general_agency_awaiting=INTEGER,
        simplified_agency_awaiting=INTEGER,
        exemption_agency_awaiting=INTEGER,
        amendment_awaiting=INTEGER,
        registered=_RATE,
        reviewed=_RATE,
        finished=_RATE,
        contacts=array(_CONTACT),
        unopened_notices=INTEGER,
    )
    for collection, lifecycle in COLLECTIONS.items():
        components.schemas[f"Case.{collection}"] = closed(
            id=TEXT,
            lifecycle={"const": lifecycle},
            state=TEXT,
            state_label=TEXT,
            version=INTEGER,
            hash=TEXT,
            data=_data(components, lifecycle),
        )
        components.schemas[f"List.{collection}"] = closed(items=array(_row(collection)), next=NULLABLE_TEXT)


def _data(components: Components, lifecycle: str) -> Schema:
    types = get_type_hints(LIFECYCLES[lifecycle].record)
    return closed(**{field.name: _shown(components, types[field.name]) for field in SHOWN[lifecycle]})


def _shown(components: Components, kind: Any) -> Schema:
    """What a class describes as input is also what it looks like when shown, but always with all its fields."""
    if get_origin(kind) in (Union, UnionType):
        parts = [
            {"type": "null"} if part is NoneType else _shown(components, part) for part in get_args(kind)
        ]
        return {"anyOf": parts}
    return components.of(kind)


def _row(collection: str) -> Schema:
    listed = LISTS[collection]
    properties = {name: _field(listed.view, name) for name in listed.shows}
    if "birth_date" in properties:
        properties["age"] = INTEGER
    return closed(("age",), state_label=TEXT, **properties)


_KINDS: Mapping[str, Schema] = {
    "text": NULLABLE_TEXT,
    "blind": NULLABLE_TEXT,
    "integer": {"type": ["integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    "instant": nullable(INSTANT),
}


def _field(view_name: str, name: str) -> Schema:
    """The schema of one field of a view, by the column it comes from."""
    if name == "version":
        return INTEGER
    if name in ("id", "state", "institution_id"):
        return TEXT
    view = VIEWS[view_name]
    alias, column = view.places(name)[0]
    kinds = {entry.name: entry.kind for entry in COLUMNS[view.lifecycle(alias)].columns}
    # Scores are shown as text with two places.
    return NULLABLE_TEXT if column in SCORES else _KINDS[kinds.get(column, "text")]
