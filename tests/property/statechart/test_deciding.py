"""The engine on charts that nobody would draw: fast, plain and foreign readings of one chart agree."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from kaohe_workflow.adapters.transitions import build_machine
from kaohe_workflow.statechart.compiling import compile_chart
from kaohe_workflow.statechart.deciding import NOT_GIVEN, Actor, Fired, GuardUnmet, Refused
from kaohe_workflow.statechart.interpreting import interpret
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.testing.charts import EVENTS, actors, charts, facts_of, parameters

REASONS = st.none() | st.sampled_from(["", " \t", "\u200b", "有误"])


@st.composite
def questions(
    draw: st.DrawFn,
) -> tuple[Statechart, dict[str, int], str, str, Actor, dict[str, Any], str | None]:
    """A chart under some parameters, and one event for one case of it."""
    chart = draw(charts())
    return (
        chart,
        dict(draw(parameters())),
        draw(st.sampled_from(chart.leaves)),
        draw(st.sampled_from(EVENTS)),
        draw(actors()),
        draw(facts_of(chart)),
        draw(REASONS),
    )


@given(questions())
def test_the_engine_decides_as_the_chart_reads(question: Any) -> None:
    """Generated code gives the same answer, with the same reasons in the same order, as reading the chart plainly."""
    chart, values, state, event, actor, facts, reason = question
    given_facts = SimpleNamespace(**facts)
    expected = interpret(chart, state, event, actor, given_facts, reason=reason, parameters=values)
    engine = compile_chart(chart, values)

    assert expected == engine.decide(state, event, actor, given_facts, reason=reason)


@given(questions())
def test_only_the_facts_that_are_named_are_read(question: Any) -> None:
    """A decision needs the facts that `facts_read` names, and no other."""
    chart, values, state, event, actor, facts, reason = question
    engine = compile_chart(chart, values)
    few = SimpleNamespace(**{name: facts[name] for name in engine.facts_read(state, event)})

    assert engine.decide(state, event, actor, engine.Facts(**facts), reason=reason) == engine.decide(
        state, event, actor, few, reason=reason
    )


@given(charts(), parameters(), st.sampled_from(EVENTS), REASONS, st.data())
def test_a_bulk_is_decided_as_its_cases_one_by_one(
    chart: Statechart, values: dict[str, int], event: str, reason: str | None, data: st.DataObject
) -> None:
    """`decide_many` gives for each case what `decide` gives."""
    engine = compile_chart(chart, values)
    cases = data.draw(
        st.lists(st.tuples(st.sampled_from(chart.leaves), actors(), facts_of(chart)), max_size=6)
    )
    alone = [
        engine.decide(state, event, who, engine.Facts(**facts), reason=reason) for state, who, facts in cases
    ]
    columns = {name: [facts[name] for _, _, facts in cases] for name in attrs.fields_dict(engine.Facts)}
    states = [state for state, _, _ in cases]

    assert alone == engine.decide_many(states, event, [who for _, who, _ in cases], columns, reason=reason)


@given(charts(), parameters(), st.sampled_from(EVENTS), actors(), st.data())
def test_a_bulk_of_one_actor_is_decided_as_its_cases_one_by_one(
    chart: Statechart, values: dict[str, int], event: str, actor: Actor, data: st.DataObject
) -> None:
    """One actor may be given once for all cases, also when all of them are in one state."""
    engine = compile_chart(chart, values)
    state = data.draw(st.sampled_from(chart.leaves))
    cases = data.draw(st.lists(facts_of(chart), max_size=6))
    columns = {name: [facts[name] for facts in cases] for name in attrs.fields_dict(engine.Facts)}

    assert [
        engine.decide(state, event, actor, engine.Facts(**facts)) for facts in cases
    ] == engine.decide_many([state] * len(cases), event, actor, columns)


@given(questions())
def test_explaining_says_what_deciding_does(question: Any) -> None:
    """With every fact known and a reason at hand, an event is allowed exactly if it fires, with the same reasons."""
    chart, values, state, _, actor, facts, _ = question
    engine = compile_chart(chart, values)
    given_facts = engine.Facts(**facts)
    decided = {
        event: engine.decide(state, event, actor, given_facts, reason="有误")
        for event in engine.events_from(state)
    }

    assert [
        (event, isinstance(outcome, Fired), () if isinstance(outcome, Fired) else outcome.reasons, ())
        for event, outcome in decided.items()
    ] == [
        (explained.event, explained.allowed, explained.reasons, explained.to_give)
        for explained in engine.explain(state, actor, given_facts)
    ]


@given(questions(), st.data())
def test_what_explaining_promises_holds_whatever_is_given(question: Any, data: st.DataObject) -> None:
    """
    An event refused before its own facts are known is refused with any of them, and one that is allowed with
    nothing to give fires with any of them.
    """
    chart, values, state, _, actor, facts, _ = question
    of_event = {fact.name for fact in chart.facts if fact.of_event}
    engine = compile_chart(chart, values)
    before = {name: NOT_GIVEN if name in of_event else value for name, value in facts.items()}
    completed = engine.Facts(
        **facts | {name: data.draw(facts_of(chart))[name] for name in of_event & set(facts)}
    )
    promised = {
        explained.event: explained.allowed
        for explained in engine.explain(state, actor, SimpleNamespace(**before))
        if not explained.to_give
    }

    assert promised == {
        event: isinstance(engine.decide(state, event, actor, completed, reason="有误"), Fired)
        for event in promised
    }


@given(questions())
def test_a_refusal_names_comparisons_that_do_not_hold(question: Any) -> None:
    """Every comparison that is named as unmet shows the value that the fact has."""
    chart, values, state, event, actor, facts, reason = question
    outcome = compile_chart(chart, values).decide(
        state, event, actor, SimpleNamespace(**facts), reason=reason
    )
    assume(isinstance(outcome, Refused))

    assert isinstance(outcome, Refused)
    shown = [
        (unmet.fact, unmet.actual)
        for refusal in outcome.reasons
        if isinstance(refusal, GuardUnmet)
        for unmet in refusal.unmet
    ]

    assert [(name, facts[name]) for name, _ in shown] == shown


@given(charts(), parameters())
def test_a_transition_leaves_and_enters_what_lies_between(chart: Statechart, values: dict[str, int]) -> None:
    """Taking the states left off the old path and putting those entered on gives the new path."""
    engine = compile_chart(chart, values)
    everyone = Actor(frozenset((by.role, by.relation) for row in chart.transitions for by in row.by))
    for leaf in chart.leaves:
        for row in engine.rows(leaf, EVENTS[0]):
            alone = compile_chart(attrs.evolve(chart, transitions=(attrs.evolve(row, when=()),)), values)
            fired = alone.decide(leaf, EVENTS[0], everyone, None, reason="有误")

            assert isinstance(fired, Fired)
            stayed = [name for name in chart.paths[leaf] if name not in fired.exited]

            assert chart.paths[fired.target] == (*stayed, *fired.entered)


class Case:
    """A model of the library transitions, not registered with any machine."""

    def __init__(self, state: str, actor: Actor, facts: dict[str, Any]) -> None:
        self.state = state
        self._actor = actor
        self._facts = SimpleNamespace(**facts)

    def actor(self) -> Actor:
        return self._actor

    def facts(self) -> Any:
        return self._facts


@given(charts(), parameters(), st.data())
def test_the_library_transitions_walks_the_same_way(
    chart: Statechart, values: dict[str, int], data: st.DataObject
) -> None:
    """A machine of that library, built from the chart, fires the same events into the same states."""
    engine, machine = compile_chart(chart, values), build_machine(chart, values)
    case = Case(chart.initial, Actor(frozenset()), {})
    sent = [event for event in EVENTS if event in chart.events]
    steps = st.tuples(st.sampled_from(sent), actors(), facts_of(chart), REASONS)
    for event, actor, facts, reason in data.draw(st.lists(steps, max_size=6)):
        outcome = engine.decide(case.state, event, actor, SimpleNamespace(**facts), reason=reason)
        case = Case(case.state, actor, facts)
        reasons = machine.reasons(case, event, reason=reason)
        fired = machine.send(case, event, reason=reason)

        assert (fired, case.state, reasons) == (
            (True, outcome.target, ())
            if isinstance(outcome, Fired)
            else (False, outcome.state, outcome.reasons)
        )
