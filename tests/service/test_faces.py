"""Who looks at faces: those who watch a sitting, and no look without a trace."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.affiliation.events import GiveFacePhoto
from kaohe_workflow.lifecycles.evaluation.events import DeliverStart, RecordPhoto
from kaohe_workflow.testing.files import hand_in, png
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import noon
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import PaperKind, Stage

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site


def looks(site: Site, caller: Caller) -> int:
    """How often the history of the caller's account tells of a look at a face."""
    account = caller.get("/api/v1/sessions/current").json["account_id"]
    steps = site.application.cases.history(SYSTEM, "account", account)
    return [step.event for step in steps].count("view_photo")


def photographed(journeys: Journeys) -> tuple[Traveller, str, AttachmentId]:
    """Somebody who sits, the paper, and a photo of the sitting."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
    start = DeliverStart(started_at=noon(SITTING_DAY), identity_checked=True)
    world.send(SYSTEM, "evaluation", paper, "deliver_start", start)
    file = hand_in(world.application, SYSTEM, png())
    world.clock.set(max(world.clock.now(), noon(SITTING_DAY) + timedelta(seconds=1)))
    photo = RecordPhoto(
        taken_at=noon(SITTING_DAY), name="1", similarity=Decimal(38), source="test", file=file
    )
    world.send(SYSTEM, "evaluation", paper, "record_photo", photo)
    return traveller, paper, file


@pytest.mark.manual("S-83", "M: see photos")
def test_each_look_at_a_face_is_kept(site: Site) -> None:
    """The institution, the agency, the administrations and an auditor look; the person and strangers do not."""
    world, journeys = site.world, Journeys.of(site.world)
    traveller, paper, file = photographed(journeys)
    offices = (world.hospital, world.agency, world.county, world.province)
    watching = [*map(site.as_organisation, offices), site.as_auditor(world.county)]
    address = f"/api/v1/papers/{paper}/attachments/{file}"
    shown = [caller.get(address) for caller in watching]
    others = (site.as_physician(traveller.physician_id), site.as_organisation(journeys.elsewhere))

    assert [(200, png())] * 5 == [(one.status_code, one.content) for one in shown]
    assert [1] * 5 == [looks(site, caller) for caller in watching]
    assert [404, 404] == [caller.get(address).status_code for caller in others]
    assert "38.00" == watching[0].get(f"/api/v1/papers/{paper}").json["data"]["photos"][0]["similarity"]
    assert [] == others[0].get(f"/api/v1/papers/{paper}").json["data"]["photos"]


@pytest.mark.manual("S-83", "S-84")
def test_a_look_at_what_somebody_is_suspected_by_is_kept(site: Site) -> None:
    """The photo of the sitting is found in the list of marks as well; each look there counts as one at the paper."""
    world, journeys = site.world, Journeys.of(site.world)
    traveller, paper, file = photographed(journeys)
    caller, physician = (
        site.as_organisation(world.hospital),
        site.as_physician(traveller.physician_id),
    )
    suspicion = {
        "manner": "substitute",
        "evidence": [file],
        "assessment_id": traveller.case_id,
        "evaluation_id": paper,
    }
    made = caller.send("/api/v1/marks", "mark", suspicion, reason="与本人不符")
    address = f"/api/v1/marks/{made.json['id']}"
    shown = caller.get(f"{address}/attachments/{file}")

    assert (201, 200, png()) == (made.status_code, shown.status_code, shown.content)
    assert 1 == looks(site, caller)
    assert [404, 404] == [
        physician.get(one).status_code for one in (address, f"{address}/attachments/{file}")
    ]
    assert [] == physician.get("/api/v1/marks").json["items"]
    assert None is physician.get("/api/v1/papers").json["items"][0]["mark_state"]


@pytest.mark.manual("N-1.12")
def test_nobody_is_noted_for_his_own_face(site: Site) -> None:
    """The physician looks at the own 人脸底照 freely; the hospital's look is kept."""
    world, journeys = site.world, Journeys.of(site.world)
    traveller = journeys.to("awaiting_registration")
    file = hand_in(world.application, traveller.principal, png())
    given = GiveFacePhoto(file=file, consented=True)
    world.send(traveller.principal, "affiliation", traveller.physician_id, "give_face_photo", given)
    callers = (site.as_physician(traveller.physician_id), site.as_organisation(world.hospital))
    address = f"/api/v1/physicians/{traveller.physician_id}/attachments/{file}"

    assert [200, 200] == [caller.get(address).status_code for caller in callers]
    assert [0, 1] == [looks(site, caller) for caller in callers]
