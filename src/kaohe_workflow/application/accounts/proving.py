"""
Passwords and codes that were given: whether they are right, and events that rest on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.sessions import same_secrets, session_name
from kaohe_workflow.application.accounts.throttle import (
    Counted,
    give_back,
    password_change_bucket,
    reserve,
    undo,
)
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import ConcurrentTransition, LogInRefused, TooManyTries
from kaohe_workflow.lifecycles.account.activation_code import canonical_code, is_grouped
from kaohe_workflow.lifecycles.account.password_rule import normalised_password

_ATTEMPTS = 5
"""How often an event is sent again because others use the same account at the same time."""

SecretKind = Literal["password", "code"]
"""What somebody logs in with."""


def readable(text: str) -> str:
    """
    Half of a surrogate pair is no text and cannot be hashed; what stands for it is in no accepted password.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def is_right(desk: Desk, account: Case | None, secret: str, wanted: SecretKind | None) -> bool:
    """One slow comparison in every case, also where there is nothing to compare with."""
    if account is not None and account.state == "not_activated":
        record = account.record
        in_time = record.code_expires_at is not None and desk.clock.now() < record.code_expires_at
        hashed = record.code_hash if in_time and wanted != "password" else None
        return desk.passwords.matches(hashed, canonical_code(secret))
    usable = account is not None and account.state == "active" and wanted != "code"
    hashed = account.record.password_hash if account is not None and usable else None
    # A password never looks like a code, so such a text, which went round the untrusted bucket, is none.
    return desk.passwords.matches(None if is_grouped(secret) else hashed, normalised_password(secret))


@contextmanager
def uncounted_if_not_made(desk: Desk, counted: tuple[Counted, ...]) -> Iterator[None]:
    """Comparing is sent away while too many wait for it: then nobody has tried anything, and nothing counts."""
    try:
        yield
    except TooManyTries:
        with desk.store.begin() as unit:
            undo(unit, counted)
            unit.commit()
        raise


def opening(principal: Principal, token: str, origin: Origin | None = None) -> Principal:
    """The caller whose event opens the session of a token: so each session has an event that it rests on."""
    come_from = origin or principal.origin or Origin()
    return attrs.evolve(principal, origin=attrs.evolve(come_from, opens=session_name(token)))


def send_proven(desk: Desk, principal: Principal, account: Case, event: str, payload: Any) -> None:
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
            desk.door.send(principal, "account", account.id, event, payload, expected_version=present.version)
        except ConcurrentTransition:
            with desk.store.begin(write=False) as unit:
                present = unit.read("account", [account.id]).get(account.id)
        else:
            return
    raise LogInRefused


def is_password(desk: Desk, account: Case, password: str) -> bool:
    """Somebody may have found the session open: the present password is asked for, and not for free."""
    with desk.store.begin() as unit:
        counted = reserve(unit, [password_change_bucket(account.id)], desk.clock.now())
        unit.commit()
    given = normalised_password(readable(password))
    with uncounted_if_not_made(desk, counted):
        right = desk.passwords.matches(account.record.password_hash, given)
    if right:
        with desk.store.begin() as unit:
            give_back(unit, counted)
            unit.commit()
    return right


def with_password(account: Case, hashed: str | None) -> Case:
    """The account once it has this password."""
    return attrs.evolve(
        account, state="active", record=attrs.evolve(account.record, password_hash=hashed, code_hash=None)
    )
