"""The description is true: it is valid, and what it says is what the service does."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kaohe_service.api.collections import COLLECTIONS, RESERVED
from kaohe_service.openapi import describe
from kaohe_service.routes import table
from kaohe_service.schemas import Components, name_of
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.values.terms import Level

if TYPE_CHECKING:
    from tests.service.samples import Samples


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    """The description."""
    return describe(load_catalogue())


def test_the_description_is_valid(document: dict[str, Any]) -> None:
    """OpenAPI 3.1, by an independent validator."""
    validate(document)

    assert "3.1.0" == document["openapi"]


def test_every_event_can_be_found(document: dict[str, Any]) -> None:
    """Each event that a person may send stands at its collection, unless it goes another way; no other does."""
    catalogue = load_catalogue()
    for collection, lifecycle in COLLECTIONS.items():
        bodies = [
            operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
            for path in (f"/api/v1/{collection}", f"/api/v1/{collection}/{{id}}/events")
            if (operation := document["paths"][path].get("post")) is not None
        ]
        events = {one["properties"]["event"]["const"] for body in bodies for one in body}
        chart = catalogue.charts[lifecycle][catalogue.newest(lifecycle)]
        of_people = {row.event for row in chart.transitions if {by.role for by in row.by} != {"system"}}

        assert of_people - set(RESERVED.get(lifecycle, {})) == events


def test_what_nobody_can_set_is_not_described(document: dict[str, Any]) -> None:
    """A schema has exactly the fields that the class takes, and refuses others."""
    schemas = document["components"]["schemas"]
    for lifecycle in LIFECYCLES.values():
        for payload in lifecycle.payloads.values():
            schema = schemas.get(name_of(payload))
            if schema is not None:
                assert {field.name for field in attrs.fields(payload) if field.init} == set(
                    schema["properties"]
                )
                assert False is schema["additionalProperties"]


def test_a_code_list_comes_with_its_labels(document: dict[str, Any]) -> None:
    """Codes for machines, labels for whoever reads the description."""

    assert {
        "type": "string",
        "enum": ["licensed", "assistant"],
        "description": "licensed=执业医师；assistant=执业助理医师",
    } == document["components"]["schemas"]["Level"]


def test_descriptions_are_for_whoever_sends_a_request(document: dict[str, Any]) -> None:
    """One paragraph: what raises what is for readers of the code."""
    texts = [schema.get("description", "") for schema in document["components"]["schemas"].values()]

    assert [] == [text for text in texts if "Raises" in text or "\n" in text]


@attrs.frozen
class _Everything:
    """Of every kind."""

    text: str
    number: int
    truth: bool
    score: Decimal
    day: date
    instant: datetime
    level: Level
    levels: tuple[Level, ...]
    maybe: Level | None = None
    unseen: int = attrs.field(default=0, init=False)


def test_types_become_schemas() -> None:
    """The kinds of field that payloads have."""
    components = Components()
    components.of(_Everything)
    schema = components.schemas["_Everything"]

    assert ["text", "number", "truth", "score", "day", "instant", "level", "levels"] == schema["required"]
    assert "unseen" not in schema["properties"]
    assert {"anyOf": [{"$ref": "#/components/schemas/Level"}, {"type": "null"}]} == schema["properties"][
        "maybe"
    ]
    Draft202012Validator.check_schema(schema)


def test_two_classes_of_one_name_are_refused() -> None:
    """A reference leads to one schema only."""
    one, two = (attrs.make_class("Same", []) for _ in range(2))
    components = Components()
    components.of(one)

    with pytest.raises(TypeError, match="two classes are called"):
        components.of(two)


def test_a_request_does_not_take_the_name_of_an_answer() -> None:
    """What is sent would be described as what is answered."""
    components = Components({"Same": {"type": "object"}})

    with pytest.raises(TypeError, match="an answer is called Same"):
        components.of(attrs.make_class("Same", []))


@pytest.mark.parametrize(
    "route", [route for route in table(load_catalogue()) if route.body is not None], ids=lambda r: r.operation
)
def test_samples_fit_their_schemas(route: Any, samples: Samples, document: dict[str, Any]) -> None:
    """The samples that the other tests send are ones that the description allows."""
    content = document["paths"][route.path][route.method.lower()]["requestBody"]["content"]
    if "application/json" in content:
        schema = content["application/json"]["schema"]
        for one in schema.get("oneOf", [schema]):
            whole = one | {"components": document["components"]}

            assert Draft202012Validator(whole).is_valid(samples.of(one))
