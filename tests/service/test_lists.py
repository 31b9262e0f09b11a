"""Lists over HTTP: filters as declared, pages without a gap or a repetition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.lists import SEARCHED
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.resident_id import mask

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site
    from tests.service.samples import Samples

PHYSICIANS = "/api/v1/physicians"


def _pages(caller: Caller, path: str, query: str) -> list[list[str]]:
    """The ids of every page, following the links."""
    pages = []
    while True:
        answer = caller.get(path, query=query)
        assert 200 == answer.status_code
        pages.append([item["id"] for item in answer.json["items"]])
        link = answer.headers.get("link")
        assert (link is None) == (answer.json["next"] is None)
        if link is None:
            return pages
        path, _, query = link.removeprefix("<").removesuffix('>; rel="next"').partition("?")


@pytest.mark.manual("S-28")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7])
@pytest.mark.parametrize("order", ["id", "-id", "name", "-name"])
def test_pages_hold_every_row_once_in_order(
    hospital: Caller, add_physicians: Callable[[int], list[str]], count: int, order: str
) -> None:
    """Around the page's size and its multiples: nothing twice, nothing missing, no empty page at the end."""
    ids = add_physicians(count)
    pages = _pages(hospital, PHYSICIANS, f"limit=2&order={order}")
    found = [id for page in pages for id in page]
    whole = hospital.get(PHYSICIANS, query=f"limit=200&order={order}").json["items"]

    assert [row["id"] for row in whole] == found
    assert sorted(ids) == sorted(found)
    assert [min(2, count - 2 * n) for n in range(max((count + 1) // 2, 1))] == [len(page) for page in pages]


def test_people_of_one_name_are_neither_lost_nor_repeated(site: Site, hospital: Caller) -> None:
    """The id breaks ties, so a page may end among equals."""
    ids = [site.world.physician(person(n).id_number, "韦小明").physician_id for n in range(5)]
    found = [id for page in _pages(hospital, PHYSICIANS, "limit=2&order=name") for id in page]

    assert sorted(str(id) for id in ids) == sorted(found)


def test_a_link_keeps_the_filters(site: Site, hospital: Caller) -> None:
    """The next page is one of the same list."""
    for n in range(4):
        site.world.physician(person(n).id_number, "韦小明" if n % 2 else "黄丽")
    pages = _pages(hospital, PHYSICIANS, "limit=1&name=%E9%9F%A6")

    assert [1, 1] == [len(page) for page in pages]


def test_a_row_that_is_added_meanwhile_disturbs_no_page(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """The next page continues after the last row seen, whatever happened before it."""
    before = add_physicians(3)
    first = hospital.get(PHYSICIANS, query="limit=2")
    site.world.physician(person(50).id_number)
    second = hospital.get(PHYSICIANS, query=f"limit=2&cursor={first.json['next']}")

    assert before[2] == second.json["items"][0]["id"]


@pytest.mark.manual("S-41", "S-77", "S-81")
def test_rows_are_masked_and_labelled(filled: tuple[Site, Mapping[str, str]]) -> None:
    """Numbers of persons with stars, the state in Chinese, a score with two places."""
    site, ids = filled
    caller = site.as_organisation(site.world.hospital)
    (row,) = caller.get("/api/v1/papers", query=f"assessment_id={ids['assessments']}&limit=1").json["items"]
    number = site.application.cases.get(
        site.world.hospital, "affiliation", ids["physicians"]
    ).record.id_number

    assert ("87.50", "passed") == (row["score"], row["state"])
    assert row["state_label"] not in ("", "passed")
    assert f"{number[:2]}{'*' * 14}{number[-2:]}" == row["id_number"]


def test_accounts_say_whose_they_are(filled: tuple[Site, Mapping[str, str]]) -> None:
    """A physician's by the name, the log-in masked because it is the ID number; an organisation's as it was given."""
    site, ids = filled
    caller = site.as_organisation(site.world.province)
    rows = {row["id"]: row for row in caller.get("/api/v1/accounts", query="limit=200").json["items"]}
    physician = site.application.cases.get(site.world.hospital, "affiliation", ids["physicians"]).record
    office = next(row for row in rows.values() if row["kind"] == "organisation")
    account = site.application.cases.get(site.world.province, "account", office["id"]).record

    assert (physician.name, mask(physician.id_number)) == (
        rows[ids["accounts"]]["name"],
        rows[ids["accounts"]]["login"],
    )
    assert (account.label, account.login) == (office["name"], office["login"])


@pytest.mark.manual("S-39")
def test_filters_find_what_they_name(site: Site, hospital: Caller) -> None:
    """By the beginning of a name, by age at today, by a day."""
    one, two = person(0), person(1)
    world = site.world
    first = world.physician(one.id_number, "韦小明").physician_id
    payload = AddPhysician(
        institution_id=str(world.hospital.organisation_id), name="韦大明", id_number=two.id_number
    )
    second = world.send(world.hospital, "affiliation", None, "add", payload).id

    def found(query: str) -> set[str]:
        return {item["id"] for item in hospital.get(PHYSICIANS, query=query).json["items"]}

    assert {first, second} == found("name=%E9%9F%A6")
    assert {first} == found("name=%E9%9F%A6%E5%B0%8F")
    assert set() == found("name=%25")
    assert {first} == found("level=licensed")
    assert {first} == found("first_registered_to=1992-12-31&first_registered_from=1992-12-31")
    assert {first} == found("age_from=60")
    assert {second} == found("age_to=60")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("id_number=450102195701010012", "/id_number", "parameter-unknown"),
        ("limit=0", "/limit", "parameter-invalid"),
        ("limit=201", "/limit", "parameter-invalid"),
        ("limit=１", "/limit", "parameter-invalid"),
        ("limit=", "/limit", "parameter-invalid"),
        ("limit=1&limit=2", "/limit", "parameter-repeated"),
        ("order=id_number", "/order", "parameter-invalid"),
        ("order=id;drop", "/order", "parameter-invalid"),
        ("cursor=x", "/cursor", "parameter-invalid"),
        ("state=", "/state", "parameter-invalid"),
        ("state=a%00b", "/state", "parameter-invalid"),
        ("state=" + "x" * 201, "/state", "parameter-invalid"),
        ("first_registered_from=2023-02-29", "/first_registered_from", "parameter-invalid"),
        ("first_registered_from=20230201", "/first_registered_from", "parameter-invalid"),
        ("age_from=-1", "/age_from", "parameter-invalid"),
        ("age_from=151", "/age_from", "parameter-invalid"),
        ("password_hash=x", "/password_hash", "parameter-unknown"),
        ("path=/", "/path", "parameter-unknown"),
    ],
)
def test_a_query_that_is_not_declared_is_refused(
    hospital: Caller, query: str, pointer: str, code: str
) -> None:
    """422 with the parameter's name: a slip of the pen must not mean everything."""
    answer = hospital.get(PHYSICIANS, query=query)

    assert (422, "query", pointer, code) == (
        answer.status_code,
        *(answer.json["errors"][0][name] for name in ("in", "pointer", "code")),
    )


def test_every_problem_of_a_query_is_told_at_once(hospital: Caller) -> None:
    """Not one after the other."""
    answer = hospital.get(PHYSICIANS, query="limit=0&order=x&more=1")

    assert {"/limit", "/order", "/more"} == {error["pointer"] for error in answer.json["errors"]}


@pytest.mark.parametrize("age", [0, 150])
def test_the_bounds_of_an_age_are_allowed(hospital: Caller, age: int) -> None:
    """A new-born and the oldest: found or not, never an error."""

    assert 200 == hospital.get(PHYSICIANS, query=f"age_from={age}&age_to={age}").status_code


@pytest.mark.manual("S-80")
@pytest.mark.parametrize(
    ("collection", "query", "count"),
    [
        ("papers", "result=qualified", 2),
        ("papers", "result=qualified&progress=done", 2),
        ("papers", "result=unqualified&progress=not_sat", 0),
        ("papers", "progress=sitting", 0),
        ("papers", "progress=not_sat&result=none", 2),
        ("papers", "progress=not_sat&result=qualified", 0),
        ("assessments", "result=qualified", 1),
        ("assessments", "result=unqualified", 1),
    ],
)
def test_papers_are_found_by_the_words_of_the_manual(
    filled: tuple[Site, Mapping[str, str]], collection: str, query: str, count: int
) -> None:
    """测评状态 and 测评结果 hold together (手册 2.2.9); 考核结果 is 合格 or 不合格."""
    site, _ = filled
    answer = site.as_organisation(site.world.hospital).get(f"/api/v1/{collection}", query=query)

    assert (200, count) == (answer.status_code, len(answer.json["items"]))


@pytest.mark.manual("S-76")
def test_physicians_without_an_application_are_found(
    filled: tuple[Site, Mapping[str, str]], samples: Samples
) -> None:
    """免考状态 无, described beside the chart's states (手册 2.2.9)."""
    site, ids = filled
    hospital = site.as_organisation(site.world.hospital)
    found = [
        [
            row["id"]
            for row in hospital.get("/api/v1/assessments", query=f"exemption_state={state}").json["items"]
        ]
        for state in ("none", "expired")
    ]
    parameters = samples.document["paths"]["/api/v1/assessments"]["get"]["parameters"]
    (described,) = [one for one in parameters if one["name"] == "exemption_state"]

    assert ids["assessments"] in found[0]
    assert [2, 1] == list(map(len, found))  # the second without one is whose result has a follow-up
    assert ["none", "awaiting_institution"] == described["schema"]["enum"][:2]
    assert "none=无；awaiting_institution=待医疗卫生机构审核" in described["description"]


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("assessments", "result=awaiting_assessment"),
        ("assessments", "result=none"),
        ("papers", "result=passed"),
        ("papers", "progress=absent"),
    ],
)
def test_a_word_that_is_none_is_refused(hospital: Caller, collection: str, query: str) -> None:
    """A state is no result."""
    answer = hospital.get(f"/api/v1/{collection}", query=query)

    assert (422, "parameter-invalid") == (answer.status_code, answer.json["errors"][0]["code"])


