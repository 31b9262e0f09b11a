"""A cycle that is being drafted, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import WINDOWS

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("N-3.4")

CYCLES = "/api/v1/cycles"


def _draft(site: Site, province: Caller) -> str:
    """The address of a draft of the next cycle."""
    payload: dict[str, Any] = {
        "institution_id": site.world.province.organisation_id,
        "name": "第二周期",
        "first_day": "2023-01-01",
        "last_day": "2025-12-31",
        "windows": site.application.codec.unstructure(WINDOWS),
    }
    return str(province.send(CYCLES, "create", payload).headers["location"])


def test_a_draft_is_answered_as_if_it_were_not_there(site: Site, province: Caller, hospital: Caller) -> None:
    """To everybody but the province: no row, and 404 for the case, its events, its history and whatever is sent."""
    draft = _draft(site, province)
    physician = site.as_physician(str(site.world.physician(person(0).id_number).physician_id))
    for caller in (hospital, physician, site.as_organisation(site.world.city)):
        answers = [caller.get(f"{draft}{part}") for part in ("", "/events", "/history")]
        answers.append(caller.send(f"{draft}/events", "publish", version=1))
        bulk = caller.ask(
            "POST",
            f"{CYCLES}/events",
            {"event": "publish", "items": [{"id": draft.rpartition("/")[2], "version": 1}]},
        )

        assert [404] * 4 == [answer.status_code for answer in answers]
        assert 404 == bulk.json["results"][0]["problem"]["status"]
        assert [site.world.cycle_id] == [row["id"] for row in caller.get(CYCLES).json["items"]]
    assert 200 == province.get(draft).status_code
    assert 2 == len(province.get(CYCLES).json["items"])


def test_a_published_cycle_is_everybodys_to_read(site: Site, hospital: Caller) -> None:
    """But its history stays with the province."""
    path = f"{CYCLES}/{site.world.cycle_id}"

    assert [200, 200, 403] == [
        hospital.get(f"{path}{part}").status_code for part in ("", "/events", "/history")
    ]
