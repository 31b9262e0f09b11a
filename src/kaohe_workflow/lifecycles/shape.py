"""
The one shape of every lifecycle package: what a record is, what events carry, what guards look at, what actions do.

A package `lifecycles/<name>/` has four modules of pure functions and frozen values:

- `case.py`     the record that a case keeps between events;
- `events.py`   `PAYLOADS`: what each event carries;
- `facts.py`    `Around`, what guards need to know of the world, and `<Name>Facts`, the `Facts` of the chart; where
                there are many, a package of rooms by subject, which the one class puts together;
- `actions.py`  `ACTIONS`: one function for each name that the chart's `do:` mentions;

and binds them in its `__init__` as `LIFECYCLE`. Tests lock charts and packages together, both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import attrs

from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.windows import local_date


@attrs.frozen
class Moment:
    """
    When, and under which provincial values, something is decided.

    ``now`` is an aware UTC instant from the clock port; ``parameters`` are those in force on that day.
    """

    now: datetime
    parameters: Parameters


@attrs.frozen
class Decider:
    """Who acts: the account, and the natural person behind it, None for a shared account."""

    account_id: str
    operator_id: str | None = None

    def is_another(self, other: Decider) -> bool:
        """Whether this is surely another person: two named persons that differ, else two accounts that do."""
        if self.operator_id is not None and other.operator_id is not None:
            return self.operator_id != other.operator_id
        return self.account_id != other.account_id


class Conflict(Enum):
    """Whether whoever acts is held off (回避, 考核办法 第十六条); ``UNKNOWN``: a shared account tells nobody apart."""

    NONE = "none"
    RECUSED = "recused"
    UNKNOWN = "unknown"


def conflict_of(sender: Decider | None, held_off: Iterable[Decider]) -> Conflict:
    """Say whether the sender is one of those who are held off, or may be one for want of a named account."""
    others = tuple(held_off)
    if not others:
        return Conflict.NONE
    if sender is None or sender.operator_id is None:
        return Conflict.UNKNOWN
    return Conflict.NONE if all(sender.is_another(other) for other in others) else Conflict.RECUSED


@attrs.frozen(kw_only=True)
class Claimed:
    """
    A file that a reviewer may have on the desk (打开审核), so that two do not work on one (design).

    ``claimed_by`` is the account, ``claimed_operator`` the natural person, None for a shared account, among whose
    users a claim makes no difference. It lapses after `claim_minutes`, and binds nobody who decides without opening.
    """

    claimed_by: str | None = None
    claimed_operator: str | None = None
    claimed_at: datetime | None = None

    def is_claimed_by_another(self, sender: Decider | None, moment: Moment) -> bool:
        """Say whether somebody else has opened the file less than `claim_minutes` ago; an unknown sender is another."""
        if self.claimed_by is None or self.claimed_at is None:
            return False
        lapses_at = self.claimed_at + timedelta(minutes=moment.parameters.claim_minutes)
        return moment.now < lapses_at and not self.is_claimed_by(sender)

    def is_claimed_by(self, sender: Decider | None) -> bool:
        """Say whether the sender has opened the file, however long ago."""
        if self.claimed_by is None or sender is None:
            return False
        return not Decider(self.claimed_by, self.claimed_operator).is_another(sender)


UNCLAIMED: Mapping[str, Any] = MappingProxyType(
    {"claimed_by": None, "claimed_operator": None, "claimed_at": None}
)
"""What a file has that nobody works on; it has so whenever it goes on."""


@attrs.frozen(kw_only=True)
class Decision:
    """A decision that may be recalled (撤回本人决定): by whom, when (an aware UTC instant), in which state."""

    decided_by: Decider
    decided_at: datetime
    decided_in: str

    def may_recall(self, sender: Decider | None, moment: Moment) -> bool:
        """
        Say whether the sender made this decision at most `recall_minutes` ago, the last instant included.

        Account and natural person must both be the same: of a shared account it is the account.
        """
        in_time = moment.now - self.decided_at <= timedelta(minutes=moment.parameters.recall_minutes)
        return in_time and sender == self.decided_by


@attrs.frozen
class Step:
    """
    What an action is told beside the record: the fired row and who fired it.

    ``operator_id`` is the natural person, None for a shared account or the system;
    ``around`` is the same view of the surroundings that the facts had.
    """

    case_id: str
    event: str
    source: str
    target: str
    payload: Any
    around: Any
    moment: Moment
    account_id: str
    operator_id: str | None = None
    reason: str | None = None

    @property
    def decider(self) -> Decider:
        """Who sends the event."""
        return Decider(self.account_id, self.operator_id)


@attrs.frozen
class NoPayload:
    """An event that carries nothing but itself."""


Action = Callable[[Any, Step], Any]
"""`(record or None, step) -> record`; several actions of a row are applied in the chart's order."""

FactsOf = Callable[[Any, Any, Any, Moment], Any]
"""`(record or None, payload, surroundings, moment) -> facts`, an object with a property a fact."""


RecordT = TypeVar("RecordT")
AroundT = TypeVar("AroundT")


class Facts(Generic[RecordT, AroundT]):
    """
    What the guards of a chart look at: a property for each of its facts, named like it and computed when it is read.

    Each has a value for every case; what is unknown gets the value that refuses. ``record`` is None while the case
    is made, ``around`` what the lifecycle's `Around` says that it needs of the world.
    """

    def __init__(self, record: RecordT | None, payload: Any, around: AroundT, moment: Moment) -> None:
        self._record = record
        self._payload = payload
        self._around = around
        self._moment = moment
        self._now = moment.now
        self._parameters = moment.parameters

    @property
    def _today(self) -> date:
        """The day that it is in China."""
        return local_date(self._now)


@attrs.frozen
class Lifecycle:
    """
    A chart's package, bound.

    ``record`` is the frozen attrs class of the case's data. It always has ``institution_id`` (the
    organisation the case belongs to) and, for everything about one physician, ``physician_id``.
    ``payloads`` maps every event of the chart to the frozen attrs class it carries.
    """

    name: str
    record: type
    payloads: Mapping[str, type]
    facts: FactsOf
    actions: Mapping[str, Action]
