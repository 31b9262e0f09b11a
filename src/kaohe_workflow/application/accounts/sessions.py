"""
Sessions: what a log-in opens, whom it stands for, and when it is over.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.clocks import was_ahead
from kaohe_workflow.application.accounts.throttle import Counted, give_back
from kaohe_workflow.application.actors import in_words
from kaohe_workflow.application.ports import Clock, Identifiers, Store, UnitOfWork
from kaohe_workflow.application.same_person import every_record_of, merged_into
from kaohe_workflow.application.stored import Case, Session
from kaohe_workflow.errors import ConcurrentTransition, LogInRefused, StoreUnavailable
from kaohe_workflow.lifecycles.account.case import Account

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


@attrs.frozen
class Reset:
    """
    When somebody else reset a password, who in words, and why.

    ``by`` is the name of the organisation whose account it was, 系统 for who runs the installation; None where the
    account is not on record any more.
    """

    at: datetime
    by: str | None
    reason: str | None


@attrs.frozen
class LoggedIn:
    """
    A session that was opened.

    ``token`` is told once and never stored; ``device`` is to be kept by the browser and shown at the next
    log-in, None while only the first password may be set (``init_only``). ``reset`` tells that somebody else reset
    the password, None where nobody has, or its owner has changed it since.
    """

    account_id: str
    token: str = attrs.field(repr=False)
    device: str | None = attrs.field(repr=False)
    init_only: bool
    reset: Reset | None = None


@attrs.frozen
class Current:
    """A session that is not over, its account, and whom it stands for at this instant."""

    session: Session
    account: Case
    principal: Principal


@attrs.frozen
class Sessions:
    """The sessions of all accounts, in a store."""

    store: Store
    clock: Clock
    identifiers: Identifiers

    def new_token(self) -> str:
        """A token for a session that is about to be opened, so that what opens it can name it (`session_name`)."""
        return self.identifiers.new_secret(_TOKEN_BYTES)

    def open(
        self,
        proven: Case,
        token: str,
        counted: tuple[Counted, ...] = (),
        *,
        device: str | None,
        init_only: bool = False,
    ) -> LoggedIn:
        """
        Open a session, of a new token, of an account whose password or code, as in ``proven``, was shown to be known.

        The account is locked and looked at again, so that no session rests on what is not so any more.

        Raises:
            LogInRefused: the account is not usable any more, or has another password or code.
        """
        with self.store.begin() as unit:
            if not same_secrets(proven, unit.lock("account", [proven.id]).get(proven.id)):
                raise LogInRefused
            now = self.clock.now()
            give_back(unit, counted)
            older = unit.sessions(proven.id)
            surplus = older[: max(len(older) - SESSIONS_AT_ONCE + 1, 0)]
            unit.end_sessions([session.token_hash for session in surplus])
            unit.save_session(Session(_hashed(token), proven.id, now, now, init_only))
            reset = _reset_of(unit, proven.record)
            unit.commit()
        return LoggedIn(proven.id, token, device, init_only, reset)

    def current(self, token: str) -> Current | None:
        """Return what a token's session stands for, with the rights of this instant; None if it is over."""
        with self.store.begin(write=False) as unit:
            session = unit.session(_hashed(token))
            account = self._account_of(unit, session)
            if session is None or account is None:
                return None
            return Current(session, account, principal_of(unit, account, init_only=session.init_only))

    def _account_of(self, unit: UnitOfWork, session: Session | None) -> Case | None:
        if session is None or not _alive(session, self.clock.now()):
            return None
        account = unit.read("account", [session.account_id]).get(session.account_id)
        wanted = "not_activated" if session.init_only else "active"
        if account is None or account.state != wanted or (session.init_only and not _opened(account.record)):
            return None
        changed_at = account.record.credentials_at
        return account if changed_at is None or changed_at <= session.created_at else None

    def note_use(self, session: Session) -> None:
        """
        Note that a request came just now, as exactly as is worth a write.

        While somebody else writes nothing is noted: the next request does it.
        """
        now = self.clock.now()
        if now - session.seen_at < _NOTED_EVERY:
            return
        # No request fails, or waits, because this cannot be noted: somebody may be writing for long.
        with suppress(StoreUnavailable, ConcurrentTransition), self.store.begin(wait=False) as unit:
            if unit.session(session.token_hash) is not None:
                unit.save_session(attrs.evolve(session, seen_at=now))
                unit.commit()

    def end(self, token: str) -> None:
        """End the session of a token, if there is one."""
        with self.store.begin() as unit:
            unit.end_sessions([_hashed(token)])
            unit.commit()

    def end_all(self, account_id: str) -> None:
        """End every session of an account."""
        with self.store.begin() as unit:
            unit.end_sessions([session.token_hash for session in unit.sessions(account_id)])
            unit.commit()

    def end_others(self, account_id: str, token: str) -> int:
        """End every session of an account but the one of this token; how many of them had not been over."""
        now, kept = self.clock.now(), _hashed(token)
        with self.store.begin() as unit:
            others = [session for session in unit.sessions(account_id) if session.token_hash != kept]
            unit.end_sessions([session.token_hash for session in others])
            unit.commit()
        return sum(_alive(session, now) for session in others)

    def living(self, account_id: str) -> tuple[Session, ...]:
        """The sessions of an account that are not over, oldest first."""
        now = self.clock.now()
        with self.store.begin(write=False) as unit:
            return tuple(session for session in unit.sessions(account_id) if _alive(session, now))


