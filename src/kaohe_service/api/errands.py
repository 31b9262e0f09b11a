"""
Jobs that the caller asks for: how far they are, and what came of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kaohe_service.api.lists import filters_of
from kaohe_service.bodies import ActivateAccounts, PrintCertificates
from kaohe_service.calls import Answer, Call
from kaohe_service.media import ZIP
from kaohe_service.route import API
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.stored import Errand


def list_jobs(call: Call) -> Answer:
    """The caller's jobs, newest first."""
    found = call.application.errands.own(call.caller, limit=call.query["limit"])
    return Answer(data={"items": [_shown(call, errand) for errand in found]})


def print_certificates(call: Call) -> Answer:
    """
    Let many certificates be printed.

    Raises:
        InputInvalid: there is none, or there are too many.
    """
    body: PrintCertificates = call.body
    errand = call.application.errands.ask_for_certificates(
        call.caller, body.cycle_id, institution_id=body.institution_id
    )
    call.service.wake()
    return Answer(status=202, data=_shown(call, errand), headers={"Location": f"{API}/jobs/{errand.id}"})


def activate_accounts(call: Call) -> Answer:
    """
    Let activation codes be issued to many physicians.

    Raises:
        NotPermitted: the caller issues codes to nobody.
        InputInvalid: there is none, there are too many, or a filter is none.
    """
    body: ActivateAccounts = call.body
    errand = call.application.errands.ask_for_activations(
        call.caller, filters_of("physicians", call, body.filters)
    )
    call.service.wake()
    return Answer(status=202, data=_shown(call, errand), headers={"Location": f"{API}/jobs/{errand.id}"})


def show_job(call: Call) -> Answer:
    """
    How far a job is.

    Raises:
        NotFound: no such job, or none of the caller's.
    """
    return Answer(data=_shown(call, call.application.errands.show(call.caller, call.path["id"])))


def cancel_job(call: Call) -> Answer:
    """
    End a job; what is done stays done.

    Raises:
        NotFound: no such job, or none of the caller's.
    """
    return Answer(data=_shown(call, call.application.errands.cancel(call.caller, call.path["id"])))


def show_result(call: Call) -> Answer:
    """
    One file of the result, which stays.

    Raises:
        NotFound: no such job of the caller's, or no such file.
        InputInvalid: its files are given out once.
    """
    return _file(call, call.application.errands.part)


def take_result(call: Call) -> Answer:
    """
    One file of the result; one that is given out once is gone afterwards.

    Raises:
        NotFound: no such job of the caller's, or no such file, or not any more.
    """
    return _file(call, call.application.errands.take)


def _file(call: Call, give: Callable[[Principal, str, int], bytes]) -> Answer:
    id, part = call.path["id"], call.query["part"]
    return Answer(
        content=give(call.caller, id, part),
        content_type=ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{id}-{part}.zip"',
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )


def _shown(call: Call, errand: Errand) -> dict[str, Any]:
    plain: dict[str, Any] = call.application.codec.unstructure(
        {
            "id": errand.id,
            "kind": errand.kind.value,
            "kind_label": errand.kind.label,
            "state": errand.standing.value,
            "state_label": errand.standing.label,
            "total": errand.total,
            "done": errand.done,
            "refused": errand.refused,
            "parts": len(errand.parts),
            "parts_left": len(errand.kept_parts),
            "problem": errand.problem or None,
            "created_at": errand.created_at,
            "ended_at": errand.ended_at,
        }
    )
    return plain
