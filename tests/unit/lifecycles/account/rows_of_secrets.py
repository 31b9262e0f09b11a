"""A case for each row of an account about passwords, codes of log-in and second factors; proven one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.account.events import (
    ChangePassword,
    ConfirmFactor,
    FactorProof,
    LogIn,
    ProposeFactor,
    RemoveFactor,
    SetPassword,
    UseCode,
    UseFirstPassword,
)
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.parameter_kinds import FactorHolder, InitialPasswordPolicy
from tests.unit.lifecycles.account.rows import (
    ABOVE,
    LATER,
    NOT_HERE,
    OPERATOR,
    OWN,
    SELF,
    SYSTEM,
    TICK,
    USABLE,
    WITH_PASSWORD,
    case,
)

WITH_CODE = attrs.evolve(DOCTORS, code_hash="hash of a code", code_expires_at=LATER)
WITH_FACTOR = attrs.evolve(WITH_PASSWORD, factor_secret="secret", factor_step=7)
PROPOSED = attrs.evolve(WITH_PASSWORD, factor_proposed="secret", factor_step=7)
USED = attrs.evolve(DOCTORS, used=True)
OPEN = attrs.evolve(DOCTORS, first_password_until=NOW + TICK)
CLOSED = attrs.evolve(DOCTORS, first_password_until=NOW)
CAME_IN = attrs.evolve(DOCTORS, first_used_at=NOW)
RIGHT = UseFirstPassword.of(first_password_right=True, network="10.1.2.0/24")
FIXED = attrs.evolve(DEFAULTS, initial_password_policy=InitialPasswordPolicy.FIXED)
NEW = SetPassword.of("hash", code_right=True, accepted=True)
CHANGED = ChangePassword.of("hash", password_right=True, accepted=True)

CASES = (
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
    *(
        case(
            "not_activated",
            "use_code",
            "not_activated",
            by,
            WITH_CODE,
            payload=UseCode.of(code_right=True),
            refused={"code_valid": {"payload": UseCode()}},
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
)
