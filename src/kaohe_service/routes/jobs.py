"""
Jobs that callers ask for.
"""

from __future__ import annotations

from kaohe_service.api import errands
from kaohe_service.api.lists import chosen_body
from kaohe_service.bodies import PAGE, ActivateAccounts, JsonBody, PrintCertificates
from kaohe_service.media import ZIP
from kaohe_service.parameters import RequestParameter, integer
from kaohe_service.route import API, ID_PARAMETER, Route
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.jobs.errands import MAXIMUM_SHOWN

MOST_PARTS = 9999

_PART = RequestParameter("part", "query", "第几个文件", integer(1, MOST_PARTS), default=1)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/jobs",
        operation="list-jobs",
        who="session",
        summary="批量任务：本人提交的，新的在前",
        tag="jobs",
        resource=errands.list_jobs,
        parameters=(RequestParameter("limit", "query", "行数", integer(1, MAXIMUM_SHOWN), default=PAGE),),
        schema="Jobs",
    ),
    Route(
        method="POST",
        path=f"{API}/jobs/certificates",
        operation="print-certificates",
        who="session",
        summary="批量打印一个考核周期的证书",
        tag="jobs",
        resource=errands.print_certificates,
        body=JsonBody(PrintCertificates),
        status=202,
        schema="Job",
        headers=("Location",),
    ),
    Route(
        method="GET",
        path=f"{API}/jobs/{{id}}",
        operation="show-job",
        who="session",
        summary="批量任务的进度",
        tag="jobs",
        resource=errands.show_job,
        parameters=(ID_PARAMETER,),
        schema="Job",
    ),
    Route(
        method="POST",
        path=f"{API}/jobs/{{id}}/cancel",
        operation="cancel-job",
        who="session",
        summary="取消批量任务；已办理的不撤回",
        tag="jobs",
        resource=errands.cancel_job,
        parameters=(ID_PARAMETER,),
        schema="Job",
    ),
    Route(
        method="GET",
        path=f"{API}/jobs/{{id}}/result",
        operation="show-job-result",
        who="session",
        summary="批量任务的结果文件，从第1个起；只能取一次的（开通单）不由此取",
        tag="jobs",
        resource=errands.show_result,
        parameters=(ID_PARAMETER, _PART),
        answers=(ZIP,),
    ),
    Route(
        method="POST",
        path=f"{API}/jobs/{{id}}/take",
        operation="take-job-result",
        who="session",
        summary="取走批量任务的结果文件，从第1个起；开通单取走后即删除",
        tag="jobs",
        resource=errands.take_result,
        parameters=(ID_PARAMETER, _PART),
        answers=(ZIP,),
    ),
)


def job_routes(catalogue: Catalogue) -> tuple[Route, ...]:
    """The rows; which filters choose physicians, their list says."""
    return (
        *ROUTES,
        Route(
            method="POST",
            path=f"{API}/jobs/activations",
            operation="activate-accounts",
            who="session",
            summary="批量开通医师账户：为从未使用的账户发放激活码，结果为开通单，每份只能取一次",
            tag="jobs",
            resource=errands.activate_accounts,
            body=chosen_body("physicians", ActivateAccounts, catalogue),
            status=202,
            schema="Job",
            headers=("Location",),
        ),
    )
