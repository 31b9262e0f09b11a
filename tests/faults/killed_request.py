"""
An import or a bulk that kills its own process, as a kill -9 from outside would; run by `test_crashes.py`.

    python killed_request.py URL KEYS PRINCIPAL NOW MOMENT import WORKBOOK
    python killed_request.py URL KEYS PRINCIPAL NOW MOMENT pass ID...

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
from pathlib import Path
from typing import Any

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.values.terms import AccountKind, OrganisationKind


def die() -> None:
    """End without any clearing up."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingUnit:
    """A unit of work that dies at its moment."""

    def __init__(self, unit: Any, moment: str) -> None:
        self._unit = unit
        self._moment = moment
        self._writes = 0

    def __enter__(self) -> DyingUnit:
        self._unit.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._unit.__exit__(*error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def write(self, steps: Any) -> None:
        self._writes += 1
        if self._moment == f"write:{self._writes}":
            die()
        self._unit.write(steps)

    def commit(self) -> None:
        if self._moment == "commit":
            die()
        self._unit.commit()
        if self._moment == "after":
            die()


class DyingStore:
    """A store of such units."""

    def __init__(self, store: Any, moment: str) -> None:
        self._store = store
        self._moment = moment

    def begin(self, *, write: bool = True) -> Any:
        unit = self._store.begin(write=write)
        return DyingUnit(unit, self._moment) if write else unit

    def ready(self) -> None:
        self._store.ready()

    def close(self) -> None:
        self._store.close()


def main(url: str, keys_text: str, principal_text: str, now: str, moment: str, *work: str) -> None:
    keys = Keys.parse(keys_text)
    told = json.loads(principal_text)
    principal = Principal(
        **told | {"kind": AccountKind(told["kind"]), "organisation_kind": OrganisationKind.MEDICAL}
    )
    clock = SettableClock(datetime.fromisoformat(now))
    store = DyingStore(open_store(url, keys), moment)
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
