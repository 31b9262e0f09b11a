"""
What may be asked about reports of results.
"""

from __future__ import annotations

from kaohe_service.api import reports
from kaohe_service.route import API, ID_PARAMETER, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/reports/{{id}}/results",
        operation="show-reported-results",
        who="session",
        summary="考核结果报告：人数，以及不合格、缺考等人员名单和原因",
        tag="reports",
        resource=reports.show_results,
        parameters=(ID_PARAMETER,),
        schema="ReportedResults",
    ),
)
