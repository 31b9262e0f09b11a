"""A case for each row of an opinion that is given anew before the make-up; proven one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.terms import Verdict
from tests.unit.lifecycles.assessment.rows_until_papers import (
    AFTER_CONFIRMATION,
    AGENCY,
    FAILED,
    INSTITUTION,
    LATE,
    MULTI_SITE,
    NOT_RECUSED,
    OPINION,
    PASSED_ON,
    RENEWABLE,
    REVIEWED,
    case,
)

OTHERS_WANTED = attrs.evolve(RENEWABLE, other_opinions_required=True)
AT_TWO_SITES = attrs.evolve(FAILED, filing=MULTI_SITE)
AGAIN_BAD = GiveOpinion(work=Verdict.UNQUALIFIED, ethics=Verdict.QUALIFIED, work_reason="病历质量差")
WAITING = "awaiting_makeup_approval"

CASES = (
    case(
        "awaiting_agency_review",
        "confirm_fail",
        WAITING,
        AGENCY,
        FAILED,
        parameters=RENEWABLE,
        refused=PASSED_ON
        | {
            "opinions_unqualified": {"record": REVIEWED},
            "opinion_leads_to_makeup": {"parameters": DEFAULTS},
        },
    ),
    case(
        WAITING,
        "renew_opinion",
        WAITING,
        INSTITUTION,
        FAILED,
        now=LATE,
        payload=OPINION,
        parameters=RENEWABLE,
        refused={
            "opinions_unqualified": {"record": REVIEWED},
            "renewed_qualified": {"payload": AGAIN_BAD},
            "other_opinions": {"record": AT_TWO_SITES, "parameters": OTHERS_WANTED},
            "makeup_confirm_not_over": {"now": AFTER_CONFIRMATION},
        },
    ),
    case(
        WAITING,
        "pass",
        WAITING,
        AGENCY,
        REVIEWED,
        now=LATE,
        parameters=RENEWABLE,
        refused=NOT_RECUSED
        | {
            "opinions_qualified": {"record": FAILED},
            "opinion_not_passed": {"record": attrs.evolve(REVIEWED, agency_passed=True)},
            "makeup_confirm_not_over": {"now": AFTER_CONFIRMATION},
        },
    ),
)
