"""What the house promises, seen by a machine: roles in charts, lifecycles apart, small rooms, tests that can fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.values.terms import RELATIONS, ROLES

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"

MEDIAN_LINES_ALLOWED = 160

TERMS = SRC / "kaohe_workflow" / "values" / "terms.py"

GRANTING = SRC / "kaohe_workflow" / "application" / "access.py"
"""Who holds which role is said here, from the kind of the account and of its organisation; charts do the rest."""

SHARED_BY_LIFECYCLES = ("shape", "listing", "reviewing")


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def found(search: object, paths: Iterable[Path], word: str = "") -> list[str]:
    """Where a search of syntax trees finds something: file and line; only files with this word are parsed."""
    assert callable(search)
    return [f"{path.relative_to(ROOT).as_posix()}:{line}" for path in paths for line in search(parsed(path))]


@pytest.mark.parametrize("package", ["src/kaohe_workflow", "src/kaohe_service"])
def test_the_median_module_is_a_small_room(package: str) -> None:
    """Half of all modules have 160 lines at most."""

    assert (
        median(len(path.read_text("utf-8").splitlines()) for path in modules(package)) <= MEDIAN_LINES_ALLOWED
    )


def test_nobody_is_asked_for_a_role() -> None:
    """What a role may do stands in charts: outside the kernel, which compares any with any, no code branches on one."""

    assert [] == found(
        roles_compared, (path for path in modules("src") if "statechart" not in path.parts), "role"
    )


def test_no_role_is_written_out() -> None:
    """The code of a role stands in charts and in `values/terms.py` and nowhere else."""

    assert [] == found(roles_written, (path for path in modules("src") if path != TERMS), "role")


def test_roles_are_named_where_they_are_granted() -> None:
    """Elsewhere code knows the system from people, and what a role is called; which role it is concerns nobody."""

    assert [] == found(
        roles_named, (path for path in modules("src") if path not in (TERMS, GRANTING)), "role"
    )
    assert [] != found(roles_named, [GRANTING])


@pytest.mark.parametrize("lifecycle", LIFECYCLES)
def test_no_lifecycle_imports_another(lifecycle: str) -> None:
    """Lifecycles meet in policies and through facts; what several share stands beside them."""
    allowed = {lifecycle, *SHARED_BY_LIFECYCLES}
    imports = imports_of_lifecycles(modules(f"src/kaohe_workflow/lifecycles/{lifecycle}"))

    assert [] == [f"{place} imports {other}" for place, other in imports if other not in allowed]


def test_what_lifecycles_share_knows_none_of_them() -> None:
    """The shape, and what is reviewed, would otherwise be one of them."""
    shared = [SRC / "kaohe_workflow" / "lifecycles" / f"{name}.py" for name in SHARED_BY_LIFECYCLES]

    assert [] == [other for _, other in imports_of_lifecycles(shared) if other in LIFECYCLES]


def test_no_test_asserts_what_is_always_so() -> None:
    """An assertion compares two things; a constant, a thing with itself and a pair in brackets never fail."""

    assert [] == found(always_so, modules("tests", "src/kaohe_workflow/testing"))


def test_every_test_can_fail() -> None:
    """Each test asserts something itself, expects an error, or calls something of the tests or of the kit that does."""
    every = modules("tests", "src/kaohe_workflow/testing")
    asserting = names_that_assert(map(parsed, every))

    assert [] == found(lambda tree: unasserting(tree, asserting), modules("tests"))


def test_every_skip_says_why() -> None:
    """Who reads the report sees what was not proven here, and for want of what."""

    assert [] == found(skips_without_reason, modules("tests", "src/kaohe_workflow/testing"), "skip")


# The searches, each proven on what is planted below.


def last_word(node: ast.AST) -> str:
    match node:
        case ast.Name(id=given) | ast.Attribute(attr=given):
            return given
        case ast.Subscript(slice=ast.Constant(value=str(given))):
            return given
    return ""


def is_role(node: ast.AST) -> bool:
    return bool({"role", "roles"} & set(last_word(node).lower().split("_")))


def is_the_system(node: ast.AST) -> bool:
    return ast.unparse(node) in ("SYSTEM", "Role.SYSTEM.value", "Role.SYSTEM")


def roles_compared(tree: ast.AST) -> Iterator[int]:
    """Branches on a role; whether it is the system's may be asked."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = (left, *others)
                if any(map(is_role, sides)) and not any(map(is_the_system, sides)):
                    yield node.lineno
            case ast.Match(subject=subject) if is_role(subject):
                yield node.lineno


def roles_written(tree: ast.AST) -> Iterator[int]:
    """A role's code beside a relation's, or given as a role, or looked for among roles."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        match node:
            case ast.Tuple(elts=given) | ast.Call(args=given):
                pass
        pairs = pairwise(given)
        if any(constant(one) in ROLES and constant(other) in RELATIONS for one, other in pairs):
            yield node.lineno  # type: ignore[attr-defined]  # tuples and calls have one
        if isinstance(node, ast.keyword) and node.arg == "role" and constant(node.value) in ROLES:
            yield node.lineno
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(map(is_role, sides)) and any(constant(side) in ROLES for side in sides):
                yield node.lineno


def constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def roles_named(tree: ast.AST) -> Iterator[int]:
    """`Role.AGENCY`, but not its label, and not the system's."""
    labels = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "label"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Role"), attr=member) if (
                member.isupper() and member != "SYSTEM"
            ):
                if id(node) not in labels:
                    yield node.lineno


