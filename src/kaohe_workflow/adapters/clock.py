"""The present instant: of the machine, or as set by a test or a demonstration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place that asks the machine


class SettableClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: datetime) -> None:
        self._now = _utc(now)

    def now(self) -> datetime:
        """The instant it was set to, aware, UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Stand at another aware instant, later or earlier."""
        self._now = _utc(now)

    def advance(self, step: timedelta) -> None:
        """Move by ``step``."""
        self._now += step


class FileClock:
    """A clock that stands where a file says, so that one process can set another's; the file is read each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The instant in the file, aware, UTC."""
        return datetime.fromisoformat(self._path.read_text(encoding="ascii"))

    def set(self, now: datetime) -> None:
        """Write an aware instant; a reader sees the one before or this one."""
        unfinished = self._path.with_suffix(".part")
        unfinished.write_text(_utc(now).isoformat(), encoding="ascii")
        unfinished.replace(self._path)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    return instant.astimezone(UTC)
