"""
Logging in and out, passwords and codes.
"""

from __future__ import annotations

from kaohe_service.api import log_in_page, sessions
from kaohe_service.bodies import Activation, CodeReason, JsonBody, LogIn, NewPassword
from kaohe_service.route import API, ID_PARAMETER, IF_MATCH, Route

_OF_SESSIONS: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/sessions",
        operation="log-in",
        who="anyone",
        summary="登录",
        tag="sessions",
        resource=sessions.log_in,
        body=JsonBody(LogIn),
        status=201,
        schema="Session",
        refusals=(401, 429, 503),
        headers=("Location", "Set-Cookie"),
    ),
    Route(
        method="POST",
        path=f"{API}/activations",
        operation="activate",
        who="anyone",
        summary="用激活码登录，随后只能设置密码",
        tag="sessions",
        resource=sessions.activate,
        body=JsonBody(Activation),
        status=201,
        schema="Session",
        refusals=(401, 429, 503),
        headers=("Location", "Set-Cookie"),
    ),
    Route(
        method="GET",
        path=f"{API}/sessions",
        operation="list-sessions",
        who="session",
        summary="本账户的会话",
        tag="sessions",
        resource=sessions.list_sessions,
        schema="Sessions",
    ),
    Route(
        method="DELETE",
        path=f"{API}/sessions",
        operation="end-other-sessions",
        who="session",
        summary="结束本账户的其他会话",
        tag="sessions",
        resource=sessions.end_other_sessions,
        schema="EndedSessions",
    ),
    Route(
        method="GET",
        path=sessions.CURRENT,
        operation="show-session",
        who="init",
        summary="当前会话",
        tag="sessions",
        resource=sessions.show_session,
        schema="Caller",
    ),
    Route(
        method="DELETE",
        path=sessions.CURRENT,
        operation="log-out",
        who="init",
        summary="退出",
        tag="sessions",
        resource=sessions.log_out,
        status=204,
        answers=(),
        headers=("Set-Cookie", "Clear-Site-Data"),
    ),
    Route(
        method="PUT",
        path=f"{API}/password",
        operation="set-password",
        who="init",
        summary="设置或修改密码",
        tag="sessions",
        resource=sessions.set_password,
        body=JsonBody(NewPassword),
        status=201,
        schema="Session",
        refusals=(409, 429),
        headers=("Location", "Set-Cookie"),
    ),
    Route(
        method="POST",
        path=f"{API}/accounts/{{id}}/code",
        operation="issue-code",
        who="session",
        summary="发放激活码或重置密码；激活码只显示这一次",
        tag="accounts",
        resource=sessions.issue_code,
        parameters=(ID_PARAMETER, IF_MATCH),
        body=JsonBody(CodeReason),
        status=201,
        schema="IssuedCode",
        versioned=True,
        refusals=(409, 429),
    ),
)

_OF_THE_PAGE: tuple[Route, ...] = (
    Route(
        method="GET",
        path=log_in_page.PATH,
        operation="show-log-in-page",
        who="anyone",
        summary="登录（网页）",
        tag="sessions",
        resource=log_in_page.show_page,
        answers=("text/html",),
    ),
    Route(
        method="GET",
        path=log_in_page.SCRIPT_PATH,
        operation="show-log-in-script",
        who="anyone",
        summary="登录网页的脚本",
        tag="sessions",
        resource=log_in_page.show_script,
        answers=("text/javascript",),
    ),
)

ROUTES: tuple[Route, ...] = (*_OF_SESSIONS, *_OF_THE_PAGE)
