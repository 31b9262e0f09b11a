"""
Tables that come in.
"""

from __future__ import annotations

from kaohe_service.api import imports
from kaohe_service.bodies import FileBody
from kaohe_service.media import JSON, XLSX
from kaohe_service.parameters import BOOLEAN, ID, RequestParameter, choice
from kaohe_service.route import API, IDEMPOTENCY_KEY, Route

MODE = RequestParameter(
    "mode",
    "query",
    "导入方式：preview只检查，valid导入无误的行，whole全部无误才导入",
    choice("preview", "valid", "whole"),
    required=True,
)

ANNOTATED = RequestParameter(
    "annotated", "query", "返回标注了错误说明的表格；导入时先导入再标注", BOOLEAN, default=False
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/imports/roster",
        operation="import-roster",
        who="session",
        summary="批量导入医师",
        tag="imports",
        resource=imports.import_roster,
        parameters=(
            MODE,
            RequestParameter("institution_id", "query", "机构，默认为本机构", ID),
            RequestParameter(
                "create_departments", "query", "新建表中有而机构没有的科室", BOOLEAN, default=False
            ),
            ANNOTATED,
            IDEMPOTENCY_KEY,
        ),
        body=FileBody(),
        answers=(JSON, XLSX),
        schema="ImportReport",
        refusals=(404, 429),
    ),
    Route(
        method="GET",
        path=f"{API}/imports/roster/template",
        operation="show-roster-template",
        who="session",
        summary="批量导入医师的空白表",
        tag="imports",
        resource=imports.show_roster_template,
        answers=(XLSX,),
    ),
    Route(
        method="POST",
        path=f"{API}/imports/scores",
        operation="import-scores",
        who="session",
        summary="导入成绩",
        tag="imports",
        resource=imports.import_scores,
        parameters=(
            MODE,
            RequestParameter(
                "cycle_id", "query", "考核周期，默认为进行中的；同一试卷见于多个周期时须指明", ID
            ),
            ANNOTATED,
            IDEMPOTENCY_KEY,
        ),
        body=FileBody(),
        answers=(JSON, XLSX),
        schema="ImportReport",
        refusals=(429,),
    ),
)
