"""Whatever people do on whatever day, what must hold holds; and it does not depend on when the system tidies up."""

from __future__ import annotations

from contextlib import AbstractContextManager

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.testing.plays import Move
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World
from tests.property.application.machine import CycleMachine

DUES = 500
"""More deadlines than a machine's people have."""


class Unswept(CycleMachine):
    """
    Two worlds, one swept before everything that anybody does, one never: people succeed and fail alike.

    Jobs are done in both, because they belong to what was sent; deadlines are nobody's but the sweep's. One of them is
    an act of its own, and done in both: when nobody has reported a mark in time the system does, and the physician's
    time to be heard runs from there.
    """

    def open(self) -> list[AbstractContextManager[World]]:
        return [open_world(face_check=False), open_world(face_check=False)]

    def tidy(self, sweep: bool, work: bool) -> None:
        for play in self.plays:
            play.journeys.world.application.timers.work()

    def act(self, move: Move) -> None:
        now = self.play.now
        self.play.journeys.world.application.timers.sweep()
        self.report_marks()
        outcomes = [play.play(move) for play in self.plays]
        swept, unswept = outcomes
        assert (swept.receipt is None) is (unswept.receipt is None), (move, swept, unswept)
        self.almanac.follow(move, swept, now, self.play.windows)
        self.tidy(False, True)

    def report_marks(self) -> None:
        """Let the system report in the unswept world what it has reported in the other."""
        for play in self.plays[1:]:
            application = play.journeys.world.application
            with application.store.begin(write=False) as unit:
                dues = unit.due(play.now, DUES)
            marks = [Item(due.case_id) for due in dues if due.lifecycle == "cheating"]
            application.door.send_many(SYSTEM, "cheating", "report", marks)

    def compare(self) -> None:
        """Once the other world is swept as well, they are alike."""
        states = [[case.state for case in self.cases("assessment", play)] for play in self.plays]
        assert states[0] == states[1]


TestCycle = CycleMachine.TestCase
TestUnswept = Unswept.TestCase
