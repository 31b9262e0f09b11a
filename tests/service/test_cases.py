"""One case over HTTP: seen with its version, changed only with it, explained, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe_workflow.application.projection import COLUMNS
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Return, Save, Submit
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import ReturnCode, ReturnConcern, Verdict

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site

DEPARTMENTS = "/api/v1/departments"


@pytest.fixture
def made(site: Site, hospital: Caller) -> str:
    """The address of a department that the hospital has just made."""
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "内科", "subjects": ["03"]}
    answer = hospital.send(DEPARTMENTS, "create", payload)
    assert 201 == answer.status_code
    return str(answer.headers["location"])


def _edit(name: str) -> dict[str, Any]:
    return {"name": name, "subjects": []}


@pytest.mark.manual("S-25")
def test_what_was_made_is_where_the_answer_says(hospital: Caller, made: str) -> None:
    """201 with the address; the case there has the version as its entity tag, and the state in Chinese."""
    answer = hospital.get(made)

    assert (200, '"1"', 1) == (answer.status_code, answer.headers["etag"], answer.json["version"])
    assert ("enabled", "启用", "内科") == (
        answer.json["state"],
        answer.json["state_label"],
        answer.json["data"]["name"],
    )


def test_an_event_gives_a_receipt_and_a_new_version(site: Site, hospital: Caller, made: str) -> None:
    """The receipt tells what changed and the hash of the step; the worker is woken after each write."""
    before = len(site.woken)
    answer = hospital.send(f"{made}/events", "edit", _edit("心内科"), version=1)
    after = hospital.get(made)

    assert (200, '"2"') == (answer.status_code, answer.headers["etag"])
    assert {
        "lifecycle": "department",
        "id": made.rpartition("/")[2],
        "event": "edit",
        "source": "enabled",
        "state": "enabled",
        "state_label": "启用",
        "version": 2,
        "at": "2023-11-01T01:00:00.000000Z",
        "hash": after.json["hash"],
    } == answer.json
    assert ("心内科", 2) == (after.json["data"]["name"], after.json["version"])
    assert before + 1 == len(site.woken)


def test_an_event_without_a_version_is_428(hospital: Caller, made: str) -> None:
    """Nobody changes what he has not seen."""
    answer = hospital.send(f"{made}/events", "edit", _edit("外科"))

    assert (428, "version-missing") == (answer.status_code, answer.json["code"])
    assert 1 == hospital.get(made).json["version"]


def test_an_event_with_an_old_version_is_412(hospital: Caller, made: str) -> None:
    """Somebody was first: nothing changes, and the answer says which version there is."""
    hospital.send(f"{made}/events", "edit", _edit("心内科"), version=1)
    answer = hospital.send(f"{made}/events", "edit", _edit("外科"), version=1)

    assert (412, 1, 2) == (answer.status_code, answer.json["expected"], answer.json["actual"])
    assert "心内科" == hospital.get(made).json["data"]["name"]


def test_a_refusal_changes_nothing_and_says_why(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """409 with reasons; the same reasons that the question beforehand gave."""
    (physician,) = add_physicians(1)
    site.as_physician(physician)
    path = f"/api/v1/physicians/{physician}"
    refused = hospital.send(f"{path}/events", "delete", version=1)
    asked = hospital.get(f"{path}/events").json["events"]
    explained = next(event for event in asked if event["event"] == "delete")

    assert 409 == refused.status_code
    assert (False, refused.json["reasons"]) == (explained["allowed"], explained["reasons"])
    assert refused.json["detail"] == f"未满足的条件：{refused.json['reasons'][0]['label']}（请改为办理调离）"
    assert 1 == hospital.get(path).json["version"]


def test_a_wrong_role_is_403_and_another_house_404(
    site: Site, hospital: Caller, province: Caller, made: str
) -> None:
    """The province sees the department but may not edit it; the other hospital does not even know of it."""
    stranger = site.as_organisation(site.other)
    answers = [
        caller.send(f"{made}/events", "edit", _edit("外科"), version=1) for caller in (province, stranger)
    ]

    assert [(403, "not-permitted", "仅限医疗卫生机构（本机构）办理"), (404, "not-found", "没有找到")] == [
        (answer.status_code, answer.json["code"], answer.json["detail"]) for answer in answers
    ]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({"event": "fly", "payload": {}}, [("/event", "event-unknown")]),
        ({"event": "create", "payload": {"name": "外科"}}, [("/payload/institution_id", "missing")]),
        ({"event": "create", "payload": {"name": 7, "x": 1}}, [("/payload/name", "text-expected")]),
        ({"event": "create"}, [("/payload/institution_id", "missing"), ("/payload/name", "missing")]),
        ({"payload": {}}, [("/event", "missing")]),
        ({"event": "create", "payload": [1]}, [("/payload", "invalid")]),
        ({"event": "create", "payload": {}, "state": "enabled"}, [("/state", "key-unknown")]),
    ],
)
def test_what_a_body_lacks_or_has_too_much_is_told_with_its_place(
    hospital: Caller, body: dict[str, Any], places: list[tuple[str, str]]
) -> None:
    """422, with pointers into the body as it was sent."""
    answer = hospital.ask("POST", DEPARTMENTS, body)
    found = [(error["pointer"], error["code"]) for error in answer.json["errors"]]

    assert 422 == answer.status_code
    assert set(places) <= set(found)


def test_events_whose_payload_a_use_case_makes_go_there(
    site: Site, hospital: Caller, province: Caller
) -> None:
    """Nobody sends a hash, a finding about a password or a certificate's number himself."""
    account_id, _ = site.account_of(site.world.agency)
    answer = province.send(f"/api/v1/accounts/{account_id}/events", "issue_code", version=1)

    assert (422, "event-elsewhere") == (answer.status_code, answer.json["errors"][0]["code"])
    assert "/accounts/{id}/code" in answer.json["errors"][0]["message"]


