"""
Who may come to review a file: the committee of its agency, so that a physician can ask that a member stay out of it.

Told to whoever sees the assessment; the accounts with which the members review are not.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import STANDING_AGENCY
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition


@attrs.frozen
class Assessor:
    """A member of the assessment committee (考核办法 第九条); ``known``: a named account shows who it is."""

    name: str
    title: str
    position: CommitteePosition
    known: bool


@attrs.frozen
class Committee:
    """The agency that assesses, None where an administration does, and the members of its committee."""

    agency_id: str | None
    members: tuple[Assessor, ...]


@attrs.frozen
class Assessors:
    """The question over a store, for callers of any role."""

    store: Store
    cases: Cases

    def of(self, principal: Principal, assessment_id: str) -> Committee:
        """
        The committee of the agency that the physician's institution has now, for the cycle of the assessment.

        Empty where no agency is assigned, or its roster is not written.

        Raises:
            NotFound: no such assessment, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared.
            RecordDamaged: a case cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("assessment_id", assessment_id, str))
        with self.store.begin(write=False) as unit:
            case, standing = self.cases.standing(unit, principal, "assessment", assessment_id)
            if standing.agency_id is None:
                return Committee(None, ())
            where = [
                Where("institution_id", "eq", standing.agency_id),
                Where("cycle_id", "eq", case.record.cycle_id),
                Where("state", "in", STANDING_AGENCY),
            ]
            found = unit.find("agency_application", where)
        return Committee(
            standing.agency_id,
            tuple(
                Assessor(one.name, one.title, one.position, one.account_id is not None)
                for application in found
                for one in application.record.committee
            ),
        )
