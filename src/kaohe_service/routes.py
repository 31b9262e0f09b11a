"""
Every address of the service, in one table: method, path, who may ask, what comes in, what goes out.

A route is documented, checked and served from its row alone; tests ask of every row that it is authorised, described
and tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import attrs

from kaohe_service.api import cases, documentation, documents, health, home, imports, lists, sessions
from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.bodies import Activation, Body, Bulk, Event, FileBody, JsonBody, LogIn, NewPassword
from kaohe_service.calls import Answer, Call
from kaohe_service.media import JSON, XLSX
from kaohe_service.parameters import BOOLEAN, ID, Parameter, choice

API = "/api/v1"

Method = Literal["GET", "POST", "PUT", "DELETE"]
Who = Literal["anyone", "init", "session"]
"""
``anyone``; ``init``: any session, also one that may only set the first password; ``session``: a full one. What the
caller may see and do within it is decided by the library, for each case.
"""

ID_PARAMETER = Parameter("id", "path", "编号", ID, required=True)
IF_MATCH = Parameter(
    "If-Match", "header", "所见版本，即ETag", {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'}
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "幂等键：同一键的同一请求只生效一次",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
)
MODE = Parameter(
    "mode",
    "query",
    "preview只检查，valid导入无误的行，whole全部无误才导入",
    choice("preview", "valid", "whole"),
    required=True,
)


@attrs.frozen(kw_only=True)
class Route:
    """
    One row of the table.

    ``operation`` is the stable name of the operation. ``answers`` are the types of a successful answer and
    ``schema`` names the schema of a JSON one; errors are the same for all. ``versioned`` says that the answer has
    an entity tag.
    """

    method: Method
    path: str
    operation: str
    who: Who
    summary: str
    tag: str
    resource: Callable[[Call], Answer]
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    status: int = 200
    answers: tuple[str, ...] = (JSON,)
    schema: str | None = None
    versioned: bool = False


def _collection(collection: str) -> tuple[Route, ...]:
    lifecycle = COLLECTIONS[collection]
    label = lists.label_of(collection)
    base, one = f"{API}/{collection}", f"{API}/{collection}/{{id}}"
    keyed = (IDEMPOTENCY_KEY,)

    def row(
        method: Method, path: str, verb: str, summary: str, resource: Callable[..., Answer], **more: Any
    ) -> Route:
        return Route(
            method=method,
            path=path,
            operation=f"{verb}-{collection}",
            who="session",
            summary=f"{label}：{summary}",
            tag=collection,
            resource=partial(resource, collection),
            **more,
        )

    making = JsonBody(Event, lifecycle, creates=True)
    return (
        row(
            "GET",
            base,
            "list",
            "列表",
            lists.list_cases,
            parameters=lists.parameters_of(collection),
            schema=f"List.{collection}",
        ),
        row(
            "POST",
            base,
            "create",
            "新建",
            cases.create,
            parameters=keyed,
            body=making,
            status=201,
            schema="Receipt",
            versioned=True,
        ),
        row(
            "POST",
            f"{base}/events",
            "bulk",
            "批量办理",
            cases.send_many,
            parameters=keyed,
            body=JsonBody(Bulk, lifecycle),
            schema="BulkResult",
        ),
        row(
            "GET",
            one,
            "show",
            "详情",
            cases.show,
            parameters=(ID_PARAMETER,),
            schema=f"Case.{collection}",
            versioned=True,
        ),
        row(
            "GET",
            f"{one}/events",
            "explain",
            "可办理的事项及原因",
            cases.explain,
            parameters=(ID_PARAMETER,),
            schema="Explanation",
        ),
        row(
            "POST",
            f"{one}/events",
            "send",
            "办理",
            cases.send,
            parameters=(ID_PARAMETER, IF_MATCH, *keyed),
            body=JsonBody(Event, lifecycle),
            schema="Receipt",
            versioned=True,
        ),
        row(
            "GET",
            f"{one}/history",
            "history",
            "办理记录",
            cases.history,
            parameters=(ID_PARAMETER,),
            schema="History",
        ),
    )


_SESSIONS: tuple[Route, ...] = (
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
    ),
    Route(
        method="POST",
        path=f"{API}/accounts/{{id}}/code",
        operation="issue-code",
        who="session",
        summary="发放激活码或重置密码；激活码只显示这一次",
        tag="accounts",
        resource=sessions.issue_code,
        parameters=(ID_PARAMETER,),
        status=201,
        schema="IssuedCode",
    ),
)

_IMPORTS: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/imports/roster",
        operation="import-roster",
        who="session",
        summary="批量导入医师",
        tag="imports",
        resource=imports.import_roster,
        parameters=(
            MODE,
            Parameter("institution_id", "query", "机构，默认为本机构", ID),
            Parameter("create_departments", "query", "新建表中有而机构没有的科室", BOOLEAN, default=False),
            Parameter("annotated", "query", "返回标注了错误说明的表格", BOOLEAN, default=False),
            IDEMPOTENCY_KEY,
        ),
        body=FileBody(),
        answers=(JSON, XLSX),
        schema="ImportReport",
    ),
    Route(
        method="POST",
        path=f"{API}/imports/scores",
        operation="import-scores",
        who="session",
        summary="导入成绩",
        tag="imports",
        resource=imports.import_scores,
        parameters=(MODE, IDEMPOTENCY_KEY),
        body=FileBody(),
        schema="ImportReport",
    ),
)

_PAGES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/home",
        operation="show-home",
        who="session",
        summary="首页：考核窗口、待办、完成率、联系方式",
        tag="home",
        resource=home.show_home,
        schema="Home",
    ),
    Route(
        method="GET",
        path=f"{API}/certificates/{{id}}/document",
        operation="print-certificate",
        who="session",
        summary="打印证书；首次打印时编号",
        tag="certificates",
        resource=documents.print_certificate,
        parameters=(
            ID_PARAMETER,
            Parameter("as", "query", "文件类型", choice(*documents.TYPES), default="pdf"),
        ),
        answers=tuple(documents.TYPES.values()),
    ),
)

_OPERATION: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/healthz",
        operation="show-alive",
        who="anyone",
        summary="进程是否在运行",
        tag="operation",
        resource=health.show_alive,
        schema="Health",
    ),
    Route(
        method="GET",
        path="/readyz",
        operation="show-ready",
        who="anyone",
        summary="是否可以工作",
        tag="operation",
        resource=health.show_ready,
        schema="Health",
    ),
    Route(
        method="GET",
        path="/openapi.json",
        operation="show-document",
        who="session",
        summary="接口说明（OpenAPI）",
        tag="operation",
        resource=documentation.show_document,
        schema="Document",
    ),
    Route(
        method="GET",
        path="/docs",
        operation="show-docs",
        who="session",
        summary="接口说明（网页）",
        tag="operation",
        resource=documentation.show_page,
        answers=("text/html",),
    ),
    Route(
        method="GET",
        path="/docs/{name}",
        operation="show-docs-asset",
        who="session",
        summary="网页的样式与脚本",
        tag="operation",
        resource=documentation.show_asset,
        parameters=(Parameter("name", "path", "文件名", choice(*documentation.ASSETS), required=True),),
        answers=("text/css", "text/javascript"),
    ),
)

HEALTH: frozenset[str] = frozenset({"/healthz", "/readyz"})
"""Paths that answer under any host name: whoever watches the process asks by its address."""

ROUTES: tuple[Route, ...] = (
    *_SESSIONS,
    *_PAGES,
    *_IMPORTS,
    *(route for collection in COLLECTIONS for route in _collection(collection)),
    *_OPERATION,
)
"""The table."""


def by_path() -> Mapping[str, Mapping[str, Route]]:
    """Path → method → route, in the table's order."""
    found: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        found.setdefault(route.path, {})[route.method] = route
    return found
