"""
Which registrations that are still being written name a department (手册 2.2.3).
"""

from __future__ import annotations

from collections.abc import Collection

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DRAFTED
from kaohe_workflow.application.stored import Case


def drafts_naming(departments: Collection[Case]) -> list[Where]:
    """The conditions of an assessment whose registration, being written or returned, names one of these departments."""
    return [
        Where("institution_id", "in", tuple(dict.fromkeys(case.institution_id for case in departments))),
        Where("drafted_department_id", "in", tuple(case.id for case in departments)),
        Where("state", "in", DRAFTED),
    ]
