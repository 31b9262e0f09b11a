"""
A chart as a machine of the library `transitions`, for models that are not cases of this system.

The events become triggers of the model, and ``may_<event>`` asks beforehand. The machine is a plain one, without
``get_graph``: a chart is drawn by `statechart.rendering.mermaid`. Conditions are read by the plain interpreter, not by
generated code: in the tests this machine is an oracle for the engine that shares as little with it as can be.

What to know about that library, and how it is met here:

- A condition counts only if it equals True: the conditions here return exactly True or False.
- Strings name attributes of the model first, so that a model could shadow a guard: conditions are functions.
- ``queued=True`` answers True for a refused event: machines made here are not queued.
- Registering a model costs 12 kB, and time that grows with the models registered before: for many cases
  make one machine without a model and `ChartMachine.send` to each.
- An event whose name the model already has is silently left out: that is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from transitions import EventData, Machine, State

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.statechart.deciding import Actor, Reason, Refused
from kaohe_workflow.statechart.interpreting import Reading, interpret
from kaohe_workflow.statechart.model import NO_PARAMETERS, Statechart, Transition


class Model(Protocol):
    """What a model brings: its state, who is acting on it now, and its facts."""

    state: str

    def actor(self) -> Actor:
        """Who sends the next event, and in which roles."""

    def facts(self) -> Any:
        """An object with an attribute for each fact that guards look at."""


class ChartMachine(Machine):
    """
    A machine over the leaves of a chart.

    An event that is refused, for whatever reason, answers False and changes nothing; `reasons` says
    why. Where a row demands a reason text it is the keyword ``reason`` of the trigger:
    ``order.cancel(reason="…")``.
    """

    chart: Statechart
    parameters: Mapping[str, int]

    def send(self, model: Model, event: str, *, reason: str | None = None) -> bool:
        """
        Send an event to a model, registered or not; True if it fired.

        Raises:
            KeyError: the chart has no such event.
        """
        return bool(self.events[event].trigger(model, reason=reason))

    def reasons(self, model: Model, event: str, *, reason: str | None = None) -> tuple[Reason, ...]:
        """Why the event would be refused now; nothing if it would fire."""
        outcome = interpret(
            self.chart,
            model.state,
            event,
            model.actor(),
            model.facts(),
            reason=reason,
            parameters=self.parameters,
        )
        return outcome.reasons if isinstance(outcome, Refused) else ()


def build_machine(
    chart: Statechart,
    parameters: Mapping[str, int] = NO_PARAMETERS,
    model: Model | None = None,
) -> ChartMachine:
    """
    Make a machine of a chart, and let it drive a model if one is given.

    Args:
        chart: a sound chart; its compound states are phases only, the machine is flat.
        parameters: a value for each of the chart's parameters.
        model: gets ``state``, set to the chart's initial one, and a method for each event.

    Raises:
        DefinitionError: the model already has an attribute of an event's name.
    """
    taken = [event for event in chart.events if model is not None and hasattr(model, event)]
    if taken:
        raise DefinitionError(
            [Problem(event, "event-shadowed", f"the model has an attribute {event!r}") for event in taken]
        )
    machine = ChartMachine(
        model=model,
        states=[State(leaf, final=chart.by_name[leaf].final) for leaf in chart.leaves],
        initial=chart.initial,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )
    machine.chart = chart
    machine.parameters = parameters
    for leaf in chart.leaves:
        for index, row in chart.rows_from(leaf):
            machine.add_transition(
                row.event, leaf, row.target, conditions=[_condition(chart, parameters, index, row)]
            )
    return machine


def _condition(
    chart: Statechart, parameters: Mapping[str, int], index: int, row: Transition
) -> Callable[[EventData], bool]:
    def fires(event: EventData) -> bool:
        model = cast(Model, event.model)
        reading = Reading(chart, parameters, model.facts())
        return not reading.against(index, row, model.actor(), event.kwargs.get("reason"))

    return fires
