"""
Several files as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same files make the same bundle, whenever it is made."""


def bundled(files: Sequence[tuple[str, bytes]]) -> bytes:
    """
    A zip of named files, in their order, not compressed: pages are compressed already.

    >>> bundled([("a.pdf", b"x")]) == bundled([("a.pdf", b"x")])
    True
    """
    into = BytesIO()
    with ZipFile(into, "w", ZIP_STORED) as bundle:
        for name, content in files:
            bundle.writestr(ZipInfo(name, _EPOCH), content)
    return into.getvalue()
