"""Windows and moments by the clock, kept beside the application: when what may be done, from the words of the rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import attrs

from kaohe_workflow.lifecycles.assessment.events import OrderEarly
from kaohe_workflow.testing.carried import PAPERS
from kaohe_workflow.testing.plays import Move, Outcome
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import CycleWindows, Window, day_starts_at, local_date

TICK = timedelta(microseconds=1)
GRACE_DAYS = 3
PAPER_MINUTES = 60
RECALL_TIME = timedelta(minutes=10)
HEARING_DAYS = 5


def boundaries(windows: CycleWindows) -> list[datetime]:
    """The instants at which something opens or closes, and those just before."""
    bounds = set()
    for name in ("registration", "review", "evaluation", "makeup_confirm", "makeup"):
        window = getattr(windows, name)
        bounds |= {window.opens_at, window.closes_at, window.closes_at - TICK}
    return sorted(bounds)


@attrs.frozen
class Sent:
    """An event of a person that succeeded, and what the rules about time need to know of it."""

    move: Move
    source: str
    target: str
    now: datetime
    windows: CycleWindows
    returned_at: datetime | None
    started_at: datetime | None
    reported_at: datetime | None
    decided: tuple[str, datetime] | None

    @property
    def sitting(self) -> Window:
        """When the papers of the move's stage are sat."""
        stage = PAPERS[self.move.paper % len(PAPERS)][0]
        makeup = self.windows.makeup
        assert makeup is not None
        return self.windows.evaluation if stage is Stage.FIRST else makeup

    @property
    def filing(self) -> bool:
        """The registration is open."""
        return self.windows.registration.opens_at <= self.now < self.windows.registration.closes_at

    @property
    def coming_back(self) -> bool:
        """The file was returned, and its refiling deadline is not over."""
        if self.returned_at is None:
            return False
        grace = day_starts_at(local_date(self.returned_at) + timedelta(days=GRACE_DAYS + 1))
        deadline = min(max(self.windows.review.closes_at, grace), self.windows.evaluation.closes_at)
        return self.now < deadline


def _within(window: Window | None, now: datetime) -> bool:
    return window is not None and window.opens_at <= now < window.closes_at


def _passed(sent: Sent) -> bool:
    evaluation, confirm = sent.windows.evaluation, sent.windows.makeup_confirm
    assert confirm is not None
    if sent.target == "awaiting_assessment":
        return sent.windows.review.opens_at <= sent.now < evaluation.closes_at
    return evaluation.closes_at <= sent.now < confirm.closes_at


def _recalled(sent: Sent) -> bool:
    """By whom the decision is, and in time: the tenth minute is, whatever comes after it is not."""
    assert sent.decided is not None
    part, decided_at = sent.decided
    return part == sent.move.part and sent.now - decided_at <= RECALL_TIME


def _heard(sent: Sent) -> bool:
    assert sent.reported_at is not None
    last_day = local_date(sent.reported_at) + timedelta(days=HEARING_DAYS)
    return sent.now < day_starts_at(last_day + timedelta(days=1))


def _handed_in(sent: Sent) -> bool:
    assert sent.started_at is not None
    return sent.now < min(sent.started_at + timedelta(minutes=PAPER_MINUTES), sent.sitting.closes_at)


