"""An opinion of 不合格 that a province lets the institution give anew before the make-up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.testing.journeys import BAD, CONFIRMING_DAY, GOOD, HIGH, LAST_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import refused

pytestmark = pytest.mark.manual("M: renewed opinion in ST7: give; pass")


@pytest.fixture
def lenient() -> Iterator[Journeys]:
    """Physicians of a province that lets an opinion be given anew."""
    with open_world(opinion_fail_makeup=True) as world:
        yield Journeys.of(world)


def failed(journeys: Journeys) -> Traveller:
    """Somebody whose opinion of 不合格 the agency has confirmed."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_fail")
    return traveller


def test_renewed_passed_and_sat_in_the_make_up(lenient: Journeys) -> None:
    """Both opinions 合格, confirmed by the agency, all papers sat in the make-up: 合格 of that stage."""
    world = lenient.world
    traveller = failed(lenient)
    waiting = lenient.state(traveller)
    world.send(world.hospital, "assessment", traveller.case_id, "renew_opinion", GOOD)
    told = [one.text for one in world.application.inbox.page(world.agency, limit=200).notices]
    world.at(CONFIRMING_DAY)
    early = refused(world, world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    lenient.lead(traveller, "awaiting_makeup")
    kinds = set(lenient.paper_states(traveller, Stage.MAKEUP))
    world.at(date(2024, 1, 23))
    lenient.score(traveller, Stage.MAKEUP, humanities=HIGH, professional=HIGH)
    world.at(LAST_DAY)
    lenient.publish(Stage.MAKEUP)

    assert ("awaiting_makeup_approval", ["opinions_confirmed"]) == (waiting, early)
    assert {PaperKind.HUMANITIES, PaperKind.PROFESSIONAL} == kinds
    assert 1 == sum("已重新评定医师" in text and "请在补考确认截止前复核" in text for text in told)
    assert "qualified" == lenient.state(traveller)
    assert () == world.application.verification.run().findings


def test_only_an_opinion_that_failed_is_renewed_and_only_to_the_better(lenient: Journeys) -> None:
    """One of 合格 stands; one that stays 不合格 needs no renewal."""
    world = lenient.world
    traveller, sat = failed(lenient), lenient.to("awaiting_makeup_approval")
    send = ("assessment", traveller.case_id, "renew_opinion")

    assert ["renewed_qualified"] == refused(world, world.hospital, *send, BAD)
    assert ["opinions_unqualified"] == refused(
        world, world.hospital, "assessment", sat.case_id, "renew_opinion", GOOD
    )


def test_by_default_the_opinion_ends_the_case(journeys: Journeys) -> None:
    """考核办法 第二十二条: one of the three is 不合格, the result is."""

    assert "unqualified" == journeys.state(failed(journeys))


def test_a_province_without_a_make_up_leaves_no_door() -> None:
    """Where nothing follows, the opinion is final whatever the parameter says."""
    with open_world(opinion_fail_makeup=True, makeup_offered=False) as world:
        journeys = Journeys.of(world)

        assert "unqualified" == journeys.state(failed(journeys))


def test_what_must_be_done_first_is_told(lenient: Journeys) -> None:
    """Nothing was sat: the institution gives its opinion anew before the make-up is confirmed."""
    world, traveller = lenient.world, failed(lenient)
    for reader in (traveller.principal, world.hospital):
        texts = [one.text for one in world.application.inbox.page(reader, limit=200).notices]

        assert [True] == ["评定意见不合格" in text for text in texts if "待确认补考" in text]
