"""One first password for all: what its guards look at, and what becomes of the account."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.lifecycles.account.events import IssueCode, SetPassword, UseFirstPassword
from kaohe_workflow.lifecycles.account.facts import FIRST_PASSWORD_MISSES, AccountFacts
from kaohe_workflow.lifecycles.account.password_rule import password_problems
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.organisations import DOCTORS, NOW, OFFICE, AccountAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.parameter_kinds import InitialPasswordPolicy
from kaohe_workflow.values.terms import AccountKind

pytestmark = pytest.mark.manual("S-7")

FIXED = attrs.evolve(DEFAULTS, initial_password_policy=InitialPasswordPolicy.FIXED)
TICK = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
OPEN = attrs.evolve(DOCTORS, first_password_until=NOW + TICK)
RIGHT = UseFirstPassword.of(first_password_right=True, network="10.1.2.0/24")
PROVEN = SetPassword.of("hash", code_right=True, accepted=True)


def facts(record=DOCTORS, payload=None, now=NOW, parameters=FIXED, **around):
    """The facts of an account in a province with one first password."""
    return AccountFacts(record, payload or NoPayload(), AccountAround(**around), Moment(now, parameters))


def after(event, record, by, payload=None, parameters=FIXED, state="not_activated"):
    """The record after an event."""
    sending = Sending(
        event=event, by=by, now=NOW, around=AccountAround(), payload=payload or NoPayload(), reason="说明"
    )
    trial = Trial(lifecycle="account", state=state, record=record, parameters=parameters)
    return trial.send(sending).record


def test_it_is_off_unless_a_province_says_otherwise():
    """Every account gets a code of its own by default."""

    assert (False, True) == (
        facts(parameters=DEFAULTS).first_password_allowed,
        facts().first_password_allowed,
    )


@pytest.mark.parametrize(
    ("kind", "oversees", "privileged"),
    [
        (AccountKind.PHYSICIAN, False, False),
        (AccountKind.PHYSICIAN, True, False),
        (AccountKind.ORGANISATION, False, False),
        (AccountKind.ORGANISATION, True, True),
        (AccountKind.AUDITOR, False, True),
    ],
)
def test_never_with_privileged_accounts(kind, oversees, privileged):
    """Administrations, bodies that assess others, and auditors have no password that all know."""
    record = attrs.evolve(OFFICE, kind=kind)

    assert privileged is facts(record, oversees=oversees).privileged


@pytest.mark.parametrize(("until", "is_open"), [(None, False), (NOW, False), (NOW + TICK, True)])
def test_it_expires(until, is_open):
    """At the instant at which its time ends it opens nothing any more."""

    assert is_open is facts(attrs.evolve(DOCTORS, first_password_until=until)).first_password_open


@pytest.mark.parametrize("hours", [1, 72, 168])
def test_it_opens_for_the_hours_of_the_province(hours):
    """From the instant of 发放 on; a code that was out is void."""
    coded = attrs.evolve(DOCTORS, code_hash="hash", code_expires_at=NOW + TICK, first_password_misses=4)
    opened = after(
        "open_first_password",
        coded,
        ("institution", "own"),
        parameters=attrs.evolve(FIXED, initial_password_hours=hours),
    )

    assert NOW + timedelta(hours=hours) == opened.first_password_until
    assert (None, None, 0, NOW) == (
        opened.code_hash,
        opened.code_expires_at,
        opened.first_password_misses,
        opened.credentials_at,
    )


@pytest.mark.parametrize("hours", [0, 169])
def test_a_province_opens_it_for_an_hour_to_a_week(hours):
    """Neither for no time nor for longer than a code is good."""
    with pytest.raises(ValueError, match="不在1–168之间"):
        attrs.evolve(FIXED, initial_password_hours=hours)


def test_it_opens_once():
    """The first log-in uses it up, and says when and from which network it was."""
    used = after("use_first_password", OPEN, ("physician", "self"), RIGHT)

    assert (None, NOW, "10.1.2.0/24") == (used.first_password_until, used.first_used_at, used.first_used_from)
    assert NOW == used.credentials_at


@pytest.mark.parametrize(
    ("misses", "left"), [(FIRST_PASSWORD_MISSES - 2, True), (FIRST_PASSWORD_MISSES - 1, False)]
)
def test_the_fifth_wrong_try_closes_it(misses, left):
    """Four wrong tries leave it open, the fifth closes it until it is opened again."""
    missed = after("miss_first_password", attrs.evolve(OPEN, first_password_misses=misses), ("system", "any"))

    assert (misses + 1, left) == (missed.first_password_misses, missed.first_password_until is not None)


@pytest.mark.parametrize(
    ("record", "payload", "now", "fresh"),
    [
        (attrs.evolve(DOCTORS, first_used_at=NOW), PROVEN, NOW + QUARTER - TICK, True),
        (attrs.evolve(DOCTORS, first_used_at=NOW), PROVEN, NOW + QUARTER, False),
        (attrs.evolve(DOCTORS, first_used_at=NOW), NoPayload(), NOW, False),
        (DOCTORS, PROVEN, NOW, False),
    ],
)
def test_the_own_password_is_set_within_a_quarter_of_an_hour(record, payload, now, fresh):
    """As long as the session lasts; nobody says so but the log-in itself."""

    assert fresh is facts(record, payload, now).first_use_fresh


def test_a_code_closes_it():
    """Who gets a code instead cannot come in with what all know."""
    issued = after(
        "issue_code", OPEN, ("administration", "subtree"), IssueCode.of("hash", NOW + timedelta(days=7))
    )

    assert issued.first_password_until is None


def test_taking_back_leaves_nothing_of_it():
    """No password, no session, no mark; whoever took it back opens the account again."""
    came_in = attrs.evolve(DOCTORS, first_used_at=NOW, first_used_from="x", password_hash="hash", used=True)
    revoked = after("revoke_first_use", came_in, ("institution", "own"), state="active")

    assert attrs.evolve(DOCTORS, credentials_at=NOW, used=True) == revoked


def test_nothing_of_it_is_enclosed():
    """The network stands in the record, where it can be taken away, and not in the history."""

    assert "{}" == JsonCodec().canonical(RIGHT)


@pytest.mark.manual("S-12")
def test_the_own_password_is_another():
    """666666 is in no password that anybody sets."""

    assert "password-common" in [one.code for one in password_problems("Ab-666666", "hospital-01")]
