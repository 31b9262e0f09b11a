"""
The permission table over HTTP: every way to stand to a case, every event, against what the table written by hand says.

404 out of scope; 403 the wrong role within it; 409 a rule's refusal, also where the event is the caller's in other
states; 428 and 412 for whoever may and names no version, or not the present one. What is allowed is sent in a bulk that
another row holds back, so that no case moves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.api.collections import COLLECTIONS, RESERVED
from kaohe_workflow.application.access import DESTINATIONS, SYSTEM
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.trials import shipped_chart
from tests.golden.permissions import allowed, permissions
from tests.service.permission_moments import MOMENTS, STATES
from tests.service.permission_world import HELD, SEEN_BY, Pair, PermissionWorld, Subject, place_of

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.samples import Samples

NOWHERE = "01he469xm0d20q3yqgwnhqgf8m"
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"


def proves(lifecycle: str) -> pytest.MarkDecorator:
    """The rows of the permission table that are about a lifecycle, and whole."""
    unfinished = {row.operation for row in permissions() if row.planned and not row.outside} | {"-"}
    mine = {row.operation for row in permissions() if row.lifecycle == lifecycle}
    return pytest.mark.manual(*(f"M: {operation}" for operation in sorted(mine - unfinished)))


ASKED = [
    pytest.param(moment, collection, marks=proves(lifecycle), id=f"{moment}-{collection}")
    for moment in MOMENTS
    for collection, lifecycle in COLLECTIONS.items()
    if lifecycle in SEEN_BY and (DEEP or lifecycle in STATES[moment])
]
"""Moments, and the collections whose cases are asked about then: a deep run asks about all of them at each."""


@cache
def world_at(moment: str) -> PermissionWorld:
    """The world, made once for each moment: nothing in it moves."""
    return PermissionWorld.at(moment)


def subjects(moment: str, collection: str) -> list[Subject]:
    """The cases to ask about: those in states that are new at the moment; all of them in a deep run."""
    lifecycle = COLLECTIONS[collection]
    new = STATES[moment].get(lifecycle, frozenset())
    cases = [one for one in world_at(moment).subjects if one.lifecycle == lifecycle]
    return [one for one in cases if DEEP or one.state in new]


def asked(moment: str, collection: str) -> Iterator[tuple[Subject, str]]:
    """Every case with every caller who has a session."""
    for subject in subjects(moment, collection):
        for name in HELD:
            if world_at(moment).caller(name, subject) is not None:
                yield subject, name


def bodies(samples: Samples, collection: str) -> dict[str, Any]:
    """Event → the smallest body that sends it to a case; events that go another way are not among them."""
    operation = samples.document["paths"][f"/api/v1/{collection}/{{id}}/events"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    made = [samples.of(one) for one in schema.get("oneOf", [schema])]
    return {body["event"]: body for body in made}


def directed(world: PermissionWorld, lifecycle: str, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with where it leads, if it leads anywhere: to the caller's own place, or to the colleague's record."""
    attribute = DESTINATIONS.get((lifecycle, body["event"]))
    if attribute is None:
        return dict(body)
    leads_to = world.colleague_id if attribute == "into_id" else world.places.get(name, NOWHERE)
    return dict(body) | {"payload": body["payload"] | {attribute: leads_to}}


def pairs(lifecycle: str, event: str, state: str | None = None) -> frozenset[Pair]:
    """Which roles in which relations the table lets send an event, in a state or in any."""
    return frozenset(
        one[2:] for one in allowed(lifecycle) if one[0] == event and (state is None or one[1] == state)
    )


def expected(subject: Subject, caller: str, event: str) -> frozenset[int]:
    """One of 404, 403 and 409, as the table says; or `MAY`, where conditions decide."""
    held = subject.held(caller)
    here = pairs(subject.lifecycle, event, subject.state)
    if held & here:
        return MAY
    if not subject.seen_by(caller):
        return frozenset({404})
    if here or not held & pairs(subject.lifecycle, event):
        return frozenset({403})
    if event in NAMING:
        return MAY
    return frozenset({403}) if does_itself(subject, event) else frozenset({409})


