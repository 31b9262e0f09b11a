"""提前考核 (考核办法 第十八条), 业务水平视为合格 (第二十三条), the training before a make-up, and 延考."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, OrderEarly, RecordTraining, Submit
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    BAD,
    CONFIRMING_DAY,
    GOOD,
    HIGH,
    LOW,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, filing
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import refused

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)
PROFESSIONAL = PaperKind.PROFESSIONAL
MOVING = "拟变更执业地点"
EARLY = OrderEarly(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 8)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 10)),
    evaluation=Window.of_days(date(2023, 11, 13), date(2023, 11, 15)),
)


def ordered(journeys: Journeys) -> Traveller:
    """Somebody who is to be assessed early, since the first day of the own windows."""
    traveller = journeys.newcomer()
    journeys.world.at(EARLY.registration.first_day)
    journeys.world.send(
        journeys.world.county, "assessment", traveller.case_id, "order_early", EARLY, reason=MOVING
    )
    return traveller


@pytest.mark.manual("R-18.1")
@pytest.mark.parametrize(
    ("before_the_end", "state"), [(TICK, "awaiting_institution_review"), (DAY * 0, None)]
)
def test_an_early_assessment_has_its_own_days(
    journeys: Journeys, before_the_end: timedelta, state: str | None
) -> None:
    """Filed for up to the last millisecond of the own registration, weeks before that of the cycle opens."""
    world, traveller = journeys.world, ordered(journeys)
    world.clock.set(EARLY.registration.closes_at - before_the_end)
    submitting = (
        world,
        traveller.principal,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(journeys.department_id)),
    )
    if state is None:
        assert ["filing_open_or_moved"] == refused(*submitting)
    else:
        assert state == world.send(*submitting[1:]).state


@pytest.mark.manual("R-18.1")
@pytest.mark.parametrize(("before_the_end", "fits"), [(TICK, True), (DAY * 0, False)])
def test_nobody_is_ordered_into_days_that_are_over(
    journeys: Journeys, before_the_end: timedelta, fits: bool
) -> None:
    """The physician must still be able to file."""
    world, traveller = journeys.world, journeys.newcomer()
    world.clock.set(EARLY.registration.closes_at - before_the_end)
    ordering = (world, world.county, "assessment", traveller.case_id, "order_early", EARLY)
    if fits:
        assert "awaiting_registration" == world.send(*ordering[1:], reason=MOVING).state
    else:
        assert ["early_windows_fit"] == refused(*ordering, reason=MOVING)


@pytest.mark.manual("R-18.1")
def test_an_early_assessment_is_ordered_from_above(journeys: Journeys) -> None:
    """The institution reports; the assessment institution or the administration orders, and neither the physician."""
    world, traveller = journeys.world, journeys.newcomer()
    world.at(EARLY.registration.first_day)
    for other in (world.hospital, traveller.principal):
        with pytest.raises(NotPermitted):
            world.send(other, "assessment", traveller.case_id, "order_early", EARLY, reason=MOVING)

    assert (
        "awaiting_registration"
        == world.send(
            world.agency, "assessment", traveller.case_id, "order_early", EARLY, reason=MOVING
        ).state
    )


@pytest.mark.manual("R-23.1")
@pytest.mark.parametrize(("humanities", "state"), [(HIGH, "qualified"), (LOW, "awaiting_makeup_approval")])
def test_a_deemed_pass_is_one_of_a_single_paper(journeys: Journeys, humanities: Decimal, state: str) -> None:
    """规培 stands for the professional paper; whatever else is asked is still asked."""
    traveller = journeys.to("awaiting_assessment")
    journeys.exempt(traveller)
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=humanities)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    assert "exempt_pass" == journeys.paper_states(traveller)[PROFESSIONAL]
    assert state == journeys.state(traveller)


@pytest.mark.manual("R-23.1", "R-22.1")
def test_a_deemed_pass_heals_no_opinion() -> None:
    """工作成绩 and 职业道德 are assessed all the same: granted with the registration, it saves nobody who fails."""
    with open_world(exemption_with_registration=True) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_institution_review")
        exemption = journeys.exempt(traveller)
        world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
        failing = world.send(world.agency, "assessment", traveller.case_id, "confirm_fail")

        assert ("granted", "unqualified") == (world.state_of("exemption", exemption), failing.state)
        assert {} == journeys.papers(traveller)


@pytest.mark.manual("R-M2")
@pytest.mark.parametrize(("days", "enough"), [(59, False), (60, True)])
def test_sixty_days_of_training_before_the_make_up(days: int, enough: bool) -> None:
    """甘肃: on sixty days, a day less is too few; counted are days of training, with the certificate of its test."""
    with open_world(makeup_training_days=60) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_makeup_approval")
        world.at(CONFIRMING_DAY)
        training = RecordTraining(
            trainer="市人民医院",
            first_day=CONFIRMING_DAY - (days - 1) * DAY,
            last_day=CONFIRMING_DAY,
            days=days,
            certificate=("certificate",),
        )
        case = ("assessment", traveller.case_id)
        world.send(world.hospital, *case, "record_training", training)
        if enough:
            assert (
                "awaiting_makeup"
                == world.send(world.province, *case, "confirm_makeup", ConfirmMakeup()).state
            )
        else:
            assert ["training_done"] == refused(
                world, world.province, *case, "confirm_makeup", ConfirmMakeup()
            )


ILLNESS = {"code": "illness", "label": "患病不能参加考核"}


@pytest.fixture
def deferring() -> Iterator[Journeys]:
    """Physicians of a province that knows 延考."""
    with open_world(deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)


def illness(journeys: Journeys, traveller: Traveller) -> Apply:
    """An application with its proof."""
    proof = hand_in(journeys.world.application, traveller.principal)
    return Apply(ground="illness", attachments=(proof,), assessment_id=traveller.case_id)


@pytest.mark.manual("R-Y1")
@pytest.mark.parametrize(("before_the_end", "accepted"), [(TICK, True), (DAY * 0, False)])
def test_a_deferral_is_asked_for_while_the_evaluation_lasts(
    deferring: Journeys, before_the_end: timedelta, accepted: bool
) -> None:
    """延考: up to the last millisecond of the evaluation; after it, absence is absence."""
    world, traveller = deferring.world, deferring.to("awaiting_assessment")
    payload = illness(deferring, traveller)
    world.clock.set(WINDOWS.evaluation.closes_at - before_the_end)
    applying = (traveller.principal, "deferral", None, "apply", payload)
    if accepted:
        assert "awaiting_institution" == world.send(*applying).state
    else:
        assert "evaluation_not_over" in refused(world, *applying)


@pytest.mark.manual("R-Y1")
def test_a_province_without_deferral_has_none(journeys: Journeys) -> None:
    """The Measures know none: where the province says nothing, nobody applies."""
    traveller = journeys.to("awaiting_assessment")
    payload = illness(journeys, traveller)

    assert refused(journeys.world, traveller.principal, "deferral", None, "apply", payload)


@pytest.mark.manual("R-13.1")
@pytest.mark.parametrize(("before_the_end", "state"), [(TICK, "awaiting_agency_review"), (DAY * 0, None)])
def test_opinions_are_in_before_the_review_ends(
    journeys: Journeys, before_the_end: timedelta, state: str | None
) -> None:
    """The institution gives them up to the last millisecond of its review, and no later."""
    world, traveller = journeys.world, journeys.to("awaiting_institution_review")
    world.clock.set(WINDOWS.review.closes_at - before_the_end)
    giving = (world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    if state is None:
        assert ["review_open"] == refused(world, *giving)
    else:
        assert state == world.send(*giving).state
