"""What the guards of an account look at, and what happens to its record."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.account.events import (
    ChangePassword,
    CreateAccount,
    IssueCode,
    LogIn,
    MoveAccount,
    SetPassword,
)
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME, AccountFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.terms import AccountKind

OWN = ("institution", "own")
ABOVE = ("administration", "subtree")
SYSTEM = ("system", "any")
SELF = tuple((role, "self") for role in ("physician", "institution", "administration", "auditor"))

TICK = timedelta(microseconds=1)
LATER = NOW + timedelta(days=7)
WITH_CODE = attrs.evolve(DOCTORS, code_hash="hash of a code", code_expires_at=LATER)
WITH_PASSWORD = attrs.evolve(DOCTORS, password_hash="hash of a password")
CODE = IssueCode.of("hash of another code", LATER)
OFFICES_NEW = CreateAccount(institution_id="hospital", kind=AccountKind.ORGANISATION, login="hospital-02")
CHANGED = ChangePassword.of("hash", password_right=True, accepted=True)
NEW = SetPassword.of("hash", code_right=True, accepted=True)


def facts(payload=None, record=DOCTORS, now=NOW, **around):
    """The facts of an account."""
    return AccountFacts(record, payload or NoPayload(), AccountAround(**around), Moment(now, DEFAULTS))


@pytest.mark.parametrize(
    ("expires_at", "valid"),
    [(NOW, False), (NOW + TICK, True), (NOW + CODE_LIFETIME, True), (NOW + CODE_LIFETIME + TICK, False)],
)
def test_code_is_good_for_seven_days_at_most(expires_at, valid):
    """A new code is good from now on and for no more than seven days."""

    assert valid is facts(IssueCode.of("hash", expires_at)).code_in_bounds


@pytest.mark.parametrize(("now", "valid"), [(LATER - TICK, True), (LATER, False)])
def test_code_expires(now, valid):
    """At the instant of expiry the code is void."""

    assert valid is facts(NEW, WITH_CODE, now).code_valid


@pytest.mark.parametrize("record", [None, DOCTORS, attrs.evolve(WITH_CODE, code_hash=None)])
def test_no_code_no_password(record):
    """Without a code that is out, none is right."""

    assert not facts(NEW, record).code_valid


@pytest.mark.manual("S-37")
@pytest.mark.parametrize(
    ("state", "institution", "here"),
    [
        ("attached", "hospital", True),
        ("attached", "clinic", False),
        ("unattached", "hospital", False),
        ("left", "hospital", False),
        (None, None, False),
    ],
)
def test_physician_is_attached_here(state, institution, here):
    """A former institution gives no codes: only where the physician is attached now."""

    assert here is facts(person_state=state, person_institution_id=institution).attached_here


@pytest.mark.parametrize(
    ("state", "ended"),
    [(None, False), ("attached", False), ("unattached", False), ("left", True), ("deleted", True)],
)
def test_person_has_ended(state, ended):
    """Who was deleted or has left gets no account back; who waits to be taken in may."""

    assert ended is facts(person_state=state).person_ended


@pytest.mark.parametrize("payload", [CODE, NEW, CHANGED, LogIn.of(password_right=True, password_hash="h")])
def test_no_secret_is_enclosed(payload):
    """The history keeps no hash of a password or a code, not even encrypted."""

    assert "{}" == JsonCodec().canonical(payload)


def after(event, payload, record, state, by=ABOVE, **around):
    """The record after an event."""
    sending = Sending(
        event=event, by=by, now=NOW, around=AccountAround(**around), payload=payload, reason="说明"
    )
    return Trial(lifecycle="account", state=state, record=record).send(sending).record


def test_create():
    """A new account has no password and no code; its login name is kept in one spelling."""
    expected = Account("hospital", AccountKind.ORGANISATION, "HOSPITAL02")

    assert expected == after("create", OFFICES_NEW, None, "none")


@pytest.mark.manual("S-10")
def test_code_takes_the_password_away():
    """After 重置密码 nobody knows a working password, and older sessions are void."""
    changed = after("reset", CODE, WITH_PASSWORD, "active")
    expected = attrs.evolve(
        DOCTORS,
        code_hash="hash of another code",
        code_expires_at=LATER,
        credentials_at=NOW,
        reset_at=NOW,
        reset_by="account",
        reset_reason="说明",
    )

    assert expected == changed


def test_code_is_used_up():
    """Setting the password leaves no code, and voids older sessions."""
    changed = after("set_password", NEW, WITH_CODE, "not_activated", SELF[0])

    assert attrs.evolve(DOCTORS, password_hash="hash", credentials_at=NOW, used=True) == changed


@pytest.mark.parametrize(("renewed", "kept"), [(None, "hash of a password"), ("stronger", "stronger")])
def test_log_in_renews_a_weak_hash(renewed, kept):
    """Logging in changes nothing but a hash that was made with older parameters; sessions stay."""
    changed = after(
        "log_in", LogIn.of(password_right=True, password_hash=renewed), WITH_PASSWORD, "active", SELF[0]
    )

    assert attrs.evolve(WITH_PASSWORD, password_hash=kept) == changed


def test_move():
    """The account goes where the physician goes; password and sessions stay."""
    moved = after("move", MoveAccount("clinic"), WITH_PASSWORD, "active", SYSTEM)

    assert attrs.evolve(WITH_PASSWORD, institution_id="clinic") == moved


def test_disabled_account_keeps_no_secret():
    """Password and code are forgotten, sessions are void."""
    disabled = after("disable", NoPayload(), attrs.evolve(OFFICE, password_hash="hash"), "active")

    assert attrs.evolve(OFFICE, credentials_at=NOW) == disabled


def test_enabled_account_follows_its_physician():
    """Who was moved meanwhile gets the account back where the physician is now."""
    enabled = after("enable", NoPayload(), DOCTORS, "disabled", person_institution_id="clinic")

    assert "clinic" == enabled.institution_id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"physician_id": None}, "physician-mismatch"),
        ({"kind": AccountKind.AUDITOR, "login": "auditor"}, "physician-mismatch"),
        ({"login": " "}, "login-missing"),
        ({"login": "x" * 65}, "text-too-long"),
    ],
)
def test_first_data_is_checked(changes, code):
    """An account has a login name, and a physician's account, only that, has a physician."""
    given = {
        "institution_id": "hospital",
        "kind": AccountKind.PHYSICIAN,
        "login": "450103198001011233",
        "physician_id": "doctor",
    }
    with pytest.raises(InputInvalid) as refused:
        CreateAccount(**(given | changes))

    assert [code] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("kind", [AccountKind.ORGANISATION, AccountKind.AUDITOR])