MAY = frozenset({409, 422})
"""Refused by a rule, or for what is written, or held back; neither 403 nor 404."""


NAMING = frozenset({"give_face_photo"})
"""Events whose smallest body names a file, which nobody has handed in: 422 before any rule is asked."""


def does_itself(subject: Subject, event: str) -> bool:
    """Whether the system does by itself, from this state, what people may ask for in others."""
    chart = shipped_chart(subject.lifecycle)
    return any(row.event == event and subject.state in row.sources for row in chart.transitions)


def version(world: PermissionWorld, subject: Subject) -> int:
    """The version of a case as it is."""
    return world.site.application.cases.get(SYSTEM, subject.lifecycle, subject.id).version


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_world_has_a_case_in_every_state(moment: str) -> None:
    """The tests below ask about something."""
    there = {(one.lifecycle, one.state) for one in world_at(moment).subjects}

    assert (
        set()
        == {(lifecycle, state) for lifecycle, states in STATES[moment].items() for state in states} - there
    )


@pytest.mark.manual("N-1.6", "M: see own record, states, reasons", "M: read audit log")
@pytest.mark.parametrize(("moment", "collection"), ASKED)
def test_a_case_is_shown_to_those_in_whose_scope_it_lies(moment: str, collection: str) -> None:
    """The case, what may be done with it, its history: for whom the tables of scopes name, and 404 for the others."""
    wrong = {}
    for subject, name in asked(moment, collection):
        caller, path = world_at(moment).caller(name, subject), f"/api/v1/{collection}/{subject.id}"
        assert caller is not None
        told = [caller.get(one).status_code for one in (path, f"{path}/events", f"{path}/history")]
        shown = [200, 200, 200 if subject.followed_by(name) else 403]
        if told != (shown if subject.seen_by(name) else [404, 404, 404]):
            wrong[subject.state, name] = told

    assert {} == wrong


@pytest.mark.parametrize(("moment", "collection"), ASKED)
def test_an_event_is_for_whom_the_table_names(samples: Samples, moment: str, collection: str) -> None:
    """Every caller, every event: 404, 403 and 409 as the table says, and no such answer for whom it lets through."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    for event, body in bodies(samples, collection).items():
        for subject, name in asked(moment, collection):
            wanted = expected(subject, name, event)
            told = answer(world, subject, name, directed(world, lifecycle, name, body), may=wanted is MAY)
            if told not in wanted:
                wrong[event, subject.state, name] = (told, set(wanted))

    assert {} == wrong


def answer(world: PermissionWorld, subject: Subject, name: str, body: Any, *, may: bool) -> int:
    """The status of an event that is sent: by itself, or held back by a row about nothing."""
    caller = world.caller(name, subject)
    assert caller is not None
    path, seen = f"/api/v1/{subject.collection}", version(world, subject)
    if not may:
        headers = {"If-Match": f'"{seen}"'}
        return caller.ask("POST", f"{path}/{subject.id}/events", body, headers=headers).status_code
    item = {"version": seen, "payload": body.get("payload", {}), "reason": body.get("reason")}
    items = [item | {"id": subject.id}, item | {"id": NOWHERE}]
    sent = {"event": body["event"], "items": items, "all_or_nothing": True}
    told = caller.ask("POST", f"{path}/events", sent)
    assert 200 == told.status_code, told.text
    return int(told.json["results"][0]["problem"]["status"])


@pytest.mark.parametrize(("moment", "collection"), ASKED)
def test_who_may_names_the_version(samples: Samples, moment: str, collection: str) -> None:
    """428 without one, 412 with another than the present one, whatever else would be in the way."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    for event, body in bodies(samples, collection).items():
        for subject, name in asked(moment, collection):
            caller = world.caller(name, subject)
            if caller is None or expected(subject, name, event) is not MAY:
                continue
            path, sent = f"/api/v1/{collection}/{subject.id}/events", directed(world, lifecycle, name, body)
            stale = {"If-Match": f'"{version(world, subject) + 1}"'}
            told = [caller.ask("POST", path, sent, headers=given).status_code for given in ({}, stale)]
            if told != [428, 412]:
                wrong[event, subject.state, name] = told

    assert {} == wrong


