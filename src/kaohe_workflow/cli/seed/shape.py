"""
How large a province is: so many physicians at so many institutions, few of them large and most of one physician.

Institutions follow a power of their rank, as a province's do: one hospital of thousands, some hundred of hundreds, and
tens of thousands of clinics and village rooms.
"""

from __future__ import annotations

from typing import Self

import attrs

_HALVINGS = 60


@attrs.frozen(kw_only=True)
class Shape:
    """Numbers of organisations and people; ``largest`` is how many physicians the largest institution has."""

    physicians: int
    institutions: int
    cities: int
    counties: int
    largest: int

    def part(self, share: float) -> Self:
        """The same province in small; ``share`` over 0, at most 1. A city, a county and an agency always remain."""
        return attrs.evolve(
            self,
            **{
                name: max(least, round(whole * share))
                for name, whole, least in (
                    ("physicians", self.physicians, 12),
                    ("institutions", self.institutions, 6),
                    ("cities", self.cities, 1),
                    ("counties", self.counties, 2),
                    ("largest", self.largest, 4),
                )
            },
        )

    def sizes(self) -> tuple[int, ...]:
        """Physicians of each institution, the largest first; together exactly ``physicians``."""
        low, high = 0.0, 4.0
        for _ in range(_HALVINGS):
            power = (low + high) / 2
            low, high = (power, high) if sum(self._ranked(power)) > self.physicians else (low, power)
        sizes = self._ranked(high)
        missing = self.physicians - sum(sizes)
        for index in range(missing):
            # Not to the largest, whose size is given.
            sizes[1 + index % (len(sizes) - 1)] += 1
        return tuple(sizes)

    def _ranked(self, power: float) -> list[int]:
        return [max(1, int(self.largest * rank**-power)) for rank in range(1, self.institutions + 1)]


PROVINCE = Shape(physicians=145_100, institutions=34_888, cities=14, counties=111, largest=4_000)
"""A province of fifty million people, as large as the one whose manual this follows."""