@pytest.mark.manual("S-81")
def test_papers_name_who_assesses(filled: tuple[Site, Mapping[str, str]]) -> None:
    """考核机构 is a column of 测评进度 (手册 2.2.9)."""
    site, _ = filled
    items = site.as_organisation(site.world.hospital).get("/api/v1/papers").json["items"]

    assert {"考核医院"} == {item["agency_name"] for item in items}


@pytest.mark.manual("S-39", "S-76")
@pytest.mark.parametrize("collection", SEARCHED)
def test_no_address_holds_a_number(
    filled: tuple[Site, Mapping[str, str]], samples: Samples, collection: str
) -> None:
    """Lists that can be filtered by a person's number take it in the body only, and answer as the list does."""
    site, ids = filled
    caller = site.as_organisation(site.world.hospital)
    place = {"results": "assessments"}.get(collection, collection)
    case = site.application.cases.get(SYSTEM, COLLECTIONS[place], ids[place])
    physician = getattr(case.record, "physician_id", case.id)
    number = site.application.cases.get(SYSTEM, "affiliation", physician).record.id_number
    path = f"/api/v1/{collection}"
    found = caller.ask("POST", f"{path}/search", {"filters": {"id_number": number}})
    names = [p["name"] for p in samples.document["paths"][path]["get"]["parameters"]]

    assert 200 == found.status_code
    assert {physician} == {item["physician_id"] for item in found.json["items"]}
    if collection != "physicians":
        assert caller.get(path, query=f"physician_id={physician}").json == found.json

    assert "link" not in found.headers
    assert "id_number" not in names


