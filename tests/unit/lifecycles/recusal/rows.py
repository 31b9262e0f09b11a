"""A case for each row of a recusal (回避), with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.recusals import RECUSAL, TO_COME, RecusalAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

NOW = china(date(2023, 12, 1))
PHYSICIAN = ("physician", "self")
AGENCY = ("agency", "assigned")

AROUND = RecusalAround()
ASKED = HoldOff(member="李委员", assessment_id="assessment")

MAKING = {
    "cycle_running": {"around": RecusalAround(cycle_running=False)},
    "on_roster": {"around": RecusalAround(member=None)},
    "only_recusal": {"around": RecusalAround(held_off_already=True)},
}
DECIDING = {"decided_by_another": {"around": RecusalAround(sender=Decider("account-of-li", "li"))}}


def case(state, event, target, by, record=RECUSAL, *, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="recusal", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "request",
        "requested",
        PHYSICIAN,
        None,
        payload=ASKED,
        reason="有利害关系",
        refused=MAKING
        | {"before_assessment": {"around": RecusalAround(assessment=attrs.evolve(TO_COME, started=True))}},
    ),
    case("requested", "withdraw", "withdrawn", PHYSICIAN),
    case("requested", "grant", "recused", AGENCY, refused=DECIDING),
    case("requested", "refuse", "refused", AGENCY, reason="理由不成立", refused=DECIDING),
    case("none", "declare", "recused", AGENCY, None, payload=ASKED, reason="系亲属", refused=MAKING),
    case(
        "refused",
        "declare",
        "recused",
        AGENCY,
        payload=HoldOff(),
        reason="经核实系亲属",
        refused={"cycle_running": MAKING["cycle_running"]},
    ),
)
