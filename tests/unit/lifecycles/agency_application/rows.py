"""A case for each row of an application to be an agency, with what refuses it; proven in `test_rows.py` above."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.agency_application.case import Bar, Fault, Material
from kaohe_workflow.lifecycles.agency_application.events import (
    Disqualify,
    OpenPermission,
    ReportCorrection,
    SaveCommittee,
    SaveMaterial,
    Seat,
)
from kaohe_workflow.testing.agencies import (
    APPLICATION,
    MATERIAL,
    RUNNING_CYCLE,
    AgencyApplicationAround,
)
from kaohe_workflow.testing.assessments import FIRST_DAY, china
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.terms import OrganisationKind

OPEN = china(date(2023, 11, 25))
OVER = china(date(2023, 12, 3), 0)

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")

AROUND = AgencyApplicationAround()


def with_institution(**changes):
    """Around an institution that is different."""
    return AgencyApplicationAround(institution=attrs.evolve(AROUND.institution, **changes))


def with_cycle(state):
    """Around a cycle in another state."""
    return AgencyApplicationAround(cycle=attrs.evolve(RUNNING_CYCLE, state=state))


OFFICE = with_institution(kind=OrganisationKind.COUNTY)
ARCHIVED = with_cycle("archived")
BARRED = AgencyApplicationAround(
    bars=(Bar(first_day=date(2017, 1, 1), cycles=2),), published_days=(FIRST_DAY,)
)

RETURNED = attrs.evolve(APPLICATION, returned_at=china(date(2023, 12, 1)))
TOO_LATE = china(date(2023, 12, 7), 0)
APPROVED = attrs.evolve(APPLICATION, approved_at=china(date(2023, 12, 1)))
REPORTED = attrs.evolve(APPLICATION, report=("report",))
EMPTY = attrs.evolve(APPLICATION, material=Material())
BAR = Disqualify((Fault.FRAUD,), 2)
ROSTER = SaveCommittee(
    (Seat(name="李委员", title="主任医师", account_id="account-of-li"), Seat(name="王委员"))
)
SHORT = {
    "bar_long_enough": {"payload": attrs.evolve(BAR, cycles=1)},
    "fault_named": {"payload": attrs.evolve(BAR, faults=())},
}

OPENING = {
    "cycle_running": {"around": ARCHIVED},
    "window_not_over": {"now": OVER},
    "not_barred": {"around": BARRED},
}


def case(
    state, event, target, by=ABOVE, record=APPLICATION, *, now=OPEN, refused=None, around=AROUND, **more
):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="agency_application", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=around, **more),
        target=target,
        refused=refused or {},
    )


STANDING = ("approved", "correcting")

WRITING = (
    ("may_apply", APPLICATION, {"application_not_ended": {"now": OVER}}),
    ("returned", RETURNED, {"resubmission_not_ended": {"now": TOO_LATE}}),
)
"""States in which the institution writes its application, with what has ended them."""

CASES = (
    case(
        "none",
        "open_permission",
        "may_apply",
        record=None,
        payload=OpenPermission("hospital", "cycle"),
        refused=OPENING
        | {
            "health_institution": {"around": OFFICE},
            "only_application": {"around": AgencyApplicationAround(applied_already=True)},
        },
    ),
    case("not_opened", "open_permission", "may_apply", payload=OpenPermission(), refused=OPENING),
    case(
        "may_apply",
        "close_permission",
        "not_opened",
        reason="开错机构",
        refused={"application_not_ended": {"now": OVER}},
    ),
    *(
        case(state, "save_material", state, OWN, record, payload=SaveMaterial(MATERIAL), refused=ended)
        for state, record, ended in WRITING
    ),
    *(
        case(
            state,
            "save_committee",
            state,
            OWN,
            record,
            payload=ROSTER,
            refused={"accounts_named": {"around": AgencyApplicationAround(operators={})}} | ended,
        )
        for state, record, ended in (*WRITING, *((state, APPLICATION, {}) for state in STANDING))
    ),
    case(
        "may_apply",
        "submit",
        "submitted",
        OWN,
        refused={
            "cycle_running": {"around": ARCHIVED},
            "window_open": {"now": OVER},
            "not_barred": {"around": BARRED},
            "material_complete": {"record": EMPTY},
        },
    ),
    case(
        "returned",
        "submit",
        "submitted",
        OWN,
        RETURNED,
        now=OVER,
        refused={
            "cycle_running": {"around": ARCHIVED},
            "resubmission_open": {"now": TOO_LATE},
            "not_barred": {"around": BARRED},
            "material_complete": {"record": attrs.evolve(RETURNED, material=Material())},
        },
    ),
    case("submitted", "withdraw", "may_apply", OWN),
    case(
        "submitted",
        "pass",
        "approved",
        refused={
            "cycle_running": {"around": ARCHIVED},
            "institution_active": {"around": with_institution(state="incomplete")},
            "not_barred": {"around": BARRED},
        },
    ),
    case("submitted", "return", "returned", reason="缺实施方案"),
    case("submitted", "refuse", "refused", reason="不具备条件"),
    *(
        case(
            state,
            "file_upward",
            state,
            refused={"not_filed": {"record": attrs.evolve(APPLICATION, filed_at=OPEN)}},
        )
        for state in STANDING
    ),
    case("approved", "order_correction", "correcting", reason="未按方案组织考核"),
    case("correcting", "report_correction", "correcting", OWN, payload=ReportCorrection(("report",))),
    case(
        "correcting",
        "accept_correction",
        "approved",
        record=REPORTED,
        refused={"report_given": {"record": APPLICATION}},
    ),
    *(
        case(state, "disqualify", "disqualified", payload=BAR, reason="弄虚作假", refused=SHORT)
        for state in STANDING
    ),
    case(
        "expired",
        "disqualify",
        "disqualified",
        record=APPROVED,
        payload=BAR,
        reason="弄虚作假",
        refused={"was_approved": {"record": APPLICATION}} | SHORT,
    ),
    *(
        case(state, "end_barred", target, SYSTEM, around=BARRED, refused={"barred": {"around": AROUND}})
        for state, target in (
            ("may_apply", "not_opened"),
            ("submitted", "refused"),
            ("returned", "refused"),
            *((state, "disqualified") for state in STANDING),
        )
    ),
    *(case(state, "resign", "expired", reason="人员不足") for state in STANDING),
    *(
        case(
            state,
            "expire",
            "expired",
            SYSTEM,
            around=ARCHIVED,
            refused={"cycle_closed": {"around": AROUND}},
        )
        for state in ("not_opened", "submitted", *STANDING)
    ),
    case("may_apply", "expire", "expired", SYSTEM, now=OVER, refused={"application_ended": {"now": OPEN}}),
    case(
        "returned",
        "expire",
        "expired",
        SYSTEM,
        RETURNED,
        now=TOO_LATE,
        refused={"resubmission_ended": {"now": OVER}},
    ),
)
