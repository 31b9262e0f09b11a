"""
Strategies for charts: whole charts that nobody would draw, and facts and actors to try them with.

The charts are valid, not sensible. They have negations inside negations, rows that shadow each other,
guards that can never hold, compound states inside compound states, and thresholds within, at and beyond
the bounds of the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from kaohe_workflow.statechart import predicates
from kaohe_workflow.statechart.deciding import Actor
from kaohe_workflow.statechart.model import (
    INITIAL,
    By,
    Deadline,
    Fact,
    FactType,
    Guard,
    State,
    Statechart,
    Transition,
)
from kaohe_workflow.statechart.predicates import (
    All,
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
)

ROLES = ("applicant", "reviewer", "clock")
RELATIONS = ("self", "own")
EVENTS = ("submit", "review", "expire")
PARAMETERS = ("grace", "limit")
WORDS = ("before", "open", "over", "unknown")
LEAST, MOST = -2, 5
"""Bounds of the integer facts; thresholds and parameters go a little beyond them."""

LABELS = st.sampled_from(
    ["报名", "审核 ", 'no: "yes" # {x}', "\\n|\n", "on", "12:30", "é̀", "'); raise SystemExit"]
)

# Strategies are made once and drawn from often: to make one costs more than to draw from it.
_SOME = st.integers(0, 3)
_FLAGS = st.booleans()
_SELDOM = _SOME.map(lambda number: number == 0)
_EVENTS = st.sampled_from(EVENTS)
_ACTIONS = st.sampled_from([(), ("note",), ("tell", "note")])
_GRANTS = st.sampled_from([By(role, relation) for role in ROLES for relation in RELATIONS])
_THRESHOLDS: st.SearchStrategy[Threshold] = st.sampled_from(
    [*range(LEAST - 1, MOST + 2), *map(Parameter, PARAMETERS)]
)
_KINDS: st.SearchStrategy[FactType] = st.sampled_from(["boolean", "integer", "enum"])
_ENUMS = st.sampled_from([WORDS[:count] for count in range(1, len(WORDS) + 1)])
# No two words may be called the same: the word itself goes into its label.
_LABELLED = st.tuples(_FLAGS, LABELS)
_FORMS = st.sampled_from(["fact", "guard", "not", "all", "any"])
_ORDERS = st.sampled_from(["is", "one_of", "at_least", "at_most"])


@st.composite
def charts(draw: st.DrawFn) -> Statechart:
    """Any chart; every fact, guard and state that it names is there."""
    facts = tuple(_fact(draw, number) for number in range(draw(_SOME) + 1))
    if draw(_FLAGS):
        facts = (Fact("due", "instant", "到期"), *facts)
    guards: list[Guard] = []
    for number in range(draw(_SOME)):
        predicate = _predicate(draw, facts, tuple(guards), depth=2)
        guards.append(Guard(f"guard_{number}", draw(LABELS), predicate, ("design",)))
    deadlines = [Deadline(EVENTS[0], parameter=PARAMETERS[0])]
    deadlines += [Deadline(EVENTS[0], at=fact.name) for fact in facts if fact.type == "instant"]
    states = draw(_states(deadlines))
    empty = Statechart("generated", 1, draw(LABELS), INITIAL, states, (), facts, tuple(guards))
    first = Transition(EVENTS[0], "先", (INITIAL,), empty.leaves[1], (By(ROLES[0], RELATIONS[0]),))
    rows = [_row(draw, empty) for _ in range(draw(_SOME) * 2 + 1)]
    return attrs.evolve(empty, transitions=(first, *rows))


def _fact(draw: st.DrawFn, number: int) -> Fact:
    kind = draw(_KINDS)
    bounded = kind == "integer" and draw(_FLAGS)
    values = draw(_ENUMS) if kind == "enum" else ()
    labelled, label = draw(_LABELLED) if values else (False, "")
    return Fact(
        f"fact_{number}",
        kind,
        label=draw(LABELS),
        values=values,
        value_labels=tuple((word, f"{label}{word}") for word in values) if labelled else (),
        minimum=LEAST if bounded else None,
        maximum=MOST if bounded else None,
        unit="年" if kind == "integer" else "",
        of_event=draw(_FLAGS),
    )


def _predicate(draw: st.DrawFn, facts: Sequence[Fact], guards: Sequence[Guard], depth: int) -> Predicate:
    form = draw(_FORMS) if depth else "fact"
    if form == "guard" and guards:
        return GuardRef(guards[draw(_SOME) % len(guards)].name)
    if form == "not":
        return Not(_predicate(draw, facts, guards, depth - 1))
    if form in ("all", "any"):
        parts = tuple(_predicate(draw, facts, guards, depth - 1) for _ in range(draw(_SOME) % 3 + 1))
        return All(parts) if form == "all" else predicates.Any(parts)
    comparable = [fact for fact in facts if fact.type != "instant"]
    return _comparison(draw, comparable[draw(_SOME) % len(comparable)])


def _comparison(draw: st.DrawFn, fact: Fact) -> Predicate:
    order = draw(_ORDERS)
    if fact.type == "integer" and order == "at_least":
        return AtLeast(fact.name, draw(_THRESHOLDS))
    if fact.type == "integer" and order == "at_most":
        return AtMost(fact.name, draw(_THRESHOLDS))
    values = values_of(fact)
    if order == "is":
        return FactIs(fact.name, draw(values))
    return FactOneOf(fact.name, tuple(dict.fromkeys(draw(values) for _ in range(draw(_SOME) + 1))))


@st.composite
def _states(draw: st.DrawFn, deadlines: Sequence[Deadline]) -> tuple[State, ...]:
    names = iter(f"state_{number}" for number in range(40))

    def leaf() -> State:
        deadline = [None, None, *deadlines][draw(_SOME) % (2 + len(deadlines))]
        return State(next(names), draw(LABELS), final=draw(_FLAGS), deadline=deadline)

    def compound(depth: int) -> State:
        name = next(names)
        inside = tuple(any_state(depth - 1) for _ in range(draw(_SOME) % 2 + 1))
        return State(name, draw(LABELS), states=inside, initial=inside[-1].name)

    def any_state(depth: int) -> State:
        return compound(depth) if depth and draw(_SELDOM) else leaf()

    return tuple(any_state(2) for _ in range(draw(_SOME) % 3 + 1))


def _row(draw: st.DrawFn, chart: Statechart) -> Transition:
    names = st.sampled_from(list(chart.by_name))
    written = tuple(dict.fromkeys(draw(names) for _ in range(draw(_SOME) % 2 + 1)))
    sources = {leaf for name in written for leaf in chart.leaves_of(name)}
    targets = st.sampled_from([None, *(leaf for leaf in chart.leaves if leaf != INITIAL)])
    return Transition(
        event=draw(_EVENTS),
        label=draw(LABELS),
        sources=tuple(leaf for leaf in chart.leaves if leaf in sources),
        target=draw(targets),
        by=tuple(dict.fromkeys(draw(_GRANTS) for _ in range(draw(_SOME) % 2 + 1))),
        when=tuple(_predicate(draw, chart.facts, chart.guards, depth=2) for _ in range(draw(_SOME) % 3)),
        do=draw(_ACTIONS),
        reason_required=draw(_SELDOM),
        four_eyes=draw(_SELDOM),
        written=written,
    )


def values_of(fact: Fact) -> st.SearchStrategy[Value]:
    """Any value of a fact, within its bounds or a little around zero."""
    match fact.type:
        case "boolean":
            return st.booleans()
        case "enum":
            return st.sampled_from(fact.values)
    least = fact.minimum if fact.minimum is not None else LEAST - 3
    most = fact.maximum if fact.maximum is not None else MOST + 3
    return st.integers(least, most)


def facts_of(chart: Statechart) -> st.SearchStrategy[dict[str, Any]]:
    """A value for each fact that guards may look at."""
    return st.fixed_dictionaries(
        {fact.name: values_of(fact) for fact in chart.facts if fact.type != "instant"}
    )


def parameters() -> st.SearchStrategy[Mapping[str, int]]:
    """A value for each parameter that generated charts name."""
    return st.fixed_dictionaries({name: st.integers(LEAST - 1, MOST + 1) for name in PARAMETERS})


def actors() -> st.SearchStrategy[Actor]:
    """Anybody: no grant, one or several, named or not, first or second person."""
    every = [(role, relation) for role in ROLES for relation in RELATIONS]
    grants = st.just(frozenset(every)) | st.frozensets(st.sampled_from(every), max_size=4)
    return st.builds(Actor, grants, named=_FLAGS, acted=_FLAGS)
