"""
The keys of the format, here and nowhere else; a test holds the JSON Schema and the reference page to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.statechart.nodes import Keys

COMPARISONS = ("is", "one_of", "at_least", "at_most")
PREDICATE = ("fact", *COMPARISONS, "all", "any", "not")

KEYS: Mapping[str, Keys] = MappingProxyType(
    {
        "chart": Keys(
            ("chart", "version", "label", "initial", "states", "transitions"), ("cites", "facts", "guards")
        ),
        "fact": Keys(("type", "label"), ("values", "minimum", "maximum", "unit", "cites", "of")),
        "guard": Keys(("label",), ("cites", *PREDICATE)),
        "predicate": Keys((), PREDICATE),
        "threshold": Keys(("parameter",)),
        "state": Keys((), ("label", "short", "cites", "final", "states", "initial", "deadline")),
        "deadline": Keys(("event",), ("parameter", "at")),
        "transition": Keys(
            ("event", "label", "from", "by"),
            ("to", "when", "do", "reason", "four_eyes", "decides", "reopens", "cites"),
        ),
        "by": Keys(("role", "relation")),
    }
)
"""What a mapping is → the keys it must and may have. All keys of the format."""

ONLY_FOR = MappingProxyType({"values": "enum", "minimum": "integer", "maximum": "integer", "unit": "integer"})
"""Keys of a fact that one type alone has."""
