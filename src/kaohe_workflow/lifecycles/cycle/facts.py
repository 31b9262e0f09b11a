"""
What the guards of a cycle look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.cycle.archiving import ArchiveFacts, Unsettled
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, ExtendEvaluation, OpenMakeup
from kaohe_workflow.lifecycles.cycle.lines import scored_papers
from kaohe_workflow.lifecycles.cycle.telling import told_missing_lines, told_problems, told_sitting
from kaohe_workflow.values.scores import in_range
from kaohe_workflow.values.telling import listed
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import LABELS, CycleWindows, Position, Window, day_label, local_date


@attrs.frozen
class CycleView:
    """Another cycle that is not discarded; both days included."""

    id: str
    first_day: date
    last_day: date


class Around(Unsettled, Protocol):
    """What lies around a cycle."""

    @property
    def other_cycles(self) -> Sequence[CycleView]:
        """The other cycles that are not discarded."""

    @property
    def any_filing(self) -> bool:
        """Whether a case of the cycle was ever submitted."""

    @property
    def caller(self) -> str | None:
        """The natural person who sends the event; None under a shared account, and for the system."""


class CycleFacts(ArchiveFacts[Around]):
    """The facts of the chart ``cycle``."""

    @property
    def windows_valid(self) -> bool:
        """
        All windows that a publication needs are given, none is reversed, their order is kept (手册 2.2.2).
        """
        return self._record is not None and not self._record.windows.problems()

    @property
    def no_date_overlap(self) -> bool:
        """
        No other cycle that is not discarded shares a day with this one.

        Dates count, not windows: the windows of two cycles may run side by side.
        """
        cycle = self._record
        return cycle is not None and not any(
            other.first_day <= cycle.last_day and cycle.first_day <= other.last_day
            for other in self._around.other_cycles
        )

    @property
    def started(self) -> bool:
        """The earliest window has opened."""
        begins_at = self.begins_at
        return begins_at is not None and begins_at <= self._now

    @property
    def evaluation_over(self) -> bool:
        """The evaluation window has closed: its end does not belong to it."""
        return self._record is not None and self._position(self._record.windows.evaluation) is Position.OVER

    @property
    def sitting(self) -> str:
        """Where now lies to the sitting of the payload's stage; before it while no window is set."""
        stage = getattr(self._payload, "stage", None)
        if self._record is None or stage is None:
            return Position.BEFORE
        windows = self._record.windows
        window = windows.evaluation if stage is Stage.FIRST else windows.makeup
        return self._position(window) if window is not None else Position.BEFORE

    @property
    def new_windows_valid(self) -> bool:
        """
        The windows as they are to be are complete and in order.

        Once make-up is opened, or is being opened, confirmation and make-up must be among them.
        """
        windows = self._new_windows
        if windows is None:
            return False
        makeup = isinstance(self._payload, OpenMakeup) or self._makeup_was_set
        return not windows.problems(makeup_required=makeup)

    @property
    def new_ends_in_future(self) -> bool:
        """Every end that changes lies after now: what is over is not moved within the past."""
        return all(new.closes_at > self._now for _, new in self._changed_ends() if new is not None)

    @property
    def shortens(self) -> bool:
        """
        Some time that was inside a window is so no longer; a window that is taken away is shortened to
        nothing.

        Time that has passed does not count: it cannot be taken from anybody.
        """
        return any(self._cuts(old, new) for old, new in self._pairs() if old is not None)

    @property
    def shortening_confirmed(self) -> bool:
        """The caller has said that the shortening is meant."""
        return (
            isinstance(self._payload, ChangeWindows | ExtendEvaluation | OpenMakeup)
            and self._payload.confirmed
        )

    @property
    def reopens_ended(self) -> bool:
        """
        A sitting or the time for exemptions is over and would be open again: that is not done by changing windows.

        Read: an application that waits then has expired, for good; and a make-up whose lines are all still to come may
        be set anew, since nobody would sit knowing one.
        """
        cycle, windows = self._record, self._new_windows
        if cycle is None or windows is None:
            return False
        if self.evaluation_over and windows.evaluation.closes_at > self._now:
            return True
        if self.reopens_exemption:
            return True
        makeup_lines = any(line.stage is Stage.MAKEUP for line in cycle.lines)
        return makeup_lines and reopens(cycle.windows.makeup, windows.makeup, self._now)

    @property
    def reopens_exemption(self) -> bool:
        """The time to apply for exemptions, or to review them, is over and would be open again."""
        cycle, windows = self._record, self._new_windows
        return (
            cycle is not None
            and windows is not None
            and any(
                reopens(getattr(cycle.windows, name), getattr(windows, name), self._now)
                for name in ("exemption", "exemption_review")
            )
        )

    @property
    def extends_evaluation(self) -> bool:
        """The evaluation, which is over, would be open again."""
        cycle, windows = self._record, self._new_windows
        return (
            cycle is not None
            and windows is not None
            and reopens(cycle.windows.evaluation, windows.evaluation, self._now)
        )

    @property
    def first_line_published(self) -> bool:
        """A line of the first stage is known: whoever sat now would sit knowing it."""
        return self._record is not None and any(line.stage is Stage.FIRST for line in self._record.lines)

    @property
    def windows_by_another(self) -> bool:
        """
        The caller is a named person, and not the one who set the windows last.

        Read: the second person is whoever has not set the window that is to be opened again.
        """
        caller = self._around.caller
        return caller is not None and self._record is not None and caller != self._record.windows_hand

    @property
    def makeup_offered(self) -> bool:
        """The province offers a make-up before the verdict (a parameter)."""
        return self._parameters.offers_makeup

    @property
    def first_lines_published(self) -> bool:
        """The lines of every paper of the first stage, of both procedures, are known for every level."""
        return self._lines_known(Stage.FIRST)

    @property
    def lines_ahead(self) -> bool:
        """Papers may be sat more than once, or open one after another (`paper_attempts`, `papers_in_order`)."""
        return self._parameters.lines_ahead

    @property
    def makeup_lines_published(self) -> bool:
        """The lines of every paper that a make-up may have are known for every level."""
        return self._lines_known(Stage.MAKEUP)

    def _lines_known(self, stage: Stage) -> bool:
        cycle, kinds = self._record, scored_papers(self._parameters, stage)
        return cycle is not None and all(
            cycle.line(stage, kind, level) is not None for kind in kinds for level in Level
        )

    @property
    def kind_scored(self) -> bool:
        """
        The payload's paper is one that the province's procedures have in its stage, and is judged by a score.

        A 述职报告 (考核办法 第十四条) is judged by whoever reads it; see `lines.scored_papers`.
        """
        stage: Stage | None = getattr(self._payload, "stage", None)
        kind: PaperKind | None = getattr(self._payload, "kind", None)
        return stage is not None and kind in scored_papers(self._parameters, stage)

    @property
    def line_published(self) -> bool:
        """The line of the payload's stage, paper and level is known."""
        stage: Stage | None = getattr(self._payload, "stage", None)
        kind: PaperKind | None = getattr(self._payload, "kind", None)
        level: Level | None = getattr(self._payload, "level", None)
        if self._record is None or stage is None or kind is None or level is None:
            return False
        return self._record.line(stage, kind, level) is not None

    @property
    def line_by_another(self) -> bool:
        """
        The caller is a named person who has neither published nor corrected the line of the payload.

        Whatever the cycle has gone through since. A row's four eyes would count from when the cycle came where it is:
        who published the cycle would be kept from correcting another's line, and in an office of two nobody could.
        """
        wanted = tuple(getattr(self._payload, name, None) for name in ("stage", "kind", "level"))
        hands = self._record.line_hands if self._record is not None else ()
        persons = {hand.person_id for hand in hands if (hand.stage, hand.kind, hand.level) == wanted}
        caller = self._around.caller
        return caller is not None and caller not in persons

    @property
    def score_in_range(self) -> bool:
        """The payload's line is 0–100, both included, with at most two places."""
        score = getattr(self._payload, "score", None)
        return score is not None and in_range(score)

    @property
    def delivery_declared(self) -> bool:
        """The province has declared before that all scores of the payload's stage have arrived."""
        stage = getattr(self._payload, "stage", None)
        return self._record is not None and stage in self._record.delivered

    @property
    def filings_exist(self) -> bool:
        """Somebody has submitted a registration in this cycle, whatever became of it."""
        return self._around.any_filing

    @property
    def begins_at(self) -> datetime | None:
        """When the earliest window opens."""
        return self._record.windows.first_opens_at() if self._record is not None else None

    @property
    def first_ends_at(self) -> datetime | None:
        """When the evaluation window closes."""
        return self._record.windows.evaluation.closes_at if self._record is not None else None

    @property
    def _new_windows(self) -> CycleWindows | None:
        if self._record is None:
            return None
        if isinstance(self._payload, ChangeWindows | ExtendEvaluation):
            return self._payload.windows
        if isinstance(self._payload, OpenMakeup):
            return with_makeup(self._record.windows, self._payload)
        return None

    @property
    def _makeup_was_set(self) -> bool:
        return self._record is not None and self._record.windows.makeup is not None

    def _pairs(self) -> Iterable[tuple[Window | None, Window | None]]:
        new = self._new_windows
        if self._record is None or new is None:
            return ()
        return [(getattr(self._record.windows, name), getattr(new, name)) for name in LABELS]

    def _changed_ends(self) -> Iterable[tuple[Window | None, Window | None]]:
        return (
            (old, new) for old, new in self._pairs() if (old and old.closes_at) != (new and new.closes_at)
        )

    def _cuts(self, old: Window, new: Window | None) -> bool:
        now = self._now
        if old.closes_at <= now:
            return False
        if new is None or new.closes_at < old.closes_at:
            return True
        return max(old.opens_at, now) < max(new.opens_at, now)

    def _position(self, window: Window) -> Position:
        return window.position(self._now)

    def _told_overlap(self) -> str:
        cycle = self._record
        days = [
            f"从{day_label(other.first_day)}到{day_label(other.last_day)}"
            for other in self._around.other_cycles
            if cycle is not None and other.first_day <= cycle.last_day and cycle.first_day <= other.last_day
        ]
        return f"另一考核周期{listed(days)}" if days else ""

    def _told_begin(self) -> str:
        return (
            f"首个时间段自{day_label(local_date(self.begins_at))}开始" if self.begins_at is not None else ""
        )

    def _told_new_windows(self) -> str:
        makeup = isinstance(self._payload, OpenMakeup) or self._makeup_was_set
        return told_problems(self._new_windows, makeup_required=makeup)

    def _told_past_ends(self) -> str:
        new = self._new_windows
        past = [
            f"{label}的新结束时间为{day_label(window.last_day)}"
            for name, label in LABELS.items()
            if (window := getattr(new, name, None)) is not None
            and self._record is not None
            and window.closes_at <= self._now
            and getattr(self._record.windows, name) != window
        ]
        return listed(past)

    def _told_shortened(self) -> str:
        names = [
            LABELS[name]
            for name, (old, new) in zip(LABELS, self._pairs(), strict=False)
            if old is not None and self._cuts(old, new)
        ]
        return f"被缩短的是{listed(names)}；确要缩短的，请确认后重新提交" if names else ""

    def _told_makeup(self) -> str:
        offered = "本省提供结论前补考，请先开放补考，补考结束后再归档"
        return offered if self.makeup_offered else "本省不提供结论前补考"

    _ASIDES: ClassVar = ArchiveFacts._ASIDES | {
        "makeup_offered": _told_makeup,
        "windows_valid": lambda facts: told_problems(facts._record.windows if facts._record else None),
        "no_date_overlap": _told_overlap,
        "started": _told_begin,
        "evaluation_over": lambda facts: told_sitting(facts._record, Stage.FIRST, facts._now),
        "sitting": lambda facts: told_sitting(
            facts._record, getattr(facts._payload, "stage", None), facts._now
        ),
        "new_windows_valid": _told_new_windows,
        "new_ends_in_future": _told_past_ends,
        "shortens": _told_shortened,
        "first_lines_published": lambda facts: told_missing_lines(
            facts._record, Stage.FIRST, facts._parameters
        ),
        "makeup_lines_published": lambda facts: told_missing_lines(
            facts._record, Stage.MAKEUP, facts._parameters
        ),
    }


def reopens(old: Window | None, new: Window | None, now: datetime) -> bool:
    """Whether a window that is over at an instant is not over any more once it has changed."""
    return old is not None and new is not None and old.closes_at <= now < new.closes_at


def with_makeup(windows: CycleWindows, given: OpenMakeup) -> CycleWindows:
    """Return the windows with those of the make-up that are given."""
    return attrs.evolve(
        windows,
        makeup_confirm=given.makeup_confirm or windows.makeup_confirm,
        makeup=given.makeup or windows.makeup,
        makeup_registration=given.makeup_registration or windows.makeup_registration,
    )
