"""调入 over HTTP: let go by one institution, found by the number, taken in by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician, End, Leave
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import SaveProfile
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.person_name import masked_name
from kaohe_workflow.values.resident_id import mask, shorten

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

PHYSICIANS = "/api/v1/physicians"
LET_GO = {"reason_code": "changed_institution"}


@pytest.fixture
def second(site: Site) -> Caller:
    """Somebody at the second hospital, which has completed its profile."""
    profile = SaveProfile(name="第二人民医院", address="民族大道2号", grade=Grade.THIRD_A, contact="李科长")
    site.world.send(site.other, "institution", site.other.organisation_id, "save_profile", profile)
    return site.as_organisation(site.other)


def _look_up(caller: Caller, number: str) -> dict[str, Any]:
    answer = caller.ask("POST", f"{PHYSICIANS}/lookup", {"id_number": number})
    assert 200 == answer.status_code
    found: dict[str, Any] = answer.json["person"]
    return found


def _bring(site: Site, caller: Caller, found: dict[str, Any]) -> int:
    payload = {"institution_id": site.other.organisation_id}
    path = f"{PHYSICIANS}/{found['case_id']}"
    return caller.send(f"{path}/events", found["event"], payload, version=found["version"]).status_code


@pytest.mark.manual("S-50", "S-I5", "S-I9")
@pytest.mark.parametrize("typed", [str, lambda number: str(shorten(number))], ids=["18", "15"])
def test_who_was_let_go_is_found_and_taken_in(
    site: Site,
    hospital: Caller,
    second: Caller,
    add_physicians: Callable[[int], list[str]],
    typed: Callable[[str], str],
) -> None:
    """调离, lookup by either form of the number, 调入 with the version that was told; only then the case is seen."""
    (id,) = add_physicians(1)
    path = f"{PHYSICIANS}/{id}"
    version = hospital.get(path).json["version"]

    assert 200 == hospital.send(f"{path}/events", "leave", LET_GO, version=version).status_code
    assert 404 == second.get(path).status_code

    found = _look_up(second, typed(person(0).id_number))

    assert ("unattached", "待调入", "take_in", id) == tuple(
        found[name] for name in ("state", "state_label", "event", "case_id")
    )
    assert person(0).id_number not in str(found)
    assert person(0).name not in str(found)
    assert 412 == _bring(site, second, found | {"version": found["version"] + 1})
    assert 200 == _bring(site, second, found)
    assert ("attached", site.other.organisation_id) == (
        (case := second.get(path).json)["state"],
        case["data"]["institution_id"],
    )
    assert 404 == hospital.get(path).status_code


def test_who_had_left_may_come_back(
    site: Site, second: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """重新登记 for who had left."""
    (id,) = add_physicians(1)
    site.world.send(site.world.county, "affiliation", id, "end", End(EndReason.RETIRED), reason="已核实")

    found = _look_up(second, person(0).id_number)

    assert ("left", "reenter", False) == (found["state"], found["event"], bool(found["hint"]))
    assert 200 == _bring(site, second, found)
    assert "attached" == site.world.state_of("affiliation", id)


def test_who_has_died_does_not_come_back(
    site: Site, second: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """No event is offered, and it is said why."""
    (id,) = add_physicians(1)
    site.world.send(site.world.county, "affiliation", id, "end", End(EndReason.DEATH), reason="已核实")

    found = _look_up(second, person(0).id_number)

    assert ("left", None, True) == (found["state"], found["event"], bool(found["hint"]))


@pytest.mark.manual("S-52")
def test_the_columns_of_taking_in(
    site: Site, hospital: Caller, second: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """姓名, 证件号码, 执业证编码, 管辖关系: the last two only where the person can come, or is the caller's own."""
    (id,) = add_physicians(1)
    home = str(site.world.hospital.organisation_id)
    name = site.application.cases.get(SYSTEM, "institution", home).record.name
    licence = "110450103000001"
    site.world.send(site.world.hospital, "affiliation", id, "edit", EditPhysician(licence_number=licence))
    columns = ("licence_number", "institution")
    own, foreign = (_look_up(caller, person(0).id_number) for caller in (hospital, second))
    site.world.send(site.world.hospital, "affiliation", id, "leave", Leave(LeaveReason.RESIGNED))
    free = _look_up(second, person(0).id_number)

    assert (licence, name) == tuple(own[column] for column in columns)
    assert (None, None) == tuple(foreign[column] for column in columns)
    assert (licence, name) == tuple(free[column] for column in columns)
    assert (masked_name(person(0).name), mask(person(0).id_number)) == (free["name"], free["id_number"])


