"""
The process in which attachments are looked into; started by `inspecting`, speaks JSON on its way out.

In: the file's bytes until the end of standard input. Out: ``{"kind": "pdf"}``, or ``{"refused": [code, message]}``.
Anything else, an abort of a parser included, ends the process with another exit code than 0.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from importlib import import_module

from kaohe_workflow.adapters.attachments.refusing import unknown_kind
from kaohe_workflow.adapters.confining import OUT_OF_MEMORY, confine
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.terms import AttachmentKind

_CHECKS: Mapping[AttachmentKind, tuple[bytes, str, str]] = {
    AttachmentKind.PDF: (b"%PDF-", "pdfs", "check_pdf"),
    AttachmentKind.JPEG: (b"\xff\xd8\xff", "images", "check_jpeg"),
    AttachmentKind.PNG: (b"\x89PNG\r\n\x1a\n", "images", "check_png"),
}
"""
Kind → the bytes that it begins with, from the first one on, and what looks through the rest: the module beside this one
and its function. Only the parser that is needed is imported, or every file would wait for the others.
"""


def main() -> int:
    """Look into the file on standard input; return the exit code."""
    confine()
    try:
        answer: object = {"kind": kind_of(sys.stdin.buffer.read())}
    except InputInvalid as ex:
        answer = {"refused": [ex.problems[0].code, ex.problems[0].message]}
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())
    return 0


def kind_of(content: bytes) -> AttachmentKind:
    """
    The kind of a file that is sound and cannot do anything.

    Raises:
        InputInvalid: as `FileInspector`.
    """
    for kind, (beginning, module, check) in _CHECKS.items():
        if content.startswith(beginning):
            getattr(import_module(f"{__package__}.{module}"), check)(content)
            return kind
    raise unknown_kind()


if __name__ == "__main__":
    sys.exit(main())
