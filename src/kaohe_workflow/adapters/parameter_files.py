"""
Provincial parameters from files: ``statecharts/parameters/<province>.yaml``, one dated, cited block a value.

    province: guangxi
    label: 广西壮族自治区
    parameters:
      - {from: 2020-01-01, parameter: simplified_years_long, value: 12, cites: [measures/21]}

Read as strictly as charts: every scalar is text until its kind types it, an unknown or repeated key is an
error, anchors are none of this format, and all problems of all files are reported at once, with their lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from importlib.resources.abc import Traversable

import yaml

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.values.citations import Citation
from kaohe_workflow.values.parameters import ParameterBlock, Timeline

_FILE_KEYS = frozenset({"province", "label", "parameters"})
_BLOCK_KEYS = frozenset({"from", "parameter", "value", "cites"})


def load_parameters(root: Traversable) -> dict[str, Timeline]:
    """
    Return province → timeline for every file in ``root/parameters``.

    Args:
        root: the directory that holds the charts: a path, or packaged files.

    Raises:
        DefinitionError: there is no file, or any of them is wrong; all problems at once.
    """
    problems: list[Problem] = []
    timelines: dict[str, Timeline] = {}
    directory = root.joinpath("parameters")
    found = sorted(directory.iterdir(), key=lambda file: file.name) if directory.is_dir() else []
    for file in found:
        if not file.name.endswith(".yaml"):
            continue
        try:
            timeline = read_timeline(file.read_text(encoding="utf-8"), file.name)
        except DefinitionError as ex:
            problems.extend(ex.problems)
            continue
        timelines[timeline.province] = timeline
    if problems:
        raise DefinitionError(problems)
    if not timelines:
        raise DefinitionError([Problem("parameters", "no-parameters", "no province has parameters")])
    return timelines


def read_timeline(text: str, name: str) -> Timeline:
    """
    Read the text of one file; ``name`` is the file's name, whose stem must be the province.

    Raises:
        DefinitionError: all problems of the file, each as ``name:line``.
    """
    reader = _Reader(name)
    tree = reader.mapping(reader.root(text), _FILE_KEYS)
    province = reader.text(tree, "province")
    if province is not None and f"{province}.yaml" != name:
        reader.report(tree["province"], "wrong-province", f"{province!r} in a file called {name}")
    label = reader.text(tree, "label")
    blocks = tuple(reader.blocks(tree.get("parameters")))
    reader.finish()
    return Timeline(province or "", label or "", blocks)


class _Reader:
    """Walks the nodes of one file and keeps what is wrong with them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def finish(self) -> None:
        if self.problems:
            raise DefinitionError(self.problems)

    def report(self, node: yaml.Node, code: str, message: str) -> None:
        self.problems.append(Problem(self.place(node), code, message))

    def place(self, node: yaml.Node) -> str:
        return f"{self.name}:{node.start_mark.line + 1}"

    def root(self, text: str) -> yaml.Node:
        try:
            for token in yaml.scan(text, Loader=yaml.BaseLoader):
                if isinstance(token, (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)):
                    line = token.start_mark.line + 1
                    message = "anchors, aliases and tags are not part of this format"
                    self.problems.append(Problem(f"{self.name}:{line}", "anchor", message))
            # No implicit types: `no` stays a word, a date stays text.
            node: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as ex:
            message = " ".join(str(ex).split())
            raise DefinitionError([Problem(self.name, "not-yaml", message)]) from ex
        self.finish()
        if node is None:
            raise DefinitionError([Problem(self.name, "empty", "the file is empty")])
        return node

    def mapping(self, node: yaml.Node, known: frozenset[str]) -> Mapping[str, yaml.Node]:
        found: dict[str, yaml.Node] = {}
        if not isinstance(node, yaml.MappingNode):
            self.report(node, "no-mapping", f"a mapping of {', '.join(sorted(known))} is expected")
            return found
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value not in known:
                wanted = ", ".join(sorted(known))
                self.report(key, "unknown-key", f"unknown key {key.value!r}; known: {wanted}")
            elif key.value in found:
                self.report(key, "repeated-key", f"{key.value!r} stands twice")
            else:
                found[key.value] = value
        for missing in sorted(known - set(found)):
            self.report(node, "missing-key", f"{missing!r} is missing")
        return found

    def text(self, tree: Mapping[str, yaml.Node], key: str) -> str | None:
        node = tree.get(key)
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and node.value:
            return str(node.value)
        self.report(node, "no-text", f"{key!r} must be a text")
        return None

    def blocks(self, node: yaml.Node | None) -> Iterator[ParameterBlock]:
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.report(node, "no-list", "'parameters' must be a list of blocks")
            return
        for item in node.value:
            try:
                block = self._block(item)
            except DefinitionError as ex:
                self.problems.extend(ex.problems)
                continue
            if block is not None:
                yield block

    def _block(self, node: yaml.Node) -> ParameterBlock | None:
        tree = self.mapping(node, _BLOCK_KEYS)
        if set(tree) != _BLOCK_KEYS:
            return None
        starts_on = self._day(tree)
        cites = self._cites(tree["cites"])
        parameter = self.text(tree, "parameter")
        if starts_on is None or parameter is None or cites is None:
            return None
        return ParameterBlock.read(
            starts_on, parameter, self._plain(tree["value"]), cites, self.place(tree["value"])
        )

    def _day(self, tree: Mapping[str, yaml.Node]) -> date | None:
        text = self.text(tree, "from")
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.report(tree["from"], "no-day", f"{text!r} is no day such as 2020-01-01")
            return None

    def _cites(self, node: yaml.Node) -> tuple[Citation, ...] | None:
        plain = self._plain(node)
        if not isinstance(plain, list) or not plain or not all(isinstance(item, str) for item in plain):
            self.report(node, "no-citation", "'cites' must be a list of one citation at least")
            return None
        return tuple(Citation.parse(item, self.place(node)) for item in plain)

    def _plain(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            pairs = [(str(key.value), self._plain(value)) for key, value in node.value]
            if len(dict(pairs)) != len(pairs):
                self.report(node, "repeated-key", "a key stands twice")
            return dict(pairs)
        return str(node.value)