def test_a_retry_with_the_same_key_has_one_effect_and_the_same_answer(
    site: Site, hospital: Caller, made: str
) -> None:
    """The answer was lost, the client asks again: the same receipt, one step; so for a case that was made."""
    keyed = {"headers": {"Idempotency-Key": "k-1"}}
    edits = [hospital.send(f"{made}/events", "edit", _edit("外科"), version=1, **keyed) for _ in range(2)]
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "儿科"}
    keyed = {"headers": {"Idempotency-Key": "k-2"}}
    makes = [hospital.send(DEPARTMENTS, "create", payload, **keyed) for _ in range(2)]

    assert [200, 200] == [answer.status_code for answer in edits]
    assert edits[0].json == edits[1].json
    assert [201, 201] == [answer.status_code for answer in makes]
    assert makes[0].headers["location"] == makes[1].headers["location"]
    assert 2 == hospital.get(made).json["version"]


def test_a_key_is_for_one_request_only(hospital: Caller, made: str) -> None:
    """The same key with another body is a mistake, not a retry."""
    keyed = {"headers": {"Idempotency-Key": "k"}}
    hospital.send(f"{made}/events", "edit", _edit("外科"), version=1, **keyed)
    answer = hospital.send(f"{made}/events", "edit", _edit("儿科"), version=2, **keyed)

    assert (422, "header", "/Idempotency-Key") == (
        answer.status_code,
        answer.json["errors"][0]["in"],
        answer.json["errors"][0]["pointer"],
    )


@pytest.mark.manual("S-66", "S-I11")
def test_history_tells_every_step_with_its_reason(site: Site, hospital: Caller, made: str) -> None:
    """Who, what, from where to where, in Chinese as well, and the text of the reason."""
    hospital.send(f"{made}/events", "disable", version=1, reason="撤并")
    steps = hospital.get(f"{made}/history").json["steps"]

    assert [("create", "尚未建立", "启用", None), ("disable", "启用", "停用", "撤并")] == [
        (step["event"], step["source_label"], step["target_label"], step["reason"]) for step in steps
    ]


