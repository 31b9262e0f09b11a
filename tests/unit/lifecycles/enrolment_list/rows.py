"""A case for each row of a list of who takes part, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.enrolment_list.events import Submit
from kaohe_workflow.lifecycles.enrolment_list.facts import CycleView
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.assessments import WINDOWS, china
from kaohe_workflow.testing.enrolment_lists import LI, LIST, NOW, WEI, EnrolmentListAround
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import ReturnCode

INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
SYSTEM = ("system", "any")

OVER = china(date(2024, 1, 13), 0)
WANTED = attrs.evolve(DEFAULTS, list_approval=True)
AROUND = EnrolmentListAround()
CLOSED = EnrolmentListAround(cycle=CycleView(running=False, windows=WINDOWS))
APPROVED = attrs.evolve(LIST, listed=("a1",), approved=("a1",))
WHOLE = attrs.evolve(LIST, approved=LIST.listed)
IN_TIME = {"cycle_open": {"around": CLOSED}, "in_time": {"now": OVER}}
HANDING_IN = {"wanted": {"parameters": DEFAULTS}, **IN_TIME}
NOBODY = {"anybody_enrolled": {"around": EnrolmentListAround(enrolled=())}}
DECIDING = {
    **IN_TIME,
    "another_hand": {"around": EnrolmentListAround(sender=WEI)},
    "not_recused": {"around": EnrolmentListAround(held_off=(LI,))},
}


def case(state, event, target, by, record=LIST, *, now=NOW, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="enrolment_list", state=state, record=record, parameters=WANTED),
        sending=Sending(event=event, by=by, now=now, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "submit",
        "awaiting_approval",
        INSTITUTION,
        None,
        payload=Submit(institution_id="hospital", cycle_id="cycle"),
        refused=HANDING_IN | NOBODY | {"only_list": {"around": EnrolmentListAround(listed_already=True)}},
    ),
    case("returned", "resubmit", "awaiting_approval", INSTITUTION, refused=HANDING_IN | NOBODY),
    *(
        case(
            state,
            "resubmit",
            "awaiting_approval",
            INSTITUTION,
            APPROVED,
            refused=HANDING_IN | {"names_to_add": {"record": WHOLE}},
        )
        for state in ("approved", "lapsed")
    ),
    case("awaiting_approval", "approve", "approved", AGENCY, refused=DECIDING),
    case(
        "awaiting_approval",
        "return",
        "returned",
        AGENCY,
        payload=Return(ReturnCode.INCOMPLETE),
        reason="漏报一人",
        refused=DECIDING,
    ),
    *(
        case(state, "lapse", "lapsed", SYSTEM, now=OVER, refused={"time_over": {"now": NOW}})
        for state in ("awaiting_approval", "returned")
    ),
)
