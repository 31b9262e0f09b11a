"""
Every address of the service, in one table: method, path, who may ask, what comes in, what goes out.

A route is documented, checked and served from its row alone; tests ask of every row that it is authorised, described
and tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

import attrs

from kaohe_service.api import cases, documentation, documents, health, home, imports, lists, people, sessions
from kaohe_service.api.collections import COLLECTIONS, LABELS
from kaohe_service.bodies import (
    Activation,
    Body,
    Bulk,
    Event,
    FileBody,
    JsonBody,
    LogIn,
    NewPassword,
    PersonNumber,
)
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


@attrs.frozen(kw_only=True)
class _Pattern:
    """A row that every collection has: its path below the collection's, and what follows from the collection."""

    method: Method
    path: str
    verb: str
    summary: str
    resource: Callable[[str, Call], Answer]
    parameters: tuple[Parameter, ...] = ()
    schema: str
    body: Callable[[str], JsonBody] | None = None
    status: int = 200
    versioned: bool = False

    def of(self, collection: str) -> Route:
        """The row of one collection."""
        own = lists.parameters_of(collection) if self.verb == "list" else ()
        return Route(
            method=self.method,
            path=f"{API}/{collection}{self.path}",
            operation=f"{self.verb}-{collection}",
            who="session",
            summary=f"{LABELS[collection]}：{self.summary}",
            tag=collection,
            resource=partial(self.resource, collection),
            parameters=(*self.parameters, *own),
            body=self.body(COLLECTIONS[collection]) if self.body else None,
            status=self.status,
            schema=f"{self.schema}{collection}" if self.schema.endswith(".") else self.schema,
            versioned=self.versioned,
        )


_OF_COLLECTIONS: tuple[_Pattern, ...] = (
    _Pattern(method="GET", path="", verb="list", summary="列表", resource=lists.list_cases, schema="List."),
    _Pattern(
        method="POST",
        path="",
        verb="create",
        summary="新建",
        resource=cases.create,
        parameters=(IDEMPOTENCY_KEY,),
        body=partial(JsonBody, Event, creates=True),
        status=201,
        schema="Receipt",
        versioned=True,
    ),
    _Pattern(
        method="POST",
        path="/events",
        verb="bulk",
        summary="批量办理",
        resource=cases.send_many,
        parameters=(IDEMPOTENCY_KEY,),
        body=partial(JsonBody, Bulk),
        schema="BulkResult",
    ),
    _Pattern(
        method="GET",
        path="/{id}",
        verb="show",
        summary="详情",
        resource=cases.show,
        parameters=(ID_PARAMETER,),
        schema="Case.",
        versioned=True,
    ),
    _Pattern(
        method="GET",
        path="/{id}/events",
        verb="explain",
        summary="可办理的事项及原因",
        resource=cases.explain,
        parameters=(ID_PARAMETER,),
        schema="Explanation",
    ),
    _Pattern(
        method="POST",
        path="/{id}/events",
        verb="send",
        summary="办理",
        resource=cases.send,
        parameters=(ID_PARAMETER, IF_MATCH, IDEMPOTENCY_KEY),
        body=partial(JsonBody, Event),
        schema="Receipt",
        versioned=True,
    ),
    _Pattern(
        method="GET",
        path="/{id}/history",
        verb="history",
        summary="办理记录",
        resource=cases.history,
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

_SEARCHES: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/physicians/lookup",
        operation="look-up-physician",
        who="session",
        summary="按证件号码查找一名医师，以便调入",
        tag="physicians",
        resource=people.look_up_person,
        body=JsonBody(PersonNumber),
        schema="FoundPerson",
    ),
    *(
        Route(
            method="POST",
            path=f"{API}/{collection}/search",
            operation=f"search-{collection}",
            who="session",
            summary=f"{LABELS[collection]}：列表，筛选条件在请求内容中",
            tag=collection,
            resource=partial(lists.search_cases, collection),
            body=lists.body_of(collection),
            schema=f"List.{collection}",
        )
        for collection in lists.SEARCHED
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
        method="POST",
        path=f"{API}/certificates/{{id}}/print",
        operation="print-certificate",
        who="session",
        summary="打印证书；首次打印时编号并固定内容",
        tag="certificates",
        resource=documents.print_certificate,
        parameters=(ID_PARAMETER, IF_MATCH, IDEMPOTENCY_KEY),
        schema="Receipt",
        versioned=True,
    ),
    Route(
        method="GET",
        path=f"{API}/certificates/{{id}}/document",
        operation="show-certificate-document",
        who="session",
        summary="已打印证书的文件",
        tag="certificates",
        resource=documents.show_document,
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
    *_SEARCHES,
    *(pattern.of(collection) for collection in COLLECTIONS for pattern in _OF_COLLECTIONS),
    *_OPERATION,
)
"""The table."""


def by_path() -> Mapping[str, Mapping[str, Route]]:
    """Path → method → route, in the table's order."""
    found: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        found.setdefault(route.path, {})[route.method] = route
    return found
