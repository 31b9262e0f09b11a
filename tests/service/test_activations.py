"""开通单 over HTTP: asked for, watched, and fetched once."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.testing.people import person
from tests.service.conftest import Caller, Site

pytestmark = pytest.mark.manual("S-7", "M: account: create, code again, disable, enable")

JOBS = "/api/v1/jobs"


def test_a_sheet_is_fetched_once(site: Site, hospital: Caller) -> None:
    """The second time there is nothing, and the job tells so; nobody keeps the answer on the way."""
    site.world.physician(person(3).id_number, person(3).name)
    asked = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"id_number": person(3).id_number}})
    site.application.timers.work()
    address = asked.headers["Location"]
    before = hospital.get(address).json
    first, second = (hospital.get(f"{address}/result") for _ in range(2))
    with ZipFile(BytesIO(first.content)) as files:
        headings, row, *_ = read_sheets(files.read(files.namelist()[0]))[0].rows

    assert (202, "activations", "批量开通医师账户") == (
        asked.status_code,
        asked.json["kind"],
        asked.json["kind_label"],
    )
    assert (1, 1, 1) == (before["done"], before["parts"], before["parts_left"])
    assert (200, 404) == (first.status_code, second.status_code)
    assert "no-store" == first.headers["Cache-Control"]
    assert 0 == hospital.get(address).json["parts_left"]
    assert ("激活码", person(3).name) == (headings[5], row[3])
    assert person(3).id_number not in str(row)


def test_a_filter_is_one_of_the_list(site: Site, hospital: Caller) -> None:
    """As in the search of the list of physicians; and where nobody is found, nothing is begun."""
    wrong = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"colour": "red"}})
    nobody = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"name": "欧阳无人"}})

    assert 422 == wrong.status_code
    assert (422, ["errand-empty"]) == (nobody.status_code, [one["code"] for one in nobody.json["errors"]])
