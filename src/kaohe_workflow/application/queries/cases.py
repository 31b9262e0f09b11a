"""
One case within the caller's scope: what it is now, and what has happened to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, visible
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.ports import Clock, Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.shape import NoPayload


@attrs.frozen
class HistoryEntry:
    """
    One step as people read it: who (account id), what, from where to where, when, why.

    ``reason`` is the enclosed reason text, None when there was none or it was erased; ``cause`` names the policy for
    a step that the system took.
    """

    seq: int
    event: str
    label: str
    source: str
    target: str
    at: datetime
    account_id: str
    reason: str | None
    cause: str | None
    facts: Mapping[str, str | int | bool]
    hash: str


@attrs.frozen
class Cases:
    """Single cases over a store, for callers of any role."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    secrets: Secrets
    codec: Codec

    def get(self, principal: Principal, lifecycle: str, case_id: str) -> Case:
        """
        The case as it is now.

        Raises:
            NotFound: no such case, or none that the caller may know of.
        """
        with self.store.begin(write=False) as unit:
            return self._visible(unit, principal, lifecycle, case_id)

    def _visible(self, unit: UnitOfWork, principal: Principal, lifecycle: str, case_id: str) -> Case:
        case = unit.read(lifecycle, [case_id]).get(case_id)
        if case is None:
            raise NotFound(lifecycle, case_id)
        moment = self.catalogue.moment(self.clock.now())
        surroundings = Surroundings(unit, moment, self.secrets)
        if not visible(principal, surroundings.standings(lifecycle, [(case_id, case, NoPayload())])[0]):
            raise NotFound(lifecycle, case_id)
        return case

    def history(self, principal: Principal, lifecycle: str, case_id: str) -> tuple[HistoryEntry, ...]:
        """
        Every step of the case, oldest first.

        Raises:
            NotFound: no such case, or none that the caller may know of.
        """
        with self.store.begin(write=False) as unit:
            case = self._visible(unit, principal, lifecycle, case_id)
            rows = unit.history(case)
            enclosed = {
                enclosure.seq: self.codec.parse(enclosure.content) for enclosure in unit.enclosures(case)
            }
        chart = self.catalogue.charts[lifecycle][case.chart_version]
        labels = {
            (row.event, source, row.target or source): row.label
            for row in chart.transitions
            for source in row.sources
        }
        entries = []
        for row in rows:
            body: dict[str, Any] = self.codec.parse(row.body)
            entries.append(
                HistoryEntry(
                    seq=row.seq,
                    event=row.event,
                    label=labels.get((row.event, body["from"], body["to"]), row.event),
                    source=body["from"],
                    target=body["to"],
                    at=row.at,
                    account_id=body["actor"]["account"],
                    reason=enclosed.get(row.seq, {}).get("reason"),
                    cause=body["cause"],
                    facts=body["facts"],
                    hash=row.hash,
                )
            )
        return tuple(entries)
