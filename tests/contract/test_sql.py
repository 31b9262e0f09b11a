"""What only the SQL stores promise: their schema, what lies in it, and how few statements they need."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.migrating import alembic_config, upgrade
from kaohe_workflow.adapters.sql.tables import METADATA, SCHEMA
from kaohe_workflow.application.projection import COLUMNS
from kaohe_workflow.application.stored import Job, Kept, Refusal, Remembered, Written
from kaohe_workflow.errors import DefinitionError, InputInvalid, RecordDamaged, StoreUnavailable
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.contracts import NOW, RECORDS, changed, made, stored
from kaohe_workflow.testing.contracts.cases import CasesContract

CODEC = JsonCodec()
SECRETS = KeyedSecrets(Keys.fresh())


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/kaohe.db"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


def _store(url: str, **settings: Any) -> SqlStore:
    return SqlStore(url, records=RECORDS, codec=CODEC, secrets=SECRETS, **settings)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """An empty store of each kind."""
    upgrade(url)
    store = _store(url)
    yield store
    store.close()


@pytest.fixture
def postgres(fresh_postgres: str) -> Iterator[SqlStore]:
    """An empty store on PostgreSQL."""
    upgrade(fresh_postgres)
    store = _store(fresh_postgres)
    yield store
    store.close()


def _bare(url: str) -> psycopg.Connection[Any]:
    where = sa.make_url(url)
    return psycopg.connect(
        host=str(where.query["host"]), user=where.username, dbname=where.database, autocommit=True
    )


class TestOneByOneOnPostgres(CasesContract):
    """The plain form that any SQL database takes, without arrays."""

    @pytest.fixture
    def store(self, fresh_postgres: str) -> Iterator[SqlStore]:
        upgrade(fresh_postgres)
        store = _store(fresh_postgres, grouped=False)
        yield store
        store.close()


class TestSchema:
    """Migrations and declared tables are the same."""

    def test_migrated_tables_are_the_declared_ones(self, url: str) -> None:
        """Columns, types, keys, unique constraints and indexes: nothing to add, nothing left over."""
        upgrade(url)
        engine = engine_of(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
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
        store = _store(url)
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
        store = _store(url)

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
            _store(wrong)

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
    with _bare(url) as connection:
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


class TestAppendOnly:
    """History and refusals only grow, whoever writes."""

    @pytest.fixture(autouse=True)
    def _one_row_each(self, store: SqlStore) -> None:
        with store.begin() as unit:
            unit.write([made("department", "d1")])
            unit.refuse([Refusal("k1", 1, NOW, "{}", "0", "1")])
            unit.commit()

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET body = 'x'", "DELETE FROM {}"])
    def test_rows_cannot_be_changed(self, url: str, table: str, change: str) -> None:
        """Neither updated nor deleted, on a connection of the store's own kind."""
        engine = engine_of(url)
        with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only grows"):
            connection.exec_driver_sql(change.format(table))
        engine.dispose()

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("url", ["sqlite"], indirect=True)
    def test_rows_cannot_be_replaced(self, url: str, table: str) -> None:
        """Not even by a tool that has not set recursive_triggers, where REPLACE asks no delete trigger."""
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection,
            pytest.raises(sqlite3.IntegrityError, match="exists already"),
        ):
            connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_tables_cannot_be_emptied(self, url: str, table: str) -> None:
        """TRUNCATE asks no row."""
        with _bare(url) as connection, pytest.raises(psycopg.errors.RaiseException, match="only grows"):
            connection.execute(f"TRUNCATE {table}")


class TestAtRest:
    """What lies in the database."""

    def test_what_is_sealed_does_not_lie_open(self, store: SqlStore, url: str) -> None:
        """Numbers, phones, log-ins, payloads, reasons, answers and jobs are not found by searching the bytes."""
        canaries = {name: f"CANARY{name}" for name in ("id", "original", "phone", "licence", "login", "text")}
        with store.begin() as unit:
            unit.write(
                [
                    made(
                        "affiliation",
                        "p1",
                        id_number=canaries["id"],
                        id_original=canaries["original"],
                        phone=canaries["phone"],
                        qualification_number=canaries["licence"],
                        content=canaries["text"],
                    ),
                    made("account", "k1", login=canaries["login"]),
                ]
            )
            unit.enqueue([Job("j1", "k", canaries["text"], NOW)])
            unit.remember("k1", "key", Remembered("f", canaries["text"]), NOW)
            unit.commit()
        everything = _everything(url)

        assert "张三" in everything
        assert "CANARY" not in everything

    def test_a_sealed_value_opens_only_in_its_place(self, store: SqlStore, url: str) -> None:
        """Copied to another person's row it does not open, and the row is as good as lost."""
        stored(store, made("affiliation", "p1"), made("affiliation", "p2", id_number="other"))
        engine = engine_of(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE affiliation SET record = (SELECT record FROM affiliation WHERE id = 'p1') WHERE id = 'p2'"
            )
        engine.dispose()

        with store.begin(write=False) as unit, pytest.raises(RecordDamaged) as caught:
            unit.read("affiliation", ["p2"])

        assert isinstance(caught.value.__cause__, DefinitionError)

    def test_the_same_person_has_the_same_hash_and_another_seal(self, store: SqlStore, url: str) -> None:
        """Equality can be asked for; from two rows nobody sees that they hold the same number."""
        [first] = stored(store, made("affiliation", "p1"))
        before = _everything(url)
        stored(store, changed(first))
        after = _everything(url)

        assert SECRETS.blind("id_hash", first.record.id_number) in before
        assert _sealed(before) != _sealed(after)

    @pytest.mark.parametrize("count", [1, 300])
    def test_a_text_that_no_store_can_hold_stops_everything(self, store: SqlStore, count: int) -> None:
        """Found half way through a grouped write, it leaves nothing behind."""
        steps = [made("assessment", f"a{n}", physician_id=f"p{n}") for n in range(count - 1)]
        with store.begin() as unit:
            with pytest.raises(InputInvalid):
                unit.write([*steps, made("assessment", "bad", physician_id="bad", note="a\0b")])
            with pytest.raises(InputInvalid):
                unit.commit()
        with store.begin() as unit:
            unit.write(steps)
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.find("assessment", [])

        assert count - 1 == len(found)


