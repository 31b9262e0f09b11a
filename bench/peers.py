"""
One lifecycle in several engines: ten states, sixteen rows, a role and two guards a row.

Each peer walks cases through the same nine events, every one of which fires, so that what is compared is the cost of
an accepted event. A peer whose library is not installed is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import attrs
from transitions import Machine

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.statechart.compiling import compile_chart
from kaohe_workflow.statechart.deciding import Actor

ROLES = {"p": "physician", "i": "institution", "a": "agency"}

ROWS = """
draft     submit    submitted  p  in_window complete
returned  submit    submitted  p  in_window complete
submitted return    returned   i  in_window named
submitted review    reviewed   i  in_window named
reviewed  return    returned   a  in_window named
reviewed  approve   approved   a  named eligible
approved  schedule  scheduled  a  named eligible
scheduled postpone  approved   a  named eligible
scheduled start     sitting    p  in_window eligible
sitting   pause     scheduled  p  in_window eligible
sitting   hand_in   marked     p  in_window complete
marked    conclude  passed     a  named qualified
marked    conclude  failed     a  named unqualified
draft     give_up   failed     p  named complete
returned  give_up   failed     p  named complete
submitted give_up   failed     p  named complete
"""
TABLE = [line.split() for line in ROWS.strip().splitlines()]

SCRIPT = (
    ("submit", "p"),
    ("return", "i"),
    ("submit", "p"),
    ("review", "i"),
    ("approve", "a"),
    ("schedule", "a"),
    ("start", "p"),
    ("hand_in", "p"),
    ("conclude", "a"),
)
"""What happens to every case, and who sends it."""

HEAD = """
chart: filing
version: 1
label: 申报
initial: draft
facts:
  window: {type: enum, values: [before, open, over], label: 时间}
  complete: {type: boolean, label: 齐全}
  named: {type: boolean, label: 实名}
  years: {type: integer, minimum: 0, maximum: 90, label: 年限}
  score: {type: integer, minimum: 0, maximum: 100, label: 成绩}
guards:
  in_window: {fact: window, is: open, label: 时间内}
  eligible: {fact: years, at_least: 5, label: 年限够}
  qualified: {fact: score, at_least: 60, label: 达线}
  unqualified: {not: qualified, label: 未达线}
states:
"""

CONDITIONS: dict[str, Callable[[Any], bool]] = {
    "in_window": lambda case: case.window == "open",
    "complete": lambda case: case.complete is True,
    "named": lambda case: case.named is True,
    "eligible": lambda case: case.years >= 5,
    "qualified": lambda case: case.score >= 60,
    "unqualified": lambda case: case.score < 60,
}


def chart_text() -> str:
    """The lifecycle in the chart format."""
    names = dict.fromkeys(name for source, _, target, *_ in TABLE for name in (source, target))
    states = [
        f"  {name}: {{label: {name}, final: {str(name in ('passed', 'failed')).lower()}}}" for name in names
    ]
    rows = [
        f"  - {{event: {event}, label: {event}, from: {source}, to: {target}, "
        f"by: [{{role: {ROLES[who]}, relation: own}}], when: [{', '.join(guards)}]}}"
        for source, event, target, who, *guards in TABLE
    ]
    return "\n".join([HEAD.strip(), *states, "transitions:", *rows]) + "\n"


CHART = read_statechart(chart_text())
ACTORS = {who: Actor(frozenset({(role, "own")})) for who, role in ROLES.items()}


@attrs.define
class Case:
    """One case of a population: its state, and the facts that guards look at."""

    state: str = "draft"
    window: str = "open"
    complete: bool = True
    named: bool = True
    years: int = 12
    score: int = 75


@attrs.frozen
class Peer:
    """An engine: how many cases it can be asked to walk in a second or so, and how it walks them."""

    name: str
    cases: int
    walk: Callable[[int], float]

    def events_a_second(self) -> float:
        """One measurement."""
        return self.cases * len(SCRIPT) / self.walk(self.cases)


def timed(cases: Sequence[Any], step: Callable[[Any, str, str], None]) -> float:
    """Seconds for the whole script, one event after the other for all cases."""
    started = perf_counter()
    for event, who in SCRIPT:
        for case in cases:
            step(case, event, who)
    return perf_counter() - started


def walk_decide(count: int) -> float:
    """The compiled chart, a decision a case and event."""
    decide, cases = compile_chart(CHART).decide, [Case() for _ in range(count)]
    started = perf_counter()
    for event, who in SCRIPT:
        actor = ACTORS[who]
        for case in cases:
            case.state = decide(case.state, event, actor, case).target  # type: ignore[union-attr]  # all fire
    elapsed = perf_counter() - started
    assert {"passed"} == {case.state for case in cases}
    return elapsed


def walk_decide_many(count: int) -> float:
    """The compiled chart, one call an event over columns."""
    engine, states = compile_chart(CHART), ["draft"] * count
    columns: dict[str, list[Any]] = {
        "window": ["open"] * count,
        "complete": [True] * count,
        "named": [True] * count,
        "years": [12] * count,
        "score": [75] * count,
    }
    started = perf_counter()
    for event, who in SCRIPT:
        states = [fired.target for fired in engine.decide_many(states, event, ACTORS[who], columns)]  # type: ignore[union-attr]  # all fire
    elapsed = perf_counter() - started
    assert {"passed"} == set(states)
    return elapsed


BY_P, BY_I, BY_A = (frozenset({(role, "own")}) for role in ROLES.values())

BY_HAND: dict[str, dict[str, Callable[[frozenset[tuple[str, str]], Case], str | None]]] = {
    "draft": {
        "submit": lambda by, c: (
            "submitted" if not by.isdisjoint(BY_P) and c.window == "open" and c.complete else None
        )
    },
    "returned": {
        "submit": lambda by, c: (
            "submitted" if not by.isdisjoint(BY_P) and c.window == "open" and c.complete else None
        )
    },
    "submitted": {
        "return": lambda by, c: (
            "returned" if not by.isdisjoint(BY_I) and c.window == "open" and c.named else None
        ),
        "review": lambda by, c: (
            "reviewed" if not by.isdisjoint(BY_I) and c.window == "open" and c.named else None
        ),
    },
    "reviewed": {
        "approve": lambda by, c: "approved" if not by.isdisjoint(BY_A) and c.named and c.years >= 5 else None
    },
    "approved": {
        "schedule": lambda by, c: (
            "scheduled" if not by.isdisjoint(BY_A) and c.named and c.years >= 5 else None
        )
    },
    "scheduled": {
        "start": lambda by, c: (
            "sitting" if not by.isdisjoint(BY_P) and c.window == "open" and c.years >= 5 else None
        )
    },
    "sitting": {
        "hand_in": lambda by, c: (
            "marked" if not by.isdisjoint(BY_P) and c.window == "open" and c.complete else None
        )
    },
    "marked": {
        "conclude": lambda by, c: "passed" if not by.isdisjoint(BY_A) and c.named and c.score >= 60 else None
    },
}
"""The rows of the script as a careful programmer would write them, without any reasons."""


def decide_by_hand(state: str, event: str, actor: Actor, case: Case) -> str | None:
    """The same question as the engine is asked, answered with a bare target."""
    try:
        row = BY_HAND[state][event]
    except KeyError:
        return None
    return row(actor.grants, case)


def walk_by_hand(count: int) -> float:
    """Hand-written code: a function a row in a table."""
    cases = [Case() for _ in range(count)]
    started = perf_counter()
    for event, who in SCRIPT:
        actor = ACTORS[who]
        for case in cases:
            target = decide_by_hand(case.state, event, actor, case)
            if target is not None:
                case.state = target
    elapsed = perf_counter() - started
    assert {"passed"} == {case.state for case in cases}
    return elapsed


def held(who: str) -> Callable[[Any], bool]:
    """The condition that a model's current sender holds a role."""
    return lambda case: (ROLES[who], "own") in ACTORS[case.sender].grants


