"""
Sides of a world: counties in which people, and offices, go their ways in or out of somebody's sight.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import FILING_DAY, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.plays import Move, Play
from kaohe_workflow.testing.worlds import make_organisation
from kaohe_workflow.values.terms import AccountKind, Level, OrganisationKind
from tests.property.service.transcripts import FIRST_HIDDEN
from tests.service.conftest import Caller, Site, make_site


@attrs.frozen
class Doings:
    """
    What happens out of sight: people who have come as far as a state, what they and offices do, new clinics, and what
    their county announces.
    """

    people: tuple[tuple[str, Level, bool], ...]
    moves: tuple[Move, ...]
    clinics: int
    announcements: int


CITY = OrganisationKind.CITY


def _led_by(journeys: Journeys, hospital: Principal, **offices: Principal) -> Journeys:
    """Journeys of people of another hospital, which its county assesses."""
    made = CreateDepartment(str(hospital.organisation_id), "内科")
    department = journeys.world.send(hospital, "department", None, "create", made).id
    world = attrs.evolve(journeys.world, hospital=hospital, agency=offices["county"], **offices)
    led = attrs.evolve(journeys, world=world, department_id=department)
    led._next = FIRST_HIDDEN
    return led


@attrs.define
class Side:
    """One county: its people are led by its own hospital, agency and department."""

    site: Site
    journeys: Journeys
    there: Journeys
    far: Journeys
    beside: Journeys

    @classmethod
    def make(cls) -> Side:
        """A new world, in which registration is open."""
        site = make_site()
        journeys, world = Journeys.of(site.world), site.world
        there = _led_by(journeys, journeys.elsewhere, county=journeys.neighbour)
        city = make_organisation(
            world.application, world.province, world.province, "邻市卫生健康委员会", CITY
        )
        county = make_organisation(world.application, city, city, "远县卫生健康局", OrganisationKind.COUNTY)
        hospital = make_organisation(world.application, county, county, "远县医院", OrganisationKind.MEDICAL)
        far = _led_by(journeys, hospital, county=county, city=city)
        made = CreateDepartment(str(world.hospital.organisation_id), "外科")
        other = world.send(world.hospital, "department", None, "create", made).id
        beside = attrs.evolve(journeys, department_id=other)
        beside._next = FIRST_HIDDEN
        journeys.not_before(FILING_DAY)
        return cls(site, journeys, there, far, beside)

    def on(self, side: str) -> Journeys:
        """The journeys of a side."""
        return {"here": self.journeys, "there": self.there, "far": self.far, "beside": self.beside}[side]

    def keep(self, caller: Caller, what: Doings) -> None:
        """What the hospital keeps to itself: files that nobody has named yet, jobs, and what it has read."""
        for _ in what.moves:
            hand_in(self.site.application, self.site.world.hospital)
            caller.ask("POST", "/api/v1/jobs/certificates", {"cycle_id": self.site.world.cycle_id})
        for notice in caller.get("/api/v1/inbox").json["items"][: what.clinics]:
            caller.ask("POST", f"/api/v1/inbox/{notice['id']}/open")

    def caller(self, name: str, seen: Traveller) -> Caller:
        """A session of a caller."""
        if name == "physician":
            return self.site.as_physician(seen.physician_id)
        if name == "auditor":
            return self.site.as_auditor(self.site.world.county)
        if name == "operator":
            return self.operator()
        world = self.site.world
        return self.site.as_organisation(getattr(world, name, None) or getattr(self.journeys, name))

    def operator(self) -> Caller:
        """A session of somebody in the hospital who acts for one department of it."""
        payload = CreateAccount(
            institution_id=str(self.site.world.hospital.organisation_id),
            kind=AccountKind.ORGANISATION,
            login="operator",
            operator_id="operator",
            department_ids=(self.journeys.department_id,),
        )
        made = self.site.world.send(SYSTEM, "account", None, "create", payload)
        return self.site.session_of(made.id, "operator")

    def happen(self, journeys: Journeys, what: Doings) -> list[Traveller]:
        """Let it happen; give the people whom it is about."""
        play = Play(journeys)
        for state, level, simplified in what.people:
            traveller = play.join(level=level)
            journeys.lead(traveller, state, level=level, **(SIMPLIFIED if simplified else {}))
        for move in what.moves:
            if move.person < len(play.people):
                play.play(move)
        for number in range(what.clinics):
            made = CreateInstitution(
                superior_id=journeys.world.county.organisation_id,
                name=f"诊所{number}",
                kind=OrganisationKind.MEDICAL,
            )
            journeys.world.send(journeys.world.county, "institution", None, "create", made)
        for event in ("save", "publish", "withdraw")[: what.announcements]:
            announce(journeys, event)
        return play.people


def announce(journeys: Journeys, event: str) -> None:
    """Let the county announce something, or only write it, or take it back."""
    world = journeys.world
    words = CreateAnnouncement(
        institution_id=str(world.county.organisation_id), title=f"公告{event}", text="请按时完成报名。"
    )
    made = world.send(world.county, "announcement", None, "create", words).id
    if event != "save":
        world.send(world.county, "announcement", made, "publish")
    if event == "withdraw":
        world.send(world.county, "announcement", made, "withdraw", reason="内容有误")
