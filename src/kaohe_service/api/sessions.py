"""
Logging in and out, and passwords.
"""

from __future__ import annotations

from kaohe_service.api.preconditions import seen_version, tag
from kaohe_service.bodies import Activation, CodeReason, LogIn, NewPassword
from kaohe_service.calls import Answer, Call, Cookie
from kaohe_workflow.application.accounts.sessions import LoggedIn, is_session_of
from kaohe_workflow.errors import InputInvalid, Problem

SESSION_COOKIE = "__Host-kaohe"
DEVICE_COOKIE = "__Host-kaohe-device"
DEVICE_SECONDS = 180 * 24 * 3600
"""How long a browser is known after its last log-in."""

CURRENT = "/api/v1/sessions/current"


def log_in(call: Call) -> Answer:
    """Open a session with account and password."""
    body = call.body
    assert isinstance(body, LogIn)  # the route says so
    return _opened(
        call,
        call.application.accounts.log_in(
            body.account,
            body.password,
            wanted="password",
            device=call.device,
            address=call.address,
            code=body.code,
            agent=call.agent,
        ),
    )


def activate(call: Call) -> Answer:
    """Open a session with account and activation code; it may only set the first password."""
    body = call.body
    assert isinstance(body, Activation)  # the route says so
    return _opened(
        call,
        call.application.accounts.log_in(
            body.account,
            body.code,
            wanted="code",
            device=call.device,
            address=call.address,
            agent=call.agent,
        ),
    )


def set_password(call: Call) -> Answer:
    """Set the first password, or change it; every session of the account ends and a new one is opened."""
    body, accounts = call.body, call.application.accounts
    assert isinstance(body, NewPassword)  # the route says so
    assert call.token is not None  # the route asks for a session
    if call.caller.init_only:
        return _opened(
            call, accounts.activate(call.token, body.password, code=body.code, origin=call.caller.origin)
        )
    if body.old_password is None:
        raise InputInvalid([Problem("$.old_password", "missing", "请填写原密码")])
    return _opened(
        call,
        accounts.change_password(call.token, body.old_password, body.password, origin=call.caller.origin),
    )


def _opened(call: Call, session: LoggedIn) -> Answer:
    cookies = [Cookie(SESSION_COOKIE, session.token)]
    if session.device is not None:
        cookies.append(Cookie(DEVICE_COOKIE, session.device, DEVICE_SECONDS))
    return Answer(
        status=201,
        data={
            "token": session.token,
            "account_id": session.account_id,
            "init_only": session.init_only,
            "password_reset": call.application.codec.unstructure(session.reset),
        },
        headers={"Location": CURRENT},
        cookies=tuple(cookies),
    )


def show_session(call: Call) -> Answer:
    """Whom this session stands for."""
    caller = call.caller
    return Answer(
        data={
            "account_id": caller.account_id,
            "kind": str(caller.kind),
            "organisation_id": caller.organisation_id,
            "organisation_kind": str(caller.organisation_kind) if caller.organisation_kind else None,
            "physician_id": caller.physician_id,
            "init_only": caller.init_only,
            "factor_due": caller.factor_due,
            "department_ids": list(caller.department_ids),
        }
    )


def list_sessions(call: Call) -> Answer:
    """The caller's own sessions that are not over, oldest first; tokens are told to nobody."""
    codec = call.application.codec
    return Answer(
        data={
            "sessions": [
                {
                    "created_at": codec.unstructure(session.created_at),
                    "seen_at": codec.unstructure(session.seen_at),
                    "current": is_session_of(session, call.token),
                }
                for session in call.application.accounts.sessions(call.caller)
            ]
        }
    )


def end_other_sessions(call: Call) -> Answer:
    """End every other session of this account; this one goes on."""
    assert call.token is not None  # the route asks for a session
    return Answer(data={"ended": call.application.accounts.end_other_sessions(call.token)})


def log_out(call: Call) -> Answer:
    """End this session."""
    assert call.token is not None  # the route asks for a session
    call.application.accounts.log_out(call.token)
    return Answer(
        status=204,
        headers={"Clear-Site-Data": '"cache", "storage"'},
        cookies=(Cookie(SESSION_COOKIE, "", 0),),
    )


def issue_code(call: Call) -> Answer:
    """
    Issue an activation code, or reset the password; the code is told here and never again.

    Raises:
        VersionMissing: the caller does not say which version of the account was seen.
    """
    accounts, body = call.application.accounts, call.body
    assert isinstance(body, CodeReason)  # the route says so
    issued = accounts.issue_code(
        call.caller, call.path["id"], reason=body.reason, expected_version=seen_version(call)
    )
    return Answer(
        status=201,
        data={
            "account_id": issued.account_id,
            "code": issued.code,
            "expires_at": call.application.codec.unstructure(issued.expires_at),
        },
        headers={"ETag": tag(issued.version)},
    )
