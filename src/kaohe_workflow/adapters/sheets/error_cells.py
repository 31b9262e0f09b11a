"""
Cells that show an error, kept visible.

A look-up that finds nothing shows #N/A, and the parser gives such a cell as empty. Whether a level is blank,
which is allowed, or failed to be looked up, which is a mistake, is not for a reader to blur: in sheets that
hold such cells they are turned into the text they show, before parsing.
"""

from __future__ import annotations

from collections.abc import Set
from io import BytesIO
from re import compile
from zipfile import ZIP_STORED, ZipFile

ERROR_CELL = compile(rb"""(<(?:[A-Za-z0-9]+:)?c\b[^>]*?\bt=)(["'])e\2""")
"""The opening tag of a cell of the kind *error*."""


def with_error_texts(content: bytes, parts: Set[str]) -> bytes:
    """Return the workbook with the error cells of these parts as text; unchanged where there are none."""
    if not parts:
        return content
    output = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(output, "w", ZIP_STORED) as target:
        for name in dict.fromkeys(source.namelist()):
            part = source.read(name)
            target.writestr(name, ERROR_CELL.sub(rb"\1\2str\2", part) if name in parts else part)
    return output.getvalue()
