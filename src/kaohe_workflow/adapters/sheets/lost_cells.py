"""
Cells that the parser gives as empty and that are not, kept visible.

A look-up that finds nothing shows #N/A; a formula that was never computed shows nothing at all, as programs write it
that do not calculate. The parser gives both as empty. Whether a level is blank, which is allowed, or failed, which is a
mistake, is not for a reader to blur, and a row of such cells alone would vanish: in sheets that hold them they are
turned into text before parsing, the error as it shows, the formula as `UNCOMPUTED`.
"""

from __future__ import annotations

from collections.abc import Set
from io import BytesIO
from re import Match, compile
from zipfile import ZIP_STORED, ZipFile

from kaohe_workflow.application.intake.cells import UNCOMPUTED

_ERROR_KINDS = (b't="e"', b"t='e'")
_ERROR_CELL = compile(rb"""(<(?:[A-Za-z0-9]+:)?c\b[^<>]*?\bt=)(["'])e\2""")
"""The opening tag of a cell of the kind *error*."""

_UNCOMPUTED_CELL = compile(
    rb"<((?:[A-Za-z0-9]+:)?)c\b([^<>]*)>\s*"
    rb"<\1f\b(?:[^<>]*/>|[^<>]*>[^<]*</\1f>)\s*"
    rb"(<\1v\s*(?:/>|>\s*</\1v>)\s*)?</\1c>"
)
"""A cell with a formula and no stored value. In a cell of the kind *text* an empty value is one."""

_WITHOUT_VALUE = compile(rb"<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(?:<v\s*(?:/>|>\s*</v>)\s*)?</c>")
"""The end of such a cell where no names have prefixes; looks at formulas alone, so it is quick."""

_KIND = compile(rb"""\s\bt=(["'])(\w*)\1""")
# Character references mean the same in every encoding that a part may be written in.
_MARK = UNCOMPUTED.encode("ascii", "xmlcharrefreplace")


def holds_lost_cells(window: bytes) -> bool:
    """Whether a piece of a sheet's XML may hold such cells; cheap, and true of every formula."""
    return any(mark in window for mark in (b"<f", b":f", *_ERROR_KINDS))


def with_lost_cells(content: bytes, parts: Set[str]) -> BytesIO:
    """Return the workbook with such cells of these parts as text; as it is where there are none."""
    if not parts:
        return BytesIO(content)
    output = BytesIO()
    with ZipFile(BytesIO(content)) as source:
        changed = {name: part for name in parts if (part := _changed(source.read(name))) is not None}
        if not changed:
            return BytesIO(content)
        with ZipFile(output, "w", ZIP_STORED) as target:
            for name in dict.fromkeys(source.namelist()):
                target.writestr(name, changed.pop(name) if name in changed else source.read(name))
    output.seek(0)
    return output


def _changed(part: bytes) -> bytes | None:
    """The part with its lost cells as text, None if it has none."""
    kept = part
    if any(kind in part for kind in _ERROR_KINDS):
        kept = _ERROR_CELL.sub(rb"\1\2str\2", kept)
    if b":f" in part or _WITHOUT_VALUE.search(part) is not None:
        kept = _UNCOMPUTED_CELL.sub(_marked, kept)
    return None if kept == part else kept


def _marked(cell: Match[bytes]) -> bytes:
    prefix, attributes, empty_value = cell.groups()
    kind = _KIND.search(attributes)
    if kind is not None and kind[2] == b"str" and empty_value is not None:
        return cell[0]
    rest = _KIND.sub(b"", attributes)
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (prefix, rest, prefix, _MARK, prefix, prefix)
