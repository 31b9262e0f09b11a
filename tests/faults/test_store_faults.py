"""What goes wrong outside: lost connections, full disks, killed processes. Nothing half done, and it goes on after."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic
from typing import Any

import pytest

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.errors import ConcurrentTransition, StoreUnavailable
from kaohe_workflow.testing.contracts import changed, made, stored
from tests.faults.sql_stores import present, store_at


class TestLocksOfOthers:
    """Waiting ends."""

    def test_of_two_that_wait_for_each_other_one_gives_up(self, fresh_postgres: str) -> None:
        """PostgreSQL finds the deadlock; it is a conflict like any other, and the other one goes on."""
        upgrade(fresh_postgres)
        store = store_at(fresh_postgres)
        stored(store, made("department", "d1"), made("department", "d2", name="外科"))
        both = Barrier(2)
        errors: list[Exception] = []

        def lock(first: str, second: str) -> Callable[[], None]:
            def task() -> None:
                try:
                    with store.begin() as unit:
                        unit.lock("department", [first])
                        both.wait()
                        unit.write([changed(unit.lock("department", [second])[second])])
                        unit.commit()
                except ConcurrentTransition as ex:
                    errors.append(ex)

            return task

        threads = [Thread(target=lock("d1", "d2")), Thread(target=lock("d2", "d1"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with store.begin(write=False) as unit:
            versions = sorted(case.version for case in unit.find("department", []))
        store.close()

        assert 1 == len(errors)
        assert [1, 2] == versions

    def test_a_lock_that_is_not_released_is_to_be_tried_later(self, fresh_postgres: str) -> None:
        """After the time that a unit of work waits: no case has changed, so nobody is told to read again."""
        upgrade(fresh_postgres)
        store = store_at(fresh_postgres, wait_seconds=0.05)
        stored(store, made("department", "d1"))
        with store.begin() as first, store.begin() as second:
            first.lock("department", ["d1"])
            with pytest.raises(StoreUnavailable):
                second.lock("department", ["d1"])
        store.close()

    def test_a_writer_of_another_process_is_to_be_waited_for_later(self, tmp_path: Path) -> None:
        """SQLite has one writer; readers go on, and who would write is told to come back."""
        upgrade(f"sqlite:///{tmp_path}/kaohe.db")
        store = store_at(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=0.05)
        stored(store, made("department", "d1"))
        with closing(sqlite3.connect(tmp_path / "kaohe.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                store.begin()
            found = present(store, "d1")
            other.execute("ROLLBACK")
        stored(store, made("department", "d2", name="外科"))
        store.close()

        assert ["d1"] == found

    def test_a_writer_of_another_process_is_not_waited_for_by_the_way(self, tmp_path: Path) -> None:
        """Who is not to wait is told at once; the connection waits again for whoever has it next."""
        upgrade(f"sqlite:///{tmp_path}/kaohe.db")
        store = store_at(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=9)
        with closing(sqlite3.connect(tmp_path / "kaohe.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            begun = monotonic()
            with pytest.raises(StoreUnavailable):
                store.begin(wait=False)
            taken = monotonic() - begun
            other.execute("ROLLBACK")
        patience = _pragma(store, "busy_timeout")
        store.close()

        assert taken < 4  # seconds
        assert [(9000,)] == patience

    def test_a_writer_of_this_process_is_waited_for(self, tmp_path: Path) -> None:
        """Not for ever."""
        upgrade(f"sqlite:///{tmp_path}/kaohe.db")
        store = store_at(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=0.05)
        with store.begin(), pytest.raises(StoreUnavailable):
            store.begin()
        stored(store, made("department", "d1"))
        store.close()


class TestSqliteFiles:
    """The file and its disk."""

    def test_a_full_disk_is_unavailable_and_leaves_nothing(self, tmp_path: Path) -> None:
        """Reading goes on; when there is room again, writing does too."""
        url = f"sqlite:///{tmp_path}/kaohe.db"
        upgrade(url)
        store = store_at(url)
        stored(store, made("department", "d1"))
        [(pages,)] = _pragma(store, "page_count")
        _pragma(store, f"max_page_count = {pages + 3}")
        steps = [made("department", f"x{n}", name=f"科{n}", content="x" * 500) for n in range(200)]
        with store.begin() as unit:
            with pytest.raises(StoreUnavailable):
                unit.write(steps)
            with pytest.raises(StoreUnavailable):
                unit.commit()
        found = present(store, "d1", "x0", "x199")
        _pragma(store, "max_page_count = 1000000")
        stored(store, *steps)
        store.close()

        assert ["d1"] == found

    def test_a_file_that_is_no_database_is_unavailable(self, tmp_path: Path) -> None:
        """Somebody has overwritten it."""
        (tmp_path / "kaohe.db").write_bytes(b"something else" * 1000)
        store = store_at(f"sqlite:///{tmp_path}/kaohe.db")

        with pytest.raises(StoreUnavailable):
            store.ready()
        store.close()

    def test_a_folder_that_is_not_there_is_unavailable(self, tmp_path: Path) -> None:
        """A wrong path is told, not made."""
        store = store_at(f"sqlite:///{tmp_path}/nowhere/kaohe.db")

        with pytest.raises(StoreUnavailable):
            store.begin()
        with pytest.raises(StoreUnavailable):
            upgrade(f"sqlite:///{tmp_path}/nowhere/kaohe.db")

    def test_a_file_that_is_taken_away_is_unavailable_until_it_is_back(self, tmp_path: Path) -> None:
        """Whoever holds it open could go on writing where nobody will look: nothing is taken, nothing is made."""
        file, elsewhere = tmp_path / "kaohe.db", tmp_path / "elsewhere.db"
        upgrade(f"sqlite:///{file}")
        store = store_at(f"sqlite:///{file}")
        stored(store, made("department", "d1"))
        file.rename(elsewhere)
        for attempt in (store.ready, store.begin, lambda: store.begin(write=False)):
            with pytest.raises(StoreUnavailable):
                attempt()
        made_again = file.exists()
        elsewhere.rename(file)
        stored(store, made("department", "d2", name="外科"))
        found = present(store, "d1", "d2")
        store.close()

        assert not made_again
        assert ["d1", "d2"] == found

    def test_a_backup_that_is_put_back_is_what_counts(self, tmp_path: Path) -> None:
        """What is written afterwards is written there, though the file before it is still open."""
        file, backup = tmp_path / "kaohe.db", tmp_path / "backup.db"
        upgrade(f"sqlite:///{file}")
        store = store_at(f"sqlite:///{file}")
        stored(store, made("department", "d1"))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        stored(store, made("department", "d2", name="外科"))
        for beside in ("kaohe.db-wal", "kaohe.db-shm"):
            (tmp_path / beside).unlink()
        backup.rename(file)
        stored(store, made("department", "d3", name="儿科"))
        store.close()
        again = store_at(f"sqlite:///{file}")
        found = present(again, "d1", "d2", "d3")
        again.close()

        assert ["d1", "d3"] == found


def _pragma(store: SqlStore, text: str) -> list[tuple[Any, ...]]:
    """Ask or set something of the one connection that the pool holds."""
    with store.begin(write=False) as unit:
        return unit._wire.rows(f"PRAGMA {text}")


_WRITER = """
import sys
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.testing.contracts import RECORDS, made

