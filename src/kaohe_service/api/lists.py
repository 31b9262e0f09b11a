"""
Lists: a page of rows within the caller's scope, and the way to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.cursors import PATTERN, Cursors
from kaohe_service.calls import Answer, Call
from kaohe_service.parameters import BOOLEAN, DATE, TEXT, Parameter, Schema, choice, integer
from kaohe_service.reasons import ReasonWriter
from kaohe_workflow.application.queries.lists import LISTS, MAXIMUM_PAGE, Filter

PAGE = 20
OLDEST = 150
"""Full years of the oldest physician that may be asked for."""

_KINDS: Mapping[str, Schema] = {
    "text": TEXT,
    "id_number": TEXT,
    "date": DATE,
    "boolean": BOOLEAN,
    "integer": integer(0, 999_999_999),
    "age": integer(0, OLDEST),
}
_HUNDREDTHS = frozenset({"score"})
"""Fields that the views keep as whole hundredths."""


def parameters_of(collection: str) -> tuple[Parameter, ...]:
    """The query of a list: its filters, how many rows, in which order, after which row."""
    listed = LISTS[collection]
    orders = [order for field in listed.sorts for order in (field, f"-{field}")]
    return (
        *(_filter(entry) for entry in listed.filters),
        Parameter("limit", "query", "每页行数", integer(1, MAXIMUM_PAGE), default=PAGE),
        Parameter("order", "query", "排序，减号表示降序", choice(*orders), default="id"),
        Parameter("cursor", "query", "翻页位置", {"type": "string", "maxLength": 800, "pattern": PATTERN}),
    )


def _filter(entry: Filter) -> Parameter:
    return Parameter(entry.name, "query", entry.label, _KINDS[entry.kind])


def list_cases(collection: str, call: Call) -> Answer:
    """A page of a collection, with a link to the next one."""
    application, query = call.application, call.query
    cursors = Cursors(application.codec, application.lists.secrets, collection, query["order"])
    names = {entry.name for entry in LISTS[collection].filters}
    filters = {name: _text(query[name]) for name in sorted(names) if query.get(name) is not None}
    page = application.lists.page(
        call.caller,
        collection,
        filters,
        order=query["order"],
        after=cursors.read(query["cursor"]) if query["cursor"] else None,
        limit=query["limit"],
    )
    writer = ReasonWriter.of(application.catalogue, COLLECTIONS[collection])
    items = [
        application.codec.unstructure(_row(row)) | {"state_label": writer.state_label(row["state"])}
        for row in page.rows
    ]
    if page.next is None:
        return Answer(data={"items": items, "next": None})
    cursor = cursors.write(page.next)
    kept = {"limit": query["limit"], "order": query["order"], "cursor": cursor}
    link = f'<{call.target}?{urlencode(filters | kept)}>; rel="next"'
    return Answer(data={"items": items, "next": cursor}, headers={"Link": link})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: f"{value // 100}.{value % 100:02}" if name in _HUNDREDTHS and value is not None else value
        for name, value in row.items()
    }
