"""Two who print the same certificate for the first time, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SITTING_DAY
from kaohe_workflow.values.terms import Stage
from tests.faults.places import Place, at_once

pytestmark = pytest.mark.manual("S-88")

ROUNDS = 8


def test_the_first_print_draws_one_number(place: Place) -> None:
    """The hospital and the physician at once: one gives the number, the other prints it again, and none is skipped."""
    journeys, world = place.journeys, place.world
    travellers = [journeys.to("awaiting_assessment") for _ in range(ROUNDS)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    def printing(certificate: str, who: Principal) -> Callable[[], Any]:
        return lambda: world.application.certificates.issue(who, certificate)

    for traveller in travellers:
        (certificate,) = journeys.certificates(traveller)
        ends = at_once(printing(certificate, world.hospital), printing(certificate, traveller.principal))

        assert ["generated", "printable"] == sorted(end.source for end in ends)

    rows = world.application.lists.page(world.province, "certificates", {}).rows
    assert list(range(1, ROUNDS + 1)) == sorted(int(str(row["number"])[-7:]) for row in rows)
    place.assert_sound()