RIGHT_TIMES: dict[tuple[str, str], Callable[[Sent], bool]] = {
    ("assessment", "enrol"): lambda sent: sent.filing,
    ("assessment", "submit"): lambda sent: (
        sent.filing or (sent.source == "registration_returned" and sent.coming_back)
    ),
    ("assessment", "withdraw_filing"): lambda sent: (
        sent.filing or (sent.target == "registration_returned" and sent.coming_back)
    ),
    ("assessment", "submit_opinion"): lambda sent: _within(sent.windows.review, sent.now) or sent.coming_back,
    ("assessment", "pass"): _passed,
    ("assessment", "return"): lambda sent: (
        sent.source != "awaiting_agency_review" or sent.now < sent.windows.evaluation.closes_at
    ),
    ("assessment", "recall"): _recalled,
    ("exemption", "recall"): _recalled,
    ("cheating", "state_case"): _heard,
    ("assessment", "confirm_makeup"): lambda sent: _within(sent.windows.makeup_confirm, sent.now),
    ("evaluation", "start"): lambda sent: _within(sent.sitting, sent.now),
    ("evaluation", "refute_absence"): lambda sent: _within(sent.sitting, sent.now),
    ("evaluation", "excuse_absence"): lambda sent: sent.sitting.closes_at <= sent.now,
    ("evaluation", "hand_in"): _handed_in,
    ("evaluation", "record_score"): lambda sent: sent.sitting.opens_at <= sent.now,
    ("evaluation", "confirm_absence"): lambda sent: sent.sitting.closes_at <= sent.now,
    ("exemption", "apply"): lambda sent: _within(sent.windows.exemption, sent.now),
    ("exemption", "pass"): lambda sent: _within(sent.windows.exemption_review, sent.now),
    ("cycle", "publish_line"): lambda sent: sent.sitting.closes_at <= sent.now,
    ("cycle", "declare_delivery"): lambda sent: sent.sitting.closes_at <= sent.now,
    ("cycle", "open_makeup"): lambda sent: sent.windows.evaluation.closes_at <= sent.now,
}
"""When an event of a person may succeed at all; those not named are not bound to a window."""


ABOUT_ONE = ("assessment", "evaluation", "exemption")
"""Lifecycles whose windows are those of one person."""

DECISIONS = ("return", "submit_opinion", "pass")
"""What whoever has decided may take back (撤回本人决定), of files and of exemptions."""

RETURNS = ("return", "return_to_institution", "return_to_physician", "withdraw_finding")
"""After these the refiling deadline runs anew; a finding that falls sends back what it had cut off."""


class Almanac:
    """Windows and moments, kept beside the application from what was sent."""

    def __init__(self) -> None:
        self.windows = WINDOWS
        self._returned: dict[str, datetime] = {}
        self._started: dict[str, datetime] = {}
        self._early: dict[int, OrderEarly] = {}
        self._reported: dict[str, datetime] = {}
        self._decided: dict[str, tuple[str, datetime]] = {}

    def order_early(self, person: int, windows: OrderEarly) -> None:
        """A person has windows of the own from now on (提前考核)."""
        self._early[person] = windows

    def _windows_of(self, move: Move) -> CycleWindows:
        """The windows that the move's person has; what is about the cycle goes by the cycle's."""
        own = self._early.get(move.person) if move.lifecycle in ABOUT_ONE else None
        if own is None:
            return self.windows
        around = Window(own.review.opens_at, own.evaluation.closes_at)
        return attrs.evolve(
            self.windows,
            registration=own.registration,
            review=own.review,
            evaluation=own.evaluation,
            agency_review=around,
            exemption=around,
            exemption_review=around,
        )

    def check(self, move: Move, outcome: Outcome, now: datetime) -> None:
        """What has succeeded was within its window."""
        if outcome.receipt is None:
            return
        receipt = outcome.receipt
        sent = Sent(
            move,
            receipt.source,
            receipt.state,
            now,
            self._windows_of(move),
            self._returned.get(receipt.id),
            self._started.get(receipt.id),
            self._reported.get(receipt.id),
            self._decided.get(receipt.id),
        )
        rule = RIGHT_TIMES.get((move.lifecycle, move.event))
        assert rule is None or rule(sent), sent

    def mark_is(self, mark: str, state: str, now: datetime) -> None:
        """
        Note since when a mark waits for the province: from then on the physician is heard.

        A person reports it, or the system does: when its time is over, or at once where it was made for who was found
        to have sat for another.
        """
        if state == "awaiting_province":
            self._reported.setdefault(mark, now)
        else:
            self._reported.pop(mark, None)

    def follow(self, move: Move, outcome: Outcome, now: datetime, windows: CycleWindows) -> None:
        """Note what an event that succeeded means for later ones."""
        if outcome.receipt is None:
            return
        case_id = outcome.receipt.id
        if move.event in DECISIONS:
            self._decided[case_id] = (move.part, now)
        if move.lifecycle == "assessment" and move.event in RETURNS:
            self._returned[case_id] = now
        elif move.event in ("cancel_enrolment", "reinstate"):
            self._returned.pop(case_id, None)
            self._early.pop(move.person, None)
        elif move.event == "start":
            self._started[case_id] = now
        elif move.event in ("change_windows", "open_makeup"):
            self.windows = windows
