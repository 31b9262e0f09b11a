"""Departments over HTTP: the subjects to choose from, the list, and who blocks a deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.testing.worlds import make_organisation
from kaohe_workflow.values.subjects import SUBJECTS
from kaohe_workflow.values.terms import OrganisationKind

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

DEPARTMENTS = "/api/v1/departments"


@pytest.mark.manual("S-25")
def test_the_tree_of_subjects(hospital: Caller) -> None:
    """Every code once, below a parent that came before it; names repeat, full names do not mislead."""
    answer = hospital.get("/api/v1/subjects")
    items = answer.json["items"]
    seen = set[str | None]({None})
    for item in items:
        assert item["parent"] in seen
        seen.add(item["code"])

    assert (200, "no-store") == (answer.status_code, answer.headers["cache-control"])
    assert list(SUBJECTS) == [item["code"] for item in items]
    assert {
        "code": "03.04",
        "name": "心血管内科专业",
        "parent": "03",
        "full_name": "内科/心血管内科专业",
        "aliases": [],
    } in items
    assert ["全科医疗科", ["安宁疗护科"]] == [
        next(item for item in items if item["code"] == code)[name]
        for code, name in (("02", "full_name"), ("24", "aliases"))
    ]
    assert {"code": "B13", "name": "食品卫生科"} in answer.json["public_health"]
    assert len(items) == len({item["full_name"] for item in items})


@pytest.mark.manual("S-25", "S-30")
def test_a_department_links_what_the_tree_offers(site: Site, hospital: Caller) -> None:
    """Subjects of several top-level groups in one department (手册 2.2.3); a code that the tree lacks is refused."""
    offered = [one["code"] for one in hospital.get("/api/v1/subjects").json["items"]]
    chosen = ["04", "13", "14", "20", "26", "32"]
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "其他", "subjects": chosen}
    made = hospital.send(DEPARTMENTS, "create", payload)
    unknown = hospital.send(DEPARTMENTS, "create", payload | {"name": "外科", "subjects": ["99"]})

    assert set(chosen) <= set(offered)
    assert (201, 409) == (made.status_code, unknown.status_code)
    assert chosen == hospital.get(made.headers["location"]).json["data"]["subjects"]


@pytest.mark.manual("S-27", "S-29")
def test_departments_are_found_by_name_and_state(site: Site, hospital: Caller) -> None:
    """名称 and 状态, alone and together."""
    medicine, surgery = site.world.department("内科"), site.world.department("外科")
    stopped = hospital.send(f"{DEPARTMENTS}/{surgery}/events", "disable", version=1)

    def found(query: str) -> list[str]:
        return [row["id"] for row in hospital.get(DEPARTMENTS, query=query).json["items"]]

    assert ("disabled", "停用") == (stopped.json["state"], stopped.json["state_label"])
    assert ([medicine], [surgery]) == (found("state=enabled"), found("state=disabled"))
    assert ([medicine], []) == (found("name=内"), found("name=内&state=disabled"))


@pytest.mark.manual("S-27", "S-30")
def test_the_list_names_the_linked_subjects(site: Site, hospital: Caller) -> None:
    """关联诊疗科目 is a column: each with its parent, since 其他 stands under many; a department may have none."""
    institution = site.world.hospital.organisation_id
    for name, subjects in (("其他", ["04.09", "1303", "A32.11", "0409"]), ("门诊部", [])):
        payload = {"institution_id": institution, "name": name, "subjects": subjects}
        assert 201 == hospital.send(DEPARTMENTS, "create", payload).status_code
    rows = {row["name"]: row["subjects"] for row in hospital.get(DEPARTMENTS).json["items"]}

    assert ["外科/其他", "皮肤科/其他", "医学影像科/其他"] == [one["full_name"] for one in rows["其他"]]
    assert ["04.09", "13.03", "32.11"] == [one["code"] for one in rows["其他"]]
    assert [] == rows["门诊部"]


@pytest.mark.manual("S-27")
def test_a_disease_control_centre_has_a_list_of_its_own(site: Site, hospital: Caller) -> None:
    """Its departments link to that list, or to 诊疗科目; a hospital's to 诊疗科目 alone."""
    world = site.world
    centre = make_organisation(
        site.application, world.county, world.county, "疾病预防控制中心", OrganisationKind.PREVENTION
    )
    caller = site.as_organisation(centre)
    own = {"institution_id": centre.organisation_id, "name": "食品卫生科", "subjects": ["b13", "01"]}
    made = caller.send(DEPARTMENTS, "create", own)
    unknown = caller.send(DEPARTMENTS, "create", own | {"name": "其他科", "subjects": ["B70"]})
    foreign = hospital.send(DEPARTMENTS, "create", own | {"institution_id": world.hospital.organisation_id})
    (row,) = caller.get(DEPARTMENTS).json["items"]

    assert (201, 409, 409) == (made.status_code, unknown.status_code, foreign.status_code)
    assert ["食品卫生科", "预防保健科"] == [one["full_name"] for one in row["subjects"]]


