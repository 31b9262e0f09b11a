"""
Refusals as plain data and back, so that who asks again under an idempotency key gets the very same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kaohe_workflow.application.ports import Codec
from kaohe_workflow.errors import (
    ConcurrentTransition,
    ConsequenceRefused,
    InputInvalid,
    KaoheError,
    NotFound,
    NotPermitted,
    Problem,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.statechart.deciding import (
    GuardUnmet,
    NoRow,
    ReasonMissing,
    RoleMissing,
    SecondPersonNeeded,
    UnknownEvent,
)

_OF_ROWS: Mapping[str, type] = {
    kind.code: kind for kind in (GuardUnmet, ReasonMissing, RoleMissing, SecondPersonNeeded)
}


def plain_error(codec: Codec, error: KaoheError) -> dict[str, Any]:
    """The error of a declined row as plain data; `error_of` reads it."""
    if isinstance(error, TransitionRefused):
        return {
            "code": error.code,
            "of": [error.lifecycle, error.event, error.state],
            "policy": error.policy if isinstance(error, ConsequenceRefused) else None,
            "reasons": [{"code": reason.code, "of": _given(codec, reason)} for reason in error.reasons],
        }
    if isinstance(error, NotPermitted):
        return {"code": error.code, "of": [error.lifecycle, error.event, error.own_matter]}
    if isinstance(error, NotFound):
        return {"code": error.code, "of": [error.kind, error.id]}
    if isinstance(error, ConcurrentTransition):
        return {"code": error.code, "of": [error.lifecycle, error.id, error.expected, error.actual]}
    if isinstance(error, TooManyTries):
        return {"code": error.code, "of": error.retry_at.isoformat()}
    problems = error.problems if isinstance(error, InputInvalid) else (Problem("$", error.code, str(error)),)
    return {"code": InputInvalid.code, "of": codec.unstructure(problems)}


def _given(codec: Codec, reason: Any) -> dict[str, Any]:
    """A reason's fields; one that has no row says so by leaving it out."""
    return {name: value for name, value in codec.unstructure(reason).items() if value is not None}


def _reason(codec: Codec, code: str, given: Mapping[str, Any]) -> Any:
    if code == NoRow.code:
        return NoRow(given["event"], given["state"], tuple(given["allowed_in"]))
    if code == UnknownEvent.code:
        return UnknownEvent(given["event"])
    return codec.structure(given, _OF_ROWS[code])


def error_of(codec: Codec, plain: Mapping[str, Any]) -> KaoheError:
    """The error that `plain_error` made plain."""
    code, of = plain["code"], plain["of"]
    if code in (TransitionRefused.code, ConsequenceRefused.code):
        reasons = [_reason(codec, reason["code"], reason["of"]) for reason in plain["reasons"]]
        lifecycle, event, state = of
        refused = TransitionRefused(lifecycle, event, state, reasons)
        return ConsequenceRefused(plain["policy"], refused) if plain["policy"] else refused
    if code == TooManyTries.code:
        return TooManyTries(datetime.fromisoformat(of))
    if code == NotPermitted.code:
        return NotPermitted(*of)
    if code == NotFound.code:
        return NotFound(*of)
    if code == ConcurrentTransition.code:
        return ConcurrentTransition(*of)
    return InputInvalid([codec.structure(problem, Problem) for problem in of])
