"""
One check for every text before any store.

Stores differ in what they take: one keeps a NUL and cuts the text there, another refuses it; a lone
surrogate fails in both, late. What passes here is the same text everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category

from kaohe_workflow.errors import InputInvalid, Problem

SHORT_TEXT = 200
"""Characters of a name, a title, a reason in one line."""

LONG_TEXT = 20_000
"""Characters of a statement (述职报告) or a self-evaluation."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def plain_text(text: str, path: str, *, maximum: int = SHORT_TEXT) -> str:
    """
    Return the text unchanged if every store holds it unchanged.

    Raises:
        InputInvalid: all of ``text-control`` (a control character but newline and tab), ``text-surrogate``
            (half of a pair) and ``text-too-long`` (more than ``maximum`` characters).
    """
    problems = tuple(text_problems(text, path, maximum=maximum))
    if problems:
        raise InputInvalid(problems)
    return text


def storable(text: str) -> bool:
    """Say whether every store can hold the text at all: it has neither a NUL nor half of a pair."""
    return "\0" not in text and (text.isascii() or not any(unstorable(text, "")))


def unstorable(text: str, path: str) -> Iterator[Problem]:
    """List why some store cannot hold the text at all: ``text-surrogate``, ``text-control``."""
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        yield Problem(path, "text-surrogate", "含有不完整的字符")
    if "\0" in text:
        yield Problem(path, "text-control", "含有不可用的控制字符")


def says_something(text: str) -> bool:
    """
    Say whether there is a character that is seen.

    >>> says_something("有误"), says_something(" \u3000"), says_something("\u200b")
    (True, False, False)
    """
    return any(char.isprintable() and not char.isspace() for char in text)


def text_problems(
    text: str, path: str, *, maximum: int = SHORT_TEXT, required: bool = False
) -> Iterator[Problem]:
    """
    List what `plain_text` refuses, for callers that collect the problems of a whole form.

    Of a ``required`` text also ``text-empty``: it says nothing that is seen.
    """
    if required and not says_something(text):
        yield Problem(path, "text-empty", "不能为空")
    # One pass over the categories only for texts that are not plainly printable, which nearly all are.
    kinds = frozenset() if text.isprintable() else {category(char) for char in text if char not in "\n\t"}
    if "Cc" in kinds:
        yield Problem(path, "text-control", "含有不可用的控制字符")
    if "Cs" in kinds:
        yield Problem(path, "text-surrogate", "含有不完整的字符")
    if len(text) > maximum:
        yield Problem(path, "text-too-long", f"不得超过{maximum}个字，现为{len(text)}个字")


def tidy_line(text: str) -> str:
    """
    Return one line of free text from a sheet: invisible characters gone, runs of white space one space.

    For texts that are looked at by people and never compared as identifiers; nothing visible is lost.

    >>> tidy_line(" 心血管" + chr(0x200B) + " 内科" + chr(10))
    '心血管 内科'
    """
    spaced = "".join(" " if char.isspace() else char for char in text)
    return " ".join("".join(char for char in spaced if category(char) not in _UNSEEN).split())
