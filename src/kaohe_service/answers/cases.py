"""
What is answered of cases, and of the rows of lists: what the library shows of them, as schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kaohe_service.answers.shapes import (
    INSTANT,
    INTEGER,
    NULLABLE_TEXT,
    TEXT,
    Schema,
    array,
    closed,
    nullable,
)
from kaohe_service.api.collections import COLLECTIONS
from kaohe_service.api.departments import LINKED
from kaohe_service.api.shown import SHOWN
from kaohe_service.schemas import Components
from kaohe_service.scores import SCORES
from kaohe_workflow.application.projection import COLUMNS, VIEWS
from kaohe_workflow.application.queries.acting import AGENCY_NAME
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.former import AS_IT_WENT
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.assessment.case import Opinions


def cases_and_rows(components: Components) -> dict[str, Schema]:
    """A schema for a case of each collection, and one for a page of each list."""
    answers = {}
    for collection, lifecycle in COLLECTIONS.items():
        answers[f"Case.{collection}"] = closed(
            id=TEXT,
            lifecycle={"const": lifecycle},
            state=TEXT,
            state_label=TEXT,
            version=INTEGER,
            hash=TEXT,
            data=_data(components, lifecycle),
        )
    opinion = closed(seq=INTEGER, event=TEXT, at=INSTANT, opinions=nullable(shown(components, Opinions)))
    answers["PastOpinions"] = closed(items=array(opinion))
    for name in LISTS:
        answers[f"List.{name}"] = closed(
            items=array(_row(name)), next=NULLABLE_TEXT, total={"type": ["integer", "null"]}
        )
    return answers


def shown(components: Components, kind: Any) -> Schema:
    """What a class describes as input is also what it looks like when shown, but always with all its fields."""
    if get_origin(kind) in (Union, UnionType):
        parts = [{"type": "null"} if part is NoneType else shown(components, part) for part in get_args(kind)]
        return {"anyOf": parts}
    return components.of(kind)


def _data(components: Components, lifecycle: str) -> Schema:
    types = get_type_hints(LIFECYCLES[lifecycle].record)
    return closed(**{field.name: shown(components, types[field.name]) for field in SHOWN[lifecycle]})


def _row(collection: str) -> Schema:
    listed = LISTS[collection]
    properties = {name: _field(listed.view, name) for name in listed.shows}
    if "birth_date" in properties:
        properties["age"] = INTEGER
    return closed(("age",), state_label=TEXT, **properties)


_KINDS: Mapping[str, Schema] = {
    "text": NULLABLE_TEXT,
    "blind": NULLABLE_TEXT,
    "integer": {"type": ["integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    "instant": nullable(INSTANT),
}


def _field(view_name: str, name: str) -> Schema:
    """The schema of one field of a view, by the column it comes from."""
    if name == "version":
        return INTEGER
    if name in ("id", "state", "institution_id"):
        return TEXT
    if name == LINKED:
        return array(closed(code=TEXT, full_name=TEXT))
    if name == AGENCY_NAME:
        return NULLABLE_TEXT
    if name in AS_IT_WENT:
        return _KINDS[AS_IT_WENT[name]]
    view = VIEWS[view_name]
    alias, column = view.places(name)[0]
    kinds = {entry.name: entry.kind for entry in COLUMNS[view.lifecycle(alias)].columns}
    # Scores are shown as text with two places.
    return NULLABLE_TEXT if column in SCORES else _KINDS[kinds.get(column, "text")]
