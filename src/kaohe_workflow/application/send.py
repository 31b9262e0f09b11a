"""
The one door: every change of state in the whole system goes through `send` or `send_many`.

Load, decide, append history, save, follow the policies, commit: one unit of work. What a request may do and what it
may only ask (`explain`) is answered by the same compiled rows over the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, grants, visible
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.history import refusal_of
from kaohe_workflow.application.ports import Clock, Remembered, Store, UnitOfWork
from kaohe_workflow.application.transaction import Item, Tools, Transaction, Tried
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    KaoheError,
    NotFound,
    NotPermitted,
    Problem,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.statechart.deciding import NOT_GIVEN, Actor, Explained
from kaohe_workflow.statechart.engine import Engine


@attrs.frozen
class Receipt:
    """
    Proof of one accepted event: what changed, the version reached, when, and the hash of its history row.
    """

    lifecycle: str
    id: str
    event: str
    source: str
    state: str
    version: int
    at: datetime
    hash: str


@attrs.frozen
class Done:
    """A row of a bulk that fired."""

    receipt: Receipt


@attrs.frozen
class Declined:
    """A row of a bulk that was refused, with why."""

    error: KaoheError


Outcome = Done | Declined


@attrs.frozen
class _Bulk:
    """One call of the door, as it is tried, and tried once more after a lost race."""

    principal: Principal
    lifecycle: str
    event: str
    items: tuple[Item, ...]
    all_or_nothing: bool
    key: str | None
    cause: str | None


@attrs.define
class Door:
    """
    `send`, `send_many` and `explain` over a store, a clock and the catalogue of lifecycles.
    """

    store: Store
    clock: Clock
    tools: Tools

    def send(
        self,
        principal: Principal,
        lifecycle: str,
        case_id: str | None,
        event: str,
        payload: Any = NoPayload(),  # noqa: B008 - frozen and empty
        *,
        reason: str | None = None,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Receipt:
        """
        Send one event to a case, or make one (``case_id`` None).

        Args:
            payload: an instance of the class that the lifecycle names for the event.
            reason: the reason text, where the row demands one.
            expected_version: what the caller last saw; checked under the lock.
            idempotency_key: the same key with the same request gives the same receipt, once.

        Raises:
            NotFound: no such case, or none that the caller may know of.
            NotPermitted: no role of the caller towards this case may send the event.
            TransitionRefused: a rule refuses; every reason is carried.
            ConcurrentTransition: the case is not at ``expected_version``, or someone was first.
            InputInvalid: the payload is not of the event's class, or the key was used for another request.
            StoreUnavailable: the store does not answer; nothing has changed.
        """
        item = Item(case_id, payload, reason, expected_version)
        outcome = self.send_many(principal, lifecycle, event, [item], idempotency_key=idempotency_key)[0]
        if isinstance(outcome, Declined):
            raise outcome.error
        return outcome.receipt

    def send_many(
        self,
        principal: Principal,
        lifecycle: str,
        event: str,
        items: Sequence[Item],
        *,
        all_or_nothing: bool = False,
        idempotency_key: str | None = None,
        cause: str | None = None,
    ) -> list[Outcome]:
        """
        Send one event to many cases in one unit of work, grouped; an outcome an item, in order.

        A refused item does not block the others, unless ``all_or_nothing``: then nothing is kept and the others are
        declined as well. ``cause`` names the policy that a job carries out.

        Raises:
            InputInvalid: a payload is not of the event's class, or the key was used for another request.
            ConcurrentTransition: someone was first, twice.
            StoreUnavailable: the store does not answer; nothing has changed.
        """
        self._check_payloads(lifecycle, event, items)
        bulk = _Bulk(principal, lifecycle, event, tuple(items), all_or_nothing, idempotency_key, cause)
        try:
            return self._attempt(bulk)
        except ConcurrentTransition:
            return self._attempt(bulk)

    def _check_payloads(self, lifecycle: str, event: str, items: Sequence[Item]) -> None:
        wanted = self.tools.catalogue.lifecycle(lifecycle).payloads.get(event, NoPayload)
        problems = [
            Problem(f"$[{index}].payload", "payload-class", f"{event} 的内容应为 {wanted.__name__}")
            for index, item in enumerate(items)
            if not isinstance(item.payload, wanted)
        ]
        if problems:
            raise InputInvalid(problems)

    def _attempt(self, bulk: _Bulk) -> list[Outcome]:
        with self.store.begin() as unit:
            fingerprint = self._fingerprint(bulk) if bulk.key else ""
            if bulk.key and (remembered := unit.recall(bulk.principal.account_id, bulk.key)):
                return self._repeat(remembered, fingerprint)
            transaction = self.transaction(unit)
            tried = transaction.apply(
                bulk.principal, bulk.lifecycle, bulk.event, bulk.items, cause=bulk.cause
            )
            outcomes = [self._outcome(bulk.lifecycle, one, transaction) for one in tried]
            held_back = bulk.all_or_nothing and any(isinstance(outcome, Declined) for outcome in outcomes)
            if not held_back:
                self._note_refusals(unit, bulk.principal, bulk.lifecycle, tried)
                if bulk.key:
                    self._remember(unit, bulk.principal, bulk.key, fingerprint, outcomes)
                unit.commit()
        return self._none_of_it(bulk, tried, outcomes) if held_back else outcomes

    def transaction(self, unit: UnitOfWork) -> Transaction:
        """A transaction at the present moment, for one request or one job."""
        moment = self.tools.catalogue.moment(self.clock.now())
        return Transaction(self.tools, unit, moment, self.tools.identifiers.new_id())

    def _outcome(self, lifecycle: str, tried: Tried, transaction: Transaction) -> Outcome:
        if tried.after is None or tried.fired is None:
            return Declined(tried.error or NotFound(lifecycle, tried.case_id))
        after = tried.after
        return Done(
            Receipt(
                lifecycle=lifecycle,
                id=after.id,
                event=tried.fired.event,
                source=tried.fired.source,
                state=after.state,
                version=after.version,
                at=transaction.moment.now,
                hash=after.head,
            )
        )

    def _none_of_it(self, bulk: _Bulk, tried: Sequence[Tried], outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes of a bulk that was undone; what was refused in it is audited all the same."""
        with self.store.begin() as unit:
            self._note_refusals(unit, bulk.principal, bulk.lifecycle, tried)
            unit.commit()
        held = InputInvalid([Problem("$", "all-or-nothing", "其他行未通过，本行未执行")])
        return [outcome if isinstance(outcome, Declined) else Declined(held) for outcome in outcomes]

    def _note_refusals(
        self, unit: UnitOfWork, principal: Principal, lifecycle: str, tried: Sequence[Tried]
    ) -> None:
        """Refused attempts are audited, chained per account; what was only stale or unknown is not."""
        refused = [one for one in tried if isinstance(one.error, TransitionRefused | NotPermitted)]
        if not refused:
            return
        last = unit.refusals(principal.account_id, last=1)
        before = last[-1] if last else None
        rows = []
        for one in refused:
            assert one.deed is not None  # every refused item has one
            codes = tuple(reason.code for reason in getattr(one.error, "reasons", ())) or ("not-permitted",)
            before = refusal_of(self.tools.codec, before, lifecycle, one.case_id, one.deed, codes)
            rows.append(before)
        unit.refuse(rows)

    def _fingerprint(self, bulk: _Bulk) -> str:
        request = [bulk.lifecycle, bulk.event, list(bulk.items), bulk.all_or_nothing]
        return sha256(self.tools.codec.canonical(request).encode()).hexdigest()

    def _remember(
        self,
        unit: UnitOfWork,
        principal: Principal,
        key: str,
        fingerprint: str,
        outcomes: Sequence[Outcome],
    ) -> None:
        """Keep what was done; an answer without any effect may be asked again, so that a retry can succeed."""
        if any(isinstance(outcome, Done) for outcome in outcomes):
            answer = self.tools.codec.canonical([self._plain(outcome) for outcome in outcomes])
            unit.remember(principal.account_id, key, Remembered(fingerprint, answer), self.clock.now())

    def _plain(self, outcome: Outcome) -> Any:
        if isinstance(outcome, Done):
            return {"receipt": outcome.receipt}
        return {"code": outcome.error.code, "message": str(outcome.error)}

    def _repeat(self, remembered: Remembered, fingerprint: str) -> list[Outcome]:
        if remembered.fingerprint != fingerprint:
            raise InputInvalid(
                [Problem("Idempotency-Key", "idempotency-key-reused", "该幂等键已用于另一个请求")]
            )
        outcomes: list[Outcome] = []
        for plain in self.tools.codec.parse(remembered.answer):
            if "receipt" in plain:
                outcomes.append(Done(self.tools.codec.structure(plain["receipt"], Receipt)))
            else:
                problem = Problem("$", plain["code"], plain["message"])
                outcomes.append(Declined(InputInvalid([problem])))
        return outcomes

    def explain(self, principal: Principal, lifecycle: str, case_id: str) -> tuple[Explained, ...]:
        """
        What may be done with a case now, by this caller, and why not.

        Returns every event that has a row from the case's state: allowed, or with every unmet condition, or with
        what is still to be given by the event itself.

        Raises:
            NotFound: no such case, or none that the caller may know of.
        """
        moment = self.tools.catalogue.moment(self.clock.now())
        with self.store.begin(write=False) as unit:
            case = unit.read(lifecycle, [case_id]).get(case_id)
            if case is None:
                raise NotFound(lifecycle, case_id)
            surroundings = Surroundings(unit, moment, self.tools.secrets)
            triple = (case_id, case, NoPayload())
            held = grants(principal, standing := surroundings.standings(lifecycle, [triple])[0])
            if not visible(principal, standing):
                raise NotFound(lifecycle, case_id)
            operator = principal.operator_id
            actor = Actor(held, named=operator is not None, acted=operator in case.hands)
            engine = self.tools.catalogue.engine(lifecycle, case.chart_version, moment.parameters)
            view = surroundings.views(lifecycle, [triple])[0]
            facts = self.tools.catalogue.lifecycle(lifecycle).facts(case.record, NoPayload(), view, moment)
            return engine.explain(case.state, actor, _without_payload(engine, case.state, facts))


def _without_payload(engine: Engine, state: str, facts: Any) -> SimpleNamespace:
    """The facts that hold before an event is sent; those of the event itself are still to be given."""
    read = {name for event in engine.events_from(state) for name in engine.facts_read(state, event)}
    of_event = {fact.name for fact in engine.chart.facts if fact.of_event}
    return SimpleNamespace(**{name: NOT_GIVEN if name in of_event else getattr(facts, name) for name in read})
