"""
The WSGI application over finished use cases.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Collection
from functools import cache
from pathlib import PurePath
from typing import Any

import falcon

from kaohe_service.calls import Service, nobody_waits
from kaohe_service.endpoints import add_endpoints
from kaohe_service.media import PROBLEM, encode, handlers
from kaohe_service.middleware import KnownHosts, PlainBodies, PlainPaths, RequestIds, SafeHeaders
from kaohe_service.openapi import describe
from kaohe_service.problems import Shown, plain, shown
from kaohe_service.route import HEALTH
from kaohe_service.routes import by_path
from kaohe_service.settings import LOCAL_HOSTS
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.errors import KaoheError, RecordDamaged

LOG = logging.getLogger("kaohe.service")

WsgiApp = falcon.App[Any, Any]


def create_app(
    application: Application,
    *,
    allowed_hosts: Collection[str] = LOCAL_HOSTS,
    wake: Callable[[], None] = nobody_waits,
) -> WsgiApp:
    """
    The service over an application.

    Args:
        allowed_hosts: names in the Host header that are answered, without ports.
        wake: called after each write, so that what follows from it is done soon.
    """
    service = Service(application, _description(application.catalogue), wake)
    app: WsgiApp = falcon.App(
        middleware=[
            RequestIds(application.door.tools.identifiers.new_id),
            SafeHeaders(),
            KnownHosts(allowed_hosts, HEALTH),
            PlainPaths(),
            PlainBodies(),
        ]
    )
    app.req_options.media_handlers = app.resp_options.media_handlers = handlers()
    app.req_options.keep_blank_qs_values = True
    app.req_options.strip_url_path_trailing_slash = False
    add_endpoints(app, service, by_path(application.catalogue))
    _add_error_handlers(app, application)
    return app


@cache
def _description(catalogue: Catalogue) -> bytes:
    """What is served as the description; once for a catalogue, which does not change."""
    return encode(describe(catalogue))


def _add_error_handlers(app: WsgiApp, application: Application) -> None:
    def unexpected(request: falcon.Request, response: falcon.Response, error: Exception, _: Any) -> None:
        LOG.error("%s %s at %s", request.context.get("id", "-"), type(error).__name__, _where(error))
        _send(plain(500), request, response)

    def ours(request: falcon.Request, response: falcon.Response, error: KaoheError, _: Any) -> None:
        problem = shown(error, application.catalogue, application.clock.now())
        if problem.status >= 500:
            LOG.error("%s %s [%s]", request.context.get("id", "-"), _named(error), error.code)
        _send(problem, request, response)

    def of_framework(
        request: falcon.Request, response: falcon.Response, error: falcon.HTTPError, _: Any
    ) -> None:
        response.set_headers(error.headers or {})
        _send(plain(error.status_code), request, response)

    app.add_error_handler(Exception, unexpected)
    app.add_error_handler(falcon.HTTPError, of_framework)
    app.add_error_handler(KaoheError, ours)


def _named(error: KaoheError) -> str:
    """An error for the log: its class, and the case whose record is damaged, which ids tell and nothing else."""
    of = f" {error.lifecycle}/{error.id}" if isinstance(error, RecordDamaged) else ""
    return f"{type(error).__name__}{of}"


def _where(error: BaseException) -> str:
    """Where it was raised, for the log: places in the code only, since messages may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


def _send(problem: Shown, request: falcon.Request, response: falcon.Response) -> None:
    response.status = problem.status
    response.content_type = PROBLEM
    response.data = encode(dict(problem.members) | {"trace_id": request.context.get("id", "-")})
    response.set_headers(dict(problem.headers))
