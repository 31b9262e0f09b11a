"""
What a department (科室) keeps between events.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Department:
    """
    A department of one institution.

    ``subjects`` are codes of the list of diagnosis subjects (诊疗科目); one department may link many of
    several groups (手册 2.2.3). Those of a disease control centre link to a list of their own, or to none.
    """

    institution_id: str
    name: str
    subjects: tuple[str, ...] = ()

    @property
    def linked(self) -> str | None:
        """The codes in one text, with spaces between them, as a column holds them; None where there are none."""
        return " ".join(self.subjects) or None
