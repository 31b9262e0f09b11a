"""
The system's own work in the background: jobs that follow from what was committed, deadlines that have come.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from kaohe_workflow.errors import KaoheError

LOG = logging.getLogger("kaohe.worker")

EVERY_SECONDS = 5.0
"""How long the worker waits when nobody wakes it."""

PAUSE_SECONDS = 0.1
"""How long it gathers what comes after it was woken: many writes at once are one round."""

STOP_SECONDS = 30.0
"""How long stopping waits for the round that is on its way."""


Task = Callable[[], int]
"""Does what there is to do now; how much that was."""


class Worker:
    """
    One thread that does its tasks, one after the other, every few seconds and at once when it is woken.

    Several processes may each have one: each task is safe to do twice, and says how much it has done. A round
    that fails is logged and tried again with the next one.
    """

    def __init__(
        self,
        *tasks: Task,
        every_seconds: float = EVERY_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._tasks = tasks
        self._every_seconds = every_seconds
        self._pause_seconds = pause_seconds
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="kaohe-worker", daemon=True)

    def start(self) -> None:
        """Begin, with a round at once."""
        self._woken.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that something was written."""
        self._woken.set()

    def stop(self) -> bool:
        """End after the round on its way; False if it takes longer than `STOP_SECONDS`."""
        self._stopped.set()
        self._woken.set()
        self._thread.join(STOP_SECONDS)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._woken.wait(self._every_seconds):
                self._stopped.wait(self._pause_seconds)
            self._woken.clear()
            if not self._stopped.is_set():
                self._round()

    def _round(self) -> None:
        for task in self._tasks:
            self._attempt(task)

    @staticmethod
    def _attempt(task: Task) -> None:
        try:
            done = task()
        except KaoheError as ex:
            LOG.warning("%s failed: %s [%s]", task.__name__, type(ex).__name__, ex.code)
        except Exception as ex:
            # Nobody waits for this thread's answer, and it has to be there for the next round. The message may
            # hold personal data.
            LOG.error("%s failed: %s", task.__name__, type(ex).__name__)
        else:
            if done:
                LOG.info("%s: %d done", task.__name__, done)
