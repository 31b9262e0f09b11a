"""
What departments are made from, and what holds them.
"""

from __future__ import annotations

from kaohe_service.api import departments
from kaohe_service.bodies import PAGE
from kaohe_service.parameters import RequestParameter, integer
from kaohe_service.route import API, ID_PARAMETER, Route
from kaohe_workflow.application.queries.blockers import MOST

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/subjects",
        operation="show-subjects",
        who="session",
        summary="诊疗科目名录",
        tag="subjects",
        resource=departments.show_subjects,
        schema="Subjects",
    ),
    Route(
        method="GET",
        path=f"{API}/departments/{{id}}/blockers",
        operation="show-department-blockers",
        who="session",
        summary="科室：何人何事使其不能删除",
        tag="departments",
        resource=departments.show_blockers,
        parameters=(
            ID_PARAMETER,
            RequestParameter("limit", "query", "每类最多行数", integer(1, MOST), default=PAGE),
        ),
        schema="DepartmentBlockers",
    ),
)
