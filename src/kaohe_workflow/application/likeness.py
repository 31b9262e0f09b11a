"""
The port for what compares two faces.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

import attrs


@attrs.frozen
class Figure:
    """
    How like two faces are: percent, 0–100 with at most two places, and what says so.

    ``similarity`` is None where no single face can be found on one of them. ``source`` names the program and its
    version, so that figures of different kinds are told apart later.
    """

    similarity: Decimal | None
    source: str


class Likeness(Protocol):
    """
    Compares faces. Its figure marks nobody and decides nothing: people look (手册 2.2.9).
    """

    def compare(self, known: bytes, taken: bytes) -> Figure:
        """
        How like the face of a photo (JPEG or PNG) is to a known one.

        Raises:
            LikenessUnavailable: nothing has compared them; a later try may succeed.
        """
