"""The demonstration's way to the system over HTTP: a client that is logged in as each account in turn."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import attrs

from kaohe_service.api.collections import COLLECTIONS
from kaohe_workflow.adapters.clock import FileClock
from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.cli.demo.calling import Asked, Row, Step, Who
from kaohe_workflow.errors import ConcurrentTransition, KaoheError, TransitionRefused
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId

API = "/api/v1"
PATHS = {lifecycle: f"{API}/{collection}" for collection, lifecycle in COLLECTIONS.items()}
SCORES = f"{API}/imports/scores?mode=valid"
PAGE = "200"
SETTLED_WITHIN_SECONDS = 180
"""What follows from many events is done in their order, one job a poll of the worker: a minute on a slow machine."""

POLLED_EVERY_SECONDS = 0.1
_PASSWORD = "Quiet-River-{:04}"


def roster_of(institution_id: str) -> str:
    """Where an institution's list is uploaded."""
    query = {"mode": "valid", "institution_id": institution_id, "create_departments": "true"}
    return f"{API}/imports/roster?{urlencode(query)}"


def with_stale_again(
    errors: list[KaoheError | None], again: Callable[[Sequence[int]], Sequence[KaoheError | None]]
) -> list[KaoheError | None]:
    """What a bulk came to, where the items that somebody else had moved meanwhile are sent once ``again``."""
    stale = [index for index, error in enumerate(errors) if isinstance(error, ConcurrentTransition)]
    for index, error in zip(stale, again(stale) if stale else (), strict=True):
        errors[index] = error
    return errors


class HttpRefused(KaoheError):
    """The service answered with a problem that the demonstration does not foresee."""

    code = "http-refused"

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {problem.get('code')}: {problem}")


@attrs.frozen
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)


@attrs.define
class Keyring:
    """What is known of accounts, by id: passwords, and tokens of sessions."""

    passwords: dict[str, str] = attrs.field(factory=dict)
    tokens: dict[str, str] = attrs.field(factory=dict)


