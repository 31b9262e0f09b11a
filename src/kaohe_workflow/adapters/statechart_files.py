"""
Charts as files: strict YAML to nodes with lines, folders to charts, and the lock on what was released.

YAML here is less than YAML: no anchors, aliases, tags or second documents, no duplicate keys. A plain
``true`` or ``false`` is a truth value and a plain integer an integer; everything else is text, so
``on``, ``no``, ``12:30`` and ``2026-03-01`` stay what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.statechart.model import Statechart, Vocabulary
from kaohe_workflow.statechart.nodes import NOTHING, Log, Node, Scalar
from kaohe_workflow.statechart.reading import read_chart
from kaohe_workflow.values.terms import RELATIONS, ROLE_INCLUDES, ROLES, SAME_BODY, Role

LOCK = "released.lock"
"""Names every released version with its SHA-256, in the format of ``sha256sum``."""

VOCABULARY = Vocabulary(
    roles=frozenset(ROLES),
    relations=frozenset(RELATIONS),
    includes=ROLE_INCLUDES,
    same_body=SAME_BODY,
    automatic=frozenset({Role.SYSTEM.value}),
)
"""What the shipped charts may name, and who may hold several roles."""

MAXIMUM_DEPTH = 64

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_VERSION = re.compile(r"v([1-9][0-9]*)\.yaml", re.ASCII)


def read_statechart(text: str, source: str = "<text>", vocabulary: Vocabulary | None = None) -> Statechart:
    """
    Read a chart from its YAML text.

    ``source`` is what problems call it; ``vocabulary`` the roles and relations it may name, None for any.

    Raises:
        DefinitionError: with every problem, each with source, line and path.
    """
    log = Log(source)
    return read_chart(parse(text, source, log), source, vocabulary, log.problems)


def parse(text: str, source: str = "<text>", log: Log | None = None) -> Node:
    """
    Parse strict YAML into nodes that know their lines.

    What is more YAML than is allowed here is noted in ``log``, where one is given: the nodes are there all the same,
    so that whoever reads them finds the rest, and reports everything at once.

    Raises:
        DefinitionError: the text is no YAML or nested too deep; without a log, also what would be noted in it.
    """
    parser = _Parser(text, source, log or Log(source))
    problems = parser.log.problems
    try:
        root = parser.document()
    except yaml.MarkedYAMLError as ex:
        line = ex.problem_mark.line + 1 if ex.problem_mark else 0
        problem = Problem(f"{source}:{line}", "yaml-syntax", f"{ex.context or 'no YAML'}: {ex.problem}")
        raise DefinitionError([*problems, problem]) from ex
    except yaml.YAMLError as ex:
        raise DefinitionError([*problems, Problem(source, "yaml-syntax", str(ex))]) from ex
    if log is None and problems:
        raise DefinitionError(problems)
    return root


class _Parser:
    """Builds nodes from the events of PyYAML's parser; its resolver and constructor never run."""

    def __init__(self, text: str, source: str, log: Log) -> None:
        self.events: Iterator[yaml.Event] = iter(yaml.parse(text, Loader=_LOADER))
        self.source = source
        self.log = log
        self.anchored: dict[str, Node] = {}
        self.aliases = 0

    def document(self) -> Node:
        next(self.events)  # the stream starts
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise DefinitionError([Problem(self.source, "empty", "there is nothing in it")])
        root = self._node(next(self.events), 0)
        next(self.events)  # the document ends
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            self._note(following, "yaml-form", "one document is wanted")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = _line(event)
        if depth > MAXIMUM_DEPTH:
            deep = Problem(f"{self.source}:{line}", "yaml-form", "nested too deep")
            raise DefinitionError([*self.log.problems, deep])
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self._note(event, "yaml-form", "anchors and aliases are not allowed: write it out")
        if getattr(event, "tag", None):
            self._note(event, "yaml-form", "tags are not allowed")
        if isinstance(event, yaml.AliasEvent):
            self.aliases += 1
            # What it stands for is read in its place, so that nothing but the alias is found wrong there.
            return Node(self.anchored.get(str(anchor), NOTHING).value, line)
        aliases = self.aliases
        node = Node(self._value(event, depth), line)
        if anchor is not None and aliases == self.aliases:  # no alias within an alias: a file stays its size
            self.anchored[anchor] = node
        return node

    def _value(self, event: yaml.Event, depth: int) -> Scalar | tuple[Node, ...] | Mapping[str, Node]:
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                items.append(self._node(inner, depth + 1))
            return tuple(items)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(depth)
        return _scalar(event) if isinstance(event, yaml.ScalarEvent) else None

    def _mapping(self, depth: int) -> Mapping[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            self._node(key, depth + 1)
            value = self._node(next(self.events), depth + 1)
            if not isinstance(key, yaml.ScalarEvent):
                self._note(key, "yaml-form", "a key is a word")
                continue
            name = str(key.value)
            if name in found:
                self._note(key, "duplicate-key", f"the key {name!r} stands here twice")
            found[name] = Node(value.value, _line(key))
        return found

    def _note(self, event: yaml.Event, code: str, message: str) -> None:
        self.log.problems.append(Problem(f"{self.source}:{_line(event)}", code, message))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    text = str(event.value)
    if event.style:  # quoted, or a block: always text
        return text
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return None if text in ("", "~", "null") else text


def charts_root() -> Traversable:
    """
    Find the folder of the shipped charts: in the installed package, or beside ``src`` in a checkout.

    Raises:
        DefinitionError: neither is there.
    """
    package = files("kaohe_workflow")
    packed = package / "_statecharts"
    if packed.is_dir():
        return packed
    if isinstance(package, Path):
        checkout = package.parents[1] / "statecharts"
        if checkout.is_dir():
            return checkout
    raise DefinitionError([Problem("statecharts", "charts-missing", "the folder of charts is not there")])


def load_charts(root: Traversable, vocabulary: Vocabulary | None = None) -> dict[str, dict[int, Statechart]]:
    """
    Load every ``<name>/v<N>.yaml`` under a folder: name → version → chart, both in order.

    Raises:
        DefinitionError: with the problems of all files: what `read_statechart` finds, a name or version
            that is not that of folder and file, and whatever `check_released` says.
    """
    loaded: dict[str, dict[int, Statechart]] = {}
    problems = check_released(root)
    for place, name, version, text in _chart_files(root):
        try:
            chart = read_statechart(text, place, vocabulary)
        except DefinitionError as ex:
            problems += ex.problems
            continue
        if (chart.name, chart.version) != (name, version):
            message = f"it calls itself {chart.name!r} version {chart.version}"
            problems.append(Problem(place, "chart-misplaced", message))
        loaded.setdefault(name, {})[version] = chart
    if problems:
        raise DefinitionError(problems)
    return loaded


def _chart_files(root: Traversable) -> Iterator[tuple[str, str, int, str]]:
    """Path below the root, folder name, version and text of each chart file, sorted by name and version."""
    for folder in sorted((entry for entry in root.iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        versions = {
            int(match[1]): entry
            for entry in folder.iterdir()
            if (match := _VERSION.fullmatch(entry.name)) and entry.is_file()
        }
        for version, entry in sorted(versions.items()):
            yield f"{folder.name}/{entry.name}", folder.name, version, entry.read_text(encoding="utf-8")


def check_released(root: Traversable) -> list[Problem]:
    """
    Return a problem for each released version that has changed or vanished; without a lock there is
    none.
    """
    texts = {place: text for place, _, _, text in _chart_files(root)}
    problems = []
    for place, digest in released(root).items():
        if place not in texts:
            problems.append(Problem(place, "released-missing", "a released version must stay"))
        elif _digest(texts[place]) != digest:
            problems.append(
                Problem(place, "released-changed", "a released version never changes; write the next")
            )
    return problems


def released(root: Traversable) -> Mapping[str, str]:
    """Return the path of each released version below the root → its SHA-256."""
    lock = root / LOCK
    if not lock.is_file():
        return {}
    lines = [line.split() for line in lock.read_text(encoding="utf-8").splitlines() if line.strip()]
    wrong = [index for index, words in enumerate(lines, start=1) if len(words) != 2]
    if wrong:
        raise DefinitionError(
            [Problem(f"{LOCK}:{index}", "lock-invalid", "SHA-256 and path are wanted") for index in wrong]
        )
    return {place: digest for digest, place in lines}


def unreleased(root: Traversable) -> tuple[str, ...]:
    """
    The paths of the versions that are not released yet: what `release` would lock now.

    Raises:
        DefinitionError: a chart cannot be read, or a version that was released before has changed.
    """
    return tuple(_fresh(root, released(root)))


def release(root: Path) -> tuple[str, ...]:
    """
    Write the hash of every version that is not released yet into the lock, and return their paths.

    The lock is replaced as a whole, by one that has everything, or not at all; where nothing is new it is left alone.

    Raises:
        DefinitionError: a chart cannot be read, or a version that was released before has changed.
    """
    locked = released(root)
    fresh = _fresh(root, locked)
    if fresh:
        lines = [f"{digest}  {place}\n" for place, digest in sorted({**locked, **fresh}.items())]
        unfinished = root / f"{LOCK}.unfinished"
        unfinished.write_text("".join(lines), encoding="utf-8", newline="\n")
        unfinished.replace(root / LOCK)
    return tuple(fresh)


def _fresh(root: Traversable, locked: Mapping[str, str]) -> dict[str, str]:
    """Path and hash of each version that the lock does not name, all of whose charts can be read."""
    load_charts(root)
    return {place: _digest(text) for place, _, _, text in _chart_files(root) if place not in locked}


def _digest(text: str) -> str:
    # Reading text makes every line end with \n, so that a checkout on another system keeps its hashes.
    return sha256(text.encode()).hexdigest()
