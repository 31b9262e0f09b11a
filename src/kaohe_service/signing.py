"""
Requests of evaluation platforms: who has signed one, and what it says.
"""

from __future__ import annotations

from typing import Any

import falcon

from kaohe_service.bodies import JsonBody
from kaohe_service.media import MAXIMUM_JSON, check_json, parse, read_bytes
from kaohe_service.route import SIGNED, Route
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.signatures import Signed
from kaohe_workflow.errors import SignatureRefused


def signed_body(application: Application, route: Route, request: falcon.Request) -> tuple[Principal, Any]:
    """
    The platform that a request comes from, and its body as the route declares it.

    The body is read, up to `MAXIMUM_JSON`, and not looked at before its signature is known to be right.

    Raises:
        SignatureRefused: ``signature-missing``, or as `Platforms.recognise`.
        BodyTooLarge, BodyMalformed, MediaTypeRefused, InputInvalid: as for any JSON body.
    """
    given = [request.get_header(parameter.name) for parameter in SIGNED]
    try:
        key_id, at, delivery, signature = (
            parameter.read(text or "") for parameter, text in zip(SIGNED, given, strict=True)
        )
    except ValueError as ex:
        raise SignatureRefused("signature-missing") from ex
    body = read_bytes(request.bounded_stream, request.content_length, MAXIMUM_JSON)
    signed = Signed(key_id, int(at), delivery, request.method, request.path, body, signature)
    origin = application.accounts.origin(request.remote_addr, request.user_agent)
    principal = application.platforms.recognise(signed, origin)
    request.context.principal = principal
    check_json(request)
    assert isinstance(route.body, JsonBody)  # a platform delivers something with each request
    return principal, application.codec.structure(parse(body), route.body.kind)
