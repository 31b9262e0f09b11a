"""
Departments that a list names and the institution does not have in use: such cells stay blank, and are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.application.stored import Case

DEPARTMENT_UNKNOWN = "department-unknown"
"""The institution has no department of this name; an import may make it."""

DEPARTMENT_DISABLED = "department-disabled"
"""The department is there and disabled: nobody is put into it."""


def department_notes(known: Mapping[str, Case], rows: Sequence[RosterRow]) -> Iterator[RowNote]:
    """A note for each name that is no department in use, at the first row that has it, with the number of rows."""
    first: dict[str, int] = {}
    counted = Counter(row.department for row in rows if row.department)
    for row in rows:
        if row.department:
            first.setdefault(row.department, row.row)
    for name, row_number in first.items():
        case = known.get(name)
        if case is not None and case.state == "enabled":
            continue
        code, what = (
            (DEPARTMENT_UNKNOWN, f"本机构没有科室“{name}”（导入时可选择新建）")
            if case is None
            else (DEPARTMENT_DISABLED, f"科室“{name}”已停用")
        )
        message = f"{what}，涉及{counted[name]}行：科室留空，由医师报名时选择"
        yield RowNote(row_number, "科室", code, message)
