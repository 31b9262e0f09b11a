"""
What goes through a transaction: one sending of an event, a line for each case it is sent to, and their ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.history import Deed
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import KaoheError
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Actor, Fired, Refused, stated


@attrs.frozen
class Item:
    """One case to send an event to (None makes a case), with what the event carries."""

    case_id: str | None
    payload: Any = NoPayload()  # noqa: RUF009 - frozen and empty
    reason: str | None = None
    expected_version: int | None = None

    @property
    def reasoned(self) -> bool:
        """Whether a reason is given; what cannot be seen is none."""
        return stated(self.reason)


@attrs.frozen
class Sending:
    """Who sends which event to cases of which lifecycle; ``cause`` is the policy that does, None for a person."""

    principal: Principal
    lifecycle: str
    event: str
    cause: str | None = None


@attrs.define
class Line:
    """
    One item on its way through the transaction.

    ``around`` is the view of the surroundings that facts and actions share, ``moment`` when and under which values it
    is decided, ``facts`` what guards look at, and ``looked_at`` those that were taken. ``files`` are the digests of the
    files that the payload names, by id.
    An ``error`` ends the way; nothing looks at the line any more.
    """

    item: Item
    case_id: str
    before: Case | None
    actor: Actor | None = None
    around: Any = None
    moment: Moment | None = None
    facts: Any = None
    looked_at: dict[str, str | int | bool] = attrs.field(factory=dict)
    files: Mapping[str, str] = attrs.field(factory=dict)
    outcome: Fired | Refused | None = None
    after: Case | None = None
    error: KaoheError | None = None

    @property
    def state(self) -> str:
        """The state that the case is in."""
        return self.before.state if self.before else "none"

    @property
    def asked(self) -> tuple[str, Case | None, Any]:
        """What the surroundings are asked with."""
        return self.case_id, self.before, self.item.payload


@attrs.frozen
class Tried:
    """The end of one item: the case after it, or the error; ``deed`` is what a refusal's audit row needs."""

    lifecycle: str
    case_id: str
    at: datetime
    fired: Fired | None
    after: Case | None
    error: KaoheError | None
    deed: Deed | None
