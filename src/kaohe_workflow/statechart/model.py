"""
A statechart as frozen values: what the reader makes, and everything else works on.

States form a tree. Its leaves are what a case can be in; a compound state is a phase. Transitions are
the rows of a table; their sources are leaves, because a compound source means each of its leaves. The
values here carry no behaviour beyond looking things up; a chart made by hand is as good as one that was
read, once `checking` is content.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import attrs

from kaohe_workflow.statechart.predicates import (
    All,
    Any,
    AtLeast,
    AtMost,
    FactIs,
    FactOneOf,
    GuardRef,
    Not,
    Parameter,
    Predicate,
    Threshold,
    Value,
    parameters_of,
)

if TYPE_CHECKING:
    from kaohe_workflow.statechart.compiling import Engine

__all__ = [
    "INITIAL",
    "All",
    "Any",
    "AtLeast",
    "AtMost",
    "By",
    "Deadline",
    "Fact",
    "FactIs",
    "FactOneOf",
    "FactType",
    "Guard",
    "GuardRef",
    "Not",
    "Parameter",
    "Predicate",
    "State",
    "Statechart",
    "Threshold",
    "Transition",
    "Value",
    "Vocabulary",
    "is_name",
]

INITIAL: Final = "none"
"""The state before a case exists: a leaf that no chart lists and no store keeps."""

FactType = Literal["boolean", "integer", "enum", "instant"]

NO_PARAMETERS: Final[Mapping[str, int]] = MappingProxyType({})

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def is_name(text: str) -> bool:
    """
    Say whether a text can name something in a chart: lower case, digits and underscores, a letter first.

    >>> is_name("awaiting_review"), is_name("待审核"), is_name("__class__")
    (True, False, False)
    """
    return _NAME.fullmatch(text) is not None


def _check_name(instance: object, attribute: attrs.Attribute[str], name: str) -> None:
    # Names become attribute names in generated code: nothing else may ever get there.
    if not is_name(name) or keyword.iskeyword(name):
        raise ValueError(f"{type(instance).__name__}.{attribute.name} cannot be {name!r}")


def _check_words(instance: Fact, attribute: attrs.Attribute[tuple[str, ...]], words: tuple[str, ...]) -> None:
    wrong = [word for word in words if not is_name(word)]
    if wrong:
        raise ValueError(f"values of fact {instance.name!r} cannot be {wrong}")


def _check_labels(
    instance: Fact,
    attribute: attrs.Attribute[tuple[tuple[str, str], ...]],
    labels: tuple[tuple[str, str], ...],
) -> None:
    if labels and tuple(word for word, _ in labels) != instance.values:
        raise ValueError(f"labels of fact {instance.name!r} must be for {instance.values}, in this order")


@attrs.frozen
class Fact:
    """
    A typed input of guards.

    ``values`` are an enum's words, ``value_labels`` pairs of each word and what people call it, in the
    same order; none where the chart gives words alone. ``minimum`` and ``maximum`` are the inclusive
    bounds of an integer, None = unbounded. ``of_event`` says that the event itself brings the value, so
    that it is unknown before. A fact of type ``instant`` serves deadlines only; no guard may look at it.
    """

    name: str = attrs.field(validator=_check_name)
    type: FactType
    label: str
    values: tuple[str, ...] = attrs.field(default=(), validator=_check_words)
    minimum: int | None = None
    maximum: int | None = None
    unit: str = ""
    cites: tuple[str, ...] = ()
    of_event: bool = False
    value_labels: tuple[tuple[str, str], ...] = attrs.field(default=(), validator=_check_labels)
    line: int = attrs.field(default=0, eq=False)

    @property
    def words(self) -> tuple[Value, ...] | None:
        """All values of an enum or a boolean; None for what is not a short list."""
        match self.type:
            case "enum":
                return self.values
            case "boolean":
                return (False, True)
        return None

    def label_of(self, value: Value) -> str:
        """
        What people call a value: 进行中, 是, ``12 年``.

        A word without a label is its own, and so is anything that is no value of this fact.
        """
        if isinstance(value, bool):
            return "是" if value else "否"
        if self.type == "integer":
            return f"{value} {self.unit}".rstrip()
        return next((label for word, label in self.value_labels if word == value), str(value))


@attrs.frozen
class Guard:
    """A predicate with a name and a label, so that rows can share it and people can read it."""

    name: str
    label: str
    predicate: Predicate
    cites: tuple[str, ...] = ()
    line: int = attrs.field(default=0, eq=False)


@attrs.frozen
class Deadline:
    """
    When time itself sends ``event`` to a case in a state.

    Exactly one of ``parameter`` (a dated parameter) and ``at`` (a fact of type instant) says when.
    """

    event: str
    parameter: str | None = None
    at: str | None = None


@attrs.frozen
class State:
    """
    A state: a leaf, or a compound state with ``states`` inside and perhaps an ``initial`` one among them.

    ``short`` is a label for narrow columns; empty means the label itself. Only a leaf can be ``final``.
    """

    name: str
    label: str = ""
    short: str = ""
    cites: tuple[str, ...] = ()
    final: bool = False
    states: tuple[State, ...] = ()
    initial: str | None = None
    deadline: Deadline | None = None
    line: int = attrs.field(default=0, eq=False)


@attrs.frozen
class By:
    """Who may send: a role, and how its holder must stand to the case."""

    role: str
    relation: str

    def __str__(self) -> str:
        return f"{self.role}/{self.relation}"


@attrs.frozen
class Transition:
    """
    A row: from each of the leaves ``sources``, by ``event``, to the leaf ``target``.

    ``target`` None is an internal transition: nothing is left or entered, the event is still recorded.
    ``written`` are the sources as the chart names them, compounds included; empty means ``sources``
    themselves. ``when`` must hold altogether. ``four_eyes``: refused to whoever brought the case here.
    ``decides`` marks a verdict on what somebody submitted, ``reopens`` that leaving a final state is
    meant.
    """

    event: str
    label: str
    sources: tuple[str, ...]
    target: str | None = None
    by: tuple[By, ...] = ()
    when: tuple[Predicate, ...] = ()
    do: tuple[str, ...] = ()
    reason_required: bool = False
    four_eyes: bool = False
    decides: bool = False
    reopens: bool = False
    cites: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    line: int = attrs.field(default=0, eq=False)

    def parameters(self, guards: Mapping[str, Predicate]) -> set[str]:
        """The names of the parameters among its thresholds, and among those of the guards that it names."""
        return {name for condition in self.when for name in parameters_of(condition, guards)}


@attrs.frozen
class Vocabulary:
    """
    Which roles and relations a chart may name, and who may hold several roles.

    ``includes`` maps a role to the roles that its holder has too; ``same_body`` pairs roles that one
    organisation may hold at once; ``automatic`` are roles that no person holds. The kernel itself knows
    no role.
    """

    roles: frozenset[str]
    relations: frozenset[str]
    includes: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    same_body: tuple[tuple[str, str], ...] = ()
    automatic: frozenset[str] = frozenset()


@attrs.frozen
class Statechart:
    """
    One version of one lifecycle.

    ``initial`` is `INITIAL` for what events make, otherwise a leaf. Facts and guards share one name
    space; so do states, compound or not. ``transitions`` are in the order of the document, in which
    they are tried.
    """

    name: str
    version: int
    label: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    facts: tuple[Fact, ...] = ()
    guards: tuple[Guard, ...] = ()
    cites: tuple[str, ...] = ()

    def compile(self, parameters: Mapping[str, int] = NO_PARAMETERS) -> Engine:
        """
        Make the engine that decides over this chart.

        Raises:
            DefinitionError: a parameter of the chart has no value, or a name leads nowhere.
        """
        from kaohe_workflow.statechart.compiling import compile_chart

        return compile_chart(self, parameters)

    @cached_property
    def paths(self) -> Mapping[str, tuple[str, ...]]:
        """
        Name of every state → its ancestors from the outermost, and itself; `INITIAL` first where it is
        used.
        """
        found: dict[str, tuple[str, ...]] = {}
        if self.initial == INITIAL:
            found[INITIAL] = (INITIAL,)

        def walk(states: tuple[State, ...], above: tuple[str, ...]) -> None:
            for state in states:
                found[state.name] = (*above, state.name)
                walk(state.states, found[state.name])

        walk(self.states, ())
        return MappingProxyType(found)

    @cached_property
    def by_name(self) -> Mapping[str, State]:
        """Name → state, compound states included; `INITIAL` where the chart starts there."""
        found = {INITIAL: State(INITIAL)} if self.initial == INITIAL else {}

        def walk(states: tuple[State, ...]) -> None:
            for state in states:
                found[state.name] = state
                walk(state.states)

        walk(self.states)
        return MappingProxyType(found)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The names of all leaves in document order, `INITIAL` first where it is used."""
        return tuple(name for name, state in self.by_name.items() if not state.states)

    @cached_property
    def fact(self) -> Mapping[str, Fact]:
        """Name → fact."""
        return MappingProxyType({fact.name: fact for fact in self.facts})

    @cached_property
    def guard(self) -> Mapping[str, Guard]:
        """Name → guard."""
        return MappingProxyType({guard.name: guard for guard in self.guards})

    @cached_property
    def predicates(self) -> Mapping[str, Predicate]:
        """Name of a guard → its predicate."""
        return MappingProxyType({guard.name: guard.predicate for guard in self.guards})

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Every event once, in the order of the rows."""
        return tuple(dict.fromkeys(row.event for row in self.transitions))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that its rows have among their thresholds, in the order of the alphabet."""
        return tuple(sorted({name for row in self.transitions for name in row.parameters(self.predicates)}))

    def leaves_of(self, name: str) -> tuple[str, ...]:
        """The leaves inside a state, itself if it is one, in document order; none for an unknown name."""
        return tuple(leaf for leaf in self.leaves if name in self.paths[leaf])

    def rows_from(self, leaf: str) -> tuple[tuple[int, Transition], ...]:
        """
        The rows out of a leaf with their index in the chart, in the order in which they are tried.

        A row that names the leaf comes before one that names a state around it; otherwise the
        document's order holds.
        """
        path = self.paths[leaf]

        def depth(row: Transition) -> int:
            return max((path.index(name) for name in row.written or row.sources if name in path), default=0)

        found = [(index, row) for index, row in enumerate(self.transitions) if leaf in row.sources]
        return tuple(sorted(found, key=lambda pair: -depth(pair[1])))
