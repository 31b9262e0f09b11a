"""Whole ways through a cycle with an application for exemption: decided, refused, and never decided."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.terms import PaperKind, ReturnCode, Stage
from tests.unit.application.world.steps import declare, refused

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
UNPROVEN = Return(ReturnCode.PROOF_UNSUITABLE)


@pytest.mark.manual("S-73", "S-74", "N-2.3")
def test_exemption_under_simplified_procedure_settles_at_once(stored: Journeys) -> None:
    """简易程序 with 免考 granted: 医学人文 is 合格(免考), the result is settled without any line."""
    traveller = stored.to("awaiting_assessment", **SIMPLIFIED)

    stored.exempt(traveller)

    assert ({HUMANITIES: "exempt_pass"}, "qualified") == (
        stored.paper_states(traveller),
        stored.state(traveller),
    )
    assert ["printable"] == list(stored.certificates(traveller).values())
    assert () == stored.world.application.verification.run().findings


@pytest.mark.manual("S-72", "N-2.3")
@pytest.mark.parametrize("refuser", ["hospital", "agency"])
def test_a_refused_exemption_is_sat(journeys: Journeys, refuser: str) -> None:
    """免考 refused by the institution or the agency: both papers are sat."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    if refuser == "agency":
        world.send(world.hospital, "exemption", exemption, "pass")
    world.send(getattr(world, refuser), "exemption", exemption, "return", UNPROVEN, reason="证书日期不符")

    journeys.lead(traveller, "qualified")

    assert {HUMANITIES: "passed", PROFESSIONAL: "passed"} == journeys.paper_states(traveller)
    assert "expired" == world.state_of("exemption", exemption)


@pytest.mark.manual("S-72", "N-1.8", "S-I3")
def test_a_refused_exemption_may_be_asked_for_again(journeys: Journeys) -> None:
    """再次申请: one case an assessment, applied for again and granted."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "return", UNPROVEN, reason="缺证书")
    again = Apply(
        ground="title_promotion",
        certificate_on=date(2022, 5, 1),
        none_excluded=True,
        attachments=("certificate",),
    )

    world.send(traveller.principal, "exemption", exemption, "apply", again)
    world.send(world.hospital, "exemption", exemption, "pass")
    world.send(world.agency, "exemption", exemption, "pass")

    assert "exempt_pass" == journeys.paper_states(traveller)[PROFESSIONAL]


def certified_on(traveller: Traveller, day: date) -> Apply:
    """An application for exemption with a certificate of a day."""
    return Apply(
        ground="residency_training",
        certificate_on=day,
        none_excluded=True,
        attachments=("certificate",),
        assessment_id=traveller.case_id,
    )


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2022, 12, 31)])
def test_the_certificate_of_an_exemption_lies_in_the_cycle(journeys: Journeys, day: date) -> None:
    """Both end days of a cycle 2020–2022 count."""
    traveller = journeys.to("awaiting_assessment")
    payload = certified_on(traveller, day)
    receipt = journeys.world.send(traveller.principal, "exemption", None, "apply", payload)

    assert "awaiting_institution" == receipt.state


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2023, 1, 1)])
def test_a_certificate_of_another_time_exempts_from_nothing(journeys: Journeys, day: date) -> None:
    """An award of 2019-12-31 does not count in a cycle 2020–2022, nor does one of the day after it."""
    traveller = journeys.to("awaiting_assessment")
    payload = certified_on(traveller, day)

    assert ["date_in_cycle"] == refused(
        journeys.world, traveller.principal, "exemption", None, "apply", payload
    )


@pytest.mark.manual("W-5")
def test_an_exemption_that_stayed_undecided_means_not_sat(journeys: Journeys) -> None:
    """免考 passed by the institution, the body still pending when the window closes: absent, then 待确认补考."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "pass")
    world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    between = journeys.paper_states(traveller)[PROFESSIONAL], journeys.state(traveller)

    declare(world, Stage.FIRST)
    world.send(
        world.agency,
        "evaluation",
        journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL],
        "confirm_absence",
        ConfirmAbsence(True),
    )

    assert ("absence_pending", "awaiting_assessment") == between
    assert ("absent", "awaiting_makeup_approval") == (
        journeys.paper_states(traveller)[PROFESSIONAL],
        journeys.state(traveller),
    )
    assert "expired" == world.state_of("exemption", exemption)
