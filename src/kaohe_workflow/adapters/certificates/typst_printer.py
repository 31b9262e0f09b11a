"""Certificates and letters set with Typst: a template each, compiled once and fed with JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import cached_property
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import attrs
import segno
import typst

from kaohe_workflow.adapters.certificates.fonts import FontSet, load_fonts
from kaohe_workflow.application.printing import PRINTED_TEXTS, CertificateFace, Letter, Unprintable
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem

if TYPE_CHECKING:
    from kaohe_workflow.adapters.certificates.drawers import Drawers

_FOLDER = Path(__file__).parent
_CHINA = timezone(timedelta(hours=8))


class TypstPrinter:
    """
    A `Printer` over the template ``certificate.typ``.

    Making one costs nothing; the fonts are read at the first use. ``font_folder`` holds further fonts, for
    characters that the packaged ones lack. Threads may share a printer, one page being set at a time; many pages at
    once are set by processes of their own (`Drawers`), which are started, not forked: Typst's own threads do not
    survive a fork.

    Raises:
        DefinitionError: ``font_folder`` is not a folder.
    """

    def __init__(self, font_folder: Path | None = None) -> None:
        if font_folder is not None and not font_folder.is_dir():
            raise DefinitionError(
                [Problem(str(font_folder), "no-such-folder", "there is no such font folder")]
            )
        self._font_folder = font_folder
        self._lock = Lock()

    def unprintable(self, page: CertificateFace | Letter) -> tuple[str, ...]:
        """See `Printer.unprintable`."""
        characters = dict.fromkeys("".join(text for _, _, text in page.texts))
        return tuple(c for c in characters if not self._fonts.prints(c))

    def pdf(self, face: CertificateFace) -> bytes:
        """See `Printer.pdf`."""
        return self._set(face, format="pdf", pdf_standards="a-2b")

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        """See `Printer.pdfs`."""
        return self._drawers.pdfs(faces)

    def close(self) -> None:
        """End the processes that set many pages; they start again when they are needed."""
        self._drawers.close()

    def png(self, face: CertificateFace, dots_per_inch: int) -> bytes:
        """See `Printer.png`."""
        if not 72 <= dots_per_inch <= 300:
            raise InputInvalid([Problem("$.dots_per_inch", "out-of-range", "分辨率须在72至300之间")])
        return self._set(face, format="png", ppi=dots_per_inch)

    def letter(self, letter: Letter) -> bytes:
        """See `Printer.letter`."""
        self._check(letter)
        content = attrs.asdict(letter) | {"day": _chinese_date(letter.day)}
        return self._compiled(
            self._letters, {"letter": content}, letter.day, format="pdf", pdf_standards="a-2b"
        )

    def _set(self, face: CertificateFace, **output: Any) -> bytes:
        self._check(face)
        return self._compiled(self._compiler, {"face": _as_set(face)}, face.issued_on, **output)

    def _check(self, page: CertificateFace | Letter) -> None:
        if missing := self.unprintable(page):
            raise Unprintable(page, missing)

    def _compiled(
        self, compiler: typst.Compiler, inputs: Mapping[str, Any], day: date, **output: Any
    ) -> bytes:
        told = {name: json.dumps(content, ensure_ascii=False) for name, content in inputs.items()}
        with self._lock:
            page = compiler.compile(
                sys_inputs=told | {"families": json.dumps(self._fonts.families)},
                timestamp=datetime.combine(day, time(), _CHINA),
                **output,
            )
        # A list would be several pictures; a certificate is sized to its one page, and a PDF is one file.
        assert isinstance(page, bytes)
        return page

    @cached_property
    def _drawers(self) -> Drawers:
        from kaohe_workflow.adapters.certificates.drawers import (
            Drawers,
        )  # whose processes have a printer each

        return Drawers(self._font_folder)

    @cached_property
    def _fonts(self) -> FontSet:
        return load_fonts(self._font_folder)

    @cached_property
    def _compiler(self) -> typst.Compiler:
        return self._template("certificate.typ")

    @cached_property
    def _letters(self) -> typst.Compiler:
        return self._template("letter.typ")

    def _template(self, name: str) -> typst.Compiler:
        return typst.Compiler(
            input=_FOLDER / name,
            root=_FOLDER,
            font_paths=self._fonts.fonts,
            ignore_system_fonts=True,
        )


def _as_set(face: CertificateFace) -> dict[str, str]:
    texts = {field: getattr(face, field) for field, _ in PRINTED_TEXTS}
    days = ("cycle_first_day", "cycle_last_day", "decided_on", "issued_on")
    return {
        **texts,
        **{field: _chinese_date(getattr(face, field)) for field in days},
        "qr": _qr_code(face.verification_url),
    }


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _qr_code(url: str) -> str:
    # Trying all eight masks for the best-looking one takes five times as long and scans no better on paper.
    code = segno.make(url, error="m", mask=2, boost_error=False)
    svg = BytesIO()
    code.save(svg, kind="svg", border=4, omitsize=True, xmldecl=False, svgns=True)
    return svg.getvalue().decode()
