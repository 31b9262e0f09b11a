"""
What follows from what: the policies of `statecharts/policies.yaml`, as values.

A policy knows two lifecycles; lifecycles do not know each other. *When* an event of one was fired (into or out of
given states), *send* an event to cases of another, which a named selector finds: at once, in the same unit of work,
or as a job that goes through a whole population, a page a unit of work. Or the stored deadlines of a cycle's cases are
taken again (*retime*), page by page as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, Literal, Protocol, TypeVar

import attrs

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.shape import Moment, NoPayload


@attrs.frozen
class Occurrence:
    """
    A domain event: something that has happened to a case, with the case before (None) and after.

    ``reason`` is the text that was given for it; a job, which comes later, is not told.
    """

    lifecycle: str
    event: str
    source: str
    target: str
    before: Case | None
    after: Case
    payload: Any
    reason: str | None = None

    def is_of(
        self, lifecycle: str, events: Sequence[str], entered: Sequence[str], left: Sequence[str]
    ) -> bool:
        """Whether it is one of these events (empty: any), into and out of one of these states (empty: any)."""
        if self.lifecycle != lifecycle or (events and self.event not in events):
            return False
        moved = self.source != self.target
        if entered and not (self.target in entered and moved):
            return False
        return not left or (self.source in left and moved and self.target not in left)


@attrs.frozen
class Command:
    """An event to send to a case, or to make one (``case_id`` None); ``reason`` is told to whom it concerns."""

    case_id: str | None
    payload: Any = NoPayload()  # noqa: RUF009 - frozen and empty
    reason: str | None = None


@attrs.frozen
class Policy:
    """
    One row of the table.

    ``events`` empty = any event; ``entered`` and ``left`` empty = any state, otherwise the transition must enter
    one of, or leave one of these (and not stay). ``selector`` names a function of `selectors.SELECTORS`, for a job
    one of `populations.POPULATIONS`; a policy that retimes has none, and sends nothing: its event is the one that
    the deadlines send. The job of one that is ``after`` another waits until that one's is over, of one occurrence.
    ``place`` is where it is written, as file and line; empty for one that is not from a file.
    """

    name: str
    lifecycle: str
    events: tuple[str, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    send_lifecycle: str
    send_event: str
    selector: str | None
    how: Literal["once", "job", "retime"]
    after: str | None = None
    cites: tuple[str, ...] = ()
    place: str = attrs.field(default="", eq=False)

    def at(self, key: str = "") -> str:
        """What a problem of the policy, or of one of its keys, is found by."""
        name = f"policies.{self.name}.{key}" if key else f"policies.{self.name}"
        return f"{self.place} {name}" if self.place else name

    def answers(self, occurrence: Occurrence) -> bool:
        """Whether this policy follows from what happened."""
        return occurrence.is_of(self.lifecycle, self.events, self.entered, self.left)


class Row(Protocol):
    """A row of a table of what follows from occurrences."""

    def answers(self, occurrence: Occurrence) -> bool:
        """Whether something follows; asked of an occurrence's lifecycle, event, source and target alone."""


AnyRow = TypeVar("AnyRow", bound=Row)


Sort = tuple[str, str, str, str]
"""What rows ask of an occurrence: lifecycle, event, source, target."""


@attrs.frozen(eq=False)
class Table(Generic[AnyRow]):
    """
    The rows of such a table, in their order.

    Charts have few sorts of occurrences: a row is asked once for each, by the whole process.
    """

    rows: Sequence[AnyRow]
    _found: dict[Sort, tuple[int, ...]] = attrs.field(factory=dict, init=False)

    def answering(self, occurrences: Sequence[Occurrence]) -> list[tuple[AnyRow, list[Occurrence]]]:
        """The rows that answer, in their order, each with what it answers to."""
        answered: dict[int, list[Occurrence]] = {}
        for one in occurrences:
            for index in self._answering(one):
                answered.setdefault(index, []).append(one)
        return [(self.rows[index], answered[index]) for index in sorted(answered)]

    def _answering(self, occurrence: Occurrence) -> tuple[int, ...]:
        sort = (occurrence.lifecycle, occurrence.event, occurrence.source, occurrence.target)
        found = self._found.get(sort)
        if found is None:
            found = self._found[sort] = tuple(
                index for index, row in enumerate(self.rows) if row.answers(occurrence)
            )
        return found


@attrs.frozen
class Reading:
    """What a selector may read: the unit of work in which it happens, and the moment."""

    unit: UnitOfWork
    moment: Moment

    def moments(self, cases: Iterable[Case]) -> Mapping[str, Moment]:
        """The moment under the values of each cycle that these cases belong to, by the cycle's id."""
        ids = tuple(dict.fromkeys(case.record.cycle_id for case in cases))
        if self.moment.on is None:
            return dict.fromkeys(ids, self.moment)
        found = self.unit.read("cycle", ids)
        return {id: self.moment.of(found[id].record.first_day) for id in ids}


Selector = Callable[[Reading, Sequence[Occurrence]], list[Command]]
"""Finds the cases that a policy's event goes to, for many occurrences at once."""


@attrs.frozen
class Page:
    """The part of a population that one unit of work looks at: ``limit`` members at most, by id, after ``after``."""

    limit: int
    after: str = ""

    def read(self, unit: UnitOfWork, lifecycle: str, where: Sequence[Where]) -> tuple[list[Case], str | None]:
        """The cases of this page that meet all conditions, and where the next page begins: None if there is none."""
        cases = unit.find(lifecycle, [*where, Where("id", "gt", self.after)], limit=self.limit)
        return cases, cases[-1].id if len(cases) == self.limit else None


@attrs.frozen
class Found:
    """
    What a page has come to: the commands, and the id after which the next page begins (None: it was the last).

    ``members`` counts those of the population that were looked at, also where there is nothing to send.
    """

    commands: list[Command]
    last: str | None
    members: int


PagedSelector = Callable[[Reading, Occurrence, Page], Found]
"""Finds those members of one page of a population that a policy's event goes to."""
