"""
Whether the service runs, and what it offers.
"""

from __future__ import annotations

from kaohe_service.api import documentation, health
from kaohe_service.parameters import RequestParameter, choice
from kaohe_service.route import Route

ROUTES: tuple[Route, ...] = (
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
        path="/",
        operation="show-root",
        who="anyone",
        summary="前往接口说明",
        tag="operation",
        resource=documentation.show_root,
        status=303,
        answers=(),
        headers=("Location",),
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
        path=documentation.PATH,
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