@pytest.mark.parametrize(("moment", "collection"), ASKED)
def test_out_of_scope_is_not_found_whatever_the_version(
    samples: Samples, moment: str, collection: str
) -> None:
    """Nobody learns by a version that there is a case: 404, as for an id that is none."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    for event, body in list(bodies(samples, collection).items())[:2]:
        for subject, name in asked(moment, collection):
            caller = world.caller(name, subject)
            if caller is None or expected(subject, name, event) != {404}:
                continue
            sent, stale = directed(world, lifecycle, name, body), {"If-Match": '"999"'}
            told, nowhere = (
                caller.ask("POST", f"/api/v1/{collection}/{id}/events", sent, headers=stale)
                for id in (subject.id, NOWHERE)
            )
            if (told.status_code, untraced(told)) != (404, untraced(nowhere)):
                wrong[event, subject.state, name] = told.text

    assert {} == wrong


def untraced(told: testing.Result) -> dict[str, Any]:
    """What an answer says, but for the number of the request."""
    return {key: value for key, value in told.json.items() if key != "trace_id"}


WAYS = {"accounts": "code", "certificates": "print"}
"""Collection → the address of events that go another way."""

BODIES = {"accounts": {"reason": "遗失"}}
"""Collection → what is sent there."""


@pytest.mark.parametrize(("moment", "collection"), [one for one in ASKED if one.values[1] in WAYS])
def test_what_goes_another_way_is_for_whom_the_table_names(moment: str, collection: str) -> None:
    """A code, a print: 404 and 403 as the table says for each state; who may is not asked here, it would be done."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    events = [event for event, way in RESERVED[lifecycle].items() if way.endswith(WAYS[collection])]
    for subject, name in asked(moment, collection):
        event = next((one for one in events if pairs(lifecycle, one, subject.state)), events[0])
        caller, wanted = world.caller(name, subject), expected(subject, name, event)
        if caller is None or wanted is MAY:
            continue
        headers = {"If-Match": f'"{version(world, subject)}"'}
        address = f"/api/v1/{collection}/{subject.id}/{WAYS[collection]}"
        told = caller.ask("POST", address, BODIES.get(collection), headers=headers)
        if told.status_code not in wanted:
            wrong[event, subject.state, name] = (told.status_code, set(wanted))

    assert {} == wrong


MADE = (
    "cycles",
    "institutions",
    "agency-applications",
    "departments",
    "accounts",
    "physicians",
    "exemptions",
    "recusals",
    "deferrals",
    "reviews",
    "spot-checks",
    "announcements",
)
"""Collections in which people make something."""

GOOD: Mapping[str, Mapping[str, str]] = {
    "accounts": {"kind": "organisation", "login": "office-of-nobody"},
    "physicians": {"name": person(900).name, "id_number": person(900).id_number},
}
"""What is looked at before anybody asks who sends it."""


@pytest.fixture
def fresh() -> PermissionWorld:
    """A world of this test alone, in which things are made."""
    return PermissionWorld.at("filing")


@pytest.mark.parametrize("collection", MADE)
def test_what_is_new_is_made_by_whom_the_table_names(
    fresh: PermissionWorld, samples: Samples, collection: str
) -> None:
    """Below the place that it names: 404 and 403 as for that place, and neither for whoever may."""
    lifecycle, wrong = COLLECTIONS[collection], {}
    schema = samples.document["paths"][f"/api/v1/{collection}"]["post"]["requestBody"]
    body = samples.of(schema["content"]["application/json"]["schema"])
    place = place_of(fresh, collection)
    allowed_here = pairs(lifecycle, body["event"], "none")
    for name in HELD:
        caller = fresh.caller(name, place.subject)
        if caller is None:
            continue
        payload = body.get("payload", {}) | GOOD.get(collection, {}) | {place.attribute: place.subject.id}
        told = caller.ask("POST", f"/api/v1/{collection}", body | {"payload": payload}).status_code
        wanted = {404} if not place.subject.seen_by(name) else {403}
        if place.held(name) & allowed_here:
            wanted = {201, 409, 422}
        if told not in wanted:
            wrong[name] = (told, wanted)

    assert {} == wrong
