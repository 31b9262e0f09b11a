"""A small world behind the service, and callers that are logged in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_service.app import WsgiApp, create_app
from kaohe_service.openapi import describe
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, load_catalogue, open_store
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.sessions import LoggedIn
from kaohe_workflow.application.accounts.throttle import global_bucket, network_bucket
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.ports import Store
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.agency_application.events import SaveCommittee, Seat
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement
from kaohe_workflow.lifecycles.cheating.events import Mark
from kaohe_workflow.lifecycles.deferral.events import Apply as ApplyForDeferral
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.result_review import events as review_events
from kaohe_workflow.lifecycles.spot_check.events import Draw
from kaohe_workflow.testing.amendments import correction
from kaohe_workflow.testing.enrolment_lists import approving_lists, hand_in_list
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import BAD
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import AccountKind, CheatingManner, OrganisationKind, Stage
from tests.service.callers import Caller
from tests.service.samples import Samples

PASSWORD = "Blue-Hill-47"


class QuickPasswords:
    """Passwords that are kept as they are: the slow hash has tests of its own."""

    def hash(self, password: str) -> str:
        return f"quick:{password}"

    def matches(self, hashed: str | None, password: str) -> bool:
        return hashed == f"quick:{password}"

    def outdated(self, hashed: str) -> bool:
        return False


@attrs.define
class Site:
    """The service over a world; ``woken`` counts the writes that it told of."""

    world: World
    app: WsgiApp
    other: Principal
    woken: list[None]
    _offices: int = 0

    @property
    def application(self) -> Application:
        """The use cases behind it."""
        return self.world.application

    def nobody(self) -> Caller:
        """A caller without a session."""
        return Caller(self.app)

    def with_token(self, token: str) -> Caller:
        """A caller with a session."""
        return Caller(self.app, token)

    def account_of(self, organisation: Principal) -> tuple[str, str]:
        """A new account of an organisation, not activated yet: its id and login."""
        self._offices += 1
        login = f"office-{self._offices}"
        payload = CreateAccount(
            institution_id=str(organisation.organisation_id),
            kind=AccountKind.ORGANISATION,
            login=login,
            operator_id=organisation.operator_id,
        )
        return self.world.send(SYSTEM, "account", None, "create", payload).id, login

    def as_organisation(self, organisation: Principal) -> Caller:
        """A session of somebody in an organisation."""
        account_id, login = self.account_of(organisation)
        return self.session_of(account_id, login)

    def as_auditor(self, organisation: Principal) -> Caller:
        """A session of an auditor of an organisation and of what lies below it."""
        self._offices += 1
        login = f"auditor-{self._offices}"
        payload = CreateAccount(
            institution_id=str(organisation.organisation_id),
            kind=AccountKind.AUDITOR,
            login=login,
            operator_id="auditor",
        )
        return self.session_of(self.world.send(SYSTEM, "account", None, "create", payload).id, login)

    def as_physician(self, physician_id: str) -> Caller:
        """A session of a physician, who logs in by the ID number."""
        application = self.application
        rows = application.lists.page(SYSTEM, "accounts", {"physician_id": physician_id}).rows
        login = application.cases.get(SYSTEM, "affiliation", physician_id).record.id_number
        return self.session_of(str(rows[0]["id"]), login)

    def session_of(self, account_id: str, login: str) -> Caller:
        """Activate an account, or reset it, and log in."""
        accounts = self.application.accounts
        first = self._log_in(login, accounts.issue_code(SYSTEM, account_id, reason="重新登录").code)
        return Caller(self.app, accounts.activate(first.token, PASSWORD).token)

    def init_only(self, organisation: Principal) -> Caller:
        """A session that may only set the first password."""
        account_id, login = self.account_of(organisation)
        code = self.application.accounts.issue_code(SYSTEM, account_id, reason="重新登录").code
        return Caller(self.app, self._log_in(login, code).token)

    def _log_in(self, login: str, code: str) -> LoggedIn:
        """
        Log in to set something up: it counts nowhere, or the tests of a whole run would use up what one network may.
        """
        found = self.application.accounts.log_in(login, code)
        with self.application.store.begin() as unit:
            for bucket in (network_bucket(None), global_bucket()):
                unit.clear_throttle(bucket.name)
            unit.commit()
        return found


ILLNESS = {"code": "illness", "label": "患病不能参加考核"}
"""The ground for 延考."""


def make_site(around: Callable[[Store], Store] = lambda store: store) -> Site:
    """
    A new world with a second hospital that has nothing to do with the first one, in a province that knows 延考.

    What ``around`` makes of its store is what the service stands on.
    """
    clock, keys = SettableClock(START), Keys.fresh()
    application = build_application(
        around(open_store("memory:", keys)),
        keys,
        clock=clock,
        catalogue=with_parameters(load_catalogue(), {"deferral": True, "deferral_grounds": [ILLNESS]}),
        printer=PlainPrinter(),
    )
    application = attrs.evolve(
        application, accounts=attrs.evolve(application.accounts, passwords=QuickPasswords())
    )
    world = World.make(application, clock)
    made = CreateInstitution(
        superior_id=world.county.organisation_id, name="第二人民医院", kind=OrganisationKind.MEDICAL
    )
    other_id = world.send(world.county, "institution", None, "create", made).id
    other = Principal(
        account_id=f"account-of-{other_id}",
        kind=AccountKind.ORGANISATION,
        organisation_id=other_id,
        organisation_kind=OrganisationKind.MEDICAL,
        path=f"{world.county.path}{other_id}/",
        operator_id=f"person-of-{other_id}",
    )
    woken: list[None] = []
    app = create_app(application, wake=lambda: woken.append(None))
    return Site(world, app, other, woken)


@pytest.fixture
def site() -> Site:
    """A world of this test alone."""
    return make_site()


@pytest.fixture(scope="session")
def filled() -> tuple[Site, Mapping[str, str]]:
    """A site with a case of every kind, and their ids by collection; for reading and for being refused only."""
    full = make_site()
    return full, fill(full)


@pytest.fixture
def certified(site: Site) -> tuple[Site, Mapping[str, str]]:
    """A site with a case of every kind, for a test that changes them."""
    return site, fill(site)


@pytest.fixture(scope="session")
def still(filled: tuple[Site, Mapping[str, str]]) -> Site:
    """The same site, for tests that change nothing."""
    return filled[0]


@pytest.fixture
def hospital(site: Site) -> Caller:
    """Somebody at the hospital."""
    return site.as_organisation(site.world.hospital)


@pytest.fixture
def province(site: Site) -> Caller:
    """Somebody at the province's administration."""
    return site.as_organisation(site.world.province)


