"""Workbooks are parsed by a few processes at a time: each may take a gigabyte and a half."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from kaohe_workflow.adapters.children import AT_ONCE, RETRY_AFTER
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.sheets.reading import SheetReader
from kaohe_workflow.errors import InputInvalid, TooManyTries
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook

NOW = datetime(2024, 1, 4, 4, tzinfo=UTC)
GOOD = roster_workbook([roster_cells(person(0))])


def test_who_finds_every_place_taken_is_sent_away() -> None:
    """As many at a time as there are cores; the next one waits a little, and learns when to come again."""
    reader = SheetReader(SettableClock(NOW), wait_seconds=0)
    with ExitStack() as taken:
        for _ in range(AT_ONCE - 1):
            taken.enter_context(reader.turn())
        last_place = reader(GOOD)
        taken.enter_context(reader.turn())
        with pytest.raises(TooManyTries) as caught:
            reader(GOOD)
        text = reader("姓名\n".encode())

    assert (1, 1, NOW + RETRY_AFTER) == (len(last_place), len(text), caught.value.retry_at)
    assert 1 == len(reader(GOOD))


def test_a_file_that_is_none_gives_its_place_back() -> None:
    """However often a broken one is sent."""
    reader = SheetReader(SettableClock(NOW), wait_seconds=0)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(InputInvalid):
            reader(b"PK\x03\x04 no workbook")
