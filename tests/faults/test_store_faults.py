"""What goes wrong outside: lost connections, full disks, killed processes. Nothing half done, and it goes on after."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Barrier, Lock, Thread
from time import monotonic
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.application.stored import Remembered
from kaohe_workflow.errors import ConcurrentTransition, StoreUnavailable
from kaohe_workflow.testing.contracts import NOW, RECORDS, changed, made, stored

CODEC = JsonCodec()
SECRETS = KeyedSecrets(Keys.fresh())


def _store(url: str, **settings: Any) -> SqlStore:
    return SqlStore(url, records=RECORDS, codec=CODEC, secrets=SECRETS, **settings)


def _found(store: SqlStore, *ids: str) -> list[str]:
    with store.begin(write=False) as unit:
        return sorted(unit.read("department", ids))


class Wall:
    """
    Stands between client and server on a socket of its own, and falls when told.

    What the client sends passes until ``cut_at`` is found in it; then (with ``arrives``: it is passed on, and the
    answer is lost), and at once on `cut`, every connection is dropped. While ``closed`` new ones are dropped too.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self.host = str(folder)
        self.closed = False
        self.cut_at: bytes | None = None
        self.arrives = False
        self._answer_is_lost = False
        self._server = server
        self._guard = Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/.s.PGSQL.5432")
        self._listener.listen()
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.closed:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                with self._guard:
                    self._open += [client, server]
                Thread(target=self._pass, args=(client, server, True), daemon=True).start()
                Thread(target=self._pass, args=(server, client, False), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, outward: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if outward and self.cut_at is not None and self.cut_at in data:
                    if not self.arrives:
                        self.cut()
                        return
                    self._answer_is_lost = True
                elif not outward and self._answer_is_lost:
                    self.cut()
                    return
                target.sendall(data)
        # Whichever way it ended (a server that is killed resets), the other side is told.
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """Let everything pass again."""
        self.cut_at = None
        self._answer_is_lost = False

    def cut(self) -> None:
        """Drop every connection that there is now; one that comes meanwhile is not of this fall."""
        with self._guard:
            ends, self._open = self._open, []
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def fall(self) -> None:
        """Drop every connection, and listen no more."""
        self.cut()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def wall(fresh_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """A wall before the database server."""
    folder = Path(str(sa.make_url(fresh_postgres).query["host"]))
    wall = Wall(tmp_path_factory.mktemp("w"), str(next(folder.glob(".s.PGSQL.*[0-9]"))))
    yield wall
    wall.fall()


@pytest.fixture
def postgres(fresh_postgres: str, wall: Wall) -> Iterator[SqlStore]:
    """A store behind the wall, with one department."""
    upgrade(fresh_postgres)
    where = sa.make_url(fresh_postgres)
    store = _store(where.set(query={"host": wall.host}).render_as_string())
    stored(store, made("department", "d1"))
    yield store
    store.close()


class TestLostConnections:
    """PostgreSQL goes away and comes back."""

    def test_connections_that_died_while_idle_are_replaced_unseen(
        self, postgres: SqlStore, wall: Wall
    ) -> None:
        """The server was restarted over night: the first request of the morning succeeds."""
        with postgres.begin(write=False), postgres.begin(write=False), postgres.begin(write=False):
            pass
        wall.cut()

        assert ["d1"] == _found(postgres, "d1")
        assert ["d1"] == _found(postgres, "d1")

    def test_a_connection_lost_half_way_leaves_nothing(self, postgres: SqlStore, wall: Wall) -> None:
        """Whatever comes next in this unit of work says so; the next unit of work goes on."""
        with postgres.begin() as unit:
            unit.write([made("department", "d2", name="外科")])
            wall.cut()
            for act in (lambda: unit.find("department", []), unit.commit):
                with pytest.raises(StoreUnavailable):
                    act()

        assert ["d1"] == _found(postgres, "d1", "d2")

    def test_a_connection_lost_in_a_grouped_write_leaves_nothing(
        self, postgres: SqlStore, wall: Wall
    ) -> None:
        """Some portions had arrived."""
        wall.cut_at = b"department-0700"
        steps = [made("department", f"department-{n:04}", name=f"科{n}") for n in range(1000)]
        with postgres.begin() as unit, pytest.raises(StoreUnavailable):
            unit.write(steps)
        wall.hold()
        with postgres.begin(write=False) as unit:
            found = unit.find("department", [])

        assert ["d1"] == [case.id for case in found]

    @pytest.mark.parametrize("arrives", [True, False])
    def test_a_lost_commit_is_cleared_up_by_its_key(
        self, postgres: SqlStore, wall: Wall, arrives: bool
    ) -> None:
        """Whether it took place cannot be known; whoever asks again under the same key finds out."""
        with postgres.begin() as unit:
            unit.write([made("department", "d2", name="外科")])
            wall.cut_at, wall.arrives = b"COMMIT", arrives
            unit.remember("k1", "key", Remembered("f", "done"), NOW)
            with pytest.raises(StoreUnavailable):
                unit.commit()
        wall.hold()
        with postgres.begin(write=False) as unit:
            remembered = unit.recall("k1", "key") is not None
            there = "d2" in unit.read("department", ["d2"])

        assert (arrives, arrives) == (remembered, there)

    def test_a_server_that_is_gone_is_unavailable_and_comes_back(
        self, postgres: SqlStore, wall: Wall
    ) -> None:
        """Beginning fails at once, nothing hangs; afterwards everything is as before."""
        wall.closed = True
        wall.cut()
        for act in (postgres.begin, postgres.ready, lambda: postgres.begin(write=False)):
            with pytest.raises(StoreUnavailable):
                act()
        wall.closed = False

        assert ["d1"] == _found(postgres, "d1")

    def test_a_database_that_is_not_there_is_unavailable(self, fresh_postgres: str) -> None:
        """Neither made nor waited for."""
        store = _store(sa.make_url(fresh_postgres).set(database="nowhere").render_as_string())

        with pytest.raises(StoreUnavailable):
            store.ready()
        with pytest.raises(StoreUnavailable):
            upgrade(sa.make_url(fresh_postgres).set(database="nowhere").render_as_string())
        store.close()

    def test_a_connection_that_the_server_ends_is_lost(self, postgres: SqlStore, fresh_postgres: str) -> None:
        """An administrator ends it while it is in use."""
        where = sa.make_url(fresh_postgres)
        with postgres.begin() as unit:
            unit.write([made("department", "d2", name="外科")])
            with psycopg.connect(
                host=str(where.query["host"]), user=where.username, dbname=where.database, autocommit=True
            ) as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            with pytest.raises(StoreUnavailable):
                unit.commit()

        assert ["d1"] == _found(postgres, "d1", "d2")


class TestLocksOfOthers:
    """Waiting ends."""

    def test_of_two_that_wait_for_each_other_one_gives_up(self, fresh_postgres: str) -> None:
        """PostgreSQL finds the deadlock; it is a conflict like any other, and the other one goes on."""
        upgrade(fresh_postgres)
        store = _store(fresh_postgres)
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
        store = _store(fresh_postgres, wait_seconds=0.05)
        stored(store, made("department", "d1"))
        with store.begin() as first, store.begin() as second:
            first.lock("department", ["d1"])
            with pytest.raises(StoreUnavailable):
                second.lock("department", ["d1"])
        store.close()

    def test_a_writer_of_another_process_is_to_be_waited_for_later(self, tmp_path: Path) -> None:
        """SQLite has one writer; readers go on, and who would write is told to come back."""
        upgrade(f"sqlite:///{tmp_path}/kaohe.db")
        store = _store(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=0.05)
        stored(store, made("department", "d1"))
        with closing(sqlite3.connect(tmp_path / "kaohe.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable):
                store.begin()
            found = _found(store, "d1")
            other.execute("ROLLBACK")
        stored(store, made("department", "d2", name="外科"))
        store.close()

        assert ["d1"] == found

    def test_a_writer_of_another_process_is_not_waited_for_by_the_way(self, tmp_path: Path) -> None:
        """Who is not to wait is told at once; the connection waits again for whoever has it next."""
        upgrade(f"sqlite:///{tmp_path}/kaohe.db")
        store = _store(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=9)
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
        store = _store(f"sqlite:///{tmp_path}/kaohe.db", wait_seconds=0.05)
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
        store = _store(url)
        stored(store, made("department", "d1"))
        [(pages,)] = _pragma(store, "page_count")
        _pragma(store, f"max_page_count = {pages + 3}")
        steps = [made("department", f"x{n}", name=f"科{n}", content="x" * 500) for n in range(200)]
        with store.begin() as unit:
            with pytest.raises(StoreUnavailable):
                unit.write(steps)
            with pytest.raises(StoreUnavailable):
                unit.commit()
        found = _found(store, "d1", "x0", "x199")
        _pragma(store, "max_page_count = 1000000")
        stored(store, *steps)
        store.close()

        assert ["d1"] == found

    def test_a_file_that_is_no_database_is_unavailable(self, tmp_path: Path) -> None:
        """Somebody has overwritten it."""
        (tmp_path / "kaohe.db").write_bytes(b"something else" * 1000)
        store = _store(f"sqlite:///{tmp_path}/kaohe.db")

        with pytest.raises(StoreUnavailable):
            store.ready()
        store.close()

    def test_a_folder_that_is_not_there_is_unavailable(self, tmp_path: Path) -> None:
        """A wrong path is told, not made."""
        store = _store(f"sqlite:///{tmp_path}/nowhere/kaohe.db")

        with pytest.raises(StoreUnavailable):
            store.begin()
        with pytest.raises(StoreUnavailable):
            upgrade(f"sqlite:///{tmp_path}/nowhere/kaohe.db")

    def test_a_file_that_is_taken_away_is_unavailable_until_it_is_back(self, tmp_path: Path) -> None:
        """Whoever holds it open could go on writing where nobody will look: nothing is taken, nothing is made."""
        file, elsewhere = tmp_path / "kaohe.db", tmp_path / "elsewhere.db"
        upgrade(f"sqlite:///{file}")
        store = _store(f"sqlite:///{file}")
        stored(store, made("department", "d1"))
        file.rename(elsewhere)
        for attempt in (store.ready, store.begin, lambda: store.begin(write=False)):
            with pytest.raises(StoreUnavailable):
                attempt()
        made_again = file.exists()
        elsewhere.rename(file)
        stored(store, made("department", "d2", name="外科"))
        found = _found(store, "d1", "d2")
        store.close()

        assert not made_again
        assert ["d1", "d2"] == found

    def test_a_backup_that_is_put_back_is_what_counts(self, tmp_path: Path) -> None:
        """What is written afterwards is written there, though the file before it is still open."""
        file, backup = tmp_path / "kaohe.db", tmp_path / "backup.db"
        upgrade(f"sqlite:///{file}")
        store = _store(f"sqlite:///{file}")
        stored(store, made("department", "d1"))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        stored(store, made("department", "d2", name="外科"))
        for beside in ("kaohe.db-wal", "kaohe.db-shm"):
            (tmp_path / beside).unlink()
        backup.rename(file)
        stored(store, made("department", "d3", name="儿科"))
        store.close()
        again = _store(f"sqlite:///{file}")
        found = _found(again, "d1", "d2", "d3")
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
    store = _store(url)
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
