"""A case for each row of an organisation, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.institution.case import Grade, LogInPace
from kaohe_workflow.lifecycles.institution.events import (
    AssignAgency,
    ChangeSuperior,
    ConfirmCycle,
    CorrectKind,
    CreateInstitution,
    EnterWorkingDays,
    SaveProfile,
    SetLogInPace,
)
from kaohe_workflow.testing.organisations import (
    AGENCY_VIEW,
    CITY_VIEW,
    COUNTY,
    COUNTY_VIEW,
    HOSPITAL,
    NOW,
    InstitutionAround,
)
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.working_days import CalendarDay

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
PROVINCE_OWN = ("province", "own")
SYSTEM = ("system", "any")
IN_SERVICE = ("incomplete", "active")

PROFILE = SaveProfile(name="市第一人民医院", address="民族大道1号", grade=Grade.THIRD_A)
MARKED = attrs.evolve(HOSPITAL, is_agency=True)
HERE = CreateInstitution(superior_id="county", name="新医院", kind=OrganisationKind.MEDICAL)
ROOT = CreateInstitution(superior_id=None, name="省卫生健康委员会", kind=OrganisationKind.PROVINCE)
EMPTY_TREE = InstitutionAround(any_organisation=False, superior=None, agency=None)
PROVINCE = attrs.evolve(
    COUNTY, institution_id="province", kind=OrganisationKind.PROVINCE, superior_id=None, path="/province/"
)
NEW_YEAR = CalendarDay(date(2027, 2, 5), False, "春节")
TAKEN = {"around": InstitutionAround(credit_code_taken=True)}
CLOSED_COUNTY = attrs.evolve(COUNTY_VIEW, state="closed")


def case(state, event, target, by=ABOVE, record=HOSPITAL, *, refused=None, around=None, **more):
    """A row's case: the organisation in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="institution", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=around or InstitutionAround(), **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "create",
        "incomplete",
        SYSTEM,
        None,
        payload=ROOT,
        around=EMPTY_TREE,
        refused={
            "is_root": {"around": InstitutionAround()},
            "credit_code_free": {"around": attrs.evolve(EMPTY_TREE, credit_code_taken=True)},
        },
    ),
    *(
        case(
            "none",
            "create",
            "incomplete",
            by,
            None,
            payload=HERE,
            refused={
                "is_below": {"around": InstitutionAround(superior=AGENCY_VIEW)},
                "credit_code_free": TAKEN,
            },
        )
        for by in (("administration", "own"), ABOVE)
    ),
    *(
        case(
            state,
            "save_profile",
            "active",
            by,
            payload=PROFILE,
            refused={
                "profile_complete": {"payload": attrs.evolve(PROFILE, address=" ")},
                "credit_code_free": TAKEN,
            },
        )
        for state in IN_SERVICE
        for by in (OWN, ("administration", "own"))
    ),
    *(
        case(
            state,
            "accept_first_password",
            state,
            SYSTEM,
            PROVINCE,
            reason="经省卫生健康委员会信息安全领导小组同意",
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "confirm_cycle",
            state,
            OWN,
            payload=ConfirmCycle("cycle"),
            refused={
                "cycle_running": {"around": InstitutionAround(cycle_state="draft")},
                "cycle_not_confirmed": {"record": attrs.evolve(HOSPITAL, confirmed_cycles=("cycle",))},
            },
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "enter_working_days",
            state,
            PROVINCE_OWN,
            record=PROVINCE,
            payload=EnterWorkingDays((NEW_YEAR,)),
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state, "set_log_in_pace", state, payload=SetLogInPace(LogInPace(400, 120)), reason="院区共用出口"
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "mark_agency",
            state,
            SYSTEM,
            refused={"health_institution": {"record": COUNTY}, "not_agency": {"record": MARKED}},
        )
        for state in IN_SERVICE
    ),
    *(
        case(state, "unmark_agency", state, SYSTEM, MARKED, refused={"is_agency": {"record": HOSPITAL}})
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "assign_agency",
            state,
            payload=AssignAgency("agency"),
            refused={
                "health_institution": {"record": COUNTY},
                "agency_approved": {
                    "around": InstitutionAround(agency=attrs.evolve(AGENCY_VIEW, is_agency=False))
                },
                "takes_new": {"around": InstitutionAround(agency=attrs.evolve(AGENCY_VIEW, correcting=True))},
            },
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "change_superior",
            state,
            payload=ChangeSuperior("city"),
            around=InstitutionAround(superior=CITY_VIEW),
            refused={
                "is_below": {"around": InstitutionAround(superior=attrs.evolve(CITY_VIEW, state="closed"))},
                "nothing_below": {"around": InstitutionAround(superior=CITY_VIEW, any_subordinates=True)},
            },
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "correct_kind",
            "incomplete",
            payload=CorrectKind(OrganisationKind.PREVENTION),
            reason="建立时选错",
            refused={
                "kind_fits": {"payload": CorrectKind(OrganisationKind.MEDICAL)},
                "is_below": {"around": InstitutionAround(superior=CLOSED_COUNTY)},
                "not_agency": {"record": MARKED},
            },
        )
        for state in IN_SERVICE
    ),
    *(
        case(
            state,
            "close",
            "closed",
            refused={
                "no_physicians": {"around": InstitutionAround(has_physicians=True)},
                "no_subordinates": {"around": InstitutionAround(has_subordinates=True)},
                "serves_nobody": {"around": InstitutionAround(serves_others=True)},
                "not_agency": {"record": MARKED},
            },
        )
        for state in IN_SERVICE
    ),
    case(
        "closed",
        "reopen",
        "incomplete",
        refused={
            "superior_open": {"around": InstitutionAround(superior=CLOSED_COUNTY)},
            "credit_code_free": TAKEN,
        },
    ),
)
