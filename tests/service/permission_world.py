"""
A world with cases of every lifecycle in their states, and one caller for each way to stand to them.

Who holds what and who sees what is written here by hand, from the roles: it is compared with what the service does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from kaohe_service.api.collections import COLLECTIONS
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.testing.journeys import Journeys, Traveller
from tests.service.conftest import Caller, Site, make_site
from tests.service.permission_moments import LONELY, MOMENTS, Course

Pair = tuple[str, str]

HELD: Mapping[str, frozenset[Pair]] = {
    "self": frozenset({("physician", "self"), ("physician", "any")}),
    "colleague": frozenset({("physician", "any")}),
    "hospital": frozenset({("institution", "own"), ("institution", "any")}),
    "agency": frozenset({("agency", "assigned"), ("agency", "any"), ("institution", "any")}),
    "county": frozenset({("administration", "subtree"), ("administration", "any")}),
    "city": frozenset({("administration", "subtree"), ("administration", "any")}),
    "province": frozenset(
        (role, relation) for role in ("province", "administration") for relation in ("subtree", "any")
    ),
    "next_door": frozenset({("institution", "any")}),
    "elsewhere": frozenset({("institution", "any")}),
    "other_county": frozenset({("administration", "any")}),
    "auditor": frozenset(),
}
"""
What each caller is to a case of the hospital: its physician, another of its physicians, itself, its agency, its three
administrations; a hospital of the same county; a hospital of another county that is an agency, though not this one's;
that county; and an auditor of the own county.
"""

ABOVE = frozenset({"hospital", "county", "city", "province", "auditor"})
PERSONAL = ABOVE | {"self", "agency"}
SEEN_BY: Mapping[str, frozenset[str]] = {
    "affiliation": PERSONAL,
    "assessment": PERSONAL,
    "exemption": PERSONAL,
    "deferral": PERSONAL,
    "evaluation": PERSONAL,
    "recusal": PERSONAL,
    "certificate": PERSONAL,
    "amendment": PERSONAL - {"agency"},
    "cheating": PERSONAL,
    "account": PERSONAL - {"agency"},
    "department": PERSONAL | {"colleague"},
    "institution": PERSONAL | {"colleague"},
    "agency_application": ABOVE,
    "spot_check": ABOVE | {"agency"},
    "result_review": PERSONAL,
    "result_report": (ABOVE - {"hospital"}) | {"agency"},
    "follow_up": PERSONAL,
    "cycle": frozenset(HELD),
    "announcement": ABOVE | {"agency", "next_door"},
}
"""
Lifecycle → the callers who know of its cases; a draft of a cycle is the province's alone, an announcement of the county
that is not published the county's and theirs who see whatever it does.
"""

FOLLOWED_BY: Mapping[str, frozenset[str]] = dict(SEEN_BY) | {
    "department": PERSONAL,
    "institution": PERSONAL,
    "cycle": frozenset({"province"}),
    "announcement": ABOVE - {"hospital"},
}
"""Lifecycle → the callers who are told who did what to its cases: a physician picks a department, no more."""

LONE: Mapping[str, frozenset[Pair]] = dict(HELD) | {
    "self": HELD["colleague"],
    "hospital": HELD["next_door"],
    "agency": HELD["next_door"],
    "county": HELD["county"] | {("agency", "assigned"), ("agency", "any")},
}
"""To an institution of the county that nobody has assigned an agency to: the county acts as such."""

LONE_SEEN_BY = ABOVE - {"hospital"}

ANNOUNCED: Mapping[str, frozenset[Pair]] = dict(LONE) | {
    "county": frozenset({("administration", "own"), ("administration", "any")}),
}
"""To what the county announces: it is the county's own, and to those below it nothing but readable."""

LEFT: Mapping[str, frozenset[Pair]] = dict(HELD) | {"agency": LONE["agency"], "county": LONE["county"]}
"""To the hospital once its agency is none any more: with the cycle the entrustment has ended."""

