"""What is handed out: the wheel, and the locks that say what it runs with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("runtime", "service", "dev")  # each contains the one before
SERVED = ("service", "certificates", "attachments", "postgres")
"""The extras of what is deployed; `make lock` names the same."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def files_below(folder: Path) -> set[str]:
    """Names relative to ``folder`` of the project's files: neither caches nor what begins with a dot."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {n.as_posix() for n in names if not any(p.startswith((".", "__pycache__")) for p in n.parts)}


def test_the_wheel_holds_both_packages_whole(wheel: Path) -> None:
    """Templates, fonts, pages, the input of the demo: a file beside the code is a file of the wheel."""
    expected = files_below(ROOT / "src")
    names = set(ZipFile(wheel).namelist())

    assert set() == expected - names


def test_the_wheel_carries_the_statecharts_inside_the_library(wheel: Path) -> None:
    """Charts are data of the library: an installed one finds them without the checkout."""
    expected = {f"kaohe_workflow/_statecharts/{name}" for name in files_below(ROOT / "statecharts")}
    names = ZipFile(wheel).namelist()

    assert expected == {name for name in names if name.startswith("kaohe_workflow/_statecharts/")}
    assert [] == [name for name in names if name.startswith("statecharts/")]


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """No tests, no tools, no second copy: two packages and the metadata, with the licence."""
    roots = {name.partition("/")[0] for name in ZipFile(wheel).namelist()}

    assert {"kaohe_workflow", "kaohe_service", "kaohe_workflow-0.1.0.dist-info"} == roots
    assert "kaohe_workflow-0.1.0.dist-info/licenses/LICENSE" in ZipFile(wheel).namelist()


@pytest.mark.skipif(
    find_spec("kaohe_workflow.cli.chart") is None, reason="the chart command is not part of this checkout"
)
def test_the_unpacked_wheel_checks_its_own_charts(wheel: Path, tmp_path: Path) -> None:
    """``kaohe chart check --all`` works on what the wheel brought, far from any checkout."""
    ZipFile(wheel).extractall(tmp_path / "site")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, kaohe_workflow; from kaohe_workflow.cli import main\n"
            "print(kaohe_workflow.__file__, file=sys.stderr); sys.exit(main(['chart', 'check', '--all']))",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, str(tmp_path / "site")) == (run.returncode, run.stderr[: len(str(tmp_path / "site"))])


def test_what_the_service_installs_runs_every_command() -> None:
    """The demo, the seed and the small worlds of the tutorial need nothing of what only the tests are run with."""
    tools = ("hypothesis", "pytest")
    code = (
        f"import sys; sys.modules.update(dict.fromkeys({tools}))\n"
        "import importlib, pkgutil, kaohe_workflow.cli as cli, kaohe_workflow.testing.worlds\n"
        "for module in pkgutil.walk_packages(cli.__path__, cli.__name__ + '.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (0, "") == (run.returncode, run.stderr)


def pins(lock: str) -> dict[str, str]:
    """Name → version of one lock."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_has_hashes_and_no_line_an_address(lock: str) -> None:
    """A lock installs from wherever pip looks, and only what was locked."""
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8").splitlines()
    unhashed = [
        line
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        if "==" in line and not line.lstrip().startswith("#") and "--hash=sha256:" not in following
    ]
    allowed = re.compile(r"\S+==\S+.* \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    # .*|# .*|")

    assert [] == unhashed
    assert [] == [line for line in lines if "://" in line or not allowed.fullmatch(line)]


def test_a_smaller_lock_is_a_part_of_the_larger() -> None:
    """What the tests ran with is what is deployed: the same versions in each lock."""
    runtime, service, dev = (pins(lock) for lock in LOCKS)

    assert runtime.items() <= service.items() <= dev.items()


def wanted(lock: str) -> list[Requirement]:
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"]]
    if lock != "runtime":
        lines += [line for extra in (extras if lock == "dev" else SERVED) for line in extras[extra]]
        lines += groups["build"]
    if lock == "dev":
        lines += [line for line in groups["dev"] if isinstance(line, str)]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock: str) -> None:
    """A requirement added or raised in ``pyproject.toml`` is locked in the same change (``make lock``)."""
    locked = pins(lock)

    assert [] == [
        str(requirement)
        for requirement in wanted(lock)
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"))
    ]
