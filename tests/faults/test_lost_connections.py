"""Connections that are lost: nothing half done, and it goes on after."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.application.stored import Remembered
from kaohe_workflow.errors import StoreUnavailable
from kaohe_workflow.testing.contracts import NOW, made, stored
from tests.faults.sql_stores import present, store_at


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
    store = store_at(where.set(query={"host": wall.host}).render_as_string())
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

        assert ["d1"] == present(postgres, "d1")
        assert ["d1"] == present(postgres, "d1")

    def test_a_connection_lost_half_way_leaves_nothing(self, postgres: SqlStore, wall: Wall) -> None:
        """Whatever comes next in this unit of work says so; the next unit of work goes on."""
        with postgres.begin() as unit:
            unit.write([made("department", "d2", name="外科")])
            wall.cut()
            for act in (lambda: unit.find("department", []), unit.commit):
                with pytest.raises(StoreUnavailable):
                    act()

        assert ["d1"] == present(postgres, "d1", "d2")

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

        assert ["d1"] == present(postgres, "d1")

    def test_a_database_that_is_not_there_is_unavailable(self, fresh_postgres: str) -> None:
        """Neither made nor waited for."""
        store = store_at(sa.make_url(fresh_postgres).set(database="nowhere").render_as_string())

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

        assert ["d1"] == present(postgres, "d1", "d2")
