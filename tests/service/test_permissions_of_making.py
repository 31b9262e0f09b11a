"""The permission table over HTTP where something new is made: every event that makes a case, by everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.events import offered
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.testing.people import person
from tests.service.permission_places import AT, HELD, Pair, Subject
from tests.service.permission_plan import POSSIBLE, pairs, proven_by
from tests.service.permission_world import PermissionWorld

if TYPE_CHECKING:
    from tests.service.samples import Samples

CATALOGUE = load_catalogue()

NAMED_BY: Mapping[str, str] = {
    "cycles": "institution_id",
    "institutions": "superior_id",
    "agency-applications": "institution_id",
    "departments": "institution_id",
    "accounts": "institution_id",
    "physicians": "institution_id",
    "amendments": "physician_id",
    "exemptions": "assessment_id",
    "deferrals": "assessment_id",
    "marks": "assessment_id",
    "recusals": "assessment_id",
    "reviews": "assessment_id",
    "enrolment-lists": "institution_id",
    "spot-checks": "institution_id",
    "announcements": "institution_id",
}
"""Collection → the attribute that names what something new is made below."""

BELOW: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "institution_id": ("institution", "active", ("hospital", "county", "province")),
    "superior_id": ("institution", "active", ("hospital", "county", "province")),
    "assessment_id": ("assessment", "awaiting_assessment", ("hospital",)),
    "physician_id": ("affiliation", "attached", ("hospital",)),
}
"""Attribute → lifecycle and state of what it names, and the places where that lies."""

MADE = [
    (collection, event)
    for collection, lifecycle in COLLECTIONS.items()
    for event in offered(lifecycle, CATALOGUE, creates=True)
]
"""Collections in which people make something, and the events."""

GOOD: Mapping[str, Mapping[str, str]] = {
    "accounts": {"kind": "organisation", "login": "office-of-nobody"},
    "amendments": {"field": "licensed_on", "value": "1991-07-01"},
    "physicians": {"name": person(900).name, "id_number": person(900).id_number},
}
"""What is looked at before anybody asks who sends it."""

NOBODYS = frozenset({("physician", "self"), ("institution", "self"), ("administration", "self")})
NOBODYS |= {("auditor", "self")}
"""Roles and relations to what is not made yet, where it is made below an organisation."""


@pytest.fixture(scope="module")
def world() -> PermissionWorld:
    """A world in which things are made; what is asked about stays where it is."""
    return PermissionWorld.at("filing")


def parents(world: PermissionWorld, collection: str) -> Iterator[Subject]:
    """What something new is made below, once a place."""
    lifecycle, state, places = BELOW[NAMED_BY[collection]]
    for place in places:
        yield next(
            one
            for one in world.subjects
            if (one.lifecycle, one.state, one.place) == (lifecycle, state, place)
        )


def bodies(samples: Samples, collection: str) -> dict[str, Any]:
    """Event → the smallest body that makes something by it."""
    operation = samples.document["paths"][f"/api/v1/{collection}"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    return {body["event"]: body for body in map(samples.of, schema.get("oneOf", [schema]))}


def asked_of(collection: str) -> frozenset[Pair]:
    """Everybody who is asked, by role and relation."""
    _, _, places = BELOW[NAMED_BY[collection]]
    personal = NAMED_BY[collection] in ("assessment_id", "physician_id")
    return frozenset(
        pair for place in places for name in HELD if personal or name != "self" for pair in AT[place][name]
    )


def marked() -> Iterator[object]:
    """Each event that makes something, with the rows of the table that it is held to."""
    for collection, event in MADE:
        lifecycle = COLLECTIONS[collection]
        asked = frozenset((event, "none", *pair) for pair in asked_of(collection))
        yield pytest.param(collection, event, marks=proven_by(asked, lifecycle), id=f"{collection}-{event}")


@pytest.mark.parametrize(("collection", "event"), tuple(marked()))
def test_what_is_new_is_made_by_whom_the_table_names(
    world: PermissionWorld, samples: Samples, collection: str, event: str
) -> None:
    """Below the place that it names: 404 and 403 as for that place, and neither for whoever may."""
    lifecycle, wrong, really = COLLECTIONS[collection], {}, set[Pair]()
    body = bodies(samples, collection)[event]
    allowed_here = pairs(lifecycle, event, "none")
    for parent in parents(world, collection):
        made = attrs.evolve(parent, lifecycle=lifecycle, state="none")
        for name in HELD:
            caller = world.caller(name, parent)
            if caller is None:
                continue
            payload = body.get("payload", {}) | GOOD.get(collection, {}) | {NAMED_BY[collection]: parent.id}
            told = caller.ask("POST", f"/api/v1/{collection}", body | {"payload": payload}).status_code
            wanted = {404} if not made.seen_by(name) else {403}
            if made.held(name) & allowed_here:
                wanted = {201, 409, 422}
            if told not in wanted:
                wrong[parent.place, name] = (told, wanted)
            really |= made.held(name)

    assert {} == wrong
    assert asked_of(collection) == really


def test_every_way_to_make_something_is_asked(samples: Samples) -> None:
    """Whatever the description of the service lets people make, by each of its events, and nothing else."""
    described = {
        (collection, event)
        for collection in COLLECTIONS
        if "post" in samples.document["paths"][f"/api/v1/{collection}"]
        for event in bodies(samples, collection)
    }

    assert set(MADE) == described
    assert set(NAMED_BY) == {collection for collection, _ in MADE}


@pytest.mark.parametrize(("collection", "event"), MADE)
def test_everybody_is_asked_about_what_is_new(collection: str, event: str) -> None:
    """Every role in every relation that there is, and all of those that the table names."""
    lifecycle = COLLECTIONS[collection]
    personal = NAMED_BY[collection] in ("assessment_id", "physician_id")
    there = POSSIBLE[lifecycle] if personal else POSSIBLE[lifecycle] - NOBODYS

    assert set() == (there | pairs(lifecycle, event, "none")) - asked_of(collection)
