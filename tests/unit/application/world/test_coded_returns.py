"""驳回 with a coded reason: the case and the lists tell it, until the file goes on again."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.assessment.events import Return
from kaohe_workflow.lifecycles.reviewing import Return as ReturnApplication
from kaohe_workflow.testing.journeys import GOOD, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.values.terms import ReturnCode, ReturnConcern

MISSING, UNFOUNDED = ReturnCode.PROOF_MISSING, ReturnCode.OPINION_UNFOUNDED


def code(journeys: Journeys, traveller: Traveller) -> ReturnCode | None:
    found: ReturnCode | None = journeys.world.application.cases.get(
        SYSTEM, "assessment", traveller.case_id
    ).record.return_code
    return found


@pytest.mark.manual("S-64")
@pytest.mark.parametrize("filed", [{}, SIMPLIFIED])
def test_a_file_returned_by_the_institution(stored: Journeys, filed: dict[str, object]) -> None:
    """The physician's list, and the institution's by its filter, show the code; a new submission clears it."""
    world = stored.world
    other = stored.to("registration_returned")
    traveller = stored.to("awaiting_institution_review", **filed)
    world.send(
        world.hospital, "assessment", traveller.case_id, "return", Return(code=MISSING), reason="缺少述职报告"
    )
    lists = world.application.lists
    own = lists.page(traveller.principal, "assessments", {}).rows
    asked = lists.page(world.hospital, "assessments", {"return_code": "proof_missing"}).rows

    assert ["proof_missing"] == [row["return_code"] for row in own]
    assert [traveller.case_id] == [row["id"] for row in asked]
    assert MISSING is code(stored, traveller) is not code(stored, other)
    world.send(world.hospital, "assessment", traveller.case_id, "recall")
    assert code(stored, traveller) is None


@pytest.mark.manual("S-64", "S-70")
def test_the_code_goes_with_what_it_asked_for(journeys: Journeys) -> None:
    """Filed again, or answered by the institution, the file no longer stands returned."""
    world = journeys.world
    traveller = journeys.to("awaiting_agency_review")
    objection = Return(ReturnConcern.OPINION, code=UNFOUNDED)
    world.send(world.agency, "assessment", traveller.case_id, "return", objection, reason="与年度考核不符")
    returned = code(journeys, traveller)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)

    assert (UNFOUNDED, None) == (returned, code(journeys, traveller))
    world.send(world.hospital, "assessment", traveller.case_id, "recall")
    assert UNFOUNDED is code(journeys, traveller)
    assert () == world.application.verification.run().findings


@pytest.mark.manual("S-72")
def test_an_application_for_exemption(journeys: Journeys) -> None:
    """So it is with an exemption that the institution or the agency refuses."""
    world = journeys.world
    exemption = journeys.apply_for_exemption(journeys.to("awaiting_assessment"))
    world.send(world.hospital, "exemption", exemption, "return", ReturnApplication(MISSING), reason="缺证书")
    asked = world.application.lists.page(world.hospital, "exemptions", {"return_code": "proof_missing"}).rows
    world.send(world.hospital, "exemption", exemption, "recall")

    assert [exemption] == [row["id"] for row in asked]
    assert world.application.cases.get(SYSTEM, "exemption", exemption).record.return_code is None
