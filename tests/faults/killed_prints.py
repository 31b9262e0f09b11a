"""
A process that prints certificates in bulk as the service does, and kills itself as a kill -9 from outside would; run by
`test_killed_prints.py`.

    python -m tests.faults.killed_prints URL KEYS NOW FOLDER MOMENT

MOMENT is what it dies at: `commit:N` (before the N-th commit of the second page), `kept` (the second page's file is
kept and not noted) or `noted` (it is noted, and nobody told). A page holds two certificates.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.durable_jobs import DurableJobs
from kaohe_workflow.adapters.wiring import build_application, open_contents, open_store
from kaohe_workflow.application.jobs.pages import Pages
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.testing.printers import PlainPrinter
from tests.faults.places import PATIENCE, Wrapped

PAGE = 2
"""The page that the process does not outlive."""


class CountedPages(Pages):
    """Pages that are counted, and the commits of each."""

    page = 0
    commits = 0

    def next(self, job_id: str) -> Progress:
        CountedPages.page += 1
        CountedPages.commits = 0
        ended = super().next(job_id)
        die(MOMENT == "noted")
        return ended


MOMENT = ""


def die(reached: bool) -> None:
    if reached and PAGE == CountedPages.page:
        os.kill(os.getpid(), signal.SIGKILL)


def committing() -> None:
    CountedPages.commits += 1
    die(f"commit:{CountedPages.commits}" == MOMENT)


@attrs.frozen
class Keeping:
    """Contents that the process may die behind."""

    contents: Any

    def keep(self, content: bytes) -> str:
        digest: str = self.contents.keep(content)
        die(MOMENT == "kept")
        return digest

    def holds(self, digest: str) -> bool:
        held: bool = self.contents.holds(digest)
        return held


def main(url: str, keys_text: str, now: str, folder: str, moment: str) -> None:
    global MOMENT
    MOMENT = moment
    keys, clock = Keys.parse(keys_text), SettableClock(datetime.fromisoformat(now))
    store: Any = Wrapped(open_store(url, keys), commit=committing)
    application = build_application(store, keys, clock=clock, printer=PlainPrinter())
    contents: Any = Keeping(open_contents(url, keys, Path(folder)))
    errands = attrs.evolve(application.errands, portion=2, contents=contents)
    jobs = DurableJobs(CountedPages(application.door, 2, errands), url, name="one", clock=clock, poll=0.05)
    jobs.start()
    jobs.work()
    threading.Event().wait(PATIENCE)


if __name__ == "__main__":
    main(*sys.argv[1:])
