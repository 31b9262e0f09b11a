"""
Evaluation platforms: what they ask and deliver, each request signed.
"""

from __future__ import annotations

from functools import partial

from kaohe_service.api import platforms
from kaohe_service.bodies import DeliveredPhoto, JsonBody, PersonNumber
from kaohe_service.route import API, ID_PARAMETER, SIGNED, Route
from kaohe_workflow.lifecycles.evaluation.events import DeliverHandIn, DeliverStart, RecordScore


def _delivery(last: str, event: str, summary: str, kind: type) -> Route:
    return Route(
        method="POST",
        path=f"{API}/platform/papers/{{id}}/{last}",
        operation=f"deliver-{last}",
        who="platform",
        summary=summary,
        tag="platform",
        resource=partial(platforms.deliver, event),
        parameters=(ID_PARAMETER, *SIGNED),
        body=JsonBody(kind),
        schema="Receipt",
        refusals=(409,),
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/platform/papers/search",
        operation="find-papers-to-sit",
        who="platform",
        summary="一名医师待参加或正在参加的测评",
        tag="platform",
        resource=platforms.find_papers,
        parameters=SIGNED,
        body=JsonBody(PersonNumber),
        schema="PapersToSit",
    ),
    Route(
        method="POST",
        path=f"{API}/platform/practice/search",
        operation="find-practice",
        who="platform",
        summary="一名医师现在可以参加的模拟测评",
        tag="platform",
        resource=platforms.find_practice,
        parameters=SIGNED,
        body=JsonBody(PersonNumber),
        schema="Practice",
    ),
    Route(
        method="GET",
        path=f"{API}/practice",
        operation="show-practice",
        who="session",
        summary="医师本人的模拟测评：哪些试卷，何时开放",
        tag="home",
        resource=platforms.show_practice,
        schema="Practice",
    ),
    _delivery("start", "deliver_start", "报送开始测评", DeliverStart),
    _delivery("hand-in", "deliver_hand_in", "报送交卷", DeliverHandIn),
    _delivery("score", "record_score", "报送成绩", RecordScore),
    Route(
        method="POST",
        path=f"{API}/platform/papers/{{id}}/photos",
        operation="deliver-photo",
        who="platform",
        summary="报送监考照片",
        tag="platform",
        resource=platforms.deliver_photo,
        parameters=(ID_PARAMETER, *SIGNED),
        body=JsonBody(DeliveredPhoto),
        schema="Receipt",
        refusals=(409, 429, 507),
    ),
)