class HttpCaller:
    """
    Calls a service whose clock is a file.

    Every account is activated when it is first needed: with a code that its issuer asks for, or, for those without
    an issuer, with one of ``codes`` by login. Callers of one ``keyring`` know each other's sessions.
    """

    def __init__(
        self, address: str, clock: FileClock, codes: Mapping[str, str], keyring: Keyring | None = None
    ) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
        self._clock = clock
        self._codes = codes
        self._codec = JsonCodec()
        self._keyring = keyring or Keyring()
        self._refused_submissions: Counter[str] = Counter()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def move(self, moment: datetime) -> None:
        """Set the file, never back; sessions that slept through it end by themselves."""
        self._clock.set(max(self._clock.now(), moment))

    def settle(self, done: Callable[[], bool]) -> None:
        """Ask again until the service's worker has done it."""
        until = time.monotonic() + SETTLED_WITHIN_SECONDS
        while not done():
            if time.monotonic() > until:
                raise TimeoutError(f"not settled within {SETTLED_WITHIN_SECONDS} seconds")
            time.sleep(POLLED_EVERY_SECONDS)

    def rows(self, who: Who, collection: str, **filters: str) -> Sequence[Row]:
        """Every row of a list, page after page; a number of a person goes in the body."""
        if "id_number" in filters:
            body = {"filters": filters, "limit": int(PAGE)}
            items: list[Row] = self._ask(who, "POST", f"{API}/{collection}/search", body).data["items"]
            return items
        found: list[Row] = []
        query = {**filters, "limit": PAGE}
        while True:
            page = self._ask(who, "GET", f"{API}/{collection}?{urlencode(query)}").data
            found += page["items"]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    def case(self, who: Who, lifecycle: str, case_id: str) -> Row:
        """The data of a case."""
        data: Row = self._ask(who, "GET", f"{PATHS[lifecycle]}/{case_id}").data["data"]
        return data

    def history(self, who: Who, lifecycle: str, case_id: str) -> Sequence[Step]:
        """The steps of a case."""
        steps = self._ask(who, "GET", f"{PATHS[lifecycle]}/{case_id}/history").data["steps"]
        return [Step(step["event"], step["source"], step["target"]) for step in steps]

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
        """Send one event, with the version that is there now; once more if the system moves the case just then."""
        try:
            if case_id is None:
                return self.create(who, lifecycle, event, payload, reason=reason)
            version = self.version(who, lifecycle, case_id)
            try:
                return self.send_at(version, who, lifecycle, case_id, event, payload, reason=reason)
            except HttpRefused as ex:
                if ex.problem["code"] != ConcurrentTransition.code:
                    raise
            version = self.version(who, lifecycle, case_id)
            return self.send_at(version, who, lifecycle, case_id, event, payload, reason=reason)
        except HttpRefused as ex:
            raise self.told(ex.problem, who, lifecycle, event) or ex from ex

    def create(
        self,
        who: Who,
        lifecycle: str,
        event: str,
        payload: Any,
        *,
        reason: str | None = None,
        key: str | None = None,
    ) -> str:
        """Make a case, under a key of idempotency if one is given; its id."""
        body = {"event": event, "payload": self._plain(payload), "reason": reason}
        headers = {} if key is None else {"Idempotency-Key": key}
        return str(self._ask(who, "POST", PATHS[lifecycle], body, headers).data["id"])

    def send_at(
        self,
        version: int,
        who: Who,
        lifecycle: str,
        case_id: str,
        event: str,
        payload: Any,
        *,
        reason: str | None = None,
    ) -> str:
        """Send one event to a case that was seen at a version; its id."""
        body = {"event": event, "payload": self._plain(payload), "reason": reason}
        seen = {"If-Match": f'"{version}"'}
        return str(self._ask(who, "POST", f"{PATHS[lifecycle]}/{case_id}/events", body, seen).data["id"])

    def send_many(
        self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]
    ) -> Sequence[KaoheError | None]:
        """Send one event to many cases; those that somebody else has moved meanwhile are sent it once more."""

        def again(one: Asked) -> Asked:
            return attrs.evolve(one, version=self.version(who, lifecycle, one.case_id))

        return with_stale_again(
            self.bulk(who, lifecycle, event, asked),
            lambda stale: self.bulk(who, lifecycle, event, [again(asked[index]) for index in stale]),
        )

    def greet(self, who: Who) -> None:
        """Be logged in: look at the home page."""
        self._ask(who, "GET", f"{API}/home")

    def version(self, who: Who, lifecycle: str, case_id: str) -> int:
        """The version of a case as it is now."""
        return int(self._ask(who, "GET", f"{PATHS[lifecycle]}/{case_id}").data["version"])

    def bulk(self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]) -> list[KaoheError | None]:
        """Send one event to many cases, once; for each None, or why it was refused."""
        items = [
            {
                "id": one.case_id,
                "version": one.version,
                "payload": self._plain(one.payload),
                "reason": one.reason,
            }
            for one in asked
        ]
        body = {"event": event, "items": items}
        results = self._ask(who, "POST", f"{PATHS[lifecycle]}/events", body).data["results"]
        return [self._error_of(result["problem"], who, lifecycle, event) for result in results]

    def _error_of(
        self, problem: Mapping[str, Any] | None, who: Who, lifecycle: str, event: str
    ) -> KaoheError | None:
        if problem is None:
            return None
        return self.told(problem, who, lifecycle, event) or HttpRefused(problem["status"], problem)

    def told(self, problem: Mapping[str, Any], who: Who, lifecycle: str, event: str) -> KaoheError | None:
        """A problem as the error that it was made from, where the demonstration looks at it."""
        if problem["code"] == TransitionRefused.code:
            self._refused_submissions[who.account_id] += (lifecycle, event) == ("assessment", "submit")
            return TransitionRefused(lifecycle, event, "", [reason["label"] for reason in problem["reasons"]])
        if problem["code"] == ConcurrentTransition.code:
            return ConcurrentTransition(lifecycle, "", problem["expected"], problem["actual"])
        return None

    def hand_in(self, who: Who, name: str, content: bytes) -> AttachmentId:
        """Upload a file."""
        headers = {
            "Content-Type": "application/pdf",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        }
        return AttachmentId(self._ask(who, "POST", "/api/v1/attachments", content, headers).data["id"])

    def import_roster(self, who: Who, institution_id: str, data: bytes) -> None:
        """Upload the list."""
        self.upload(who, roster_of(institution_id), data)

    def import_scores(self, who: Who, data: bytes) -> None:
        """Upload the scores."""
        self.upload(who, SCORES, data)

    def upload(self, who: Who, path: str, data: bytes) -> Row:
        """Upload a file; what the service says of its rows."""
        report: Row = self._ask(who, "POST", path, data, {"Content-Type": "application/octet-stream"}).data
        return report

    def print_certificate(self, who: Who, certificate_id: str) -> bytes | None:
        """Print, then fetch the PDF."""
        try:
            self.print_at(self.version(who, "certificate", certificate_id), who, certificate_id)
            return self.document(who, certificate_id)
        except HttpRefused as ex:
            if ex.problem["code"] == "unprintable-characters":
                return None
            raise

    def print_at(self, version: int, who: Who, certificate_id: str) -> None:
        """Give a certificate that was seen at a version its number."""
        path = f"{PATHS['certificate']}/{certificate_id}/print"
        self._ask(who, "POST", path, headers={"If-Match": f'"{version}"'})

    def document(self, who: Who, certificate_id: str) -> bytes:
        """A printed certificate as PDF."""
        return self._ask(who, "GET", f"{PATHS['certificate']}/{certificate_id}/document?as=pdf").content

    def refused_submissions(self, who: Who) -> int:
        """As many as this client has seen; the service shows nobody's refusals."""
        return self._refused_submissions[who.account_id]

    def _plain(self, payload: Any) -> Any:
        return self._codec.parse(self._codec.canonical(payload))

    def _ask(
        self,
        who: Who,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as somebody; who is not logged in any more logs in again."""
        token = self._keyring.tokens.get(who.account_id) or self._log_in(who)
        given = {**(headers or {}), "Authorization": f"Bearer {token}"}
        answer = self._exchange(method, path, body, given)
        if answer.status == 401:
            given["Authorization"] = f"Bearer {self._log_in(who)}"
            answer = self._exchange(method, path, body, given)
        return _checked(answer)

    def _log_in(self, who: Who) -> str:
        password = self._keyring.passwords.get(who.account_id)
        if password is None:
            token = self._activate(who)
        else:
            credentials = {"account": who.login, "password": password}
            token = self._try("sessions", credentials)
        self._keyring.tokens[who.account_id] = token
        return token

    def _try(self, way: str, credentials: Mapping[str, str]) -> str:
        """
        Open a session; its token.

        Many log-ins from one network are slowed down. Waiting, as the service asks for, is moving its clock.
        """
        answer = self._exchange("POST", f"{API}/{way}", credentials)
        while answer.status == 429:
            self._clock.set(self._clock.now() + timedelta(seconds=int(answer.headers["retry-after"])))
            answer = self._exchange("POST", f"{API}/{way}", credentials)
        return str(_checked(answer).data["token"])

    def _activate(self, who: Who) -> str:
        """The first log-in: with a code, to set a password of one's own."""
        issuer = who.issuer
        code = self._codes[who.login] if issuer is None else self._issue_code(issuer, who.account_id)
        credentials = {"account": who.login, "code": code}
        first = self._try("activations", credentials)
        passwords = self._keyring.passwords
        password = passwords[who.account_id] = _PASSWORD.format(len(passwords))
        bearer = {"Authorization": f"Bearer {first}"}
        answer = _checked(self._exchange("PUT", f"{API}/password", {"password": password}, bearer))
        return str(answer.data["token"])

    def _issue_code(self, issuer: Who, account_id: str) -> str:
        """A code for an account as it is now."""
        seen = {"If-Match": f'"{self.version(issuer, "account", account_id)}"'}
        answer = self._ask(issuer, "POST", f"{API}/accounts/{account_id}/code", {}, headers=seen)
        return str(answer.data["code"])

    def _exchange(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **(headers or {})}
        self._connection.request(method, path, content, given)
        response = self._connection.getresponse()
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        )


def _checked(answer: Answer) -> Answer:
    if answer.status >= 400:
        raise HttpRefused(answer.status, answer.data)
    return answer
