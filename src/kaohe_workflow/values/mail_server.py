"""
Where mail is handed in, as one line of a setting.
"""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import unquote, urlsplit

import attrs

_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@attrs.frozen(kw_only=True)
class SmtpServer:
    """Where mail is handed in: in clear text (of this machine or its own network), or encrypted."""

    host: str
    port: int
    protection: Literal["smtp", "smtp+starttls", "smtps"]
    user: str = ""
    password: str = attrs.field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read ``smtps://user:password@host:port``, ``smtp+starttls://…`` or ``smtp://host:port``; characters of user and
        password that an address cannot hold are written as ``%40``.

        Raises:
            ValueError: it is none of these, or a password would go out in clear text.

        >>> SmtpServer.parse("smtps://kaohe:a%40b@mail.example.cn").port
        465
        """
        parts = urlsplit(text)
        match parts.scheme:
            case "smtp" | "smtp+starttls" | "smtps" as scheme:
                pass
            case _:
                raise ValueError("应为smtp://、smtp+starttls://或smtps://")
        if not parts.hostname or parts.path or parts.query or parts.fragment:
            raise ValueError("应只含用户名、密码、主机和端口")
        if scheme == "smtp" and parts.password:
            raise ValueError("密码不得以明文发送：请用smtps或smtp+starttls")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[scheme],
            protection=scheme,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
