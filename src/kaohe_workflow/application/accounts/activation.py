"""
Activation codes: issued for an account without a password, or in the place of a password.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.throttle import reserve, reset_bucket
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.account.activation_code import canonical_code
from kaohe_workflow.lifecycles.account.events import IssueCode
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME
from kaohe_workflow.statechart.deciding import Explained


@attrs.frozen
class IssuedCode:
    """An activation code, told once; void from ``expires_at`` on. ``version`` is the account's from now on."""

    account_id: str
    code: str = attrs.field(repr=False)
    expires_at: datetime
    version: int


def issue_code(
    desk: Desk,
    principal: Principal,
    account_id: str,
    *,
    reason: str | None = None,
    expected_version: int | None = None,
) -> IssuedCode:
    """
    Issue an activation code: for an account without a password again, otherwise as 重置密码 (手册 2.2.5).

    Raises:
        ConcurrentTransition, NotFound, NotPermitted, TransitionRefused, TooManyTries, InputInvalid: as
            `Accounts.issue_code`.
    """
    explained = {one.event: one for one in desk.door.explain(principal, "account", account_id)}
    event = "reset" if "reset" in explained else "issue_code"
    told = explained.get(event)
    if told is None or not told.allowed:
        _ask_in_vain(desk, principal, account_id, event, told, expected_version)
    if event == "reset" and principal.account_id != SYSTEM.account_id:
        with desk.store.begin() as unit:
            reserve(unit, [reset_bucket(principal.account_id)], desk.clock.now())
            unit.commit()
    return _issue(desk, principal, account_id, event, reason=reason, expected_version=expected_version)


def issue_first_code(desk: Desk, principal: Principal, account_id: str, expected_version: int) -> IssuedCode:
    """
    Issue an activation code for an account that is not activated, and for no other: nobody's password is touched.

    The account is still at the version at which the caller has looked whether it was ever used.

    Raises:
        ConcurrentTransition, NotFound, NotPermitted, TransitionRefused: as `Accounts.issue_code`.
    """
    return _issue(desk, principal, account_id, "issue_code", expected_version=expected_version)


def _issue(desk: Desk, principal: Principal, account_id: str, event: str, **more: Any) -> IssuedCode:
    """Send the event with a new code, and end every session of the account."""
    code, expires_at = desk.identifiers.new_code(), desk.clock.now() + CODE_LIFETIME
    payload = IssueCode.of(desk.passwords.hash(canonical_code(code)), expires_at)
    receipt = desk.door.send(principal, "account", account_id, event, payload, **more)
    desk.opened.end_all(account_id)
    return IssuedCode(account_id, code, expires_at, receipt.version)


def _ask_in_vain(
    desk: Desk,
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
        desk.door.send(
            principal, "account", account_id, event, IssueCode(), expected_version=expected_version
        )
    except TransitionRefused as ex:
        reasons = told.reasons if told is not None else ex.reasons
        raise TransitionRefused(ex.lifecycle, ex.event, ex.state, reasons) from ex
