"""The schema of the SQL stores: what is migrated is what is declared, and nothing opens on another."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.migrating import alembic_config, upgrade
from kaohe_workflow.adapters.sql.tables import METADATA, SCHEMA
from kaohe_workflow.application.projection import COLUMNS
from kaohe_workflow.errors import InputInvalid, StoreUnavailable
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.contracts import RECORDS, made, stored
from tests.contract.sql_stores import CODEC, SECRETS, bare, store_at


def _is_the_same_everywhere(_: object, title: str | None, kind: str, *__: object) -> bool:
    """Indexes by name and state are declared for each database apart; the exact comparisons below have them."""
    return not (kind == "index" and str(title).endswith(("_by_name", "_by_state")))


class TestSchema:
    """Migrations and declared tables are the same."""

    def test_migrated_tables_are_the_declared_ones(self, url: str) -> None:
        """Columns, types, keys, unique constraints and indexes: nothing to add, nothing left over."""
        upgrade(url)
        engine = engine_of(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": _is_the_same_everywhere}
            )
            differences = compare_metadata(context, METADATA)
        engine.dispose()

        assert [] == differences

    def test_what_postgres_stores_is_what_is_declared(self, fresh_postgres: str) -> None:
        """Also collations, storage parameters and the exact indexes, which the comparison above skips."""
        upgrade(fresh_postgres)
        migrated = _catalogue(fresh_postgres)
        engine = engine_of(fresh_postgres)
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            METADATA.create_all(connection)
        engine.dispose()

        assert _catalogue(fresh_postgres) == migrated

    def test_what_sqlite_stores_is_what_is_declared(self, tmp_path: Path) -> None:
        """The same statements made both."""
        upgrade(f"sqlite:///{tmp_path}/migrated.db")
        engine = engine_of(f"sqlite:///{tmp_path}/declared.db")
        with engine.connect() as connection:
            METADATA.create_all(connection)
        engine.dispose()

        assert _statements(tmp_path / "declared.db") == _statements(tmp_path / "migrated.db")

    def test_the_newest_migration_is_the_one_needed(self) -> None:
        """`tables.SCHEMA` moves with the migrations."""

        assert SCHEMA == ScriptDirectory.from_config(alembic_config()).get_current_head()

    def test_upgrading_twice_changes_nothing(self, url: str) -> None:
        """A second start finds everything done."""
        upgrade(url)
        store = store_at(url)
        [case] = stored(store, made("department", "d1"))
        upgrade(url)
        with store.begin(write=False) as unit:
            found = unit.read("department", ["d1"])
        store.close()

        assert {"d1": case} == found

    def test_two_that_start_at_once_make_one_schema(self, url: str) -> None:
        """The second waits for the first."""
        errors: list[Exception] = []

        def start() -> None:
            try:
                SqlStore.open(url, records=RECORDS, codec=CODEC, secrets=SECRETS).close()
            except Exception as ex:
                errors.append(ex)

        threads = [Thread(target=start) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [] == errors

    @pytest.mark.parametrize(
        "change",
        [
            "DELETE FROM alembic_version",
            "UPDATE alembic_version SET version_num = 'x'",
            "DROP TABLE session",
            "DROP TABLE evaluation",
        ],
    )
    def test_another_schema_is_not_ready(self, url: str, store: SqlStore, change: str) -> None:
        """A store serves only the schema that it was written for, and only whole."""
        engine = engine_of(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(change)
        engine.dispose()

        with pytest.raises(StoreUnavailable):
            store.ready()

    def test_without_a_schema_nothing_is_ready(self, url: str) -> None:
        """An empty database is told from a working one."""
        store = store_at(url)

        with pytest.raises(StoreUnavailable):
            store.ready()
        store.close()

    def test_a_store_that_is_up_to_date_opens_without_migrations(self, tmp_path: Path) -> None:
        """What migrates takes a quarter of a second to load; a server must not pay for it."""
        url = f"sqlite:///{tmp_path}/kaohe.db"
        upgrade(url)
        program = (
            "import sys\n"
            "from kaohe_workflow.adapters.sql import SqlStore\n"
            f"SqlStore.open({url!r}, records={{}}, codec=None, secrets=None).close()\n"
            "sys.exit('alembic' in sys.modules)"
        )

        assert 0 == subprocess.run([sys.executable, "-c", program], check=False).returncode

    @pytest.mark.parametrize("wrong", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d"])
    def test_other_urls_are_refused_without_showing_them(self, wrong: str) -> None:
        """A URL may hold a password."""
        with pytest.raises(InputInvalid) as caught:
            store_at(wrong)

        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize("lifecycle", list(COLUMNS))
    def test_every_column_has_its_attribute(self, lifecycle: str) -> None:
        """The records of the lifecycles, and those of the contract, have what columns are taken from, or compute it."""
        projection = COLUMNS[lifecycle]
        needed = (
            {column.attribute for column in projection.columns} | set(projection.sealed) | {"institution_id"}
        )

        for record in (LIFECYCLES[lifecycle].record, RECORDS[lifecycle]):
            assert set() == {name for name in needed if not hasattr(record, name)}

    @pytest.mark.parametrize("lifecycle", list(COLUMNS))
    def test_no_index_mentions_what_changes_with_every_step(self, lifecycle: str) -> None:
        """PostgreSQL would have to touch every index at every transition (no HOT update)."""
        projection = COLUMNS[lifecycle]
        indexed = {column for columns in (*projection.unique, *projection.indexes) for column in columns}

        assert set() == indexed & {"state", "version", "updated_at"}


def _catalogue(url: str) -> list[tuple[Any, ...]]:
    with bare(url) as connection:
        return [
            *connection.execute(
                "SELECT c.relname, c.reloptions, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
                " (SELECT collname FROM pg_collation WHERE oid = a.attcollation)"
                " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
                " AND c.relname <> 'alembic_version' ORDER BY c.relname, a.attnum"
            ).fetchall(),
            *connection.execute(
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
                " ORDER BY indexdef"
            ).fetchall(),
        ]


def _statements(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type <> 'trigger' AND tbl_name <> 'alembic_version'"
            " ORDER BY name"
        ).fetchall()
