"""
What leaves the system about people.
"""

from __future__ import annotations

from functools import partial

from kaohe_service.api import disclosures
from kaohe_service.api.lists import export_body
from kaohe_service.bodies import JsonBody, RevealReason
from kaohe_service.media import CSV, XLSX
from kaohe_service.route import API, ID_PARAMETER, Route
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.queries.sheets import EXPORTS


def disclosure_routes(catalogue: Catalogue) -> tuple[Route, ...]:
    """The rows; which filters a sheet's list has, the lists say."""
    return (
        Route(
            method="POST",
            path=f"{API}/physicians/{{id}}/number",
            operation="reveal-number",
            who="session",
            summary="查看医师的完整证件号码，须说明理由",
            tag="physicians",
            resource=disclosures.reveal_number,
            parameters=(ID_PARAMETER,),
            body=JsonBody(RevealReason),
            schema="RevealedNumber",
            refusals=(404, 409, 429),
        ),
        *(
            Route(
                method="POST",
                path=f"{API}/exports/{name}",
                operation=f"export-{name}",
                who="session",
                summary=f"导出：{sheet.title}",
                tag="exports",
                resource=partial(disclosures.export_sheet, name),
                body=export_body(sheet.listed, catalogue),
                answers=(XLSX, CSV),
                refusals=(409, 429),
            )
            for name, sheet in EXPORTS.items()
        ),
    )
