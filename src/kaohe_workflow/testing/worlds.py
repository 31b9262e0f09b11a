"""
A small world for tests: a province, a city and a county, a hospital, the hospital that assesses it, and a cycle.

Everything is made through the one door by whoever may make it, so a world is itself a first test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any, Self

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.identifiers import CrockfordIdentifiers
from kaohe_workflow.adapters.memory import MemoryContents, MemoryStore
from kaohe_workflow.adapters.wiring import (
    PROVINCE,
    build_application,
    load_catalogue,
    open_contents,
    open_store,
)
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.attached import named_files
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.send import Receipt
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.agency_application.events import OpenPermission, SaveMaterial
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Submit
from kaohe_workflow.lifecycles.assessment.filing import EthicsSelfEvaluation, Filing, WorkSelfEvaluation
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, PublishLine
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import AssignAgency, CreateInstitution, SaveProfile
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.files import handed_in
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.values.terms import (
    AccountKind,
    Category,
    Ground,
    Level,
    OrganisationKind,
    PaperKind,
    Procedure,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import CycleWindows, Window

START = datetime(2023, 11, 1, 1, tzinfo=UTC)
"""When a world begins; its windows follow in the same winter."""

WINDOWS = CycleWindows(
    agency_application=Window.of_days(date(2023, 11, 22), date(2023, 12, 2)),
    registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 27)),
    review=Window.of_days(date(2023, 11, 27), date(2023, 12, 29)),
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 12)),
    makeup_confirm=Window.of_days(date(2024, 1, 16), date(2024, 1, 19)),
    makeup=Window.of_days(date(2024, 1, 22), date(2024, 1, 26)),
)

APPLICATION_DAY = date(2023, 11, 23)
"""Institutions apply to be assessment institutions."""

_MADE: dict[int, tuple[Any, Keys]] = {}
"""The id of a catalogue, which its world keeps → the world in memory that is copied."""

LINES = {Level.LICENSED: Decimal(60), Level.ASSISTANT: Decimal(55)}


def noon(day: date) -> datetime:
    """Noon of a day in China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@attrs.define
