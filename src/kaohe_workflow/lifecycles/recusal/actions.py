"""
What the rows of a recusal do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kaohe_workflow.lifecycles.recusal.case import Recusal
from kaohe_workflow.lifecycles.shape import Action, Step


def create_recusal(record: None, step: Step) -> Recusal:
    """Make the recusal, with the person whom the roster has under that name now."""
    assessment, member = step.around.assessment, step.around.member
    return Recusal(
        institution_id=assessment.institution_id,
        assessment_id=assessment.id,
        cycle_id=assessment.cycle_id,
        physician_id=assessment.physician_id,
        agency_id=member.agency_id,
        member=step.payload.member,
        by_physician=step.event == "request",
        account_id=member.account_id,
        operator_id=member.operator_id,
    )


ACTIONS: Mapping[str, Action] = MappingProxyType({"create_recusal": create_recusal})
"""Name in the chart's ``do`` → function."""
