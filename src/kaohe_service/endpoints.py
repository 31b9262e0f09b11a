"""
Between the framework and the resources: reads a request into a call, and writes an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import falcon

from kaohe_service.api import log_in_page
from kaohe_service.api.sessions import DEVICE_COOKIE, SESSION_COOKIE
from kaohe_service.bodies import AttachmentBody, FileBody, JsonBody, NamedFile
from kaohe_service.calls import Answer, Call, Service
from kaohe_service.errors import FactorFirst, PasswordFirst, SessionMissing
from kaohe_service.media import encode, read_file, read_json, read_named_file
from kaohe_service.middleware import check_origin
from kaohe_service.parameters import read_headers, read_query
from kaohe_service.route import Route, Who
from kaohe_service.signing import signed_body
from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound

_BEARER = "bearer "
_OPENNESS: tuple[Who, ...] = ("anyone", "init", "factor", "session", "platform")
_LONG_PAST = datetime(1970, 1, 1, tzinfo=UTC)


class Endpoint:
    """
    The routes of one path, as the framework wants them: a responder a method, HEAD wherever GET is.

    OPTIONS tells the methods to whom the path answers: what is closed without a session tells nothing without one.
    """

    def __init__(self, service: Service, routes: Mapping[str, Route]) -> None:
        for method, route in routes.items():
            responder = _responder(service, route)
            setattr(self, f"on_{method.lower()}", responder)
            if method == "GET":
                self.on_head = responder
        self.on_options = _methods_responder(service, routes)


def _methods_responder(service: Service, routes: Mapping[str, Route]) -> Callable[..., None]:
    methods = ", ".join(sorted({*routes, "OPTIONS"} | ({"HEAD"} if "GET" in routes else set())))
    most_open = min(routes.values(), key=lambda route: _OPENNESS.index(route.who))

    def respond(request: falcon.Request, response: falcon.Response, **_: str) -> None:
        _authenticated(service, most_open, request)
        response.status = falcon.HTTP_204
        response.set_header("Allow", methods)

    return respond


def _responder(service: Service, route: Route) -> Callable[..., None]:
    def respond(request: falcon.Request, response: falcon.Response, **path: str) -> None:
        try:
            answer = _answered(service, route, request, path)
        except SessionMissing:
            if not (route.is_page and "text/html" in request.accept):
                raise
            answer = log_in_page.send_there()
        _write(answer, response)

    return respond


def _answered(service: Service, route: Route, request: falcon.Request, path: Mapping[str, str]) -> Answer:
    token, principal, body = _received(service, route, request)
    call = Call(
        service=service,
        principal=principal,
        token=token,
        path=_checked_path(route, path),
        query=read_query(route.parameters, request.params, route.elsewhere),
        headers=read_headers(route.parameters, request.headers),
        body=body,
        address=request.remote_addr,
        agent=request.user_agent,
        device=_cookie(request, DEVICE_COOKIE),
        target=request.path,
    )
    return route.resource(call)


def _received(
    service: Service, route: Route, request: falcon.Request
) -> tuple[str | None, Principal | None, Any]:
    """The session's token, whom the request comes from, and its body; what is signed has no session."""
    if route.who == "platform":
        return None, *signed_body(service.application, route, request)
    token, principal = _authenticated(service, route, request)
    return token, principal, _body(service, route, request)


def _authenticated(
    service: Service, route: Route, request: falcon.Request
) -> tuple[str | None, Principal | None]:
    """
    The session's token and whom it stands for; neither for a route that asks for nobody.

    A bearer token counts alone: a cookie beside it is not looked at.
    """
    authorization = request.get_header("Authorization")
    by_cookie = authorization is None
    token = _cookie(request, SESSION_COOKIE) if authorization is None else _bearer(authorization)
    if route.who == "anyone":
        check_origin(request, by_cookie=False)
        return None, None
    principal = service.application.accounts.authenticate(token) if token else None
    if token is None or principal is None:
        raise SessionMissing("there is no session")
    principal = attrs.evolve(
        principal,
        origin=service.application.accounts.origin(
            request.remote_addr, request.user_agent, token=token, via="cookie" if by_cookie else "bearer"
        ),
    )
    request.context.principal = principal
    check_origin(request, by_cookie=by_cookie)
    if principal.init_only and route.who != "init":
        raise PasswordFirst("the first password is not set")
    if principal.factor_due and route.who == "session":
        raise FactorFirst("the second factor is not set up")
    return token, principal


def _bearer(authorization: str) -> str | None:
    if authorization[: len(_BEARER)].lower() != _BEARER:
        return None
    return authorization[len(_BEARER) :].strip()


def _cookie(request: falcon.Request, name: str) -> str | None:
    values = request.get_cookie_values(name)
    return values[0] if values else None


def _checked_path(route: Route, path: Mapping[str, str]) -> Mapping[str, str]:
    for parameter in route.parameters:
        if parameter.place == "path":
            try:
                parameter.read(path[parameter.name])
            except ValueError as ex:
                raise NotFound(route.tag, path[parameter.name]) from ex
    return path


def _body(service: Service, route: Route, request: falcon.Request) -> Any:
    if isinstance(route.body, JsonBody):
        return service.application.codec.structure(read_json(request), route.body.kind)
    if isinstance(route.body, FileBody):
        return read_file(request, route.body.types)
    if isinstance(route.body, AttachmentBody):
        maximum = service.application.attachments.maximum_bytes()
        return NamedFile(*read_named_file(request, route.body.types, maximum))
    return None


def _write(answer: Answer, response: falcon.Response) -> None:
    response.status = answer.status
    if answer.content is not None:
        response.data, response.content_type = answer.content, answer.content_type
    elif answer.data is not None:
        response.data, response.content_type = encode(answer.data), answer.content_type
    response.set_headers(dict(answer.headers))
    for cookie in answer.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            # The framework leaves Max-Age=0 out; a day long past removes a cookie as well.
            expires=_LONG_PAST if cookie.seconds == 0 else None,
            max_age=cookie.seconds,
            path="/",
            secure=True,
            http_only=True,
            same_site="Lax",
        )


def add_endpoints(
    app: falcon.App[Any, Any], service: Service, table: Mapping[str, Mapping[str, Route]]
) -> None:
    """Serve a table: path → method → route."""
    for path, routes in table.items():
        app.add_route(path, Endpoint(service, routes))