def _everything(url: str) -> str:
    engine = engine_of(url)
    with engine.connect() as connection:
        rows = [
            row for table in METADATA.tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        ]
    engine.dispose()
    text = "\n".join(map(str, rows))
    if url.startswith("sqlite"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        text += "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())
    return text


def _sealed(text: str) -> list[str]:
    return [part for part in text.split('"') if part.startswith("intl1|")]


class TestStatements:
    """How the databases are used."""

    def test_sqlite_connections_are_set_up(self, tmp_path: Path) -> None:
        """WAL and FULL lose nothing when the power fails; NORMAL does."""
        engine = engine_of(f"sqlite:///{tmp_path}/kaohe.db")
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
        with engine.connect() as connection:
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
        engine.dispose()

        assert ["wal", 2, 1, 1, 10_000] == found

    @pytest.mark.parametrize(
        ("count", "expected"),
        [
            (1, ["SELECT", "WITH"]),
            (300, ["SELECT", "UPDATE", "INSERT", "INSERT", "INSERT"]),
        ],
    )
    def test_few_statements_on_postgres(self, postgres: SqlStore, count: int, expected: list[str]) -> None:
        """One to lock and read, persons included; one to write a step, or one a table for many."""
        steps = [
            step
            for number in range(count)
            for step in (
                made("affiliation", f"p{number}", id_number=str(number)),
                made("assessment", f"a{number:03}", physician_id=f"p{number}"),
            )
        ]
        stored(postgres, *steps)
        ids = [f"a{number:03}" for number in range(count)]
        with postgres.begin() as unit:
            sent = _recorded(unit)
            cases = unit.lock("assessment", ids)
            unit.read("affiliation", [case.record.physician_id for case in cases.values()])
            unit.write([changed(cases[id], content="{}", due_in=NOW - NOW) for id in ids])
            unit.commit()

        assert expected == [text.split()[0] for text in sent]

    def test_the_person_is_locked_first(self, postgres: SqlStore, fresh_postgres: str) -> None:
        """Whoever locks a paper holds the physician's row, and no other's."""
        stored(
            postgres,
            made("affiliation", "p1", id_number="1"),
            made("affiliation", "p2", id_number="2"),
            made("evaluation", "e1"),
        )
        wanted = "SELECT id FROM affiliation WHERE id = %s FOR UPDATE NOWAIT"
        with postgres.begin() as unit, _bare(fresh_postgres) as other:
            unit.lock("evaluation", ["e1"])
            free = other.execute(wanted, ("p2",)).fetchall()
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(wanted, ("p1",))

        assert [("p2",)] == free

    def test_transitions_stay_within_their_page(self, postgres: SqlStore) -> None:
        """A single update is a HOT update: no index is touched. (Bulks fill their pages and cannot all be.)"""
        cases = stored(postgres, *(made("assessment", f"a{n}", physician_id=f"p{n}") for n in range(20)))
        with postgres.begin() as unit:
            unit.write([changed(cases[7], state="submitted", note="x")])
            counted = unit._wire.rows(
                "SELECT pg_stat_get_xact_tuples_updated(oid), pg_stat_get_xact_tuples_hot_updated(oid)"
                " FROM pg_class WHERE oid = 'assessment'::regclass"
            )

        assert [(1, 1)] == counted

    @pytest.mark.parametrize("count", [1, 40])
    def test_an_audit_reads_a_page_at_once(self, store: SqlStore, count: int) -> None:
        """Cases, steps and what they carried: one statement each, and one that finds the end."""
        stored(
            store, *(made("assessment", f"a{n}", physician_id=f"p{n}", content="{}") for n in range(count))
        )
        with store.begin(write=False) as unit:
            sent = _recorded(unit)
            with unit.audit() as audit:
                for page in audit.cases("assessment", 100):
                    cases = [row.case for row in page if isinstance(row, Kept)]
                    carried = (audit.histories(cases), audit.enclosures(cases))

        assert [count, count] == list(map(len, carried))
        assert 4 == len(sent)

    def test_a_written_case_is_not_read_again(self, store: SqlStore) -> None:
        """Locked or written here, it is known."""
        [first] = stored(store, made("department", "d1"))
        step: Written = changed(first)
        with store.begin() as unit:
            unit.lock("department", ["d1"])
            unit.write([step])
            sent = _recorded(unit)
            found = (unit.read("department", ["d1"])["d1"], unit.lock("department", ["d1"])["d1"])

        assert (step.after, step.after) == found
        assert [] == sent


def _recorded(unit: Any) -> list[str]:
    """The texts that a unit of work sends from now on."""
    sent: list[str] = []
    wire = unit._wire

    class Recorder:
        def __getattr__(self, name: str) -> Any:
            real = getattr(wire, name)
            if name not in ("rows", "change", "change_many"):
                return real

            def send(text: str, *arguments: Any) -> Any:
                sent.append(text)
                return real(text, *arguments)

            return send

    unit._wire = Recorder()
    return sent
