"""
Passwords: the first one, and another one later.
"""

from __future__ import annotations

from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.proving import (
    is_password,
    opening,
    send_proven,
    with_password,
)
from kaohe_workflow.application.accounts.second_factor import prove
from kaohe_workflow.application.accounts.sessions import LoggedIn
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import InputInvalid, LogInRefused
from kaohe_workflow.lifecycles.account.events import ChangePassword, SetPassword
from kaohe_workflow.lifecycles.account.password_rule import (
    PROFILES,
    normalised_password,
    password_problems,
)


def set_first(
    desk: Desk, token: str, new_password: str, code: str | None, origin: Origin | None = None
) -> LoggedIn:
    """
    Set the first password (初始化设置, 手册 2.2.1) within a session that an activation code opened.

    Raises:
        LogInRefused, SecondFactorMissing, InputInvalid, TransitionRefused: as `Accounts.activate`.
    """
    current, next_token = desk.in_session(token, origin), desk.opened.new_token()
    account, principal = current.account, opening(current.principal, next_token)
    if not principal.init_only:
        raise LogInRefused
    _check_new(desk, account, new_password)
    proof = prove(desk, account, code, "first-password")
    hashed = desk.passwords.hash(normalised_password(new_password))
    payload = SetPassword.of(hashed, code_right=True, accepted=True, factor=proof)
    send_proven(desk, principal, account, "set_password", payload)
    return desk.start_anew(with_password(account, hashed), next_token)


def change(
    desk: Desk, token: str, old_password: str, new_password: str, origin: Origin | None = None
) -> LoggedIn:
    """
    Change the password (修改密码, 手册 2.2.1).

    Raises:
        LogInRefused, TooManyTries, InputInvalid, TransitionRefused: as `Accounts.change_password`.
    """
    current, next_token = desk.in_session(token, origin), desk.opened.new_token()
    account, principal = current.account, opening(current.principal, next_token)
    if principal.init_only:
        raise LogInRefused
    _check_new(desk, account, new_password, old_password)
    right = is_password(desk, account, old_password)
    hashed = desk.passwords.hash(normalised_password(new_password)) if right else None
    payload = ChangePassword.of(hashed, password_right=right, accepted=True)
    send_proven(desk, principal, account, "change_password", payload)
    return desk.start_anew(with_password(account, hashed), next_token)


def _check_new(desk: Desk, account: Case, new_password: str, old_password: str | None = None) -> None:
    parameters = desk.door.tools.catalogue.moment(desk.clock.now()).parameters
    profile = PROFILES[parameters.password_rule]
    problems = password_problems(new_password, account.record.login, old=old_password, profile=profile)
    if problems:
        raise InputInvalid(problems)
