"""Rules of the house that a machine can see: sizes, names, words, addresses."""

from __future__ import annotations

import ast
import re
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MODULE_LINES_ADVISED = 400
MODULE_LINES_ALLOWED = 600
FUNCTION_LINES_ALLOWED = 40

VAGUE_WORDS = frozenset(
    {"manager", "helper", "util", "common", "misc", "stuff", "info", "trigger", "hook", "status", "context"}
    | {"engine", "handler", "processor", "wrapper", "impl", "tmp", "obj"}
)
"""Words that could mean anything, or that mean what the field has a word of its own for (a state is no status)."""

PLACES_OF_TERMS: Mapping[str, tuple[str, ...]] = {
    "status": ("src/kaohe_service/",),
    "handler": ("src/kaohe_service/",),
    "engine": (
        "src/kaohe_workflow/adapters/sql/",
        "src/kaohe_workflow/cli/databases.py",
        "src/kaohe_workflow/statechart/",
        "src/kaohe_workflow/application/",
        "src/kaohe_workflow/cli/demo/",
        "src/kaohe_workflow/testing/trials.py",
    ),
}
"""
Where such a word is an exact term all the same: HTTP calls the number of an answer its status; Falcon and logging have
handlers; SQLAlchemy reaches a database through its engine, and the kernel calls a compiled chart, which decides, an
`Engine`. The two engines never meet in one module.
"""

FORBIDDEN_MODULES = VAGUE_WORDS - PLACES_OF_TERMS.keys() | {"managers", "helpers", "utils", "base", "core"}

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
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in modules("src", "tests")}
    for path, length in sorted(lengths.items()):
        if MODULE_LINES_ADVISED < length <= MODULE_LINES_ALLOWED:
            warnings.warn(f"{path} has {length} lines: is it one room, or two?", stacklevel=1)

    assert {} == {path: length for path, length in lengths.items() if length > MODULE_LINES_ALLOWED}


def test_no_function_is_longer_than_allowed() -> None:
    """A function fits on a screen: 40 lines, its docstring aside."""

    assert [] == [
        f"{name(path)}:{function.lineno} {function.name}: {length} lines"
        for path in modules("src", "tests")
        for function in functions(path)
        if (length := length_without_docstring(function)) > FUNCTION_LINES_ALLOWED
    ]


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, Function)]


def test_every_test_says_the_rule_it_proves() -> None:
    """A module of tests says what it is about, and each test the rule that holds if it passes."""
    named = [path for path in modules("tests") if path.name.startswith("test_")]
    silent = [name(path) for path in named if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    silent += [
        f"{name(path)}:{function.lineno} {function.name}"
        for path in named
        for function in functions(path)
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]

    assert [] == silent


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
    """One word, one meaning: whatever gets a name in `src` avoids words that could mean anything."""

    assert [] == [
        f"{name(path)}:{line} {given}"
        for path in modules("src")
        for line, given in names_given(path.read_text("utf-8"))
        for word in vague_words_of(given)
        if not name(path).startswith(PLACES_OF_TERMS.get(word, ()))
    ]


def test_no_word_is_allowed_for_nothing() -> None:
    """Where a term of others is allowed, it is used; once it is not, the allowance goes."""
    used = {
        (word, place)
        for word, places in PLACES_OF_TERMS.items()
        for place in places
        for path in modules("src")
        if name(path).startswith(place)
        for _, given in names_given(path.read_text("utf-8"))
        if word in vague_words_of(given)
    }

    assert used == {(word, place) for word, places in PLACES_OF_TERMS.items() for place in places}


@pytest.mark.parametrize(
    "text",
    [
        "class CaseStatus: ...",
        "def status_of(): ...",
        "async def _status(): ...",
        "def of(status, /): ...",
        "def of(*status): ...",
        "def of(*, status=None): ...",
        "def of(**status): ...",
        "of = lambda status: 1",
        "CASE_STATUS = 1",
        "status: int",
        "status += 1",
        "one, (two, *status) = three",
        "case.statuses = 1",
        "(status := 1)",
        "for status in (): ...",
        "[1 for status in ()]",
        "with one as status: ...",
        "import json as status",
        "from json import loads as status",
        "try: ...\nexcept ValueError as status: ...",
        "match one:\n  case {**status}: ...",
        "match one:\n  case [*status]: ...",
        "match one:\n  case 1 as status: ...",
    ],
)
def test_the_search_for_names_finds_them(text: str) -> None:
    """The test above looks at every way in which Python gives a name."""

    assert ["status"] == [word for _, given in names_given(text) for word in vague_words_of(given)]


@pytest.mark.parametrize(
    "text", ["answer.status", "falcon.status_codes(status=1)", "import status", '"status"']
)
def test_the_names_of_others_are_theirs(text: str) -> None:
    """Using what somebody else has named is no naming."""

    assert [] == [word for _, given in names_given(text) for word in vague_words_of(given)]


def names_given(text: str) -> Iterator[tuple[int, str]]:
    """Every name that a module gives to anything of its own, with its line: definitions, arguments, assignments."""
    for node in ast.walk(ast.parse(text)):
        for given in names_given_by(node):
            yield getattr(node, "lineno", 0), given


def names_given_by(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.FunctionDef(name=given) | ast.AsyncFunctionDef(name=given) | ast.ClassDef(name=given):
            return (given,)
        case ast.Name(id=given, ctx=ast.Store()) | ast.Attribute(attr=given, ctx=ast.Store()):
            return (given,)
        case ast.arg(arg=given) | ast.alias(asname=str(given)) | ast.ExceptHandler(name=str(given)):
            return (given,)
        case (
            ast.MatchAs(name=str(given)) | ast.MatchStar(name=str(given)) | ast.MatchMapping(rest=str(given))
        ):
            return (given,)
    return ()


def vague_words_of(identifier: str) -> set[str]:
    """The words of an identifier that could mean anything, in the singular."""
    words = words_of(identifier)
    return {word for word in VAGUE_WORDS if words & {word, f"{word}s", f"{word}es"}}


def words_of(identifier: str) -> set[str]:
    """The lower-case words of an identifier: ``open_HTTPCase`` is open, http and case."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}
