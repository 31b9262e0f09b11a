"""
What a route is: method, path, who may ask, what comes in, what goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import attrs

from kaohe_service.bodies import Body
from kaohe_service.calls import Answer, Call
from kaohe_service.media import JPEG, JSON, PDF, PNG, XLSX, ZIP
from kaohe_service.parameters import ID, RequestParameter

API = "/api/v1"

HEALTH: frozenset[str] = frozenset({"/healthz", "/readyz"})
"""Paths that answer under any host name: whoever watches the process asks by its address."""

FILES = frozenset({XLSX, PDF, ZIP, JPEG, PNG})
"""Types that are sent as a file with a name."""

Method = Literal["GET", "POST", "PUT", "DELETE"]
Who = Literal["anyone", "init", "factor", "session", "platform"]
"""
``anyone``; ``init``: any session, also one that may only set the first password; ``session``: a full one;
``platform``: an evaluation platform, by its signature. What the caller may see and do within it is decided by the
library, for each case.
"""

ID_PARAMETER = RequestParameter("id", "path", "编号", ID, required=True)
IF_MATCH = RequestParameter(
    "If-Match",
    "header",
    "所见版本，即ETag",
    {"type": "string", "maxLength": 200, "pattern": '^(\\*|(W/)?"[!#-~]*")$'},
    example='"3"',
)
"""One entity tag, or the asterisk (RFC 9110, 13.1.1); no list, since a caller has seen one version."""

IDEMPOTENCY_KEY = RequestParameter(
    "Idempotency-Key",
    "header",
    "幂等键：同一键的同一请求只生效一次",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
)

SIGNED = (
    RequestParameter("X-Kaohe-Key", "header", "平台密钥的编号", ID, required=True),
    RequestParameter(
        "X-Kaohe-Timestamp",
        "header",
        "签名时间：Unix秒",
        {"type": "string", "pattern": "^[0-9]{10}$"},
        required=True,
    ),
    RequestParameter(
        "X-Kaohe-Delivery",
        "header",
        "报送编号：重试时不变，同一编号只生效一次",
        {"type": "string", "pattern": "^[!-~]{1,64}$"},
        required=True,
    ),
    RequestParameter(
        "X-Kaohe-Signature",
        "header",
        "签名：HMAC-SHA-256，64位小写十六进制",
        {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        required=True,
    ),
)
"""What a platform says of itself with each request."""


@attrs.frozen(kw_only=True)
class Route:
    """
    One row of the table.

    ``operation`` is the stable name of the operation. ``answers`` are the types of a successful answer and
    ``schema`` names the schema of a JSON one. ``versioned`` says that the answer has an entity tag. ``refusals`` are
    the statuses of errors, and ``headers`` the headers of a good answer, that come from what the route does and do
    not follow from the rest. ``elsewhere`` tells of parameters that its address never takes where they belong.
    """

    method: Method
    path: str
    operation: str
    who: Who
    summary: str
    tag: str
    resource: Callable[[Call], Answer]
    parameters: tuple[RequestParameter, ...] = ()
    body: Body | None = None
    status: int = 200
    answers: tuple[str, ...] = (JSON,)
    schema: str | None = None
    versioned: bool = False
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = MappingProxyType({})

    @property
    def is_page(self) -> bool:
        """Whether a good answer is a page for those with a session: a browser without one is sent to the log-in."""
        return self.who != "anyone" and "text/html" in self.answers

    @property
    def is_file(self) -> bool:
        """Whether a good answer can be a file."""
        return not FILES.isdisjoint(self.answers)
