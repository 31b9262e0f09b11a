"""
Around applications to correct a physician's locked data.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.around.papers import paper_view
from kaohe_workflow.application.phases import OPEN_AMENDMENT, SAT
from kaohe_workflow.lifecycles.amendment.facts import PersonView
from kaohe_workflow.lifecycles.assessment.outcome import any_started
from kaohe_workflow.values.locked_fields import LockedField, written
from kaohe_workflow.values.terms import Stage


@attrs.frozen
class AmendmentAround:
    """Around an application to correct a locked field."""

    at: BatchCase

    @property
    def _physician_id(self) -> str | None:
        physician_id: str | None = self.at.named("physician_id")
        return physician_id

    @property
    def person(self) -> PersonView | None:
        """The physician, None where there is no such person."""
        case = self.at.batch.affiliations.get(self._physician_id)
        if case is None:
            return None
        values = {field: written(getattr(case.record, field.value)) for field in LockedField}
        return PersonView(state=case.state, institution_id=case.institution_id, values=values)

    @property
    def number_taken(self) -> bool:
        """Whether another physician who is not deleted has the number that is asked for."""
        source = self.at.record or self.at.payload
        if getattr(source, "field", None) is not LockedField.ID_NUMBER:
            return False
        number = source.value if self.at.record else source.text
        batch = self.at.batch
        return batch.taken("id_hash", number, batch.owners_of_number, self._physician_id or "")

    @property
    def other_open(self) -> bool:
        """Whether another application for the same field of the physician is undecided."""
        return any(
            case.id != self.at.case_id
            and case.record.field is self.at.named("field")
            and case.state in OPEN_AMENDMENT
            for case in self.at.batch.amendments_of_physician.get(self._physician_id)
        )

    @property
    def paper_started(self) -> bool:
        """Whether the physician has begun a paper of an assessment that has no result yet."""
        batch = self.at.batch
        sitting = [
            case for case in batch.assessments_of_physician.get(self._physician_id) if case.state in SAT
        ]
        for case in sitting:
            batch.papers.want(case.id)
        views = [paper_view(paper) for case in sitting for paper in batch.papers.get(case.id)]
        return any(any_started(views, stage) for stage in Stage)