@pytest.mark.manual("S-51")
def test_who_is_attached_is_nobodys_to_take(
    site: Site, hospital: Caller, second: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """No case, no event, elsewhere no institution; the county that it stands below (管辖关系), and whom to ask."""
    county = site.application.cases.get(
        SYSTEM, "institution", str(site.world.county.organisation_id)
    ).record.name
    home = str(site.world.hospital.organisation_id)
    add_physicians(1)
    elsewhere, here = (_look_up(caller, person(0).id_number) for caller in (second, hospital))

    for found in (elsewhere, here):
        assert [None] * 3 == [found[name] for name in ("event", "case_id", "version")]

    assert (None, site.application.cases.get(SYSTEM, "institution", home).record.name) == (
        elsewhere["institution"],
        here["institution"],
    )
    assert [county] * 2 == [elsewhere["administration"], here["administration"]]
    assert "请联系原机构先行调离" == elsewhere["hint"]
    assert "该医师已在本机构" == here["hint"]


def test_an_unknown_number_is_nobody(second: Caller) -> None:
    """200 with null: a number that nobody has is no error."""
    answer = second.ask("POST", f"{PHYSICIANS}/lookup", {"id_number": person(0).id_number})

    assert (200, {"person": None}) == (answer.status_code, answer.json)


def test_a_number_is_looked_up_thirty_times_an_hour(site: Site, second: Caller) -> None:
    """Thirty at once, then one in two minutes for each account, whoever is found: numbers are not tried out by it."""
    body = {"id_number": person(0).id_number}
    statuses = [second.ask("POST", f"{PHYSICIANS}/lookup", body).status_code for _ in range(30)]
    refused = second.ask("POST", f"{PHYSICIANS}/lookup", body)
    colleague = site.as_organisation(site.other).ask("POST", f"{PHYSICIANS}/lookup", body)
    site.world.clock.set(site.world.clock.now() + timedelta(minutes=2))
    later = [second.ask("POST", f"{PHYSICIANS}/lookup", body).status_code for _ in range(2)]

    assert ({200}, 429, "120") == (set(statuses), refused.status_code, refused.headers["retry-after"])
    assert (200, [200, 429]) == (colleague.status_code, later)


def test_an_administration_takes_nobody_in(site: Site) -> None:
    """调入 is an institution's: an administration finds its physicians in its lists."""
    county = site.as_organisation(site.world.county)
    answer = county.ask("POST", f"{PHYSICIANS}/lookup", {"id_number": person(0).id_number})

    assert (403, "not-permitted") == (answer.status_code, answer.json["code"])


def test_only_organisations_look_for_people(site: Site, add_physicians: Callable[[int], list[str]]) -> None:
    """A physician cannot ask who else is in the system."""
    (id,) = add_physicians(1)
    answer = site.as_physician(id).ask("POST", f"{PHYSICIANS}/lookup", {"id_number": person(0).id_number})

    assert (403, "not-permitted") == (answer.status_code, answer.json["code"])
    assert "attached" == site.application.cases.get(SYSTEM, "affiliation", id).state


def test_a_number_with_a_slip_of_the_pen_is_told_and_counts_as_no_search(site: Site, second: Caller) -> None:
    """422 with the reader's own reason, as often as one likes: nobody was looked for."""
    for _ in range(31):
        answer = second.ask("POST", f"{PHYSICIANS}/lookup", {"id_number": "450102195701010013"})

        assert (422, "id-check-digit") == (answer.status_code, answer.json["errors"][0]["code"])
        assert "/id_number" == answer.json["errors"][0]["pointer"]
    nobody = second.ask("POST", f"{PHYSICIANS}/lookup", {"id_number": "450102195701010012"})

    assert (200, None) == (nobody.status_code, nobody.json["person"])
