"""Reader, JSON Schema and reference page describe one format."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.keys import KEYS

ROOT = Path(__file__).parents[3]
SCHEMA: dict[str, Any] = json.loads((ROOT / "statecharts/schema/statechart.schema.json").read_text("utf-8"))
PAGE = (ROOT / "docs/reference/chart-format.md").read_text("utf-8")
SOUND = (Path(__file__).parent / "sound.yaml").read_text("utf-8")
SHIPPED = sorted((ROOT / "statecharts").glob("*/v*.yaml"))


def in_schema(kind: str) -> dict[str, Any]:
    place = {"chart": SCHEMA, "threshold": SCHEMA["$defs"]["parameter"]}
    return place.get(kind) or SCHEMA["$defs"][kind]


@pytest.mark.parametrize("kind", KEYS)
def test_the_schema_has_the_keys_of_the_reader(kind: str) -> None:
    """What the schema admits and demands is what the reader does."""
    found = in_schema(kind)

    assert {*KEYS[kind].required, *KEYS[kind].optional} == set(found["properties"])
    assert set(KEYS[kind].required) == set(found["required"])
    assert found["additionalProperties"] is False


@pytest.mark.parametrize("kind", KEYS)
def test_the_page_documents_the_keys_of_the_reader(kind: str) -> None:
    """Each kind of mapping has a section with a line for each key, and says which are required."""
    section = re.split(r"^##", PAGE.split(f"### {kind}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.split("|") for line in section.splitlines() if line.startswith("| `")]

    assert {*KEYS[kind].required, *KEYS[kind].optional} == {
        key for line in lines for key in re.findall(r"`(\w+)`", line[1])
    }
    assert set(KEYS[kind].required) == {
        line[1].strip(" `") for line in lines if line[2].strip() == "required"
    }


def test_the_schema_is_one() -> None:
    """The schema itself is valid."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_shipped_charts_are_valid_by_the_schema(path: Path) -> None:
    """An editor that knows the schema finds nothing wrong with what ships."""
    # BaseLoader leaves everything text, as `on` and `no` should stay; numbers and truth values are typed here.
    document = typed(yaml.load(path.read_text("utf-8"), yaml.BaseLoader))

    assert [] == [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)]


def typed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: typed(value) for key, value in node.items()}
    if isinstance(node, list):
        return [typed(item) for item in node]
    if node in ("true", "false"):
        return node == "true"
    return int(node) if re.fullmatch(r"-?\d+", node) else node


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to: draft, by", "too: draft, by"),
        ("is: open", "is: open, at_most: 3"),
        ("is: open, ", ""),
        ("{fact: window, is: open,", "{all: [],"),
        ("draft: {label: 草稿}", "draft: {label: 草稿, states: {}}"),
        ("draft: {label: 草稿}", "draft: {label: 草稿, deadline: {event: submit}}"),
        ("[before, open, over]", "[before, open, open]"),
        ("[before, open, over]", "{}"),
        ("[before, open, over]", "{before: 未开始, open: [进行中], over: 已结束}"),
        ("[before, open, over]", "{before: 未开始, 进行中: 进行中, open: 开, over: 已结束}"),
        ("version: 1", "version: 0"),
        ("when: [in_window", "reason: yes\n    when: [in_window"),
    ],
)
def test_schema_and_reader_refuse_the_same(old: str, new: str) -> None:
    """A mistake of form is seen while typing and while reading."""
    text = SOUND.replace(old, new)
    document = typed(yaml.load(text, yaml.BaseLoader))

    assert text != SOUND
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)
    with pytest.raises(DefinitionError):
        read_statechart(text)
