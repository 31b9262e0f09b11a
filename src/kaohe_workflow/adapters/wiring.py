"""
The composition root of the library: which adapter stands behind which port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import make_url

from kaohe_workflow.adapters.abreast import abreast
from kaohe_workflow.adapters.absent_printer import AbsentPrinter
from kaohe_workflow.adapters.attachments.inspecting import FileInspector
from kaohe_workflow.adapters.bundles import bundled
from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.contents import FolderContents, NoContents
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.identifiers import CrockfordIdentifiers
from kaohe_workflow.adapters.likeness import NoLikeness
from kaohe_workflow.adapters.memory import MemoryContents, MemoryStore
from kaohe_workflow.adapters.notice_files import load_notices
from kaohe_workflow.adapters.one_time_codes import PyotpCodes
from kaohe_workflow.adapters.parameter_files import load_parameters, load_timeline
from kaohe_workflow.adapters.passwords import Argon2Passwords
from kaohe_workflow.adapters.policy_files import load_policies
from kaohe_workflow.adapters.reminder_files import load_reminders
from kaohe_workflow.adapters.sheets.plain_writing import TABLE_WRITERS
from kaohe_workflow.adapters.sheets.reading import SheetReader
from kaohe_workflow.adapters.sheets.writing import write_annotated, write_roster_template, write_table
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.statechart_files import VOCABULARY, charts_root, load_charts
from kaohe_workflow.adapters.statutory_days import statutory_calendar
from kaohe_workflow.application.accounts.first_password import NO_FENCE, Fence
from kaohe_workflow.application.accounts.use_cases import Accounts
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.attachments import Attachments
from kaohe_workflow.application.binding import unbound
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.certificates import Certificates
from kaohe_workflow.application.contents import Contents
from kaohe_workflow.application.disclosure import Disclosure
from kaohe_workflow.application.intake.importing import Intake
from kaohe_workflow.application.jobs.activations import ActivationSheets, Issue
from kaohe_workflow.application.jobs.errands import Errands
from kaohe_workflow.application.likeness import Likeness
from kaohe_workflow.application.notices.checking import check_notices, check_reminders
from kaohe_workflow.application.notices.delivering import Deliveries
from kaohe_workflow.application.notices.inbox import Inbox
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.application.notices.sending import Channels
from kaohe_workflow.application.platforms import Platforms
from kaohe_workflow.application.policies import Policy
from kaohe_workflow.application.policy_check import check_policies
from kaohe_workflow.application.populations import POPULATIONS
from kaohe_workflow.application.ports import Carrier, Clock, Identifiers, Secrets, Store
from kaohe_workflow.application.printing import Printer
from kaohe_workflow.application.queries.assessors import Assessors
from kaohe_workflow.application.queries.blockers import DepartmentBlockers
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.completeness import Completeness
from kaohe_workflow.application.queries.entrusted import PublicList
from kaohe_workflow.application.queries.genuineness import Genuineness
from kaohe_workflow.application.queries.home import HomePage
from kaohe_workflow.application.queries.lists import Lists
from kaohe_workflow.application.queries.planning import Planning
from kaohe_workflow.application.queries.practice import Practice
from kaohe_workflow.application.queries.reporting import Reporting
from kaohe_workflow.application.queries.search import PersonSearch
from kaohe_workflow.application.queries.statistics import Statistics
from kaohe_workflow.application.queries.summaries import Summaries
from kaohe_workflow.application.queries.working_days import WorkingDays
from kaohe_workflow.application.recording import Tools
from kaohe_workflow.application.retention import Retention
from kaohe_workflow.application.selectors import SELECTORS
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.timers import Timers
from kaohe_workflow.application.verification import Verification
from kaohe_workflow.application.written_answers import WrittenAnswers
from kaohe_workflow.application.written_notices import WrittenNotices
from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.values.notices import ChannelKind
from kaohe_workflow.values.timeline import Timeline

RECORDS: Mapping[str, type] = {name: lifecycle.record for name, lifecycle in LIFECYCLES.items()}
"""What each lifecycle keeps; a store reads and writes these."""

PROVINCE = ""
"""No province is named: the shipped one that says so of itself counts."""

VERIFICATION_BASE = "https://kaohe.example/v"
"""The address under which certificates are looked up, until a deployment names its own."""


NO_CARRIERS: Mapping[ChannelKind, Carrier] = MappingProxyType({})
"""Nothing goes out of the inboxes."""

NOTHING_COMPARES: Likeness = NoLikeness()


@cache
def load_catalogue(province: str = PROVINCE) -> Catalogue:
    """
    Read and check charts, policies and a province's parameters; once a process.

    Args:
        province: the name of a shipped province, or the path of a parameter file that ends in ``.yaml``; empty for
            the shipped one that counts where none is named.

    Raises:
        DefinitionError: with every problem of every file.
    """
    root = charts_root()
    charts = load_charts(root, VOCABULARY)
    policies, notices, reminders = load_policies(root), load_notices(root), load_reminders(root)
    if problems := (
        *unbound(LIFECYCLES, charts),
        *policy_problems(policies, charts),
        *notice_problems(notices, charts),
        *check_reminders(reminders, newest_of(charts), LIFECYCLES),
    ):
        raise DefinitionError(problems)
    timeline, calendar = _timeline(province, root), statutory_calendar()
    return Catalogue(LIFECYCLES, charts, timeline, policies, notices, reminders, calendar)


def _timeline(province: str, root: Traversable) -> Timeline:
    if province.endswith(".yaml"):
        return load_timeline(Path(province).expanduser())
    timelines = load_parameters(root)
    if province == PROVINCE:
        province = next((one.province for one in timelines.values() if one.default), PROVINCE)
    if province not in timelines:
        message = f"没有这个省份的参数，现有：{'、'.join(sorted(timelines))}；省份由 KAOHE_PROVINCE 指定"
        raise DefinitionError([Problem(province, "province-unknown", message)])
    return timelines[province]


def policy_problems(
    policies: Sequence[Policy], charts: Mapping[str, Mapping[int, Statechart]]
) -> tuple[Problem, ...]:
    """What is wrong with policies, over the newest version of each chart and the selectors that there are."""
    newest = {name: versions[max(versions)] for name, versions in charts.items()}
    return check_policies(policies, newest, {"once": SELECTORS, "job": POPULATIONS})


def notice_problems(
    rules: Sequence[NoticeRule], charts: Mapping[str, Mapping[int, Statechart]]
) -> tuple[Problem, ...]:
    """What is wrong with notices, over the newest version of each chart."""
    return check_notices(rules, newest_of(charts), LIFECYCLES)


def newest_of(charts: Mapping[str, Mapping[int, Statechart]]) -> Mapping[str, Statechart]:
    """The newest version of each chart."""
    return {name: versions[max(versions)] for name, versions in charts.items()}


def open_store(url: str, keys: Keys) -> Store:
    """
    The store behind a URL: `sqlite:///…`, `postgresql+psycopg://…`, or `memory:`; its schema is brought up to date.

    Raises:
        StoreUnavailable: the database does not answer.
        InputInvalid: the URL is none.
        DefinitionError: ``not-installed``: there is no driver for it.
    """
    secrets = KeyedSecrets(keys)
    if url == "memory:":
        return MemoryStore(records=RECORDS, secrets=secrets)
    try:
        return SqlStore.open(url, records=RECORDS, codec=JsonCodec(), secrets=secrets)
    except ModuleNotFoundError as ex:
        message = "a driver of the database; for PostgreSQL install kaohe-workflow[postgres]"
        raise DefinitionError([Problem(str(ex.name), "not-installed", message)]) from ex


def attachment_folder_of(url: str, home: Path | None = None) -> Path | None:
    """
    Where the files of a database lie, unless somebody says otherwise: beside an SQLite file, as ``<file>.files``.

    A database server has nothing beside it that would be the same for every process: there it is ``attachments`` in
    the home, and nowhere without one.
    """
    database = make_url(url).database if url.startswith("sqlite") else None
    if database is not None:
        return Path(f"{database}.files")
    return home / "attachments" if home is not None else None


def open_contents(url: str, keys: Keys, folder: Path | None = None) -> Contents:
    """The place of files that belongs to a store: the folder, or what `attachment_folder_of` says; or memory."""
    if url == "memory:":
        return MemoryContents()
    place = folder or attachment_folder_of(url)
    return FolderContents(place, KeyedSecrets(keys)) if place is not None else NoContents()


def open_application(
    url: str,
    keys: Keys,
    *,
    clock: Clock | None = None,
    province: str = PROVINCE,
    verification_base: str = VERIFICATION_BASE,
    font_folder: Path | None = None,
    attachment_folder: Path | None = None,
    printer: Printer | None = None,
    carriers: Mapping[ChannelKind, Carrier] = NO_CARRIERS,
    first_password: Fence = NO_FENCE,
    likeness: Likeness = NOTHING_COMPARES,
) -> Application:
    """
    Everything wired: the one value that the service, the command line and an embedding system hold.

    Args:
        font_folder: fonts of the deployment's own, for names that the shipped ones do not cover.
        attachment_folder: where files lie that people hand in; one folder belongs to one database. Without it as
            `attachment_folder_of` says, without a home.
        printer: what prints certificates instead of Typst.
        carriers: what carries notices out of their inboxes; nothing unless given.
        first_password: from which networks one first password for all opens new accounts, where the province allows it.
        likeness: what compares faces; nothing unless given.

    Raises:
        DefinitionError: a chart, a policy or a parameter is wrong, the folder of fonts is not there, or the driver of
            the database is not installed. Without the extra ``certificates`` it is raised by who prints.
        StoreUnavailable: the database does not answer.
    """
    return build_application(
        open_store(url, keys),
        keys,
        clock=clock or SystemClock(),
        province=province,
        verification_base=verification_base,
        printer=printer or _typst_printer(font_folder),
        contents=open_contents(url, keys, attachment_folder),
        carriers=carriers,
        first_password=first_password,
        likeness=likeness,
    )


def build_application(
    store: Store,
    keys: Keys,
    *,
    clock: Clock,
    province: str = PROVINCE,
    catalogue: Catalogue | None = None,
    verification_base: str = VERIFICATION_BASE,
    printer: Printer | None = None,
    contents: Contents | None = None,
    carriers: Mapping[ChannelKind, Carrier] = NO_CARRIERS,
    first_password: Fence = NO_FENCE,
    identifiers: Identifiers | None = None,
    likeness: Likeness = NOTHING_COMPARES,
) -> Application:
    """
    The application over a store.

    With the shipped catalogue, files in memory, and ids that nobody can foresee, unless others are given.
    """
    secrets = KeyedSecrets(keys)
    named = identifiers or CrockfordIdentifiers(clock)
    tools = Tools(catalogue or load_catalogue(province), named, JsonCodec(), secrets)
    passwords = Argon2Passwords(keys.pepper, clock)
    door = Door(store, clock, tools)
    networks = first_password.networks
    accounts = Accounts(store, clock, tools.identifiers, passwords, secrets, door, PyotpCodes(), networks)
    used = printer or _typst_printer(), verification_base
    errands = _errands(door, used, contents or MemoryContents(), accounts.issue_first_code)
    attachments = _attachments(door, errands.contents, errands.certificates.cases)
    return _wired(door, accounts, errands, Platforms(door, attachments, likeness), carriers)


def _errands(door: Door, printing: tuple[Printer, str], files: Contents, issue: Issue) -> Errands:
    store, clock, catalogue, secrets = door.store, door.clock, door.tools.catalogue, door.tools.secrets
    codec = door.tools.codec
    cases, lists = Cases(store, clock, catalogue, secrets, codec), Lists(store, clock, secrets, codec)
    certificates = Certificates(store, clock, catalogue, cases, door, *printing)
    sheets = ActivationSheets(store, clock, catalogue, lists, issue, write_table)
    return Errands(door, lists, certificates, sheets, files, bundled)


Carriers = Mapping[ChannelKind, Carrier]


def _wired(door: Door, accounts: Accounts, errands: Errands, taking: Platforms, via: Carriers) -> Application:
    store, clock, catalogue, secrets = door.store, door.clock, door.tools.catalogue, door.tools.secrets
    cases, files, printer = errands.certificates.cases, errands.contents, errands.certificates.printer
    return Application(
        store=store,
        clock=clock,
        codec=door.tools.codec,
        catalogue=catalogue,
        door=door,
        accounts=accounts,
        intake=_intake(store, clock, door, secrets),
        attachments=taking.attachments,
        platforms=taking,
        lists=errands.lists,
        cases=cases,
        assessors=Assessors(store, cases),
        reporting=Reporting(store, cases),
        blockers=DepartmentBlockers(store, cases),
        completeness=Completeness(cases),
        home=HomePage(store, catalogue),
        statistics=Statistics(store, cases),
        summaries=Summaries(store, cases, write_table),
        inbox=Inbox(store, clock),
        channels=Channels(store, clock, door.tools.identifiers, via),
        deliveries=Deliveries(store, clock, via, abreast),
        working_days=WorkingDays(store, catalogue),
        planning=Planning(clock, catalogue, cases),
        practice=Practice(store, clock, catalogue, secrets),
        people=PersonSearch(store, clock, secrets, catalogue),
        disclosure=Disclosure(store, clock, door, cases, errands.lists, TABLE_WRITERS),
        genuineness=Genuineness(store, clock, secrets),
        public=PublicList(store, clock),
        certificates=errands.certificates,
        written_notices=WrittenNotices(store, catalogue, cases, printer),
        written_answers=WrittenAnswers(store, catalogue, cases, printer),
        errands=errands,
        retention=Retention(store, clock, catalogue, files),
        timers=Timers(door, errands=errands),
        verification=Verification(store, catalogue, door.tools.codec, secrets, files),
    )


def _attachments(door: Door, files: Contents, cases: Cases) -> Attachments:
    store, clock, identifiers = door.store, door.clock, door.tools.identifiers
    return Attachments(store, clock, identifiers, files, FileInspector(clock), cases, door)


def _intake(store: Store, clock: Clock, door: Door, secrets: Secrets) -> Intake:
    return Intake(store, clock, door, SheetReader(clock), write_annotated, write_roster_template, secrets)


def _typst_printer(font_folder: Path | None = None) -> Printer:
    try:
        from kaohe_workflow.adapters.certificates import TypstPrinter  # an optional extra
    except ModuleNotFoundError as ex:
        return AbsentPrinter(str(ex.name))
    return TypstPrinter(font_folder)