def test_who_puts_a_number_into_an_address_is_told_where_it_belongs(
    filled: tuple[Site, Mapping[str, str]], samples: Samples
) -> None:
    """And the number is not repeated."""
    site, _ = filled
    caller = site.as_organisation(site.world.hospital)
    for collection in SEARCHED:
        answer = caller.get(f"/api/v1/{collection}", query="id_number=450102195701010012")
        told = answer.json["detail"]

        assert (422, "parameter-unknown") == (answer.status_code, answer.json["errors"][0]["code"])
        assert told == f"证件号码不得写入地址，请写入请求内容：POST /api/v1/{collection}/search"
        assert f"/api/v1/{collection}/search" in samples.document["paths"]
        assert "450102195701010012" not in answer.text


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("45010219570101001", "id-malformed"),
        ("450102195701010013", "id-check-digit"),
        ("450102195713010012", "id-birth-date"),
        ("4501 0219 5701 0100 1x", "id-check-digit"),
    ],
)
@pytest.mark.parametrize("collection", SEARCHED)
def test_a_number_with_a_slip_of_the_pen_is_told_as_such(
    filled: tuple[Site, Mapping[str, str]], collection: str, number: str, code: str
) -> None:
    """Not answered with an empty list; by its place in the body, and the number is not repeated."""
    caller = filled[0].as_organisation(filled[0].world.hospital)
    answer = caller.ask("POST", f"/api/v1/{collection}/search", {"filters": {"id_number": number}})
    (error,) = answer.json["errors"]

    assert (422, "body", "/filters/id_number", code) == (
        answer.status_code,
        error["in"],
        error["pointer"],
        error["code"],
    )
    assert error["message"] == answer.json["detail"]
    assert number not in answer.text


