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
    """Replace the name, and the subjects where some are given, be it none at all."""
    given = step.payload.subjects
    return attrs.evolve(record, name=step.payload.name, subjects=record.subjects if given is None else given)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"create_department": create_department, "edit_department": edit_department}
)
"""Name in the chart → what it does."""
