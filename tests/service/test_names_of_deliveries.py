"""The name of a delivery is the platform's, which signs for it: it stands in no body, of a person or of a platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.openapi import describe
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys
from kaohe_workflow.values.terms import PaperKind, Stage

if TYPE_CHECKING:
    from tests.service.conftest import Site

NAMED = {"score": "88", "delivery": "platform:examiner/1"}


@pytest.mark.parametrize("many", [False, True])
def test_a_person_gives_a_score_and_no_name_of_a_delivery(site: Site, many: bool) -> None:
    """Refused with its place, of one paper and of many; it was dropped in silence."""
    journeys = Journeys.of(site.world)
    paper = journeys.papers(journeys.to("awaiting_assessment"))[Stage.FIRST, PaperKind.HUMANITIES]
    journeys.not_before(SITTING_DAY)
    office = site.as_organisation(site.world.province)
    if many:
        items = [{"id": paper, "version": 1, "payload": NAMED}]
        answer = office.ask("POST", "/api/v1/papers/events", {"event": "record_score", "items": items})
    else:
        answer = office.send(f"/api/v1/papers/{paper}/events", "record_score", NAMED, version=1)
    place = "/items/0/payload/delivery" if many else "/payload/delivery"

    assert 422 == answer.status_code, answer.text
    assert [(place, "key-unknown")] == [(one["pointer"], one["code"]) for one in answer.json["errors"]]
    assert "not_sat" == site.world.state_of("evaluation", paper)


def test_no_body_has_a_place_for_it() -> None:
    """Neither those of persons nor those of platforms, whose header names the delivery."""
    schemas: dict[str, Any] = describe(load_catalogue())["components"]["schemas"]
    described = {
        name: sorted(schemas[f"evaluation.{name}"]["properties"])
        for name in ("RecordScore", "DeliverStart", "DeliverHandIn")
    }

    assert {
        "RecordScore": ["score"],
        "DeliverStart": ["identity_checked", "started_at"],
        "DeliverHandIn": ["handed_in_at"],
    } == described
