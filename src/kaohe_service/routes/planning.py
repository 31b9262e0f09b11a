"""
Planning a cycle, and how far its publication is.
"""

from __future__ import annotations

from kaohe_service.api import planning
from kaohe_service.route import API, ID_PARAMETER, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/cycles/{{id}}/warnings",
        operation="list-cycle-warnings",
        who="session",
        summary="考核周期：时间安排的提示，不影响发布",
        tag="cycles",
        resource=planning.list_warnings,
        parameters=(ID_PARAMETER,),
        schema="CycleWarnings",
    ),
    Route(
        method="GET",
        path=f"{API}/cycles/{{id}}/proposed-lines",
        operation="list-proposed-lines",
        who="session",
        summary="考核周期：尚未公布的合格线及其建议值，由省级确认后公布",
        tag="cycles",
        resource=planning.list_proposed_lines,
        parameters=(ID_PARAMETER,),
        schema="ProposedLines",
    ),
    Route(
        method="GET",
        path=f"{API}/cycles/{{id}}/following",
        operation="show-following-cycle",
        who="session",
        summary="考核周期：按本周期推算的下一周期，用于创建",
        tag="cycles",
        resource=planning.show_following,
        parameters=(ID_PARAMETER,),
        schema="FollowingCycle",
    ),
    Route(
        method="GET",
        path=f"{API}/cycles/{{id}}/opening",
        operation="show-cycle-opening",
        who="session",
        summary="考核周期：发布后为医师建立考核的进度；作废周期即停止",
        tag="cycles",
        resource=planning.show_opening,
        parameters=(ID_PARAMETER,),
        schema="CycleOpening",
    ),
    Route(
        method="GET",
        path=f"{API}/cycles/{{id}}/choices",
        operation="show-cycle-choices",
        who="session",
        summary="考核周期：本省的免考、简易程序和延考情形，试卷及其时长",
        tag="cycles",
        resource=planning.show_choices,
        parameters=(ID_PARAMETER,),
        schema="CycleChoices",
    ),
)
