"""What may be said against a result, until when, and what stands then (考核办法 第二十四条, 第三十一条)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import RevokeResult
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.windows import day_starts_at
from tests.unit.application.world.following import failed, follow_up, today
from tests.unit.application.world.steps import record_of, refused
from tests.unit.application.world.test_reviews import apply, received

DAY, TICK = timedelta(days=1), timedelta(milliseconds=1)
PROVEN = RevokeResult(evidence=("judgment",))


def end_of(day: date) -> datetime:
    """The first instant after a day in China."""
    return day_starts_at(day + DAY)


@pytest.mark.manual("R-24.1")
@pytest.mark.parametrize(("before_midnight", "state"), [(TICK, "submitted"), (timedelta(), "rejected")])
def test_the_thirtieth_day_to_object_ends_at_midnight(
    journeys: Journeys, before_midnight: timedelta, state: str
) -> None:
    """自收到考核结果之日起30日内: the day of receipt is day 0, the last millisecond of day 30 is in time."""
    world, traveller = journeys.world, failed(journeys)
    last_day = received(journeys, traveller) + 30 * DAY
    world.clock.set(end_of(last_day) - before_midnight)

    assert state == world.state_of("result_review", apply(journeys, traveller))


@pytest.mark.manual("R-24.1")
@pytest.mark.parametrize(("before_midnight", "overdue"), [(TICK, False), (timedelta(), True)])
def test_the_thirtieth_day_to_answer_ends_at_midnight(
    journeys: Journeys, before_midnight: timedelta, overdue: bool
) -> None:
    """收到复核申请之日起30日内: until then the answer is the agency's alone, then the administration gives it, too."""
    world, traveller = journeys.world, failed(journeys)
    review = apply(journeys, traveller)
    world.clock.set(end_of(today(journeys) + 30 * DAY) - before_midnight)
    answering = (
        attrs.evolve(world.county, operator_id="reviewer-of-county"),
        "result_review",
        review,
        "uphold",
    )
    if overdue:
        assert "upheld" == world.send(*answering, reason="复核意见").state
    else:
        assert "answer_overdue" in refused(world, *answering, reason="复核意见")


@pytest.mark.manual("R-24.1")
def test_an_answer_is_given_by_somebody_else(journeys: Journeys) -> None:
    """Who has confirmed the result does not answer the objection to it."""
    world, traveller = journeys.world, failed(journeys)
    review = apply(journeys, traveller)
    answering = ("result_review", review, "change", Change(opinions=(OpinionItem.ETHICS,)))

    assert "by_another" in refused(world, world.agency, *answering, reason="评定有误")

    another = attrs.evolve(world.agency, operator_id="reviewer-of-agency")

    assert "changed" == world.send(another, *answering, reason="评定有误").state


@pytest.mark.manual("R-26.1", "R-24.1")
@pytest.mark.parametrize(("days", "refusal"), [(30, ["objection_over"]), (31, [])])
def test_nobody_is_suspended_while_the_result_may_be_objected_to(
    journeys: Journeys, days: int, refusal: list[str]
) -> None:
    """On day 30 after receipt the physician may still object; on day 31 the order is given."""
    world, traveller = journeys.world, failed(journeys)
    case_id = follow_up(journeys, traveller).id
    world.at(received(journeys, traveller) + days * DAY)
    ordering = (world.county, "follow_up", case_id, "order_suspension", OrderSuspension(3))
    if refusal:
        assert refusal == refused(world, *ordering, reason="考核不合格")
    else:
        assert "suspended" == world.send(*ordering, reason="考核不合格").state


@pytest.mark.manual("R-31.1")
def test_a_result_got_by_deception_is_not_healed(journeys: Journeys) -> None:
    """撤销: 不合格 in a new version, the certificate is void, the follow-up begins, and no review makes it 合格."""
    world, traveller = journeys.world, journeys.to("qualified")
    version = record_of(world, traveller).result_version
    world.send(world.county, "assessment", traveller.case_id, "revoke_result", PROVEN, reason="伪造材料")

    assert ("unqualified", version + 1) == (
        journeys.state(traveller),
        record_of(world, traveller).result_version,
    )
    assert ["void"] == list(journeys.certificates(traveller).values())
    assert "order_due" == follow_up(journeys, traveller).state

    review = apply(journeys, traveller)
    another = attrs.evolve(world.agency, operator_id="reviewer-of-agency")

    assert refused(
        world,
        another,
        "result_review",
        review,
        "change",
        Change(opinions=(OpinionItem.ETHICS,)),
        reason="评定有误",
    )
    assert "unqualified" == journeys.state(traveller)


@pytest.mark.manual("R-31.1")
@pytest.mark.parametrize(("evidence", "reason"), [((), "伪造材料"), (("judgment",), None)])
def test_a_revocation_has_proof_and_a_reason(
    journeys: Journeys, evidence: tuple[str, ...], reason: str | None
) -> None:
    """Neither a suspicion nor an unexplained file is enough."""
    world, traveller = journeys.world, journeys.to("qualified")

    assert refused(
        world,
        world.county,
        "assessment",
        traveller.case_id,
        "revoke_result",
        RevokeResult(evidence=evidence),
        reason=reason,
    )
    assert "qualified" == journeys.state(traveller)
