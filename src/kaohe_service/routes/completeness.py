"""
Whether a registration can be submitted.
"""

from __future__ import annotations

from kaohe_service.api import completeness
from kaohe_service.route import API, ID_PARAMETER, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/assessments/{{id}}/completeness",
        operation="show-completeness",
        who="session",
        summary="考核：报名信息还缺什么，逐项说明",
        tag="assessments",
        resource=completeness.show_completeness,
        parameters=(ID_PARAMETER,),
        schema="FilingCheck",
    ),
)
