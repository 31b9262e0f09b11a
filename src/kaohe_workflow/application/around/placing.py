"""
In which department a case lies, for operators who are limited to some: as the lists say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kaohe_workflow.application.access import Standing
from kaohe_workflow.application.around.batch import Batch
from kaohe_workflow.application.projection import PERSONAL
from kaohe_workflow.application.stored import Case

Asked = tuple[str, Case | None, Any]


def departments_of(
    batch: Batch, lifecycle: str, asked: Sequence[Asked], standings: Sequence[Standing]
) -> list[str | None]:
    """
    The department of each case; None for what is about no physician, about none in particular, or of no department.

    An account is nobody's but its owner's and the whole institution's, so it lies in none.
    """
    if lifecycle not in PERSONAL and lifecycle != "affiliation":
        return [None] * len(asked)
    for (_, case, payload), standing in zip(asked, standings, strict=True):
        batch.affiliations.want(standing.physician_id)
        batch.assessments.want(_assessment_id(case, payload))
    found = [_named(batch, lifecycle, one, standing) for one, standing in zip(asked, standings, strict=True)]
    for id in found:
        batch.departments.want(id)
    return [
        id if lifecycle in _OF_THE_ROSTER or _lies_at(batch, id, standing) else None
        for id, standing in zip(found, standings, strict=True)
    ]


_OF_THE_ROSTER = frozenset({"affiliation", "amendment"})
"""What lies where the roster has the physician, whatever a registration says."""


def _named(batch: Batch, lifecycle: str, asked: Asked, standing: Standing) -> str | None:
    """The department of the registration, else that of the roster."""
    _, case, payload = asked
    person = batch.affiliations.get(standing.physician_id)
    of_roster: str | None = person.record.department_id if person is not None else None
    if lifecycle in _OF_THE_ROSTER:
        return of_roster
    if lifecycle == "assessment":
        filed = case.record.department_id if case is not None else None
    else:
        assessment = batch.assessments.get(_assessment_id(case, payload))
        filed = assessment.record.department_id if assessment is not None else None
    return filed or of_roster


def _assessment_id(case: Case | None, payload: Any) -> str | None:
    source = case.record if case is not None else payload
    found: str | None = getattr(source, "assessment_id", None)
    return found


def _lies_at(batch: Batch, department_id: str | None, standing: Standing) -> bool:
    """A case that has ended stays where it was while the physician goes on to another institution's department."""
    department = batch.departments.get(department_id)
    return department is not None and department.institution_id == standing.institution_id
