"""
What callers were told.
"""

from __future__ import annotations

from kaohe_service.api import channels, inbox
from kaohe_service.api.cursors import CURSOR
from kaohe_service.bodies import PAGE, JsonBody, NewChannel
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
            CURSOR,
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
    Route(
        method="GET",
        path=f"{API}/inbox/channels",
        operation="list-channels",
        who="session",
        summary="通知的其他去向",
        tag="inbox",
        resource=channels.list_channels,
        schema="Channels",
    ),
    Route(
        method="POST",
        path=f"{API}/inbox/channels",
        operation="add-channel",
        who="session",
        summary="通知同时发往电子邮件或其他系统；只告知有新通知，不含内容",
        tag="inbox",
        resource=channels.add_channel,
        body=JsonBody(NewChannel),
        status=201,
        schema="AddedChannel",
        refusals=(403,),
        headers=("Location",),
    ),
    Route(
        method="DELETE",
        path=f"{API}/inbox/channels/{{id}}",
        operation="drop-channel",
        who="session",
        summary="取消一个去向",
        tag="inbox",
        resource=channels.drop_channel,
        parameters=(ID_PARAMETER,),
        status=204,
        answers=(),
    ),
)
