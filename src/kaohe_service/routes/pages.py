"""
What a page of the console asks for at once, and documents.
"""

from __future__ import annotations

from kaohe_service.api import documents, home, people, statistics, summaries
from kaohe_service.api.cursors import CURSOR
from kaohe_service.bodies import JsonBody, PersonNumber
from kaohe_service.media import XLSX
from kaohe_service.parameters import ID, RequestParameter, choice, integer
from kaohe_service.route import API, ID_PARAMETER, IDEMPOTENCY_KEY, IF_MATCH, Route
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE

_YEAR = RequestParameter("year", "query", "测评开始的年份", integer(2000, 2100), required=True)
_CYCLE = RequestParameter("cycle_id", "query", "考核周期", ID, required=True)
_BY = RequestParameter("by", "query", "统计口径", choice(*statistics.HEADINGS), required=True)
_LIMIT = RequestParameter(
    "limit", "query", "每页机构数（仅按机构、科室统计时分页）", integer(1, MAXIMUM_PAGE), default=MAXIMUM_PAGE
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/physicians/lookup",
        operation="look-up-physician",
        who="session",
        summary="按证件号码查找一名医师，以便调入",
        tag="physicians",
        resource=people.look_up_person,
        body=JsonBody(PersonNumber),
        schema="FoundPerson",
        refusals=(429,),
    ),
    Route(
        method="GET",
        path=f"{API}/home",
        operation="show-home",
        who="session",
        summary="首页：考核窗口、待办、完成率、联系方式",
        tag="home",
        resource=home.show_home,
        schema="Home",
    ),
    Route(
        method="GET",
        path=f"{API}/progress",
        operation="show-progress",
        who="session",
        summary="总体进度：各考核状态人数与三项完成率",
        tag="statistics",
        resource=statistics.show_progress,
        parameters=(_CYCLE,),
        schema="Progress",
        refusals=(404,),
    ),
    Route(
        method="GET",
        path=f"{API}/statistics",
        operation="show-statistics",
        who="session",
        summary="考核统计：按辖区、机构、科室、程序、类别或级别",
        tag="statistics",
        resource=statistics.show_statistics,
        parameters=(_CYCLE, _BY, _LIMIT, CURSOR),
        schema="Statistics",
        refusals=(404,),
    ),
    Route(
        method="GET",
        path=f"{API}/statistics/sheet",
        operation="show-statistics-sheet",
        who="session",
        summary="考核统计的工作簿，可打印",
        tag="statistics",
        resource=statistics.show_statistics_sheet,
        parameters=(_CYCLE, _BY),
        answers=(XLSX,),
        refusals=(404,),
    ),
    Route(
        method="GET",
        path=f"{API}/summaries/cycles/{{id}}",
        operation="show-cycle-summary",
        who="session",
        summary="一个周期的考核工作总结，按辖区逐级汇总",
        tag="statistics",
        resource=summaries.show_summary_of_cycle,
        parameters=(ID_PARAMETER,),
        schema="Summary",
        refusals=(404,),
    ),
    Route(
        method="GET",
        path=f"{API}/summaries/cycles/{{id}}/sheet",
        operation="show-cycle-summary-sheet",
        who="session",
        summary="一个周期的考核工作总结的工作簿，可打印",
        tag="statistics",
        resource=summaries.show_sheet_of_cycle,
        parameters=(ID_PARAMETER,),
        answers=(XLSX,),
        refusals=(404,),
    ),
    Route(
        method="GET",
        path=f"{API}/summaries/years",
        operation="show-yearly-summary",
        who="session",
        summary="年度考核工作总结：测评在该年开始的各周期，按辖区逐级汇总",
        tag="statistics",
        resource=summaries.show_summary_of_year,
        parameters=(_YEAR,),
        schema="Summary",
    ),
    Route(
        method="GET",
        path=f"{API}/summaries/years/sheet",
        operation="show-yearly-summary-sheet",
        who="session",
        summary="年度考核工作总结的工作簿，可打印",
        tag="statistics",
        resource=summaries.show_sheet_of_year,
        parameters=(_YEAR,),
        answers=(XLSX,),
    ),
    Route(
        method="POST",
        path=f"{API}/certificates/{{id}}/print",
        operation="print-certificate",
        who="session",
        summary="打印证书；首次打印时编号并固定内容",
        tag="certificates",
        resource=documents.print_certificate,
        parameters=(ID_PARAMETER, IF_MATCH, IDEMPOTENCY_KEY),
        schema="Receipt",
        versioned=True,
        refusals=(409,),
    ),
    Route(
        method="GET",
        path=f"{API}/certificates/{{id}}/document",
        operation="show-certificate-document",
        who="session",
        summary="已打印证书的文件",
        tag="certificates",
        resource=documents.show_document,
        parameters=(
            ID_PARAMETER,
            RequestParameter("as", "query", "文件类型", choice(*documents.TYPES), default="pdf"),
        ),
        answers=tuple(documents.TYPES.values()),
        refusals=(409,),
    ),
    Route(
        method="GET",
        path=f"{API}/assessments/{{id}}/written-notice",
        operation="show-written-notice",
        who="session",
        summary="考核结果通知书（书面通知）的文件",
        tag="assessments",
        resource=documents.show_written_notice,
        parameters=(ID_PARAMETER,),
        answers=(documents.TYPES["pdf"],),
        refusals=(409,),
    ),
    Route(
        method="GET",
        path=f"{API}/reviews/{{id}}/written-answer",
        operation="show-written-answer",
        who="session",
        summary="复核申请的书面答复的文件",
        tag="reviews",
        resource=documents.show_written_answer,
        parameters=(ID_PARAMETER,),
        answers=(documents.TYPES["pdf"],),
        refusals=(409,),
    ),
)
