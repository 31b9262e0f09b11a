"""
Logging in and out, codes and passwords.

Everything that changes an account goes through the one door; what is beside the accounts, sessions and the
counts of failed tries, is kept here. Nothing tells a caller which accounts there are: an unknown name costs
the same work, counts the same and is answered the same as a wrong password.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Protocol

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.ports import (
    Case,
    Clock,
    Identifiers,
    Passwords,
    Secrets,
    Session,
    Store,
    UnitOfWork,
    Where,
)
from kaohe_workflow.application.throttle import (
    Bucket,
    Counted,
    device_bucket,
    give_back,
    global_bucket,
    network_bucket,
    password_change_bucket,
    reserve,
    untrusted_bucket,
)
from kaohe_workflow.errors import InputInvalid, LogInRefused, NotFound, TransitionRefused
from kaohe_workflow.lifecycles.account.activation_code import canonical_code, is_grouped
from kaohe_workflow.lifecycles.account.events import ChangePassword, IssueCode, LogIn, SetPassword
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME
from kaohe_workflow.lifecycles.account.login_name import normalised_login
from kaohe_workflow.lifecycles.account.password_rule import normalised_password, password_problems

IDLE = timedelta(minutes=30)
"""A session without a request for so long is over."""

LONGEST_SESSION = timedelta(hours=12)
"""A session is over after so long, used or not."""

INIT_SESSION = timedelta(minutes=15)
"""How long a session lasts that may only set the first password."""

SESSIONS_AT_ONCE = 5
"""Sessions of one account; a further one ends the oldest."""

_NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last request of a session is known: not every request is worth a write."""

_TOKEN_BYTES = 32
_DEVICE_BYTES = 16


class Door(Protocol):
    """What sends events; `kaohe_workflow.application.send.Door` is the one."""

    def send(
        self,
        principal: Principal,
        lifecycle: str,
        case_id: str | None,
        event: str,
        payload: Any,
        *,
        reason: str | None = None,
    ) -> object:
        """Send one event to a case, or make one."""


@attrs.frozen
class LoggedIn:
    """
    A session that was opened.

    ``token`` is told once and never stored; ``device`` is to be kept by the browser and shown at the next
    log-in, None while only the first password may be set (``init_only``).
    """

    account_id: str
    token: str = attrs.field(repr=False)
    device: str | None = attrs.field(repr=False)
    init_only: bool


@attrs.frozen
class IssuedCode:
    """An activation code, told once; void from ``expires_at`` on."""

    account_id: str
    code: str = attrs.field(repr=False)
    expires_at: datetime


