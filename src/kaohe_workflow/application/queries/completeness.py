"""
Whether a registration can be submitted, field by field, before it is (手册 2.2.6, 2.2.7).
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal, grants
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.assessment.completeness import FilingCheck, check_filing
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.assessment.procedure import completed
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.terms import Relation


@attrs.frozen
class Completeness:
    """The question over the cases, for the physician whose registration it is."""

    cases: Cases

    def show(self, principal: Principal, case_id: str) -> FilingCheck:
        """
        Check the draft, or the filing that was returned, as it would be submitted now.

        A draft is its writer's alone, and so is what it lacks.

        Raises:
            NotFound: no such assessment, or none that the caller may know of.
            NotPermitted: it is not the caller's own.
            RecordDamaged: the case cannot be read any more.
        """
        with self.cases.store.begin(write=False) as unit:
            case, standing = self.cases.standing(unit, principal, "assessment", case_id)
            if Relation.SELF.value not in {relation for _, relation in grants(principal, standing)}:
                raise NotPermitted("assessment", "completeness")
            moment = self.cases.catalogue.moment(self.cases.clock.now())
            surroundings = Surroundings(unit, moment, self.cases.secrets)
            (around,) = surroundings.views("assessment", [(case_id, case, NoPayload())])
            written = case.record.editable
            filing = completed(written or Filing(), around.person, around.department_enabled)
            department = surroundings.batch.departments.get(filing.department_id)
            return check_filing(
                written,
                around.person,
                around.cycle,
                around.at.moment.parameters,
                around.department_enabled,
                department.record.subjects if department is not None else (),
            )
