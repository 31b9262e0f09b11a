"""
Strategies for charts: whole charts that nobody would draw, and facts and actors to try them with.

The charts are valid, not sensible. They have negations inside negations, rows that shadow each other,
guards that can never hold, compound states inside compound states, and thresholds within, at and beyond
the bounds of the facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from kaohe_workflow.statechart import predicates
from kaohe_workflow.statechart.deciding import Actor
from kaohe_workflow.statechart.model import INITIAL, By, Deadline, Fact, Guard, State, Statechart, Transition
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

LABELS = st.text(alphabet='报名审核"\\{}\n#:|é', min_size=1, max_size=6).filter(str.strip)

THRESHOLDS: st.SearchStrategy[Threshold] = st.one_of(
    st.integers(LEAST - 1, MOST + 1), st.sampled_from(PARAMETERS).map(Parameter)
)


@st.composite
def charts(draw: st.DrawFn) -> Statechart:
    """Any chart; every fact, guard and state that it names is there."""
    facts = draw(_facts())
    guards: list[Guard] = []
    for number in range(draw(st.integers(0, 3))):
        predicate = draw(_predicates(facts, [guard.name for guard in guards]))
        guards.append(Guard(f"guard_{number}", draw(LABELS), predicate, ("design",)))
    deadlines = [Deadline(EVENTS[0], parameter=PARAMETERS[0])]
    deadlines += [Deadline(EVENTS[0], at=fact.name) for fact in facts if fact.type == "instant"]
    states = draw(_states(deadlines))
    empty = Statechart("generated", 1, "生成", INITIAL, states, (), tuple(facts), tuple(guards))
    first = Transition(EVENTS[0], "先", (INITIAL,), empty.leaves[1], (By(ROLES[0], RELATIONS[0]),))
    rows = [first, *draw(st.lists(_rows(empty), min_size=1, max_size=8))]
    return Statechart(
        name=empty.name,
        version=empty.version,
        label=draw(LABELS),
        initial=INITIAL,
        states=states,
        transitions=tuple(rows),
        facts=empty.facts,
        guards=empty.guards,
    )


@st.composite
def _facts(draw: st.DrawFn) -> list[Fact]:
    facts = [Fact("due", "instant", "到期")] if draw(st.booleans()) else []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["boolean", "integer", "enum"]))
        values = draw(st.lists(st.sampled_from(WORDS), min_size=1, unique=True)) if kind == "enum" else []
        bounded = kind == "integer" and draw(st.booleans())
        facts.append(
            Fact(
                f"fact_{number}",
                kind,  # type: ignore[arg-type]  # one of the three literals above
                label=draw(LABELS),
                values=tuple(values),
                minimum=LEAST if bounded else None,
                maximum=MOST if bounded else None,
                unit="年" if kind == "integer" else "",
                of_event=draw(st.booleans()),
            )
        )
    return facts


def _predicates(facts: Sequence[Fact], guards: Sequence[str]) -> st.SearchStrategy[Predicate]:
    leaves = [_comparisons(fact) for fact in facts if fact.type != "instant"]
    if guards:
        leaves.append(st.sampled_from(guards).map(GuardRef))
    return st.recursive(
        st.one_of(leaves),
        lambda part: st.one_of(
            part.map(Not),
            st.lists(part, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(part, min_size=1, max_size=3).map(lambda parts: predicates.Any(tuple(parts))),
        ),
        max_leaves=5,
    )


def _comparisons(fact: Fact) -> st.SearchStrategy[Predicate]:
    values = values_of(fact)
    exact: list[st.SearchStrategy[Predicate]] = [
        values.map(lambda value: FactIs(fact.name, value)),
        st.lists(values, min_size=1, max_size=3, unique=True).map(
            lambda some: FactOneOf(fact.name, tuple(some))
        ),
    ]
    if fact.type != "integer":
        return st.one_of(exact)
    return st.one_of(
        *exact,
        THRESHOLDS.map(lambda threshold: AtLeast(fact.name, threshold)),
        THRESHOLDS.map(lambda threshold: AtMost(fact.name, threshold)),
    )


@st.composite
def _states(draw: st.DrawFn, deadlines: Sequence[Deadline]) -> tuple[State, ...]:
    names = iter(f"state_{number}" for number in range(40))

    def leaf() -> State:
        deadline = draw(st.none() | st.sampled_from(deadlines))
        return State(next(names), draw(LABELS), final=draw(st.booleans()), deadline=deadline)

    def compound(depth: int) -> State:
        name = next(names)
        inside = tuple(any_state(depth - 1) for _ in range(draw(st.integers(1, 2))))
        return State(name, draw(LABELS), states=inside, initial=inside[-1].name)

    def any_state(depth: int) -> State:
        return compound(depth) if depth and draw(st.integers(0, 3)) == 0 else leaf()

    return tuple(any_state(2) for _ in range(draw(st.integers(1, 3))))


@st.composite
def _rows(draw: st.DrawFn, chart: Statechart) -> Transition:
    written = tuple(draw(st.lists(st.sampled_from(list(chart.by_name)), min_size=1, max_size=2, unique=True)))
    leaves = {leaf for name in written for leaf in chart.leaves_of(name)}
    guards = [guard.name for guard in chart.guards]
    return Transition(
        event=draw(st.sampled_from(EVENTS)),
        label=draw(LABELS),
        sources=tuple(leaf for leaf in chart.leaves if leaf in leaves),
        target=draw(st.none() | st.sampled_from([leaf for leaf in chart.leaves if leaf != INITIAL])),
        by=tuple(draw(st.lists(_GRANTS, min_size=1, max_size=2, unique=True))),
        when=tuple(draw(st.lists(_predicates(chart.facts, guards), max_size=2))),
        do=tuple(draw(st.lists(st.sampled_from(["note", "tell"]), max_size=2, unique=True))),
        reason_required=draw(_SELDOM),
        four_eyes=draw(_SELDOM),
        written=written,
    )


_SELDOM = st.integers(0, 3).map(lambda number: number == 0)
_GRANTS = st.builds(By, st.sampled_from(ROLES), st.sampled_from(RELATIONS))


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
    return st.builds(Actor, grants, named=st.booleans(), acted=st.booleans())
