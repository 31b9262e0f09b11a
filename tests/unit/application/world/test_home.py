"""The home page (手册 2.2.2): what waits for the caller and for nobody else, and how far those are whom it sees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.home import Contact, HomePage
from kaohe_workflow.application.queries.rates import Rate
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import AssignAgency, ConfirmCycle, SaveProfile
from kaohe_workflow.testing.journeys import LAST_DAY, RESULT_DAY, SIMPLIFIED, Journeys
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, Stage
from tests.unit.application.world.steps import second_cycle

Six = tuple[int, ...]
NOTHING: Six = (0,) * 6


def counters(world: World, principal: Principal) -> Six:
    """General, simplified and exemption as the institution; the same as the agency."""
    home = world.application.home.show(principal)
    return (
        home.current.general_awaiting,
        home.current.simplified_awaiting,
        home.current.exemption_awaiting,
        home.current.general_agency_awaiting,
        home.current.simplified_agency_awaiting,
        home.current.exemption_agency_awaiting,
    )


def auditor_of(organisation: Principal) -> Principal:
    return attrs.evolve(organisation, account_id="auditor", kind=AccountKind.AUDITOR)


@pytest.fixture
def busy(stored: Journeys) -> Journeys:
    """Of the hospital: 2 general and 1 simplified with it, 1 and 2 with the agency; 1 and 1 applications there."""
    for _ in range(3):
        stored.to("awaiting_agency_review", **SIMPLIFIED)
    stored.to("awaiting_agency_review")
    stored.to("awaiting_institution_review")
    stored.to("returned_by_agency")
    sitting = [stored.to("awaiting_assessment") for _ in range(2)]
    stored.to("awaiting_institution_review", **SIMPLIFIED)
    exemptions = [stored.apply_for_exemption(traveller) for traveller in sitting]
    stored.world.send(stored.world.hospital, "exemption", exemptions[0], "pass")
    stored.to("awaiting_registration")
    stored.newcomer()
    return stored


HOSPITALS = (2, 1, 1)
AGENCYS = (1, 3, 1)


@pytest.mark.manual("S-54", "S-I2")
def test_each_role_is_told_what_waits_for_it(busy: Journeys) -> None:
    """待医疗卫生机构审核 is the institution's, 待考核机构复核 the agency's; nobody else has any."""
    world = busy.world
    others = (
        world.county,
        world.city,
        world.province,
        busy.elsewhere,
        busy.neighbour,
        busy.newcomer().principal,
        *map(auditor_of, (world.province, world.hospital)),
        attrs.evolve(world.hospital, init_only=True),
    )

    assert (*HOSPITALS, 0, 0, 0) == counters(world, world.hospital)
    assert (0, 0, 0, *AGENCYS) == counters(world, world.agency)
    assert {NOTHING} == {counters(world, other) for other in others}


def test_an_institution_that_assesses_itself_has_both(busy: Journeys) -> None:
    """A hospital may be its own agency: two queues, told apart."""
    world = busy.world
    own = str(world.hospital.organisation_id)
    world.entrust(world.hospital)
    world.send(world.county, "institution", own, "assign_agency", AssignAgency(own))

    assert (*HOSPITALS, *AGENCYS) == counters(world, world.hospital)
    assert NOTHING == counters(world, world.agency)


def test_for_want_of_an_agency_the_superior_has_its_queue(busy: Journeys) -> None:
    """The direct superior acts, and nobody above it."""
    world = busy.world
    own = str(world.hospital.organisation_id)
    world.send(world.county, "institution", own, "assign_agency", AssignAgency(None))

    assert (0, 0, 0, *AGENCYS) == counters(world, world.county)
    assert {NOTHING} == {counters(world, other) for other in (world.agency, world.city, world.province)}


def test_an_administration_may_be_assigned_by_name(busy: Journeys) -> None:
    """Then it is the agency as any other."""
    world = busy.world
    own = str(world.hospital.organisation_id)
    world.send(world.county, "institution", own, "assign_agency", AssignAgency(world.county.organisation_id))

    assert (0, 0, 0, *AGENCYS) == counters(world, world.county)


@pytest.mark.manual("S-21")
def test_rates_are_over_everybody_whom_the_caller_sees(busy: Journeys) -> None:
    """10 take part, 9 have filed, 6 have left the review; whoever sees them all is told so, the auditor too."""
    world = busy.world
    seeing = (world.hospital, world.agency, world.county, world.province, auditor_of(world.province))

    for caller in seeing:
        home = world.application.home.show(caller)

        assert (Rate(9, 10), Rate(6, 10), Rate(0, 10)) == (
            home.current.registered,
            home.current.reviewed,
            home.current.finished,
        )
    strangers = [world.application.home.show(one) for one in (busy.elsewhere, auditor_of(busy.neighbour))]

    assert [Rate(0, 0)] * 2 == [home.current.registered for home in strangers]


@pytest.mark.manual("S-18")
def test_everybody_is_told_the_windows_of_the_cycle(journeys: Journeys) -> None:
    """考核时间安排 (手册 2.2.2): the name of the cycle and its windows, of agencies, filing, review and evaluation."""
    world = journeys.world
    for principal in (world.hospital, world.agency, world.county, journeys.newcomer().principal):
        home = world.application.home.show(principal)

        assert ("第一周期", WINDOWS) == (home.current.cycle_name, home.current.windows)


@pytest.mark.manual("S-22")
def test_an_institution_is_told_whom_to_call(stored: Journeys) -> None:
    """联系方式 (手册 2.2.2): contact and telephone of its assessment institution and of its administration."""
    world = stored.world
    for office, name, phone in (
        (world.agency, "李科长", "0771-2345678"),
        (world.county, "周主任", "0771-8765432"),
    ):
        profile = SaveProfile(
            name=name_of(world, office),
            address="民主路1号",
            grade=Grade.THIRD_A,
            contact=name,
            contact_phone=phone,
        )
        world.send(office, "institution", office.organisation_id, "save_profile", profile)

    assert (
        Contact("agency", name_of(world, world.agency), "李科长", "0771-2345678"),
        Contact("administration", name_of(world, world.county), "周主任", "0771-8765432"),
    ) == world.application.home.show(world.hospital).contacts


def name_of(world: World, office: Principal) -> str:
    """What an organisation is called."""
    found = world.application.cases.get(world.province, "institution", str(office.organisation_id))
    return str(found.record.name)


@pytest.mark.manual("S-16")
def test_home_says_whose_it_is(journeys: Journeys) -> None:
    """The top bar: the organisation's name and kind (手册 2.2.1); a physician's is the one of the roster."""
    world = journeys.world
    doctor = journeys.to("awaiting_registration").principal
    shown = [world.application.home.show(one) for one in (world.hospital, world.province, doctor)]

    assert [
        ("第一人民医院", OrganisationKind.MEDICAL),
        ("省卫生健康委员会", OrganisationKind.PROVINCE),
        ("第一人民医院", OrganisationKind.MEDICAL),
    ] == [(home.organisation_name, home.organisation_kind) for home in shown]


@pytest.mark.manual("S-21")
def test_nobody_is_a_share_of_nobody(journeys: Journeys) -> None:
    """0 of 0 is no per cent (「–」), neither 0 nor 100; with the first who takes part it is."""
    world = journeys.world
    before = world.application.home.show(world.hospital)
    journeys.to("awaiting_registration")
    after = world.application.home.show(world.hospital)

    assert [(0, 0, None)] * 3 == [
        (rate.done, rate.all, rate.percent)
        for rate in (before.current.registered, before.current.reviewed, before.current.finished)
    ]
    assert [(0, 1, 0)] * 3 == [
        (rate.done, rate.all, rate.percent)
        for rate in (after.current.registered, after.current.reviewed, after.current.finished)
    ]


@pytest.mark.manual("S-18")
def test_home_shows_the_days_of_the_cycle(journeys: Journeys) -> None:
    """当前考核周期信息, beside the windows; nothing before a cycle runs."""
    world = journeys.world
    home = world.application.home.show(world.hospital)

    assert (date(2020, 1, 1), date(2022, 12, 31)) == (home.current.first_day, home.current.last_day)


@pytest.mark.manual("S-17")
def test_home_asks_an_institution_once_whether_it_has_read_the_dates(journeys: Journeys) -> None:
    """去确认 until it is done; administrations and physicians are not asked."""
    world = journeys.world
    before = world.application.home.show(world.hospital).current.cycle_confirmed
    confirmed = ConfirmCycle(world.cycle_id)
    world.send(world.hospital, "institution", world.hospital.organisation_id, "confirm_cycle", confirmed)
    after = world.application.home.show(world.hospital).current.cycle_confirmed

    assert (False, True) == (before, after)
    assert world.application.home.show(world.county).current.cycle_confirmed is None


def published_after(journeys: Journeys) -> str:
    """Another cycle is published while the first one goes on; its id."""
    following = second_cycle(journeys)
    journeys.world.send(journeys.world.province, "cycle", following, "publish")
    journeys.world.settle()
    return following


@pytest.mark.manual("S-18", "S-20", "S-21")
def test_a_cycle_that_goes_on_is_not_hidden_by_the_next(stored: Journeys) -> None:
    """Of each its windows, its days, what waits and how far it is: files of the older one are still reviewed."""
    world = stored.world
    stored.to("awaiting_institution_review")
    stored.to("awaiting_agency_review")
    following = published_after(stored)
    home = world.application.home.show(world.hospital)
    newer, older = home.cycles

    assert (following, world.cycle_id) == (newer.cycle_id, older.cycle_id)
    assert newer == home.current
    assert (0, 1) == (newer.general_awaiting, older.general_awaiting)
    assert 1 == world.application.home.show(world.agency).cycles[1].general_agency_awaiting
    assert (Rate(0, 0), Rate(2, 2)) == (newer.registered, older.registered)
    assert WINDOWS == older.windows != newer.windows
    assert (False, False) == (newer.cycle_confirmed, older.cycle_confirmed)


@pytest.mark.manual("S-18")
def test_a_physician_begins_with_the_case_that_is_under_way(stored: Journeys) -> None:
    """A make-up that is still to be sat stands before the cycle that has just been published; then the newest does."""
    world = stored.world
    done = stored.to("awaiting_institution_review")
    stored.fail_opinion(done)
    waiting = stored.to("awaiting_makeup")
    following = published_after(stored)
    shown = [world.application.home.show(one.principal) for one in (waiting, done)]

    assert [world.cycle_id, following] == [home.current.cycle_id for home in shown]
    assert (waiting.case_id, "awaiting_makeup") == (
        shown[0].current.assessment_id,
        shown[0].current.assessment_state,
    )
    assert ["not_enrolled", "unqualified"] == [one.assessment_state for one in shown[1].cycles]
    assert [None] * 2 == [one.assessment_id for one in world.application.home.show(world.hospital).cycles]


@attrs.define
class Asked:
    """A store that notes what is asked of it."""

    store: Store
    questions: list[str] = attrs.field(factory=list)

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Any]:
        with self.store.begin(write=write) as unit:
            yield Noting(unit, self.questions)


@attrs.define
class Noting:
    unit: UnitOfWork
    questions: list[str]

    def __getattr__(self, name: str) -> Any:
        self.questions.append(name)
        return getattr(self.unit, name)


def questions(world: World, principal: Principal) -> list[str]:
    """What the home page of somebody asks of the store."""
    asked = Asked(world.application.store)
    HomePage(asked, world.application.catalogue).show(principal)
    return asked.questions


def test_another_cycle_asks_nothing_more(journeys: Journeys) -> None:
    """However many cycles run: what waits in all of them is counted at once."""
    world = journeys.world
    doctor = journeys.to("awaiting_institution_review").principal
    callers = (world.hospital, world.agency, world.county, world.province, doctor)
    one = [questions(world, caller) for caller in callers]
    published_after(journeys)

    assert one == [questions(world, caller) for caller in callers]


def test_where_no_cycle_runs_nothing_waits(journeys: Journeys) -> None:
    """Before the first is published, and once the last is archived."""
    world = journeys.world
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    journeys.not_before(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    home = world.application.home.show(world.hospital)

    assert ((), None) == (home.cycles, home.current)