@pytest.mark.manual("S-I11", "M: read audit log")
@pytest.mark.parametrize(
    ("collection", "readers", "others"),
    [
        ("assessments", ("physician", "hospital", "agency", "county", "province"), ()),
        ("physicians", ("physician", "hospital", "county"), ()),
        ("departments", ("hospital", "county"), ("physician",)),
        ("institutions", ("hospital", "county"), ("physician",)),
        ("cycles", ("province",), ("physician", "hospital", "agency", "county")),
    ],
)
def test_what_is_only_shared_does_not_tell_who_did_what_and_why(
    filled: tuple[Site, Mapping[str, str]], collection: str, readers: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """
    The log is for whom the case is about and for those in whose range it lies; all of them see the case itself.
    """
    site, ids = filled
    path = f"/api/v1/{collection}/{ids[collection]}"

    def statuses(who: str) -> tuple[int, int]:
        if who == "physician":
            caller = site.as_physician(ids["physicians"])
        else:
            caller = site.as_organisation(getattr(site.world, who))
        return caller.get(path).status_code, caller.get(f"{path}/history").status_code

    assert {(200, 200)} == {statuses(who) for who in readers}
    assert dict.fromkeys(others, (200, 403)) == {who: statuses(who) for who in others}


@pytest.mark.manual("N-1.6", "M: see own record, states, reasons", "S-I3")
def test_a_physician_reads_why_a_file_came_back(site: Site) -> None:
    """The reasons of every return reach the person (手册 2.2.9), the agency's to the institution too."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    physician = world.physician(person(0).id_number)
    case_id = world.file(physician, department)
    opinion = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
    world.send(world.hospital, "assessment", case_id, "submit_opinion", opinion)
    world.send(
        world.agency,
        "assessment",
        case_id,
        "return",
        Return(ReturnConcern.FILING, code=ReturnCode.INCOMPLETE),
        reason="照片不清晰",
    )
    path = f"/api/v1/assessments/{case_id}/history"
    steps = site.as_physician(str(physician.physician_id)).get(path).json["steps"]

    assert "照片不清晰" == steps[-1]["reason"]


@pytest.mark.manual("N-1.4")
def test_a_draft_is_its_writers_alone(site: Site) -> None:
    """The institution's page of a case has no draft of the physician's, the physician's none of the institution's."""
    world = site.world
    department = world.department()
    world.at(date(2023, 11, 28))
    physician = world.physician(person(0).id_number)
    case_id = world.assessment_of(physician)
    world.send(world.hospital, "assessment", case_id, "enrol", Enrol())
    readers = {
        "physician": site.as_physician(str(physician.physician_id)),
        "hospital": site.as_organisation(world.hospital),
        "agency": site.as_organisation(world.agency),
    }

    def told(field: str) -> set[str]:
        path = f"/api/v1/assessments/{case_id}"
        return {who for who, caller in readers.items() if caller.get(path).json["data"][field] is not None}

    world.send(physician, "assessment", case_id, "save", Save(filing(department)))
    draft = told("draft")
    world.send(physician, "assessment", case_id, "submit", Submit())
    world.send(world.hospital, "assessment", case_id, "save_opinion", GiveOpinion(work=Verdict.QUALIFIED))

    assert ({"physician"}, {"hospital"}, set(readers)) == (draft, told("draft_opinions"), told("filing"))


@pytest.mark.manual("S-44")
def test_a_bulk_gives_a_result_for_each_row(
    site: Site, hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """Good rows go through, the others say why, in the order of the request."""
    ids = add_physicians(2)
    items = [
        {"id": ids[0], "version": 1, "payload": {"reason_code": "resigned"}},
        {"id": ids[1], "version": 7, "payload": {"reason_code": "resigned"}},
        {"id": "nobody", "version": 1, "payload": {"reason_code": "resigned"}},
    ]
    answer = hospital.ask("POST", "/api/v1/physicians/events", {"event": "leave", "items": items})
    results = answer.json["results"]

    assert (200, 1, 2) == (answer.status_code, answer.json["done"], answer.json["declined"])
    assert [item["id"] for item in items] == [result["id"] for result in results]
    assert [None, 412, 404] == [(result["problem"] or {}).get("status") for result in results]
    assert 2 == results[0]["receipt"]["version"]
    assert [2, 1] == [hospital.get(f"/api/v1/physicians/{id}").json["version"] for id in ids]


def test_all_or_nothing_is_nothing_when_one_row_is_declined(
    hospital: Caller, add_physicians: Callable[[int], list[str]]
) -> None:
    """The good row says that it was held back, and is as before."""
    good, bad = add_physicians(2)
    items = [
        {"id": good, "version": 1, "payload": {"reason_code": "resigned"}},
        {"id": bad, "version": 7, "payload": {"reason_code": "resigned"}},
    ]
    body = {"event": "leave", "items": items, "all_or_nothing": True}
    answer = hospital.ask("POST", "/api/v1/physicians/events", body)

    assert (0, 2) == (answer.json["done"], answer.json["declined"])
    assert "all-or-nothing" == answer.json["results"][0]["problem"]["errors"][0]["code"]
    assert 1 == hospital.get(f"/api/v1/physicians/{good}").json["version"]


@pytest.mark.parametrize(
    ("items", "pointer"),
    [
        ([], "/items"),
        ([{"id": "a", "version": 1}, {"id": "a", "version": 1}], "/items/1/id"),
        ([{"id": "a", "version": 1, "payload": {"reason_code": "bored"}}], "/items/0/payload/reason_code"),
        ([{"id": "a"}], "/items/0/version"),
        ([{"id": "a", "version": "1"}], "/items/0/version"),
        ([{"id": f"a{n}", "version": 1} for n in range(2001)], "/items"),
    ],
)
def test_a_bulk_that_cannot_be_read_stops_before_it_begins(
    hospital: Caller, items: list[Any], pointer: str
) -> None:
    """None, too many, the same twice, or a payload that is none: 422 with the place, nothing tried."""
    answer = hospital.ask("POST", "/api/v1/physicians/events", {"event": "leave", "items": items})

    assert 422 == answer.status_code
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


_COLUMNS = sorted(
    {column.name for projection in COLUMNS.values() for column in projection.columns}
    | {"id", "state", "version", "head", "hands", "homes", "result", "org_id", "decided_on", "password_hash"}
)


@given(
    name=st.sampled_from(_COLUMNS),
    value=st.sampled_from(["qualified", True, 7, None, {}]),
    where=st.sampled_from(["body", "payload"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_body_sets_what_is_not_its_to_set(
    hospital: Caller, made: str, name: str, value: Any, where: str
) -> None:
    """Any column of the schema added to a body: 422, and the case is as it was."""
    body: dict[str, Any] = {"event": "edit", "payload": {"name": "内科"}}
    known = body if where == "body" else body["payload"]
    if name in {"name", "subjects", "event", "payload", "reason"} or name in known:
        return
    known[name] = value
    before = hospital.get(made).json
    answer = hospital.ask("POST", f"{made}/events", body, headers={"If-Match": f'"{before["version"]}"'})

    assert (422, "key-unknown") == (answer.status_code, answer.json["errors"][0]["code"])
    assert before == hospital.get(made).json


@pytest.mark.parametrize("event", ["log_in", "set_password", "change_password", "issue_code", "reset"])
def test_not_even_the_library_takes_a_finding_from_outside(event: str) -> None:
    """The classes of these payloads have no field that a request could set; the way round them is closed twice."""
    payload = LIFECYCLES["account"].payloads[event]

    assert [] == [field.name for field in attrs.fields(payload) if field.init]
