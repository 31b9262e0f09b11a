"""
The one door: every change of state in the whole system goes through `send` or `send_many`.

Load, decide, append history, save, follow the policies, commit: one unit of work. What a request may do and what it
may only ask (`explain`) is answered by the same compiled rows over the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, is_in_own_matter, visible
from kaohe_workflow.application.arguments import check_arguments, check_known
from kaohe_workflow.application.lines import Item, Line, Tried
from kaohe_workflow.application.looking import Look, noted, of_own_matter
from kaohe_workflow.application.payloads import payload_problems
from kaohe_workflow.application.ports import Clock, Store
from kaohe_workflow.application.recording import Tools
from kaohe_workflow.application.remembering import error_of, plain_error
from kaohe_workflow.application.requests import Answer, Request, Requests
from kaohe_workflow.application.taken_numbers import Lookups, without_numbers
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import InputInvalid, KaoheError, NotFound, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.statechart.deciding import NOT_GIVEN, Explained, for_sender
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


@attrs.define
class Door:
    """
    `send`, `send_many` and `explain` over a store, a clock and the catalogue of lifecycles.
    """

    store: Store
    clock: Clock
    tools: Tools
    requests: Requests = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.requests = Requests(self.store, self.clock, self.tools)

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
            TransitionRefused: a rule refuses; every reason is carried, but whether an ID number is on file only where
                nothing else stands in the way.
            TooManyTries: the account has asked about too many ID numbers; this one is neither told nor taken.
            ConcurrentTransition: the case is not at ``expected_version``.
            InputInvalid: an argument, or the payload down to its last attribute, is not of the kind that is declared;
                there is no such lifecycle; the key was used for another request; or a text that no store can hold.
            RecordDamaged: a case cannot be read any more.
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
            InputInvalid: an argument, an item or a payload, down to its last attribute, is not of the kind that is
                declared (``$[3].payload.filing.procedure``); there is no such lifecycle; the key was used for another
                request; or a text that no store can hold.
            RecordDamaged: a case cannot be read any more.
            StoreUnavailable: the store does not answer, or others were first at every try; nothing has changed.
        """
        check_arguments(
            ("principal", principal, Principal),
            ("event", event, str),
            ("items", items, Sequence[Any]),
            ("all_or_nothing", all_or_nothing, bool),
            ("idempotency_key", idempotency_key, str | None),
            ("cause", cause, str | None),
        )
        self._check_items(lifecycle, event, items)

        def work(transaction: Transaction) -> Answer[list[Outcome]]:
            lookups = Lookups(transaction.unit, principal.account_id, transaction.moment.now)
            told = attrs.evolve(transaction, lookups=lookups)
            tried = told.apply(principal, lifecycle, event, items, cause=cause)
            if all_or_nothing and any(one.error for one in tried):
                tried = lookups.keeping_nothing(items, tried)
            answer = self._answer([outcome_of(one) for one in tried], tried, all_or_nothing)
            return attrs.evolve(answer, lookups=lookups)

        content = [lifecycle, event, list(items), all_or_nothing]
        return self.requests.answer(Request(principal, idempotency_key, content), work, self._repeated)

    def _check_items(self, lifecycle: str, event: str, items: Sequence[Item]) -> None:
        catalogue = self.tools.catalogue
        check_known("lifecycle", lifecycle, catalogue.lifecycles)
        wanted = catalogue.lifecycle(lifecycle).payloads.get(event, NoPayload)
        problems = payload_problems(items, wanted, event)
        if problems:
            raise InputInvalid(problems)

    def _answer(
        self, outcomes: list[Outcome], tried: Sequence[Tried], all_or_nothing: bool
    ) -> Answer[list[Outcome]]:
        if all_or_nothing and any(isinstance(outcome, Declined) for outcome in outcomes):
            held = InputInvalid([Problem("$", "all-or-nothing", "其他行未通过，本行未执行")])
            none: list[Outcome] = [
                outcome if isinstance(outcome, Declined) else Declined(held) for outcome in outcomes
            ]
            return Answer(none, tried, keep=False)
        if not any(isinstance(outcome, Done) for outcome in outcomes):
            return Answer(outcomes, tried)
        return Answer(outcomes, tried, remembered=[self._plain(outcome) for outcome in outcomes])

    def _plain(self, outcome: Outcome) -> Any:
        if isinstance(outcome, Done):
            return {"receipt": outcome.receipt}
        return {"error": plain_error(self.tools.codec, outcome.error)}

    def _repeated(self, remembered: Any) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for plain in remembered:
            if "receipt" in plain:
                outcomes.append(Done(self.tools.codec.structure(plain["receipt"], Receipt)))
            else:
                outcomes.append(Declined(error_of(self.tools.codec, plain["error"])))
        return outcomes

    def explain(self, principal: Principal, lifecycle: str, case_id: str) -> tuple[Explained, ...]:
        """
        What may be done with a case now, by this caller, and why not.

        Returns every event that has a row from the case's state: allowed, or with every unmet condition of the
        caller's own rows, or with what is still to be given by the event itself. Of a row for others only that is
        told: its conditions may say what the caller is not to know.

        Raises:
            NotFound: no such case, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared, or there is no such lifecycle.
            RecordDamaged: a case cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("case_id", case_id, str))
        check_known("lifecycle", lifecycle, self.tools.catalogue.lifecycles)
        moment = self.tools.catalogue.moment(self.clock.now())
        with self.store.begin(write=False) as unit:
            case = unit.read(lifecycle, [case_id]).get(case_id)
            if case is None:
                raise NotFound(lifecycle, case_id)
            self.tools.catalogue.check_stored(case)
            look, line = Look.at(self.tools, unit, moment, lifecycle), Line(Item(case_id), case_id, case)
            ((actor, standing),) = look.recognise(principal, [line])
            if not visible(principal, standing):
                raise NotFound(lifecycle, case_id)
            look.look_around([line])
            parameters = (line.moment or moment).parameters
            engine = self.tools.catalogue.engine(lifecycle, case.chart_version, parameters)
            facts = look.facts(line)
            explained = tuple(
                attrs.evolve(one, reasons=noted(without_numbers(lifecycle, for_sender(one.reasons)), facts))
                for one in engine.explain(case.state, actor, _without_payload(engine, case.state, facts))
            )
            if not is_in_own_matter(principal, standing):
                return explained
            return tuple(attrs.evolve(one, reasons=of_own_matter(one.reasons)) for one in explained)


def outcome_of(tried: Tried) -> Outcome:
    """What an item that was tried has come to, as the caller is told."""
    after, fired = tried.after, tried.fired
    if after is None or fired is None:
        return Declined(tried.error or NotFound(tried.lifecycle, tried.case_id))
    return Done(
        Receipt(
            lifecycle=after.lifecycle,
            id=after.id,
            event=fired.event,
            source=fired.source,
            state=after.state,
            version=after.version,
            at=tried.at,
            hash=after.head,
        )
    )


def _without_payload(engine: Engine, state: str, facts: Any) -> SimpleNamespace:
    """The facts that hold before an event is sent; those of the event itself are still to be given."""
    read = {name for event in engine.events_from(state) for name in engine.facts_read(state, event)}
    of_event = {fact.name for fact in engine.chart.facts if fact.of_event}
    return SimpleNamespace(**{name: NOT_GIVEN if name in of_event else getattr(facts, name) for name in read})
