"""Which items the tests name, read from their text: nothing is imported or run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.coverage.items import ROOT


def marks() -> Iterator[tuple[str, object]]:
    """
    Every item that a marker `manual` names, with file and line.

    What a test works out as it is collected cannot be read here; `make coverage` finds an item that is none.
    """
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_marker(node.func):
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        yield f"{relative(path)}:{node.lineno}", argument.value


def _is_marker(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr == "manual"
        and isinstance(called.value, ast.Attribute)
        and called.value.attr == "mark"
    )


def relative(path: Path) -> str:
    """A path as the project writes it."""
    return path.relative_to(ROOT).as_posix()
