"""Which events the service offers to people, and what it says to the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.events import offered
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import ReturnCode

if TYPE_CHECKING:
    from tests.service.conftest import Caller, Site
    from tests.service.samples import Samples

CATALOGUE = load_catalogue()
MADE_BY_THE_SYSTEM = ["assessments", "papers", "certificates", "reports", "follow-ups"]


def test_what_only_the_system_sends_is_not_offered() -> None:
    """A row that a person may send is enough; rows of the system alone are nobody's."""
    others = {
        event for creates in (True, False) for event in offered("exemption", CATALOGUE, creates=creates)
    }

    assert {"apply", "claim", "release", "pass", "return", "recall", "withdraw", "revoke"} == others
    assert "expire" in CATALOGUE.lifecycle("exemption").payloads


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_people_make_cases_of_most_collections(collection: str) -> None:
    """Assessments, papers and certificates the system makes."""

    assert (collection in MADE_BY_THE_SYSTEM) == (
        not offered(COLLECTIONS[collection], CATALOGUE, creates=True)
    )


AGAIN = {
    "exemptions": "apply",
    "deferrals": "apply",
    "marks": "mark",
    "recusals": "declare",
    "agency-applications": "open_permission",
}
"""Collection → the event that makes a case of it, and also goes on with one that was decided."""


@pytest.mark.parametrize(("collection", "event"), AGAIN.items())
def test_what_is_applied_for_anew_is_described(samples: Samples, collection: str, event: str) -> None:
    """Whoever was refused goes on with the application that there is, and is told what is to be sent."""
    for path in (f"/api/v1/{collection}", f"/api/v1/{collection}/{{id}}/events"):
        operation = samples.document["paths"][path]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        described = {samples.of(one)["event"] for one in schema.get("oneOf", [schema])}

        assert event in described


def test_who_was_refused_is_told_what_to_send(site: Site) -> None:
    """The name of the payload stands beside the event."""
    world, journeys = site.world, Journeys.of(site.world)
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    refusal = Return(ReturnCode.PROOF_UNSUITABLE)
    world.send(world.hospital, "exemption", exemption, "return", refusal, reason="证明不符")
    physician = site.as_physician(traveller.physician_id)
    told = physician.get(f"/api/v1/exemptions/{exemption}/events").json["events"]

    assert ["exemption.Apply"] == [one["payload"] for one in told if one["event"] == "apply"]


def test_a_look_at_a_photo_is_kept_by_looking_alone(site: Site) -> None:
    """Nobody writes into the own history that a face was looked at: the trace would be worth nothing."""
    account_id, login = site.account_of(site.world.hospital)
    caller, path = site.session_of(account_id, login), f"/api/v1/accounts/{account_id}"
    looked = {"lifecycle": "evaluation", "case_id": account_id, "file": account_id}
    answer = caller.send(f"{path}/events", "view_photo", looked, version=caller.get(path).json["version"])

    assert (422, "event-elsewhere") == (answer.status_code, answer.json["errors"][0]["code"])


@pytest.mark.parametrize("collection", MADE_BY_THE_SYSTEM)
def test_a_collection_where_nobody_makes_a_case_has_no_post(province: Caller, collection: str) -> None:
    """405 with the methods that there are."""
    answer = province.send(f"/api/v1/{collection}", "open")

    assert (405, "method-refused") == (answer.status_code, answer.json["code"])
    assert "POST" not in answer.headers["allow"]


