"""Events of a seed, none of which a rule may refuse."""

from __future__ import annotations

from collections.abc import Sequence

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Receipt

LARGEST = 2_000
"""Events of one unit of work: so many are in memory at once."""


def send_all(
    application: Application, principal: Principal, lifecycle: str, event: str, items: Sequence[Item]
) -> list[Receipt]:
    """
    Send an event to many cases, in units of work of at most `LARGEST`.

    Raises:
        KaoheError: the first refusal.
    """
    receipts: list[Receipt] = []
    for first in range(0, len(items), LARGEST):
        for outcome in application.door.send_many(
            principal, lifecycle, event, items[first : first + LARGEST]
        ):
            if isinstance(outcome, Declined):
                raise outcome.error
            receipts.append(outcome.receipt)
    return receipts
