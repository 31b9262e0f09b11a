"""
Random people do random things on random days: what must always hold, holds after every step.

The rules are stated here anew, from their words and not from the code: windows by the clock, results by opinions and
papers, certificates by results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.application.stored import Case
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    FILING_DAY,
    LAST_DAY,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
)
from kaohe_workflow.testing.plays import EVENTS, PAPERS, PARTS, Move, Outcome, Play
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import Level, Stage, Verdict
from kaohe_workflow.values.windows import CycleWindows, Window, day_starts_at, local_date

TICK = timedelta(microseconds=1)
GRACE_DAYS = 3
PAPER_MINUTES = 60
OPEN = {"not_sat", "sitting", "handed_in", "absence_pending"}
PASSED = {"passed", "exempt_pass"}
TAKING_PART = {
    "awaiting_registration",
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
    "awaiting_makeup_approval",
    "awaiting_makeup",
}

LIKELY: dict[str, tuple[tuple[str, str, str], ...]] = {
    "not_enrolled": (("hospital", "assessment", "enrol"),),
    "awaiting_registration": (("physician", "assessment", "submit"),),
    "registration_returned": (("physician", "assessment", "submit"),),
    "awaiting_institution_review": (("hospital", "assessment", "submit_opinion"),),
    "returned_by_agency": (
        ("hospital", "assessment", "submit_opinion"),
        ("hospital", "assessment", "return"),
    ),
    "awaiting_agency_review": (
        ("agency", "assessment", "pass"),
        ("agency", "assessment", "pass"),
        ("agency", "assessment", "confirm_fail"),
    ),
    "awaiting_assessment": (
        ("province", "evaluation", "record_score"),
        ("province", "evaluation", "record_score"),
        ("physician", "evaluation", "start"),
        ("physician", "exemption", "apply"),
        ("hospital", "exemption", "pass"),
        ("agency", "exemption", "pass"),
        ("agency", "evaluation", "confirm_absence"),
        ("county", "assessment", "return_to_institution"),
    ),
    "awaiting_makeup_approval": (
        ("province", "assessment", "confirm_makeup"),
        ("province", "assessment", "confirm_makeup"),
        ("province", "evaluation", "record_score"),
        ("county", "exemption", "revoke"),
    ),
    "awaiting_makeup": (
        ("province", "evaluation", "record_score"),
        ("agency", "evaluation", "confirm_absence"),
        ("county", "exemption", "revoke"),
    ),
    "qualified": (("county", "exemption", "revoke"), ("colleague", "cycle", "correct_line")),
    "unqualified": (("province", "evaluation", "record_score"), ("colleague", "cycle", "correct_line")),
    "withdrawn": (("county", "assessment", "reinstate"), ("province", "evaluation", "record_score")),
    "missed": (),
}
"""State of a case → what usually comes next; the rest comes by chance."""

_LINES = tuple(("province", "cycle", "publish_line", paper) for paper in range(4))
SEASONS: tuple[tuple[date, tuple[tuple[str, str, str, int], ...]], ...] = (
    (
        SITTING_DAY,
        (
            ("hospital", "assessment", "enrol", 0),
            ("physician", "assessment", "submit", 0),
            ("hospital", "assessment", "submit_opinion", 0),
            ("agency", "assessment", "pass", 0),
        ),
    ),
    (
        RESULT_DAY,
        (
            ("physician", "exemption", "apply", 0),
            ("hospital", "exemption", "pass", 0),
            ("agency", "exemption", "pass", 0),
            ("province", "evaluation", "record_score", 0),
            ("province", "evaluation", "record_score", 1),
        ),
    ),
    (
        CONFIRMING_DAY,
        (
            *_LINES[:2],
            ("province", "cycle", "declare_delivery", 0),
            ("agency", "evaluation", "confirm_absence", 0),
            ("agency", "evaluation", "confirm_absence", 1),
        ),
    ),
    (
        MAKEUP_DAY,
        (("province", "assessment", "confirm_makeup", 0), ("province", "cycle", "open_makeup", 0)),
    ),
    (
        LAST_DAY,
        (
            ("province", "evaluation", "record_score", 2),
            ("province", "evaluation", "record_score", 3),
            *_LINES[2:],
        ),
    ),
)
"""Until a day, what usually happens: part, lifecycle, event, paper."""

_OTHER_OFFICES = (
    ("physician", "assessment", ("save", "submit", "withdraw_filing")),
    ("agency", "assessment", ("pass", "confirm_fail", "return")),
    ("county", "assessment", ("return_to_institution", "return_to_physician", "withdraw", "reinstate")),
    ("province", "assessment", ("confirm_makeup", "refuse_makeup")),
    ("physician", "evaluation", ("start", "hand_in")),
    ("province", "evaluation", ("record_score",)),
    ("agency", "evaluation", ("confirm_absence", "refute_absence")),
    ("physician", "exemption", ("apply", "withdraw")),
    ("county", "exemption", ("revoke",)),
    ("county", "affiliation", ("restore", "end")),
    ("city", "affiliation", ("force_move",)),
    ("elsewhere", "affiliation", ("take_in", "reenter")),
    ("province", "cycle", ("declare_delivery", "publish_line", "change_windows", "open_makeup", "archive")),
    ("colleague", "cycle", ("correct_line", "discard")),
    ("county", "institution", ("assign_agency",)),
    ("county", "certificate", ("stamp",)),
)
EVERYTHING = [(lifecycle, event) for lifecycle, events in EVENTS.items() for event in events]
OFFICES = dict.fromkeys(EVERYTHING, "hospital") | {
    (lifecycle, event): part for part, lifecycle, events in _OTHER_OFFICES for event in events
}
"""Whose business an event usually is."""


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
    ("assessment", "confirm_makeup"): lambda sent: _within(sent.windows.makeup_confirm, sent.now),
    ("evaluation", "start"): lambda sent: _within(sent.sitting, sent.now),
    ("evaluation", "refute_absence"): lambda sent: _within(sent.sitting, sent.now),
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

RETURNS = ("return", "return_to_institution", "return_to_physician")


class Almanac:
    """Windows and moments, kept beside the application from what was sent."""

    def __init__(self) -> None:
        self.windows = WINDOWS
        self._returned: dict[str, datetime] = {}
        self._started: dict[str, datetime] = {}

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
            self.windows,
            self._returned.get(receipt.id),
            self._started.get(receipt.id),
        )
        rule = RIGHT_TIMES.get((move.lifecycle, move.event))
        assert rule is None or rule(sent), sent

    def follow(self, move: Move, outcome: Outcome, now: datetime, windows: CycleWindows) -> None:
        """Note what an event that succeeded means for later ones."""
        if outcome.receipt is None:
            return
        case_id = outcome.receipt.id
        if move.lifecycle == "assessment" and move.event in RETURNS:
            self._returned[case_id] = now
        elif move.event in ("cancel_enrolment", "reinstate"):
            self._returned.pop(case_id, None)
        elif move.event == "start":
            self._started[case_id] = now
        elif move.event in ("change_windows", "open_makeup"):
            self.windows = windows


class CycleMachine(RuleBasedStateMachine):
    """People of one world, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = [World.open(url) for url in self.urls()]
        self.plays = [Play(Journeys.of(world.__enter__())) for world in self.opened]
        self.almanac = Almanac()

    def urls(self) -> list[str]:
        return ["memory:"]

    @property
    def play(self) -> Play:
        return self.plays[0]

    @property
    def running(self) -> bool:
        cycle = self.play.case("cycle", self.play.journeys.world.cycle_id)
        return cycle.state not in ("archived", "discarded")

    def wait_until(self, instant: datetime) -> None:
        for play in self.plays:
            play.journeys.world.clock.set(max(instant, play.now))

    @initialize(
        levels=st.lists(st.sampled_from(Level), min_size=2, max_size=4),
        season=st.integers(0, len(SEASONS)),
        luck=st.lists(st.integers(0, 7), min_size=8, max_size=8),
    )
    def begin(self, levels: list[Level], season: int, luck: list[int]) -> None:
        """Some people are on their way already, each with a luck of their own, in a season of the cycle."""
        for level in levels:
            self.join(level, True)
        self.wait_until(day_starts_at(FILING_DAY))
        for day, usual in SEASONS[:season]:
            for person in range(len(levels)):
                for number, (part, lifecycle, event, paper) in enumerate(usual):
                    choice = luck[(person + number) % len(luck)]
                    # Once in a while something is left out; exemptions are rare.
                    if choice < 7 and (lifecycle != "exemption" or luck[person] < 3):
                        self.act(Move(part, lifecycle, event, person, paper, max(choice - 4, 0)))
            if luck[0] % 2:
                self.tidy(True, True)
            self.wait_until(day_starts_at(day))

    @precondition(lambda self: len(self.play.people) < 5 and self.running)
    @rule(level=st.sampled_from(Level), in_department=st.booleans())
    def join(self, level: Level, in_department: bool) -> None:
        enabled = self.play.case("department", self.play.journeys.department_id).state == "enabled"
        for play in self.plays:
            department = play.journeys.department_id if in_department and enabled else None
            play.join(level=level, department_id=department)

    @rule(boundaries_ahead=st.integers(0, 2), hours=st.sampled_from([0, 1, 7, 72]))
    def wait(self, boundaries_ahead: int, hours: int) -> None:
        now = self.play.now
        ahead = [now, *(bound for bound in boundaries(self.almanac.windows) if bound > now)]
        self.wait_until(ahead[min(boundaries_ahead, len(ahead) - 1)] + timedelta(hours=hours))

    @rule(sweep=st.booleans(), work=st.booleans())
    def tidy(self, sweep: bool, work: bool) -> None:
        """What the system does by itself, or has not got round to."""
        for play in self.plays:
            if sweep:
                play.journeys.world.application.timers.sweep()
            if work:
                play.journeys.world.application.timers.work()

    @rule(
        person=st.integers(0, 4),
        options=st.lists(
            st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=5
        ),
    )
    def go_on(self, person: int, options: list[tuple[int, int, int]]) -> None:
        """What usually comes next for somebody, for some steps."""
        person %= len(self.play.people)
        for option, paper, choice in options:
            likely = LIKELY[self.play.case("assessment", self.play.people[person].case_id).state]
            if likely:
                part, lifecycle, event = likely[option % len(likely)]
                self.act(Move(part, lifecycle, event, person, paper, choice))

    @rule(
        event=st.sampled_from(["publish_line", "declare_delivery", "open_makeup", "correct_line"]),
        paper=st.integers(0, 3),
        level=st.integers(0, 1),
        choice=st.integers(0, 4),
    )
    def conduct(self, event: str, paper: int, level: int, choice: int) -> None:
        """What the province does in its turn."""
        part = "colleague" if event == "correct_line" else "province"
        self.act(Move(part, "cycle", event, level % len(self.play.people), paper, choice))

    @rule(
        what=st.sampled_from(EVERYTHING),
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        choice=st.integers(0, 3),
    )
    def act_in_office(self, what: tuple[str, str], person: int, paper: int, choice: int) -> None:
        """Something that the right office, or the physician, does at any time."""
        self.act(Move(OFFICES[what], *what, person % len(self.play.people), paper, choice))

    @rule(
        part=st.sampled_from(PARTS),
        what=st.sampled_from(EVERYTHING),
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        choice=st.integers(0, 7),
        reason=st.sampled_from(["已核实", None, " "]),
    )
    def act_at_random(
        self, part: str, what: tuple[str, str], person: int, paper: int, choice: int, reason: str | None
    ) -> None:
        self.act(Move(part, *what, person % len(self.play.people), paper, choice, reason))

    def act(self, move: Move) -> None:
        now = self.play.now
        outcomes = [play.play(move) for play in self.plays]
        assert 1 == len({outcome.told for outcome in outcomes})
        self.almanac.check(move, outcomes[0], now)
        self.almanac.follow(move, outcomes[0], now, self.play.windows)

    def cases(self, lifecycle: str, play: Play | None = None) -> list[Case]:
        with (play or self.play).journeys.world.application.store.begin(write=False) as unit:
            return unit.find(lifecycle, [])

    @invariant()
    def the_application_finds_nothing_broken(self) -> None:
        for play in self.plays:
            application = play.journeys.world.application
            with application.store.begin(write=False) as unit:
                cases = unit.find("assessment", [])
                assert [] == list(
                    broken_invariants(unit, "assessment", cases, application.catalogue.parameters)
                )

    @invariant()
    def results_rest_on_opinions_and_papers(self) -> None:
        """1: 合格 = both opinions 合格, passed by the agency, every paper of the deciding stage passed."""
        papers = self.cases("evaluation")
        for case in self.cases("assessment"):
            if case.state != "qualified":
                continue
            record = case.record
            deciding = {
                paper.state
                for paper in papers
                if paper.record.assessment_id == case.id and paper.record.stage is record.stage
            } - {"cancelled"}
            assert (Verdict.QUALIFIED, Verdict.QUALIFIED) == (record.opinions.work, record.opinions.ethics)
            assert record.agency_passed
            assert deciding
            assert deciding <= PASSED

    @invariant()
    def certificates_follow_results(self) -> None:
        """2: one certificate that is not void for each 合格, none for anything else."""
        live = Counter(
            certificate.record.assessment_id
            for certificate in self.cases("certificate")
            if certificate.state != "void"
        )
        qualified = {case.id: 1 for case in self.cases("assessment") if case.state == "qualified"}
        assert qualified == dict(live)

    @invariant()
    def papers_are_open_only_while_they_are_sat(self) -> None:
        """3: open papers only in 待参加考核 and 待参加补考, and there at least one."""
        open_papers = Counter(
            paper.record.assessment_id for paper in self.cases("evaluation") if paper.state in OPEN
        )
        for case in self.cases("assessment"):
            sitting = case.state in ("awaiting_assessment", "awaiting_makeup")
            assert sitting is (open_papers[case.id] > 0), case

    @invariant()
    def exemptions_wait_only_before_the_sitting(self) -> None:
        """5: no application is undecided outside 待参加考核."""
        states = {case.id: case.state for case in self.cases("assessment")}
        for exemption in self.cases("exemption"):
            if exemption.state in ("awaiting_institution", "awaiting_agency"):
                assert "awaiting_assessment" == states[exemption.record.assessment_id]

    @invariant()
    def one_case_a_physician_and_cycle(self) -> None:
        """6: and whoever takes part is attached, unless a result was opened again after the physician had left."""
        cases = self.cases("assessment")
        keys = [(case.record.physician_id, case.record.cycle_id) for case in cases]
        assert len(keys) == len(set(keys))
        people = {person.id: person.state for person in self.cases("affiliation")}
        for case in cases if self.running else ():
            if case.state in TAKING_PART and case.record.result_version == 0:
                assert "attached" == people[case.record.physician_id]

    def teardown(self) -> None:
        try:
            for play in self.plays:
                application = play.journeys.world.application
                application.timers.sweep()
                application.timers.work()
                assert () == application.verification.run().findings
            self.the_application_finds_nothing_broken()
            self.compare()
        finally:
            for world in self.opened:
                world.__exit__(None, None, None)

    def compare(self) -> None:
        assert 1 == len({self.dump(play) for play in self.plays})

    def dump(self, play: Play) -> tuple[Any, ...]:
        """States and versions of everything, in an order that is the same in every world."""
        return tuple(
            tuple(sorted((case.state, case.version) for case in self.cases(lifecycle, play)))
            for lifecycle in play.journeys.world.application.catalogue.lifecycles
        )


