"""
The routes that every collection has, and those of the lists that are asked in a body.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs

from kaohe_service.api import attachments, cases, lists
from kaohe_service.api.collections import COLLECTIONS, LABELS
from kaohe_service.api.events import can_be_refused, offered
from kaohe_service.bodies import Bulk, Event, JsonBody
from kaohe_service.calls import Answer, Call
from kaohe_service.media import JPEG, PDF, PNG
from kaohe_service.parameters import ID, RequestParameter
from kaohe_service.route import API, ID_PARAMETER, IDEMPOTENCY_KEY, IF_MATCH, Method, Route
from kaohe_workflow.application.attached import finder_of
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.taken_numbers import ASKING


@attrs.frozen(kw_only=True)
class _Pattern:
    """A row that every collection has: its path below the collection's, and what follows from the collection."""

    method: Method
    path: str
    verb: str
    summary: str
    resource: Callable[[str, Call], Answer]
    parameters: tuple[RequestParameter, ...] = ()
    schema: str
    body: Callable[[str], JsonBody] | None = None
    status: int = 200
    versioned: bool = False
    refusals: tuple[int, ...] = ()
    headers: tuple[str, ...] = ()

    def of(self, collection: str, catalogue: Catalogue) -> Route:
        """The row of one collection."""
        own = lists.parameters_of(collection, catalogue) if self.verb == "list" else ()
        return Route(
            method=self.method,
            path=f"{API}/{collection}{self.path}",
            operation=f"{self.verb}-{collection}",
            who="session",
            summary=f"{LABELS[collection]}：{self.summary}",
            tag=collection,
            resource=partial(self.resource, collection),
            parameters=(*self.parameters, *own),
            body=self.body(COLLECTIONS[collection]) if self.body else None,
            status=self.status,
            schema=f"{self.schema}{collection}" if self.schema.endswith(".") else self.schema,
            versioned=self.versioned,
            refusals=self.refusals if self.verb != "create" else _refusals_of_making(collection, catalogue),
            headers=self.headers,
            elsewhere=lists.not_in_addresses(collection) if self.verb == "list" else {},
        )


def _refusals_of_making(collection: str, catalogue: Catalogue) -> tuple[int, ...]:
    """
    404 where a case is made in something that not everybody may know of, 409 where a rule can stand in the way, 429
    where the answer would tell whether an ID number is on file.
    """
    lifecycle = COLLECTIONS[collection]
    everybodys = LISTS[collection].shared == "everybody"
    ruled = can_be_refused(lifecycle, catalogue)
    asking = any(asked == lifecycle for asked, _ in ASKING)
    return (*(() if everybodys else (404,)), *((409,) if ruled else ()), *((429,) if asking else ()))


_LIST = _Pattern(
    method="GET", path="", verb="list", summary="列表", resource=lists.list_cases, schema="List."
)

_OF_COLLECTIONS: tuple[_Pattern, ...] = (
    _LIST,
    _Pattern(
        method="POST",
        path="",
        verb="create",
        summary="新建",
        resource=cases.create,
        parameters=(IDEMPOTENCY_KEY,),
        body=partial(JsonBody, Event, creates=True),
        status=201,
        schema="Receipt",
        versioned=True,
        headers=("Location",),
    ),
    _Pattern(
        method="POST",
        path="/events",
        verb="bulk",
        summary="批量办理",
        resource=cases.send_many,
        parameters=(IDEMPOTENCY_KEY,),
        body=partial(JsonBody, Bulk),
        schema="BulkResult",
    ),
    _Pattern(
        method="GET",
        path="/{id}",
        verb="show",
        summary="详情",
        resource=cases.show,
        parameters=(ID_PARAMETER,),
        schema="Case.",
        versioned=True,
    ),
    _Pattern(
        method="GET",
        path="/{id}/events",
        verb="explain",
        summary="可办理的事项及原因",
        resource=cases.explain,
        parameters=(ID_PARAMETER,),
        schema="Explanation",
    ),
    _Pattern(
        method="POST",
        path="/{id}/events",
        verb="send",
        summary="办理",
        resource=cases.send,
        parameters=(ID_PARAMETER, IF_MATCH, IDEMPOTENCY_KEY),
        body=partial(JsonBody, Event),
        schema="Receipt",
        versioned=True,
        refusals=(409,),
    ),
    _Pattern(
        method="GET",
        path="/{id}/history",
        verb="history",
        summary="办理记录",
        resource=cases.history,
        parameters=(ID_PARAMETER,),
        schema="History",
    ),
)


FILE_PARAMETER = RequestParameter("file", "path", "附件的编号", ID, required=True)


def _attachment(collection: str) -> Route:
    return Route(
        method="GET",
        path=f"{API}/{collection}/{{id}}/attachments/{{file}}",
        operation=f"show-attachment-of-{collection}",
        who="session",
        summary=f"{LABELS[collection]}：其中的附件",
        tag=collection,
        resource=partial(attachments.show_of_case, collection),
        parameters=(ID_PARAMETER, FILE_PARAMETER),
        answers=(PDF, JPEG, PNG),
    )


def _search(collection: str, catalogue: Catalogue) -> Route:
    return Route(
        method="POST",
        path=f"{API}/{collection}/search",
        operation=f"search-{collection}",
        who="session",
        summary=f"{LABELS[collection]}：列表，筛选条件在请求内容中",
        tag=collection,
        resource=partial(lists.search_cases, collection),
        body=lists.body_of(collection, catalogue),
        schema=f"List.{collection}",
    )


def collection_routes(catalogue: Catalogue) -> tuple[Route, ...]:
    """
    The rows of all collections. Which states a list may be asked for, and where people make cases, the charts say.
    """
    return (
        *(_search(collection, catalogue) for collection in lists.SEARCHED),
        *(_LIST.of(name, catalogue) for name in LISTS if name not in COLLECTIONS),
        *(
            _attachment(collection)
            for collection, lifecycle in COLLECTIONS.items()
            if finder_of(catalogue.lifecycle(lifecycle).record) is not None
        ),
        *(
            pattern.of(collection, catalogue)
            for collection, lifecycle in COLLECTIONS.items()
            for pattern in _OF_COLLECTIONS
            if pattern.verb != "create" or offered(lifecycle, catalogue, creates=True)
        ),
    )
