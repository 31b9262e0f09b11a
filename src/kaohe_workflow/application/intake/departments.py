"""
Departments that a list names: those that the institution has, those to be made, and those that are not in use, whose
cells stay blank and are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.intake.roster_reading import RosterRow
from kaohe_workflow.application.intake.tables import RowNote
from kaohe_workflow.application.lines import Item, Tried
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.lifecycles.department.events import CreateDepartment

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


def departments_of(unit: UnitOfWork, institution_id: str) -> dict[str, Case]:
    """The departments that the institution has, by name."""
    found = unit.find("department", [Where("institution_id", "eq", institution_id)])
    return {case.record.name: case for case in found if case.state != "deleted"}


def departments_in_use(unit: UnitOfWork, institution_id: str) -> dict[str, str]:
    """Ids by name of the departments that somebody can be put into."""
    found = departments_of(unit, institution_id)
    return {name: case.id for name, case in found.items() if case.state == "enabled"}


def make_departments(
    transaction: Transaction, principal: Principal, institution_id: str, rows: Sequence[RosterRow]
) -> list[Tried]:
    """
    Make the departments that these rows name and the institution lacks (科室管理, 手册 2.2.3).

    Returns what became of each, in the order in which the rows name them first; one that is there and disabled is not
    made again, nor enabled. Whom the door refuses (a caller who may not make departments there) is among them with the
    error, and nothing is raised.
    """
    known = departments_of(transaction.unit, institution_id)
    named = dict.fromkeys(row.department for row in rows if row.department)
    items = [Item(None, CreateDepartment(institution_id, name)) for name in named if name not in known]
    return transaction.apply(principal, "department", "create", items)
