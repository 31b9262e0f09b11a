"""
What stands in the place of the printer where the extra ``certificates`` is not installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import attrs

from kaohe_workflow.application.printing import CertificateFace, Letter
from kaohe_workflow.errors import DefinitionError, Problem


@attrs.frozen
class AbsentPrinter:
    """
    A `Printer` that prints nothing: everything else works without Typst, and whoever prints is told what to install.

    ``missing`` names the module that was not found. Every method raises a DefinitionError, ``not-installed``.
    """

    missing: str

    def unprintable(self, page: CertificateFace | Letter) -> tuple[str, ...]:
        """Raise: there are no fonts to look into."""
        self._refuse()

    def pdf(self, face: CertificateFace) -> bytes:
        """Raise."""
        self._refuse()

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        """Raise."""
        self._refuse()

    def png(self, face: CertificateFace, dots_per_inch: int) -> bytes:
        """Raise."""
        self._refuse()

    def letter(self, letter: Letter) -> bytes:
        """Raise."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise DefinitionError(
            [Problem(self.missing, "not-installed", "install kaohe-workflow[certificates] to print")]
        )