@pytest.fixture
def add_physicians(site: Site) -> Callable[[int], list[str]]:
    """Adds people to the hospital; gives their ids."""

    def add(count: int) -> list[str]:
        return [
            site.world.physician(person(index).id_number, person(index).name).physician_id or ""
            for index in range(count)
        ]

    return add


@pytest.fixture
def add_elsewhere(site: Site) -> Callable[[int], str]:
    """Adds a person with a department to the second hospital; gives the person's id."""

    def add(index: int) -> str:
        institution_id = str(site.other.organisation_id)
        site.world.send(site.other, "department", None, "create", CreateDepartment(institution_id, "外科"))
        one = person(index)
        payload = AddPhysician(institution_id=institution_id, name=one.name, id_number=one.id_number)
        return site.world.send(site.other, "affiliation", None, "add", payload).id

    return add


def taken_away(world: World, assessment_id: str, paper: str) -> str:
    """The id of a mark of a paper, which the administration has taken away again."""
    suspected = Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=("p1",),
        assessment_id=assessment_id,
        evaluation_id=paper,
    )
    mark = world.send(world.hospital, "cheating", None, "mark", suspected, reason="照片不符").id
    world.send(world.county, "cheating", mark, "unmark", reason="系误标")
    return mark


def applied(world: World, physician: Principal, assessment_id: str) -> tuple[str, str, str]:
    """The ids of a physician's applications: to be exempt, to sit later, and to have the number corrected."""
    exemption = Apply(
        ground="residency_training",
        certificate_on=date(2021, 6, 1),
        none_excluded=True,
        attachments=(hand_in(world.application, physician),),
        assessment_id=assessment_id,
    )
    diagnosis = hand_in(world.application, physician)
    deferral = ApplyForDeferral(ground="illness", attachments=(diagnosis,), assessment_id=assessment_id)
    number = correction(
        physician_id=physician.physician_id, field=LockedField.ID_NUMBER, value=person(9).id_number
    )
    return (
        world.send(physician, "exemption", None, "apply", exemption).id,
        world.send(physician, "deferral", None, "apply", deferral).id,
        world.send(physician, "amendment", None, "create", number).id,
    )


