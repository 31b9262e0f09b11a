"""
What the system says by itself: notices, the channels out, and how jobs stand.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import (
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
from kaohe_workflow.values.errands import ErrandKind, ErrandStanding
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind

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

_CHANNEL: Mapping[str, Schema] = {
    "id": TEXT,
    "kind": {"enum": [kind.value for kind in ChannelKind]},
    "kind_label": TEXT,
    "recipient": {"enum": [kind.value for kind in RecipientKind]},
    "address": TEXT,
    "created_at": INSTANT,
}

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
    parts_left=INTEGER,
    problem=NULLABLE_TEXT,
    created_at=INSTANT,
    ended_at=nullable(INSTANT),
)

MESSAGES: Mapping[str, Schema] = {
    "Notice": _NOTICE,
    "Channels": closed(items=array(closed(**_CHANNEL))),
    "AddedChannel": closed(**_CHANNEL, secret=NULLABLE_TEXT),
    "Inbox": closed(items=array(ref("Notice")), next=NULLABLE_TEXT),
    "Job": _JOB,
    "Jobs": closed(items=array(ref("Job"))),
}
"""These answers, by the name that routes give each."""
