"""
What a workbook hides and merges: hidden rows and columns, and cells that stand for several rows.

Rows and columns are found by patterns while every part is streamed anyway; which part is which sheet stands in two
small parts, which are read only when something is hidden. What cannot be found out is left out, nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from re import Pattern, compile
from xml.etree import ElementTree
from zipfile import ZipFile

import attrs

_ROW = compile(rb"<(?:[A-Za-z0-9]+:)?row\b[^<>]*>")
_COLUMNS = compile(rb"<(?:[A-Za-z0-9]+:)?col\b[^<>]*>")
_HIDDEN = compile(rb"""\shidden=["'](?:1|true)["']""")
_ROW_NUMBER = compile(rb"""\sr=["']([0-9]{1,7})["']""")
_FIRST = compile(rb"""\smin=["']([0-9]{1,5})["']""")
_LAST = compile(rb"""\smax=["']([0-9]{1,5})["']""")

Corner = tuple[int, int]


@attrs.frozen
class Hidden:
    """Hidden rows, counted from 1, and columns, from 0, of one part; filled while the part is streamed."""

    rows: set[int] = attrs.field(factory=set)
    columns: set[int] = attrs.field(factory=set)

    def look(self, window: bytes, maximum_columns: int) -> None:
        """Take in one piece of the part's XML; pieces may overlap."""
        if b"hidden=" not in window:
            return
        for row in _hiding(_ROW, window):
            if number := _ROW_NUMBER.search(row):
                self.rows.add(int(number[1]))
        for columns in _hiding(_COLUMNS, window):
            first, last = _FIRST.search(columns), _LAST.search(columns)
            if first and last:
                self.columns.update(range(int(first[1]) - 1, min(int(last[1]), maximum_columns)))


def _hiding(tag: Pattern[bytes], window: bytes) -> Iterator[bytes]:
    return (found[0] for found in tag.finditer(window) if _HIDDEN.search(found[0]))


def hidden_by_sheet(content: bytes, by_part: Mapping[str, Hidden]) -> Mapping[str, Hidden]:
    """Return by the names of sheets what was found by the names of their parts."""
    if not any(hidden.rows or hidden.columns for hidden in by_part.values()):
        return {}
    try:
        with ZipFile(BytesIO(content)) as container:
            relations = ElementTree.fromstring(container.read("xl/_rels/workbook.xml.rels"))
            sheets = ElementTree.fromstring(container.read("xl/workbook.xml"))
    except (KeyError, ElementTree.ParseError):
        return {}
    parts = {
        relation.get("Id"): _part(relation.get("Target", "")) for relation in relations if relation.get("Id")
    }
    return {
        name: by_part[part]
        for name, relation in _names(sheets)
        if (part := parts.get(relation)) is not None and part in by_part
    }


def _part(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _names(workbook: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Name and relation of each sheet; the relation's attribute is called ``id`` in a namespace of two spellings."""
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            for attribute, value in element.attrib.items():
                if attribute.endswith("}id"):
                    yield element.get("name", ""), value


def merged_rows(ranges: Sequence[tuple[Corner, Corner]] | None, rows: int) -> list[tuple[int, int, int]]:
    """
    Return what is merged over several rows of one column, as (place from 0, first row from 1, last row).

    Args:
        ranges: first and last corner of each range, (row, place) from 0.
        rows: how many rows the sheet has; a range that reaches further is cut.

    Ranges that overlap an earlier one are none: no office program makes them, and each row is looked at once.
    """
    found: list[tuple[int, int, int]] = []
    for (first, place), (last, last_place) in sorted(ranges or (), key=lambda one: (one[0][1], one[0][0])):
        end = min(last + 1, rows)
        overlaps = bool(found) and found[-1][0] == place and found[-1][2] > first
        if place == last_place and first + 1 < end and not overlaps:
            found.append((place, first + 1, end))
    return found
