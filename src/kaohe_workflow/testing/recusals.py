"""
Recusals (回避) for tests: a record, and a fake of what lies around one of somebody who is still to be assessed.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.recusal.case import Recusal
from kaohe_workflow.lifecycles.recusal.facts import AssessmentView, MemberView
from kaohe_workflow.lifecycles.shape import Decider

LI = MemberView(agency_id="agency", account_id="account-of-li", operator_id="li")
"""A member of the committee with a named account."""

TO_COME = AssessmentView(
    id="assessment",
    state="awaiting_agency_review",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    started=False,
)

RECUSAL = Recusal(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    agency_id="agency",
    member="李委员",
    by_physician=True,
    account_id="account-of-li",
    operator_id="li",
)


@attrs.frozen(kw_only=True)
class RecusalAround:
    """Around a recusal that another named person handles."""

    assessment: AssessmentView | None = TO_COME
    member: MemberView | None = LI
    held_off_already: bool = False
    cycle_running: bool = True
    sender: Decider | None = attrs.field(factory=lambda: Decider("account-of-wang", "wang"))
