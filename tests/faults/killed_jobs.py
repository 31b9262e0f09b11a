"""
A process that does jobs as the service does, and kills itself as a kill -9 from outside would; run by
`test_killed_jobs.py`.

    python -m tests.faults.killed_jobs URL KEYS NOW NAME MOMENT

MOMENT is `page:N` (the N-th page is written and not committed) or `paged:N` (it is committed, and nobody told). The
page holds two cases; NAME is that of the process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import datetime
from typing import Any

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.durable_jobs import DurableJobs
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.jobs.pages import Pages
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.testing.printers import PlainPrinter
from tests.faults.places import PATIENCE, Wrapped


class MortalPages(Pages):
    """Pages that a process does not outlive."""

    moment: str = ""
    done: int = 0
    under_way: bool = False

    def next(self, job_id: str) -> Progress:
        MortalPages.done += 1
        MortalPages.under_way = True
        try:
            return super().next(job_id)
        finally:
            MortalPages.under_way = False


def main(url: str, keys_text: str, now: str, name: str, moment: str) -> None:
    def at(reached: str) -> None:
        if MortalPages.under_way and moment == f"{reached}:{MortalPages.done}":
            os.kill(os.getpid(), signal.SIGKILL)

    keys, clock = Keys.parse(keys_text), SettableClock(datetime.fromisoformat(now))
    store: Any = Wrapped(open_store(url, keys), commit=lambda: at("page"), committed=lambda: at("paged"))
    application = build_application(store, keys, clock=clock, printer=PlainPrinter())
    jobs = DurableJobs(MortalPages(application.door, 2), url, name=name, clock=clock, poll=0.05)
    jobs.start()
    jobs.work()
    threading.Event().wait(PATIENCE)


if __name__ == "__main__":
    main(*sys.argv[1:])
