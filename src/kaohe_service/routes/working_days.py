"""
Which days are worked.
"""

from __future__ import annotations

from kaohe_service.api import working_days
from kaohe_service.parameters import DATE, RequestParameter
from kaohe_service.route import API, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/working-days",
        operation="list-working-days",
        who="session",
        summary="工作日：国务院办公厅放假安排及省级调整；尚无安排的年份按周一至周五推定",
        tag="working-days",
        resource=working_days.list_working_days,
        parameters=(
            RequestParameter("first", "query", "起始日", DATE, required=True),
            RequestParameter("last", "query", "截止日", DATE, required=True),
        ),
        schema="WorkingDays",
    ),
)
