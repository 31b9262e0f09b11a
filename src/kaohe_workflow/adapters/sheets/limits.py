"""
What a sheet may cost, checked before and while it is read.

A spreadsheet is a small file that may describe a very large one: 4.6 kB with cells A1 and XFD1048576 make
a reader ask for half a terabyte. So the container is looked at first, every XML part is streamed once, and
only then is anything parsed; whatever slips through meets the limits of the child process.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from re import compile
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import attrs

from kaohe_workflow.adapters.sheets.layout import Hidden
from kaohe_workflow.adapters.sheets.lost_cells import holds_lost_cells
from kaohe_workflow.errors import InputInvalid, Problem

MEBIBYTE = 1024 * 1024
MAXIMUM_FILE_BYTES = 20 * MEBIBYTE
MAXIMUM_ENTRIES = 256
MAXIMUM_UNCOMPRESSED_BYTES = 200 * MEBIBYTE
MAXIMUM_RATIO = 100
MAXIMUM_ROWS = 60_000
MAXIMUM_COLUMNS = 64
MAXIMUM_CELL_CHARACTERS = 32_767
"""What office programs hold in a cell; a longer one could not stand in the workbook that goes back."""

MAXIMUM_TEXT_CHARACTERS = 64 * MEBIBYTE
"""Of all cells together: one shared text may be referred to from every cell."""

_RATIO_FROM_BYTES = MEBIBYTE
_CHUNK_BYTES = MEBIBYTE
_OVERLAP_BYTES = 512
_XML_ENDINGS = (".xml", ".rels", ".vml")
_DOCUMENT_TYPE = compile(rb"<!(?:DOCTYPE|ENTITY)")
# Cells right of column BL (64) or below row 60,000 that are not self-closing, so hold a value. Styled empty
# cells and rows far below are what office programs leave behind, and cost nothing.
_OUTSIDE_CELL = compile(
    rb"""\br=["'](?:(?:B[M-Z]|[C-Z][A-Z]|[A-Z]{3,})[0-9]+"""
    rb"""|[A-Z]{1,2}(?:[1-9][0-9]{5,}|[7-9][0-9]{4}|6[1-9][0-9]{3}|60[1-9][0-9]{2}|600[1-9][0-9]|6000[1-9]))"""
    rb"""["'](?:[^<>]{0,400}[^/<>])?>"""
)


def unreadable(message: str) -> InputInvalid:
    """Return the refusal of a file that is damaged, encrypted or no sheet."""
    return InputInvalid([Problem("$", "sheet-unreadable", message)])


def too_large(message: str) -> InputInvalid:
    """Return the refusal of a file beyond the limits."""
    return InputInvalid([Problem("$", "sheet-too-large", message)])


def rows_exceeded() -> InputInvalid:
    """Return the refusal of a sheet with too many rows or columns."""
    return too_large(f"表格超过{MAXIMUM_ROWS}行或{MAXIMUM_COLUMNS}列，请拆分后分次导入")


def cell_exceeded(row: int) -> InputInvalid:
    """Return the refusal of a sheet with a cell that is too long; ``row`` from 1."""
    return too_large(
        f"第{row}行有超过{MAXIMUM_CELL_CHARACTERS}个字的单元格，请更正后重新导入（CSV文件请检查引号）"
    )


def check_size(content: bytes) -> None:
    """
    Refuse a file by its size alone.

    Raises:
        InputInvalid: ``sheet-too-large``, or ``sheet-unreadable`` for an empty one.
    """
    if len(content) > MAXIMUM_FILE_BYTES:
        raise too_large(f"文件超过{MAXIMUM_FILE_BYTES // MEBIBYTE} MiB，请拆分后分次导入")
    if not content:
        raise unreadable("文件为空")


@attrs.frozen
class Scanned:
    """
    What one pass over a workbook's XML has found.

    ``losing`` are the names of the parts that may hold cells which the parser would lose (see `lost_cells`);
    ``hidden`` tells by part what a sheet hides.
    """

    losing: frozenset[str]
    hidden: Mapping[str, Hidden]


def check_workbook(content: bytes) -> Scanned:
    """
    Refuse a workbook by its container and by one pass over its XML, without building anything.

    Raises:
        InputInvalid: ``sheet-too-large`` or ``sheet-unreadable``.
    """
    try:
        with ZipFile(BytesIO(content)) as container:
            entries = container.infolist()
            _check_entries(entries)
            xml = [entry for entry in entries if entry.filename.lower().endswith(_XML_ENDINGS)]
            hidden = {entry.filename: Hidden() for entry in xml}
            losing = [entry.filename for entry in xml if _scan(container, entry, hidden[entry.filename])]
            return Scanned(frozenset(losing), hidden)
    # zipfile raises NotImplementedError for a part that is compressed in a way it does not know, or split over disks.
    except (BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as ex:
        if isinstance(ex, InputInvalid):
            raise
        raise unreadable("文件已损坏，请另存为xlsx后重试") from ex


def _check_entries(entries: list[ZipInfo]) -> None:
    if len(entries) > MAXIMUM_ENTRIES:
        raise too_large(f"文件内含超过{MAXIMUM_ENTRIES}个部分")
    if sum(entry.file_size for entry in entries) > MAXIMUM_UNCOMPRESSED_BYTES:
        raise too_large(f"文件解压后超过{MAXIMUM_UNCOMPRESSED_BYTES // MEBIBYTE} MiB")
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise unreadable("文件不是xlsx工作簿，请另存为xlsx后重试")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise unreadable("文件已加密，请取消密码后重试")
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise unreadable("文件的压缩方式不受支持，请另存为xlsx后重试")
        squeezed = max(entry.compress_size, 1) * MAXIMUM_RATIO
        if entry.file_size > _RATIO_FROM_BYTES and entry.file_size > squeezed:
            raise too_large("文件的压缩比异常")


def _scan(container: ZipFile, entry: ZipInfo, hidden: Hidden) -> bool:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    loses_cells = False
    before = b""
    with container.open(entry) as part:
        while chunk := part.read(_CHUNK_BYTES):
            window = before + chunk
            # Wide encodings would hide from the patterns; no office program writes them here.
            if not before and window.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")):
                raise unreadable("文件的文字编码不受支持，请另存为xlsx后重试")
            if _DOCUMENT_TYPE.search(window):
                raise unreadable("文件含有不允许的XML声明（DTD）")
            if is_sheet and _OUTSIDE_CELL.search(window):
                raise rows_exceeded()
            # A sheet may lie elsewhere too; in parts that are none, these find nothing that is used.
            hidden.look(window, MAXIMUM_COLUMNS)
            loses_cells = loses_cells or holds_lost_cells(window)
            before = window[-_OVERLAP_BYTES:]
    return loses_cells
