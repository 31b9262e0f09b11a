"""
Who has taken the risk of one first password for all: written down, for good, at the start of a service.

It is a step of the first organisation's history, with the text of the deployment as its reason: enclosed, encrypted and
only committed to, as every reason is.
"""

from __future__ import annotations

from datetime import date

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.first_password import Fence, allowed_from
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.send import Door, Receipt
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import ConcurrentTransition

EVENT = "accept_first_password"

_ATTEMPTS = 5
"""How often it is tried again because somebody else changes the organisation: several processes start at once."""


def record_acceptance(door: Door, fence: Fence, today: date) -> Receipt | None:
    """
    Write down that the risk is taken, once for each text; None where there is nothing to be written.

    The text that was written last counts: whoever comes back to an earlier one takes the risk anew. Without a province
    on record nobody could be let in, so there is no risk yet; the next start writes it.

    Raises:
        ConcurrentTransition: others kept changing the organisation; nothing was written.
        InputInvalid: the text is none to be kept.
    """
    said = fence.accepted_risk.strip()
    if not fence.whole or allowed_from(door.tools.catalogue, today) is None:
        return None
    for attempt in range(1, _ATTEMPTS + 1):
        with door.store.begin(write=False) as unit:
            root = _first(unit)
            if root is None or _last_said(door, unit, root) == said:
                return None
        try:
            return door.send(
                SYSTEM, "institution", root.id, EVENT, reason=said, expected_version=root.version
            )
        except ConcurrentTransition:
            if attempt == _ATTEMPTS:
                raise
    return None


def _first(unit: UnitOfWork) -> Case | None:
    found = unit.find("institution", [Where("superior_id", "null")], limit=1)
    return found[0] if found else None


def _last_said(door: Door, unit: UnitOfWork, root: Case) -> str | None:
    """The text that was written last; None where none was, or it has been erased."""
    steps = [row.seq for row in unit.history(root) if row.event == EVENT]
    if not steps:
        return None
    enclosed = {one.seq: one.content for one in unit.enclosures(root)}
    content = enclosed.get(steps[-1])
    return str(door.tools.codec.parse(content)["reason"]) if content is not None else None
