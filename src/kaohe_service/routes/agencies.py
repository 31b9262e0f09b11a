"""
What anybody may ask about assessment institutions.
"""

from __future__ import annotations

from kaohe_service.api import agencies
from kaohe_service.parameters import TEXT, RequestParameter
from kaohe_service.route import API, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/agencies",
        operation="list-agencies",
        who="anyone",
        summary="考核机构名单：正在进行的考核周期，无须登录",
        tag="agency-applications",
        resource=agencies.list_agencies,
        parameters=(RequestParameter("cycle_id", "query", "只列一个考核周期的", TEXT),),
        schema="EntrustedAgencies",
        refusals=(429, 503),
    ),
)
