"""Cheating is found in a make-up of which nobody knows any more whether it is needed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.testing.journeys import HIGH, LAST_DAY, LOW, MAKEUP_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import noon
from kaohe_workflow.values.terms import CheatingConsequence, PaperKind, Stage
from tests.unit.application.world.steps import case_of
from tests.unit.application.world.test_outlived_marks import again, decide, findings

PROFESSIONAL = PaperKind.PROFESSIONAL


@pytest.fixture(params=list(CheatingConsequence))
def consequence(request: pytest.FixtureRequest) -> CheatingConsequence:
    """What the province lets a confirmed cheating do to the result."""
    return request.param


@pytest.fixture
def journeys(consequence: CheatingConsequence) -> Iterator[Journeys]:
    """Papers may be sat twice."""
    with open_world(paper_attempts=2, cheating_consequence=consequence.value) as world:
        yield Journeys.of(world)


def unneeded(journeys: Journeys) -> tuple[Traveller, str, str]:
    """Marked in a make-up that a corrected line made needless: who, the paper that fell away, the mark."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    for _ in range(2):
        journeys.start(journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL])
        journeys.score(traveller, Stage.FIRST, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")
    journeys.not_before(MAKEUP_DAY)
    paper = journeys.papers(traveller)[Stage.MAKEUP, PROFESSIONAL]
    journeys.start(paper)
    mark = journeys.mark(traveller, PROFESSIONAL, Stage.MAKEUP)
    journeys.report(mark)
    again(journeys, traveller, paper)
    journeys.correct(LOW, PROFESSIONAL)
    return traveller, paper, mark


def test_cheating_in_a_makeup_that_was_not_needed(
    journeys: Journeys, consequence: CheatingConsequence
) -> None:
    """The line was corrected, the make-up fell away with its paper, the result is 合格: the decision still holds."""
    traveller, paper, mark = unneeded(journeys)
    between = (journeys.state(traveller), journeys.world.state_of("evaluation", paper))
    decide(journeys, mark)

    assert ("qualified", "cancelled") == between
    final = consequence is CheatingConsequence.UNQUALIFIED
    assert ("unqualified" if final else "qualified") == journeys.state(traveller)
    assert () == findings(journeys)


@pytest.mark.parametrize("consequence", [CheatingConsequence.MAKEUP])
def test_a_makeup_that_is_void_already_is_not_waited_for(journeys: Journeys) -> None:
    """Its paper fell away and is void since; confirmed once more, by a line corrected back, there is nothing to sit."""
    traveller, paper, mark = unneeded(journeys)
    decide(journeys, mark)
    world = journeys.world
    windows = case_of(world, "cycle", world.cycle_id).record.windows
    longer = attrs.evolve(windows.makeup, opens_at=windows.makeup_confirm.opens_at, closes_at=noon(LAST_DAY))
    later = ChangeWindows(attrs.evolve(windows, makeup_confirm=longer, makeup=longer))
    world.send(world.province, "cycle", world.cycle_id, "change_windows", later, reason="延长")
    journeys.correct(HIGH, PROFESSIONAL)
    waiting = journeys.state(traveller)
    journeys.lead(traveller, "awaiting_makeup")

    assert ("awaiting_makeup_approval", "void") == (waiting, world.state_of("evaluation", paper))
    assert "unqualified" == journeys.state(traveller)
    assert () == findings(journeys)
