"""What only the SQL stores promise: their schema, what lies in it, and how few statements they need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.stored import Kept, Written
from kaohe_workflow.testing.contracts import NOW, changed, made, stored
from kaohe_workflow.testing.contracts.cases import CasesContract
from tests.contract.sql_stores import bare, store_at


class TestOneByOneOnPostgres(CasesContract):
    """The plain form that any SQL database takes, without arrays."""

    @pytest.fixture
    def store(self, fresh_postgres: str) -> Iterator[SqlStore]:
        upgrade(fresh_postgres)
        store = store_at(fresh_postgres, grouped=False)
        yield store
        store.close()


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
        with postgres.begin() as unit, bare(fresh_postgres) as other:
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


class TestListings:
    """What triggers keep beside the cases."""

    @pytest.mark.parametrize("first", ["person", "assessment"])
    def test_nothing_is_missed_between_two_units_of_work(
        self, postgres: SqlStore, fresh_postgres: str, first: str
    ) -> None:
        """A name changes while a case of the person is made: whoever comes second waits for the other."""
        [person] = stored(postgres, made("affiliation", "p1", id_number="n1", name="王"))
        steps = {
            "person": changed(person, name="黄"),
            "assessment": made("assessment", "a1", physician_id="p1", cycle_id="c1"),
        }
        [second] = [step for name, step in steps.items() if name != first]
        later = Thread(target=lambda: stored(postgres, second))
        with postgres.begin() as unit:
            unit.write([steps[first]])
            later.start()
            while later.is_alive() and not _somebody_waits(fresh_postgres):
                pass
            unit.commit()
        later.join()
        with postgres.begin(write=False) as unit:
            counted = unit.count("assessment", Scope.everything(), [Where("name", "eq", "黄")])

        assert {(): 1} == counted


def _somebody_waits(url: str) -> bool:
    with bare(url) as connection:
        [[waiting]] = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(waiting)
