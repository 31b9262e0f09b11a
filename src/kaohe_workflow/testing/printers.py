"""
A printer for tests: its page is its text, and it lacks the characters it is told to lack.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from kaohe_workflow.application.printing import PRINTED_TEXTS, CertificateFace, Unprintable


@attrs.frozen
class PlainPrinter:
    """The port `Printer`, setting nothing but number and name; ``lacking`` are the characters of no font."""

    lacking: str = ""

    def unprintable(self, face: CertificateFace) -> tuple[str, ...]:
        """The characters of the face that are lacking, each once."""
        texts = "".join(getattr(face, field) for field, _ in PRINTED_TEXTS)
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

    def _check(self, face: CertificateFace) -> None:
        if missing := self.unprintable(face):
            raise Unprintable(face, missing)
