"""
What may be asked about assessment institutions and their committees.
"""

from __future__ import annotations

from kaohe_service.api import agencies
from kaohe_service.api.cursors import CURSOR
from kaohe_service.parameters import TEXT, RequestParameter, integer
from kaohe_service.route import API, ID_PARAMETER, Route
from kaohe_workflow.application.queries.entrusted import MOST

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/agencies",
        operation="list-agencies",
        who="anyone",
        summary="考核机构名单：正在进行的考核周期，无须登录",
        tag="agency-applications",
        resource=agencies.list_agencies,
        parameters=(
            RequestParameter("cycle_id", "query", "只列一个考核周期的", TEXT),
            RequestParameter("limit", "query", "每页行数", integer(1, MOST), default=MOST),
            CURSOR,
        ),
        schema="EntrustedAgencies",
        refusals=(429, 503),
    ),
    Route(
        method="GET",
        path=f"{API}/assessments/{{id}}/assessors",
        operation="show-assessors",
        who="session",
        summary="考核：考核机构的考核委员会成员，供申请回避",
        tag="assessments",
        resource=agencies.show_assessors,
        parameters=(ID_PARAMETER,),
        schema="Assessors",
    ),
)
