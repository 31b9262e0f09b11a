"""
What holds for every request, whichever route it takes: its id, the host it is sent to, the headers of the answer, one
line in the log.

Log lines hold ids and codes: never a name, a number of a person, a query or a message of an error.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from time import perf_counter
from types import MappingProxyType

import falcon

from kaohe_service.errors import CrossSite, HostMalformed, HostUnknown, MediaTypeRefused

LOG = logging.getLogger("kaohe.service")

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
)
"""Headers of every answer, unless the route has set its own."""

_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{0,5}))?", re.ASCII | re.IGNORECASE)
MAXIMUM_PORT = 65535

STRICT_TRANSPORT = "max-age=31536000"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ALLOWED_FETCHES = frozenset({"same-origin", "none"})


class RequestIds:
    """Gives every request an id, times it, and writes its line in the log."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Number the request and look at the clock."""
        request.context.id = self._new_id()
        request.context.started = perf_counter()

    def process_response(
        self, request: falcon.Request, response: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        """Tell the id and write the line."""
        if "id" not in request.context:  # the framework has refused it before it came to anybody
            self.process_request(request, response)
        response.set_header("X-Request-Id", request.context.id)
        principal = request.context.get("principal")
        LOG.info(
            "%s %s %s %s %.1fms account=%s",
            request.context.id,
            request.method,
            request.uri_template or "-",
            response.status_code,
            (perf_counter() - request.context.started) * 1000,
            principal.account_id if principal else "-",
        )


class KnownHosts:
    """Refuses requests for other names, as a confused proxy or a rebound name would send them."""

    def __init__(self, hosts: Collection[str], exempt: Collection[str]) -> None:
        self._hosts = frozenset(hosts)
        self._exempt = frozenset(exempt)

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """
        Look at the host.

        Raises:
            HostMalformed: it is no host with a port, or there are several; a server joins two headers by a comma.
            HostUnknown: it is none of ours.
        """
        authority = request.get_header("Host") or ""
        if authority and not _is_authority(authority):
            raise HostMalformed("the Host header is no host with a port")
        if request.path not in self._exempt and host_of(authority) not in self._hosts:
            raise HostUnknown("the Host header names no host of this service")


class PlainPaths:
    """Refuses slashes in disguise: a server decodes them, and one segment would become two and another route."""

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """
        Look at the address as it was sent, where the server tells it.

        Raises:
            HTTPNotFound: a segment holds an encoded slash; no address of ours does.
        """
        sent = str(request.env.get("REQUEST_URI") or request.env.get("RAW_URI") or "")
        if "%2f" in sent.partition("?")[0].lower():
            raise falcon.HTTPNotFound


class PlainBodies:
    """Refuses compressed bodies: what they unpack to cannot be bounded before unpacking."""

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """
        Look at the encoding.

        Raises:
            MediaTypeRefused: the body has one.
        """
        if (request.get_header("Content-Encoding") or "identity").lower() != "identity":
            raise MediaTypeRefused("identity")


class SafeHeaders:
    """Adds the headers that keep browsers from storing, framing and guessing."""

    def process_response(
        self, request: falcon.Request, response: falcon.Response, resource: object, succeeded: bool
    ) -> None:
        """Add what the route has not set."""
        for name, value in HEADERS.items():
            if response.get_header(name) is None:
                response.set_header(name, value)
        if request.scheme == "https":
            response.set_header("Strict-Transport-Security", STRICT_TRANSPORT)


def _is_authority(text: str) -> bool:
    found = _AUTHORITY.fullmatch(text)
    return found is not None and int(found["port"] or 0) <= MAXIMUM_PORT


def host_of(authority: str) -> str:
    """
    The host of a Host header or an origin, without its port.

    >>> [host_of(text) for text in ("Kaohe.cn:8443", "[::1]:8000", "https://kaohe.cn")]
    ['kaohe.cn', '[::1]', 'kaohe.cn']
    """
    host = authority.lower().removeprefix("https://").removeprefix("http://")
    return host[: host.index("]") + 1] if "]" in host else host.partition(":")[0]


def check_origin(request: falcon.Request, *, by_cookie: bool) -> None:
    """
    Refuse what another site makes a browser send.

    A modern browser says itself where the request comes from. An older one says at least from which page; if it
    does not even say that, a cookie alone proves nothing.

    Raises:
        CrossSite: an unsafe request that may come from a page of another site.
    """
    if request.method in SAFE_METHODS:
        return
    fetched_from = request.get_header("Sec-Fetch-Site")
    if fetched_from is not None:
        allowed = fetched_from in ALLOWED_FETCHES
    else:
        origin = request.get_header("Origin") or request.get_header("Referer")
        allowed = not by_cookie if origin is None else _is_here(origin, request)
    if not allowed:
        raise CrossSite("the request comes from a page of another site")


def _is_here(origin: str, request: falcon.Request) -> bool:
    scheme, found, rest = origin.partition("://")
    return (
        bool(found)
        and scheme in ("http", "https")
        and rest.partition("/")[0].lower() == (request.get_header("Host") or "").lower()
    )
