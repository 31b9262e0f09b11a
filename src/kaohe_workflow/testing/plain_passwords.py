"""A stand-in for slow hashes: as quick as a comparison, and it counts."""

from __future__ import annotations

import attrs


@attrs.define
class PlainPasswords:
    """
    The port `Passwords` without any hashing, for tests only.

    ``compared`` counts comparisons, those with nothing included; ``generation`` is written into every hash,
    and an older one is outdated.
    """

    compared: int = 0
    generation: int = 1

    def hash(self, password: str) -> str:
        """The password, marked with the generation."""
        return f"{self.generation}:{password}"

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether it is this password; counts, whatever is compared."""
        self.compared += 1
        return hashed is not None and hashed.partition(":")[2] == password

    def outdated(self, hashed: str) -> bool:
        """Whether it was made in an older generation."""
        return int(hashed.partition(":")[0]) < self.generation
