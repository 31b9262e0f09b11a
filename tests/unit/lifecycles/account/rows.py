"""A case for each row of an account, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import timedelta

import attrs

from kaohe_workflow.lifecycles.account.events import (
    AssignDepartments,
    CountReset,
    CreateAccount,
    Export,
    IdentifyOperator,
    IssueCode,
    MoveAccount,
    RenameAccount,
    Reveal,
    ViewPhoto,
)
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.terms import AccountKind

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")
SELF = tuple((role, "self") for role in ("physician", "institution", "administration", "auditor"))
USABLE = ("not_activated", "active")
CODES = (("not_activated", "issue_code", None), ("active", "reset", "忘记密码"))

TICK = timedelta(microseconds=1)
LATER = NOW + timedelta(days=7)
WITH_PASSWORD = attrs.evolve(DOCTORS, password_hash="hash of a password")
CODE = IssueCode.of("hash of another code", LATER)
DOCTORS_NEW = CreateAccount(
    institution_id="hospital", kind=AccountKind.PHYSICIAN, login="450103198001011233", physician_id="doctor"
)
OFFICES_NEW = CreateAccount(institution_id="hospital", kind=AccountKind.ORGANISATION, login="hospital-02")
OPERATORS_NEW = attrs.evolve(OFFICES_NEW, login="ward-01", operator_id="li-07", department_ids=("ward-1",))
OPERATOR = attrs.evolve(OFFICE, shared=False, operator_id="li-07", department_ids=("ward-1",))
NOT_HERE = {"around": AccountAround(person_institution_id="clinic")}
LEFT = {"around": AccountAround(person_state="left")}


def case(state, event, target, by, record=DOCTORS, *, refused=None, parameters=DEFAULTS, around=None, **more):
    """A row's case: the account in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="account", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=NOW, around=around or AccountAround(), **more),
        target=target,
        refused=refused or {},
    )


OF_OWN_PHYSICIAN = {"attached_here": NOT_HERE}
CODE_VOID = {"payload": IssueCode.of("hash", LATER + TICK)}
BUSY = attrs.evolve(OPERATOR, resets_given=(NOW,) * 10)
BUSY_SENDER: dict[str, dict[str, dict[str, object]]] = {
    "issue_code": {},
    "reset": {"resets_alone": {"around": AccountAround(sender_account=BUSY)}},
}
COLLEAGUE = AccountAround(sender=Decider("account-of-wang", "wang-08"))
HIMSELF = AccountAround(sender=Decider("another-account", "li-07"))

