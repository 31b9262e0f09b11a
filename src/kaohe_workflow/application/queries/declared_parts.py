"""
What several lists have in common: the fields of their rows, and the filters that ask where something lies.
"""

from __future__ import annotations

from kaohe_workflow.application.queries.filters import PERSON, Filter, equal

ROW = ("id", "version", "state", "institution_id", "institution_name")
PERSON_ROW = (
    "physician_id",
    "name",
    "id_number",
    "level",
    "category",
    "birth_date",
    "first_registered_on",
    "department_id",
    "department",
)

ASSESSMENT_ROW = (*ROW, *PERSON_ROW, "cycle_id", "assessment_id")

INSTITUTION_NAME = Filter("institution_name", "institution_name", "prefix", "卫生机构名称")
"""What an assessment institution types to find the files of one of those that it assesses (手册 2.2.8)."""

AREA = Filter("area_id", "path", "prefix", "所属行政部门（含下级）", "area")
"""Whatever lies at an organisation or below it."""

AGENCY = equal("agency_id", "考核机构")
"""Who assesses the institution today."""

IN_CYCLE = (
    *PERSON,
    equal("cycle_id", "考核周期"),
    equal("institution_id", "卫生机构"),
    INSTITUTION_NAME,
    AREA,
    AGENCY,
    equal("physician_id", "医师"),
)
"""Filters of whatever is about a physician in a cycle."""

OF_ASSESSMENT = (*IN_CYCLE, equal("assessment_id", "考核"))
"""Filters of whatever belongs to an assessment."""
