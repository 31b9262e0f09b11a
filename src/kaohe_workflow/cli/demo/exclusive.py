"""
One run at a time on a database: two would each make what is missing, and both would make it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import sqlalchemy as sa

from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.installation import OPTION
from kaohe_workflow.errors import InputInvalid, Problem

if sys.platform != "win32":
    import fcntl

_NUMBER = 7523041003
"""The lock of a PostgreSQL database that a run holds; any number that nobody else here uses."""


def alone(url: str) -> AbstractContextManager[None]:
    """
    A block that is the only run on a database; whatever ends this process ends the claim.

    On Windows, which has no such locks, nothing is claimed on SQLite.

    Raises (on entering):
        InputInvalid: ``demonstration-running``: another run is at work on it; ``database-file``: no lock can be made
            beside the file.
    """
    if url == "memory:":
        return nullcontext()
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _in_session(url)
    if sys.platform == "win32":
        return nullcontext()
    return _beside(Path(f"{(parsed.database or '').removeprefix('file:')}.run"))


def _running() -> InputInvalid:
    message = "另一个 kaohe demo 正在该数据库上运行：请等它结束，或换一个数据库；它若中断，再运行一次会接着做"
    return InputInvalid([Problem(OPTION, "demonstration-running", message)])


@contextmanager
def _beside(path: Path) -> Iterator[None]:
    """Hold the lock of a file; it is there as long as somebody runs, or was cut off."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as ex:
        message = f"无法在数据库旁建立 {path.name!r}：{cause_of(ex)}"
        raise InputInvalid([Problem(OPTION, "database-file", message)]) from ex
    try:
        _claim(descriptor, path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _claim(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as ex:
        raise _running() from ex
    # The one before may have ended, and taken its file away, just before we got hold of it.
    if not path.exists() or not os.path.samestat(path.stat(), os.fstat(descriptor)):
        raise _running()


@contextmanager
def _in_session(url: str) -> Iterator[None]:
    """Hold the lock of a PostgreSQL session of its own."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            claimed = connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_NUMBER})").scalar()
            if not claimed:
                raise _running()
            yield
    finally:
        engine.dispose()