def test_a_search_goes_on_by_its_cursor(hospital: Caller, add_physicians: Callable[[int], list[str]]) -> None:
    """The next page is asked with the cursor of the body; both orders, no row twice."""
    ids = add_physicians(3)
    body = {"limit": 2, "order": "-name"}
    first = hospital.ask("POST", f"{PHYSICIANS}/search", body).json
    second = hospital.ask("POST", f"{PHYSICIANS}/search", body | {"cursor": first["next"]}).json

    assert (2, 1, None) == (len(first["items"]), len(second["items"]), second["next"])
    assert set(ids) == {item["id"] for page in (first, second) for item in page["items"]}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"total": 1}, "/total", "boolean-expected"),
        ({"filters": {"phone": "1"}}, "/filters/phone", "filter-unknown"),
        ({"filters": {"id_number": 450102195701010012}}, "/filters/id_number", "type"),
        ({"filters": {"id_number": ""}}, "/filters/id_number", "filter-invalid"),
        ({"filters": {"age_from": "60"}}, "/filters/age_from", "type"),
        ({"filters": {"age_from": True}}, "/filters/age_from", "type"),
        ({"filters": {"age_from": 151}}, "/filters/age_from", "filter-invalid"),
        ({"filters": {"state": None}}, "/filters/state", "type"),
        ({"limit": 0}, "/limit", "filter-invalid"),
        ({"limit": 201}, "/limit", "filter-invalid"),
        ({"order": "phone"}, "/order", "filter-invalid"),
        ({"cursor": "x"}, "/cursor", "filter-invalid"),
        ({"cursor": f"e30.{'0' * 32}"}, "/cursor", "cursor-invalid"),
        ({"more": 1}, "/more", "key-unknown"),
    ],
)
def test_a_search_is_read_as_strictly_as_a_query(
    hospital: Caller, body: dict[str, object], pointer: str, code: str
) -> None:
    """What the list does not have, and values that are none: 422 with the place."""
    answer = hospital.ask("POST", f"{PHYSICIANS}/search", body)

    assert (422, "body", pointer, code) == (
        answer.status_code,
        *(answer.json["errors"][0][name] for name in ("in", "pointer", "code")),
    )


@pytest.mark.manual("S-I8")
def test_past_results_are_asked_by_number_in_a_body(still: Site) -> None:
    """历史考核结果查询: the list, its search by the whole number, and no way to a case of it but the collection's."""
    hospital, results = still.as_organisation(still.world.hospital), "/api/v1/results"
    listed = hospital.get(results).json["items"]
    asked = {"filters": {"id_number": person(0).id_number}}
    (found,) = hospital.ask("POST", f"{results}/search", asked).json["items"]

    assert {"qualified", "unqualified"} == {row["state"] for row in listed}
    assert ("qualified", "合格", "第一人民医院") == (
        found["state"],
        found["state_label"],
        found["institution_name"],
    )
    assert person(0).id_number not in str(listed)
    assert 422 == hospital.get(results, query=f"id_number={person(0).id_number}").status_code
    assert 404 == hospital.get(f"{results}/{found['id']}").status_code
    assert [] == still.as_organisation(still.other).get(results).json["items"]
