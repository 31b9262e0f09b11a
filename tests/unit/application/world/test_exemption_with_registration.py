"""免考 applied for together with the registration, where the province says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Return, Submit
from kaohe_workflow.testing.journeys import BAD, SIMPLIFIED, Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import PaperKind, ReturnCode
from tests.unit.application.world.steps import refused

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


@pytest.fixture
def early() -> Iterator[Journeys]:
    """Physicians of a province that lets the exemption be applied for with the registration."""
    with open_world(exemption_with_registration=True) as world:
        yield Journeys.of(world)


def state(journeys: Journeys, exemption: str) -> str:
    return journeys.world.state_of("exemption", exemption)


def sound(journeys: Journeys) -> bool:
    """Whether everything that is stored is proven."""
    return not journeys.world.application.verification.run().findings


@pytest.mark.manual("S-72")
def test_granted_before_the_file_is_passed(early: Journeys) -> None:
    """Granted while the file is reviewed: the paper is 合格(免考) as soon as it is assigned."""
    traveller = early.to("awaiting_institution_review")
    early.exempt(traveller)
    early.lead(traveller, "awaiting_assessment")

    assert {HUMANITIES: "not_sat", PROFESSIONAL: "exempt_pass"} == early.paper_states(traveller)
    assert sound(early)


def test_granted_early_under_simplified_procedure_settles_with_the_pass(early: Journeys) -> None:
    """简易程序: the only paper is waived, so that the agency's pass is the result."""
    traveller = early.to("awaiting_agency_review", **SIMPLIFIED)
    early.exempt(traveller)
    early.world.send(early.world.agency, "assessment", traveller.case_id, "pass")

    assert "qualified" == early.state(traveller)
    assert sound(early)


def test_not_before_the_registration_is_submitted(early: Journeys) -> None:
    """Which paper is waived hangs on the procedure, which is said with the submission."""
    traveller = early.to("awaiting_registration")
    with pytest.raises(TransitionRefused, match="stage_ok"):
        early.apply_for_exemption(traveller)


def test_where_the_province_says_nothing_only_after_the_pass(journeys: Journeys) -> None:
    """The manual's way: 待参加考核 first (手册 2.2.8)."""
    traveller = journeys.to("awaiting_agency_review")
    with pytest.raises(TransitionRefused, match="stage_ok"):
        journeys.apply_for_exemption(traveller)


@pytest.mark.parametrize("granted", [False, True])
def test_another_procedure_waives_another_paper(early: Journeys, granted: bool) -> None:
    """Returned and filed again under the other procedure: what was applied for is withdrawn, and applied for anew."""
    world = early.world
    traveller = early.to("awaiting_institution_review")
    exemption = early.exempt(traveller) if granted else early.apply_for_exemption(traveller)
    world.send(
        world.hospital,
        "assessment",
        traveller.case_id,
        "return",
        Return(code=ReturnCode.INCOMPLETE),
        reason="程序有误",
    )
    kept = state(early, exemption)
    again = Submit(filing(early.department_id, **SIMPLIFIED))
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", again)

    assert ("granted" if granted else "awaiting_institution", "withdrawn") == (kept, state(early, exemption))
    assert sound(early)


def test_the_same_procedure_keeps_it(early: Journeys) -> None:
    """Returned and filed again under the same procedure: the application goes on."""
    traveller = early.to("awaiting_institution_review")
    exemption = early.apply_for_exemption(traveller)
    early.world.send(
        early.world.hospital,
        "assessment",
        traveller.case_id,
        "return",
        Return(code=ReturnCode.INCOMPLETE),
        reason="科室有误",
    )
    again = Submit(filing(early.department_id))
    early.world.send(traveller.principal, "assessment", traveller.case_id, "submit", again)

    assert "awaiting_institution" == state(early, exemption)


@pytest.mark.parametrize(
    ("by", "event"),
    [("physician", "withdraw_filing"), ("hospital", "cancel_enrolment"), ("county", "withdraw")],
)
def test_what_is_pending_goes_with_the_registration(early: Journeys, by: str, event: str) -> None:
    """The filing is taken back, or the physician no longer takes part: nothing stays pending."""
    world = early.world
    traveller = early.to("awaiting_institution_review")
    exemption = early.apply_for_exemption(traveller)
    sender = traveller.principal if by == "physician" else getattr(world, by)
    world.send(sender, "assessment", traveller.case_id, event, reason="已核实")

    assert "withdrawn" == state(early, exemption)
    assert sound(early)


def test_a_confirmed_fail_ends_it(early: Journeys) -> None:
    """不合格 by opinion: the application is withdrawn with the case's end."""
    world = early.world
    traveller = early.to("awaiting_institution_review")
    exemption = early.apply_for_exemption(traveller)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_fail")

    assert "withdrawn" == state(early, exemption)
    assert sound(early)


def test_a_pass_is_not_recalled_once_an_exemption_stands(early: Journeys) -> None:
    """An application that was made with the registration holds the agency's pass as well."""
    world = early.world
    traveller = early.to("awaiting_institution_review")
    early.apply_for_exemption(traveller)
    early.lead(traveller, "awaiting_assessment")

    assert ["no_exemption_filed"] == refused(world, world.agency, "assessment", traveller.case_id, "recall")
