"""
The values of a decision: who asks, what fired, what was refused, and every reason.

Reasons are for people and machines alike: `code` is stable and kebab-case, the attributes say what was
wanted and what was there, and ``row`` is the index of the chart's row that would have fired without
this reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import ClassVar, Final, Literal, Self

import attrs

from kaohe_workflow.statechart.model import By, Fact
from kaohe_workflow.statechart.predicates import Value


class _NotGiven(Enum):
    NOT_GIVEN = "not given"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = _NotGiven.NOT_GIVEN
"""Stands for a fact that the event itself will bring; only `Engine.explain` takes it."""

NotGiven = Literal[_NotGiven.NOT_GIVEN]


def stated(reason: str | None) -> bool:
    """
    Whether a reason says anything: a character that is seen.

    >>> stated("有误"), stated(None), stated(" \u3000"), stated("\u200b")
    (True, False, False, False)
    """
    return reason is not None and any(char.isprintable() and not char.isspace() for char in reason)


@attrs.frozen
class Actor:
    """
    Who sends an event to one case.

    ``grants`` are the (role, relation) pairs that the sender holds towards the case, those of included
    roles among them. ``named``: a natural person is known to act. ``acted``: this person sent the event
    that brought the case into its present state, or any since.
    """

    grants: frozenset[tuple[str, str]]
    named: bool = True
    acted: bool = False


@attrs.frozen
class Wanted:
    """
    What a comparison wants: in signs as charts write it, as people say it, and as it is.

    Either one of the ``values``, or a number that is ``at_least`` or ``at_most`` this.
    """

    signs: str
    label: str
    values: tuple[Value, ...] = ()
    at_least: int | None = None
    at_most: int | None = None

    @classmethod
    def bound(cls, fact: Fact, sign: Literal["≥", "≤"], threshold: int) -> Self:
        """A number up to or from a threshold: ``≥ 12``, ``≥ 12 年``."""
        signs, label = f"{sign} {threshold}", f"{sign} {fact.label_of(threshold)}"
        return cls(signs, label, at_least=threshold) if sign == "≥" else cls(signs, label, at_most=threshold)

    @classmethod
    def among(cls, fact: Fact, values: Iterable[Value]) -> Self:
        """One of some values: ``before, open``, 未开始或进行中."""
        values = tuple(values)
        *others, last = map(fact.label_of, values) if values else ("",)
        label = f"{'、'.join(others)}或{last}" if others else last
        return cls(", ".join(map(shown, values)), label, values)


@attrs.frozen
class Unmet:
    """
    A comparison that does not hold: ``wanted`` in signs (``≥ 12``, ``open``, ``before, after``), and
    the value met.

    ``label`` and ``unit`` are the fact's. ``wanted_label`` and ``actual_label`` say the same to people
    who do not know the chart, with the unit: 医师报考申报时间 is wanted 进行中 and is 已结束. ``values``,
    ``at_least`` and ``at_most`` are what is wanted, for machines: see `Wanted`. ``note`` says to people what the value
    stands on, as the days of a window or what is missing, and ``known`` is False where the value stands for one that
    nobody knows; the kernel itself adds neither.
    """

    fact: str
    label: str
    wanted: str
    actual: Value
    wanted_label: str
    actual_label: str
    unit: str = ""
    values: tuple[Value, ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    note: str = ""
    known: bool = True

    @classmethod
    def of(cls, fact: Fact, wanted: Wanted, actual: Value) -> Self:
        """The comparison of a fact that wants this and meets that."""
        return cls(
            fact=fact.name,
            label=fact.label,
            wanted=wanted.signs,
            actual=actual,
            wanted_label=wanted.label,
            actual_label=fact.label_of(actual),
            unit=fact.unit,
            values=wanted.values,
            at_least=wanted.at_least,
            at_most=wanted.at_most,
        )

    def __str__(self) -> str:
        return f"{self.fact} is {shown(self.actual)}, wanted {self.wanted}"


@attrs.frozen
class UnknownEvent:
    """The chart has no such event."""

    code: ClassVar[str] = "unknown-event"

    event: str
    row: None = None

    def __str__(self) -> str:
        return f"no event {self.event!r}"


@attrs.frozen
class NoRow:
    """The event exists, but not in this state; ``allowed_in`` are the leaves that it has rows from."""

    code: ClassVar[str] = "no-row"

    event: str
    state: str
    allowed_in: tuple[str, ...]
    row: None = None

    def __str__(self) -> str:
        return f"{self.event!r} is for {', '.join(self.allowed_in)}, not {self.state}"


@attrs.frozen
class RoleMissing:
    """The sender holds none of the roles that the row admits."""

    code: ClassVar[str] = "role-missing"

    by: tuple[By, ...]
    row: int

    def __str__(self) -> str:
        return f"only for {' or '.join(map(str, self.by))}"


@attrs.frozen
class GuardUnmet:
    """
    A condition of the row does not hold.

    ``name`` is the guard's, or that of the fact if the row names one; empty for a predicate written
    into the row, whose ``label`` is then the predicate in signs. ``unmet`` are the comparisons that
    stand in the way.
    """

    code: ClassVar[str] = "guard-unmet"

    name: str
    label: str
    cites: tuple[str, ...]
    unmet: tuple[Unmet, ...]
    row: int

    def __str__(self) -> str:
        return f"{self.name or self.label}: {', '.join(map(str, self.unmet)) or 'can never hold'}"


@attrs.frozen
class ReasonMissing:
    """The row demands a reason text and none, or only blanks, was given."""

    code: ClassVar[str] = "reason-missing"

    row: int

    def __str__(self) -> str:
        return "a reason is required"


@attrs.frozen
class SecondPersonNeeded:
    """The row demands another, known person than the one who brought the case here."""

    code: ClassVar[str] = "second-person-needed"

    row: int

    def __str__(self) -> str:
        return "another, named person must do this"


Reason = UnknownEvent | NoRow | RoleMissing | GuardUnmet | ReasonMissing | SecondPersonNeeded


def for_sender(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """
    The reasons that are the sender's business, in their order: those of the rows that admit the sender.

    Where none does, that each is for others, and no more: a condition of such a row may say, with its
    value, what the sender is not to know.
    """
    others = {reason.row for reason in reasons if isinstance(reason, RoleMissing)}
    own = tuple(reason for reason in reasons if reason.row not in others)
    return own or tuple(reason for reason in reasons if isinstance(reason, RoleMissing))


@attrs.frozen
class Fired:
    """
    The event is accepted, by the chart's row number ``row``.

    ``exited`` are the states left, the innermost first, ``entered`` those entered, the outermost first;
    both are empty for an internal transition, whose ``target`` is its source. There is one object a row
    and leaf; it is shared.
    """

    event: str
    source: str
    target: str
    exited: tuple[str, ...]
    entered: tuple[str, ...]
    actions: tuple[str, ...]
    row: int


@attrs.frozen
class Refused:
    """The event is refused, and nothing has changed. The reasons of every row tried, in the order tried."""

    event: str
    state: str
    reasons: tuple[Reason, ...]

    @property
    def not_permitted(self) -> bool:
        """Whether no row of this event admits any role of the sender, whatever the facts."""
        tried = {reason.row for reason in self.reasons}
        return {reason.row for reason in self.reasons if isinstance(reason, RoleMissing)} == tried


@attrs.frozen
class Explained:
    """
    What would become of one event now.

    ``allowed``: it would fire, given what is still to be given: the facts ``to_give``, which the event
    itself brings, and a reason text if ``reason_required``. Otherwise ``reasons`` are those of the
    refusal.
    """

    event: str
    label: str
    allowed: bool
    to_give: tuple[Fact, ...] = ()
    reasons: tuple[Reason, ...] = ()
    reason_required: bool = False


def shown(value: Value) -> str:
    """The value as charts write it: truth values in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
