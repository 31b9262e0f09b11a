"""A case for each row of an account, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import timedelta

import attrs

from kaohe_workflow.lifecycles.account.events import (
    AssignDepartments,
    ChangePassword,
    ConfirmFactor,
    CreateAccount,
    Export,
    FactorProof,
    IssueCode,
    LogIn,
    MoveAccount,
    ProposeFactor,
    RemoveFactor,
    RenameAccount,
    Reveal,
    SetPassword,
    UseFirstPassword,
    ViewPhoto,
)
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial
from kaohe_workflow.values.parameter_kinds import FactorHolder, InitialPasswordPolicy
from kaohe_workflow.values.terms import AccountKind

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")
SELF = tuple((role, "self") for role in ("physician", "institution", "administration", "auditor"))
USABLE = ("not_activated", "active")
CODES = (("not_activated", "issue_code", None), ("active", "reset", "忘记密码"))

TICK = timedelta(microseconds=1)
LATER = NOW + timedelta(days=7)
WITH_CODE = attrs.evolve(DOCTORS, code_hash="hash of a code", code_expires_at=LATER)
WITH_PASSWORD = attrs.evolve(DOCTORS, password_hash="hash of a password")
WITH_FACTOR = attrs.evolve(WITH_PASSWORD, factor_secret="secret", factor_step=7)
PROPOSED = attrs.evolve(WITH_PASSWORD, factor_proposed="secret", factor_step=7)
USED = attrs.evolve(DOCTORS, used=True)
OPEN = attrs.evolve(DOCTORS, first_password_until=NOW + TICK)
CLOSED = attrs.evolve(DOCTORS, first_password_until=NOW)
CAME_IN = attrs.evolve(DOCTORS, first_used_at=NOW)
RIGHT = UseFirstPassword.of(first_password_right=True, network="10.1.2.0/24")
FIXED = attrs.evolve(DEFAULTS, initial_password_policy=InitialPasswordPolicy.FIXED)
CODE = IssueCode.of("hash of another code", LATER)
DOCTORS_NEW = CreateAccount(
    institution_id="hospital", kind=AccountKind.PHYSICIAN, login="450103198001011233", physician_id="doctor"
)
OFFICES_NEW = CreateAccount(institution_id="hospital", kind=AccountKind.ORGANISATION, login="hospital-02")
OPERATORS_NEW = attrs.evolve(OFFICES_NEW, login="ward-01", operator_id="li-07", department_ids=("ward-1",))
OPERATOR = attrs.evolve(OFFICE, shared=False, operator_id="li-07", department_ids=("ward-1",))
NOT_HERE = {"around": AccountAround(person_institution_id="clinic")}
LEFT = {"around": AccountAround(person_state="left")}


def case(state, event, target, by, record=DOCTORS, *, refused=None, parameters=DEFAULTS, **more):
    """A row's case: the account in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="account", state=state, record=record, parameters=parameters),
        sending=Sending(event=event, by=by, now=NOW, around=AccountAround(), **more),
        target=target,
        refused=refused or {},
    )


