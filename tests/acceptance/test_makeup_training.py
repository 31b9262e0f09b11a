"""补考前的培训 (甘肃 2025): who failed is trained for as many days as the province says, who was deferred is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, RecordTraining
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import CONFIRMING_DAY, RESULT_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.steps import refused

DAY = timedelta(days=1)
LAST = CONFIRMING_DAY - DAY


@pytest.fixture
def trained() -> Iterator[Journeys]:
    """Physicians of a province that wants sixty days of training, and knows 延考."""
    illness = {"code": "illness", "label": "患病不能参加考核"}
    with open_world(makeup_training_days=60, deferral=True, deferral_grounds=[illness]) as world:
        yield Journeys.of(world)


def record(
    journeys: Journeys, traveller: Traveller, days: int, trainer: str = "省人民医院", last: date = LAST
) -> None:
    """The hospital records a training of so many days, the last of them the day before the confirmation."""
    payload = RecordTraining(
        trainer=trainer,
        first_day=last - (days - 1) * DAY,
        last_day=last,
        days=days,
        certificate=("certificate",),
    )
    journeys.world.send(journeys.world.hospital, "assessment", traveller.case_id, "record_training", payload)


@pytest.mark.manual("R-M2")
@pytest.mark.parametrize(("days", "enough"), [((59,), False), ((59, 1), True)])
def test_the_days_of_two_trainings_count_together(
    trained: Journeys, days: tuple[int, ...], enough: bool
) -> None:
    """The days of two trainings count together; the longer one alone is a day short."""
    world, traveller = trained.world, trained.to("awaiting_makeup_approval")
    trained.not_before(CONFIRMING_DAY)
    last = LAST
    for index, one in enumerate(days):
        record(trained, traveller, one, f"第{index + 1}人民医院", last)
        last -= one * DAY
    confirming = (world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    if enough:
        assert "awaiting_makeup" == world.send(*confirming).state
    else:
        assert ["training_done"] == refused(world, *confirming)


@pytest.mark.manual("R-Y1", "R-M2")
def test_who_was_deferred_is_free_of_it(trained: Journeys) -> None:
    """延考 on record is no failure: the stage for the deferred opens without any training."""
    world, traveller = trained.world, trained.to("awaiting_assessment")
    proof = (hand_in(world.application, traveller.principal),)
    applying = Apply(ground="illness", attachments=proof, assessment_id=traveller.case_id)
    deferral = world.send(traveller.principal, "deferral", None, "apply", applying).id
    world.send(world.hospital, "deferral", deferral, "pass")
    world.send(world.agency, "deferral", deferral, "file")
    waiting = trained.state(traveller)
    trained.not_before(RESULT_DAY)
    trained.publish(Stage.FIRST)
    trained.not_before(CONFIRMING_DAY)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.settle()
    world.send(world.province, "assessment", traveller.case_id, "deferral_stage_opens")

    assert ("deferred", "awaiting_makeup") == (waiting, trained.state(traveller))
