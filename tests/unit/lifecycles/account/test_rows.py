"""Each row of an account: one case takes it, each of its conditions alone refuses it."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.account.events import (
    PAYLOADS,
    ChangePassword,
    CreateAccount,
    IssueCode,
    LogIn,
    MoveAccount,
    SetPassword,
)
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial, events_without_case
from kaohe_workflow.values.terms import AccountKind

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")
SELF = tuple((role, "self") for role in ("physician", "institution", "administration", "auditor"))
USABLE = ("not_activated", "active")

TICK = timedelta(microseconds=1)
LATER = NOW + timedelta(days=7)
WITH_CODE = attrs.evolve(DOCTORS, code_hash="hash of a code", code_expires_at=LATER)
WITH_PASSWORD = attrs.evolve(DOCTORS, password_hash="hash of a password")
CODE = IssueCode.of("hash of another code", LATER)
DOCTORS_NEW = CreateAccount(
    institution_id="hospital", kind=AccountKind.PHYSICIAN, login="450103198001011233", physician_id="doctor"
)
OFFICES_NEW = CreateAccount(institution_id="hospital", kind=AccountKind.ORGANISATION, login="hospital-02")
NOT_HERE = {"around": AccountAround(person_institution_id="clinic")}
LEFT = {"around": AccountAround(person_state="left")}


def case(state, event, target, by, record=DOCTORS, *, refused=None, **more):
    """A row's case: the account in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="account", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=AccountAround(), **more),
        target=target,
        refused=refused or {},
    )


OF_OWN_PHYSICIAN = {"attached_here": NOT_HERE}
CODE_VOID = {"payload": IssueCode.of("hash", LATER + TICK)}
NEW = SetPassword.of("hash", code_right=True, accepted=True)
CHANGED = ChangePassword.of("hash", password_right=True, accepted=True)

CASES = (
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
            refused={
                "is_physician": {"record": OFFICE},
                "attached_here": NOT_HERE,
                "code_in_bounds": CODE_VOID,
            },
        )
        for state, event in (("not_activated", "issue_code"), ("active", "reset"))
    ),
    *(
        case(state, event, "not_activated", by, OFFICE, payload=CODE, refused={"code_in_bounds": CODE_VOID})
        for state, event in (("not_activated", "issue_code"), ("active", "reset"))
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
                "code_valid": {"payload": SetPassword.of("hash", code_right=False, accepted=True)},
                "new_password_accepted": {"payload": SetPassword.of("hash", code_right=True, accepted=False)},
            },
        )
        for by in SELF
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
            refused={"password_right": {"payload": LogIn.of(password_right=False)}},
        )
        for by in SELF
    ),
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
    case("disabled", "enable", "not_activated", ABOVE, reason="恢复使用", refused={"person_present": LEFT}),
)


def test_every_row_has_a_case():
    """No row of the chart goes unproven."""
    assert set() == events_without_case("account", CASES)


@pytest.mark.parametrize("row", CASES, ids=str)
def test_row_fires(row):
    """The row takes the account to its target."""
    assert row.target == row.trial.send(row.sending).state


@pytest.mark.parametrize("row", CASES, ids=str)
def test_each_condition_refuses(row):
    """Every condition of the row, on its own, refuses the event."""
    assert {name: {name} for name in row.conditions} == {name: row.unmet(name) for name in row.refused}


@pytest.mark.parametrize("row", CASES, ids=str)
def test_lets_nobody_else_through(row):
    """Another role, or a missing reason, is refused."""
    assert [] == row.admitted()


@pytest.mark.parametrize("event", ["create", "issue_code", "reset", "disable", "enable"])
@pytest.mark.parametrize(
    "by", [("administration", "own"), ("institution", "any"), ("agency", "assigned"), ("physician", "self")]
)
def test_accounts_are_given_from_above(event, by):
    """
    Nobody gives an account or a code to an equal, a superior, or itself (手册 2.2.1).

    An administration's own accounts are its superior's affair.
    """
    rows = [row for row in CASES if row.sending.event == event]
    outcomes = [row.trial.decide(attrs.evolve(row.sending, by=by)) for row in rows]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in outcomes)


@pytest.mark.parametrize("event", ["set_password", "change_password", "log_in"])
@pytest.mark.parametrize("by", [OWN, ABOVE, ("province", "subtree"), SYSTEM])
def test_only_the_owner_has_a_password(event, by):
    """No superior, no institution and no system sets anybody's password or logs in as somebody."""
    row = next(row for row in CASES if row.sending.event == event)
    outcome = row.trial.decide(attrs.evolve(row.sending, by=by))

    assert outcome.not_permitted


@pytest.mark.parametrize("event", ["issue_code", "set_password", "change_password", "log_in", "reset"])
def test_only_the_use_cases_vouch(event):
    """
    Whatever a request says, it cannot say that a password or a code was right.

    The fields are no keys of the input, and what is read without them is refused by every guard.
    """
    codec, payload = JsonCodec(), PAYLOADS[event]
    read = codec.structure({}, payload)
    row = next(row for row in CASES if row.sending.event == event)

    assert isinstance(row.trial.decide(attrs.evolve(row.sending, payload=read)), Refused)
    for field in attrs.fields(payload):
        with pytest.raises(InputInvalid):
            codec.structure({field.name: "x"}, payload)