def held_off(world: World, assessment_id: str) -> str:
    """The id of a recusal: a member of the agency's committee stays out of a file."""
    agency = world.agency
    roster = SaveCommittee((Seat(name="李委员"),))
    world.send(agency, "agency_application", world.application_of(agency), "save_committee", roster)
    payload = HoldOff(member="李委员", assessment_id=assessment_id)
    return world.send(agency, "recusal", None, "declare", payload, reason="系亲属").id


def sampled(world: World) -> str:
    """The id of a sample of the hospital's results, which its administration has drawn."""
    payload = Draw(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id, number=1)
    return world.send(world.county, "spot_check", None, "draw_results", payload).id


def announced(world: World) -> str:
    """The id of what the hospital's county has announced, with a file."""
    county = world.county
    words = CreateAnnouncement(
        institution_id=str(county.organisation_id),
        title="关于报名的公告",
        text="请按时完成报名。",
        attachments=(hand_in(world.application, county),),
    )
    made = world.send(county, "announcement", None, "create", words).id
    world.send(county, "announcement", made, "publish")
    return made


def objected(world: World, physician: Principal, assessment_id: str) -> str:
    """The id of a physician's application to have the result reviewed."""
    appeal = review_events.Apply(assessment_id=assessment_id, grounds="请复核")
    return world.send(physician, "result_review", None, "apply", appeal).id


def followed_up(site: Site, department: str) -> str:
    """The id of what follows the result of somebody whose 职业道德 is 不合格."""
    world, third = site.world, person(11)
    case_id = world.file(world.physician(third.id_number, third.name), department)
    world.send(world.hospital, "assessment", case_id, "submit_opinion", BAD)
    world.send(world.agency, "assessment", case_id, "confirm_fail")
    rows = site.application.lists.page(SYSTEM, "follow-ups", {"assessment_id": case_id}).rows
    return str(rows[0]["id"])


def fill(site: Site) -> dict[str, str]:
    """
    Take somebody of the hospital to a certificate; give an id of every collection, all of them the hospital's.

    The cycle is the province's. An application for exemption is made by a second person.
    """
    world = site.world
    department, application = world.department(), world.entrust(world.hospital)
    world.at(date(2023, 11, 28))
    followed, listed = followed_up(site, department), hand_in_list(approving_lists(world))
    first, second = (world.physician(person(index).id_number, person(index).name) for index in (0, 1))
    files = [world.file(physician, department) for physician in (first, second)]
    for case_id in files:
        world.review(case_id)
    exemption, deferral, amendment = applied(world, second, files[1])
    world.at(date(2024, 1, 4))
    papers = world.papers_of(files[0])
    for paper in papers.values():
        world.send(world.province, "evaluation", paper, "record_score", RecordScore(Decimal("87.50")))
    mark = taken_away(world, files[0], next(iter(papers.values())))
    world.at(date(2024, 1, 13))
    world.publish_lines(Stage.FIRST)
    lists = site.application.lists
    return {
        "reviews": objected(world, first, files[0]),
        "enrolment-lists": listed,
        "spot-checks": sampled(world),
        "announcements": announced(world),
        "follow-ups": followed,
        "cycles": world.cycle_id,
        "institutions": str(world.hospital.organisation_id),
        "agency-applications": application,
        "reports": str(world.report_of(world.hospital)),
        "departments": department,
        "accounts": lists.page(SYSTEM, "accounts", {"physician_id": str(first.physician_id)}).rows[0]["id"],
        "physicians": str(first.physician_id),
        "amendments": amendment,
        "assessments": files[0],
        "exemptions": exemption,
        "deferrals": deferral,
        "papers": next(iter(papers.values())),
        "marks": mark,
        "recusals": held_off(world, files[1]),
        "certificates": lists.page(SYSTEM, "certificates", {"assessment_id": files[0]}).rows[0]["id"],
    }


@pytest.fixture(scope="session")
def samples() -> Samples:
    """Sample values for the description of this service."""
    return Samples(describe(load_catalogue()))
