"""
Nobody learns anything of what is out of sight: two worlds that differ in that alone give equal answers to the letter.

In the busy world people whom the caller does not see go their ways, and institutions are made where the caller sees
none; in the quiet world nothing of it happens. Then the caller looks at everything there is and tries this and that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion, Save
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    HIGH,
    LOW,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.plays import Move, Play
from kaohe_workflow.testing.repertoire import PERSONAL
from kaohe_workflow.testing.worlds import filing, make_organisation
from kaohe_workflow.values.terms import (
    AccountKind,
    Category,
    Level,
    OrganisationKind,
    Procedure,
    Stage,
    Verdict,
)
from tests.property.service.transcripts import (
    FIRST_HIDDEN,
    NOT_ASKED,
    ROUTES,
    Transcript,
    knock,
    knock_at,
    look_around,
    try_around,
)
from tests.service.conftest import Caller, Site, make_site

DEEP = settings().max_examples > 100

WAY = ("not_enrolled", "awaiting_registration", "awaiting_institution_review", "awaiting_agency_review")
READY = "awaiting_assessment"

CALLERS: Mapping[str, tuple[str, str]] = {
    "physician": ("here", "there"),
    "hospital": ("here", "there"),
    "agency": ("here", "there"),
    "county": ("here", "there"),
    "auditor": ("here", "there"),
    "elsewhere": ("there", "here"),
    "neighbour": ("there", "here"),
    "city": ("here", "far"),
    "province": ("here", "in private"),
    "operator": ("here", "beside"),
}
"""
Caller → on which side what the caller sees happens, and on which side what the caller does not: in the hospital's
county, in the one next to it, in another city; in another department of the hospital than the operator's own; or
nowhere but in what the hospital keeps to itself.
"""

EXAMPLES = -(-500 // len(CALLERS)) if DEEP else 4
"""Of each caller: a look at everything takes as long as a hundred requests."""

OUT_OF_SIGHT = [
    # Who comes to another institution is that one's business too.
    what
    for what in PERSONAL
    if what[1] not in ("take_in", "force_move", "reenter")
]


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


doings = st.builds(
    Doings,
    st.lists(
        st.tuples(st.sampled_from([*WAY, READY, READY]), st.sampled_from(Level), st.booleans()),
        min_size=1,
        max_size=3,
    ).map(tuple),
    st.lists(
        st.builds(
            lambda part, what, person, paper, choice: Move(part, *what, person, paper, choice),
            st.sampled_from(["physician", "hospital", "agency", "county", "city", "province"]),
            st.sampled_from(OUT_OF_SIGHT),
            st.integers(0, 2),
            st.integers(0, 3),
            st.integers(0, 4),
        ),
        max_size=8,
    ).map(tuple),
    st.integers(0, 2),
    st.integers(0, 3),
)

REQUESTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("assessments", {"event": "claim"}),
    ("assessments", {"event": "withdraw_filing"}),
    ("assessments", {"event": "submit_opinion", "payload": {"work": "qualified", "ethics": "qualified"}}),
    ("assessments", {"event": "return", "payload": {"code": "incomplete"}, "reason": "材料不全"}),
    ("assessments", {"event": "pass"}),
    ("assessments", {"event": "return_to_institution", "reason": "重新评定"}),
    ("physicians", {"event": "delete"}),
    ("physicians", {"event": "leave", "payload": {"reason": "resigned"}}),
    ("papers", {"event": "start"}),
    ("exemptions", {"event": "pass"}),
    ("departments", {"event": "delete"}),
    ("institutions", {"event": "close", "reason": "停业"}),
)
requests = st.lists(
    st.builds(lambda one, index: (*one, index), st.sampled_from(REQUESTS), st.integers(0, 3)), max_size=4
)


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


def known(side: Side, people: list[Traveller]) -> list[tuple[str, str]]:
    """Collections and ids of what people have, and of all that was announced."""
    found = [("physicians", one.physician_id) for one in people]
    for one in people:
        found.append(("assessments", one.case_id))
        found += [("papers", paper) for paper in side.site.world.papers_of(one.case_id).values()]
    announced = side.site.application.lists.page(SYSTEM, "announcements", {}, limit=200).rows
    return found + [("announcements", str(row["id"])) for row in announced]


def lived(
    name: str, state: str, late: bool, hidden: Doings | None, asked: list[tuple[str, dict[str, Any], int]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """One world: what the caller was told in it, and what betrays that there is something out of sight."""
    side = Side.make()
    own, other = CALLERS[name]
    journeys = side.on(own)
    seen = journeys.newcomer(**({"department_id": journeys.department_id} if name == "operator" else {}))
    journeys.lead(seen, state)
    people: list[Traveller] = []
    if other == "in private":
        clerk = side.site.as_organisation(side.site.world.hospital)
        if hidden is not None:
            side.keep(clerk, hidden)
    elif hidden is not None:
        people = side.happen(side.on(other), hidden)
        if name == "physician":
            people += side.happen(journeys, attrs.evolve(hidden, clinics=0))
    if late:
        journeys.not_before(SITTING_DAY)
        if state == READY:
            journeys.score(seen, Stage.FIRST, humanities=HIGH, professional=LOW)
        journeys.not_before(RESULT_DAY)
        journeys.publish(Stage.FIRST)
    side.site.world.settle()
    caller = side.caller(name, seen)  # a session would not last through the days before
    transcript = Transcript(caller)
    look_around(transcript, side.site.world.cycle_id)
    try_around(transcript, asked)
    look_around(transcript, side.site.world.cycle_id)
    betrayed = [*knock(caller, known(side, people)), *knock_at(caller, hidden_places(side, other))]
    return transcript.lines, betrayed


def hidden_places(side: Side, other: str) -> list[str]:
    """The hospital and the county that the caller does not see; a province, or a colleague, has none such."""
    if other in ("in private", "beside"):
        return []
    world = side.on(other).world
    return [str(office.organisation_id) for office in (world.hospital, world.county)]


def test_every_operation_is_asked_or_left_out_for_a_reason() -> None:
    """What is new in the description is compared, too."""
    assert set(NOT_ASKED) <= {route.operation for route in ROUTES}

    transcript = Transcript(make_site().nobody())
    look_around(transcript, "nowhere")
    told = "\n".join(transcript.lines)
    for route in ROUTES:
        pattern = f"{route.method} " + re.sub(r"\{[a-z]+\}", "[^/ ?]+", route.path) + r"\?"
        assert (re.search(pattern, told) is None) is (route.operation in NOT_ASKED), route.operation


@pytest.mark.parametrize("name", CALLERS)
@settings(max_examples=EXAMPLES)
@given(state=st.sampled_from([*WAY, READY]), late=st.booleans(), hidden=doings, asked=requests)
def test_what_is_out_of_sight_makes_no_difference(
    name: str, state: str, late: bool, hidden: Doings, asked: list[tuple[str, dict[str, Any], int]]
) -> None:
    """Lists, numbers, figures, home page, inbox, history, what may be done, and every refusal."""
    quiet, _ = lived(name, state, late, None, asked)
    busy, betrayed = lived(name, state, late, hidden, asked)

    assert quiet == busy
    assert [] == betrayed


@attrs.frozen
class Written:
    """What somebody has written and not sent: a draft of a registration, and one of an opinion."""

    filing: Mapping[str, Any]
    opinion: GiveOpinion


TEXTS = st.sampled_from(["", "述职", "本周期内完成各项工作。", "甲" * 40])
drafts = st.builds(
    Written,
    st.fixed_dictionaries(
        {
            "procedure": st.none() | st.sampled_from(Procedure),
            "bad_record": st.none() | st.booleans(),
            "statement": TEXTS,
            "level": st.none() | st.sampled_from(Level),
            "category": st.none() | st.sampled_from(Category),
        }
    ),
    st.builds(
        GiveOpinion,
        work=st.none() | st.sampled_from(Verdict),
        ethics=st.none() | st.sampled_from(Verdict),
        work_reason=TEXTS,
        ethics_reason=TEXTS,
    ),
)

READERS = {
    "draft": ("hospital", "agency", "county", "city", "province", "auditor", "colleague"),
    "opinion": ("physician", "agency", "county", "city", "province", "auditor", "colleague"),
}
"""What is written → who sees the case, or lives beside it, and is not shown a word of it."""


def read(what: str, reader: str, written: Written, returned: bool) -> list[str]:
    """What a reader is told in a world where this was written."""
    side = Side.make()
    journeys, world = side.journeys, side.site.world
    colleague = journeys.newcomer()
    seen = journeys.newcomer()
    if what == "draft":
        journeys.lead(seen, "registration_returned" if returned else "awaiting_registration")
        save = Save(filing(journeys.department_id, **written.filing))
        world.send(seen.principal, "assessment", seen.case_id, "save", save)
    else:
        journeys.lead(seen, "returned_by_agency" if returned else "awaiting_institution_review")
        world.send(world.hospital, "assessment", seen.case_id, "save_opinion", written.opinion)
    world.settle()
    who = ("physician", colleague) if reader == "colleague" else (reader, seen)
    transcript = Transcript(side.caller(*who))
    look_around(transcript, world.cycle_id)
    return transcript.lines


@pytest.mark.manual("N-1.4")
@pytest.mark.parametrize(
    ("what", "reader"), [(what, reader) for what, readers in READERS.items() for reader in readers]
)
@settings(max_examples=40 if DEEP else 3)
@given(one=drafts, other=drafts, returned=st.booleans())
def test_a_draft_is_its_writers_alone(
    what: str, reader: str, one: Written, other: Written, returned: bool
) -> None:
    """保存是草稿: nobody else is told what stands in it, in no list, number, reason or history."""

    assert read(what, reader, one, returned) == read(what, reader, other, returned)