REPORTED: Mapping[str, frozenset[Pair]] = dict(HELD) | {
    "agency": HELD["hospital"],
    "hospital": HELD["next_door"],
}
"""To the report of an assessment institution, which itself is the caller in the agency's place."""


@attrs.frozen
class Subject:
    """
    A case of the hospital, or the report of who assesses, with its state, and the physician whom it is about, if any.

    ``lone`` is an institution of the county that has nothing to do with the hospital; ``left``: the agency that the
    hospital had is none any more.
    """

    lifecycle: str
    collection: str
    id: str
    state: str
    physician_id: str | None
    lone: bool = False
    left: bool = False

    def seen_by(self, caller: str) -> bool:
        """Whether a caller knows of it."""
        if self.lone:
            return caller in LONE_SEEN_BY
        if (
            self.left
            and caller == "agency"
            and self.lifecycle not in ("announcement", "cycle", "result_report")
        ):
            return False
        if self.lifecycle == "cycle" and self.state == "draft":
            return caller == "province"
        if self.lifecycle == "announcement" and self.state != "published":
            return caller in FOLLOWED_BY["announcement"]
        if self.lifecycle == "cheating" and caller == "self" and self.state in UNHEARD:
            return False
        return caller in SEEN_BY[self.lifecycle]

    def followed_by(self, caller: str) -> bool:
        """Whether a caller who knows of it may read its history."""
        return self.lone or caller in FOLLOWED_BY[self.lifecycle]

    def held(self, caller: str) -> frozenset[Pair]:
        """What a caller is to it: the cycle is the province's own, and nobody else's at all."""
        if self.lone:
            return LONE[caller]
        if self.lifecycle == "result_report":
            return REPORTED[caller]
        if self.lifecycle == "announcement":
            return ANNOUNCED[caller]
        if self.lifecycle != "cycle":
            return LEFT[caller] if self.left else HELD[caller]
        anybody = frozenset((role, "any") for role, _ in HELD[caller])
        return anybody | ({("province", "own"), ("administration", "own")} if caller == "province" else set())


UNHEARD = frozenset({"suspected", "unmarked"})
"""States of a mark of which the suspect is told nothing: the right to be heard begins with the report."""


@attrs.define
class PermissionWorld:
    """The site at a moment, its cases, and the sessions of the callers and of the physicians."""

    site: Site
    subjects: tuple[Subject, ...]
    callers: Mapping[str, Caller]
    own: Mapping[str, Caller]
    reporters: Mapping[str, Caller]
    places: Mapping[str, str]
    colleague_id: str

    @classmethod
    def at(cls, moment: str) -> PermissionWorld:
        """The world as it is at a moment."""
        site = make_site()
        journeys = Journeys.of(site.world)
        colleague, unknown = journeys.newcomer(), journeys.newcomer()
        site.world.entrust(journeys.elsewhere, by=journeys.neighbour)
        course = Course(journeys)
        for name, pass_by in MOMENTS.items():
            pass_by(course)
            if name == moment:
                break
        cases = [one for one in _subjects(site, colleague, course) if one.lifecycle != "account"]
        own = _sessions(site, cases, unknown)
        accounts = [one for one in _subjects(site, colleague, course) if one.lifecycle == "account"]
        organisations = _organisations(site, journeys)
        callers = {name: site.as_organisation(one) for name, one in organisations.items()}
        callers |= {
            "colleague": site.as_physician(colleague.physician_id),
            "auditor": site.as_auditor(site.world.county),
        }
        places = {name: str(one.organisation_id) for name, one in organisations.items()}
        reporters = {id: site.as_organisation(one) for id, one in course.reporters.items()}
        return cls(site, (*cases, *accounts), callers, own, reporters, places, colleague.physician_id)

    def caller(self, name: str, subject: Subject) -> Caller | None:
        """The session of a caller; None where a case is about nobody who has one. Whoever reports is its agency."""
        if name == "agency" and subject.lifecycle == "result_report":
            return self.reporters[subject.id]
        return self.own.get(str(subject.physician_id)) if name == "self" else self.callers[name]


