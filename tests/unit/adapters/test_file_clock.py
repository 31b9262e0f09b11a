"""The clock that stands where a file says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from kaohe_workflow.adapters.clock import FileClock

NOON = datetime(2023, 11, 27, 12, tzinfo=timezone(timedelta(hours=8)))


def test_what_one_process_writes_another_reads(tmp_path: Path) -> None:
    """Two clocks on one file stand alike, in UTC."""
    FileClock(tmp_path / "clock").set(NOON)

    assert datetime(2023, 11, 27, 4, tzinfo=UTC) == FileClock(tmp_path / "clock").now()


def test_an_instant_without_a_zone_is_refused(tmp_path: Path) -> None:
    """Nobody knows when it is; the file stays as it was."""
    clock = FileClock(tmp_path / "clock")
    clock.set(NOON)

    with pytest.raises(ValueError, match="time zone"):
        clock.set(datetime(2023, 11, 27, 12))  # noqa: DTZ001 - that is the mistake

    assert clock.now() == NOON
