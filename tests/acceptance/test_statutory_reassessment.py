"""补考 read as the 再次考核 of the law: suspended, trained, the papers again (考核办法 第二十六条, 医师法)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe_workflow.lifecycles.follow_up.case import PaperResult
from kaohe_workflow.lifecycles.follow_up.events import Reassess
from kaohe_workflow.testing.journeys import HIGH, LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.following import failed, follow_up, order, to_reassessment, today, train
from tests.unit.application.world.steps import refused

DAY = timedelta(days=1)
HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.fixture(params=["memory", "sqlite"])
def journeys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journeys]:
    """Physicians of a province that knows no make-up but the re-assessment of the law."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path / 'kaohe.db'}"
    with open_world(url, makeup_meaning="statutory") as world:
        yield Journeys.of(world)


def failed_paper(journeys: Journeys) -> Traveller:
    """A physician who has passed 医学人文 and failed 业务水平."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    return traveller


def sat(score: str | None) -> Reassess:
    """业务水平 sat again; None is 缺考."""
    return Reassess((PaperResult(kind=PROFESSIONAL, score=None if score is None else Decimal(score)),))


@pytest.mark.manual("R-26.1", "R-26.2", "R-26.3")
@pytest.mark.parametrize(
    ("score", "state"), [("60", "resumed"), ("59.99", "to_cancel"), ("0", "to_cancel"), (None, "to_cancel")]
)
def test_the_papers_that_were_not_passed_decide(journeys: Journeys, score: str | None, state: str) -> None:
    """Who fails is 不合格 without a make-up; the failed paper alone is sat again, by its line."""
    world, traveller = journeys.world, failed_paper(journeys)

    assert "unqualified" == journeys.state(traveller)

    case_id = order(journeys, traveller)
    train(journeys, case_id)
    record = follow_up(journeys, traveller).record

    assert (PROFESSIONAL,) == record.papers

    world.at((record.ends_on or today(journeys)) + DAY)

    assert state == world.send(world.agency, "follow_up", case_id, "reassess", sat(score)).state
    assert sat(score).results == follow_up(journeys, traveller).record.results


@pytest.mark.manual("R-26.1")
def test_on_the_last_day_of_the_suspension_it_is_too_early(journeys: Journeys) -> None:
    """期满: the last day still counts, the day after one is assessed again."""
    world, traveller = journeys.world, failed_paper(journeys)
    case_id = order(journeys, traveller)
    train(journeys, case_id)
    last_day = follow_up(journeys, traveller).record.ends_on or today(journeys)
    reassessing = (world.agency, "follow_up", case_id, "reassess", sat("60"))
    world.at(last_day)

    assert "end_reached" in refused(world, *reassessing)

    world.at(last_day + DAY)

    assert "resumed" == world.send(*reassessing).state


@pytest.mark.manual("R-26.1")
def test_who_was_not_trained_is_not_assessed_again(journeys: Journeys) -> None:
    """The law has training before the re-assessment; who never trains is found 不合格, with a reason."""
    world, traveller = journeys.world, failed_paper(journeys)
    case_id = order(journeys, traveller)
    world.at((follow_up(journeys, traveller).record.ends_on or today(journeys)) + DAY)

    assert "trained" in refused(world, world.agency, "follow_up", case_id, "reassess", sat("60"))
    assert "to_cancel" == world.send(world.agency, "follow_up", case_id, "fail", reason="未参加培训").state


@pytest.mark.manual("R-26.1")
def test_no_verdict_takes_the_place_of_the_papers(journeys: Journeys) -> None:
    """Whoever has papers to sit again does not pass without them; one without an assigned paper sits them all."""
    world, traveller = journeys.world, failed(journeys)
    case_id = to_reassessment(journeys, traveller)

    assert (HUMANITIES, PROFESSIONAL) == follow_up(journeys, traveller).record.papers
    assert ["by_verdict"] == refused(world, world.agency, "follow_up", case_id, "pass")
