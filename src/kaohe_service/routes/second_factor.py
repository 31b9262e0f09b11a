"""
The second factor of the own account.
"""

from __future__ import annotations

from kaohe_service.api import second_factor
from kaohe_service.bodies import FactorCode, FactorRemoval, JsonBody, Password
from kaohe_service.route import API, Route

PATH = f"{API}/second-factor"

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path=PATH,
        operation="show-second-factor",
        who="factor",
        summary="本账户的动态口令",
        tag="sessions",
        resource=second_factor.show,
        schema="SecondFactor",
    ),
    Route(
        method="POST",
        path=PATH,
        operation="propose-second-factor",
        who="factor",
        summary="申请绑定动态口令；密钥只显示这一次",
        tag="sessions",
        resource=second_factor.propose,
        body=JsonBody(Password),
        status=201,
        schema="ProposedFactor",
        refusals=(409, 429),
    ),
    Route(
        method="POST",
        path=f"{PATH}/confirmation",
        operation="confirm-second-factor",
        who="factor",
        summary="用第一个动态口令确认绑定；恢复码只显示这一次",
        tag="sessions",
        resource=second_factor.confirm,
        body=JsonBody(FactorCode),
        status=201,
        schema="RecoveryCodes",
        refusals=(409, 429),
    ),
    Route(
        method="POST",
        path=f"{PATH}/removal",
        operation="remove-second-factor",
        who="session",
        summary="解除动态口令",
        tag="sessions",
        resource=second_factor.remove,
        body=JsonBody(FactorRemoval),
        status=204,
        answers=(),
        refusals=(409, 429),
    ),
)
