"""
What a request may learn about whether an ID number is on file, and how often.

A number is unique in the whole database, so whoever sends an event that wants a free one learns of people that he has
nothing to do with. Two bounds hold: that a number is taken is told only where nothing else stands in the way, so that a
request that cannot succeed anyway asks about nobody; and each such answer counts as a person looked up, in the pace of
`PersonSearch`. Once that is spent, taken and free numbers are put off alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import attrs

from kaohe_workflow.application.accounts.throttle import LOOKUP_PACE, blocked_until, lookup_bucket, spend
from kaohe_workflow.application.lines import Line
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Throttle
from kaohe_workflow.errors import TooManyTries
from kaohe_workflow.statechart.deciding import Fired, GuardUnmet, Reason, Refused, for_sender
from kaohe_workflow.values.locked_fields import LockedField

NUMBER_FREE: Mapping[str, str] = MappingProxyType({"affiliation": "id_unique", "amendment": "number_free"})
"""Lifecycle → its condition that tells whether a number is somebody's already (手册 2.2.5)."""

ASKING: Mapping[tuple[str, str], Callable[[Any], bool]] = MappingProxyType(
    {
        ("affiliation", "add"): lambda payload: True,
        ("amendment", "create"): lambda payload: payload.field is LockedField.ID_NUMBER,
    }
)
"""
Events that name a number of the sender's choice, by lifecycle and event; whether this payload does.

Every other event asks about the number that its record has, which was named by one of these.
"""

KEEPS_NOTHING = frozenset({("amendment", "create")})
"""
Those of them that count where they fire, too: an application is withdrawn again and leaves the number free.

Whoever is added keeps the number: the answer costs a physician on the own list, and no list is filled with guesses.
"""


def without_numbers(lifecycle: str, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons, without that a number is taken where the row would be refused in any case."""
    name = NUMBER_FREE.get(lifecycle)
    others = {reason.row for reason in reasons if not _is_named(reason, name)}
    return tuple(reason for reason in reasons if not _is_named(reason, name) or reason.row not in others)


@attrs.define
class Lookups:
    """
    The numbers that a person is told about by one request, within the pace of the account.

    ``unit`` is where the pace is read; what was told is spent by `spend_on`, after the answer is known.
    """

    unit: UnitOfWork
    account_id: str
    now: datetime
    _told: set[int] = attrs.field(factory=set, init=False)
    _before: Throttle | Literal["unread"] | None = attrs.field(default="unread", init=False)

    def ration(self, lifecycle: str, event: str, lines: Sequence[Line]) -> None:
        """
        Count each line whose outcome tells of a number; those beyond the pace end as `TooManyTries`.

        What would have fired ends so, too: the wait must not be the answer. A line that is decided again, since
        another of its bulk came to nothing, counts once.
        """
        if lifecycle not in NUMBER_FREE:
            return
        asks = ASKING.get((lifecycle, event))
        for line in lines:
            asked = asks is not None and asks(line.item.payload)
            taken = _tells_taken(lifecycle, line.outcome)
            if not taken and not (asked and isinstance(line.outcome, Fired)):
                continue
            if asked and (wait := self._wait(id(line.item))) is not None:
                line.outcome, line.error = None, TooManyTries(wait)
            elif taken or (lifecycle, event) in KEEPS_NOTHING:
                self._told.add(id(line.item))

    def spend_on(self, unit: UnitOfWork) -> None:
        """Spend what was told, in the unit of work that keeps the answer."""
        if not self._told:
            return
        bucket = lookup_bucket(self.account_id)
        unit.serialise(f"throttle/{bucket.name}")
        held = unit.throttle(bucket.name)
        for _ in self._told:
            held = spend(held, bucket, LOOKUP_PACE, self.now)
        assert held is not None  # something was told
        unit.save_throttle(held)

    def _wait(self, item: int) -> datetime | None:
        """When the next number may be asked for, where it may not be now; what was counted already may."""
        if item in self._told:
            return None
        bucket = lookup_bucket(self.account_id)
        if self._before == "unread":
            self._before = self.unit.throttle(bucket.name)
        held = self._before
        for _ in range(min(len(self._told), LOOKUP_PACE.burst)):
            held = spend(held, bucket, LOOKUP_PACE, self.now)
        return blocked_until(held, self.now)


def _is_named(reason: Reason, name: str | None) -> bool:
    return isinstance(reason, GuardUnmet) and reason.name == name


def _tells_taken(lifecycle: str, outcome: Fired | Refused | None) -> bool:
    if not isinstance(outcome, Refused):
        return False
    told = without_numbers(lifecycle, for_sender(outcome.reasons))
    return any(_is_named(reason, NUMBER_FREE[lifecycle]) for reason in told)
