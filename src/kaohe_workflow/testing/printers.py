"""
A printer for tests: its page is its text, and it lacks the characters it is told to lack.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from kaohe_workflow.application.printing import CertificateFace, Letter, Unprintable


@attrs.frozen
class PlainPrinter:
    """The port `Printer`, setting nothing but number and name; ``lacking`` are the characters of no font."""

    lacking: str = ""

    def unprintable(self, page: CertificateFace | Letter) -> tuple[str, ...]:
        """The characters of the page that are lacking, each once."""
        texts = "".join(text for _, _, text in page.texts)
        return tuple(dict.fromkeys(character for character in texts if character in self.lacking))

    def pdf(self, face: CertificateFace) -> bytes:
        """The face's number and name behind a PDF's first bytes."""
        self._check(face)
        return f"%PDF {face.number} {face.name}".encode()

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        """One after the other."""
        return [None if self.unprintable(face) else self.pdf(face) for face in faces]

    def png(self, face: CertificateFace, dots_per_inch: int) -> bytes:
        """The face's number and name behind a picture's first bytes."""
        self._check(face)
        return b"\x89PNG " + f"{face.number} {face.name}".encode()

    def letter(self, letter: Letter) -> bytes:
        """Every text of the letter, a line each, behind a PDF's first bytes."""
        self._check(letter)
        return "\n".join(["%PDF", *(text for _, _, text in letter.texts)]).encode()

    def _check(self, page: CertificateFace | Letter) -> None:
        if missing := self.unprintable(page):
            raise Unprintable(page, missing)