CASES = (
    case(
        "none",
        "create",
        "not_activated",
        OWN,
        None,
        payload=OPERATORS_NEW,
        refused={
            "is_limited": {"payload": OFFICES_NEW},
            "departments_here": {"around": AccountAround(departments_here=False)},
            "listed_here": {"around": AccountAround(listed_here=False)},
            "login_free": {"around": AccountAround(login_taken=True)},
        },
    ),
    *(
        case(
            state,
            event,
            "not_activated",
            OWN,
            OPERATOR,
            payload=CODE,
            reason=reason,
            refused={"is_limited": {"record": OFFICE}, "code_in_bounds": CODE_VOID, **BUSY_SENDER[event]},
        )
        for state, event, reason in CODES
    ),
    *(
        case(
            state,
            "assign_departments",
            state,
            by,
            OPERATOR,
            payload=AssignDepartments(("ward-2",)),
            refused={
                "is_limited": {"record": OFFICE},
                "departments_here": {"around": AccountAround(departments_here=False)},
            },
        )
        for state in USABLE
        for by in (OWN, ABOVE)
    ),
    *(
        case(
            state,
            "identify_operator",
            state,
            by,
            OPERATOR,
            payload=IdentifyOperator("doctor"),
            refused={
                who: {"record": OFFICE},
                "listed_here": {"around": AccountAround(listed_here=False)},
            },
        )
        for state in USABLE
        for by, who in ((OWN, "is_limited"), (ABOVE, "operator_named"))
    ),
    *(
        case(
            state,
            "disable",
            "disabled",
            OWN,
            OPERATOR,
            reason="离职",
            refused={"is_limited": {"record": OFFICE}},
        )
        for state in USABLE
    ),
    case(
        "disabled",
        "enable",
        "not_activated",
        OWN,
        OPERATOR,
        reason="恢复使用",
        refused={
            "is_limited": {"record": OFFICE},
            "login_free": {"around": AccountAround(login_taken=True)},
        },
    ),
    *(
        case(
            "none",
            "create",
            "not_activated",
            by,
            None,
            payload=DOCTORS_NEW,
            refused={
                "is_physician": {"payload": OFFICES_NEW},
                "attached_here": NOT_HERE,
                "first_account": {"around": AccountAround(person_has_account=True)},
                "login_own": {"around": AccountAround(person_number="450103198101011232")},
                "login_free": {"around": AccountAround(login_taken=True)},
            },
        )
        for by in (OWN, ABOVE, SYSTEM)
    ),
    *(
        case(
            "none",
            "create",
            "not_activated",
            by,
            None,
            payload=OFFICES_NEW,
            refused={
                "is_not_physician": {"payload": DOCTORS_NEW},
                "departments_here": {"around": AccountAround(departments_here=False)},
                "listed_here": {"around": AccountAround(listed_here=False)},
                "login_free": {"around": AccountAround(login_taken=True)},
            },
        )
        for by in (ABOVE, SYSTEM)
    ),
    *(
        case(
            state,
            event,
            "not_activated",
            OWN,
            payload=CODE,
            reason=reason,
            refused={
                "is_physician": {"record": OFFICE},
                "attached_here": NOT_HERE,
                "code_in_bounds": CODE_VOID,
                **BUSY_SENDER[event],
            },
        )
        for state, event, reason in CODES
    ),
    *(
        case(
            state,
            event,
            "not_activated",
            by,
            OFFICE,
            payload=CODE,
            reason=reason,
            refused={"code_in_bounds": CODE_VOID, **BUSY_SENDER[event]},
        )
        for state, event, reason in CODES
        for by in (ABOVE, SYSTEM)
    ),
    case(
        "active",
        "count_reset",
        "active",
        SYSTEM,
        OPERATOR,
        payload=CountReset(),
        refused={"resets_left": {"record": BUSY}},
    ),
    *(
        case(
            "active",
            "release_resets",
            "active",
            by,
            BUSY,
            around=COLLEAGUE,
            reason="集中重置，已核实",
            refused={
                "is_not_physician": {"record": attrs.evolve(BUSY, kind=AccountKind.PHYSICIAN)},
                "held_up": {"record": OPERATOR},
                "by_another_person": {"around": HIMSELF},
            },
        )
        for by in (OWN, ("administration", "own"), ABOVE)
    ),
    *(
        case(
            "active",
            "view_photo",
            "active",
            by,
            WITH_PASSWORD,
            payload=ViewPhoto("evaluation", "paper", "photo"),
        )
        for by in SELF
        if by[0] != "physician"
    ),
    *(
        case("active", "reveal", "active", by, WITH_PASSWORD, payload=Reveal("doctor"), reason="核对证件")
        for by in SELF
    ),
    *(case("active", "export", "active", by, WITH_PASSWORD, payload=Export("physicians", 2)) for by in SELF),
    *(
        case(
            state,
            "move",
            state,
            SYSTEM,
            payload=MoveAccount("clinic"),
            refused={"is_physician": {"record": OFFICE}},
        )
        for state in USABLE
    ),
    *(
        case(
            state,
            "rename",
            state,
            SYSTEM,
            payload=RenameAccount("11010519491231002X"),
            refused={
                "is_physician": {"record": OFFICE},
                "login_free": {"around": AccountAround(login_taken=True)},
            },
        )
        for state in (*USABLE, "disabled")
    ),
    *(
        case(
            state,
            "disable",
            "disabled",
            ABOVE,
            OFFICE,
            reason="离职",
            refused={"is_not_physician": {"record": DOCTORS}},
        )
        for state in USABLE
    ),
    *(
        case(state, "disable", "disabled", SYSTEM, refused={"is_physician": {"record": OFFICE}})
        for state in USABLE
    ),
    case(
        "disabled",
        "enable",
        "not_activated",
        ABOVE,
        reason="恢复使用",
        refused={"person_present": LEFT, "login_free": {"around": AccountAround(login_taken=True)}},
    ),
    case(
        "disabled",
        "enable",
        "not_activated",
        SYSTEM,
        refused={
            "is_physician": {"record": OFFICE},
            "person_present": LEFT,
            "login_free": {"around": AccountAround(login_taken=True)},
        },
    ),
)
