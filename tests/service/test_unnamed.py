"""
Whose name is not known is called by a telephone number (手册 2.2.9), and no answer to anybody tells the whole of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.locked_fields import LockedField

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PHONE, MASKED = "18811594425", "188****4425"
LISTED = ("physicians", "assessments", "accounts", "amendments")
OF_A_CASE = ("", "/events", "/history", "/completeness", "/blockers")


def unnamed(site: Site) -> dict[str, str]:
    """Somebody of a department, who asks to be called by a name; the ids of what there is, by collection."""
    journeys = Journeys.of(site.world)
    number = person(900).id_number
    principal = site.world.physician(number, name=PHONE, department_id=journeys.department_id)
    traveller = Traveller(principal, site.world.assessment_of(principal), number)
    journeys.lead(traveller, "awaiting_registration")
    return {
        "physicians": traveller.physician_id,
        "assessments": traveller.case_id,
        "departments": journeys.department_id,
        "amendments": journeys.ask_for_correction(traveller, LockedField.NAME, "韦晓梅"),
    }


def told(caller: Caller, ids: dict[str, str]) -> dict[str, str]:
    """What the caller is answered, by the address that was asked."""
    asked = [f"/api/v1/{name}" for name in LISTED]
    asked += [f"/api/v1/{name}/{id}{part}" for name, id in ids.items() for part in OF_A_CASE]
    return {path: caller.get(path).text for path in (*asked, "/api/v1/inbox")}


@pytest.mark.manual("S-79")
def test_no_answer_tells_the_number_that_stands_for_a_name(site: Site) -> None:
    """Lists, cases, what blocks a department, an application to correct the name, notices: masked or not at all."""
    ids = unnamed(site)
    world = site.world
    callers = [site.as_organisation(who) for who in (world.hospital, world.agency, world.county)]
    callers.append(site.as_physician(ids["physicians"]))
    answers = [told(caller, ids) for caller in callers]

    assert [] == [path for told in answers for path, text in told.items() if PHONE in text]
    for path in (
        "/api/v1/physicians",
        f"/api/v1/physicians/{ids['physicians']}",
        f"/api/v1/departments/{ids['departments']}/blockers",
    ):
        assert MASKED in answers[0][path], path


@pytest.mark.manual("S-79", "S-40")
@pytest.mark.parametrize("name", ["physicians", "assessments"])
def test_a_sheet_masks_it_too(site: Site, name: str) -> None:
    """导出 shows what the list shows."""
    unnamed(site)
    hospital = site.as_organisation(site.world.hospital)
    answer = hospital.ask("POST", f"/api/v1/exports/{name}", {"filters": {}, "format": "xlsx"})
    cells = [cell for row in read_sheets(answer.content)[0].rows for cell in row]

    assert MASKED in cells
    assert PHONE not in map(str, cells)