class World:
    """
    An application with organisations and a published cycle.

    ``province``, ``county``, ``hospital`` and ``agency`` are principals of their organisations, each a named person;
    `physician` gives that of somebody who was added.
    """

    application: Application
    clock: SettableClock
    province: Principal
    city: Principal
    county: Principal
    hospital: Principal
    agency: Principal
    cycle_id: str

    @classmethod
    def make(cls, application: Application, clock: SettableClock, windows: CycleWindows = WINDOWS) -> Self:
        """
        Make the organisations and the cycle with its windows; the clock stands at `START` before and after.

        Where the province judges papers while they are sat, the lines of the first stage are published before.
        """
        clock.set(START)
        province = make_organisation(application, SYSTEM, None, "省卫生健康委员会", OrganisationKind.PROVINCE)
        city = make_organisation(application, province, province, "市卫生健康委员会", OrganisationKind.CITY)
        county = make_organisation(application, city, city, "区卫生健康局", OrganisationKind.COUNTY)
        hospital = make_organisation(application, county, county, "第一人民医院", OrganisationKind.MEDICAL)
        agency = make_organisation(application, county, county, "考核医院", OrganisationKind.MEDICAL)
        send = application.door.send
        first = CreateCycle(
            str(province.organisation_id), "第一周期", date(2020, 1, 1), date(2022, 12, 31), windows
        )
        cycle_id = send(province, "cycle", None, "create", first).id
        parameters = application.catalogue.parameters_of_cycle(first.first_day)
        if parameters.lines_ahead:
            for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL):
                for level, score in LINES.items():
                    line = PublishLine(Stage.FIRST, kind, level, score)
                    send(province, "cycle", cycle_id, "publish_line", line)
        send(province, "cycle", cycle_id, "publish")
        application.timers.work()
        world = cls(application, clock, province, city, county, hospital, agency, cycle_id)
        world.entrust(agency)
        assigned = AssignAgency(agency.organisation_id)
        send(county, "institution", hospital.organisation_id, "assign_agency", assigned)
        return world

    @classmethod
    @contextmanager
    def open(
        cls,
        url: str,
        keys: Keys | None = None,
        *,
        province: str = PROVINCE,
        catalogue: Catalogue | None = None,
        seed: int | None = None,
    ) -> Iterator[Self]:
        """
        A world in an empty store, which is closed afterwards; ``url`` as `wiring.open_store` takes it.

        ``province`` names whose parameters are in force, unless a catalogue brings its own. Worlds of one ``seed`` give
        the same ids in the same order.
        """
        clock, used = SettableClock(START), catalogue or load_catalogue(province)
        if url == "memory:" and keys is None and seed is None:
            made, sealed = cls._made_once(used)
            with made.copied(url, sealed) as world:
                yield world
            return
        keys = keys or Keys.fresh()
        identifiers = None if seed is None else CrockfordIdentifiers(clock, Random(seed).randbytes)
        with _opened(
            open_store(url, keys), url, keys, clock, catalogue=used, identifiers=identifiers
        ) as application:
            yield cls.make(application, clock)

    @classmethod
    def _made_once(cls, catalogue: Catalogue) -> tuple[Self, Keys]:
        """The world in memory that this process has of a catalogue, to be copied: making it takes far longer."""
        if id(catalogue) not in _MADE:
            clock, keys = SettableClock(START), Keys.fresh()
            with _opened(
                open_store("memory:", keys), "memory:", keys, clock, catalogue=catalogue
            ) as application:
                _MADE[id(catalogue)] = cls.make(application, clock), keys
        return _MADE[id(catalogue)]

    @contextmanager
    def copied(self, url: str, keys: Keys) -> Iterator[Self]:
        """
        This world in a copy of its store as it was when the world was made; ``keys`` are those of the store.

        A store in memory is copied here; the copy of a database is made by who calls, and lies at ``url``.
        """
        clock, own = SettableClock(START), self.application
        kept, catalogue = own.attachments.contents, own.catalogue
        contents = deepcopy(kept) if isinstance(kept, MemoryContents) else None
        store = own.store.copy() if isinstance(own.store, MemoryStore) else open_store(url, keys)
        named = own.door.tools.identifiers
        identifiers = named.going_on(clock) if isinstance(named, CrockfordIdentifiers) else None
        with _opened(
            store, url, keys, clock, contents=contents, catalogue=catalogue, identifiers=identifiers
        ) as application:
            yield attrs.evolve(self, application=application, clock=clock)

    def at(self, day: date) -> None:
        """Move the clock to noon of a day in China, and let the system do what is due."""
        self.clock.set(noon(day))
        self.settle()

    def settle(self) -> None:
        """Let the system do what is due: deadlines, then jobs."""
        self.application.timers.sweep()
        self.application.timers.work()

    def send(
        self,
        principal: Principal,
        lifecycle: str,
        case_id: str | None,
        event: str,
        *payload: Any,
        **more: Any,
    ) -> Receipt:
        """Send an event through the door; files that it names are handed in first: see `handed_in`."""
        known = self._files_of(lifecycle, case_id) if payload else frozenset()
        given = [handed_in(self.application, principal, one, known) for one in payload]
        return self.application.door.send(principal, lifecycle, case_id, event, *given, **more)

    def _files_of(self, lifecycle: str, case_id: str | None) -> frozenset[str]:
        """The files that a case names."""
        with self.application.store.begin(write=False) as unit:
            found = unit.read(lifecycle, [case_id] if case_id else [])
        return frozenset(id for case in found.values() for _, id in named_files(case.record))

    def department(self, name: str = "内科") -> str:
        """A new department of the hospital."""
        payload = CreateDepartment(str(self.hospital.organisation_id), name, ("03",))
        return self.send(self.hospital, "department", None, "create", payload).id

    def physician(self, id_number: str, name: str = "韦小明", **more: Any) -> Principal:
        """Add a physician to the hospital; a licensed clinician of thirty years unless said otherwise."""
        given: dict[str, Any] = {
            "level": Level.LICENSED,
            "category": Category.CLINICAL,
            "licensed_on": date(1992, 12, 31),
            "first_registered_on": date(1992, 12, 31),
        } | more
        payload = AddPhysician(
            institution_id=str(self.hospital.organisation_id), name=name, id_number=id_number, **given
        )
        added = self.send(self.hospital, "affiliation", None, "add", payload)
        return Principal(
            account_id=f"account-of-{added.id}",
            kind=AccountKind.PHYSICIAN,
            organisation_id=self.hospital.organisation_id,
            physician_id=added.id,
            operator_id=added.id,
        )

    def assessment_of(self, physician: Principal) -> str:
        """The physician's case in the cycle."""
        page = self.application.lists.page(physician, "assessments", {"cycle_id": self.cycle_id})
        return str(page.rows[0]["id"])

    def file(self, physician: Principal, department_id: str, **more: Any) -> str:
        """Enrol and file for a physician, within the registration window; 一般程序 unless said otherwise."""
        case_id = self.assessment_of(physician)
        self.send(self.hospital, "assessment", case_id, "enrol", Enrol())
        self.send(physician, "assessment", case_id, "submit", Submit(filing(department_id, **more)))
        return case_id

    def review(self, case_id: str) -> None:
        """Both opinions 合格, and passed by the agency."""
        opinion = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
        self.send(self.hospital, "assessment", case_id, "submit_opinion", opinion)
        self.send(self.agency, "assessment", case_id, "pass")

    def papers_of(self, case_id: str) -> dict[tuple[Stage, PaperKind], str]:
        """The ids of a case's papers."""
        page = self.application.lists.page(self.province, "papers", {"assessment_id": case_id}, limit=20)
        return {(Stage(row["stage"]), PaperKind(row["kind"])): str(row["id"]) for row in page.rows}

    def publish_lines(self, stage: Stage) -> None:
        """Publish the lines of every paper and level of a stage."""
        for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL):
            for level, score in LINES.items():
                self.send(
                    self.province,
                    "cycle",
                    self.cycle_id,
                    "publish_line",
                    PublishLine(stage, kind, level, score),
                )
        self.settle()

    def entrust(self, institution: Principal, *, by: Principal | None = None) -> str:
        """
        Make an institution an assessment institution of the cycle, on a day within the window for it.

        Decided ``by`` the county where nobody else is named; the clock stands afterwards where it stood. Returns the id
        of the application.
        """
        now, office = self.clock.now(), by or self.county
        self.clock.set(noon(APPLICATION_DAY))
        opened = OpenPermission(str(institution.organisation_id), self.cycle_id)
        case_id = self.send(office, "agency_application", None, "open_permission", opened).id
        self.send(institution, "agency_application", case_id, "save_material", SaveMaterial(MATERIAL))
        self.send(institution, "agency_application", case_id, "submit")
        self.send(office, "agency_application", case_id, "pass")
        self.clock.set(now)
        return case_id

    def application_of(self, institution: Principal) -> str | None:
        """The id of an institution's application for the cycle, None where it has made none."""
        filters = {"institution_id": str(institution.organisation_id), "cycle_id": self.cycle_id}
        page = self.application.lists.page(self.province, "agency-applications", filters)
        return next((str(row["id"]) for row in page.rows), None)

    def report_of(self, institution: Principal) -> str | None:
        """The id of an assessment institution's report of the cycle, None where there is none."""
        filters = {"institution_id": str(institution.organisation_id), "cycle_id": self.cycle_id}
        page = self.application.lists.page(self.province, "reports", filters)
        return next((str(row["id"]) for row in page.rows), None)

    def list_of(self, institution: Principal) -> str | None:
        """The id of an institution's list of who takes part in the cycle, None where there is none."""
        filters = {"institution_id": str(institution.organisation_id), "cycle_id": self.cycle_id}
        page = self.application.lists.page(self.province, "enrolment-lists", filters)
        return next((str(row["id"]) for row in page.rows), None)

    def state_of(self, lifecycle: str, case_id: str) -> str:
        """The state of a case."""
        return self.application.cases.get(SYSTEM, lifecycle, case_id).state


