"""
What an institution has said of somebody who has gone to another one.
"""

from __future__ import annotations

from kaohe_service.api import former
from kaohe_service.route import API, ID_PARAMETER, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/assessments/{{id}}/past-opinions",
        operation="show-past-opinions",
        who="session",
        summary="考核：本机构给出过的评定意见，医师已转入其他机构的也可查阅",
        tag="assessments",
        resource=former.show_past_opinions,
        parameters=(ID_PARAMETER,),
        schema="PastOpinions",
    ),
)
