"""
Lists: a page of rows within the caller's scope, and the way to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import attrs

from kaohe_service.api.cursors import CURSOR, Cursors
from kaohe_service.api.departments import LINKED, linked_subjects
from kaohe_service.api.words import words_of
from kaohe_service.bodies import PAGE, ExportQuery, JsonBody, ListQuery
from kaohe_service.calls import Answer, Call
from kaohe_service.media import SHEET_TYPES
from kaohe_service.parameters import BOOLEAN, DATE, ID, TEXT, RequestParameter, Schema, choice, integer
from kaohe_service.reasons import ReasonWriter
from kaohe_service.route import API
from kaohe_service.scores import SCORES, hundredths
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.declaration import List
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.filters import Filter
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE
from kaohe_workflow.errors import InputInvalid, Problem, below

OLDEST = 150
"""Full years of the oldest physician that may be asked for."""

_KINDS: Mapping[str, Schema] = {
    "text": TEXT,
    "name": TEXT,
    "id_number": TEXT,
    "date": DATE,
    "boolean": BOOLEAN,
    "integer": integer(0, 999_999_999),
    "percent": integer(0, 100),
    "age": integer(0, OLDEST),
    "area": ID,
    "present": BOOLEAN,
}
_TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "integer": int}
"""A JSON type and what a value of it is read as."""

_CALLED: Mapping[str, str] = {"string": "文本", "boolean": "true或false", "integer": "整数"}
"""A JSON type, for people."""

SECRET = "id_number"
"""The kind of filter whose value is never part of an address: addresses are logged, kept and passed on."""

SEARCHED: tuple[str, ...] = tuple(
    name for name, listed in LISTS.items() if any(entry.kind == SECRET for entry in listed.filters)
)
"""The lists that have such a filter; they can be asked in a body."""


def parameters_of(collection: str, catalogue: Catalogue) -> tuple[RequestParameter, ...]:
    """The query of a list: its filters that an address may hold, how many rows, in which order, after which row."""
    listed = LISTS[collection]
    filters = [_filter(listed, entry, catalogue) for entry in listed.filters if entry.kind != SECRET]
    return (*filters, *_paging(collection))


def not_in_addresses(collection: str) -> Mapping[str, str]:
    """Filters of a list that no address may hold: where they belong instead."""
    return {
        entry.name: f"{entry.label}不得写入地址，请写入请求内容：POST {API}/{collection}/search"
        for entry in LISTS[collection].filters
        if entry.kind == SECRET
    }


def _filter(listed: List, entry: Filter, catalogue: Catalogue) -> RequestParameter:
    words = _words(listed, entry, catalogue)
    if words is None:
        return RequestParameter(entry.name, "query", entry.label, _KINDS[entry.kind])
    told = "；".join(f"{code}={label}" for code, label in words.items())
    return RequestParameter(entry.name, "query", f"{entry.label}（{told}）", choice(*words), words=words)


def _words(listed: List, entry: Filter, catalogue: Catalogue) -> Mapping[str, str] | None:
    """Code → label of what may be asked for, None where any text may."""
    if entry.choices:
        return {one.code: one.label for one in entry.choices}
    if entry.kind != "text" or entry.operator != "eq":
        return None
    return words_of(listed.view, entry.field, catalogue)


def _paging(collection: str) -> tuple[RequestParameter, ...]:
    orders = [order for field in LISTS[collection].sorts for order in (field, f"-{field}")]
    return (
        RequestParameter("limit", "query", "每页行数", integer(1, MAXIMUM_PAGE), default=PAGE),
        RequestParameter("order", "query", "排序，减号表示降序", choice(*orders), default="id"),
        RequestParameter("total", "query", "是否给出总条数（共N条）", BOOLEAN, default=False),
        CURSOR,
    )


def body_of(collection: str, catalogue: Catalogue) -> JsonBody:
    """The body in which a list with a secret filter is asked."""
    listed = LISTS[collection]
    filters = _properties(_filter(listed, entry, catalogue) for entry in listed.filters)
    paging = _properties(_paging(collection))
    paging["cursor"] = {"anyOf": [paging["cursor"], {"type": "null"}]}
    return JsonBody(ListQuery, schema=_object({"filters": _object(filters)} | paging))


def export_body(collection: str, catalogue: Catalogue) -> JsonBody:
    """The body in which a sheet of a list is asked for."""
    listed = LISTS[collection]
    filters = _properties(_filter(listed, entry, catalogue) for entry in listed.filters)
    return JsonBody(
        ExportQuery, schema=_object({"filters": _object(filters), "format": dict(choice(*SHEET_TYPES))})
    )


def chosen_body(collection: str, kind: type, catalogue: Catalogue) -> JsonBody:
    """The body in which rows of a list are chosen for something else, by its filters alone."""
    listed = LISTS[collection]
    filters = _properties(_filter(listed, entry, catalogue) for entry in listed.filters)
    return JsonBody(kind, schema=_object({"filters": _object(filters)}))


def filters_of(collection: str, call: Call, given: Mapping[str, Any]) -> dict[str, str]:
    """
    The filters of a body, as the list takes them.

    Raises:
        InputInvalid: a filter or a value that the list does not have.
    """
    listed = LISTS[collection]
    known = {entry.name: _filter(listed, entry, call.application.catalogue) for entry in listed.filters}
    problems = [
        problem
        for name, value in given.items()
        if (problem := _problem(known.get(name), value, below("$.filters", name))) is not None
    ]
    if problems:
        raise InputInvalid(problems)
    return {name: _text(value) for name, value in given.items()}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _properties(parameters: Iterable[RequestParameter]) -> dict[str, Any]:
    return {one.name: dict(one.schema) | {"description": one.label} for one in parameters}


def list_cases(collection: str, call: Call) -> Answer:
    """A page of a collection, with a link to the next one."""
    query = call.query
    names = {entry.name for entry in LISTS[collection].filters}
    filters = {name: _text(query[name]) for name in sorted(names) if query.get(name) is not None}
    asked = ListQuery(filters, query["limit"], query["order"], query["cursor"], query["total"])
    page = _page(collection, call, asked, "query:cursor")
    if page["next"] is None:
        return Answer(data=page)
    kept = {"limit": asked.limit, "order": asked.order, "cursor": page["next"]}
    link = f'<{call.target}?{urlencode(filters | kept)}>; rel="next"'
    return Answer(data=page, headers={"Link": link})


def search_cases(collection: str, call: Call) -> Answer:
    """
    The same page, asked in a body: for filters that no address may hold. Reads only.

    Raises:
        InputInvalid: a filter or a value that the list does not have.
    """
    body = call.body
    assert isinstance(body, ListQuery)  # the route says so
    listed = LISTS[collection]
    known = {entry.name: _filter(listed, entry, call.application.catalogue) for entry in listed.filters}
    paging = {one.name: one for one in _paging(collection)}
    given = {"limit": body.limit, "order": body.order, "cursor": body.cursor, "total": body.total}
    problems = [
        problem
        for path, parameters, values in (("$.filters", known, body.filters), ("$", paging, given))
        for name, value in values.items()
        if (problem := _problem(parameters.get(name), value, below(path, name))) is not None
    ]
    if problems:
        raise InputInvalid(problems)
    filters = {name: _text(value) for name, value in body.filters.items()}
    try:
        page = _page(collection, call, attrs.evolve(body, filters=filters), "$.cursor")
    except InputInvalid as ex:
        raise InputInvalid([_in_body(problem, filters) for problem in ex.problems]) from ex
    return Answer(data=page)


def _in_body(problem: Problem, filters: Mapping[str, str]) -> Problem:
    """A problem of a filter by its place in the body."""
    if problem.path not in filters:
        return problem
    return attrs.evolve(problem, path=below("$.filters", problem.path))


def _problem(parameter: RequestParameter | None, value: Any, path: str) -> Problem | None:
    """What is wrong with a value in a body, by the schema of the parameter that it stands for."""
    if parameter is None:
        return Problem(path, "filter-unknown", "没有这个筛选条件")
    if value is None and parameter.name == "cursor":
        return None
    if type(value) is not _TYPES[parameter.schema["type"]]:
        return Problem(path, "type", f"{parameter.called}应为{_CALLED[parameter.schema['type']]}")
    try:
        parameter.read(_text(value))
    except ValueError as ex:
        return Problem(path, "filter-invalid", f"{parameter.called}{ex}")
    return None


def _page(collection: str, call: Call, asked: ListQuery, cursor_place: str) -> dict[str, Any]:
    application = call.application
    cursors = Cursors(application.codec, application.lists.secrets, collection, asked.order)
    page = application.lists.page(
        call.caller,
        collection,
        asked.filters,
        order=asked.order,
        after=cursors.read(asked.cursor, cursor_place) if asked.cursor else None,
        limit=asked.limit,
        total=asked.total,
    )
    writer = ReasonWriter.of(application.catalogue, VIEWS[LISTS[collection].view].base)
    items = [
        application.codec.unstructure(_row(row)) | {"state_label": writer.state_label(row["state"])}
        for row in page.rows
    ]
    following = cursors.write(page.next) if page.next is not None else None
    return {"items": items, "next": following, "total": page.total}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {
        name: hundredths(value) if name in SCORES and value is not None else value
        for name, value in row.items()
    }
    return shown | {LINKED: linked_subjects(row[LINKED])} if LINKED in row else shown
