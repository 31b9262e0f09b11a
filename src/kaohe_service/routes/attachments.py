"""
Files that prove something.
"""

from __future__ import annotations

from kaohe_service.api import attachments
from kaohe_service.bodies import AttachmentBody
from kaohe_service.media import JPEG, PDF, PNG
from kaohe_service.route import API, ID_PARAMETER, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path=f"{API}/attachments",
        operation="hand-in-attachment",
        who="session",
        summary="上传附件（PDF、JPEG或PNG）；编号用于随后提交的内容",
        tag="attachments",
        resource=attachments.hand_in,
        body=AttachmentBody(),
        status=201,
        schema="Attachment",
        refusals=(429, 507),
        headers=("Location",),
    ),
    Route(
        method="GET",
        path=f"{API}/attachments/{{id}}",
        operation="show-attachment",
        who="session",
        summary="本人或本机构上传的附件",
        tag="attachments",
        resource=attachments.show_own,
        parameters=(ID_PARAMETER,),
        answers=(PDF, JPEG, PNG),
    ),
)
