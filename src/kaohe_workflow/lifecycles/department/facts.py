"""
What the guards of a department look at.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Protocol

from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.lifecycles.department.events import CreateDepartment, EditDepartment
from kaohe_workflow.lifecycles.shape import Facts


class Around(Protocol):
    """What lies around a department."""

    @property
    def institution_state(self) -> str | None:
        """The state of the institution that the payload, or else the record, names."""

    @property
    def other_names(self) -> Set[str]:
        """The names of the institution's other departments that are not deleted."""

    @property
    def known_subjects(self) -> Set[str]:
        """Every code of the list of diagnosis subjects (诊疗科目名录), with a centre's own list for 预防保健机构."""

    @property
    def has_physicians(self) -> bool:
        """Whether an attached physician is in the department."""

    @property
    def has_drafts(self) -> bool:
        """Whether a registration in 待报名 or 待报名(被机构驳回) names it; not one that is being reviewed."""

    @property
    def has_filings(self) -> bool:
        """Whether a filing names it that has been submitted and whose assessment has not ended."""


class DepartmentFacts(Facts[Department, Around]):
    """The facts of the chart ``department``."""

    @property
    def institution_open(self) -> bool:
        """The institution is there and not closed."""
        return self._around.institution_state not in (None, "closed")

    @property
    def name_free(self) -> bool:
        """No other department of the institution has the payload's name, deleted ones aside (手册 2.2.3)."""
        name = getattr(self._payload, "name", None)
        return name is not None and name not in self._around.other_names

    @property
    def subjects_known(self) -> bool:
        """Every subject that is given is on the list; none at all is fine, as in a disease control centre."""
        if not isinstance(self._payload, CreateDepartment | EditDepartment):
            return False
        return set(self._payload.subjects or ()) <= self._around.known_subjects

    @property
    def no_physicians(self) -> bool:
        """No attached physician is in it: otherwise it is disabled first and deleted later (手册 2.2.3)."""
        return not self._around.has_physicians

    @property
    def no_draft(self) -> bool:
        """
        No registration that its physician still works on names it: 待报名, 待报名(被机构驳回).

        Read: an open draft is one that can be edited now. That of somebody who was taken out of the cycle again does
        not keep the department; its physician has to choose another before submitting.
        """
        return not self._around.has_drafts

    @property
    def no_filing(self) -> bool:
        """
        No unfinished assessment was filed with it: otherwise it is disabled first and deleted later, as with
        physicians (手册 2.2.3).

        Read: who has filed with a department is of it until there is a result, whatever the roster says. A file may
        still come back from review, and its physician then finds the department, or is told that it is disabled. A
        result keeps the name and nothing else; one that is computed again keeps it too.
        """
        return not self._around.has_filings
