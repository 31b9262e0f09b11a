"""A world with cases of every lifecycle in their states, and one caller for each way to stand to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

import attrs

from kaohe_service.api.collections import COLLECTIONS
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.testing.journeys import Journeys, Traveller
from tests.service.conftest import Caller, Site, make_site
from tests.service.permission_moments import MOMENTS, Course
from tests.service.permission_organisations import LONELY, accounts_of_organisations
from tests.service.permission_places import ITSELF, PLACE_OF, Subject


@attrs.define
class PermissionWorld:
    """
    The site at a moment, its cases, and the sessions of the callers.

    ``own`` are the sessions of the physicians, by the id of the person, and of who has another account, by that of the
    account; ``themselves`` those of who reports or applies, and of organisations, by the id of the case.
    """

    site: Site
    subjects: tuple[Subject, ...]
    callers: Mapping[str, Caller]
    own: Mapping[str, Caller]
    themselves: Mapping[str, Caller]
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
        nobodys = {colleague.physician_id, unknown.physician_id}
        cases = [one for one in _subjects(site, nobodys, course) if one.lifecycle != "account"]
        own = _sessions(site, cases, unknown)
        own |= {merged: own.get(kept) or site.as_physician(kept) for merged, kept in course.kept.items()}
        known = nobodys - {unknown.physician_id}
        accounts = [one for one in _subjects(site, known, course) if one.lifecycle == "account"]
        others = list(accounts_of_organisations(site, journeys.department_id))
        own |= {one.id: session for one, session in others if session is not None}
        organisations = _organisations(site, journeys)
        callers = {name: site.as_organisation(one) for name, one in organisations.items()}
        callers |= {
            "colleague": site.as_physician(colleague.physician_id),
            "auditor": site.as_auditor(site.world.county),
        }
        places = {name: str(one.organisation_id) for name, one in organisations.items()}
        sending = course.reporters | {id: one for id, (_, one) in course.founded.items()}
        themselves = {id: site.as_organisation(one) for id, one in sending.items()}
        subjects = (*cases, *accounts, *(one for one, _ in others))
        return cls(site, subjects, callers, own, themselves, places, colleague.physician_id)

    def caller(self, name: str, subject: Subject) -> Caller | None:
        """The session of a caller; None where a case is about nobody who has one."""
        if name == ITSELF.get(subject.place):
            return self.themselves[subject.id]
        if name == "self":
            return self.own.get(str(subject.physician_id or subject.id))
        return self.callers[name]


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


def _subjects(site: Site, nobodys: Set[str], course: Course) -> Iterator[Subject]:
    """One case a state and place, none of those that are about ``nobodys`` physicians."""
    hospital = str(site.world.hospital.organisation_id)
    left = site.application.cases.get(SYSTEM, "institution", hospital).record.agency_id is None
    for collection, lifecycle in COLLECTIONS.items():
        found: dict[tuple[str, str], Subject] = {}
        for row in _rows(site, collection):
            place = _place(site, course, lifecycle, row)
            about = str(row["id"]) if lifecycle == "affiliation" else row.get("physician_id")
            if place is None or about in nobodys or (lifecycle == "account" and about is None):
                continue
            place = "left" if left and place == "hospital" else place
            one = Subject(lifecycle, collection, str(row["id"]), str(row["state"]), about, place)
            found.setdefault((one.state, place), one)
        yield from found.values()


def _place(site: Site, course: Course, lifecycle: str, row: Mapping[str, Any]) -> str | None:
    """Where a case lies; None where it is nobody's whom the tests ask about."""
    if str(row["id"]) in course.reporters:
        return "reporter"
    if lifecycle in ("cycle", "announcement"):
        return PLACE_OF[lifecycle]
    world = site.world
    organisations = {"hospital": world.hospital, "county": world.county, "province": world.province}
    ids = {str(one.organisation_id): place for place, one in organisations.items()}
    if lifecycle == "institution":
        ids |= {id: place for id, (place, _) in course.founded.items()}
        return "lonely" if row["name"] in LONELY else ids.get(str(row["id"]))
    return "hospital" if ids.get(str(row.get("institution_id"))) == "hospital" else None


def _rows(site: Site, collection: str) -> Iterator[Mapping[str, Any]]:
    lists, after = site.application.lists, None
    while True:
        page = lists.page(SYSTEM, collection, {}, after=after, limit=200)
        yield from page.rows
        if page.next is None:
            return
        after = page.next
