"""
Logging in and out, codes and passwords.

Everything that changes an account goes through the one door; what is beside the accounts, sessions and the
counts of failed tries, is kept here. Nothing tells a caller which accounts there are: an unknown name costs
the same work, counts the same and is answered the same as a wrong password.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.devices import Devices
from kaohe_workflow.application.ports import Clock, Identifiers, Passwords, Secrets, Store, UnitOfWork
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.sessions import LoggedIn, Sessions, principal_of, same_secrets
from kaohe_workflow.application.stored import Case, Session
from kaohe_workflow.application.throttle import (
    Bucket,
    Counted,
    device_bucket,
    give_back,
    global_bucket,
    network_bucket,
    password_change_bucket,
    reserve,
    undo,
    untrusted_bucket,
)
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    LogInRefused,
    NotFound,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.account.activation_code import canonical_code, is_grouped
from kaohe_workflow.lifecycles.account.events import ChangePassword, IssueCode, LogIn, SetPassword
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME
from kaohe_workflow.lifecycles.account.password_rule import normalised_password, password_problems
from kaohe_workflow.statechart.deciding import Explained
from kaohe_workflow.values.login_name import normalised_login

_ATTEMPTS = 5
"""How often an event is sent again because others use the same account at the same time."""

SecretKind = Literal["password", "code"]
"""What somebody logs in with."""


@attrs.frozen
class IssuedCode:
    """An activation code, told once; void from ``expires_at`` on. ``version`` is the account's from now on."""

    account_id: str
    code: str = attrs.field(repr=False)
    expires_at: datetime
    version: int


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
        self,
        login: str,
        secret: str,
        *,
        wanted: SecretKind | None = None,
        device: str | None = None,
        address: str | None = None,
    ) -> LoggedIn:
        """
        Log in with the password, or with the activation code of an account that has no password yet.

        Args:
            wanted: the kind of secret that was asked for; the other kind is wrong then. None takes either.
            device: the device token that this browser was given at an earlier log-in.
            address: the network address that the try comes from.

        Raises:
            LogInRefused: it does not say why.
            TooManyTries: the next try is taken later; the secret was not looked at.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(
            ("login", login, str),
            ("secret", secret, str),
            ("wanted", wanted, SecretKind | None),
            ("device", device, str | None),
            ("address", address, str | None),
        )
        login, secret = _readable(login), _readable(secret)
        login_hash = self.secrets.blind("login_hash", normalised_login(login))
        buckets = self._buckets(login_hash, secret, device, address)
        with self.store.begin() as unit:
            counted = reserve(unit, buckets, self.clock.now())
            account = self._by_login(unit, login_hash)
            unit.commit()
        with self._uncounted_if_not_made(counted):
            right = self._is_right(account, secret, wanted)
        if not right or account is None:
            raise LogInRefused
        if account.state == "not_activated":
            return self._sessions.open(account, counted, init_only=True, device=None)
        account = self._record_log_in(account, secret)
        known = self._devices.known(login_hash, device) is not None
        return self._sessions.open(
            account, counted, device=device if known else self._devices.new(login_hash)
        )

    @property
    def _sessions(self) -> Sessions:
        return Sessions(self.store, self.clock, self.identifiers)

    def _buckets(
        self, login_hash: str, secret: str, device: str | None, address: str | None
    ) -> tuple[Bucket, ...]:
        known = self._devices.known(login_hash, device)
        if known is not None:
            return (device_bucket(login_hash, known),)
        shared = (network_bucket(address), global_bucket())
        return shared if is_grouped(secret) else (untrusted_bucket(login_hash), *shared)

    @property
    def _devices(self) -> Devices:
        return Devices(self.identifiers, self.secrets)

    def _by_login(self, unit: UnitOfWork, login_hash: str) -> Case | None:
        found = unit.find("account", [Where("login_hash", "eq", login_hash)], limit=1)
        return found[0] if found else None

    def _is_right(self, account: Case | None, secret: str, wanted: SecretKind | None) -> bool:
        """One slow comparison in every case, also where there is nothing to compare with."""
        if account is not None and account.state == "not_activated":
            record = account.record
            in_time = record.code_expires_at is not None and self.clock.now() < record.code_expires_at
            hashed = record.code_hash if in_time and wanted != "password" else None
            return self.passwords.matches(hashed, canonical_code(secret))
        usable = account is not None and account.state == "active" and wanted != "code"
        hashed = account.record.password_hash if account is not None and usable else None
        # A password never looks like a code, so such a text, which went round the untrusted bucket, is none.
        return self.passwords.matches(None if is_grouped(secret) else hashed, normalised_password(secret))

    @contextmanager
    def _uncounted_if_not_made(self, counted: tuple[Counted, ...]) -> Iterator[None]:
        """Comparing is sent away while too many wait for it: then nobody has tried anything, and nothing counts."""
        try:
            yield
        except TooManyTries:
            with self.store.begin() as unit:
                undo(unit, counted)
                unit.commit()
            raise

    def _record_log_in(self, account: Case, secret: str) -> Case:
        """Record a log-in; the account with its hash made anew, where it was."""
        renewed = self._renewed(account, secret)
        payload = LogIn.of(password_right=True, password_hash=renewed)
        with self.store.begin(write=False) as unit:
            principal = principal_of(unit, account)
        try:
            self._send_proven(principal, account, "log_in", payload)
        except (TransitionRefused, NotFound) as ex:
            # Disabled or reset since it was read: the same answer as if it had been so before.
            raise LogInRefused from ex
        return account if renewed is None else _with_password(account, renewed)

    def _renewed(self, account: Case, secret: str) -> str | None:
        """The password's hash with today's parameters, None where it has them or nobody has time to make it."""
        if not self.passwords.outdated(account.record.password_hash):
            return None
        try:
            return self.passwords.hash(normalised_password(secret))
        except TooManyTries:
            # The password was right: the log-in stands, and the next one renews the hash.
            return None

    def _send_proven(self, principal: Principal, account: Case, event: str, payload: Any) -> None:
        """
        Send an event that rests on a password or code as it is in ``account``.

        Whatever else happens to the account at the same time, a colleague's log-in say, does not matter.

        Raises:
            LogInRefused: the account has another password or code by now.
        """
        present: Case | None = account
        for _ in range(_ATTEMPTS):
            if present is None or not same_secrets(account, present):
                break
            try:
                self.door.send(
                    principal, "account", account.id, event, payload, expected_version=present.version
                )
            except ConcurrentTransition:
                with self.store.begin(write=False) as unit:
                    present = unit.read("account", [account.id]).get(account.id)
            else:
                return
        raise LogInRefused

    def log_out(self, token: str) -> None:
        """End the session of a token, if there is one; raises `InputInvalid` if it is no text."""
        check_arguments(("token", token, str))
        self._sessions.end(token)

    def authenticate(self, token: str) -> Principal | None:
        """
        Return who a token's session stands for, with the rights of this instant; None if it is over.

        A session is over after 30 minutes without a request and after 12 hours, when its account's password
        or code has changed, and when the account is not usable any more.

        Raises:
            InputInvalid: the token is no text.
        """
        check_arguments(("token", token, str))
        current = self._sessions.current(token)
        if current is None:
            return None
        self._sessions.note_use(current.session)
        return current.principal

    def activate(self, token: str, new_password: str) -> LoggedIn:
        """
        Set the first password (初始化设置, 手册 2.2.1) within a session that an activation code opened.

        The code is used up, every session of the account ends, and a new one is opened.

        Raises:
            LogInRefused: the session is over, or was not opened by a code, or there is another code by now.
            InputInvalid: the password is not accepted; all of its problems; or an argument is no text.
            TransitionRefused: the code has expired meanwhile.
        """
        check_arguments(("token", token, str), ("new_password", new_password, str))
        account, principal = self._in_session(token)
        if not principal.init_only:
            raise LogInRefused
        _check_new(account, new_password)
        hashed = self.passwords.hash(normalised_password(new_password))
        payload = SetPassword.of(hashed, code_right=True, accepted=True)
        self._send_proven(principal, account, "set_password", payload)
        return self._start_anew(_with_password(account, hashed))

    def change_password(self, token: str, old_password: str, new_password: str) -> LoggedIn:
        """
        Change the password (修改密码, 手册 2.2.1); every session of the account ends, and a new one is
        opened.

        Raises:
            LogInRefused: the session is over, or there is another password by now.
            TooManyTries: the old password was wrong too often; it was not looked at.
            InputInvalid: the new password is not accepted; all of its problems; or an argument is no text.
            TransitionRefused: the old password is wrong.
        """
        check_arguments(
            ("token", token, str), ("old_password", old_password, str), ("new_password", new_password, str)
        )
        account, principal = self._in_session(token)
        if principal.init_only:
            raise LogInRefused
        _check_new(account, new_password, old_password)
        right = self._is_old_password(account, old_password)
        hashed = self.passwords.hash(normalised_password(new_password)) if right else None
        payload = ChangePassword.of(hashed, password_right=right, accepted=True)
        self._send_proven(principal, account, "change_password", payload)
        return self._start_anew(_with_password(account, hashed))

    def _is_old_password(self, account: Case, password: str) -> bool:
        """Somebody may have found the session open: the old password is asked for, and not for free."""
        with self.store.begin() as unit:
            counted = reserve(unit, [password_change_bucket(account.id)], self.clock.now())
            unit.commit()
        given = normalised_password(_readable(password))
        with self._uncounted_if_not_made(counted):
            right = self.passwords.matches(account.record.password_hash, given)
        if right:
            with self.store.begin() as unit:
                give_back(unit, counted)
                unit.commit()
        return right

    def _in_session(self, token: str) -> tuple[Case, Principal]:
        current = self._sessions.current(token)
        if current is None:
            raise LogInRefused
        return current.account, current.principal

    def _start_anew(self, account: Case) -> LoggedIn:
        self._sessions.end_all(account.id)
        login_hash = self.secrets.blind("login_hash", account.record.login)
        return self._sessions.open(account, device=self._devices.new(login_hash))

    def issue_code(
        self, principal: Principal, account_id: str, *, expected_version: int | None = None
    ) -> IssuedCode:
        """
        Issue an activation code: for an account without a password again, otherwise as 重置密码 (手册 2.2.5).

        Nobody can log in with the password any more, and every session of the account ends.

        Args:
            expected_version: what the caller last saw of the account; None takes it as it is.

        Raises:
            ConcurrentTransition: the account is not at ``expected_version``; its password and sessions stay.
            NotFound: no such account, or none that the caller may know of.
            NotPermitted: the caller may not do this for this account.
            TransitionRefused: a rule refuses.
            InputInvalid: as `Door.explain`.
        """
        explained = {one.event: one for one in self.door.explain(principal, "account", account_id)}
        event = "reset" if "reset" in explained else "issue_code"
        told = explained.get(event)
        code, expires_at = self.identifiers.new_code(), self.clock.now() + CODE_LIFETIME
        if told is None or not told.allowed:
            self._ask_in_vain(principal, account_id, event, told, expected_version)
        payload = IssueCode.of(self.passwords.hash(canonical_code(code)), expires_at)
        receipt = self.door.send(
            principal, "account", account_id, event, payload, expected_version=expected_version
        )
        self._sessions.end_all(account_id)
        return IssuedCode(account_id, code, expires_at, receipt.version)

    def _ask_in_vain(
        self,
        principal: Principal,
        account_id: str,
        event: str,
        told: Explained | None,
        expected_version: int | None,
    ) -> None:
        """
        Let the door refuse, and audit, what it has explained to be refused: without a code, so that nothing slow
        is done for who may not. That there is no code is no reason to tell.
        """
        try:
            self.door.send(
                principal, "account", account_id, event, IssueCode(), expected_version=expected_version
            )
        except TransitionRefused as ex:
            reasons = told.reasons if told is not None else ex.reasons
            raise TransitionRefused(ex.lifecycle, ex.event, ex.state, reasons) from ex

    def sessions(self, principal: Principal) -> tuple[Session, ...]:
        """Return the caller's own sessions that are not over, oldest first."""
        return self._sessions.living(principal.account_id)

    def end_other_sessions(self, token: str) -> int:
        """
        End every other session of the account that a token's session belongs to; how many had not been over.

        Raises:
            LogInRefused: the session is over.
            InputInvalid: the token is no text.
        """
        check_arguments(("token", token, str))
        account, _ = self._in_session(token)
        return self._sessions.end_others(account.id, token)


def _readable(text: str) -> str:
    """
    Half of a surrogate pair is no text and cannot be hashed; what stands for it is in no accepted password.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _check_new(account: Case, new_password: str, old_password: str | None = None) -> None:
    problems = password_problems(new_password, account.record.login, old=old_password)
    if problems:
        raise InputInvalid(problems)


def _with_password(account: Case, hashed: str | None) -> Case:
    """The account once it has this password."""
    return attrs.evolve(
        account, state="active", record=attrs.evolve(account.record, password_hash=hashed, code_hash=None)
    )
