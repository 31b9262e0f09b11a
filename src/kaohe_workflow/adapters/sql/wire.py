"""
The way to a database: its connections, how a transaction begins and ends there, and how its errors are told.

Hot statements go to the driver as prepared text; SQLAlchemy keeps the pool, the dialects and the schema. A
transaction is begun at once, not with its first statement: a dead connection is found, and replaced, before
anything has been asked of it. That is what a ping before every use would do, one round trip cheaper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, NoReturn

import attrs
import sqlalchemy as sa

from kaohe_workflow.adapters.sql.engine import (
    NOWHERE,
    POSTGRES,
    SQLITE,
    WAIT_SECONDS,
    About,
    Dialect,
    Row,
    engine_of,
)
from kaohe_workflow.errors import ConcurrentTransition, KaoheError, StoreUnavailable

_CONCURRENT_STATES = frozenset({"23505", "40001", "40P01"})
# 55P03: what we waited for was not released in time; there is no case to read again, only to try later.
_UNAVAILABLE_CLASSES = ("08", "25P03", "28", "3D000", "42703", "42P01", "53", "55P03", "57", "58", "XX")
_CONCURRENT_NAMES = (
    "SQLITE_CONSTRAINT_UNIQUE",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
)
_UNAVAILABLE_NAMES = (
    "SQLITE_BUSY",
    "SQLITE_LOCKED",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_PROTOCOL",
    "SQLITE_NOMEM",
)
TAKEN = "this row exists already"
"""What SQLite's append-only tables answer to a key that is taken (see the first migration)."""


def _told(error: Exception, about: About) -> KaoheError | None:
    """The error of this library that a driver's error means, None for a mistake of ours."""
    state = getattr(error, "sqlstate", None)
    named = getattr(error, "sqlite_errorname", "")
    text = str(error)
    if state in _CONCURRENT_STATES or named.startswith(_CONCURRENT_NAMES) or TAKEN in text:
        return ConcurrentTransition(*about, None)
    lost = type(error).__name__ in ("OperationalError", "InterfaceError", "AdminShutdown")
    if (
        (state.startswith(_UNAVAILABLE_CLASSES) if state else lost and not named)
        or named.startswith(_UNAVAILABLE_NAMES)
        or text.startswith(("no such table", "no such column"))
    ):
        return StoreUnavailable(f"the store does not answer: {text.splitlines()[0] if text else named}")
    return None


@attrs.frozen
class Count:
    """How many rows a statement changed; known after the block it was sent in (see `Wire.together`)."""

    _cursor: Any
    _known: int | None

    def __call__(self) -> int:
        """The number of rows."""
        return int(self._cursor.rowcount) if self._known is None else self._known


NONE = Count(None, 0)
"""No rows: nothing was sent."""


