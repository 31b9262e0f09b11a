"""
A file that is handed in by a process that kills itself, as a kill -9 from outside would; run by `test_uploads.py`.

    python -m tests.faults.killed_upload URL KEYS MOMENT

MOMENT is `written` (its bytes are on the disk and have no name yet), `named` (they are kept, nothing is known of the
file), `committed` (everything is there, and nobody told), or `forgotten` (nobody has named it for long, and of what was
cleared away the bytes are still there).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from itertools import count
from typing import Any

import attrs

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_contents, open_store
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.attachments import UNUSED_FOR
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.terms import AccountKind, AttachmentKind, OrganisationKind
from tests.faults.places import Wrapped

SENDER = Principal(
    account_id="account",
    kind=AccountKind.ORGANISATION,
    organisation_id="hospital",
    organisation_kind=OrganisationKind.MEDICAL,
    path="/hospital/",
)
CONTENT = b"proof" * 1000


def die() -> None:
    """End without any clearing up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, keys_text: str, moment: str) -> None:
    keys, commits = Keys.parse(keys_text), count(1)

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if moment == "written" and event == "os.rename":
            die()
        if moment == "forgotten" and event == "os.remove" and "unfinished" not in str(given[0]):
            die()

    def at(reached: str) -> None:
        # The first unit of work counts the upload, the second one keeps what is known of the file.
        if moment == reached and next(commits) == 2:
            die()

    store = Wrapped(open_store(url, keys), commit=lambda: at("named"), committed=lambda: at("committed"))
    clock = SettableClock(START)
    application = build_application(
        store,
        keys,
        clock=clock,
        printer=PlainPrinter(),
        contents=open_contents(url, keys),
    )
    attachments = attrs.evolve(application.attachments, inspect=lambda _: AttachmentKind.PDF)
    sys.addaudithook(watch)
    attachments.hand_in(SENDER, "证明.pdf", CONTENT)
    if moment == "forgotten":
        clock.advance(UNUSED_FOR + timedelta(hours=1))
        attachments.clear_away()


if __name__ == "__main__":
    main(*sys.argv[1:])
