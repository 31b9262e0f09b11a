"""
One case within the caller's scope: what it is now, and what has happened to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, Standing, is_the_person, visible
from kaohe_workflow.application.actors import in_words
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.ports import Clock, Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.application.queries.audience import told_to, untold_facts
from kaohe_workflow.application.queries.former import own_steps, was_home
from kaohe_workflow.application.stored import Case, HistoryRow
from kaohe_workflow.errors import NotFound, NotPermitted, RecordDamaged
from kaohe_workflow.lifecycles.shape import NoPayload


@attrs.frozen
class HistoryEntry:
    """
    One step as people read it: who (account id), what, from where to where, when, why.

    ``actor`` says who in words: the name of the organisation whose account it is, 医师, an auditor, 系统, a platform;
    None where the account is not on record. Which person it was is told to nobody here: names are no part of a history.
    ``reason`` is the enclosed reason text, None when there was none or it was erased; ``cause`` names the policy for
    a step that the system took. ``after_reset`` marks what was done while the password was one that somebody else had
    reset, until its owner changed it.
    """

    seq: int
    event: str
    label: str
    source: str
    target: str
    at: datetime
    account_id: str
    actor: str | None
    reason: str | None
    cause: str | None
    after_reset: bool
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
        The case as it is now, with what is not for the caller blank: see `audience`.

        Raises:
            NotFound: no such case, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared, or there is no such lifecycle.
            RecordDamaged: the case cannot be read any more.
        """
        self._check_arguments(principal, lifecycle, case_id)
        with self.store.begin(write=False) as unit:
            case, standing = self.standing(unit, principal, lifecycle, case_id)
            return told_to(principal, standing, case)

    def _check_arguments(self, principal: Principal, lifecycle: str, case_id: str) -> None:
        check_arguments(("principal", principal, Principal), ("case_id", case_id, str))
        check_known("lifecycle", lifecycle, self.catalogue.lifecycles)

    def standing(
        self, unit: UnitOfWork, principal: Principal, lifecycle: str, case_id: str
    ) -> tuple[Case, Standing]:
        """
        The whole case and where it stands, for queries that decide by it what they tell.

        Raises:
            NotFound: no such case, or none that the caller may know of.
            RecordDamaged: the case cannot be read any more.
        """
        case = self._existing(unit, lifecycle, case_id)
        standing = self._standing(unit, principal, case)
        if not visible(principal, standing):
            raise NotFound(lifecycle, case_id)
        return case, standing

    def _existing(self, unit: UnitOfWork, lifecycle: str, case_id: str) -> Case:
        case = unit.read(lifecycle, [case_id]).get(case_id)
        if case is None:
            raise NotFound(lifecycle, case_id)
        self.catalogue.check_stored(case)
        return case

    def _standing(self, unit: UnitOfWork, principal: Principal, case: Case) -> Standing:
        moment = self.catalogue.moment(self.clock.now())
        surroundings = Surroundings(unit, moment, self.secrets)
        asked = [(case.id, case, NoPayload())]
        return surroundings.standings(case.lifecycle, asked, departments=principal.is_limited)[0]

    def history(self, principal: Principal, lifecycle: str, case_id: str) -> tuple[HistoryEntry, ...]:
        """
        Every step of the case, oldest first, with its reason (操作日志, 手册 2.2.7).

        For whom the case is about and for those in whose own range it lies. A case that is only shared, as the
        province's cycle is with everybody, shows what it is and not who did what to it and why. An institution that the
        case has left reads its own steps, and no other.

        Raises:
            NotFound: no such case, or none that the caller may know of.
            NotPermitted: the caller sees the case only because it is shared.
            InputInvalid: as `get`.
            RecordDamaged: the case or its history cannot be read any more.
        """
        self._check_arguments(principal, lifecycle, case_id)
        with self.store.begin(write=False) as unit:
            case = self._existing(unit, lifecycle, case_id)
            standing = self._standing(unit, principal, case)
            seen = visible(principal, standing)
            hidden = standing.hidden_from_person and is_the_person(principal, standing)
            if not seen and (hidden or not was_home(principal, case)):
                raise NotFound(lifecycle, case_id)
            if seen and not visible(principal, attrs.evolve(standing, shared="no")):
                raise NotPermitted(lifecycle, "history")
            try:
                rows = unit.history(case)
                if not seen:
                    rows = [row for row, _ in own_steps(self.codec, principal, rows)]
                entries = self._entries(unit, case, rows)
            except UNREADABLE as ex:
                raise RecordDamaged(lifecycle, case_id) from ex
            untold = untold_facts(principal, standing, lifecycle)
            return tuple(
                attrs.evolve(one, facts={name: one.facts[name] for name in one.facts if name not in untold})
                for one in entries
            )

    def _entries(self, unit: UnitOfWork, case: Case, rows: Sequence[HistoryRow]) -> tuple[HistoryEntry, ...]:
        enclosed = {enclosure.seq: self.codec.parse(enclosure.content) for enclosure in unit.enclosures(case)}
        chart = self.catalogue.charts[case.lifecycle][case.chart_version]
        labels = {
            (row.event, source, row.target or source): row.label
            for row in chart.transitions
            for source in row.sources
        }
        bodies: list[dict[str, Any]] = [self.codec.parse(row.body) for row in rows]
        actors = in_words(unit, {body["actor"]["account"] for body in bodies})
        entries = []
        for row, body in zip(rows, bodies, strict=True):
            entries.append(
                HistoryEntry(
                    seq=row.seq,
                    event=row.event,
                    label=labels.get((row.event, body["from"], body["to"]), row.event),
                    source=body["from"],
                    target=body["to"],
                    at=row.at,
                    account_id=body["actor"]["account"],
                    actor=actors.get(body["actor"]["account"]),
                    reason=enclosed.get(row.seq, {}).get("reason"),
                    cause=body["cause"],
                    after_reset=body["actor"].get("after_reset", False),
                    facts=body["facts"],
                    hash=row.hash,
                )
            )
        return tuple(entries)