class TwoStores(CycleMachine):
    """The same people in memory and in SQLite: every answer is the same."""

    def urls(self) -> list[str]:
        self.folder = TemporaryDirectory()
        return ["memory:", f"sqlite:///{Path(self.folder.name) / 'world.sqlite3'}"]

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.folder.cleanup()


class Unswept(CycleMachine):
    """
    Two worlds, one swept before everything that anybody does, one never: people succeed and fail alike.

    Jobs are done in both, because they belong to what was sent; deadlines are nobody's but the sweep's.
    """

    def urls(self) -> list[str]:
        return ["memory:", "memory:"]

    def tidy(self, sweep: bool, work: bool) -> None:
        for play in self.plays:
            play.journeys.world.application.timers.work()

    def act(self, move: Move) -> None:
        now = self.play.now
        self.play.journeys.world.application.timers.sweep()
        outcomes = [play.play(move) for play in self.plays]
        swept, unswept = outcomes
        assert (swept.receipt is None) is (unswept.receipt is None), (move, swept, unswept)
        self.almanac.follow(move, swept, now, self.play.windows)
        self.tidy(False, True)

    def compare(self) -> None:
        """Once the other world is swept as well, they are alike."""
        states = [[case.state for case in self.cases("assessment", play)] for play in self.plays]
        assert states[0] == states[1]


TestCycle = CycleMachine.TestCase
TestTwoStores = TwoStores.TestCase
TestUnswept = Unswept.TestCase
TestTwoStores.settings = settings(max_examples=settings().max_examples // 5)
