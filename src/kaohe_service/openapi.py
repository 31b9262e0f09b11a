"""
The OpenAPI 3.1 description, from the table of routes and the classes that bodies are read into.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from kaohe_service.answers import add_answers
from kaohe_service.answers.shapes import array, closed
from kaohe_service.api.collections import LABELS
from kaohe_service.api.events import label_of, newest_chart, offered
from kaohe_service.bodies import MAXIMUM_ITEMS, MAXIMUM_VERSION, AttachmentBody, Body, Bulk, Event, FileBody
from kaohe_service.described_answers import answers_of, failures
from kaohe_service.media import FORM, JSON
from kaohe_service.parameters import ID, RequestParameter, integer
from kaohe_service.route import Route
from kaohe_service.routes import by_path
from kaohe_service.schemas import Components, is_empty, must_be_given
from kaohe_workflow.application.catalogue import Catalogue

Schema = dict[str, Any]

_TAGS: Mapping[str, str] = {
    "sessions": "登录与密码",
    "home": "首页",
    "subjects": "诊疗科目",
    "statistics": "进度与统计",
    "inbox": "收件箱",
    "working-days": "工作日",
    "jobs": "批量任务",
    "imports": "批量导入",
    "attachments": "附件",
    "platform": "测评平台报送",
    **LABELS,
    "operation": "运行与说明",
}

_SECURITY: Mapping[str, list[Schema]] = {"anyone": [], "platform": [{"signature": []}]}


def describe(catalogue: Catalogue) -> Schema:
    """The description of this version of the service with the charts of a catalogue."""
    components = Components()
    add_answers(components)
    paths = {
        path: {route.method.lower(): _operation(route, catalogue, components) for route in routes.values()}
        for path, routes in by_path(catalogue).items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kaohe",
            "version": version("kaohe-workflow"),
            "summary": "医师定期考核",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": label} for name, label in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.schemas.items())),
            "responses": failures(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "signature": {"type": "apiKey", "in": "header", "name": "X-Kaohe-Signature"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-kaohe"},
            },
        },
    }


def _operation(route: Route, catalogue: Catalogue, components: Components) -> Schema:
    operation: Schema = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [route.tag],
        "security": _SECURITY.get(route.who, [{"token": []}, {"cookie": []}]),
        "responses": answers_of(route),
    }
    if route.parameters:
        operation["parameters"] = [_parameter(parameter) for parameter in route.parameters]
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": _content(route.body, catalogue, components),
        }
    return operation


def _parameter(parameter: RequestParameter) -> Schema:
    schema = dict(parameter.schema)
    if parameter.default is not None:
        schema["default"] = parameter.default
    described = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.label,
        "required": parameter.required,
        "schema": schema,
    }
    return described | ({"example": parameter.example} if parameter.example else {})


def _content(body: Body, catalogue: Catalogue, components: Components) -> Schema:
    if isinstance(body, FileBody | AttachmentBody):
        raw: Schema = {kind: {} for kind in body.types if kind != FORM}
        form = closed(file={"type": "string", "contentMediaType": "application/octet-stream"})
        return {FORM: {"schema": form}} | raw
    if body.schema is not None:
        return {JSON: {"schema": dict(body.schema)}}
    if body.lifecycle is None:
        return {JSON: {"schema": components.of(body.kind)}}
    payloads = _payloads(body.lifecycle, catalogue, creates=body.creates)
    schemas = [_event(body.kind, event, payload, label, components) for event, payload, label in payloads]
    return {JSON: {"schema": {"oneOf": schemas}}}


def _payloads(lifecycle: str, catalogue: Catalogue, *, creates: bool) -> list[tuple[str, type, str]]:
    """Event, the class it carries, and its label: of the events that make a case, or of all others."""
    chart = newest_chart(catalogue, lifecycle)
    classes = catalogue.lifecycle(lifecycle).payloads
    return [
        (event, classes[event], label_of(chart, event))
        for event in offered(lifecycle, catalogue, creates=creates)
    ]


def _event(kind: type, event: str, payload: type, label: str, components: Components) -> Schema:
    schema: Schema = closed() if is_empty(payload) else components.of(payload)
    parts: Schema = {"payload": schema, "reason": {"type": ["string", "null"]}}
    optional = ("reason",) if must_be_given(payload) else ("reason", "payload")
    name = {"const": event}
    if kind is Event:
        described = closed(optional, event=name, **parts)
    elif kind is Bulk:
        item = closed(optional, id=dict(ID), version=dict(integer(1, MAXIMUM_VERSION)), **parts)
        items = array(item) | {"minItems": 1, "maxItems": MAXIMUM_ITEMS}
        described = closed(("all_or_nothing",), event=name, items=items, all_or_nothing={"type": "boolean"})
    else:
        raise TypeError(f"{kind.__name__} carries no event")
    return described | {"title": label}
