"""
What runs here: lifecycles with their charts, compiled for each sheet of parameters, and the policies between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import attrs

from kaohe_workflow.application.binding import unbound
from kaohe_workflow.application.notices.reminders import ReminderRule
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.application.policies import Policy, Table
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import DefinitionError, RecordDamaged
from kaohe_workflow.lifecycles.shape import Lifecycle, Moment
from kaohe_workflow.statechart.compiling import compile_chart
from kaohe_workflow.statechart.engine import Engine
from kaohe_workflow.statechart.model import INITIAL, Statechart
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.timeline import Timeline
from kaohe_workflow.values.windows import local_date
from kaohe_workflow.values.working_days import WorkingCalendar


@attrs.define(eq=False)
class Catalogue:
    """
    Lifecycles by name, each with the charts of all its versions, the province's parameters, the policies, the tables
    of notices and reminders, and the statutory days off.

    A new case runs on the highest version; an old one on the version it stores. ``following`` tells the policies that
    an occurrence has, ``telling`` the notices.

    Raises:
        DefinitionError: a chart names what its package does not know, or one is without the other; every problem.
    """

    lifecycles: Mapping[str, Lifecycle]
    charts: Mapping[str, Mapping[int, Statechart]]
    timeline: Timeline
    policies: Sequence[Policy]
    notices: Sequence[NoticeRule] = ()
    reminders: Sequence[ReminderRule] = ()
    calendar: WorkingCalendar = attrs.field(factory=WorkingCalendar)
    following: Table[Policy] = attrs.field(init=False, eq=False)
    telling: Table[NoticeRule] = attrs.field(init=False, eq=False)
    _engines: dict[tuple[int, tuple[int | None, ...]], Engine] = attrs.field(factory=dict)
    _days: dict[date, Parameters] = attrs.field(factory=dict, init=False)
    _changes: bool = attrs.field(init=False)

    @following.default
    def _following(self) -> Table[Policy]:
        return Table(self.policies)

    @telling.default
    def _telling(self) -> Table[NoticeRule]:
        return Table(self.notices)

    def __attrs_post_init__(self) -> None:
        self._changes = len(self.timeline.versions()) > 1
        if problems := unbound(self.lifecycles, self.charts):
            raise DefinitionError(problems)

    def lifecycle(self, name: str) -> Lifecycle:
        """
        The lifecycle of this name.

        Raises:
            KeyError: there is none; names come from code and checked data, never from a request.
        """
        return self.lifecycles[name]

    def newest(self, name: str) -> int:
        """The chart version that new cases of a lifecycle run on."""
        return max(self.charts[name])

    def moment(self, now: datetime) -> Moment:
        """The instant with the parameters in force on its day in Asia/Shanghai."""
        return Moment(
            now, self.parameters(local_date(now)), self.parameters_of_cycle if self._changes else None
        )

    def parameters_of_cycle(self, first_day: date) -> Parameters:
        """The parameters that a cycle with this first day goes by; one from before all goes by the province's first."""
        return self.parameters(max(first_day, self.timeline.starts_on))

    def parameters(self, day: date) -> Parameters:
        """
        The parameters in force on a day in Asia/Shanghai.

        Raises:
            DefinitionError: ``not-in-force``: the day lies before the province's first.
        """
        parameters = self._days.get(day)
        if parameters is None:
            parameters = self._days[day] = self.timeline.at(day)
        return parameters

    def engine(self, name: str, version: int, parameters: Parameters) -> Engine:
        """The compiled chart of this version under a day's parameters; compiled once for those that it names."""
        return self._compiled(self.charts[name][version], parameters.integers)

    def check_stored(self, case: Case) -> None:
        """
        See that a stored case can be decided over: its chart version is here, and its state a leaf of that.

        Raises:
            RecordDamaged: one of them is not; somebody has written over it, or newer software has.
        """
        chart = self.charts[case.lifecycle].get(case.chart_version)
        state = chart.by_name.get(case.state) if chart is not None else None
        if state is None or state.states or case.state == INITIAL:
            raise RecordDamaged(case.lifecycle, case.id)

    def engine_with(
        self, name: str, version: int, parameters: Parameters, recorded: Mapping[str, int]
    ) -> Engine:
        """The compiled chart under a day's parameters, with the recorded ones in their place: for verification."""
        return self._compiled(self.charts[name][version], {**parameters.integers, **recorded})

    def _compiled(self, chart: Statechart, values: Mapping[str, int]) -> Engine:
        # An engine holds its chart, whose id stays its own as long; so do the engines that `attrs.evolve` hands on.
        key = (id(chart), tuple(values.get(name) for name in chart.parameters))
        engine = self._engines.get(key)
        if engine is None:
            engine = self._engines[key] = compile_chart(chart, values)
        return engine