store = SqlStore(sys.argv[1], records=RECORDS, codec=JsonCodec(), secrets=KeyedSecrets(Keys.fresh()))
for batch in range(10_000):
    with store.begin() as unit:
        unit.write([made("department", f"{batch:05}-{n}", name=f"{batch}-{n}") for n in range(5)])
        unit.commit()
    print(batch, flush=True)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_killed_process_loses_nothing_and_leaves_nothing_half(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Every batch that was reported is there, and every batch that is there is whole."""
    url = f"sqlite:///{tmp_path}/kaohe.db" if kind == "sqlite" else request.getfixturevalue("fresh_postgres")
    upgrade(url)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, url], stdout=subprocess.PIPE, text=True)

    assert writer.stdout is not None
    reported = [int(writer.stdout.readline()) for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    reported += [int(line) for line in rest.split() if line]
    store = store_at(url)
    with store.begin(write=False) as unit:
        cases = unit.find("department", [])
        histories = unit.histories(cases)
    store.close()
    batches: dict[int, int] = {}
    for case in cases:
        batches[int(case.id[:5])] = batches.get(int(case.id[:5]), 0) + 1

    assert set() == set(reported) - set(batches)
    assert {5} == set(batches.values())
    assert {1} == {len(rows) for rows in histories.values()}
