"""
Files that prove something: how they are named in what people send, and how a file's own name is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from re import sub
from types import MappingProxyType
from typing import NewType
from unicodedata import category, normalize

from kaohe_workflow.errors import Problem
from kaohe_workflow.values.plain_text import text_problems
from kaohe_workflow.values.terms import AttachmentKind

AttachmentId = NewType("AttachmentId", str)
"""
The id of a stored file. What is declared to be one must be a file of whoever sends it, wherever it stands in what is
sent; and whoever sees a case that names one may fetch it.
"""

MAXIMUM_FILES = 50
"""Files that one part of what is sent may name (design)."""

MAXIMUM_FILE_NAME = 100
"""Characters of a file's name, with its ending."""

UNNAMED = "附件"

_ENDINGS: Mapping[AttachmentKind, tuple[str, ...]] = MappingProxyType(
    {
        AttachmentKind.PDF: (".pdf",),
        AttachmentKind.JPEG: (".jpg", ".jpeg"),
        AttachmentKind.PNG: (".png",),
    }
)
"""Kind → the endings that a name may have; the first one is given to a name without."""


def file_problems(files: Sequence[AttachmentId], path: str) -> Iterator[Problem]:
    """List what is wrong with named files: ``too-many-files``, more than `MAXIMUM_FILES`; ids that no store holds."""
    if len(files) > MAXIMUM_FILES:
        yield Problem(path, "too-many-files", f"至多{MAXIMUM_FILES}个文件，现为{len(files)}个")
    for index, file in enumerate(files[:MAXIMUM_FILES]):
        yield from text_problems(file, f"{path}[{index}]")


def file_name(given: str, kind: AttachmentKind) -> str:
    r"""
    The name under which a file is kept and given back: one line without folders, ended as its content asks for.

    >>> file_name("C:\\扫描\\合格证书.PDF", AttachmentKind.PDF)
    '合格证书.PDF'
    >>> file_name("../照片.exe", AttachmentKind.JPEG), file_name(" \u202e", AttachmentKind.PNG)
    ('照片.exe.jpg', '附件.png')
    """
    last = normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    # Controls, what turns the direction of writing, halves of characters: C*; line and paragraph ends: Zl, Zp.
    shown = "".join(char for char in last if category(char)[0] != "C" and category(char) not in ("Zl", "Zp"))
    plain = sub(r'[<>:"|?*]', "_", shown).strip(" .") or UNNAMED
    endings = _ENDINGS[kind]
    if plain.lower().endswith(endings):
        stem, dot, ending = plain.rpartition(".")
        return (stem or UNNAMED)[: MAXIMUM_FILE_NAME - len(ending) - 1] + dot + ending
    return plain[: MAXIMUM_FILE_NAME - len(endings[0])] + endings[0]
