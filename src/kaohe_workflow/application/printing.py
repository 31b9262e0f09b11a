"""
What a printed certificate (医师定期考核合格证书) or a written notice (书面通知) shows, and the port that sets it.

The certificate can be printed while its result is 合格 (手册 2.3.0), and is valid only with the stamp of the
issuing authority (手册 2.3.0): the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import attrs

from kaohe_workflow.errors import InputInvalid, Problem


@attrs.frozen
class CertificateFace:
    """
    Everything that differs from one certificate to the next, ready to be set.

    ``sex``, ``level``, ``category`` and ``procedure`` are the Chinese labels; ``department`` may be empty.
    ``cycle_last_day`` belongs to the cycle. ``decided_on`` is the day the result was fixed, ``issued_on``
    the day of the first print. ``statement`` is how the text begins, up to the day and the result; ``note`` says when
    the paper counts. ``verification_url`` goes into the QR code and ends in ``code``; the page shows it beside the
    QR code.
    """

    number: str
    name: str
    sex: str
    id_number_masked: str
    licence_number: str
    level: str
    category: str
    institution: str
    department: str
    cycle_first_day: date
    cycle_last_day: date
    procedure: str
    decided_on: date
    issued_on: date
    issuing_authority: str
    statement: str
    note: str
    verification_url: str
    code: str

    @property
    def texts(self) -> tuple[tuple[str, str, str], ...]:
        """Field, Chinese label and text of all that reaches the page."""
        return tuple((field, label, getattr(self, field)) for field, label in PRINTED_TEXTS)


@attrs.frozen
class Letter:
    """
    A written notice: whom it is for, a table of label and value, paragraphs, who signs it, and the day.
    """

    title: str
    addressee: str
    rows: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    signed: str
    day: date

    @property
    def texts(self) -> tuple[tuple[str, str, str], ...]:
        """Field, Chinese label and text of all that reaches the page."""
        return (
            ("title", "标题", self.title),
            ("addressee", "受文者", self.addressee),
            *((f"rows[{index}]", label, label + value) for index, (label, value) in enumerate(self.rows)),
            *((f"paragraphs[{index}]", "正文", text) for index, text in enumerate(self.paragraphs)),
            ("signed", "落款", self.signed),
        )


PRINTED_TEXTS: tuple[tuple[str, str], ...] = (
    ("number", "证书编号"),
    ("name", "姓名"),
    ("sex", "性别"),
    ("id_number_masked", "证件号码"),
    ("licence_number", "执业证书编码"),
    ("level", "医师级别"),
    ("category", "执业类别"),
    ("institution", "执业机构"),
    ("department", "科室"),
    ("procedure", "考核程序"),
    ("issuing_authority", "发证机关"),
    ("statement", "证书正文"),
    ("note", "生效说明"),
    ("verification_url", "核验网址"),
    ("code", "核验码"),
)
"""The texts of a face that reach the page, each with its Chinese label; dates are always printable."""


class Unprintable(InputInvalid):
    """
    The page was not printed: a text has characters that no installed font covers.

    A missing character would be left out, or become an empty box, in silence; a certificate with a
    mutilated name is worse than none. ``characters`` are those missing, each once; there is one problem
    for each text that holds any.
    """

    code = "unprintable-characters"

    def __init__(self, page: CertificateFace | Letter, characters: tuple[str, ...]) -> None:
        self.characters = characters
        super().__init__(
            [
                Problem(
                    f"$.{field}",
                    "unprintable-character",
                    f"{label}：该字暂不支持：{_listed(missing)}；请核对该字，或由管理员补充字体后再打印",
                )
                for field, label, text in page.texts
                if (missing := [c for c in characters if c in text])
            ]
        )


class Printer(Protocol):
    """Sets certificates and letters. The same page always gives the same bytes."""

    def unprintable(self, page: CertificateFace | Letter) -> tuple[str, ...]:
        """
        Return the characters of all texts of ``page`` that cannot be printed, each once, in reading order.

        These are characters that no font covers, and those that are never seen: control and format
        characters, separators of lines, private-use and lone surrogate code points.
        """

    def pdf(self, face: CertificateFace) -> bytes:
        """
        Set the certificate as a PDF/A-2b file of one A4 page.

        Raises:
            Unprintable: a text has characters that cannot be printed; nothing was set.
        """

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        """
        Set many at once, on as many cores as there are: the same files, in the same order; None for one that cannot be
        printed.

        Raises:
            StoreUnavailable: the pages do not come; nothing is wrong with the faces.
        """

    def png(self, face: CertificateFace, dots_per_inch: int) -> bytes:
        """
        Set the certificate as a PNG picture; ``dots_per_inch`` is 72–300, both included.

        Raises:
            Unprintable: a text has characters that cannot be printed; nothing was set.
            InputInvalid: ``dots_per_inch`` is out of range.
        """

    def letter(self, letter: Letter) -> bytes:
        """
        Set a written notice as a PDF/A-2b file of A4 pages.

        Raises:
            Unprintable: a text has characters that cannot be printed; nothing was set.
        """


def _listed(characters: list[str]) -> str:
    return "、".join(f"{c}（U+{ord(c):04X}）" if c.isprintable() else f"U+{ord(c):04X}" for c in characters)
