"""Codes, first passwords and changing them, over the real door and a store in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.sessions import (
    INIT_SESSION,
)
from kaohe_workflow.errors import (
    InputInvalid,
    LogInRefused,
    NotFound,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.account.facts import CODE_LIFETIME

TICK = timedelta(microseconds=1)
NUMBER = "450103198001011233"
PASSWORD = "Zhuang7x"
OTHER = "Miao-88-yao"


def refused(house, login, secret, **more):
    """The refusal of a try to log in."""
    with pytest.raises(LogInRefused) as error:
        house.accounts.log_in(login, secret, **more)
    return error.value


@pytest.mark.manual("S-11")
def test_code_opens_a_session_for_the_first_password_only(house):
    """Whoever has a code is nobody yet but the owner of an account without a password."""
    session = house.accounts.log_in(NUMBER, house.code())
    principal = house.accounts.authenticate(session.token)

    assert (True, None) == (session.init_only, session.device)
    assert principal.init_only
    with pytest.raises(NotFound):
        house.world.application.cases.get(principal, "affiliation", principal.physician_id)

    assert () == house.world.application.lists.page(principal, "assessments", {}).rows


@pytest.mark.manual("S-11")
def test_activation(house):
    """With the code the owner sets a password and is logged in; the account is active."""
    session = house.activated()
    principal = house.accounts.authenticate(session.token)

    assert ("active", False) == (house.state(), session.init_only)
    assert house.doctor == principal.account_id
    assert not principal.init_only


@pytest.mark.manual("N-1.1")
def test_both_forms_of_the_number_log_in(house):
    """15 digits and 18 digits are one account (手册 2.2.5)."""
    house.activated()

    assert house.doctor == house.accounts.log_in("450103 800101 123", PASSWORD).account_id


def test_code_is_used_up(house):
    """After the first password the code opens nothing."""
    code = house.code()
    session = house.accounts.log_in(NUMBER, code)
    house.accounts.activate(session.token, PASSWORD)

    assert refused(house, NUMBER, code)
    assert house.accounts.authenticate(session.token) is None


def test_code_is_good_for_seven_days(house):
    """To the last instant before they are over."""
    code = house.code()
    house.clock.advance(CODE_LIFETIME - TICK)

    assert house.accounts.log_in(NUMBER, code).init_only


def test_code_is_good_no_longer_than_seven_days(house):
    """The instant at which it expires is too late."""
    code = house.code()
    house.clock.advance(CODE_LIFETIME)

    assert refused(house, NUMBER, code)


def test_code_may_expire_while_the_password_is_thought_up(house):
    """The chart looks at the clock again when the password is set."""
    code = house.code()
    house.clock.advance(CODE_LIFETIME - timedelta(minutes=1))
    session = house.accounts.log_in(NUMBER, code)
    house.clock.advance(timedelta(minutes=1))

    with pytest.raises(TransitionRefused):
        house.accounts.activate(session.token, PASSWORD)


def test_new_code_voids_the_old_one_and_its_sessions(house):
    """Only the code issued last is good."""
    first = house.code()
    session = house.accounts.log_in(NUMBER, first)
    house.clock.advance(TICK)
    house.code()

    assert refused(house, NUMBER, first)
    with pytest.raises(LogInRefused):
        house.accounts.activate(session.token, PASSWORD)


@pytest.mark.parametrize(("later", "alive"), [(INIT_SESSION - TICK, True), (INIT_SESSION, False)])
def test_first_password_is_set_within_a_quarter_of_an_hour(house, later, alive):
    """The session that a code opened is short."""
    session = house.accounts.log_in(NUMBER, house.code())
    house.clock.advance(later)

    assert alive is (house.accounts.authenticate(session.token) is not None)


@pytest.mark.manual("S-12")
def test_password_rule_is_held(house):
    """A password that the rule refuses is not set, and every problem is told."""
    session = house.accounts.log_in(NUMBER, house.code())
    with pytest.raises(InputInvalid) as error:
        house.accounts.activate(session.token, "666666")

    assert ["password-short", "password-kinds", "password-common"] == [
        problem.code for problem in error.value.problems
    ]
    assert "not_activated" == house.state()


@pytest.mark.parametrize("secret", ["666666", "123456", "011233", "", "1:"])
def test_no_initial_password_works(house, secret):
    """No account can be entered with a password that everybody knows, before or after it has a code."""

    assert refused(house, NUMBER, secret)
    house.code()

    assert refused(house, NUMBER, secret)


def test_code_typed_without_groups(house):
    """A code works without its hyphens as well; it then counts as any other try."""

    assert house.accounts.log_in(NUMBER, house.code().replace("-", "").lower()).init_only


@pytest.mark.manual("S-15")
def test_change_password(house):
    """The new password works, the old one does not, and every older session is over."""
    session = house.activated()
    house.clock.advance(TICK)
    fresh = house.accounts.change_password(session.token, PASSWORD, OTHER)

    assert house.accounts.authenticate(session.token) is None
    assert house.accounts.authenticate(fresh.token)
    assert refused(house, NUMBER, PASSWORD)
    assert house.accounts.log_in(NUMBER, OTHER)


@pytest.mark.manual("S-15")
def test_old_password_is_asked_for(house):
    """With a wrong one the chart refuses, says only that, and nothing changes."""
    session = house.activated()
    with pytest.raises(TransitionRefused) as error:
        house.accounts.change_password(session.token, OTHER, "Dong-77-gelao")

    assert ["password_right"] == [reason.name for reason in error.value.reasons]
    assert house.accounts.authenticate(session.token)


def test_old_password_is_not_guessed_in_an_open_session(house):
    """Somebody else's open session is no place to try passwords; a right one forgets the slips."""
    session = house.activated()
    for _ in range(4):
        with pytest.raises(TransitionRefused):
            house.accounts.change_password(session.token, OTHER, "Dong-77-gelao")
    session = house.accounts.change_password(session.token, PASSWORD, OTHER)
    for _ in range(5):
        with pytest.raises(TransitionRefused):
            house.accounts.change_password(session.token, PASSWORD, "Dong-77-gelao")

    with pytest.raises(TooManyTries):
        house.accounts.change_password(session.token, OTHER, "Dong-77-gelao")


