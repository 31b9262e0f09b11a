"""How files are refused: one code a kind of fault, and what whoever hands it in can do."""

from __future__ import annotations

from kaohe_workflow.errors import InputInvalid, Problem


def unknown_kind() -> InputInvalid:
    """Return the refusal of what is no PDF, JPEG or PNG."""
    return _refusal("attachment-kind", "文件不是PDF、JPEG或PNG，请另存为其中一种后上传（只改扩展名无效）")


def unreadable(message: str = "文件已损坏或不完整，请重新扫描或另存后上传") -> InputInvalid:
    """Return the refusal of a file that cannot be read to its end."""
    return _refusal("attachment-unreadable", message)


def unsafe(message: str) -> InputInvalid:
    """Return the refusal of a file that could do something, or is something else as well."""
    return _refusal("attachment-unsafe", message)


def too_costly(message: str = "文件展开后过大，请降低分辨率或拆分后上传") -> InputInvalid:
    """Return the refusal of a file that is small and becomes large for whoever opens it."""
    return _refusal("attachment-too-large", message)


def _refusal(code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem("$", code, message)])
