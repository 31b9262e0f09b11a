"""
Applications to be an assessment institution for tests: a sample record, and a fake of what lies around.

The fake lets everything pass; a test changes the one thing that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import attrs

from kaohe_workflow.lifecycles.agency_application.case import AgencyApplication, Bar, Material
from kaohe_workflow.lifecycles.agency_application.facts import CycleView, InstitutionView
from kaohe_workflow.testing.assessments import FIRST_DAY, WINDOWS
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import OrganisationKind

MATERIAL = Material(
    registration_form=(AttachmentId("form"),),
    licence=(AttachmentId("licence"),),
    committee=(AttachmentId("committee"),),
    rules=(AttachmentId("rules"), AttachmentId("plan")),
)
APPLICATION = AgencyApplication(institution_id="hospital", cycle_id="cycle", material=MATERIAL)
LARGE_HOSPITAL = InstitutionView(kind=OrganisationKind.MEDICAL, state="active", beds=500)
RUNNING_CYCLE = CycleView(state="running", first_day=FIRST_DAY, windows=WINDOWS)


@attrs.frozen(kw_only=True)
class AgencyApplicationAround:
    """Around a large hospital that has never lost its status, in a cycle that is running."""

    institution: InstitutionView | None = LARGE_HOSPITAL
    cycle: CycleView | None = RUNNING_CYCLE
    physicians: int = 80
    applied_already: bool = False
    bars: Sequence[Bar] = ()
    published_days: Sequence[date] = (FIRST_DAY,)
    operators: Mapping[str, str] = attrs.field(factory=lambda: {"account-of-li": "li"})

    def operator_of(self, account_id: str | None) -> str | None:
        """The person in ``operators``."""
        return self.operators.get(account_id or "")
