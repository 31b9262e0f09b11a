"""
Every address of the service, in one table: method, path, who may ask, what comes in, what goes out.

A route is documented, checked and served from its row alone; tests ask of every row that it is authorised, described
and tried.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.api import documentation, documents, health, home, imports, log_in_page, people, sessions
from kaohe_service.bodies import Activation, FileBody, JsonBody, LogIn, NewPassword, PersonNumber
from kaohe_service.collection_routes import collection_routes
from kaohe_service.media import JSON, XLSX
from kaohe_service.parameters import BOOLEAN, ID, RequestParameter, choice
from kaohe_service.route import API, ID_PARAMETER, IDEMPOTENCY_KEY, IF_MATCH, Route
from kaohe_workflow.application.catalogue import Catalogue

MODE = RequestParameter(
    "mode",
    "query",
    "preview只检查，valid导入无误的行，whole全部无误才导入",
    choice("preview", "valid", "whole"),
    required=True,
)

ANNOTATED = RequestParameter(
    "annotated", "query", "返回标注了错误说明的表格；导入时先导入再标注", BOOLEAN, default=False
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
        status=201,
        schema="IssuedCode",
        versioned=True,
        refusals=(409, 429),
    ),
)

_LOG_IN_PAGE: tuple[Route, ...] = (
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
            RequestParameter("institution_id", "query", "机构，默认为本机构", ID),
            RequestParameter(
                "create_departments", "query", "新建表中有而机构没有的科室", BOOLEAN, default=False
            ),
            ANNOTATED,
            IDEMPOTENCY_KEY,
        ),
        body=FileBody(),
        answers=(JSON, XLSX),
        schema="ImportReport",
        refusals=(404, 429),
    ),
    Route(
        method="GET",
        path=f"{API}/imports/roster/template",
        operation="show-roster-template",
        who="session",
        summary="批量导入医师的空白表",
        tag="imports",
        resource=imports.show_roster_template,
        answers=(XLSX,),
    ),
    Route(
        method="POST",
        path=f"{API}/imports/scores",
        operation="import-scores",
        who="session",
        summary="导入成绩",
        tag="imports",
        resource=imports.import_scores,
        parameters=(
            MODE,
            RequestParameter(
                "cycle_id", "query", "考核周期，默认为进行中的；同一试卷见于多个周期时须指明", ID
            ),
            ANNOTATED,
            IDEMPOTENCY_KEY,
        ),
        body=FileBody(),
        answers=(JSON, XLSX),
        schema="ImportReport",
        refusals=(429,),
    ),
)

_PAGES: tuple[Route, ...] = (
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
        refusals=(429,),
    ),
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
        refusals=(409,),
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
            RequestParameter("as", "query", "文件类型", choice(*documents.TYPES), default="pdf"),
        ),
        answers=tuple(documents.TYPES.values()),
        refusals=(409,),
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
        refusals=(503,),
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
        parameters=(
            RequestParameter("name", "path", "文件名", choice(*documentation.ASSETS), required=True),
        ),
        answers=("text/css", "text/javascript"),
    ),
)


def table(catalogue: Catalogue) -> tuple[Route, ...]:
    """The table; which words the filters of lists take, the catalogue's charts say."""
    return (*_SESSIONS, *_LOG_IN_PAGE, *_PAGES, *_IMPORTS, *collection_routes(catalogue), *_OPERATION)


def by_path(catalogue: Catalogue) -> Mapping[str, Mapping[str, Route]]:
    """Path → method → route, in the table's order."""
    found: dict[str, dict[str, Route]] = {}
    for route in table(catalogue):
        found.setdefault(route.path, {})[route.method] = route
    return found
