"""
``kaohe doctor``: whether an installation has what it must have, a line for each thing that was looked at.

Nothing is changed or made, and nothing is said that was not looked at. What the history says is the matter of ``kaohe
verify``.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from kaohe_service.settings import Settings
from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.wiring import RECORDS, attachment_folder_of, load_catalogue
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.databases import check_database, told_in_chinese
from kaohe_workflow.cli.doctor.findings import Finding, Verdict, failed, ok
from kaohe_workflow.cli.doctor.of_database import newest_step_at, of_durability, of_schema, server_time
from kaohe_workflow.cli.doctor.of_machine import of_clock, of_disk, of_keys, of_permissions
from kaohe_workflow.cli.doctor.of_settings import (
    of_authority,
    of_first_password,
    of_second_factor,
    of_settings,
)
from kaohe_workflow.cli.installation import add_database, place_of_database, place_of_keys
from kaohe_workflow.errors import DefinitionError, InputInvalid
from kaohe_workflow.values.windows import local_date

DATABASE, FITTING, RULES = "数据库", "密钥与数据库", "参数与状态图"

PRODUCTION = "production"


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        help="look an installation over",
        description="Look at what an installation must have: settings, keys, permissions, the database and how it keeps"
        " what it has acknowledged, clock and disk. A line each, with OK, WARN or FAIL. Nothing is changed or made."
        " 0: nothing fails; 1: something does.",
    )
    parser.add_argument(
        "--profile",
        choices=[PRODUCTION],
        help="production: what is good enough to try things out, and not for work, fails",
    )
    add_database(parser)
    parser.set_defaults(run=doctor)


def doctor(arguments: argparse.Namespace) -> int:
    """Look at everything, print a line each; 1 if something fails, otherwise 0."""
    strict = arguments.profile == PRODUCTION
    options = {"KAOHE_DATABASE": arguments.database} if arguments.database else {}
    findings = list(
        _findings(dict(os.environ) | options, place_of_database(arguments.database), strict=strict)
    )
    for finding in findings:
        print(finding)
    fails = sum(finding.verdict is Verdict.FAIL for finding in findings)
    print(f"{len(findings)} 项，{fails} 项不合格")
    return 1 if fails else 0


def _findings(environment: dict[str, str], place: str, *, strict: bool) -> Iterator[Finding]:
    try:
        settings = Settings.of_environment(environment)
    except DefinitionError as ex:
        # Where database and keys lie stands in the settings: with wrong ones nothing else can be looked at.
        yield from failed("设置", ex.problems)
        return
    yield from of_settings(settings, strict=strict)
    yield from _of_rules(settings, local_date(SystemClock().now()), strict=strict)
    keys, of_them = of_keys(settings)
    yield from of_them
    folders = _folders(settings)
    yield from of_permissions(dict.fromkeys(folders + _files(settings)))
    yield from of_disk(folders)
    yield from _of_database(settings, keys, place)


def _of_rules(settings: Settings, today: date, *, strict: bool) -> Iterator[Finding]:
    try:
        catalogue = load_catalogue(settings.province)
        catalogue.parameters(today)
    except DefinitionError as ex:
        yield from failed(RULES, ex.problems)
        return
    yield ok(RULES, f"{settings.province}，没有错误")
    yield from of_first_password(catalogue, settings.first_password, today, strict=strict)
    yield of_second_factor(catalogue, today, strict=strict)


def _file(settings: Settings) -> Path | None:
    """The database file, None for a server."""
    found = sa.make_url(settings.database) if settings.database.startswith("sqlite") else None
    return Path(found.database).absolute() if found is not None and found.database else None


def _folders(settings: Settings) -> list[Path]:
    """Where the installation writes."""
    attachments = settings.attachment_folder or attachment_folder_of(settings.database, settings.home)
    return [settings.home, *([attachments] if attachments is not None else [])]


def _files(settings: Settings) -> list[Path]:
    """The database file and what SQLite keeps beside it."""
    file = _file(settings)
    return [file.with_name(file.name + end) for end in ("", "-wal", "-shm")] if file is not None else []


def _of_database(settings: Settings, keys: Keys | None, place: str) -> Iterator[Finding]:
    try:
        check_database(settings.database, place)
        asked = engine_of(settings.database)
    except InputInvalid as ex:
        yield from failed(DATABASE, ex.problems)
        return
    try:
        with asked.connect() as connection:
            schema = of_schema(connection)
            yield schema
            yield from of_durability(connection)
            whole = schema.verdict is Verdict.OK
            newest = newest_step_at(connection) if whole else None
            yield from of_clock(SystemClock().now(), newest, server_time(connection))
    finally:
        asked.dispose()
    if whole and keys is not None:
        yield from _fitting(settings, keys, place)


def _fitting(settings: Settings, keys: Keys, place: str) -> Iterator[Finding]:
    """What lies in the database opens with these keys."""
    codec, secrets = JsonCodec(), KeyedSecrets(keys)
    try:
        with (
            told_in_chinese(place, place_of_keys(settings.home)),
            closing(SqlStore(settings.database, records=RECORDS, codec=codec, secrets=secrets)) as store,
            store.begin(write=False) as unit,
        ):
            unit.find("account", [], limit=1)
            provinces = unit.find("institution", [Where("superior_id", "null")])
    except InputInvalid as ex:
        yield from failed(FITTING, ex.problems)
    else:
        yield ok(FITTING, "相符")
        yield from _of_authority(settings, {one.record.name for one in provinces})


def _of_authority(settings: Settings, names: set[str]) -> Iterator[Finding]:
    today = local_date(SystemClock().now())
    with suppress(DefinitionError):  # said already, with the rules
        said = load_catalogue(settings.province).parameters(today).certificate_issuing_authority
        yield from of_authority(said, names)
