"""
What anybody may ask who has a certificate in hand.
"""

from __future__ import annotations

from kaohe_service.api import verifications
from kaohe_service.parameters import TEXT, RequestParameter
from kaohe_service.route import API, Route

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=f"{API}/verifications/{{code}}",
        operation="verify-certificate",
        who="anyone",
        summary="核验证书：凭证书上的核验码，无须登录",
        tag="certificates",
        resource=verifications.show_verification,
        parameters=(RequestParameter("code", "path", "核验码，26个字母和数字", TEXT, required=True),),
        schema="CheckedCertificate",
        refusals=(429, 503),
    ),
)
