"""撤销结果 (考核办法 第三十一条): a result got by deception is revoked, and nothing heals it."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.assessment.events import RevokeResult
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import PaperKind
from tests.unit.application.world.steps import record_of, refused

pytestmark = pytest.mark.manual("M: revoke a result", "R-31.1")

PROVEN = RevokeResult(evidence=("judgment",))


def test_a_revoked_result(stored: Journeys) -> None:
    """不合格, a new version; the certificate is void, and better papers change nothing."""
    world, traveller = stored.world, stored.to("qualified")
    version = record_of(world, traveller).result_version
    world.send(world.county, "assessment", traveller.case_id, "revoke_result", PROVEN, reason="伪造材料")

    assert "unqualified" == stored.state(traveller)
    assert version + 1 == record_of(world, traveller).result_version
    assert ["void"] == list(stored.certificates(traveller).values())

    stored.correct(Decimal(99), PaperKind.HUMANITIES)
    stored.correct(Decimal(10), PaperKind.HUMANITIES)

    assert "unqualified" == stored.state(traveller)
    assert () == world.application.verification.run().findings


def test_with_proof_and_by_the_administration(journeys: Journeys) -> None:
    """Without a file it is refused; the agency and the hospital may not."""
    world, traveller = journeys.world, journeys.to("qualified")
    event = ("assessment", traveller.case_id, "revoke_result")

    assert ["revocation_proven"] == refused(world, world.county, *event, RevokeResult(), reason="伪造材料")
    for other in (world.agency, world.hospital):
        with pytest.raises(NotPermitted):
            world.send(other, *event, PROVEN, reason="伪造材料")


def test_a_named_person(journeys: Journeys) -> None:
    """A second person decides: under a shared account nobody knows who it is."""
    world, traveller = journeys.world, journeys.to("qualified")
    shared = attrs.evolve(world.county, operator_id=None)
    event = ("assessment", traveller.case_id, "revoke_result", PROVEN)

    assert 1 == len(refused(world, shared, *event, reason="伪造材料"))