class Model:
    """A case as an object with its own conditions, for engines that look for them there."""

    def __init__(self) -> None:
        self.sender = "p"
        self.state = "draft"
        self.window, self.complete, self.named, self.years, self.score = "open", True, True, 12, 75


for _name, _condition in [*CONDITIONS.items(), *((who, held(who)) for who in ROLES)]:
    setattr(Model, f"is_{_name}", lambda case, *_args, _condition=_condition, **_more: _condition(case))


def walk_transitions(count: int) -> float:
    """The library transitions: one machine for all models, none of which is registered."""
    machine = Machine(
        model=None, states=[state.name for state in CHART.states], initial="draft", auto_transitions=False
    )
    for source, event, target, who, *guards in TABLE:
        machine.add_transition(event, source, target, conditions=[f"is_{name}" for name in (who, *guards)])
    cases = [Model() for _ in range(count)]

    def step(case: Any, event: str, who: str) -> None:
        case.sender = who
        machine.events[event].trigger(case)

    elapsed = timed(cases, step)
    assert {"passed"} == {case.state for case in cases}
    return elapsed


def walk_python_statemachine(count: int) -> float:
    """The library python-statemachine: a machine a case."""
    from statemachine import State, StateMachine

    names = [state.name for state in CHART.states]
    states = {name: State(initial=name == "draft", final=name in ("passed", "failed")) for name in names}
    events: dict[str, Any] = {}
    for source, event, target, who, *guards in TABLE:
        row = states[source].to(states[target], cond=[f"is_{name}" for name in (who, *guards)])
        events[event] = events[event] | row if event in events else row
    events["return_"] = events.pop("return")
    filing = type("Filing", (StateMachine,), {**states, **events})
    cases = [filing(Model()) for _ in range(count)]

    def step(case: Any, event: str, who: str) -> None:
        case.model.sender = who
        case.send("return_" if event == "return" else event)

    elapsed = timed(cases, step)
    assert {"passed"} == {case.model.state for case in cases}
    return elapsed


def walk_sismic(count: int) -> float:
    """The library sismic: an interpreter a case, guards as Python expressions."""
    from sismic import model
    from sismic.interpreter import Interpreter

    chart = model.Statechart("filing")
    chart.add_state(model.CompoundState("root", initial="draft"), None)
    for state in CHART.states:
        chart.add_state(model.BasicState(state.name), "root")
    for source, event, target, who, *guards in TABLE:
        guard = " and ".join(f"case.is_{name}()" for name in (who, *guards))
        chart.add_transition(model.Transition(source, target, event=event, guard=guard))
    cases = [Interpreter(chart, initial_context={"case": Model()}) for _ in range(count)]
    for case in cases:
        case.execute()

    def step(case: Any, event: str, who: str) -> None:
        case.context["case"].sender = who
        case.queue(event).execute()

    elapsed = timed(cases, step)
    assert {"root", "passed"} == {name for case in cases for name in case.configuration}
    return elapsed


def peers() -> Iterable[Peer]:
    """Every engine that is installed, with as many cases as it walks in about a second."""
    yield Peer("by hand, a function a row", 100_000, walk_by_hand)
    yield Peer("kaohe decide", 100_000, walk_decide)
    yield Peer("kaohe decide_many", 100_000, walk_decide_many)
    yield Peer("transitions, shared machine", 5_000, walk_transitions)
    if find_spec("statemachine"):
        yield Peer("python-statemachine", 300, walk_python_statemachine)
    if find_spec("sismic"):
        yield Peer("sismic", 300, walk_sismic)
