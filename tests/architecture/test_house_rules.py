"""Rules of the house that a machine can see: sizes, names, words, addresses."""

from __future__ import annotations

import ast
import re
import subprocess
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MODULE_LINES_ADVISED = 400
MODULE_LINES_ALLOWED = 600
FUNCTION_LINES_ALLOWED = 40

FORBIDDEN_WORDS = frozenset({"manager", "helper", "util", "utils", "common", "trigger", "hook"})
FORBIDDEN_MODULES = FORBIDDEN_WORDS | {"managers", "helpers", "misc", "base", "core"}

# One letter of each stands in brackets, so that this file does not match itself.
PRIVATE_PLACES = re.compile(
    r"(?:^|[^A-Za-z0-9])/(?:work|farm)/|/r[o]ot/|/h[o]me/[a-z]|p[y]pi\.|p[y]thonhosted|n[p]mjs|deb\.d[e]bian"
    r"|\.\./s[h]ared|^--(?:extra-)?index-url|^--find-links"
)
UNFINISHED = re.compile(
    r"\bT[O]DO\b|\bF[I]XME\b|p[r]agma: no cover|raise N[o]tImplementedError"
    r"|# t[y]pe: ignore(?!\[)|# n[o]qa(?!:)"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control that exists in the checkout."""
    try:
        listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of tracked files")
    return tuple(path for name in listing.decode().split("\0") if name and (path := ROOT / name).is_file())


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_matching(pattern: re.Pattern[str], paths: Iterator[Path] | tuple[Path, ...]) -> list[str]:
    found = []
    for path in paths:
        try:
            lines = path.read_text("utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture, a font, a workbook
        found += [
            f"{name(path)}:{n}: {m.group()}" for n, line in enumerate(lines, 1) if (m := pattern.search(line))
        ]
    return found


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    """The project builds anywhere: no path of somebody's machine, no host of a package registry."""

    assert [] == lines_matching(PRIVATE_PLACES, tracked())


@pytest.mark.parametrize(
    "line",
    [
        "cd /" + "work/main",
        "see ../" + "shared/x",
        "https://p" + "ypi.org/simple",
        "--" + "find-links wheels",
    ],
)
def test_the_search_for_addresses_finds_them(line: str) -> None:
    """The test above can fail."""

    assert PRIVATE_PLACES.search(line) is not None


def test_nothing_is_unfinished_or_silenced_without_a_reason() -> None:
    """No reminder to oneself, no bare silencing of a checker."""

    assert [] == lines_matching(UNFINISHED, modules("src", "tests", "bench"))


@pytest.mark.filterwarnings("default")
def test_no_module_is_longer_than_allowed() -> None:
    """A module is one room: 400 lines are advised, 600 the limit."""
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in modules("src")}
    for path, length in sorted(lengths.items()):
        if MODULE_LINES_ADVISED < length <= MODULE_LINES_ALLOWED:
            warnings.warn(f"{path} has {length} lines: is it one room, or two?", stacklevel=1)

    assert {} == {path: length for path, length in lengths.items() if length > MODULE_LINES_ALLOWED}


def test_no_function_is_longer_than_allowed() -> None:
    """A function fits on a screen: 40 lines, its docstring aside."""

    assert [] == [
        f"{name(path)}:{function.lineno} {function.name}: {length} lines"
        for path in modules("src")
        for function in functions(path)
        if (length := length_without_docstring(function)) > FUNCTION_LINES_ALLOWED
    ]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, Function)]


def length_without_docstring(function: Function) -> int:
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        assert docstring.end_lineno is not None
        length -= docstring.end_lineno - docstring.lineno + 1
    return length


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    """A thing lives beside its only user; with two users it gets a name and a home."""
    every = modules("src", "tests", "bench")

    assert [] == [name(path) for path in every if {path.stem, path.parent.name} & FORBIDDEN_MODULES]


def test_names_use_the_words_of_the_field() -> None:
    """One word, one meaning: public classes and functions avoid words that could mean anything."""

    assert [] == [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules("src")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and FORBIDDEN_WORDS & words_of(node.name)
    ]


def words_of(identifier: str) -> set[str]:
    """The lower-case words of an identifier: ``open_HTTPCase`` is open, http and case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}
