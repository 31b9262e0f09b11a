"""Hypothesis strategies for identity numbers, people and the sheets they come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

from kaohe_workflow.application.intake.cells import Cell, Sheet
from kaohe_workflow.testing.people import AREAS, Person, person, resident_number
from kaohe_workflow.testing.workbooks import HEADING_ALIASES, ROSTER_FIELDS

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    """Valid 18-character numbers of people born 1900–2020, anywhere."""
    area = draw(st.one_of(st.sampled_from(AREAS), st.integers(100_000, 999_999).map(str)))
    born = draw(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
    return resident_number(area, born, draw(st.integers(1, 999)))


@st.composite
def as_typed(draw: st.DrawFn, number: str) -> str:
    """The same number as people type it: width, letter case, spaces, hyphens."""
    text = draw(st.sampled_from([number, number.lower(), number.translate(FULL_WIDTH)]))
    cut = draw(st.integers(0, len(text)))
    mark = draw(st.sampled_from(["", " ", "-", "　", "－", "\u00a0"]))
    around = draw(st.sampled_from(["", " ", "\n", "\t", "　"]))
    return around + text[:cut] + mark + text[cut:] + around


def persons(minimum: int = 0, maximum: int = 20_000) -> st.SearchStrategy[Person]:
    """Synthetic people, each with valid numbers."""
    return st.integers(minimum, maximum).map(person)


def any_cells() -> st.SearchStrategy[Cell]:
    """Whatever a cell may hold, sense or none."""
    return st.one_of(
        st.none(),
        st.text(max_size=40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.sampled_from(["居民身份证", "执业医师", "一般", "\u202e张三", "²" * 17, "2011-02-30", "1" * 18]),
    )


@st.composite
def headings(draw: st.DrawFn) -> Mapping[str, str]:
    """Field → heading in any order, under any usual name; only name and number are sure to be there."""
    fields = draw(st.permutations(list(ROSTER_FIELDS)))
    left_out = draw(st.sets(st.sampled_from(sorted(set(ROSTER_FIELDS) - {"name", "id_number"}))))
    return {
        field: draw(st.sampled_from(HEADING_ALIASES.get(field, (ROSTER_FIELDS[field],))))
        for field in fields
        if field not in left_out
    }


@st.composite
def nonsense_sheets(draw: st.DrawFn) -> Sheet:
    """Sheets with the headings of a roster and anything below them."""
    names = draw(headings())
    width = len(names)
    body = draw(st.lists(st.lists(any_cells(), max_size=width + 2).map(tuple), max_size=6))
    return Sheet("名单", (tuple(names.values()), *body))
