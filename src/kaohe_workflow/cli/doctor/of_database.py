"""
How the database keeps what it has acknowledged, and whether it is one of today's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa

from kaohe_workflow.adapters.sql.tables import SCHEMA
from kaohe_workflow.cli.databases import versions_of
from kaohe_workflow.cli.doctor.findings import Finding, fail, ok, warn

STRUCTURE = "数据库结构"

_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_POSTGRES = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums")


def of_schema(connection: sa.Connection) -> Finding:
    """The tables are those of this version."""
    versions = versions_of(connection)
    if versions == {SCHEMA}:
        return ok(STRUCTURE, f"版本 {SCHEMA}")
    if not versions:
        return fail(STRUCTURE, "数据库是空的：请先用 kaohe province --name 名称 --login 账号 建立省级机构")
    told = "、".join(sorted(versions))
    return fail(STRUCTURE, f"版本为 {told}，本程序用 {SCHEMA}：请先备份，再用 kaohe sweep 升级")


def of_durability(connection: sa.Connection) -> Iterator[Finding]:
    """
    Whether an acknowledged step is on the disk, whatever happens to the power.

    The database is asked itself, over a connection as the service has it.
    """
    if connection.dialect.name == "sqlite":
        yield _journal(str(_value(connection, "PRAGMA journal_mode")))
        yield _synchronous(int(_value(connection, "PRAGMA synchronous")))
    else:
        yield from of_postgres({name: str(_value(connection, f"SHOW {name}")) for name in _POSTGRES})


def _value(connection: sa.Connection, text: str) -> str | int:
    found: str | int = connection.exec_driver_sql(text).scalar_one()
    return found


def _journal(mode: str) -> Finding:
    if mode.lower() == "wal":
        return ok("journal_mode", "WAL")
    return fail("journal_mode", f"{mode.upper()}，应为 WAL：请把数据库文件放在本机磁盘上，不要用网络文件系统")


def _synchronous(level: int) -> Finding:
    told = _SYNCHRONOUS[level]
    if told in ("FULL", "EXTRA"):
        return ok("synchronous", told)
    return fail("synchronous", f"{told}，应为 FULL：断电会丢失已经答复成功的操作")


def of_postgres(settings: Mapping[str, str]) -> Iterator[Finding]:
    """The same of a server, from its own settings by name."""
    lost = "断电会丢失已经答复成功的操作"
    for name, harm in (("fsync", lost), ("full_page_writes", "断电会损坏数据页")):
        yield ok(name, "on") if settings[name] == "on" else fail(name, f"{settings[name]}，应为 on：{harm}")
    commit = settings["synchronous_commit"]
    bad = commit == "off"
    yield fail("synchronous_commit", f"off，应为 on：{lost}") if bad else ok("synchronous_commit", commit)
    if settings["data_checksums"] == "on":
        yield ok("data_checksums", "on")
    else:
        yield warn("data_checksums", "off：磁盘上的损坏读取时发现不了，建议用 pg_checksums --enable 打开")


def newest_step_at(connection: sa.Connection) -> datetime | None:
    """When the last step was taken that the history has, None where there is none."""
    found = connection.exec_driver_sql('SELECT max("at") FROM history').scalar()
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def server_time(connection: sa.Connection) -> datetime | None:
    """What time the database server has; None for a file, which has no clock of its own."""
    if connection.dialect.name == "sqlite":
        return None
    found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return found
