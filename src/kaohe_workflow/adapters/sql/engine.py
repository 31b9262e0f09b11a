"""
What differs between the two databases, and how connections to them are set up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from kaohe_workflow.adapters.converters import instant_text
from kaohe_workflow.errors import InputInvalid, Problem

Row = tuple[Any, ...]

About = tuple[str, str, int | None]
"""The lifecycle, the case and the version that a conflict names; empty where they cannot be known."""

NOWHERE: About = ("", "", None)

WAIT_SECONDS = 10.0
"""How long a unit of work waits for what another one has locked."""

_POSTGRES_OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c lock_timeout="
_POSTGRES_ARGUMENTS: Mapping[str, Any] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 2000,
    "application_name": "kaohe",
}
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # NORMAL loses acknowledged commits when the power fails.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # Without it INSERT OR REPLACE deletes a row without asking the trigger that forbids it.
    "PRAGMA recursive_triggers=ON",
)


def _as_stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


@attrs.frozen
class Dialect:
    """
    What differs between the two databases in the text and the values of statements.

    ``mark`` is the place of a value; ``begin`` and ``look`` open a writing and a reading transaction: the
    latter sees one snapshot. ``to`` and ``instant``, ``day``, ``flag`` translate values there and back.
    """

    postgres: bool
    mark: str
    begin: str
    look: str
    to: Callable[[Any], Any]
    instant: Callable[[Any], datetime]
    day: Callable[[Any], date]
    flag: Callable[[Any], bool]


POSTGRES = Dialect(
    postgres=True,
    mark="%s",
    begin="BEGIN ISOLATION LEVEL READ COMMITTED",
    look="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    to=lambda value: value,
    instant=lambda value: value,
    day=lambda value: value,
    flag=lambda value: value,
)
SQLITE = Dialect(
    postgres=False,
    mark="?",
    begin="BEGIN IMMEDIATE",
    look="BEGIN",
    to=_as_stored,
    instant=datetime.fromisoformat,
    day=date.fromisoformat,
    flag=bool,
)


def engine_of(url: str, wait_seconds: float = WAIT_SECONDS) -> sa.Engine:
    """
    An engine for a database URL; `postgresql://` and `postgres://` mean psycopg.

    ``wait_seconds`` is how long a statement waits for a lock.

    Raises:
        InputInvalid: ``store-unknown``: neither SQLite in a file nor PostgreSQL.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as ex:
        raise _no_store() from ex
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = {"options": _POSTGRES_OPTIONS + str(round(wait_seconds * 1000))}
        wanted = {**_POSTGRES_ARGUMENTS, **options}
        arguments = {key: value for key, value in wanted.items() if key not in parsed.query}
        engine = sa.create_engine(
            parsed, connect_args=arguments, pool_size=16, max_overflow=4, pool_timeout=10, pool_use_lifo=True
        )
        event.listen(engine, "connect", _prepare_postgres)
        return engine
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        engine = sa.create_engine(
            parsed, connect_args={"timeout": wait_seconds, "cached_statements": 512}, pool_size=16
        )
        event.listen(engine, "connect", _prepare_sqlite)
        _Whereabouts(Path(parsed.database)).watch(engine)
        return engine
    raise _no_store()


def _no_store() -> InputInvalid:
    # The URL itself may hold a password.
    return InputInvalid([Problem("url", "store-unknown", "应为sqlite:///文件或postgresql://…")])


def _prepare_postgres(connection: Any, _: object) -> None:
    # Transactions are begun and ended by name; the driver adds none of its own.
    connection.autocommit = True


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


class _Whereabouts:
    """
    Sees to it that every connection of an engine is to the SQLite file that is at its path now.

    An open file can be moved, deleted or replaced by a backup; who holds it open would go on writing to what nobody
    will find again. And a file that was there once is never made anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._was_there = False

    def watch(self, engine: sa.Engine) -> None:
        """Look before every connection is made, and whenever one is taken from the pool."""
        event.listen(engine, "do_connect", self._about_to_connect)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._taken)

    def _file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _about_to_connect(self, *_: object) -> None:
        if self._was_there and self._file() is None:
            raise sqlite3.OperationalError("the database file is gone")

    def _connected(self, _: object, record: ConnectionPoolEntry) -> None:
        found = record.info["file"] = self._file()
        self._was_there = self._was_there or found is not None

    def _taken(self, _: object, record: ConnectionPoolEntry, __: object) -> None:
        if record.info["file"] != self._file():
            raise sa.exc.InvalidatePoolError
