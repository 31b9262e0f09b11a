"""
One request and its answer as values: what a resource is given, and what it gives back.

Resources know nothing of the framework. They get a `Call` that is checked already, by what the route declares, and
return an `Answer`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

import attrs

from kaohe_service.errors import SessionMissing
from kaohe_service.media import JSON, XLSX
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application


def nobody_waits() -> None:
    """Writes wake nobody: the system's own work is done elsewhere, or by hand."""


@attrs.frozen
class Service:
    """
    What every call shares.

    ``wake`` tells whoever does the system's own work that something was written; ``document`` is the OpenAPI
    description as JSON text.
    """

    application: Application
    document: bytes
    wake: Callable[[], None] = nobody_waits


@attrs.frozen(kw_only=True)
class Call:
    """
    One request, read and checked by what its route declares.

    ``path``, ``query`` and ``headers`` hold the declared parameters, those left out with their defaults; ``body``
    is the structured value, the bytes of a file, or None. ``address`` is the client's, ``agent`` what its browser calls
    itself, ``device`` the cookie of one that has logged in before. ``token`` is the session's own, for ending it.
    """

    service: Service
    principal: Principal | None = None
    token: str | None = attrs.field(default=None, repr=False)
    path: Mapping[str, str] = attrs.field(factory=dict)
    query: Mapping[str, Any] = attrs.field(factory=dict)
    headers: Mapping[str, Any] = attrs.field(factory=dict)
    body: Any = attrs.field(default=None, repr=False)
    address: str = ""
    agent: str | None = attrs.field(default=None, repr=False)
    device: str | None = attrs.field(default=None, repr=False)
    target: str = ""

    @property
    def application(self) -> Application:
        """The use cases."""
        return self.service.application

    @property
    def caller(self) -> Principal:
        """
        Who asks.

        Raises:
            SessionMissing: nobody known does.
        """
        if self.principal is None:
            raise SessionMissing("there is no session")
        return self.principal


@attrs.frozen
class Cookie:
    """A cookie for the browser; ``seconds`` None ends with the browser, 0 removes it."""

    name: str
    value: str = attrs.field(repr=False)
    seconds: int | None = None


@attrs.frozen(kw_only=True)
class Answer:
    """
    What goes back: ``data`` as JSON, or ``content`` as it is; with neither the answer has no body.
    """

    status: int = 200
    data: Any = None
    content: bytes | None = attrs.field(default=None, repr=False)
    content_type: str = JSON
    headers: Mapping[str, str] = attrs.field(factory=dict)
    cookies: tuple[Cookie, ...] = ()

    @classmethod
    def page(cls, text: str, policy: str) -> Self:
        """A page in HTML, with the content policy that holds for it."""
        headers = {"Content-Security-Policy": policy}
        return cls(content=text.encode(), content_type="text/html; charset=utf-8", headers=headers)

    @classmethod
    def workbook(cls, content: bytes, name: str) -> Self:
        """A workbook to be saved under a name, and never shown in place."""
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return cls(
            content=content,
            content_type=XLSX,
            headers=disposition | {"Content-Security-Policy": "sandbox"},
        )
