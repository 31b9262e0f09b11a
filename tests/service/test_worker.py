"""The system's own work happens by itself, at once after a write, and survives what goes wrong."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from kaohe_service.worker import Worker
from kaohe_workflow.application.timers import Timers
from kaohe_workflow.errors import StoreUnavailable

PATIENCE = 10.0


class RecordingTimers:
    """Timers that count their rounds and may fail in the first one."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.rounds = 0
        self.seen = Event()

    def work(self) -> int:
        if self.errors:
            raise self.errors.pop(0)
        return 0

    def sweep(self) -> int:
        self.rounds += 1
        self.seen.set()
        return 1

    def wait(self) -> bool:
        found = self.seen.wait(PATIENCE)
        self.seen.clear()
        return found


def _worker(timers: RecordingTimers, every_seconds: float = 3600.0) -> Worker:
    return Worker(timers.work, timers.sweep, every_seconds=every_seconds, pause_seconds=0.0)


def test_it_begins_with_a_round_and_makes_one_when_woken() -> None:
    """What came due while nobody ran is done first; after that each write is followed at once."""
    timers = RecordingTimers()
    worker = _worker(timers)
    worker.start()
    seen = [timers.wait()]
    worker.wake()
    seen.append(timers.wait())

    assert ([True, True], True) == (seen, worker.stop())


def test_it_makes_rounds_without_being_woken() -> None:
    """Deadlines come by themselves."""
    timers = RecordingTimers()
    worker = _worker(timers, every_seconds=0.001)
    worker.start()
    seen = [timers.wait() for _ in range(3)]

    assert ([True] * 3, True) == (seen, worker.stop())


@pytest.mark.parametrize("error", [StoreUnavailable("gone"), RuntimeError("韦小明 450102195701010012")])
def test_a_round_that_fails_is_not_the_last(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged by its kind, without its message, and the next round goes on; so does the other task."""
    caplog.set_level(logging.INFO, "kaohe.worker")
    timers = RecordingTimers(error)
    worker = _worker(timers)
    worker.start()
    seen = [timers.wait()]
    worker.wake()
    seen.append(timers.wait())
    worker.stop()

    assert [True, True] == seen
    assert any(type(error).__name__ in message for message in caplog.messages)
    assert not any("450102" in message for message in caplog.messages)


def test_stopping_waits_for_nothing_when_nothing_is_on_its_way() -> None:
    """A stopped worker makes no further round."""
    timers = RecordingTimers()
    worker = _worker(timers)
    worker.start()
    timers.wait()

    assert worker.stop()

    rounds = timers.rounds
    worker.wake()

    assert rounds == timers.rounds


def test_the_real_timers_fit() -> None:
    """The fake above has the methods of the real thing."""

    assert callable(Timers.work)
    assert callable(Timers.sweep)
