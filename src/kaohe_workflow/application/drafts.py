"""
Which registrations that are still being written name a department (手册 2.2.3).
"""

from __future__ import annotations

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DRAFTED


def drafts_naming(institution_id: str, department_id: str) -> list[Where]:
    """The conditions of an assessment whose registration, being written or returned, names this department."""
    return [
        Where("institution_id", "eq", institution_id),
        Where("drafted_department_id", "eq", department_id),
        Where("state", "in", DRAFTED),
    ]
