"""
The one shape of every lifecycle package: what a record is, what events carry, what guards look at, what actions do.

A package `lifecycles/<name>/` has four modules of pure functions and frozen values:

- `case.py`     the record that a case keeps between events;
- `events.py`   `PAYLOADS`: what each event carries;
- `facts.py`    `Around`, what guards need to know of the world, and `<Name>Facts`, the `Facts` of the chart; where
                there are many, a package of rooms by subject, which the one class puts together;
- `actions.py`  `ACTIONS`: one function for each name that the chart's `do:` mentions;

and binds them in its `__init__` as `LIFECYCLE`. Tests lock charts and packages together, both ways. What files that are
reviewed have in common is in `reviewing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.windows import local_date


@attrs.frozen
class Moment:
    """
    When, and under which provincial values, something is decided.

    ``now`` is an aware UTC instant from the clock port; ``parameters`` are those in force on that day. ``on`` gives
    those of another day; None where the province has never changed any, so that nobody need ask for a day.
    """

    now: datetime
    parameters: Parameters
    on: Callable[[date], Parameters] | None = attrs.field(default=None, eq=False, repr=False)

    def of(self, first_day: date | None) -> Moment:
        """
        The same instant under the values that a cycle goes by: those of its first day, whenever it is worked on.

        The notices of the provinces are about a cycle, and two may run side by side. None belongs to no cycle.
        """
        if self.on is None or first_day is None:
            return self
        return attrs.evolve(self, parameters=self.on(first_day))


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


@attrs.frozen
class Step:
    """
    What an action is told beside the record: the fired row and who fired it.

    ``operator_id`` is the natural person, None for a shared account or the system; ``organisation_id`` is that of
    the sender's account, None for the system;
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
    organisation_id: str | None = None
    reason: str | None = None

    @property
    def decider(self) -> Decider:
        """Who sends the event."""
        return Decider(self.account_id, self.operator_id)


@attrs.frozen
class NoPayload:
    """An event that carries nothing but itself."""


@attrs.frozen
class Move:
    """What goes along with a physician carries: the institution that the physician is attached to from now on."""

    institution_id: str


MovedT = TypeVar("MovedT")


def change_institution(record: MovedT, step: Step) -> MovedT:
    """What belongs to a physician goes along (a `Move`), with nothing else to it."""
    any_record: Any = record  # every record is an attrs class, which no bound can say
    moved: MovedT = attrs.evolve(any_record, institution_id=step.payload.institution_id)
    return moved


Action = Callable[[Any, Step], Any]
"""`(record or None, step) -> record`; several actions of a row are applied in the chart's order."""

FactsOf = Callable[[Any, Any, Any, Moment], Any]
"""`(record or None, payload, surroundings, moment) -> facts`, an object with a property a fact."""


@attrs.frozen
class Aside:
    """
    What a refusal tells beside the value of a fact: the days of a window, what is missing, and what can be done.

    ``text`` is for people; ``known`` is False where the value is not the true one, which nobody knows.
    """

    text: str
    known: bool = True


RecordT = TypeVar("RecordT")
AroundT = TypeVar("AroundT")


class Facts(Generic[RecordT, AroundT]):
    """
    What the guards of a chart look at: a property for each of its facts, named like it and computed when it is read.

    Each has a value for every case; what is unknown gets the value that refuses. ``record`` is None while the case
    is made, ``around`` what the lifecycle's `Around` says that it needs of the world.
    """

    _ASIDES: ClassVar[Mapping[str, Callable[[Any], str | Aside]]] = {}
    """Fact → what says what its value stands on, where a refusal has more to tell than the value; empty for nothing."""

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


def aside_of(facts: Facts[Any, Any], fact: str) -> Aside | None:
    """Return what is told beside the value of a fact that stands in the way; None where the value says it all."""
    asides = facts._ASIDES
    told = asides[fact](facts) if fact in asides else ""
    aside = Aside(told) if isinstance(told, str) else told
    return aside if aside.text else None


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