@contextmanager
def _opened(
    store: Store,
    url: str,
    keys: Keys,
    clock: SettableClock,
    *,
    contents: Contents | None = None,
    **more: Any,
) -> Iterator[Application]:
    """An application over a store, which is closed afterwards."""
    # Beside a database server there is no folder.
    beside = open_contents(url, keys) if url.startswith("sqlite") else contents or MemoryContents()
    application = build_application(store, keys, clock=clock, printer=PlainPrinter(), contents=beside, **more)
    try:
        yield application
    finally:
        application.store.close()


def filing(department_id: str, **more: Any) -> Filing:
    """A complete filing for 一般程序, with what is said otherwise."""
    given: dict[str, Any] = {
        "procedure": Procedure.GENERAL,
        "ground": Ground.NONE,
        "bad_record": False,
        "level": Level.LICENSED,
        "category": Category.CLINICAL,
        "work": WorkSelfEvaluation(quantity=Verdict.QUALIFIED, quality=Verdict.QUALIFIED, outpatients=2000),
        "ethics": EthicsSelfEvaluation(verdict=Verdict.QUALIFIED),
        "statement": "本周期内完成各项工作。",
    }
    return Filing(department_id=department_id, **(given | more))


def make_organisation(
    application: Application,
    maker: Principal,
    superior: Principal | None,
    name: str,
    kind: OrganisationKind,
) -> Principal:
    """Make an organisation and complete its profile; return the principal of a named person there."""
    superior_id = superior.organisation_id if superior else None
    made = application.door.send(
        maker, "institution", None, "create", CreateInstitution(superior_id=superior_id, name=name, kind=kind)
    )
    path = f"{superior.path if superior else '/'}{made.id}/"
    principal = Principal(
        account_id=f"account-of-{made.id}",
        kind=AccountKind.ORGANISATION,
        organisation_id=made.id,
        organisation_kind=kind,
        path=path,
        operator_id=f"person-of-{made.id}",
    )
    profile = SaveProfile(name=name, address="民族大道1号", grade=Grade.THIRD_A, contact="李科长")
    application.door.send(principal, "institution", made.id, "save_profile", profile)
    return principal