@pytest.mark.manual("S-28")
def test_departments_come_twenty_a_page(site: Site, hospital: Caller) -> None:
    """20条/页: twenty are one page, the twenty-first goes to the next."""
    made = [site.world.department(f"内科{index}") for index in range(20)]
    full = hospital.get(DEPARTMENTS).json
    made.append(site.world.department("外科"))
    first = hospital.get(DEPARTMENTS).json
    second = hospital.get(DEPARTMENTS, query=f"cursor={first['next']}").json

    assert (20, None) == (len(full["items"]), full["next"])
    assert sorted(made) == [row["id"] for page in (first, second) for row in page["items"]]
    assert (20, 1, None) == (len(first["items"]), len(second["items"]), second["next"])


@pytest.mark.manual("S-28")
def test_a_department_is_edited(site: Site, hospital: Caller) -> None:
    """编辑 replaces name and subjects together."""
    address = f"{DEPARTMENTS}/{site.world.department()}"
    edited = {"name": "心血管内科", "subjects": ["03.04", "32.06"]}
    hospital.send(f"{address}/events", "edit", edited, version=1)
    data = hospital.get(address).json["data"]

    assert edited == {name: data[name] for name in edited}


@pytest.mark.manual("S-31")
def test_who_blocks_a_deletion_is_told_until_nobody_does(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """确认删除 is refused; the answer names who is in it, the number masked, and once all have moved it is deleted."""
    world, department = site.world, site.world.department()
    (physician,) = add_physicians(1)
    world.send(world.hospital, "affiliation", physician, "edit", EditPhysician(department_id=department))
    address = f"{DEPARTMENTS}/{department}"
    refused = hospital.send(f"{address}/events", "delete", version=1)
    told = hospital.get(f"{address}/blockers").json
    (blocker,) = told["physicians"]["items"]
    other = EditPhysician(department_id=world.department("外科"))
    world.send(world.hospital, "affiliation", physician, "edit", other)
    after = hospital.get(f"{address}/blockers").json
    deleted = hospital.send(f"{address}/events", "delete", version=1)

    nobody = {"total": 0, "items": []}
    assert (409, 1) == (refused.status_code, told["physicians"]["total"])
    assert (nobody, nobody) == (told["drafts"], told["filings"])
    assert (physician, "attached", None) == (blocker["id"], blocker["state"], blocker["cycle_id"])
    assert "*" in blocker["id_number"]
    assert blocker["state_label"]
    assert {"physicians": nobody, "drafts": nobody, "filings": nobody} == after
    assert "deleted" == deleted.json["state"]


def test_whom_a_department_holds_is_told_to_few(
    site: Site, add_physicians: Callable[[int], list[str]]
) -> None:
    """Its institution and those above; 403 for who sees it otherwise, 404 for who does not; both bounds of a page."""
    world, (physician,) = site.world, add_physicians(1)
    address = f"{DEPARTMENTS}/{world.department()}/blockers"
    callers = {
        200: site.as_organisation(world.county),
        403: site.as_physician(physician),
        404: site.as_organisation(site.other),
    }
    of_agency = site.as_organisation(world.agency).get(address)

    assert list(callers) == [caller.get(address).status_code for caller in callers.values()]
    assert (403, "not-permitted") == (of_agency.status_code, of_agency.json["code"])
    assert [422, 200, 200, 422] == [
        callers[200].get(address, query=f"limit={limit}").status_code for limit in (0, 1, 200, 201)
    ]
