"""The make-up list, confirmed or refused by the level of administration that the province names."""

from __future__ import annotations

import pytest

from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.testing.journeys import CONFIRMING_DAY, HIGH, LOW, RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Stage
from tests.unit.application.world.steps import refused

LEVELS = ("province", "city", "county")


def waiting(journeys: Journeys) -> list[str]:
    """The cases of two who have failed a paper, on a day when the make-up is confirmed."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(2)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=LOW, professional=HIGH)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    journeys.not_before(CONFIRMING_DAY)
    return [traveller.case_id for traveller in travellers]


@pytest.mark.manual("M: confirm make-up", "M: refuse make-up", "N-3.7")
@pytest.mark.parametrize(
    ("delegate", "may"),
    [
        ("none", {"province"}),
        ("city", {"province", "city"}),
        ("county", {"province", "county"}),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_the_level_that_the_province_names(delegate: str, may: set[str], level: str) -> None:
    """省级 always, and the one level that it names on its behalf; the other level is refused and changes nothing."""
    with open_world(makeup_delegated_to=delegate) as world:
        journeys = Journeys.of(world)
        confirmed, denied = waiting(journeys)
        sender = getattr(world, level)
        if level in may:
            world.send(sender, "assessment", confirmed, "confirm_makeup", ConfirmMakeup())
            world.send(sender, "assessment", denied, "refuse_makeup", reason="未参加培训")
        else:
            for case_id, event, payload in (
                (confirmed, "confirm_makeup", [ConfirmMakeup()]),
                (denied, "refuse_makeup", []),
            ):
                reasons = refused(world, sender, "assessment", case_id, event, *payload, reason="未参加培训")
                assert {"makeup_decider"} == set(reasons)
        states = [
            world.application.cases.get(world.province, "assessment", id).state for id in (confirmed, denied)
        ]

        expected = ["awaiting_makeup", "unqualified"] if level in may else ["awaiting_makeup_approval"] * 2
        assert expected == states
        assert () == world.application.verification.run().findings


@pytest.mark.manual("M: confirm make-up")
def test_nobody_but_an_administration_above() -> None:
    """Neither the hospital nor its agency confirms, whatever level is named; a physician does not either."""
    with open_world(makeup_delegated_to="county") as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_makeup_approval")
        journeys.not_before(CONFIRMING_DAY)
        for sender in (world.hospital, world.agency, traveller.principal):
            with pytest.raises((NotPermitted, NotFound)):
                world.send(sender, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())

        assert "awaiting_makeup_approval" == journeys.state(traveller)
