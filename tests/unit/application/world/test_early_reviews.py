"""复核申请 of a result that came early, by a line of its own (考核办法 第十八条, 第二十四条): over the store."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.testing.journeys import HIGH, LOW, Journeys, Traveller
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.test_early import EARLY, HUMANITIES, PROFESSIONAL, give_line, passed
from tests.unit.application.world.test_reviews import answer, apply, received

CONFIRMING = Window.of_days(date(2023, 11, 17), date(2023, 11, 18))
MAKEUP = Window.of_days(date(2023, 11, 20), date(2023, 11, 21))


def failed_alone(journeys: Journeys) -> Traveller:
    """Somebody who was absent in the own first stage, and has failed a paper of the own make-up."""
    world = journeys.world
    traveller = passed(journeys, makeup_confirm=CONFIRMING, makeup=MAKEUP)
    papers = journeys.papers(traveller)
    world.clock.set(EARLY.evaluation.closes_at)
    for kind in (HUMANITIES, PROFESSIONAL):
        said = ConfirmAbsence(reminded=True, delivered=True)
        world.send(world.agency, "evaluation", papers[Stage.FIRST, kind], "confirm_absence", said)
    world.at(CONFIRMING.first_day)
    world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    world.at(MAKEUP.first_day)
    journeys.score(traveller, Stage.MAKEUP, humanities=HIGH, professional=LOW)
    world.clock.set(MAKEUP.closes_at)
    for kind in (HUMANITIES, PROFESSIONAL):
        give_line(journeys, traveller, Stage.MAKEUP, kind)
    return traveller


@pytest.mark.manual("R-24.1", "R-18.1")
def test_a_score_judged_by_its_own_line_is_corrected(journeys: Journeys) -> None:
    """Before the cycle has any line: the score is set right upon review, and judged by the paper's own line again."""
    world, traveller = journeys.world, failed_alone(journeys)
    failed = journeys.state(traveller)
    received(journeys, traveller)
    right = Change(scores=(CorrectedScore(Stage.MAKEUP, PROFESSIONAL, HIGH),))
    answer(journeys, apply(journeys, traveller), "change", right)

    assert ("unqualified", "qualified") == (failed, journeys.state(traveller))
    assert () == world.application.verification.run().findings
