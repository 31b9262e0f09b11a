"""
Worlds that are made once a run and copied for each test: making one in a database takes ten times as long.

A copy is the world as it was made, in a store of its own, with the clock at its beginning.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import attachment_folder_of
from kaohe_workflow.testing.worlds import World

if TYPE_CHECKING:
    from tests.conftest import Databases

_SHAPE = """
    SELECT 'column', c.relname::text, a.attname || format_type(a.atttypid, a.atttypmod) || a.attnotnull
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    UNION ALL SELECT 'trigger', tgname::text, tgenabled::text || tgrelid::regclass::text FROM pg_trigger
     WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint', conname::text, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'schema', nspname::text, '' FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
"""
"""What a test must leave as it was, so that the next one can have the database."""


class SqliteWorld:
    """A world in an SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.keys = Keys.fresh()
        self._path = folder / "ready.sqlite3"
        with World.open(f"sqlite:///{self._path}", self.keys) as self._world:
            pass

    @contextmanager
    def copied(self, path: Path) -> Iterator[World]:
        """The world in a file of its own."""
        url = f"sqlite:///{path}"
        shutil.copyfile(self._path, path)
        kept, copy = (attachment_folder_of(f"sqlite:///{each}") for each in (self._path, path))
        if kept is not None and copy is not None and kept.exists():
            shutil.copytree(kept, copy)
        with self._world.copied(url, self.keys) as world:
            yield world


class PostgresWorld:
    """A world in a PostgreSQL database, whose rows are put back for each test."""

    def __init__(self, databases: Databases) -> None:
        self.keys = Keys.fresh()
        self._databases = databases
        self._held = ExitStack()
        self.url = ""
        self._make()

    @contextmanager
    def copied(self) -> Iterator[World]:
        """The world in the one database that this process has for it."""
        if not self._put_back():
            self._make()
        with self._world.copied(self.url, self.keys) as world:
            yield world

    def close(self) -> None:
        """Let go of the database."""
        self._held.close()

    def _make(self) -> None:
        self._held.close()
        self.url = self._held.enter_context(self._databases.fresh())
        with World.open(self.url, self.keys) as self._world:
            pass
        with self._connected() as connection:
            self._shape = _shape(connection)
            self._rows: Mapping[str, bytes] = {name: _rows(connection, name) for name in _tables(connection)}

    def _put_back(self) -> bool:
        """Put the rows back; False where the schema is another one by now."""
        with self._connected() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if _shape(connection) != self._shape:
                return False
            # No trigger keeps a listing meanwhile: its rows are put back as well.
            connection.execute("SET LOCAL session_replication_role = replica")
            for name, rows in self._rows.items():
                connection.execute(f"DELETE FROM {name}")
                if rows:
                    with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
                        copy.write(rows)
        return True

    def _connected(self) -> psycopg.Connection[Any]:
        where = sa.make_url(self.url)
        return psycopg.connect(host=str(where.query["host"]), user=where.username, dbname=where.database)


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    return [name for (name,) in found]


def _shape(connection: psycopg.Connection[Any]) -> set[tuple[Any, ...]]:
    return set(connection.execute(_SHAPE))


def _rows(connection: psycopg.Connection[Any], table: str) -> bytes:
    """The rows of a table as they are put back, nothing where there is none."""
    if connection.execute(f"SELECT FROM {table} LIMIT 1").fetchone() is None:
        return b""
    with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(copy)


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> SqliteWorld:
    """The world in an SQLite file that the tests of this worker copy."""
    return SqliteWorld(tmp_path_factory.mktemp("ready"))


@pytest.fixture(scope="session")
def postgres_world(postgres_databases: Databases) -> Iterator[PostgresWorld]:
    """The world in PostgreSQL that the tests of this worker have in turn."""
    with closing(PostgresWorld(postgres_databases)) as made:
        yield made
