"""
Which answers an operation can give, and with which headers: for the description.

What follows from the route (who may ask, what comes in, whether it names a case or a version) is derived; the rest
the route says itself. What is refused before it comes to an operation is not among them: an address or method that
there is not (404, 405), a compressed body of a request that takes none (415).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe_service.answers.shapes import ref
from kaohe_service.media import JSON, PROBLEM
from kaohe_service.middleware import SAFE_METHODS
from kaohe_service.route import HEALTH, IF_MATCH, Route

Schema = dict[str, Any]

_FAILURES: Mapping[int, str] = {
    400: "请求内容无法读取",
    401: "没有会话，或会话已失效",
    403: "无权办理",
    404: "没有找到，或不在可见范围内",
    409: "不符合办理条件；列出每一条原因",
    412: "版本已变",
    413: "内容过大",
    415: "不接受这种内容类型",
    421: "请求发往了错误的地址",
    422: "内容有误；列出每一处",
    428: "缺少If-Match",
    429: "尝试次数过多",
    500: "系统内部错误",
    503: "系统暂时不可用",
    507: "存储空间不足",
}

_HEADERS: Mapping[str, str] = {
    "X-Request-Id": "请求编号，日志中亦有",
    "ETag": "版本，用于If-Match",
    "Location": "新建的或应前往的地址",
    "Link": "下一页",
    "Set-Cookie": "浏览器的会话",
    "Clear-Site-Data": "浏览器应清除的内容",
    "Content-Disposition": "文件名",
    "Retry-After": "多少秒后再试",
    "WWW-Authenticate": "如何表明身份",
}
_OF_FAILURES: Mapping[int, str] = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}

_PLACE = "#/components/responses/"


def failures() -> dict[str, Schema]:
    """Every failure by its status, for the components of the document."""
    content = {PROBLEM: {"schema": ref("Problem")}}
    return {
        str(status): {
            "description": label,
            "headers": _header("X-Request-Id")
            | (_header(_OF_FAILURES[status]) if status in _OF_FAILURES else {}),
            "content": content,
        }
        for status, label in _FAILURES.items()
    }


def answers_of(route: Route) -> dict[str, Schema]:
    """The answers of an operation by status: the good one, and those failures that it can meet."""
    refused = {str(status): {"$ref": f"{_PLACE}{status}"} for status in sorted(failing(route))}
    elsewhere = {"303": _SENT_TO_LOG_IN} if route.is_page else {}
    return {str(route.status): _success(route)} | elsewhere | refused


def failing(route: Route) -> frozenset[int]:
    """
    The statuses with which a route can fail.

    Every one can be sent a malformed host (400) or a parameter that it does not have (422), and fail inside (500).
    """
    found = {400, 422, 500, *route.refusals}
    if route.path not in HEALTH:
        found.add(421)
    if route.who != "anyone":
        found |= {401, 503}  # the session is looked up in the store
    by_session = route.method not in SAFE_METHODS and route.who != "platform"
    if route.who in ("factor", "session") or by_session:
        found.add(403)  # the first password is to be set; another site's page sends it; no right to it
    if any(parameter.place == "path" for parameter in route.parameters):
        found.add(404)
    if route.body is not None:
        found |= {413, 415}
    if IF_MATCH in route.parameters:
        found |= {412, 428}
    return frozenset(found)


def _success(route: Route) -> Schema:
    content: Schema = {}
    for kind in route.answers:
        is_json = kind == JSON and route.schema is not None
        content[kind] = {"schema": ref(str(route.schema))} if is_json else {}
    answer: Schema = {"description": route.summary, "headers": _sent_by(route)}
    return answer | ({"content": content} if content else {})


def _sent_by(route: Route) -> Schema:
    headers = _header("X-Request-Id")
    for name in route.headers:
        headers |= _header(name)
    if route.versioned:
        headers |= _header("ETag")
    if any(one.name == "cursor" for one in route.parameters):
        headers |= _header("Link", always=False)
    if route.is_file:
        headers |= _header("Content-Disposition", always=JSON not in route.answers)
    return headers


def _header(name: str, *, always: bool = True) -> Schema:
    schema = {"type": "integer", "minimum": 1} if name == "Retry-After" else {"type": "string"}
    return {name: {"description": _HEADERS[name], "required": always, "schema": schema}}


_SENT_TO_LOG_IN: Schema = {
    "description": "浏览器尚未登录：前往登录",
    "headers": _header("X-Request-Id") | _header("Location"),
}
