"""
What callers were told.
"""

from __future__ import annotations

from kaohe_service.api import inbox
from kaohe_service.api.cursors import PATTERN
from kaohe_service.bodies import PAGE
from kaohe_service.parameters import BOOLEAN, RequestParameter, integer
from kaohe_service.route import API, ID_PARAMETER, Route
from kaohe_workflow.application.notices.inbox import MAXIMUM_PAGE

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/inbox",
        operation="list-inbox",
        who="session",
        summary="收件箱：新的在前；未打开的只有类别",
        tag="inbox",
        resource=inbox.list_notices,
        parameters=(
            RequestParameter("unopened", "query", "只列未打开的", BOOLEAN, default=False),
            RequestParameter("limit", "query", "每页行数", integer(1, MAXIMUM_PAGE), default=PAGE),
            RequestParameter(
                "cursor", "query", "翻页位置", {"type": "string", "maxLength": 800, "pattern": PATTERN}
            ),
        ),
        schema="Inbox",
    ),
    Route(
        method="POST",
        path=f"{API}/inbox/{{id}}/open",
        operation="open-notice",
        who="session",
        summary="打开通知；首次打开即为收到",
        tag="inbox",
        resource=inbox.open_notice,
        parameters=(ID_PARAMETER,),
        schema="Notice",
    ),
)
