"""
What the province should know before it publishes a cycle, the pass lines that its form proposes, and the next cycle as
it follows from one.

Nothing here stops anybody: how long before the evaluation physicians are told and opinions are in is law whose text was
not at hand, and the manual's own timetable is shorter; so a cycle with less is published with a warning (design).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.admission import might_send
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, PublishLine
from kaohe_workflow.lifecycles.cycle.lines import proposed_line, scored_papers
from kaohe_workflow.values.months import months_after
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows, Window, day_starts_at, local_date

CYCLE_MONTHS = 36
"""考核周期 (医师法 第四十二条; the Measures of 2007 say two years, and the law wins)."""


@attrs.frozen
class Warned:
    """One warning: its code, what is amiss, and by how much: ``days`` there are, ``wanted`` there should be."""

    code: str
    message: str
    days: int
    wanted: int
    source: str


@attrs.frozen
class Planning:
    """Questions about a cycle that is being planned."""

    clock: Clock
    catalogue: Catalogue
    cases: Cases

    def warnings(self, principal: Principal, cycle_id: str) -> tuple[Warned, ...]:
        """
        What is short in the windows of a cycle; empty when nothing is.

        Codes: ``windows-past``: a draft whose registration ended before today;
        ``notice-short``: from today less than ``notice_lead_days`` to the first day of the evaluation;
        ``opinions-late``: from the last day of the review less than ``opinion_lead_days`` to it;
        ``training-short``: from the lines of the first stage to the end of 确认补考 less than the training before a
        make-up that the province asks for (``makeup_training_days``);
        ``not-three-years``: the span that is assessed is shorter or longer than three years (医师法 第四十二条).

        Raises:
            NotFound: no such cycle in the caller's scope.
        """
        case, today = self.cases.get(principal, "cycle", cycle_id), local_date(self.clock.now())
        past = _past(case.record.windows.registration, today) if case.state == "draft" else ()
        return (*past, *self._short(case.record, today))

    def _short(self, cycle: Cycle, today: date) -> Iterator[Warned]:
        parameters = self.catalogue.parameters_of_cycle(cycle.first_day)
        first = cycle.windows.evaluation.first_day
        notice, wanted = (first - today).days, parameters.notice_lead_days
        if 0 <= notice < wanted:
            message = f"距测评考核开始仅{notice}日，应提前{wanted}日通知医师"
            yield Warned("notice-short", message, notice, wanted, "measures/12")
        opinions, wanted = (first - cycle.windows.review.last_day).days, parameters.opinion_lead_days
        if opinions < wanted:
            message = f"报名信息审核截止{_before(opinions)}，评定意见应提前{wanted}日报送考核机构"
            yield Warned("opinions-late", message, opinions, wanted, "measures/13")
        yield from _training_short(cycle, parameters)
        days = (cycle.last_day - cycle.first_day).days + 1
        wanted = (months_after(cycle.first_day, CYCLE_MONTHS) - cycle.first_day).days
        if days != wanted:
            message = f"考核周期共{days}日，医师定期考核以三年（{wanted}日）为一周期"
            yield Warned("not-three-years", message, days, wanted, "law/42")

    def proposed_lines(self, principal: Principal, cycle_id: str) -> tuple[PublishLine, ...]:
        """
        The pass lines that are still to be published, each as the payload that would publish it, with the proposal of
        the cycle's form.

        Those of the first stage, then those of the make-up where one is offered. Nothing holds before the province
        publishes it, with this score or another.

        Raises:
            NotFound: no such cycle in the caller's scope.
            NotPermitted: only who publishes lines is proposed any.
        """
        cycle: Cycle = self.cases.get(principal, "cycle", cycle_id).record
        if not might_send(self.catalogue, principal, "cycle", "publish_line"):
            raise NotPermitted("cycle", "publish_line")
        parameters = self.catalogue.parameters_of_cycle(cycle.first_day)
        stages = (Stage.FIRST, Stage.MAKEUP) if parameters.offers_makeup else (Stage.FIRST,)
        return tuple(
            PublishLine(stage, kind, level, proposed_line(parameters, level))
            for stage in stages
            for kind in PaperKind
            for level in Level
            if kind in scored_papers(parameters, stage) and cycle.line(stage, kind, level) is None
        )

    def following(self, principal: Principal, cycle_id: str) -> CreateCycle:
        """
        The next cycle as it follows from this one: the same span and windows, as many years later as it is long.

        The span begins on the day after this one's last. A 29 February becomes the 28th where there is none. The
        windows of the make-up are left out: they are set when it is opened.

        Raises:
            NotFound: no such cycle in the caller's scope.
        """
        cycle: Cycle = self.cases.get(principal, "cycle", cycle_id).record
        begins = cycle.last_day + timedelta(days=1)
        years = max(1, begins.year - cycle.first_day.year)
        ends = later(begins, years) - timedelta(days=1)
        windows = {
            field.name: _moved(window, years)
            for field in attrs.fields(CycleWindows)
            if not field.name.startswith("makeup") and (window := getattr(cycle.windows, field.name))
        }
        name = f"{begins.year}—{ends.year}年周期"
        return CreateCycle(cycle.institution_id, name, begins, ends, CycleWindows(**windows))


def _past(registration: Window, today: date) -> tuple[Warned, ...]:
    """Who types last year's dates sees it before everybody is told of them (design)."""
    days = (registration.last_day - today).days
    if days >= 0:
        return ()
    message = f"报名截止日{registration.last_day}已过去{-days}日，发布后无人可以报名，请核对各时间段的年份"
    return (Warned("windows-past", message, days, 0, "design"),)


def _training_short(cycle: Cycle, parameters: Parameters) -> Iterator[Warned]:
    """Whoever fails learns it with the line; what is trained after the end of 确认补考 comes too late."""
    confirm, wanted = cycle.windows.makeup_confirm, parameters.makeup_training_days
    if confirm is None or not wanted or not parameters.offers_makeup:
        return
    known_on = _failures_known_on(cycle)
    days = (confirm.last_day - known_on).days
    if days < wanted:
        message = f"首次考核合格线公布（{known_on}）至确认补考截止仅{max(days, 0)}日，补考前须培训{wanted}日"
        yield Warned("training-short", message, days, wanted, "design")


def _failures_known_on(cycle: Cycle) -> date:
    """The day on which the last who fails the first stage learns it: of its last line, once there is one."""
    ended = cycle.windows.evaluation.last_day
    published = [local_date(line.published_at) for line in cycle.lines if line.stage is Stage.FIRST]
    return max(ended, *published) if published else ended + timedelta(days=1)


def _before(days: int) -> str:
    """How long before the evaluation the review ends."""
    return f"距测评考核开始仅{days}日" if days > 0 else "不早于测评考核开始"


def _moved(window: Window, years: int) -> Window:
    """The window so many years later, from midnight to midnight where it was so."""
    opens, closes = (
        day_starts_at(later(local_date(at), years)) + (at - day_starts_at(local_date(at)))
        for at in (window.opens_at, window.closes_at)
    )
    return Window(opens, closes)


def later(day: date, years: int) -> date:
    """
    The same day so many years later.

    >>> later(date(2024, 2, 29), 3), later(date(2024, 2, 29), 4)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
