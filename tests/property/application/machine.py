"""
Random people do random things on random days: what must always hold, holds after every step.

The rules are stated here anew, from their words and not from the code: windows by the clock, results by opinions and
papers, certificates by results.
"""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.application.stored import Case
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.plays import Move, Outcome, Play
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.repertoire import PARTS
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Level, PaperKind, Stage, Verdict
from kaohe_workflow.values.windows import day_starts_at
from tests.property.application.almanac import Almanac, boundaries
from tests.property.application.habits import (
    LIKELY,
    NEXT,
    OF_OFFICES,
    OFFICES,
    OUTLIVED,
    RARE,
    SEASONS,
    SUSPECTED,
    USUAL,
)

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


def living_by_kind(papers: list[Case], stage: Stage) -> dict[PaperKind, set[str]]:
    """What has become of the papers of a stage that were not cancelled, by their kind."""
    found: dict[PaperKind, set[str]] = {}
    for paper in papers:
        if paper.record.stage is stage and paper.state != "cancelled":
            found.setdefault(paper.record.kind, set()).add(paper.state)
    return found


class CycleMachine(RuleBasedStateMachine):
    """People of one world, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = self.open()
        self.plays = [Play(Journeys.of(world.__enter__())) for world in self.opened]
        self.almanac = Almanac()

    def open(self) -> list[AbstractContextManager[World]]:
        """The worlds that everything happens in; no platform looks at who sits, so that the physicians start."""
        return [open_world(face_check=False)]

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
        levels=st.lists(st.sampled_from(Level), min_size=3, max_size=4),
        season=st.sampled_from((3, 4, 2, 5, 1, 0)),
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
                    good = (choice + person) % 3 if event == "record_score" else max(choice - 4, 0)
                    # Once in a while something is left out.
                    if choice < 7 and (lifecycle not in RARE or luck[person] < 3):
                        self.act(Move(part, lifecycle, event, person, paper, good))
            if luck[0] % 4 < 3:
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
        self.follow_marks()

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
        lifecycle=st.sampled_from(sorted(NEXT)),
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        options=st.lists(st.integers(0, 3), min_size=1, max_size=3),
        choice=st.integers(0, 2),
    )
    def attend(self, lifecycle: str, person: int, paper: int, options: list[int], choice: int) -> None:
        """What is usually done with something that somebody has: a paper, an application, a mark, a certificate."""
        person %= len(self.play.people)
        for option in options:
            case_id = self.play.target(Move("province", lifecycle, "", person, paper))
            likely = NEXT[lifecycle].get(self.play.case(lifecycle, case_id).state, ()) if case_id else ()
            if likely:
                part, event = likely[option % len(likely)]
                self.act(Move(part, lifecycle, event, person, paper, choice))

    @rule(
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        ending=st.sampled_from(OUTLIVED),
        decision=st.sampled_from(["confirm", "confirm", "exclude"]),
        decided_first=st.booleans(),
        scored=st.booleans(),
        corrected=st.booleans(),
    )
    def suspect(
        self,
        person: int,
        paper: int,
        ending: tuple[tuple[str, str, str], ...],
        decision: str,
        decided_first: bool,
        scored: bool,
        corrected: bool,
    ) -> None:
        """A sitting is marked and comes to another end, and the province decides: in any order."""
        person %= len(self.play.people)
        decided = (("colleague", "cheating", decision),)
        steps = (*decided, *ending) if decided_first else (*ending, *decided)
        for part, lifecycle, event in (*SUSPECTED, *steps):
            self.act(Move(part, lifecycle, event, person, paper))
        for other in (0, 1) if scored else ():
            self.act(Move("province", "evaluation", "record_score", person, other))
        if corrected:
            self.act(Move("colleague", "cheating", "correct", person, paper))

    @rule(
        event=st.sampled_from(["publish_line", "declare_delivery", "open_makeup", "correct_line"]),
        paper=st.integers(0, 3),
        level=st.integers(0, 1),
        choice=st.integers(0, 8),
    )
    def conduct(self, event: str, paper: int, level: int, choice: int) -> None:
        """What the province does in its turn."""
        part = "colleague" if event == "correct_line" else "province"
        self.act(Move(part, "cycle", event, level % len(self.play.people), paper, choice))

    @rule(
        what=st.sampled_from(USUAL),
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        choice=st.integers(0, 3),
    )
    def act_in_office(self, what: tuple[str, str], person: int, paper: int, choice: int) -> None:
        """Something that the right office, or the physician, does at any time."""
        self.act(Move(OFFICES[what], *what, person % len(self.play.people), paper, choice))

    @rule(
        part=st.sampled_from(PARTS),
        what=st.sampled_from(USUAL),
        person=st.integers(0, 4),
        paper=st.integers(0, 3),
        choice=st.integers(0, 7),
        reason=st.sampled_from(["已核实", None, " "]),
    )
    def act_at_random(
        self, part: str, what: tuple[str, str], person: int, paper: int, choice: int, reason: str | None
    ) -> None:
        self.act(Move(part, *what, person % len(self.play.people), paper, choice, reason))

    @rule(
        what=st.sampled_from(OF_OFFICES),
        part=st.sampled_from((None, None, None, *PARTS)),
        person=st.integers(0, 4),
        papers=st.lists(st.integers(0, 4), min_size=1, max_size=3),
        choice=st.integers(0, 3),
    )
    def run_an_office(
        self, what: tuple[str, str], part: str | None, person: int, papers: list[int], choice: int
    ) -> None:
        """What keeps organisations, accounts, departments and cycles going, beside what is about people."""
        for paper in papers:
            doer = part or OFFICES[what]
            self.act(Move(doer, *what, person % len(self.play.people), paper, choice))

    def act(self, move: Move) -> None:
        now = self.play.now
        outcomes = [play.play(move) for play in self.plays]
        self.compare_told(outcomes)
        assert move.part != "auditor" or outcomes[0].receipt is None
        self.almanac.check(move, outcomes[0], now)
        self.almanac.follow(move, outcomes[0], now, self.play.windows)
        if move.event == "order_early" and outcomes[0].receipt is not None:
            self.almanac.order_early(move.person, self.play.payload(move))
        self.follow_marks()

    def follow_marks(self) -> None:
        """Let the almanac know since when each mark is before the province, whoever brought it there."""
        for mark in self.cases("cheating"):
            self.almanac.mark_is(mark.id, mark.state, self.play.now)

    def compare_told(self, outcomes: list[Outcome]) -> None:
        """What is told in all worlds is the same."""
        assert 1 == len({outcome.told for outcome in outcomes})

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
        """
        1: 合格 = both opinions 合格, passed by the agency, every paper of the deciding stage passed.

        A make-up decides each kind that the first stage leaves unpassed as it stands now, and no other: of a kind that
        is passed there, with no paper of it void, a paper of the make-up decides nothing, be it failed or missed.
        """
        papers = self.cases("evaluation")
        for case in self.cases("assessment"):
            if case.state != "qualified":
                continue
            record = case.record
            assert (Verdict.QUALIFIED, Verdict.QUALIFIED) == (record.opinions.work, record.opinions.ethics)
            assert record.agency_passed
            own = [paper for paper in papers if paper.record.assessment_id == case.id]
            first, makeup = living_by_kind(own, Stage.FIRST), living_by_kind(own, Stage.MAKEUP)
            passed = {kind for kind, states in first.items() if states & PASSED and "void" not in states}
            if record.stage is Stage.FIRST:
                assert first
                assert set().union(*first.values()) <= PASSED, first
            else:
                deciding = {kind: states for kind, states in makeup.items() if kind not in passed}
                assert any(paper.record.stage is Stage.MAKEUP for paper in own)
                assert deciding or passed
                assert first.keys() - passed <= deciding.keys(), (first, makeup)
                assert set().union(*deciding.values()) <= PASSED, (first, makeup)

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
