"""
One case against its history: every step is decided again from its recorded facts, the chain of hashes is followed.

What stands in a row may be anything, for somebody may have written over it: whatever reading it raises is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import attrs

from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.history import GENESIS, kept_hash, link
from kaohe_workflow.application.ports import Codec, Secrets
from kaohe_workflow.application.stored import (
    NEVER,
    Case,
    Due,
    Enclosure,
    HistoryRow,
    Refusal,
    Unreadable,
)
from kaohe_workflow.errors import DefinitionError, InputInvalid, RecordDamaged
from kaohe_workflow.statechart.deciding import Actor, Fired

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    DefinitionError,
    InputInvalid,
    LookupError,
    RecordDamaged,
    RecursionError,
    TypeError,
    ValueError,
)
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
class Prover:
    """Proves single cases and the chains of refusals."""

    catalogue: Catalogue
    codec: Codec
    secrets: Secrets

    def case(
        self, case: Case, rows: Sequence[HistoryRow], enclosures: Sequence[Enclosure | Unreadable]
    ) -> Iterator[Finding]:
        """Every step, what it carried, and whether the last one left what is stored."""
        where = f"{case.lifecycle}/{case.id}"
        if not rows:
            yield Finding(where, "history-missing", "the case has no history")
            return
        state, chart_version, head, left = "none", None, GENESIS, None
        commitments: dict[int, str | None] = {}
        for expected_seq, row in enumerate(rows, start=1):
            place = f"{where}#{row.seq}"
            if not _follows(row, head):
                yield Finding(place, "chain", "the hash does not follow from the row before")
            head = row.hash
            try:
                body = self.codec.parse(row.body)
                yield from self._step(place, row, body, expected_seq, state)
                state, chart_version, left = body["to"], body["chart_version"], body["kept"]
                commitments[row.seq] = body["enclosed"]
            except UNREADABLE as ex:
                yield Finding(place, "unreadable", f"the body is no step: {ex!r}")
        stored = (case.state, case.version, case.chart_version, case.head)
        if stored != (state, rows[-1].seq, chart_version, head):
            told = (state, rows[-1].seq, chart_version)
            yield Finding(where, "present", f"stored {stored[:3]}, history says {told}")
        if kept_hash(self.codec, self.secrets, case) != left:
            yield Finding(where, "record", "what is stored is not what the last step left")
        yield from _homes(where, case, rows)
        yield from self._enclosed(where, enclosures, commitments)

    def _step(
        self, place: str, row: HistoryRow, body: Mapping[str, Any], expected_seq: int, state: str
    ) -> Iterator[Finding]:
        if row.seq != expected_seq or body["seq"] != row.seq:
            yield Finding(place, "sequence", f"expected step {expected_seq}")
        told = (body["case"], body["lifecycle"], body["event"], body["at"])
        if told != (row.case_id, row.lifecycle, row.event, self.codec.unstructure(row.at)):
            yield Finding(place, "sequence", f"the body is of {told}")
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

    def _enclosed(
        self,
        where: str,
        enclosures: Iterable[Enclosure | Unreadable],
        commitments: Mapping[int, str | None],
    ) -> Iterator[Finding]:
        """What is still enclosed must be what was committed to; what was erased breaks nothing."""
        for enclosure in enclosures:
            if isinstance(enclosure, Unreadable):
                yield Finding(enclosure.where, "enclosure", f"it cannot be read: {enclosure.why}")
            elif enclosure.seq in commitments and not self._is_committed(
                enclosure, commitments[enclosure.seq]
            ):
                yield Finding(f"{where}#{enclosure.seq}", "enclosure", "not what the step committed to")

    def _is_committed(self, enclosure: Enclosure, commitment: str | None) -> bool:
        try:
            return self.secrets.commit(enclosure.salt, enclosure.content) == commitment
        except UNREADABLE:
            return False

    def due(self, case: Case, rows: Sequence[HistoryRow], due: Due) -> Iterator[Finding]:
        """A stored deadline is one of the state that the case is in; when it comes, decides nothing."""
        where = f"{case.lifecycle}/{case.id}"
        try:
            parameters = self.catalogue.moment(rows[-1].at).parameters
            engine = self.catalogue.engine(case.lifecycle, case.chart_version, parameters)
            deadline = engine.deadline(case.state)
        except UNREADABLE:
            return  # state, version or history are no good, which has been found
        if deadline is None or deadline.event != due.event:
            yield Finding(where, "deadline", f"{due.event!r} is due, which the state does not provide for")
        if due.at == NEVER:
            yield Finding(where, "deadline", "when it is due cannot be read")

    def files(self, row: HistoryRow) -> Mapping[str, str]:
        """The digests of the files that a step names, by id; none of a body that cannot be read, which is found."""
        try:
            return dict(self.codec.parse(row.body)["attachments"]) if '"attachments":' in row.body else {}
        except UNREADABLE:
            return {}

    def refusals(self, refusals: Iterable[Refusal]) -> Iterator[Finding]:
        """The refused attempts of all accounts, those of each in order: a chain an account."""
        ends: dict[str, tuple[int, str]] = {}
        for row in refusals:
            before, head = ends.get(row.account_id, (0, GENESIS))
            place = f"refusal/{row.account_id}#{row.seq}"
            if row.seq != before + 1 or not _follows(row, head):
                yield Finding(place, "chain", "the hash does not follow from the row before")
            ends[row.account_id] = (before + 1, row.hash)
            try:
                body = self.codec.parse(row.body)
                told = (body["actor"]["account"], body["seq"], body["at"])
                if told != (row.account_id, row.seq, self.codec.unstructure(row.at)):
                    yield Finding(place, "sequence", f"the body is of {told}")
                yield from self._decided_again(place, body, expects_fired=False)
            except UNREADABLE as ex:
                yield Finding(place, "unreadable", f"the body is no refusal: {ex!r}")


def _follows(row: HistoryRow | Refusal, head: str) -> bool:
    try:
        return row.prev == head and link(row.prev, row.body) == row.hash
    except UNREADABLE:
        return False


def _homes(where: str, case: Case, rows: Sequence[HistoryRow]) -> Iterator[Finding]:
    """
    The steps lie at the institutions that the case has belonged to, in their order, the last one where it is now.

    Which of two homes a step in between lies at says nothing that is shown.
    """
    homes = tuple(dict.fromkeys(row.institution_id for row in rows))
    if homes != case.homes or rows[-1].institution_id != case.institution_id:
        yield Finding(where, "home", f"the steps lie at {homes}, the case has been at {case.homes}")
