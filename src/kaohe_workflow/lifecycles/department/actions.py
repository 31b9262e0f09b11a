"""
What the rows of a department do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.lifecycles.shape import Action, Step


def create_department(record: None, step: Step) -> Department:
    """Make the record."""
    return Department(step.payload.institution_id, step.payload.name, step.payload.subjects)


def edit_department(record: Department, step: Step) -> Department:
    """Replace name and subjects."""
    return attrs.evolve(record, name=step.payload.name, subjects=step.payload.subjects)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"create_department": create_department, "edit_department": edit_department}
)
"""Name in the chart → what it does."""
