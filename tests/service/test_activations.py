"""开通单 over HTTP: asked for, watched, and fetched once."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from kaohe_service.api.sessions import SESSION_COOKIE
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
    first, second = (hospital.ask("POST", f"{address}/take") for _ in range(2))
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


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_gives_no_sheet_out(site: Site, hospital: Caller, method: str) -> None:
    """A preview of a link, a reload or a HEAD must not use up the only copy; where it is taken by, the answer says."""
    site.world.physician(person(3).id_number, person(3).name)
    asked = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"id_number": person(3).id_number}})
    site.application.timers.work()
    address = asked.headers["Location"]
    answer = hospital.ask(method, f"{address}/result")
    taken = hospital.ask("POST", f"{address}/take")

    assert 422 == answer.status_code
    if method == "GET":
        assert ["errand-once"] == [one["code"] for one in answer.json["errors"]]
    assert (200, "application/zip") == (taken.status_code, taken.headers["Content-Type"])


def test_no_other_site_takes_a_sheet(site: Site, hospital: Caller) -> None:
    """What gives a sheet out changes something: the request of another site is turned away, and the sheet stays."""
    site.world.physician(person(3).id_number, person(3).name)
    asked = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"id_number": person(3).id_number}})
    site.application.timers.work()
    address = asked.headers["Location"]
    cookie = {"Cookie": f"{SESSION_COOKIE}={hospital.token}", "Sec-Fetch-Site": "cross-site"}
    answer = site.nobody().ask("POST", f"{address}/take", headers=cookie)

    assert 403 == answer.status_code
    assert 1 == hospital.get(address).json["parts_left"]


def test_a_filter_is_one_of_the_list(site: Site, hospital: Caller) -> None:
    """As in the search of the list of physicians; and where nobody is found, nothing is begun."""
    wrong = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"colour": "red"}})
    nobody = hospital.ask("POST", f"{JOBS}/activations", {"filters": {"name": "欧阳无人"}})

    assert 422 == wrong.status_code
    assert (422, ["errand-empty"]) == (nobody.status_code, [one["code"] for one in nobody.json["errors"]])
