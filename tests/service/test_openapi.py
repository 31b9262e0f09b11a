"""The description is true: it is valid, and what it says is what the service does."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from schemathesis.checks import CHECKS, load_all_checks

from kaohe_service.api.collections import COLLECTIONS, RESERVED
from kaohe_service.media import JPEG, PDF, PNG, XLSX
from kaohe_service.openapi import describe
from kaohe_service.routes import table
from kaohe_service.schemas import Components, name_of
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.values.terms import Level

if TYPE_CHECKING:
    from tests.service.conftest import Samples, Site


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


load_all_checks()
EXCLUDED = (
    # A sound number of a person or a name cannot be told from others by a schema, nor which of two events a
    # state allows; and a cursor is only good if it was written here.
    "positive_data_acceptance",
    # Needs requests that depend on each other; the crawl in test_routes asks this of every route.
    "use_after_free",
    "ensure_resource_availability",
)
CHECKED = [CHECKS.get_one(name) for name in CHECKS.get_all_names() if name not in EXCLUDED]
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
EXAMPLES = 200 if DEEP else 30
ELSEWHERE = [] if DEEP else sorted(set(COLLECTIONS) - {"assessments", "departments", "physicians"})
"""Collections that only the deep run asks: their resources are those of the others, with other payloads."""

SENT = (
    schemathesis.openapi.from_dict(describe(load_catalogue()))
    .exclude(operation_id="log-out")
    .exclude(tag=ELSEWHERE)
)


@schemathesis.serializer(XLSX, PDF, JPEG, PNG)
def _as_it_is(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@SENT.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_what_the_description_says_is_what_happens(case: schemathesis.Case, worn: Site, office: str) -> None:
    """Sound and unsound requests of every route: documented statuses, types and bodies, never an error of ours."""
    case.operation.app = case.operation.schema.app = worn.app
    case.call_and_validate(headers={"Authorization": f"Bearer {office}", "Host": "localhost"}, checks=CHECKED)


@pytest.fixture(scope="module")
def office(worn: Site) -> str:
    """The token of a session at the province."""
    return str(worn.as_organisation(worn.world.province).token)
