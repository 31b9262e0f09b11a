"""
The tree that a chart is read from: plain values that know the line they stand on.

Whoever parses a file makes `Node`s. `Place` walks over them and notes every problem it meets with its
path, instead of stopping at the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from kaohe_workflow.errors import Problem
from kaohe_workflow.statechart.model import is_name

Scalar = str | int | bool | None


@attrs.frozen
class Node:
    """
    A scalar, a sequence or a mapping of a document.

    ``line`` counts from 1; for a value in a mapping it is the line of its key.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    line: int


@attrs.frozen
class Keys:
    """The keys that a mapping must have, and those that it may."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def __contains__(self, key: object) -> bool:
        return key in self.required or key in self.optional


@attrs.frozen
class Log:
    """Problems of one source, in the order met."""

    source: str
    problems: list[Problem] = attrs.field(factory=list)


NOTHING: Final = Node(None, 0)


@attrs.frozen
class Place:
    """
    A node with its path from the root (``$.transitions[3].by``).

    Each method reads the node as one kind of thing. If it is not, the problem is noted and something
    harmless is returned, so that reading goes on and finds the rest.
    """

    node: Node
    path: str
    log: Log

    def note(self, code: str, message: str) -> None:
        """Note a problem of this place."""
        self.log.problems.append(Problem(f"{self.log.source}:{self.node.line} {self.path}", code, message))

    def fields(self, keys: Keys) -> dict[str, Place]:
        """Read a mapping whose keys are fixed; unknown and missing ones are problems."""
        found = self._mapping()
        for key, place in found.items():
            if key not in keys:
                place.note("unknown-key", f"no such key here: {key!r} ({_listed(keys)})")
        if isinstance(self.node.value, Mapping):
            for key in keys.required:
                if key not in found:
                    self.note("missing-key", f"{key!r} is missing")
        return {key: place for key, place in found.items() if key in keys}

    def named(self) -> dict[str, Place]:
        """Read a mapping from names to things."""
        found = self._mapping()
        for key, place in found.items():
            if not is_name(key):
                place.note("name-invalid", f"{key!r} is no name: lower case, digits, underscores")
        return {key: place for key, place in found.items() if is_name(key)}

    def items(self) -> list[Place]:
        """Read a sequence."""
        if not isinstance(self.node.value, tuple):
            self.note("not-a-list", f"a list is wanted, not {self._kind()}")
            return []
        return [Place(item, f"{self.path}[{place}]", self.log) for place, item in enumerate(self.node.value)]

    def text(self) -> str:
        """Read a text that is not blank."""
        if isinstance(self.node.value, str) and self.node.value.strip():
            return self.node.value
        self.note("not-a-text", f"a text is wanted, not {self._kind()}")
        return ""

    def name(self) -> str:
        """Read a name; an invalid one is noted and comes back empty."""
        if isinstance(self.node.value, str) and is_name(self.node.value):
            return self.node.value
        self.note("name-invalid", f"a name is wanted (lower case, digits, underscores), not {self._kind()}")
        return ""

    def integer(self) -> int | None:
        """Read an integer."""
        if isinstance(self.node.value, int) and not isinstance(self.node.value, bool):
            return self.node.value
        self.note("not-an-integer", f"an integer is wanted, not {self._kind()}")
        return None

    def flag(self) -> bool:
        """Read ``true`` or ``false``."""
        if isinstance(self.node.value, bool):
            return self.node.value
        self.note("not-a-flag", f"true or false is wanted, not {self._kind()}")
        return False

    def word(self, words: Iterable[str]) -> str:
        """Read one of some words."""
        known = tuple(words)
        if isinstance(self.node.value, str) and self.node.value in known:
            return self.node.value
        self.note("unknown-word", f"one of {', '.join(known)} is wanted, not {self._kind()}")
        return known[0]

    def names(self) -> tuple[str, ...]:
        """Read a list of names, each at most once."""
        found: list[str] = []
        for place in self.items():
            name = place.name()
            if name in found:
                place.note("duplicate", f"{name!r} is listed twice")
            elif name:
                found.append(name)
        return tuple(found)

    def texts(self) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(filter(None, (place.text() for place in self.items())))

    def _mapping(self) -> dict[str, Place]:
        if not isinstance(self.node.value, Mapping):
            self.note("not-a-mapping", f"a mapping is wanted, not {self._kind()}")
            return {}
        return {key: Place(node, f"{self.path}.{key}", self.log) for key, node in self.node.value.items()}

    def _kind(self) -> str:
        match self.node.value:
            case None:
                return "nothing"
            case tuple():
                return "a list"
            case Mapping():
                return "a mapping"
            case scalar:
                return repr(scalar)


def _listed(keys: Keys) -> str:
    return "known: " + ", ".join((*keys.required, *keys.optional))


def text_at(fields: Mapping[str, Place], key: str) -> str:
    """The text of a key, empty where it is not given."""
    return fields[key].text() if key in fields else ""


def texts_at(fields: Mapping[str, Place], key: str) -> tuple[str, ...]:
    """The texts of a key, none where it is not given."""
    return fields[key].texts() if key in fields else ()


def flag_at(fields: Mapping[str, Place], key: str) -> bool:
    """The truth value of a key, false where it is not given."""
    return fields[key].flag() if key in fields else False