def principal_of(unit: UnitOfWork, account: Case, *, init_only: bool = False) -> Principal:
    """Return whom an account stands for, with the place that its organisation has now."""
    record = account.record
    organisation = unit.read("institution", [record.institution_id]).get(record.institution_id)
    return Principal(
        account_id=account.id,
        kind=record.kind,
        organisation_id=record.institution_id,
        organisation_kind=organisation.record.kind if organisation else None,
        path=organisation.record.path if organisation else None,
        physician_id=record.physician_id,
        merged_ids=merged_into(unit, record.physician_id) if record.physician_id else (),
        operator_id=record.person_id,
        listed_ids=every_record_of(unit, record.listed_as) if record.listed_as else (),
        department_ids=record.department_ids,
        init_only=init_only,
        after_reset=record.reset_at is not None,
    )


def session_name(token: str) -> str:
    """What the record calls the session of a token: the beginning of its hash, from which nobody makes the token."""
    return _hashed(token)[:16]


def same_secrets(proven: Case, account: Case | None) -> bool:
    """Say whether the account still has the state, password and code that it had; hashes are salted."""
    if account is None or account.state != proven.state:
        return False
    before, now = proven.record, account.record
    return _secrets(before) == _secrets(now)


def _reset_of(unit: UnitOfWork, record: Account) -> Reset | None:
    if record.reset_at is None:
        return None
    by = in_words(unit, {record.reset_by}).get(record.reset_by) if record.reset_by is not None else None
    return Reset(record.reset_at, by, record.reset_reason)


def _opened(record: Account) -> bool:
    """Whether there is still what an account without a password was opened with."""
    return record.code_hash is not None or record.first_used_at is not None


def _secrets(record: Account) -> tuple[object, ...]:
    return record.password_hash, record.code_hash, record.first_password_until, record.first_used_at


def is_session_of(session: Session, token: str | None) -> bool:
    """Say whether a session is the one of this token."""
    return token is not None and session.token_hash == _hashed(token)


def _alive(session: Session, now: datetime) -> bool:
    # Once the clock is right again it would be young for days.
    if was_ahead(session.created_at, now) or was_ahead(session.seen_at, now):
        return False
    if session.init_only:
        return now - session.created_at < INIT_SESSION
    return now - session.seen_at < IDLE and now - session.created_at < LONGEST_SESSION


def _hashed(token: str) -> str:
    """A token is random and long, so a fast hash keeps it as well as a slow one."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
