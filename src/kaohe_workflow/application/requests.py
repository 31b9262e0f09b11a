"""
One request: one unit of work, tried again after a lost race, answered once under its idempotency key, its refusals
audited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.history import refusal_of
from kaohe_workflow.application.lines import Tried
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.recording import Tools
from kaohe_workflow.application.stored import Remembered
from kaohe_workflow.application.taken_numbers import Lookups, given_back, spend_told
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    NotPermitted,
    Problem,
    StoreUnavailable,
    TransitionRefused,
)
from kaohe_workflow.values.plain_text import unstorable

T = TypeVar("T")

MAXIMUM_TRIES = 8
"""How often a request is tried before others, who were first each time, are told to be in the way."""


@attrs.frozen
class Request:
    """
    Who asks, under which idempotency key (None: under none), and what: ``content`` is any data that tells this request
    from another.
    """

    principal: Principal
    key: str | None
    content: Any


@attrs.frozen
class Answer(Generic[T]):
    """
    The end of a piece of work.

    ``tried`` are its items; those refused are audited. ``keep`` False undoes what was done, but not the audit.
    ``remembered`` is the answer as plain data for who asks again under the same key; None where nothing was done, so
    that asking again may succeed. ``lookups`` are the numbers on file that it tells of, which count even where nothing
    is kept.
    """

    value: T
    tried: Sequence[Tried]
    keep: bool = True
    remembered: Any = None
    lookups: Lookups | None = None


@attrs.frozen
class Requests:
    """Answers requests over a store."""

    store: Store
    clock: Clock
    tools: Tools

    def answer(
        self, request: Request, work: Callable[[Transaction], Answer[T]], repeat: Callable[[Any], T]
    ) -> T:
        """
        Do the work of a request, or give the answer that its key has got before (``repeat`` reads it).

        A lost race is nobody's mistake: whoever took the key, or the lock, that this request wanted is done by then, so
        it is tried again at once and decides over what the other has left. That a version which the caller has seen is
        gone is no lost race but a decision, and part of the answer.

        Raises:
            InputInvalid: the key was used for another request, or no store can hold it.
            StoreUnavailable: the store does not answer, or others were first at every try; nothing has changed.
        """
        if problems := list(unstorable(request.key or "", "Idempotency-Key")):
            raise InputInvalid(problems)
        lost: ConcurrentTransition | None = None
        for _ in range(MAXIMUM_TRIES):
            try:
                return self.attempt(request, work, repeat)
            except ConcurrentTransition as ex:
                lost = ex
        raise StoreUnavailable("others were first at every try") from lost

    def attempt(
        self, request: Request, work: Callable[[Transaction], Answer[T]], repeat: Callable[[Any], T]
    ) -> T:
        """
        Try once what `answer` does.

        Raises:
            ConcurrentTransition: someone was first; nothing has changed.
            InputInvalid: the key was used for another request.
            StoreUnavailable: the store does not answer; nothing has changed.
        """
        with self.store.begin() as unit:
            fingerprint = self._fingerprint(request)
            if request.key and (known := self._known(unit, request.principal.account_id, request.key)):
                return repeat(self._recalled(known, fingerprint))
            answer = work(self.transaction(unit))
            if answer.keep:
                self._note(unit, request.principal, answer)
                if request.key and answer.remembered is not None:
                    text = self.tools.codec.canonical(answer.remembered)
                    remembered = Remembered(fingerprint, text)
                    unit.remember(request.principal.account_id, request.key, remembered, self.clock.now())
                unit.commit()
                return answer.value
        with self.store.begin() as unit:
            self._note(unit, request.principal, answer)
            unit.commit()
        return answer.value

    def transaction(self, unit: UnitOfWork) -> Transaction:
        """A transaction at the present moment, for one request or one job."""
        moment = self.tools.catalogue.moment(self.clock.now())
        return Transaction.of(self.tools, unit, moment)

    def _fingerprint(self, request: Request) -> str:
        """Keyed: a payload may hold a number that could be guessed from its bare hash."""
        if request.key is None:
            return ""
        return self.tools.secrets.blind("idempotency", self.tools.codec.canonical(request.content))

    @staticmethod
    def _known(unit: UnitOfWork, account_id: str, key: str) -> Remembered | None:
        """The answer that a key has got; whoever repeats a request that is still on its way waits for it."""
        unit.serialise(f"keys/{account_id}/{key}")
        return unit.recall(account_id, key)

    def _recalled(self, known: Remembered, fingerprint: str) -> Any:
        if known.fingerprint != fingerprint:
            raise InputInvalid(
                [Problem("Idempotency-Key", "idempotency-key-reused", "该幂等键已用于另一个请求")]
            )
        return self.tools.codec.parse(known.answer)

    def _note(self, unit: UnitOfWork, principal: Principal, answer: Answer[Any]) -> None:
        """What is kept of a request whatever has come of it: what was refused, and what was told about numbers."""
        self._note_refusals(unit, principal, answer.tried)
        told = answer.lookups.told() if answer.lookups is not None else Counter[str]()
        if answer.keep and not principal.is_system:
            told += given_back(unit, self.tools.codec, principal, answer.tried)
        if told.total():
            spend_told(unit, told, self.clock.now())

    def _note_refusals(self, unit: UnitOfWork, principal: Principal, tried: Sequence[Tried]) -> None:
        """Refused attempts are audited, chained per account; what was stale, unknown, or only a consequence is not."""
        refused = [
            one
            for one in tried
            if isinstance(one.error, TransitionRefused | NotPermitted) and one.deed is not None
        ]
        if not refused:
            return
        # Two requests of one account must not link to the same row.
        unit.serialise(f"refusals/{principal.account_id}")
        last = unit.refusals(principal.account_id, last=1)
        before = last[-1] if last else None
        rows = []
        for one in refused:
            assert one.deed is not None  # see above
            codes = tuple(reason.code for reason in getattr(one.error, "reasons", ())) or ("not-permitted",)
            before = refusal_of(self.tools.codec, before, one.lifecycle, one.case_id, one.deed, codes)
            rows.append(before)
        unit.refuse(rows)