OF_OWN_PHYSICIAN = {"attached_here": NOT_HERE}
CODE_VOID = {"payload": IssueCode.of("hash", LATER + TICK)}
NEW = SetPassword.of("hash", code_right=True, accepted=True)
CHANGED = ChangePassword.of("hash", password_right=True, accepted=True)

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
            refused={"is_limited": {"record": OFFICE}, "code_in_bounds": CODE_VOID},
        )
        for state, event, reason in CODES
    ),
    *(
        case(
            state,
            "reset_factor",
            state,
            OWN,
            attrs.evolve(OPERATOR, factor_secret="secret"),
            reason="手机遗失",
            refused={
                "is_limited": {"record": attrs.evolve(OFFICE, factor_secret="secret")},
                "factor_on": {"record": OPERATOR},
            },
        )
        for state in USABLE
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
            refused={"code_in_bounds": CODE_VOID},
        )
        for state, event, reason in CODES
        for by in (ABOVE, SYSTEM)
    ),
    *(
        case(
            "not_activated",
            "set_password",
            "active",
            by,
            WITH_CODE,
            payload=NEW,
            refused={
                "proven": {"payload": SetPassword.of("hash", code_right=False, accepted=True)},
                "new_password_accepted": {"payload": SetPassword.of("hash", code_right=True, accepted=False)},
                "factor_given": {"record": attrs.evolve(WITH_CODE, factor_secret="secret")},
            },
        )
        for by in SELF
    ),
    case(
        "not_activated",
        "open_first_password",
        "not_activated",
        OWN,
        parameters=FIXED,
        refused={
            "is_physician": {"record": OFFICE},
            "attached_here": NOT_HERE,
            "first_password_allowed": {"parameters": DEFAULTS},
            "never_used": {"record": USED},
        },
    ),
    case(
        "not_activated",
        "open_first_password",
        "not_activated",
        ABOVE,
        OFFICE,
        parameters=FIXED,
        refused={
            "ordinary": {"around": AccountAround(oversees=True)},
            "first_password_allowed": {"parameters": DEFAULTS},
            "never_used": {"record": attrs.evolve(OFFICE, used=True)},
        },
    ),
    *(
        case(
            "not_activated",
            "use_first_password",
            "not_activated",
            by,
            OPEN,
            parameters=FIXED,
            payload=RIGHT,
            refused={
                "first_password_allowed": {"parameters": DEFAULTS},
                "first_password_open": {"record": CLOSED},
                "first_password_right": {"payload": UseFirstPassword()},
            },
        )
        for by in (("physician", "self"), ("institution", "self"))
    ),
    case(
        "not_activated",
        "miss_first_password",
        "not_activated",
        SYSTEM,
        OPEN,
        refused={"first_password_open": {"record": CLOSED}},
    ),
    *(
        case(
            state,
            "revoke_first_use",
            "not_activated",
            OWN,
            CAME_IN,
            reason="非本人登录",
            refused={
                "is_physician": {"record": attrs.evolve(OFFICE, first_used_at=NOW)},
                "attached_here": NOT_HERE,
                "first_used": {"record": USED},
            },
        )
        for state in USABLE
    ),
    *(
        case(
            state,
            "revoke_first_use",
            "not_activated",
            ABOVE,
            CAME_IN,
            reason="非本人登录",
            refused={"first_used": {"record": USED}},
        )
        for state in USABLE
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
        case(
            "active",
            "propose_factor",
            "active",
            by,
            WITH_PASSWORD,
            payload=ProposeFactor.of("secret", password_right=True),
            refused={
                "factor_off": {"record": WITH_FACTOR},
                "password_right": {"payload": ProposeFactor.of("secret", password_right=False)},
            },
        )
        for by in SELF
    ),
    *(
        case(
            "active",
            "confirm_factor",
            "active",
            by,
            PROPOSED,
            payload=ConfirmFactor.of(FactorProof(step=8), ("hash",)),
            refused={
                "factor_off": {"record": attrs.evolve(PROPOSED, factor_secret="secret")},
                "factor_proposed": {"record": WITH_PASSWORD},
                "factor_right": {"payload": ConfirmFactor()},
            },
        )
        for by in SELF
    ),
    *(
        case(
            "active",
            "remove_factor",
            "active",
            by,
            WITH_FACTOR,
            payload=RemoveFactor.of(FactorProof(step=8), password_right=True),
            refused={
                "factor_on": {"record": WITH_PASSWORD},
                "factor_optional": {
                    "parameters": attrs.evolve(DEFAULTS, second_factor_for=tuple(FactorHolder))
                },
                "password_right": {"payload": RemoveFactor.of(FactorProof(step=8), password_right=False)},
                "factor_right": {"payload": RemoveFactor.of(FactorProof(step=7), password_right=True)},
            },
        )
        for by in SELF
    ),
    *(
        case(
            state,
            "reset_factor",
            state,
            OWN,
            WITH_FACTOR,
            reason="手机遗失",
            refused={
                "is_physician": {"record": attrs.evolve(OFFICE, factor_secret="secret")},
                "attached_here": NOT_HERE,
                "factor_on": {"record": WITH_PASSWORD},
            },
        )
        for state in USABLE
    ),
    *(
        case(
            state,
            "reset_factor",
            state,
            by,
            WITH_FACTOR,
            reason="手机遗失",
            refused={"factor_on": {"record": WITH_PASSWORD}},
        )
        for state in USABLE
        for by in (ABOVE, SYSTEM)
    ),
    *(
        case(
            "active",
            "change_password",
            "active",
            by,
            WITH_PASSWORD,
            payload=CHANGED,
            refused={
                "password_right": {"payload": ChangePassword.of("h", password_right=False, accepted=True)},
                "new_password_accepted": {
                    "payload": ChangePassword.of("h", password_right=True, accepted=False)
                },
            },
        )
        for by in SELF
    ),
    *(
        case(
            "active",
            "log_in",
            "active",
            by,
            WITH_PASSWORD,
            payload=LogIn.of(password_right=True),
            refused={
                "password_right": {"payload": LogIn.of(password_right=False)},
                "factor_given": {"record": WITH_FACTOR},
            },
        )
        for by in SELF
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
)
