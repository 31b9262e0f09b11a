"""Documents that cannot lie: the same tour in both languages, links that lead somewhere, commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_both_readmes_give_the_same_tour() -> None:
    """The Chinese reader sees the very code that the tests execute."""
    english, chinese = (
        re.findall(r"```(?:python|sh)\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.S)
        for name in ("README.md", "README.zh-CN.md")
    )

    assert english[1:] == chinese[1:]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link in a page names a file or folder of the project."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if ":" not in link and not (page.parent / link).exists()]

    assert [] == broken


def test_the_index_names_every_page() -> None:
    """Whoever opens `docs/` finds each page from there; a folder of generated pages is named as a whole."""
    docs = ROOT / "docs"
    index = (docs / "README.md").read_text(encoding="utf-8")
    named = {(docs / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index)}
    pages = {page for page in docs.rglob("*.md") if page.name != "README.md"}

    assert [] == sorted(str(page) for page in pages if named.isdisjoint({page, page.parent}))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_is_found(page: Path) -> None:
    """Whoever copies a command reads before it where it lies: on the page itself, or behind a link."""
    text = page.read_text(encoding="utf-8")
    commands = [
        block.start() + line.start()
        for block in re.finditer(r"^```(?:sh)?\n.*?^```$", text, re.M | re.S)
        for line in re.finditer(r"^kaohe ", block[0], re.M)
    ]

    assert all(".venv/bin" in text[:command] for command in commands)


def test_every_command_of_the_readme_is_a_target() -> None:
    """`make X` in a document is a target of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(
        re.findall(
            r"(?:^|`)make ([a-z]+)\b", "".join(page.read_text(encoding="utf-8") for page in PAGES), re.M
        )
    )
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))

    assert named - targets == set()
