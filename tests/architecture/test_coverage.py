"""
The table of what is asked for: whole, about things that exist, and named rightly by the tests.

Which tests pass is asked by `make coverage`, which writes the page; here the page need only be about the same items.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from kaohe_service.api.collections import COLLECTIONS
from tests.coverage.items import ROOT, ROUTE, Item, exists, read_excused, read_items, unknown_references
from tests.coverage.marks import marks
from tests.coverage.page import PAGE, problems, render, section_of, wrong_words

ITEMS = read_items()
EXCUSED = read_excused()

NUMBERED = {"S-": 89, "S-I": 13, "N-0.": 2, "N-1.": 13, "N-2.": 10, "N-3.": 15, "W-": 13}
"""How many items there are of each kind; they are numbered from 1."""

COUNTED = {"M: ": 61, "R-": 43}
"""Rows of the permission table, and rules of the regulation, which have the numbers of its articles."""


def test_every_item_is_there_once() -> None:
    """S-1 to S-89, S-I1 to S-I13, N-0.1 to N-3.15, W-1 to W-13, the permission table and the regulation."""
    numbers = Counter(item.number for item in ITEMS)
    numbered = {f"{kind}{index}" for kind, last in NUMBERED.items() for index in range(1, last + 1)}

    assert numbered == {number for number in numbers if not number.startswith(tuple(COUNTED))}
    assert COUNTED == {kind: sum(number.startswith(kind) for number in numbers) for kind in COUNTED}
    assert {1} == set(numbers.values())


def test_every_item_can_be_shown() -> None:
    """A section of the page, a state, and words that fit a table."""

    assert [] == wrong_words(ITEMS)


def test_what_does_an_item_exists() -> None:
    """An event of a chart, a route of the service or a name of the packages."""

    assert [] == unknown_references(ITEMS)


@pytest.mark.parametrize(
    "reference",
    [
        "assessment:fly",
        "flight:open",
        "GET /nowhere",
        "PATCH /api/v1/home",
        "kaohe_workflow.nothing",
        "os.path",
        "kaohe_workflow.application.access.nobody",
    ],
)
def test_a_reference_to_nothing_is_found(reference: str) -> None:
    """The test above can fail."""

    assert not exists(reference)


def test_what_is_built_is_done_by_something() -> None:
    """Who says that an item is done says by what; what is excused is done by nothing."""

    assert [] == [item.number for item in ITEMS if item.state in ("built", "part") and not item.by]
    assert [] == [item.number for item in ITEMS if item.state == "excused" and item.by]


def test_few_items_are_excused_and_each_with_its_reason() -> None:
    """Only what states a fact and asks for nothing: 25 at most."""

    assert {item.number for item in ITEMS if item.state == "excused"} == EXCUSED.keys()
    assert all(EXCUSED.values())
    assert len(EXCUSED) <= 25


def test_every_mark_names_an_item() -> None:
    """A marker of a test names items of the table, as texts."""
    known = {item.number for item in ITEMS}

    assert [] == [(where, item) for where, item in marks() if item not in known]


def test_what_is_built_is_named_by_a_test_and_what_is_open_by_none() -> None:
    """
    Whoever builds an item says so, and whoever says so has a test; whether that passes is asked by `make coverage`.

    Rows of the permission table are named by marks that are worked out as tests are collected, which is not done here;
    the golden table of permissions holds them to the same.
    """
    named: dict[str, set[str]] = {}
    for where, item in marks():
        named.setdefault(str(item), set()).add(where)
    wrong = problems(ITEMS, named)

    assert [] == [one for one in wrong if not one.startswith("M: ") or "though" in one]


def test_the_page_is_about_these_items() -> None:
    """
    The committed page has a row for every item.

    What the rows say is brought up to date by `make coverage`, which runs the tests, and not by each change of one.
    """
    rows = re.findall(
        r"^\| (.+?) \| .+? \| (?:built|part|open|page|excused) \|", PAGE.read_text("utf-8"), re.M
    )

    assert [item.number.removeprefix("M: ") for item in in_order()] == rows


def in_order() -> list[Item]:
    """The items as the page has them: by section."""
    sections = dict.fromkeys(item.section for item in ITEMS)
    return [item for section in sections for item in ITEMS if item.section == section]


def test_an_item_without_a_test_and_one_that_is_done_are_told() -> None:
    """Built, wholly or in part, needs a test that passes; open and excused have none; a page may have one."""
    states = ("built", "part", "open", "page", "excused")
    items = [Item(f"X-{state}", "front", "词", state, ()) for state in states]
    everywhere = {f"X-{name}": {"tests/x.py::test_y"} for name in (*states, "other")}

    assert [
        "X-built: built, and no passing test proves it",
        "X-part: part, and no passing test proves it",
    ] == problems(items, {})
    assert [
        "X-other: no such item",
        "X-open: open, though a test proves it",
        "X-excused: excused, though a test proves it",
    ] == problems(items, everywhere)


def test_a_row_leads_to_what_does_it_and_to_what_proves_it() -> None:
    """Two clicks from an item to its rows, its address, its code and its tests."""
    by = ("assessment:enrol", "GET /api/v1/home", "kaohe_workflow.application.access.grants")
    item = Item("S-43", "2.2.5", "允许报名", "built", by)
    proven = {"S-43": [f"tests/golden/test_tables.py::test_{name}" for name in "abcde"]}

    assert (
        "| S-43 | 允许报名 | built | [`assessment:enrol`](charts/assessment.md#rows)"
        "<br>[`GET /api/v1/home`](api.md#imports-people-home-departments-certificates)"
        "<br>[`grants`](../../src/kaohe_workflow/application/access.py)"
        " | [golden/test_tables.py](../../tests/golden/test_tables.py): a, b, c, d and 1 more |"
    ) in render([item], {}, proven)


def test_every_address_is_found_in_the_reference() -> None:
    """Whoever follows an item to its address comes to the section that says it, and collections are all listed."""
    reference = (ROOT / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    routes = {one for item in ITEMS for one in item.by if ROUTE.fullmatch(one)}

    assert routes
    assert "" not in {section_of(route) for route in routes}
    assert set(COLLECTIONS.items()) == set(
        re.findall(r"^\| `([a-z-]+)` \| \[([a-z_]+)\]\(charts/\2\.md#rows\) \|", reference, re.M)
    )