@attrs.frozen
class Accounts:
    """The use cases of accounts over a store, a clock and the door."""

    store: Store
    clock: Clock
    identifiers: Identifiers
    passwords: Passwords
    secrets: Secrets
    door: Door

    def log_in(
        self, login: str, secret: str, *, device: str | None = None, address: str | None = None
    ) -> LoggedIn:
        """
        Log in with the password, or with the activation code of an account that has no password yet.

        Args:
            device: the device token that this browser was given at an earlier log-in.
            address: the network address that the try comes from.

        Raises:
            LogInRefused: it does not say why.
            TooManyTries: the next try is taken later; the secret was not looked at.
        """
        login, secret = _readable(login), _readable(secret)
        login_hash = self.secrets.blind("login_hash", normalised_login(login))
        buckets = self._buckets(login_hash, secret, device, address)
        with self.store.begin() as unit:
            counted = reserve(unit, buckets, self.clock.now())
            account = self._by_login(unit, login_hash)
            unit.commit()
        if not self._is_right(account, secret) or account is None:
            raise LogInRefused
        if account.state == "not_activated":
            return self._open(account, counted, init_only=True, device=None)
        self._record_log_in(account, secret)
        known = self._known_device(login_hash, device) is not None
        return self._open(account, counted, device=device if known else self._new_device(login_hash))

    def _buckets(
        self, login_hash: str, secret: str, device: str | None, address: str | None
    ) -> tuple[Bucket, ...]:
        known = self._known_device(login_hash, device)
        if known is not None:
            return (device_bucket(login_hash, known),)
        shared = (network_bucket(address), global_bucket())
        return shared if is_grouped(secret) else (untrusted_bucket(login_hash), *shared)

    def _known_device(self, login_hash: str, device: str | None) -> str | None:
        """The device that a token names, if it was given to a browser of this account."""
        nonce, _, signature = (device or "").partition(".")
        wanted = self.secrets.blind("device", f"{login_hash}|{nonce}")
        return nonce if nonce and compare_digest(wanted.encode(), signature.encode()) else None

    def _new_device(self, login_hash: str) -> str:
        nonce = self.identifiers.new_secret(_DEVICE_BYTES)
        return f"{nonce}.{self.secrets.blind('device', f'{login_hash}|{nonce}')}"

    def _by_login(self, unit: UnitOfWork, login_hash: str) -> Case | None:
        found = unit.find("account", [Where("login_hash", "eq", login_hash)], limit=1)
        return found[0] if found else None

    def _is_right(self, account: Case | None, secret: str) -> bool:
        """One slow comparison in every case, also where there is nothing to compare with."""
        if account is not None and account.state == "not_activated":
            record = account.record
            in_time = record.code_expires_at is not None and self.clock.now() < record.code_expires_at
            return self.passwords.matches(record.code_hash if in_time else None, canonical_code(secret))
        hashed = account.record.password_hash if account is not None and account.state == "active" else None
        # A password never looks like a code, so such a text, which went round the untrusted bucket, is none.
        return self.passwords.matches(None if is_grouped(secret) else hashed, normalised_password(secret))

    def _record_log_in(self, account: Case, secret: str) -> None:
        renewed = None
        if self.passwords.outdated(account.record.password_hash):
            renewed = self.passwords.hash(normalised_password(secret))
        payload = LogIn.of(password_right=True, password_hash=renewed)
        with self.store.begin(write=False) as unit:
            principal = self._principal(unit, account, init_only=False)
        try:
            self.door.send(principal, "account", account.id, "log_in", payload)
        except (TransitionRefused, NotFound) as ex:
            # Disabled or reset since it was read: the same answer as if it had been so before.
            raise LogInRefused from ex

    def _open(
        self,
        account: Case,
        counted: tuple[Counted, ...] = (),
        *,
        device: str | None,
        init_only: bool = False,
    ) -> LoggedIn:
        token = self.identifiers.new_secret(_TOKEN_BYTES)
        now = self.clock.now()
        with self.store.begin() as unit:
            give_back(unit, counted)
            older = unit.sessions(account.id)
            surplus = older[: max(len(older) - SESSIONS_AT_ONCE + 1, 0)]
            unit.end_sessions([session.token_hash for session in surplus])
            unit.save_session(Session(_hashed(token), account.id, now, now, init_only))
            unit.commit()
        return LoggedIn(account.id, token, device, init_only)

    def log_out(self, token: str) -> None:
        """End the session of a token, if there is one."""
        with self.store.begin() as unit:
            unit.end_sessions([_hashed(token)])
            unit.commit()

    def authenticate(self, token: str) -> Principal | None:
        """
        Return who a token's session stands for, with the rights of this instant; None if it is over.

        A session is over after 30 minutes without a request and after 12 hours, when its account's password
        or code has changed, and when the account is not usable any more.
        """
        now = self.clock.now()
        with self.store.begin(write=False) as unit:
            session = unit.session(_hashed(token))
            account = self._account_of(unit, session, now)
            if session is None or account is None:
                return None
            principal = self._principal(unit, account, init_only=session.init_only)
        if now - session.seen_at >= _NOTED_EVERY:
            with self.store.begin() as unit:
                if unit.session(session.token_hash) is not None:
                    unit.save_session(attrs.evolve(session, seen_at=now))
                    unit.commit()
        return principal

    def _account_of(self, unit: UnitOfWork, session: Session | None, now: datetime) -> Case | None:
        if session is None or not _alive(session, now):
            return None
        account = unit.read("account", [session.account_id]).get(session.account_id)
        wanted = "not_activated" if session.init_only else "active"
        if account is None or account.state != wanted:
            return None
        changed_at = account.record.credentials_at
        return account if changed_at is None or changed_at <= session.created_at else None

    def _principal(self, unit: UnitOfWork, account: Case, *, init_only: bool) -> Principal:
        record = account.record
        organisation = unit.read("institution", [record.institution_id]).get(record.institution_id)
        return Principal(
            account_id=account.id,
            kind=record.kind,
            organisation_id=record.institution_id,
            organisation_kind=organisation.record.kind if organisation else None,
            path=organisation.record.path if organisation else None,
            physician_id=record.physician_id,
            operator_id=record.person_id,
            init_only=init_only,
        )

    def activate(self, token: str, new_password: str) -> LoggedIn:
        """
        Set the first password (初始化设置, 手册 2.2.1) within a session that an activation code opened.

        The code is used up, every session of the account ends, and a new one is opened.

        Raises:
            LogInRefused: the session is over, or was not opened by a code.
            InputInvalid: the password is not accepted; all of its problems.
            TransitionRefused: the code has expired meanwhile.
        """
        account, principal = self._in_session(token)
        if not principal.init_only:
            raise LogInRefused
        _check_new(account, new_password)
        hashed = self.passwords.hash(normalised_password(new_password))
        payload = SetPassword.of(hashed, code_right=True, accepted=True)
        self.door.send(principal, "account", account.id, "set_password", payload)
        return self._start_anew(account)

    def change_password(self, token: str, old_password: str, new_password: str) -> LoggedIn:
        """
        Change the password (修改密码, 手册 2.2.1); every session of the account ends, and a new one is
        opened.

        Raises:
            LogInRefused: the session is over.
            TooManyTries: the old password was wrong too often; it was not looked at.
            InputInvalid: the new password is not accepted; all of its problems.
            TransitionRefused: the old password is wrong.
        """
        account, principal = self._in_session(token)
        if principal.init_only:
            raise LogInRefused
        _check_new(account, new_password, old_password)
        right = self._is_old_password(account, old_password)
        hashed = self.passwords.hash(normalised_password(new_password)) if right else None
        payload = ChangePassword.of(hashed, password_right=right, accepted=True)
        self.door.send(principal, "account", account.id, "change_password", payload)
        return self._start_anew(account)

    def _is_old_password(self, account: Case, password: str) -> bool:
        """Somebody may have found the session open: the old password is asked for, and not for free."""
        with self.store.begin() as unit:
            counted = reserve(unit, [password_change_bucket(account.id)], self.clock.now())
            unit.commit()
        given = normalised_password(_readable(password))
        right = self.passwords.matches(account.record.password_hash, given)
        if right:
            with self.store.begin() as unit:
                give_back(unit, counted)
                unit.commit()
        return right

    def _in_session(self, token: str) -> tuple[Case, Principal]:
        with self.store.begin(write=False) as unit:
            session = unit.session(_hashed(token))
            account = self._account_of(unit, session, self.clock.now())
            if session is None or account is None:
                raise LogInRefused
            return account, self._principal(unit, account, init_only=session.init_only)

    def _start_anew(self, account: Case) -> LoggedIn:
        self._end_all(account.id)
        login_hash = self.secrets.blind("login_hash", account.record.login)
        return self._open(account, device=self._new_device(login_hash))

    def _end_all(self, account_id: str) -> None:
        with self.store.begin() as unit:
            unit.end_sessions([session.token_hash for session in unit.sessions(account_id)])
            unit.commit()

    def issue_code(self, principal: Principal, account_id: str) -> IssuedCode:
        """
        Issue an activation code: for an account without a password again, otherwise as 重置密码 (手册 2.2.5).

        Nobody can log in with the password any more, and every session of the account ends.

        Raises:
            NotFound: no such account, or none that the caller may know of.
            NotPermitted: the caller may not do this for this account.
            TransitionRefused: a rule refuses.
        """
        with self.store.begin(write=False) as unit:
            account = unit.read("account", [account_id]).get(account_id)
        if account is None:
            raise NotFound("account", account_id)
        code = self.identifiers.new_code()
        expires_at = self.clock.now() + CODE_LIFETIME
        payload = IssueCode.of(self.passwords.hash(canonical_code(code)), expires_at)
        event = "reset" if account.state == "active" else "issue_code"
        self.door.send(principal, "account", account_id, event, payload)
        self._end_all(account_id)
        return IssuedCode(account_id, code, expires_at)

    def sessions(self, principal: Principal) -> tuple[Session, ...]:
        """Return the caller's own sessions that are not over, oldest first."""
        now = self.clock.now()
        with self.store.begin(write=False) as unit:
            return tuple(_living(unit.sessions(principal.account_id), now))


def _readable(text: str) -> str:
    """
    Half of a surrogate pair is no text and cannot be hashed; what stands for it is in no accepted password.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _check_new(account: Case, new_password: str, old_password: str | None = None) -> None:
    problems = password_problems(new_password, account.record.login, old=old_password)
    if problems:
        raise InputInvalid(problems)


def _living(sessions: list[Session], now: datetime) -> Iterator[Session]:
    return (session for session in sessions if _alive(session, now))


def _alive(session: Session, now: datetime) -> bool:
    if session.init_only:
        return now - session.created_at < INIT_SESSION
    return now - session.seen_at < IDLE and now - session.created_at < LONGEST_SESSION


def _hashed(token: str) -> str:
    """A token is random and long, so a fast hash keeps it as well as a slow one."""
    return sha256(token.encode()).hexdigest()
