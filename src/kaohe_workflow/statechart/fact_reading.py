"""
Facts of a chart, and the values that guards compare them with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from kaohe_workflow.statechart.keys import KEYS, ONLY_FOR
from kaohe_workflow.statechart.model import Fact, FactType
from kaohe_workflow.statechart.nodes import Place, text_at, texts_at
from kaohe_workflow.statechart.predicates import Parameter, Threshold, Value


def read_fact(name: str, place: Place) -> Fact:
    """Read a fact; its name is a name already."""
    fields = place.fields(KEYS["fact"])
    type_ = fields["type"].word(get_args(FactType)) if "type" in fields else "boolean"
    for key, only in ONLY_FOR.items():
        if key in fields and type_ != only:
            fields[key].note("fact-form", f"only a fact of type {only} has {key!r}")
    values, labels = _words(fields["values"]) if "values" in fields else ((), ())
    if type_ == "enum" and not values:
        place.note("fact-form", "an enum names its values")
    minimum = fields["minimum"].integer() if "minimum" in fields else None
    maximum = fields["maximum"].integer() if "maximum" in fields else None
    if minimum is not None and maximum is not None and minimum > maximum:
        place.note("fact-form", f"minimum {minimum} is above maximum {maximum}")
    if "of" in fields:
        fields["of"].word(["event"])
    return Fact(
        name,
        cast(FactType, type_),
        label=text_at(fields, "label"),
        values=values,
        minimum=minimum,
        maximum=maximum,
        unit=text_at(fields, "unit"),
        cites=texts_at(fields, "cites"),
        of_event="of" in fields,
        value_labels=labels,
        line=place.node.line,
    )


def _words(place: Place) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The words of an enum, alone or with what people call them: no two the same."""
    if not isinstance(place.node.value, Mapping):
        return place.names(), ()
    labels: dict[str, str] = {}
    for word, there in place.named().items():
        label = there.text()
        if label and label in labels.values():
            there.note("duplicate", f"another word is called {label!r} already")
        labels[word] = label
    return tuple(labels), tuple(labels.items())


def read_value(fact: Fact, place: Place) -> Value:
    """Read one of the values that a fact can have."""
    if fact.type == "boolean":
        return place.flag()
    if fact.type == "integer":
        return place.integer() or 0
    return place.word(fact.values) if fact.values else ""


def read_values(fact: Fact, place: Place) -> tuple[Value, ...]:
    """Read a list of different values of a fact."""
    values = tuple(read_value(fact, each) for each in place.items())
    if len(set(values)) < max(1, len(values)):
        place.note("duplicate" if values else "empty", "different values, at least one, are wanted")
    return values


def read_threshold(fact: Fact, place: Place) -> Threshold:
    """Read what an integer fact is compared with: a number, or the name of a parameter."""
    if fact.type != "integer":
        place.note("not-an-integer", f"fact {fact.name!r} is {fact.type}: it has no order")
        return 0
    if isinstance(place.node.value, Mapping):
        fields = place.fields(KEYS["threshold"])
        return Parameter(fields["parameter"].name() if "parameter" in fields else "")
    return place.integer() or 0