def test_new_password_is_another(house):
    """The same password again is refused before anything is counted."""
    session = house.activated()
    with pytest.raises(InputInvalid) as error:
        house.accounts.change_password(session.token, PASSWORD, PASSWORD)

    assert ["password-unchanged"] == [problem.code for problem in error.value.problems]


def test_each_session_has_its_use(house):
    """
    A code's session changes no password, a password's session activates nothing, no session does nothing.
    """
    first = house.accounts.log_in(NUMBER, house.code())
    office = house.activated("hospital-01", house.office, house.world.county)

    for token in (first.token, "nothing"):
        with pytest.raises(LogInRefused):
            house.accounts.change_password(token, PASSWORD, OTHER)
    for token in (office.token, "nothing"):
        with pytest.raises(LogInRefused):
            house.accounts.activate(token, OTHER)


def test_log_in_is_recorded(house):
    """Every log-in, with a code or a password, is a step of the account's history, and no secret is in it."""
    house.activated()
    house.accounts.log_in(NUMBER, PASSWORD)
    events = [entry.event for entry in house.world.application.cases.history(SYSTEM, "account", house.doctor)]
    with house.world.application.store.begin(write=False) as unit:
        enclosed = " ".join(one.content for one in unit.enclosures(house.account()))

    assert ["create", "issue_code", "use_code", "set_password", "log_in"] == events
    assert PASSWORD not in enclosed
    assert not house.world.application.verification.run().findings


def test_weak_hash_is_made_anew(house):
    """Where parameters have become stronger, the next log-in hashes again; sessions stay."""
    session = house.activated()
    house.passwords.generation = 2
    house.accounts.log_in(NUMBER, PASSWORD)

    assert f"2:{PASSWORD}" == house.account().record.password_hash
    assert house.accounts.authenticate(session.token)


@pytest.mark.manual("S-37")
def test_an_account_that_was_used_stays_so_after_a_reset(house):
    """删除 is for rows that nothing has come of (手册 2.2.5): a new code does not undo that somebody was there."""
    world = house.world
    house.activated()
    house.code()
    physician = house.account().record.physician_id

    assert "not_activated" == house.state()
    with pytest.raises(TransitionRefused) as refusal:
        world.send(world.hospital, "affiliation", physician, "delete")
    assert ["never_assessed"] == [getattr(reason, "name", "") for reason in refusal.value.reasons]