def _organisations(site: Site, journeys: Journeys) -> dict[str, Principal]:
    world = site.world
    return {
        "hospital": world.hospital,
        "agency": world.agency,
        "county": world.county,
        "city": world.city,
        "province": world.province,
        "next_door": site.other,
        "elsewhere": journeys.elsewhere,
        "other_county": journeys.neighbour,
    }


def _sessions(site: Site, cases: list[Subject], unknown: Traveller) -> dict[str, Caller]:
    """
    Physician → the session, for everybody whom a case is about and who can have one; the ``unknown`` one has none yet.
    """
    accounts = {str(row["physician_id"]): row["state"] for row in _rows(site, "accounts")}
    about = {str(one.physician_id) for one in cases if one.physician_id is not None}
    return {
        one: site.as_physician(one)
        for one in sorted(about - {unknown.physician_id})
        if accounts.get(one) in ("active", "not_activated")
    }


def _subjects(site: Site, colleague: Traveller, course: Course) -> Iterator[Subject]:
    """The hospital's cases of each lifecycle, one a state; the county's reports; lone institutions; and the cycles."""
    hospital = site.world.hospital.organisation_id
    left = site.application.cases.get(SYSTEM, "institution", str(hospital)).record.agency_id is None
    for collection, lifecycle in COLLECTIONS.items():
        found: dict[tuple[str, bool], Subject] = {}
        for row in _rows(site, collection):
            about = str(row["id"]) if lifecycle == "affiliation" else row.get("physician_id")
            lone = lifecycle == "institution" and row["name"] in LONELY
            mine = lifecycle == "cycle" or row.get("institution_id") == hospital or lone
            mine = mine or str(row["id"]) in course.reporters or lifecycle == "announcement"
            if mine and about != colleague.physician_id and (lifecycle != "account" or about is not None):
                state = str(row["state"])
                one = Subject(lifecycle, collection, str(row["id"]), state, about, lone, left)
                found.setdefault((state, lone), one)
        yield from found.values()


def _rows(site: Site, collection: str) -> Iterator[Mapping[str, Any]]:
    lists, after = site.application.lists, None
    while True:
        page = lists.page(SYSTEM, collection, {}, after=after, limit=200)
        yield from page.rows
        if page.next is None:
            return
        after = page.next


AT_COUNTY: Mapping[str, frozenset[Pair]] = dict(LONE) | {
    "county": frozenset({("administration", "own"), ("administration", "any")}),
}
"""What each caller is to the county itself: an institution is made below an administration, by it or from above."""


@attrs.frozen
class Place:
    """What something new is made below, by which attribute it is named, and what each caller is there."""

    attribute: str
    subject: Subject

    def held(self, caller: str) -> frozenset[Pair]:
        """What a caller is to that place."""
        return AT_COUNTY[caller] if self.subject.lone else self.subject.held(caller)


def place_of(world: PermissionWorld, collection: str) -> Place:
    """Where something of a collection is made: an application is about an assessment, an institution has a superior."""
    if collection in ("exemptions", "deferrals", "recusals", "reviews"):
        return Place(
            "assessment_id", next(one for one in world.subjects if one.state == "awaiting_assessment")
        )
    if collection in ("announcements", "institutions"):
        attribute = "superior_id" if collection == "institutions" else "institution_id"
        county = Subject("institution", collection, world.places["county"], "active", None, lone=True)
        return Place(attribute, county)
    home = next(one for one in world.subjects if one.lifecycle == "institution" and not one.lone)
    if collection == "cycles":
        home = attrs.evolve(home, id=world.places["province"])
    return Place("institution_id", attrs.evolve(home, lifecycle=COLLECTIONS[collection]))