@pytest.mark.parametrize(
    ("login", "free"),
    [
        ("450103198001011233", False),
        ("11010519491231002x", False),
        ("450103 800101 123", False),
        ("450103198001011234", False),
        ("４５０１０３８００１０１１２３", False),
        ("45010319800101123", False),
        ("GX450103198001011233", False),
        ("E12345678", False),
        ("12345678", False),
        ("h1234567801", False),
        ("1234", False),
        ("ABC1234", False),
        ("123", True),
        ("ABCD1234", True),
        ("hospital-01", True),
    ],
)
def test_nobody_takes_a_number_for_a_name(kind, login, free):
    """
    A login name that looks like an identity number, valid or not, is a physician's alone.

    Who took it for an office would keep the physician from having an account.
    """
    if free:
        assert CreateAccount(institution_id="hospital", kind=kind, login=login).login
        return
    with pytest.raises(InputInvalid) as refused:
        CreateAccount(institution_id="hospital", kind=kind, login=login)

    assert ["login-is-number"] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("operator", "is_id"),
    [
        ("li-07", True),
        ("a" * 64, True),
        ("12345678901", True),
        ("20240001", True),
        ("a" * 65, False),
        ("", False),
        ("李明", False),
        ("li ming", False),
        ("13800138000", False),
        ("id-13800138000", False),
        ("450103198001011233", False),
        ("45010319800101123x", False),
        ("450103800101123", False),
    ],
)
def test_an_operator_is_an_id(operator, is_id):
    """Who acts goes into the history, which holds nothing personal: no name, number or telephone."""
    given = {"institution_id": "hospital", "kind": AccountKind.ORGANISATION, "login": "hospital-02"}
    if is_id:
        assert operator == CreateAccount(**given, operator_id=operator).operator_id
        return
    with pytest.raises(InputInvalid) as error:
        CreateAccount(**given, operator_id=operator)

    assert [("$.operator_id", "operator-malformed")] == [
        (problem.path, problem.code) for problem in error.value.problems
    ]


NEW_DOCTORS = CreateAccount(
    institution_id="hospital", kind=AccountKind.PHYSICIAN, login="450103198001011233", physician_id="doctor"
)


@pytest.mark.manual("N-1.1")
@pytest.mark.parametrize(
    ("number", "own"),
    [
        ("450103198001011233", True),
        ("450103800101123", True),
        ("450103198101011232", False),
        (None, False),
    ],
)
def test_physicians_log_in_with_their_own_number(number, own):
    """The login name is the physician's own number, in either form (手册 2.2.5)."""

    assert own is facts(NEW_DOCTORS, None, person_number=number).login_own


@pytest.mark.parametrize("has_account", [True, False])
def test_one_account_for_each_physician(has_account):
    """A physician has one account over all transfers and cycles."""

    assert has_account is not facts(NEW_DOCTORS, None, person_has_account=has_account).first_account


@pytest.mark.parametrize(
    ("account", "person"),
    [
        (OFFICE, None),
        (attrs.evolve(OFFICE, shared=False, operator_id="li"), "li"),
        (attrs.evolve(OFFICE, operator_id="li"), None),
        (attrs.evolve(OFFICE, shared=False), None),
        (DOCTORS, "doctor"),
    ],
)
def test_person_behind_an_account(account, person):
    """A shared account stands for nobody, a physician's for the physician."""

    assert person == account.person_id