def imports_of_lifecycles(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Which child of `lifecycles` each module imports."""
    for path in paths:
        for node in ast.walk(parsed(path)):
            for imported in imported_by(node):
                if match := re.match(r"kaohe_workflow\.lifecycles\.(\w+)", imported):
                    yield f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}", match[1]


def imported_by(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [f"{module}.{alias.name}" for alias in names]
        case ast.ImportFrom(names=names):
            return [
                "kaohe_workflow.lifecycles." + alias.name for alias in names
            ]  # from . and from .. tell no name
    return []


def always_so(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Assert(test=ast.Constant()) | ast.Assert(test=ast.Tuple(elts=[_, *_])):
                yield node.lineno
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
                if ast.dump(left) == ast.dump(right):
                    yield node.lineno


EXPECTING = frozenset({"raises", "warns", "fail"})
"""Calls of pytest that fail a test."""

RAISING = frozenset(
    {"run_state_machine_as_test", "check_schema", "check_database", "call_and_validate", "suppress"}
)
"""Calls that raise where the rule is broken; `suppress` lets one error pass and no other."""


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def calls(tree: ast.AST) -> set[str]:
    return {last_word(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def asserts(tree: ast.AST) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree)) or not calls(tree).isdisjoint(
        EXPECTING
    )


def names_that_assert(trees: Iterable[ast.AST]) -> frozenset[str]:
    """Functions that assert, tests aside, and classes of which a method does."""
    return frozenset(
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not node.name.startswith("test_") and asserts(node)
    )


def unasserting(tree: ast.AST, asserting: frozenset[str]) -> Iterator[int]:
    """Tests that neither assert nor call what does, over functions of their own module or directly."""
    every = {one.name: (one, asserts(one), calls(one)) for one in functions(tree)}
    proving = asserting | RAISING | {name for name, (_, itself, _) in every.items() if itself}
    while more := {name for name, (_, _, called) in every.items() if called & proving} - proving:
        proving |= more
    yield from (
        one.lineno for name, (one, _, _) in every.items() if name.startswith("test_") and name not in proving
    )


def skips_without_reason(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_word(node.func) in ("skip", "skipif", "importorskip"):
            said = [word.value for word in node.keywords if word.arg == "reason"]
            said += node.args[:1] if last_word(node.func) == "skip" else []
            if not said or (
                constant(said[0]) in ("", None) and not isinstance(said[0], ast.JoinedStr | ast.Name)
            ):
                yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from (mark.lineno for mark in node.decorator_list if last_word(mark) in ("skip", "skipif"))


@pytest.mark.parametrize(
    ("search", "planted"),
    [
        (roles_compared, 'if by.role == "agency": pass'),
        (roles_compared, "if Role.AGENCY in caller.roles: pass"),
        (roles_compared, 'if row["role"] != wanted: pass'),
        (roles_compared, "match role:\n  case _: pass"),
        (roles_written, 'who = ("agency", "assigned")'),
        (roles_written, 'By("physician", "self")'),
        (roles_written, 'Grant(role="province")'),
        (roles_written, '"auditor" in roles'),
        (roles_named, "held = {Role.AGENCY.value}"),
        (always_so, "assert True"),
        (always_so, "assert (one == two, 'never')"),
        (always_so, "assert case.state == case.state"),
        (lambda tree: unasserting(tree, frozenset()), "def test_it():\n  call()"),
        (skips_without_reason, "@pytest.mark.skip\ndef test_it(): ..."),
        (skips_without_reason, "@pytest.mark.skipif(True)\ndef test_it(): ..."),
        (skips_without_reason, "pytest.skip()"),
        (skips_without_reason, 'pytest.skip("")'),
        (skips_without_reason, 'pytest.importorskip("x")'),
    ],
)
def test_the_searches_find_what_is_planted(search: object, planted: str) -> None:
    """Each search above can fail."""
    assert callable(search)

    assert [1] == list(search(ast.parse(planted)))[:1] or [2] == list(search(ast.parse(planted)))[:1]


@pytest.mark.parametrize(
    ("search", "allowed"),
    [
        (roles_compared, "any(by.role != Role.SYSTEM.value for by in row.by)"),
        (roles_compared, "(by.role, by.relation) in grants"),
        (roles_written, '("agency", "institution", "base.agency_id")'),
        (roles_named, "title = Role.AGENCY.label"),
        (always_so, "assert 1 == one"),
        (lambda tree: unasserting(tree, frozenset({"prove"})), "def test_it():\n  prove(it)"),
        (skips_without_reason, 'pytest.skip("no server")'),
    ],
)
def test_the_searches_leave_alone_what_is_allowed(search: object, allowed: str) -> None:
    """What the house needs is not refused."""
    assert callable(search)

    assert [] == list(search(ast.parse(allowed)))


def test_an_import_of_a_sibling_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every way in which one can be written."""
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    module = tmp_path / "facts.py"
    module.write_text(
        "import kaohe_workflow.lifecycles.cycle.case\n"
        "from kaohe_workflow.lifecycles import exemption\n"
        "from kaohe_workflow.lifecycles.deferral.case import Deferral\n"
        "from .. import certificate\n",
        encoding="utf-8",
    )

    assert ["cycle", "exemption", "deferral", "certificate"] == [
        other for _, other in imports_of_lifecycles([module])
    ]
