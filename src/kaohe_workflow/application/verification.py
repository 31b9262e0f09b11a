"""
`kaohe verify`: the history proves the present.

Every step is decided again from its recorded facts, the chain of hashes is followed, state and version are compared
with the stored rows, and what must hold between lifecycles is checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import attrs

from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.history import GENESIS, kept_hash, link
from kaohe_workflow.application.invariants import broken_invariants
from kaohe_workflow.application.ports import Codec, Secrets, Store, UnitOfWork
from kaohe_workflow.application.stored import Case, HistoryRow, Refusal
from kaohe_workflow.errors import DefinitionError, InputInvalid
from kaohe_workflow.statechart.deciding import Actor, Fired

PAGE = 500

_UNREADABLE = (DefinitionError, InputInvalid, AttributeError, LookupError, TypeError, ValueError)
"""What reading a row raises that somebody has written over: sealed text, JSON, a record, the facts of a step."""


@attrs.frozen
class Finding:
    """A place where the history and the present disagree. ``where`` is lifecycle/case#seq."""

    where: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]"


@attrs.frozen
class Verified:
    """How many cases, steps and refusals were proven, and every finding."""

    cases: int
    steps: int
    refusals: int
    findings: tuple[Finding, ...]


@attrs.frozen
class Verification:
    """Proves the history of everything in a store."""

    store: Store
    catalogue: Catalogue
    codec: Codec
    secrets: Secrets

    def run(self) -> Verified:
        """Verify all cases of all lifecycles and all refusals; reads only, in pages."""
        cases = steps = refusals = 0
        findings: list[Finding] = []
        with self.store.begin(write=False) as unit:
            for lifecycle in self.catalogue.lifecycles:
                for page in self._pages(unit, lifecycle, findings):
                    histories = unit.histories(page)
                    cases, steps = cases + len(page), steps + sum(map(len, histories.values()))
                    findings += self._page(unit, lifecycle, page, histories)
                findings += [
                    Finding(f"{lifecycle}/{id}", "case-missing", "there is a history, and no case")
                    for id in unit.without_case(lifecycle)
                ]
            for account_id in unit.every_refusing_account():
                chain = unit.refusals(account_id)
                refusals += len(chain)
                findings += self._refusals(account_id, chain)
        return Verified(cases, steps, refusals, tuple(findings))

    def _pages(self, unit: UnitOfWork, lifecycle: str, findings: list[Finding]) -> Iterator[list[Case]]:
        """All cases of a lifecycle; where a row cannot be read, that is a finding, and the rest is left out."""
        after = ""
        while True:
            try:
                page = unit.every_case(lifecycle, after=after, limit=PAGE)
            except _UNREADABLE as ex:
                findings.append(Finding(lifecycle, "unreadable", f"a case after {after!r}: {ex}"))
                return
            if not page:
                return
            yield page
            after = page[-1].id

    def _page(
        self,
        unit: UnitOfWork,
        lifecycle: str,
        page: Sequence[Case],
        histories: Mapping[str, Sequence[HistoryRow]],
    ) -> Iterator[Finding]:
        for case in page:
            rows = histories.get(case.id, [])
            yield from self._case(case, rows)
            yield from self._enclosures(unit, case, rows)
        for id, code, message in broken_invariants(unit, lifecycle, page):
            yield Finding(f"{lifecycle}/{id}", code, message)

    def _case(self, case: Case, rows: Sequence[HistoryRow]) -> Iterator[Finding]:
        where = f"{case.lifecycle}/{case.id}"
        if not rows:
            yield Finding(where, "history-missing", "the case has no history")
            return
        state, head, left = "none", GENESIS, None
        for expected_seq, row in enumerate(rows, start=1):
            place = f"{where}#{row.seq}"
            if row.prev != head or link(row.prev, row.body) != row.hash:
                yield Finding(place, "chain", "the hash does not follow from the row before")
            head = row.hash
            try:
                yield from self._step(place, row, expected_seq, state)
                body = self.codec.parse(row.body)
                state, left = body["to"], body["kept"]
            except _UNREADABLE as ex:
                yield Finding(place, "unreadable", f"the body is no step: {ex!r}")
        stored = (case.state, case.version, case.head)
        if stored != (state, rows[-1].seq, head):
            yield Finding(where, "present", f"stored {stored[:2]}, history says {(state, rows[-1].seq)}")
        if kept_hash(self.codec, self.secrets, case) != left:
            yield Finding(where, "record", "what is stored is not what the last step left")

    def _step(self, place: str, row: HistoryRow, expected_seq: int, state: str) -> Iterator[Finding]:
        body = self.codec.parse(row.body)
        if row.seq != expected_seq or body["seq"] != row.seq:
            yield Finding(place, "sequence", f"expected step {expected_seq}")
        if (body["case"], body["event"]) != (row.case_id, row.event):
            yield Finding(place, "sequence", f"the body is of {body['event']!r} to {body['case']!r}")
        if self.codec.canonical(body) != row.body:
            yield Finding(place, "canonical", "the body is not canonical")
        if body["from"] != state:
            yield Finding(place, "source", f"starts in {body['from']!r}, the case was in {state!r}")
        yield from self._decided_again(place, body, expects_fired=True)

    def _decided_again(
        self, place: str, body: Mapping[str, Any], *, expects_fired: bool
    ) -> Iterator[Finding]:
        moment = self.catalogue.moment(self.codec.structure(body["at"], datetime))
        engine = self.catalogue.engine_with(
            body["lifecycle"], body["chart_version"], moment.parameters, body["parameters"]
        )
        actor = body["actor"]
        grants = frozenset((pair.split(":")[0], pair.split(":")[1]) for pair in actor["grants"])
        if body.get("refused") == ["not-permitted"]:
            rows = engine.rows(body["from"], body["event"])
            if any((by.role, by.relation) in grants for row in rows for by in row.by):
                yield Finding(place, "decision", "a role was held after all")
            return
        outcome = engine.decide(
            body["from"],
            body["event"],
            Actor(grants, named=actor["named"], acted=actor["acted"]),
            SimpleNamespace(**body["facts"]),
            reason="given" if body["reason"] else None,
        )
        if isinstance(outcome, Fired) != expects_fired:
            yield Finding(place, "decision", f"decided again: {outcome}")
        elif isinstance(outcome, Fired) and outcome.target != body["to"]:
            yield Finding(
                place, "decision", f"decided again it leads to {outcome.target!r}, not {body['to']!r}"
            )

    def _enclosures(self, unit: UnitOfWork, case: Case, rows: Sequence[HistoryRow]) -> Iterator[Finding]:
        """What is still enclosed must be what was committed to; what was erased breaks nothing."""
        try:
            enclosures = unit.enclosures(case)
            commitments = {row.seq: self.codec.parse(row.body)["enclosed"] for row in rows}
        except _UNREADABLE as ex:
            yield Finding(f"{case.lifecycle}/{case.id}", "enclosure", f"it cannot be read: {ex}")
            return
        for enclosure in enclosures:
            if self.secrets.commit(enclosure.salt, enclosure.content) != commitments.get(enclosure.seq):
                place = f"{case.lifecycle}/{case.id}#{enclosure.seq}"
                yield Finding(place, "enclosure", "not what the step committed to")

    def _refusals(self, account_id: str, chain: Sequence[Refusal]) -> Iterator[Finding]:
        head = GENESIS
        for expected_seq, row in enumerate(chain, start=1):
            place = f"refusal/{account_id}#{row.seq}"
            if row.seq != expected_seq or row.prev != head or link(row.prev, row.body) != row.hash:
                yield Finding(place, "chain", "the hash does not follow from the row before")
            try:
                yield from self._decided_again(place, self.codec.parse(row.body), expects_fired=False)
            except _UNREADABLE as ex:
                yield Finding(place, "unreadable", f"the body is no refusal: {ex!r}")
            head = row.hash