class Wire:
    """One connection inside one transaction; after an error it only tells that error again."""

    def __init__(
        self, database: Database, pooled: sa.PoolProxiedConnection, write: bool, release: Callable[[], None]
    ) -> None:
        self._database = database
        self._write = write
        self._release = release
        self._pooled = pooled
        self._cursor: Any = pooled.cursor()
        self._failure: Exception | None = None
        self._together = False
        self.lost = False

    @property
    def dialect(self) -> Dialect:
        """The peculiarities of the database at the other end."""
        return self._database.dialect

    @property
    def writes(self) -> bool:
        """Whether this unit of work may change anything."""
        return self._write

    @property
    def spoiled(self) -> bool:
        """Whether an error has made it impossible to commit."""
        return self._failure is not None

    def spoil(self, error: Exception) -> None:
        """Let nothing be committed any more because of an error that did not come from the database."""
        self._failure = self._failure or error

    def begin(self, statement: str, *, wait: bool) -> None:
        """Open the transaction; without ``wait`` it waits for no lock, neither now nor later."""
        try:
            if wait:
                self._cursor.execute(statement)
            elif self.dialect.postgres:
                self._cursor.execute(statement)
                self._cursor.execute("SET LOCAL lock_timeout = '1ms'")  # 0 would be for ever
            else:
                self._begin_at_once(statement)
        except self._database.error as ex:
            self.fail(ex)

    def _begin_at_once(self, statement: str) -> None:
        """On SQLite, whose one lock is taken here; the patience of a connection outlives its transactions."""
        ((patience,),) = self._cursor.execute("PRAGMA busy_timeout").fetchall()
        self._cursor.execute("PRAGMA busy_timeout = 0")
        try:
            self._cursor.execute(statement)
        finally:
            self._cursor.execute(f"PRAGMA busy_timeout = {patience:d}")

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """What a statement returns, as tuples."""
        try:
            self._check()
            self._cursor.execute(statement, values)
            found: list[Row] = self._cursor.fetchall()
        except self._database.error as ex:
            self.fail(ex)
        return found

    def change(self, statement: str, values: Sequence[Any] = (), about: About = NOWHERE) -> int:
        """How many rows a statement changed; ``about`` is what a conflict names."""
        self.must_write()
        try:
            self._check()
            self._cursor.execute(statement, values)
            return int(self._cursor.rowcount)
        except self._database.error as ex:
            self.fail(ex, about)

    def change_many(self, statement: str, values: Iterable[Sequence[Any]], about: About = NOWHERE) -> Count:
        """Send a statement with each of these values, which may be made on the way; see `Count`."""
        self.must_write()
        try:
            self._check()
            cursor: Any = self._pooled.cursor() if self._together else self._cursor
            cursor.executemany(statement, values)
        except self._database.error as ex:
            self.fail(ex, about)
        return Count(cursor, None if self._together else cursor.rowcount)

    def send(self, statement: str, values: Sequence[Any], about: About = NOWHERE) -> Count:
        """Send a statement once; see `Count`."""
        if self._together:
            return self.change_many(statement, [values], about)
        return Count(None, self.change(statement, values, about))

    @contextmanager
    def together(self) -> Iterator[None]:
        """
        Send what comes inside without waiting for answers between.

        While PostgreSQL works on one statement, the values of the next are being made here. Counts are known, and
        conflicts found, at the end of the block.
        """
        if not self.dialect.postgres:
            yield
            return
        connection: Any = self._pooled.driver_connection
        try:
            self._check()
            with connection.pipeline():
                self._together = True
                yield
        except self._database.error as ex:
            self.fail(ex)
        finally:
            self._together = False

    @contextmanager
    def lenient(self) -> Iterator[None]:
        """
        Let text that is none (SQLite keeps any bytes) come as bytes, instead of failing all that is read with it.

        PostgreSQL keeps no such text.
        """
        connection: Any = self._pooled.driver_connection
        if self.dialect.postgres:
            yield
            return
        connection.text_factory = _text_or_bytes
        try:
            yield
        finally:
            connection.text_factory = str

    def must_write(self) -> None:
        """Refuse what a unit of work that promised to change nothing must not do."""
        if not self._write:
            raise RuntimeError("a unit of work begun with write=False changes nothing")

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def fail(self, error: Exception, about: About = NOWHERE) -> NoReturn:
        """
        Give up this transaction because of an error.

        From here on nothing can be committed: what a statement before the failed one did must not stay, even
        if someone has caught the error.
        """
        told = error if isinstance(error, KaoheError) else _told(error, about)
        self._failure = told or error
        if self._database.is_lost(self._pooled):
            self.lost = True
            self._pooled.invalidate(error)
            self._failure = told or StoreUnavailable(f"the store does not answer: {error}")
        raise self._failure from error

    def commit(self) -> None:
        """Make everything durable; raises the failure that came before, if one did."""
        try:
            self._check()
            self._cursor.execute("COMMIT")
        except self._database.error as ex:
            self.fail(ex)
        self._failure = RuntimeError("this unit of work is over")

    def drop(self) -> None:
        """Give the connection back to the pool, which undoes what was not committed."""
        try:
            self._pooled.close()
        except (sa.exc.DBAPIError, self._database.error):
            # A connection that cannot even roll back is of no use to the next one either.
            self._pooled.invalidate()

    def close(self) -> None:
        """End this unit of work; what was not committed is undone."""
        try:
            self.drop()
        finally:
            self._failure = RuntimeError("this unit of work is over")
            self._release()


def _text_or_bytes(found: bytes) -> str | bytes:
    try:
        return found.decode()
    except UnicodeDecodeError:
        return found


def _nothing() -> None:
    """Release nothing."""


class Database:
    """The connections to one database."""

    def __init__(self, url: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._engine = engine_of(url, wait_seconds)
        self._wait_seconds = wait_seconds
        self.dialect = POSTGRES if self._engine.dialect.name == "postgresql" else SQLITE
        driver: Any = self._engine.dialect.dbapi
        self.error: type[Exception] = driver.Error
        # SQLite lets one write at a time and wakes those who wait by chance; in one process they queue up.
        self._writer = Lock()

    def open(self, *, write: bool, wait: bool = True) -> Wire:
        """
        A connection with an open transaction.

        Raises:
            StoreUnavailable: no connection can be had, or another writer keeps SQLite for too long; without ``wait``,
                at all.
        """
        statement = self.dialect.begin if write else self.dialect.look
        queued = write and not self.dialect.postgres
        if queued and not self._writer.acquire(timeout=self._wait_seconds if wait else 0):
            raise StoreUnavailable("another writer did not finish in time")
        release = self._writer.release if queued else _nothing
        try:
            return self._opened(statement, write, wait, release)
        except Exception:
            release()
            raise

    def _opened(self, statement: str, write: bool, wait: bool, release: Callable[[], None]) -> Wire:
        wire = self._connected(write, release)
        try:
            wire.begin(statement, wait=wait)
        except StoreUnavailable:
            wire.drop()
            if not wire.lost:
                raise
            # The connection has died in the pool, and the others of its age with it: once more, afresh.
            self._engine.dispose()
            wire = self._connected(write, release)
            self._begin_afresh(wire, statement, wait)
        except Exception:
            wire.drop()
            raise
        return wire

    @staticmethod
    def _begin_afresh(wire: Wire, statement: str, wait: bool) -> None:
        try:
            wire.begin(statement, wait=wait)
        except Exception:
            wire.drop()
            raise

    def _connected(self, write: bool, release: Callable[[], None]) -> Wire:
        try:
            return Wire(self, self._engine.raw_connection(), write, release)
        except (sa.exc.DBAPIError, sa.exc.TimeoutError, self.error) as ex:
            raise StoreUnavailable(f"the store does not answer: {ex}") from ex

    def is_lost(self, pooled: sa.PoolProxiedConnection) -> bool:
        """Whether a connection can no longer be used."""
        connection: Any = pooled.dbapi_connection
        return connection is None or bool(getattr(connection, "closed", False))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
