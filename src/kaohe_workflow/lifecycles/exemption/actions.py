"""
What the rows of an application for exemption do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.exemption.case import WAIVES, Exemption
from kaohe_workflow.lifecycles.shape import Action, Step


def create_exemption(record: None, step: Step) -> Exemption:
    """Make the application; the procedure says which paper it waives (手册 2.2.8)."""
    assessment, payload = step.around.assessment, step.payload
    return Exemption(
        institution_id=assessment.institution_id,
        assessment_id=payload.assessment_id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        kind=WAIVES[assessment.procedure],
        ground=payload.ground,
        certificate_on=payload.certificate_on,
        attachments=payload.attachments,
    )


def apply_again(record: Exemption, step: Step) -> Exemption:
    """Take what the new application says; the procedure may have changed since."""
    assessment, payload = step.around.assessment, step.payload
    return attrs.evolve(
        record,
        institution_id=assessment.institution_id,
        kind=WAIVES[assessment.procedure],
        ground=payload.ground,
        certificate_on=payload.certificate_on,
        attachments=payload.attachments,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"create_exemption": create_exemption, "apply_again": apply_again}
)
"""Name in the chart's ``do`` → function."""
