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
    several groups (手册 2.2.3), a disease control centre's none.
    """

    institution_id: str
    name: str
    subjects: tuple[str, ...] = ()
