"""
The permission table over HTTP: every way to stand to a case, every event, against what the table written by hand says.

404 out of scope; 403 the wrong role within it; 409 a rule's refusal, also where the event is the caller's in other
states; 428 and 412 for whoever may and names no version, or not the present one. What is allowed is sent in a bulk that
another row holds back, so that no case moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from kaohe_service.api.collections import COLLECTIONS
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.destinations import DESTINATIONS
from kaohe_workflow.testing.trials import shipped_chart
from tests.golden.permissions import Allowed, allowed
from tests.service.permission_moments import MOMENTS
from tests.service.permission_places import HELD, SEEN_BY, Subject
from tests.service.permission_plan import (
    DEEP,
    POSSIBLE,
    RARE,
    WAYS,
    Ask,
    asks,
    events_of,
    on_the_way,
    pairs,
    plan,
    proven_by,
    stands,
)
from tests.service.permission_world import PermissionWorld

if TYPE_CHECKING:
    from falcon import testing

    from tests.service.samples import Samples

NOWHERE = "01he469xm0d20q3yqgwnhqgf8m"


ASKED = [
    (moment, collection)
    for moment in MOMENTS
    for collection, lifecycle in COLLECTIONS.items()
    if DEEP or stands(moment, lifecycle)
]
"""Moments, and the collections whose cases are asked about then: a deep run asks about all of them at each."""

PROVEN = [
    pytest.param(*one, marks=proven_by(plan(one[0], COLLECTIONS[one[1]]), COLLECTIONS[one[1]]))
    for one in ASKED
]
"""The same, with the rows of the table that are held to what the service does."""


@cache
def world_at(moment: str) -> PermissionWorld:
    """The world, made once for each moment: nothing in it moves."""
    return PermissionWorld.at(moment)


def subjects(moment: str, collection: str) -> list[Subject]:
    """The cases to ask about: those in states that are new at the moment; all of them in a deep run."""
    lifecycle = COLLECTIONS[collection]
    new = stands(moment, lifecycle)
    cases = [one for one in world_at(moment).subjects if one.lifecycle == lifecycle]
    return [one for one in cases if DEEP or (one.place, one.state) in new]


def asked(moment: str, collection: str) -> Iterator[tuple[Subject, str]]:
    """Every case with every caller who has a session."""
    for subject in subjects(moment, collection):
        for name in HELD:
            if world_at(moment).caller(name, subject) is not None:
                yield subject, name


def sent(moment: str, collection: str, event: str) -> Iterator[tuple[Subject, str]]:
    """The cases and callers of an event that is asked about."""
    planned = asks(COLLECTIONS[collection])
    for subject, name in asked(moment, collection):
        if DEEP or Ask(moment, subject.place, subject.state, name, event) in planned:
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
    """The tests below ask about something, and so do those whom it is about."""
    there = {(one.lifecycle, one.place, one.state) for one in world_at(moment).subjects}
    wanted = {(lifecycle, *stand) for lifecycle in SEEN_BY for stand in stands(moment, lifecycle)}

    assert set() == wanted - there


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


@pytest.mark.parametrize(("moment", "collection"), PROVEN)
def test_an_event_is_for_whom_the_table_names(samples: Samples, moment: str, collection: str) -> None:
    """Every caller, every event: 404, 403 and 409 as the table says, and no such answer for whom it lets through."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    really = set[Allowed]()
    for event, body in bodies(samples, collection).items():
        for subject, name in sent(moment, collection, event):
            really |= {(event, subject.state, *pair) for pair in subject.held(name)}
            wanted = expected(subject, name, event)
            told = answer(world, subject, name, directed(world, lifecycle, name, body), may=wanted is MAY)
            if told not in wanted:
                wrong[event, subject.state, subject.place, name] = (told, set(wanted))

    assert {} == wrong
    assert set() == {one for one in plan(moment, lifecycle) if one[0] not in ELSEWHERE} - really


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


BODIES = {"accounts": {"reason": "遗失"}}
"""What is sent to the address of events that go another way, by collection."""


@pytest.mark.parametrize(
    ("moment", "collection"), [one for one in PROVEN if COLLECTIONS[str(one.values[1])] in WAYS]
)
def test_what_goes_another_way_is_for_whom_the_table_names(moment: str, collection: str) -> None:
    """A code, a print: 404 and 403 as the table says for each state; who may names the version, or it would be done."""
    world, lifecycle, wrong = world_at(moment), COLLECTIONS[collection], {}
    really = set[Allowed]()
    for subject, name in asked(moment, collection):
        event = on_the_way(lifecycle, subject.state)
        caller, wanted = world.caller(name, subject), expected(subject, name, event)
        assert caller is not None
        seen = version(world, subject)
        headers = {"If-Match": f'"{seen + 1 if wanted is MAY else seen}"'}
        address = f"/api/v1/{collection}/{subject.id}/{WAYS[lifecycle]}"
        told = caller.ask("POST", address, BODIES.get(collection), headers=headers)
        if told.status_code not in ({412} if wanted is MAY else wanted):
            wrong[event, subject.state, subject.place, name] = (told.status_code, set(wanted))
        really |= {(event, subject.state, *pair) for pair in subject.held(name)}

    assert {} == wrong
    assert set() == {one for one in plan(moment, lifecycle) if one[0] in ELSEWHERE} - really


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_event_of_the_table_is_sent(samples: Samples, collection: str) -> None:
    """What the table names has an address that a test asks, and no address is for an event that it does not name."""
    lifecycle = COLLECTIONS[collection]
    ways = {on_the_way(lifecycle, state) for state in shipped_chart(lifecycle).leaves if lifecycle in WAYS}

    assert events_of(lifecycle) == set(bodies(samples, collection)) | ways


@pytest.mark.parametrize("lifecycle", SEEN_BY)
def test_every_combination_is_asked(lifecycle: str) -> None:
    """
    Every event by every role in every relation that there is, and in every state, where everybody asks something; in a
    deep run all of it. Whatever the table allows is asked in each.
    """
    states = set(shipped_chart(lifecycle).leaves) - {"none"}
    there = set(product(states, POSSIBLE[lifecycle])) - RARE.get(lifecycle, frozenset())
    wanted = {
        (event, state, *pair)
        for event, (state, pair) in product(events_of(lifecycle), there)
        if event not in ELSEWHERE or event == on_the_way(lifecycle, state)
    }
    planned = frozenset[Allowed]().union(*(plan(moment, lifecycle) for moment in MOMENTS))

    assert set() == (wanted & allowed(lifecycle)) - planned
    for left, right in ((0, 1), (0, 2), (1, 2)) if not DEEP else ():
        assert set() == two_by_two(wanted, left, right) - two_by_two(planned, left, right)
    assert not DEEP or set() == wanted - planned


def two_by_two(combinations: Set[Allowed], left: int, right: int) -> set[tuple[object, object]]:
    """Of event, state and pair the two that are counted so."""
    found = [(event, state, (role, relation)) for event, state, role, relation in combinations]
    return {(one[left], one[right]) for one in found}


ELSEWHERE = frozenset({"issue_code", "reset", "print"})
"""Events that are sent by an address of their own."""
