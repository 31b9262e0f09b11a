"""
What a request may learn about whether an ID number is on file, and how often.

A number is unique in the whole database, so whoever sends an event that wants a free one learns of people that he has
nothing to do with. Two bounds hold: that a number is taken is told only where nothing else stands in the way, so that a
request that cannot succeed anyway asks about nobody; and each such answer counts as a person looked up, in the pace of
`PersonSearch`, and so does a free number of which nothing stays. Once that is spent, taken and free numbers are put off
alike.

The pace is read without a lock and spent at the end of the request, under one that is held to the commit alone: a lock
that is held over the whole work would make the imports of an account wait for each other's cases, and be tried again
until they fail. Requests at the same time may so be told more than the pace has; they owe it, and the next ones wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.throttle import LOOKUP_PACE, blocked_until, lookup_bucket, spend
from kaohe_workflow.application.lines import Item, Line, Tried
from kaohe_workflow.application.ports import Codec, UnitOfWork
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
"""Those that count where they fire, too: an application is withdrawn again and leaves the number free."""

GIVES_BACK = ("affiliation", "delete")
"""Frees a number that somebody was added with: that it was free is all that stays."""

LONGEST_DEBT = timedelta(days=1)
"""Nobody is kept from asking for longer, however many were told or given back."""


def without_numbers(lifecycle: str, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The reasons, without that a number is taken where the row would be refused in any case."""
    name = NUMBER_FREE.get(lifecycle)
    others = {reason.row for reason in reasons if not _is_named(reason, name)}
    return tuple(reason for reason in reasons if not _is_named(reason, name) or reason.row not in others)


@attrs.define
class Lookups:
    """
    The numbers that a person is told about by one request, within the pace of the account.

    ``unit`` is where the pace is read; what was told is spent by `spend_told`, after the answer is known. ``within``
    says which numbers are those of people whom the account sees anyway, and who are not asked about.
    """

    unit: UnitOfWork
    account_id: str
    now: datetime
    within: Callable[[Sequence[str]], Container[str]] = lambda numbers: ()
    _told: set[int] = attrs.field(factory=set, init=False)
    _kept: set[int] = attrs.field(factory=set, init=False)
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
        own = self._own(lifecycle, lines)
        for line in lines:
            asked = asks is not None and asks(line.item.payload)
            taken = _tells_taken(lifecycle, line.outcome)
            if id(line.item) in own or (not taken and not (asked and isinstance(line.outcome, Fired))):
                continue
            if asked and (wait := self._wait(id(line.item))) is not None:
                line.outcome, line.error = None, TooManyTries(wait)
            elif taken or (lifecycle, event) in KEEPS_NOTHING:
                self._told.add(id(line.item))
            else:
                self._kept.add(id(line.item))

    def _own(self, lifecycle: str, lines: Sequence[Line]) -> set[int]:
        """The lines that tell of people whom the account sees anyway."""
        numbers = {
            id(line.item): number
            for line in lines
            if _tells_taken(lifecycle, line.outcome)
            and (number := getattr(line.item.payload, "id_number", None)) is not None
        }
        if not numbers:
            return set()
        own = self.within([*numbers.values()])
        return {item for item, number in numbers.items() if number in own}

    def keeping_nothing(self, items: Sequence[Item], tried: Sequence[Tried]) -> list[Tried]:
        """
        The ends of a request of which nothing is kept: that a number is free counts then, and those beyond the pace,
        in the order of the request, are told of neither.
        """
        told, self._told, self._kept = self._told | self._kept, set(), set()
        ends = []
        for item, one in zip(items, tried, strict=True):
            if id(item) not in told:
                ends.append(one)
            elif (wait := self._wait(id(item))) is not None:
                ends.append(attrs.evolve(one, fired=None, after=None, error=TooManyTries(wait)))
            else:
                self._told.add(id(item))
                ends.append(one)
        return ends

    def told(self) -> Counter[str]:
        """How many numbers the account was told of."""
        return Counter({self.account_id: len(self._told)})

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


def given_back(unit: UnitOfWork, codec: Codec, principal: Principal, tried: Sequence[Tried]) -> Counter[str]:
    """
    How many were added and are deleted again, by the accounts that answer for it.

    In one institution those are the accounts that have added them: two would share the work otherwise. What another
    organisation has added, its superior above all, is for whoever deletes it (``principal``) to answer for: nobody is
    kept waiting by what others do.
    """
    gone = [
        one.after
        for one in tried
        if one.fired is not None and one.after is not None and (one.lifecycle, one.fired.event) == GIVES_BACK
    ]
    first = [rows[0] for rows in unit.histories(gone).values() if rows] if gone else []
    actors = [codec.parse(row.body)["actor"] for row in first if (row.lifecycle, row.event) in ASKING]
    return Counter(
        actor["account"] if actor.get("organisation") == principal.organisation_id else principal.account_id
        for actor in actors
        if actor["account"] != SYSTEM.account_id
    )


def spend_told(unit: UnitOfWork, told: Counter[str], now: datetime) -> None:
    """Spend so many look-ups of each account, in the unit of work that keeps the answer, at its end."""
    buckets = {account_id: lookup_bucket(account_id) for account_id, times in told.items() if times}
    # All at once and in one order for everybody, or two requests could wait for each other.
    unit.serialise(*sorted(f"throttle/{bucket.name}" for bucket in buckets.values()))
    for account_id, bucket in buckets.items():
        held = unit.throttle(bucket.name)
        for _ in range(told[account_id]):
            held = spend(held, bucket, LOOKUP_PACE, now)
        assert held is not None  # something was spent
        assert held.blocked_until is not None
        unit.save_throttle(attrs.evolve(held, blocked_until=min(held.blocked_until, now + LONGEST_DEBT)))
