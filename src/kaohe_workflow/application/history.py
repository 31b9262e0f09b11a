"""
The hash chain: how a step becomes a row that cannot be changed unseen.

A row's body is canonical JSON without anything personal: who (ids), what, when, from where to where, the facts
and parameters that the tried rows looked at, and a commitment to what was enclosed. From it the step can be
decided again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import attrs

from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.ports import Codec, Secrets
from kaohe_workflow.application.stored import Case, HistoryRow, Refusal

GENESIS = "0" * 64
"""What the first row of a chain points back to."""

BODY_VERSION = 1

_ORIGIN = tuple(field.name for field in attrs.fields(Origin))


@attrs.frozen
class Deed:
    """
    Everything about one decided event that its row records.

    ``grants`` are the (role, relation) pairs the sender held towards the case, ``acted`` and ``named`` the inputs
    of the second-person rule, ``facts`` the values that the tried rows looked at, ``cause`` the event that a
    policy answered to (None for a person's own). ``after_reset``: somebody else had reset the sender's password, and it
    was not changed since. ``organisation_id`` is the organisation of the sender's account at that instant. ``kept`` is
    the `kept_hash` of the case that the step left, ``origin`` where the request came from, None for what the system
    does and for a host that does not say. ``attachments`` are the SHA-256 of the files that the event names, by id.
    """

    event: str
    source: str
    target: str | None
    chart_version: int
    account_id: str
    operator_id: str | None
    grants: frozenset[tuple[str, str]]
    named: bool
    acted: bool
    at: datetime
    request_id: str
    facts: Mapping[str, str | int | bool]
    parameters: Mapping[str, int]
    reason_given: bool
    commitment: str | None = None
    kept: str | None = None
    cause: str | None = None
    after_reset: bool = False
    organisation_id: str | None = None
    origin: Origin | None = None
    attachments: Mapping[str, str] = attrs.field(factory=dict)


def kept_hash(codec: Codec, secrets: Secrets, case: Case) -> str:
    """
    A keyed hash of what a case keeps between steps beside state and version: record, hands and homes.

    Keyed, because a record holds numbers that could be guessed from their bare hash.
    """
    places = f"{','.join(case.hands)}|{','.join(case.homes)}|"
    return secrets.blind("kept", places + codec.canonical(case.record))


def link(prev: str, body: str) -> str:
    """The hash of a row: SHA-256 over a domain byte, the hash before, and the body; lower-case hex."""
    return sha256(b"\x10" + bytes.fromhex(prev) + body.encode()).hexdigest()


def _body(codec: Codec, lifecycle: str, case_id: str, seq: int, deed: Deed) -> dict[str, Any]:
    """The body as plain data: it is written for every step, so nothing in it is left to be converted."""
    return {
        "v": BODY_VERSION,
        "lifecycle": lifecycle,
        "chart_version": deed.chart_version,
        "case": case_id,
        "seq": seq,
        "event": deed.event,
        "from": deed.source,
        "to": deed.target,
        "actor": {
            "account": deed.account_id,
            "operator": deed.operator_id,
            "grants": sorted(f"{role}:{relation}" for role, relation in deed.grants),
            "named": deed.named,
            "acted": deed.acted,
            **({"after_reset": True} if deed.after_reset else {}),
            **({"organisation": deed.organisation_id} if deed.organisation_id is not None else {}),
            **_origin(deed.origin),
        },
        "at": codec.unstructure(deed.at),
        "request": deed.request_id,
        "facts": dict(deed.facts),
        "parameters": dict(deed.parameters),
        "reason": deed.reason_given,
        "enclosed": deed.commitment,
        "kept": deed.kept,
        "cause": deed.cause,
        **({"attachments": dict(deed.attachments)} if deed.attachments else {}),
    }


def _origin(origin: Origin | None) -> dict[str, str]:
    """What is known of where a request came from; an address is kept as its network alone."""
    if origin is None:
        return {}
    told = ((name, getattr(origin, name)) for name in _ORIGIN)
    return {name: value for name, value in told if value is not None}


def row_of(codec: Codec, case: Case, head: str, deed: Deed) -> HistoryRow:
    """The history row of a step that brought ``case`` to its version; ``head`` is the hash before."""
    body = codec.written(_body(codec, case.lifecycle, case.id, case.version, deed))
    return HistoryRow(
        institution_id=case.institution_id,
        case_id=case.id,
        seq=case.version,
        lifecycle=case.lifecycle,
        event=deed.event,
        at=deed.at,
        body=body,
        prev=head,
        hash=link(head, body),
    )


def refusal_of(
    codec: Codec,
    before: Refusal | None,
    lifecycle: str,
    case_id: str,
    deed: Deed,
    reasons: tuple[str, ...],
) -> Refusal:
    """The audit row of a refused attempt, chained to the account's last one."""
    seq = before.seq + 1 if before else 1
    prev = before.hash if before else GENESIS
    body = codec.written(_body(codec, lifecycle, case_id, seq, deed) | {"refused": list(reasons)})
    return Refusal(deed.account_id, seq, deed.at, body, prev, link(prev, body))