def test_an_event_of_the_system_is_refused_to_people(
    filled: tuple[Site, Mapping[str, str]],
) -> None:
    """403 in plain words, also to the highest administration."""
    site, ids = filled
    province, path = site.as_organisation(site.world.province), f"/api/v1/certificates/{ids['certificates']}"
    seen = province.get(path).json["version"]  # others of this site's tests may have printed it
    answer = province.send(f"{path}/events", "void", version=seen)

    assert (403, "not-permitted") == (answer.status_code, answer.json["code"])
    assert "此事项仅由系统办理" == answer.json["detail"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_only_the_system_sends_is_explained_to_nobody(
    filled: tuple[Site, Mapping[str, str]], collection: str
) -> None:
    """Nobody can do it, and why it does not happen just now helps nobody."""
    site, ids = filled
    charts = CATALOGUE.charts[COLLECTIONS[collection]].values()
    of_people = {
        row.event for chart in charts for row in chart.transitions if {by.role for by in row.by} != {"system"}
    }
    for office in (site.world.province, site.world.hospital):
        answer = site.as_organisation(office).get(f"/api/v1/{collection}/{ids[collection]}/events")
        explained = {event["event"] for event in answer.json["events"]}

        assert set() == explained - of_people


def test_of_a_paper_that_is_judged_only_its_own_line_is_offered(
    filled: tuple[Site, Mapping[str, str]],
) -> None:
    """It is judged again, restored and voided by the system alone; a line of its own (提前考核) is corrected."""
    site, ids = filled
    hospital = site.as_organisation(site.world.hospital)

    offered = hospital.get(f"/api/v1/papers/{ids['papers']}/events").json["events"]

    assert ["correct_line"] == [event["event"] for event in offered]


def test_an_unknown_event_of_a_case_is_told_what_its_state_has(site: Site, hospital: Caller) -> None:
    """Those that people send here; of a state that has none, so."""
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "内科"}
    made = str(hospital.send("/api/v1/departments", "create", payload).headers["location"])
    unknown = hospital.send(f"{made}/events", "fly", version=1)
    hospital.send(f"{made}/events", "delete", version=1)
    ended = hospital.send(f"{made}/events", "fly", version=2)

    assert [(422, "event-unknown")] * 2 == [
        (answer.status_code, answer.json["errors"][0]["code"]) for answer in (unknown, ended)
    ]
    assert (
        "$.event：没有这一事项；当前状态有：disable（停用）、edit（编辑）、delete（删除）"
        == unknown.json["detail"]
    )
    assert "$.event：没有这一事项；当前状态有：无" == ended.json["detail"]


def test_an_unknown_event_of_an_account_is_told_without_those_that_go_another_way(
    site: Site, province: Caller
) -> None:
    """A code has an address of its own."""
    account_id, _ = site.account_of(site.world.agency)
    told = province.send(f"/api/v1/accounts/{account_id}/events", "fly", version=1).json["detail"]

    assert "disable（" in told
    assert "issue_code" not in told


def test_an_unknown_event_tells_strangers_nothing(site: Site, hospital: Caller) -> None:
    """404 as for any event to a case that is out of scope, or is not there."""
    payload = {"institution_id": site.world.hospital.organisation_id, "name": "内科"}
    made = str(hospital.send("/api/v1/departments", "create", payload).headers["location"])
    stranger = site.as_organisation(site.other)
    paths = (f"{made}/events", "/api/v1/departments/nothing/events")

    assert [404, 404] == [stranger.send(path, "fly", version=1).status_code for path in paths]


def test_an_unknown_event_of_a_collection_is_told_what_there_is(site: Site, hospital: Caller) -> None:
    """What makes a case, and in bulk what is sent to cases."""
    made = hospital.send("/api/v1/departments", "fly").json["detail"]
    bulk = hospital.ask(
        "POST", "/api/v1/departments/events", {"event": "fly", "items": [{"id": "x", "version": 1}]}
    ).json["detail"]

    assert "$.event：没有这一事项；可用的有：create（创建科室）" == made
    assert bulk.startswith("$.event：没有这一事项；可用的有：edit（编辑）、")


@pytest.mark.parametrize("event", ["edit", "disable", "delete"])
def test_an_event_that_needs_a_case_is_told_where_to_go(hospital: Caller, event: str) -> None:
    """Sent to the collection: 422, with the place and what to do."""
    payload = {"name": "内科", "subjects": []} if event == "edit" else {}
    answer = hospital.send("/api/v1/departments", event, payload)
    (error,) = answer.json["errors"]

    assert (422, "/event", "event-needs-case") == (answer.status_code, error["pointer"], error["code"])
    assert "/api/v1/departments/{id}/events" in error["message"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_payload_that_is_named_is_described(
    filled: tuple[Site, Mapping[str, str]], samples: Samples, collection: str
) -> None:
    """What may be done with a case names classes of the description, and no others."""
    site, ids = filled
    described = samples.document["components"]["schemas"]
    for office in (site.world.province, site.world.hospital):
        answer = site.as_organisation(office).get(f"/api/v1/{collection}/{ids[collection]}/events")
        named = {event["payload"] for event in answer.json["events"]} - {None}

        assert set() == named - set(described)
