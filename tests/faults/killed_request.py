"""
An import or a bulk that kills its own process, as a kill -9 from outside would; run by `test_crashes.py`.

    python -m tests.faults.killed_request URL KEYS PRINCIPAL NOW MOMENT import WORKBOOK
    python -m tests.faults.killed_request URL KEYS PRINCIPAL NOW MOMENT pass ID...

MOMENT is `write:N` (before the N-th grouped write), `commit` (everything written, nothing committed) or `after`
(committed, and nobody told). The principal is JSON, the keys are as their file has them. A bulk goes under the key
"killed".
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.values.terms import AccountKind, OrganisationKind
from tests.faults.places import Wrapped


def die() -> None:
    """End without any clearing up."""
    os.kill(os.getpid(), signal.SIGKILL)


def mortal(store: Any, moment: str) -> Wrapped:
    """A store that does not outlive its moment."""
    writes = count(1)

    def at(reached: str) -> None:
        if moment == reached:
            die()

    return Wrapped(
        store,
        write=lambda: at(f"write:{next(writes)}"),
        commit=lambda: at("commit"),
        committed=lambda: at("after"),
    )


def main(url: str, keys_text: str, principal_text: str, now: str, moment: str, *work: str) -> None:
    keys = Keys.parse(keys_text)
    told = json.loads(principal_text)
    principal = Principal(
        **told | {"kind": AccountKind(told["kind"]), "organisation_kind": OrganisationKind.MEDICAL}
    )
    clock = SettableClock(datetime.fromisoformat(now))
    store = mortal(open_store(url, keys), moment)
    application = build_application(store, keys, clock=clock, printer=PlainPrinter())
    what, *given = work
    if what == "import":
        application.intake.import_roster(
            principal, str(principal.organisation_id), Path(given[0]).read_bytes(), create_departments=True
        )
    else:
        items = [Item(case_id) for case_id in given]
        application.door.send_many(principal, "assessment", what, items, idempotency_key="killed")


if __name__ == "__main__":
    main(*sys.argv[1:])
