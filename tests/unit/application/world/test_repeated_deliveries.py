"""A delivery of an evaluation platform that comes again when its answer is remembered no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.evaluation.events import (
    DeliverHandIn,
    DeliverStart,
    GrantResit,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import LOW, SITTING_DAY, Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of

START = noon(SITTING_DAY)
EXAMINER = attrs.evolve(SYSTEM, account_id="platform:examiner")
OTHER = attrs.evolve(SYSTEM, account_id="platform:other")
FIRST: dict[str, tuple[str, Any]] = {
    "start-1": ("deliver_start", DeliverStart(started_at=START, identity_checked=True)),
    "hand-in-1": ("deliver_hand_in", DeliverHandIn(handed_in_at=START + timedelta(minutes=9))),
    "score-1": ("record_score", RecordScore(LOW)),
}
"""What a platform delivers of the first attempt, by its own names."""


@attrs.define
class Sat:
    """A paper that may be sat twice, whose first attempt has been delivered a day ago and more."""

    keys: Keys
    world: World
    paper: str

    def deliver(self, name: str, *, by: Principal = EXAMINER, application: Application | None = None) -> Any:
        platforms = (application or self.world.application).platforms
        return platforms.deliver(by, name, self.paper, *FIRST[name])

    def refused(self, name: str, application: Application | None = None, **more: Any) -> list[str]:
        with pytest.raises(TransitionRefused) as refusal:
            self.deliver(name, application=application, **more)
        return [getattr(reason, "name", reason.code) for reason in refusal.value.reasons]

    def refused_after_restart(self, url: str, name: str) -> list[str]:
        """What refuses a delivery over the same store, opened anew."""
        known, store = self.world.application, open_store(url, self.keys)
        try:
            catalogue, clock = known.catalogue, self.world.clock
            again = build_application(
                store, self.keys, clock=clock, catalogue=catalogue, printer=PlainPrinter()
            )
            return self.refused(name, again)
        finally:
            store.close()

    def start_again(self) -> None:
        """The second attempt has begun, a day and an hour after the first was delivered."""
        started = DeliverStart(started_at=self.world.clock.now(), identity_checked=True)
        self.world.application.platforms.deliver(EXAMINER, "start-2", self.paper, "deliver_start", started)

    @property
    def record(self) -> Any:
        return case_of(self.world, "evaluation", self.paper).record

    @property
    def state(self) -> str:
        return self.world.state_of("evaluation", self.paper)


@contextmanager
def delivered(url: str) -> Iterator[Sat]:
    """Below the line in the first of two attempts, and the answers are forgotten."""
    keys = Keys.fresh()
    with open_world(url, keys, paper_attempts=2) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        world.clock.set(START + timedelta(minutes=10))
        made = Sat(keys, world, journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES])
        for name in FIRST:
            made.deliver(name)
        world.clock.advance(timedelta(hours=25))
        world.settle()
        yield made


@pytest.fixture
def sat() -> Iterator[Sat]:
    """Such a paper in memory."""
    with delivered("memory:") as made:
        yield made


def test_the_same_score_is_no_second_attempt_a_day_later(store_url: str) -> None:
    """
    Refused before the second attempt begins, after it, and by whoever opens the store anew: what has been delivered
    lies with the paper.
    """
    with delivered(store_url) as sat:
        before = sat.refused("score-1")
        sat.start_again()
        during = sat.refused("score-1")
        restarted = during if store_url == "memory:" else sat.refused_after_restart(store_url, "score-1")

        assert "first_delivery" in before
        assert ["first_delivery"] == during == restarted
        assert ("sitting", None, (LOW,)) == (sat.state, sat.record.score, sat.record.earlier_scores)
        assert () == sat.world.application.verification.run().findings


def test_the_same_start_begins_no_second_attempt(sat: Sat) -> None:
    """An answer got lost, the platform tries again the next day: nobody sits by that, and no time runs."""
    assert ["first_delivery"] == sat.refused("start-1")
    assert ("not_sat", None) == (sat.state, sat.record.started_at)


def test_a_new_score_counts(sat: Sat) -> None:
    """The second attempt has a delivery of its own; another platform's of the same name is another one."""
    sat.start_again()
    sat.deliver("score-1", by=OTHER)

    assert ("failed", (LOW,)) == (sat.state, sat.record.earlier_scores)


def test_what_was_delivered_before_a_re_sit_does_not_come_back(sat: Sat) -> None:
    """The paper is as if it had not been started, and yet its old start and score are not the new ones."""
    world = sat.world
    sat.start_again()
    agency, province = world.agency, world.province
    proof = hand_in(world.application, agency)
    flood = ReportForceMajeure(text="考点停电。", evidence=(proof,))
    world.send(agency, "evaluation", sat.paper, "report_force_majeure", flood)
    world.send(province, "evaluation", sat.paper, "grant_resit", GrantResit())

    assert (["first_delivery"], ["first_delivery"]) == (sat.refused("start-1"), sat.refused("score-1"))
    assert ("not_sat", ()) == (sat.state, sat.record.earlier_scores)


@pytest.mark.parametrize("swept", [True, False], ids=["swept", "not-swept"])
@pytest.mark.parametrize("scored", [True, False], ids=["scored", "not-scored"])
def test_a_hand_in_that_comes_late_counts(swept: bool, scored: bool) -> None:
    """Handed in at nine minutes and told at seventy: the sweep has noted the end of the time, or the score is there."""
    with open_world() as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        late = Sat(Keys.fresh(), world, journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES])
        late.deliver("start-1")
        world.clock.set(START + timedelta(minutes=70))
        if swept:
            world.settle()
        for name in ("score-1", "hand-in-1") if scored else ("hand-in-1",):
            late.deliver(name)

        assert ("handed_in", START + timedelta(minutes=9)) == (late.state, late.record.ended_at)
        assert ["end_not_reported"] == late.refused("hand-in-1", by=OTHER)
        assert () == world.application.verification.run().findings
