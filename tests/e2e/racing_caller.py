"""
The demonstration's way over HTTP where everything is done by two at once, each at a service of its own.

Whoever comes second must be told so, clearly, and nothing may be done twice.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import cycle
from threading import Barrier
from typing import Any, TypeVar

from kaohe_workflow.cli.demo.calling import Asked, Row, Step, Who
from kaohe_workflow.errors import ConcurrentTransition, KaoheError, TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import AccountKind, Procedure
from tests.e2e.http_caller import SCORES, HttpCaller, HttpRefused, roster_of, with_stale_again

SLICE = 10
"""How many cases of a queue a clerk takes in one request."""

ORGANISATIONS = "demo-"
"""How the log-ins of organisations begin; a physician's is a number."""

_Value = TypeVar("_Value")


class RacingCaller:
    """
    Two callers of two services over one database.

    They take turns in reading. What is sent, both send at the same moment: a case by its version, a new case under
    one key, a queue one of them from its beginning and the other from its end. Of an institution with a superior
    it is two clerks, each with an account; of anybody else two windows of one account.

    ``won`` counts what each of them did, ``lost`` the problems of whoever came second, by code; of uploads, which are
    met row by row, only that every row went in once and that the other was told so.
    """

    def __init__(self, first: HttpCaller, second: HttpCaller) -> None:
        self._pair = (first, second)
        self._turns = cycle(self._pair)
        self._threads = ThreadPoolExecutor(len(self._pair))
        self._colleagues: dict[str, Who] = {}
        self.won: Counter[int] = Counter()
        self.lost: Counter[str] = Counter()

    def close(self) -> None:
        """End the threads and close both connections."""
        self._threads.shutdown()
        for caller in self._pair:
            caller.close()

    def move(self, moment: datetime) -> None:
        """Move the clock of both services."""
        self._pair[0].move(moment)

    def settle(self, done: Callable[[], bool]) -> None:
        """Ask again, now the one service and now the other."""
        self._pair[0].settle(done)

    def rows(self, who: Who, collection: str, **filters: str) -> Sequence[Row]:
        """A list, of whoever's turn it is."""
        return next(self._turns).rows(who, collection, **filters)

    def case(self, who: Who, lifecycle: str, case_id: str) -> Row:
        """A case, of whoever's turn it is."""
        return next(self._turns).case(who, lifecycle, case_id)

    def history(self, who: Who, lifecycle: str, case_id: str) -> Sequence[Step]:
        """A history, of whoever's turn it is."""
        return next(self._turns).history(who, lifecycle, case_id)

    def send(
        self,
        who: Who,
        lifecycle: str,
        case_id: str | None,
        event: str,
        payload: Any = NoPayload(),  # noqa: B008 - frozen and empty
        *,
        reason: str | None = None,
    ) -> str:
        """Send one event, both at once; a filing that may be refused only once, as the report counts refusals."""
        if case_id is None:
            return self._create(who, lifecycle, event, payload, reason)
        if isinstance(payload, Submit) and _simplified(payload):
            return next(self._turns).send(who, lifecycle, case_id, event, payload, reason=reason)
        version = next(self._turns).version(who, lifecycle, case_id)
        ends = self._both(
            who,
            lambda caller, clerk: caller.send_at(
                version, clerk, lifecycle, case_id, event, payload, reason=reason
            ),
        )
        error = self._judged(*(self._error_of(end, who, lifecycle, event) for end in ends))
        if isinstance(error, ConcurrentTransition):  # the service's own worker was before them both
            return next(self._turns).send(who, lifecycle, case_id, event, payload, reason=reason)
        if error is not None:
            raise error
        return case_id

    def _create(self, who: Who, lifecycle: str, event: str, payload: Any, reason: str | None) -> str:
        key = secrets.token_hex(16)
        self._pair[0].greet(who)
        ends = self._both(
            who,
            lambda caller, _: caller.create(who, lifecycle, event, payload, reason=reason, key=key),
        )
        for end in ends:
            if isinstance(end, HttpRefused):
                raise self._pair[0].told(end.problem, who, lifecycle, event) or end
        (made,) = {str(end) for end in ends}
        return made

    def send_many(
        self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]
    ) -> Sequence[KaoheError | None]:
        """Send one event to many cases: one clerk goes through them forwards, the other backwards."""
        slices = [range(start, min(start + SLICE, len(asked))) for start in range(0, len(asked), SLICE)]
        self._pair[0].greet(who)
        orders = dict(zip(self._pair, (slices, slices[::-1]), strict=True))

        def go_through(caller: HttpCaller, clerk: Who) -> dict[int, KaoheError | None]:
            found: dict[int, KaoheError | None] = {}
            for one in orders[caller]:
                errors = caller.bulk(clerk, lifecycle, event, [asked[index] for index in one])
                found.update(zip(one, errors, strict=True))
            return found

        first, second = (_whole(end) for end in self._both(who, go_through))
        errors = [self._judged(first[index], second[index]) for index in range(len(asked))]
        return with_stale_again(  # where the service's own worker was before them both
            errors,
            lambda stale: self._pair[0].send_many(who, lifecycle, event, [asked[index] for index in stale]),
        )

    def hand_in(self, who: Who, name: str, content: bytes) -> AttachmentId:
        """Upload a file, to whoever's turn it is."""
        return next(self._turns).hand_in(who, name, content)

    def import_roster(self, who: Who, institution_id: str, data: bytes) -> None:
        """Upload the list, both at once."""
        self._upload(who, roster_of(institution_id), data)

    def import_scores(self, who: Who, data: bytes) -> None:
        """Upload the scores, both at once."""
        self._upload(who, SCORES, data)

    def _upload(self, who: Who, path: str, data: bytes) -> None:
        self._pair[0].greet(who)
        ends = self._both(who, lambda caller, clerk: caller.upload(clerk, path, data))
        done = Counter(row for end in ends for row in _rows_done(end))
        assert {1} == set(done.values()), f"rows went in twice: {done}"
        for end in ends:
            refused = (
                [end.problem] if isinstance(end, HttpRefused) else [x["problem"] for x in end["refused"]]
            )
            for problem in refused:
                assert problem["code"] in (ConcurrentTransition.code, TransitionRefused.code), problem

    def print_certificate(self, who: Who, certificate_id: str) -> bytes | None:
        """Print, both at once, then fetch the PDF."""
        version = next(self._turns).version(who, "certificate", certificate_id)
        ends = self._both(who, lambda caller, clerk: caller.print_at(version, clerk, certificate_id))
        errors = [self._error_of(end, who, "certificate", "print") for end in ends]
        if all(isinstance(error, HttpRefused) for error in errors):
            return self._pair[0].print_certificate(who, certificate_id)
        assert self._judged(*errors) is None
        return next(self._turns).document(who, certificate_id)

    def refused_submissions(self, who: Who) -> int:
        """As many as either has seen."""
        return max(caller.refused_submissions(who) for caller in self._pair)

    def _both(self, who: Who, work: Callable[[HttpCaller, Who], _Value]) -> list[_Value | HttpRefused]:
        """What each comes to, begun at the same moment; ``who`` has just read something and is logged in."""
        clerks = (who, self._colleague(who))
        if clerks[1] is not who:
            self._pair[0].greet(clerks[1])
        barrier = Barrier(len(self._pair))

        def begin(caller: HttpCaller, clerk: Who) -> _Value | HttpRefused:
            barrier.wait()
            try:
                return work(caller, clerk)
            except HttpRefused as ex:
                return ex

        return list(self._threads.map(begin, self._pair, clerks))

    def _colleague(self, who: Who) -> Who:
        """A second account of the same institution; the account itself where there is none to give it."""
        if who.issuer is None or not who.login.startswith(ORGANISATIONS):
            return who
        if who.account_id not in self._colleagues:
            account = self._pair[0].case(who.issuer, "account", who.account_id)
            login = f"{who.login}-colleague"
            payload = CreateAccount(
                institution_id=account["institution_id"],
                kind=AccountKind.ORGANISATION,
                login=login,
                label="第二经办人",
                operator_id=f"{login}-operator",
            )
            account_id = self._pair[0].send(who.issuer, "account", None, "create", payload)
            self._colleagues[who.account_id] = Who(account_id, login, who.issuer)
        return self._colleagues[who.account_id]

    def _error_of(self, end: object, who: Who, lifecycle: str, event: str) -> KaoheError | None:
        if not isinstance(end, HttpRefused):
            return None
        assert end.status in (409, 412), end
        return self._pair[0].told(end.problem, who, lifecycle, event) or end

    def _judged(self, *errors: KaoheError | None) -> KaoheError | None:
        """What the two came to: None if one of them did it, or why nobody could."""
        done = [number for number, error in enumerate(errors) if error is None]
        refused = [error for error in errors if error is not None]
        assert len(done) < 2, "done twice"
        assert all(isinstance(error, ConcurrentTransition | TransitionRefused) for error in refused), refused
        stale = [error for error in refused if isinstance(error, ConcurrentTransition)]
        if not done:
            return stale[0] if stale else refused[0]
        self.won[done[0]] += 1
        self.lost[refused[0].code] += 1
        return None


def _simplified(payload: Submit) -> bool:
    return payload.filing is not None and payload.filing.procedure is Procedure.SIMPLIFIED


def _whole(end: dict[int, KaoheError | None] | HttpRefused) -> Mapping[int, KaoheError | None]:
    """No bulk is refused as a whole."""
    if isinstance(end, HttpRefused):
        raise end
    return end


def _rows_done(end: Row | HttpRefused) -> Iterator[int]:
    if not isinstance(end, HttpRefused):
        yield from end["good"]
