"""
Errors as problem details (RFC 9457): one table from the error's class to the HTTP status and the Chinese title.

`type` is ``urn:kaohe:problem:`` and the error's stable code; `title` and `detail` are Chinese, for people; the
other members are for machines. Nothing here tells an outsider more than the answer itself: what is out of the
caller's scope is not found, and what went wrong inside has only the request's id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from math import ceil
from typing import Any

import attrs

from kaohe_service.errors import (
    BodyMalformed,
    BodyTooLarge,
    CrossSite,
    FactorFirst,
    HostMalformed,
    HostUnknown,
    MediaTypeRefused,
    PasswordFirst,
    RequestError,
    SessionMissing,
    VersionMissing,
)
from kaohe_service.reasons import OWN_MATTER, ReasonWriter
from kaohe_service.sentences import only_for_whom, placed, sentence
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.certificates import CertificateFrozen, CertificateVoid, NotPrinted
from kaohe_workflow.application.printing import Unprintable
from kaohe_workflow.application.written_answers import NotAnswered
from kaohe_workflow.application.written_notices import ResultUndecided
from kaohe_workflow.errors import (
    ConcurrentTransition,
    ConsequenceRefused,
    DefinitionError,
    InputInvalid,
    KaoheError,
    LikenessUnavailable,
    LogInRefused,
    NotFound,
    NotPermitted,
    Problem,
    RecordDamaged,
    RequestRefused,
    SecondFactorMissing,
    SecondFactorUsed,
    SignatureRefused,
    StorageFull,
    StoreUnavailable,
    TooManyTries,
    TransitionRefused,
    Undeliverable,
)

TYPE = "urn:kaohe:problem:"
RETRY_SECONDS = 5
"""What a caller is asked to wait while the store does not answer."""

MAXIMUM_TOLD = 500
"""How many problems of an input are listed; `detail` counts them all."""


MAXIMUM_IN_DETAIL = 5
"""How many of them `detail` says itself, for who sees nothing else."""


@attrs.frozen
class ErrorKind:
    """One kind of error: its class, the status it has, and what people are told."""

    error: type[KaoheError]
    status: int
    title: str


TABLE: tuple[ErrorKind, ...] = (
    ErrorKind(NotFound, 404, "没有找到"),
    ErrorKind(NotPermitted, 403, "无权办理"),
    ErrorKind(ConsequenceRefused, 409, "办理后的后续事项不符合条件"),
    ErrorKind(TransitionRefused, 409, "不符合办理条件"),
    ErrorKind(SecondFactorUsed, 401, "动态口令已经用过，请等待下一个动态口令后再试"),
    ErrorKind(LogInRefused, 401, "账号、密码或激活码不正确，或登录已失效"),
    ErrorKind(SecondFactorMissing, 401, "请输入动态口令"),
    ErrorKind(TooManyTries, 429, "尝试次数过多，请稍后再试"),
    ErrorKind(NotPrinted, 409, "请先打印"),
    ErrorKind(ResultUndecided, 409, "考核尚无结果"),
    ErrorKind(NotAnswered, 409, "复核申请尚无答复"),
    ErrorKind(CertificateFrozen, 409, "证书暂缓发放，正在核实"),
    ErrorKind(CertificateVoid, 409, "证书已作废"),
    ErrorKind(RequestRefused, 409, "申请被拒绝"),
    ErrorKind(
        ConcurrentTransition, 412, "内容在您查看之后已有变化（他人办理，或系统自动处理），请刷新后再试"
    ),
    ErrorKind(Unprintable, 409, "证书中有暂不支持打印的字"),
    ErrorKind(InputInvalid, 422, "提交的内容有误"),
    ErrorKind(StorageFull, 507, "存储空间不足，文件没有保存，请联系系统管理员"),
    ErrorKind(StoreUnavailable, 503, "系统暂时不可用，请稍后再试"),
    ErrorKind(SignatureRefused, 401, "签名不正确，或不在有效时间内"),
    ErrorKind(LikenessUnavailable, 503, "暂时无法比对人脸"),
    ErrorKind(Undeliverable, 503, "通知暂时未能送出"),
    ErrorKind(RecordDamaged, 500, "存储的记录已损坏，请联系系统管理员（kaohe verify 可查明）"),
    ErrorKind(BodyMalformed, 400, "请求内容无法读取"),
    ErrorKind(BodyTooLarge, 413, "提交的内容过大"),
    ErrorKind(MediaTypeRefused, 415, "不接受这种内容类型"),
    ErrorKind(HostMalformed, 400, "请求头 Host 的格式不正确"),
    ErrorKind(HostUnknown, 421, "请求发往了错误的地址"),
    ErrorKind(SessionMissing, 401, "请先登录"),
    ErrorKind(FactorFirst, 403, "请先绑定动态口令"),
    ErrorKind(PasswordFirst, 403, "请先设置密码"),
    ErrorKind(CrossSite, 403, "请求来自其他网站"),
    ErrorKind(VersionMissing, 428, "请先查看最新内容"),
    ErrorKind(RequestError, 400, "请求有误"),
    ErrorKind(DefinitionError, 500, "系统内部错误"),
    ErrorKind(KaoheError, 500, "系统内部错误"),
)
"""Every class of error, the more special ones first."""

PLAIN: Mapping[int, tuple[str, str]] = {
    400: ("request-invalid", "请求有误"),
    404: ("route-unknown", "没有这个地址"),
    405: ("method-refused", "该地址不支持此操作"),
    500: ("internal", "系统内部错误"),
}
"""What the framework itself answers: status → code and title; any other becomes 400 or 500."""


@attrs.frozen
class Shown:
    """A problem ready to be sent: status, members, and headers beside it."""

    status: int
    members: Mapping[str, Any]
    headers: Mapping[str, str] = attrs.field(factory=dict)


def kind_of(error: KaoheError) -> ErrorKind:
    """The kind of an error; the last one takes all."""
    return next(kind for kind in TABLE if isinstance(error, kind.error))


def shown(error: KaoheError, catalogue: Catalogue, now: datetime) -> Shown:
    """An error as a problem; ``now`` is what a wait is counted from."""
    known = kind_of(error)
    members = {
        "type": TYPE + error.code,
        "title": known.title,
        "status": known.status,
        "code": error.code,
        "detail": known.title,
    }
    for kind, more in _MEMBERS:
        if isinstance(error, kind):
            members |= more(error, catalogue)
            break
    return Shown(known.status, members, _headers(error, now))


def plain(status: int) -> Shown:
    """The problem of an answer that no error of ours stands behind."""
    known = status if status in PLAIN else 500 if status >= 500 else 400
    code, title = PLAIN[known]
    return Shown(known, {"type": TYPE + code, "title": title, "status": known, "code": code, "detail": title})


def _headers(error: KaoheError, now: datetime) -> dict[str, str]:
    if isinstance(error, StoreUnavailable) and not isinstance(error, StorageFull):
        return {"Retry-After": str(RETRY_SECONDS)}
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(max(ceil((error.retry_at - now).total_seconds()), 1))}
    if isinstance(error, SessionMissing | LogInRefused | SecondFactorMissing):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, SignatureRefused):
        return {"WWW-Authenticate": "Kaohe-Signature"}
    return {}


def _refused(error: TransitionRefused, catalogue: Catalogue) -> dict[str, Any]:
    writer = ReasonWriter.of(catalogue, error.lifecycle)
    return {
        "detail": sentence(error.reasons, writer) or kind_of(error).title,
        "lifecycle": error.lifecycle,
        "event": error.event,
        "state": error.state,
        "state_label": writer.state_label(error.state),
        "reasons": writer.all(error.reasons),
    }


def _not_permitted(error: NotPermitted, catalogue: Catalogue) -> dict[str, Any]:
    charted = error.lifecycle in catalogue.charts  # what is beside the cases has no rows to tell of
    may = only_for_whom(ReasonWriter.of(catalogue, error.lifecycle), error.event) if charted else ""
    if error.own_matter:
        may = OWN_MATTER
    return {
        "detail": may or kind_of(error).title,
        "lifecycle": error.lifecycle,
        "event": error.event,
    }


def _no_version(_: VersionMissing, __: Catalogue) -> dict[str, Any]:
    return {"detail": '请先查看最新内容，并在请求头 If-Match 中写明所见版本，即当时的 ETag，如 If-Match: "3"'}


def _stale(error: ConcurrentTransition, _: Catalogue) -> dict[str, Any]:
    return {"expected": error.expected, "actual": error.actual}


def _with_problems(error: InputInvalid | BodyMalformed, _: Catalogue) -> dict[str, Any]:
    problems = error.problems
    told = "；".join(dict.fromkeys(placed(problem) for problem in problems[:MAXIMUM_IN_DETAIL]))
    if len(problems) > 1:
        first = f"，前{MAXIMUM_IN_DETAIL}处为" if len(problems) > MAXIMUM_IN_DETAIL else ""
        told = f"有{len(problems)}处问题{first}：{told}"
    return {"detail": told, "errors": [place(problem) for problem in problems[:MAXIMUM_TOLD]]}


def _too_large(error: BodyTooLarge, _: Catalogue) -> dict[str, Any]:
    return {"maximum": error.maximum}


def _wanted(error: MediaTypeRefused, _: Catalogue) -> dict[str, Any]:
    return {"wanted": list(error.wanted)}


_MEMBERS: tuple[tuple[Any, Callable[[Any, Catalogue], dict[str, Any]]], ...] = (
    (TransitionRefused, _refused),
    (NotPermitted, _not_permitted),
    (VersionMissing, _no_version),
    (ConcurrentTransition, _stale),
    (InputInvalid, _with_problems),
    (BodyMalformed, _with_problems),
    (BodyTooLarge, _too_large),
    (MediaTypeRefused, _wanted),
)

_HEADERS = frozenset({"Idempotency-Key"})
"""Headers that the library itself names."""

_STEP = re.compile(r"\.([^.\[\]]+)|\[([0-9]+)\]|\['(.*?)'\](?=$|[.\[])", re.DOTALL)


def place(problem: Problem) -> dict[str, str]:
    """
    One problem of an input, with its place: a JSON pointer into the body, or a parameter's name.

    >>> place(Problem("$.payload.posts[0].since", "date-expected", "应为日期"))["pointer"]
    '/payload/posts/0/since'
    >>> place(Problem("$.filters['a.b/c']", "filter-unknown", "没有这个筛选条件"))["pointer"]
    '/filters/a.b~1c'
    >>> place(Problem("query:limit", "parameter-invalid", "应为整数"))["in"]
    'query'
    """
    path, where = problem.path, "body"
    if path.startswith("$"):
        pointer = "".join(f"/{_escaped(''.join(step))}" for step in _STEP.findall(path))
    elif path in _HEADERS:
        where, pointer = "header", f"/{path}"
    elif path.startswith(("query:", "header:")):
        where, _, name = path.partition(":")
        pointer = f"/{_escaped(name)}"
    else:
        where, pointer = "input", path
    return {"in": where, "pointer": pointer, "code": problem.code, "message": problem.message}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
