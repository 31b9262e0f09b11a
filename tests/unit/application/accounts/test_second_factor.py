"""The second factor (动态口令): set up, asked for, used once, taken away from above."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from kaohe_workflow.adapters.one_time_codes import PyotpCodes
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import (
    LogInRefused,
    NotFound,
    NotPermitted,
    SecondFactorMissing,
    SecondFactorUsed,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.accounts.conftest import NUMBER, PASSWORD, make_house

STEP = timedelta(seconds=30)
OTHER = "Miao-88-yao"


def code(house, secret, steps=0):
    """The code of the present step, or of one so many steps away."""
    return pyotp.TOTP(secret).at(house.clock.now() + steps * STEP)


def set_up(house, token=None):
    """The physician's account with a second factor: its secret and its recovery codes."""
    token = token or house.activated().token
    secret = house.accounts.propose_factor(token, PASSWORD).secret
    codes = house.accounts.confirm_factor(token, code(house, secret))
    house.clock.advance(STEP)
    return secret, codes


def log_in(house, given=None, **more):
    """Log in with the password and a code."""
    return house.accounts.log_in(NUMBER, PASSWORD, code=given, **more)


def test_a_code_is_asked_for_once_it_is_confirmed(house):
    """Until then the password is enough; afterwards it is not, and with a code it is."""
    token = house.activated().token
    secret = house.accounts.propose_factor(token, PASSWORD).secret
    before = log_in(house)
    house.accounts.confirm_factor(token, code(house, secret))
    house.clock.advance(STEP)
    with pytest.raises(SecondFactorMissing):
        log_in(house)

    assert before.token
    assert False is log_in(house, code(house, secret)).init_only


def test_a_wrong_password_asks_for_no_code(house):
    """Whether an account has a second factor is told to who knows its password alone."""
    set_up(house)
    with pytest.raises(LogInRefused):
        house.accounts.log_in(NUMBER, "Wrong-77-x")


def test_a_code_works_once(house):
    """Neither again nor after a later one; so it is with the code that confirmed it."""
    token = house.activated().token
    secret = house.accounts.propose_factor(token, PASSWORD).secret
    first = code(house, secret)
    house.accounts.confirm_factor(token, first)
    with pytest.raises(SecondFactorUsed):
        log_in(house, first)
    house.clock.advance(2 * STEP)
    used, earlier = code(house, secret), code(house, secret, -1)
    log_in(house, used)
    for again in (used, earlier):
        with pytest.raises(SecondFactorUsed):
            log_in(house, again)


def test_a_used_code_tells_an_outsider_nothing(house):
    """Beside a wrong password it is refused like any other: whether it was a code is told to who knows the password."""
    secret, _ = set_up(house)
    house.clock.advance(2 * STEP)
    used = code(house, secret)
    log_in(house, used)
    with pytest.raises(LogInRefused) as refused:
        house.accounts.log_in(NUMBER, "Wrong-77-x", code=used)

    assert LogInRefused is type(refused.value)


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(house, steps, right):
    """The step before and the one after are taken, no other."""
    secret, _ = set_up(house)
    house.clock.advance(5 * STEP)
    given = code(house, secret, steps)

    assert right is (house.accounts.codes.step(secret, given, house.clock.now()) is not None)
    if right:
        assert log_in(house, given).token
    else:
        with pytest.raises(LogInRefused):
            log_in(house, given)


@pytest.mark.parametrize("given", ["", "000000", "12345", "abcdef", "１２３４５６", "\ud800"])
def test_what_is_no_code_is_wrong(house, given):
    """Nothing is taken for a code, and nothing breaks."""
    secret, _ = set_up(house)
    if given == code(house, secret):
        given = "000001"
    with pytest.raises((LogInRefused, SecondFactorMissing)):
        log_in(house, given)


def test_a_recovery_code_works_once(house):
    """Ten are told, in the place of a code; each is used up, and none is stored."""
    _, codes = set_up(house)
    stored = house.account().record.recovery_hashes
    session = log_in(house, codes[3].lower())
    with pytest.raises(LogInRefused):
        log_in(house, codes[3])

    assert (10, 10) == (len(set(codes)), len(stored))
    assert not set(codes) & set(stored)
    assert 9 == house.accounts.factor(session.token).recovery_codes
    assert log_in(house, codes[4]).token


def test_wrong_codes_are_slowed_down(house):
    """Who has the password guesses no code; the owner's own browser is not slowed down by others."""
    secret, _ = set_up(house)
    device = log_in(house, code(house, secret)).device
    house.clock.advance(2 * STEP)
    for _ in range(5):
        with pytest.raises(LogInRefused):
            log_in(house, "000000")
    with pytest.raises(TooManyTries):
        log_in(house, code(house, secret))

    assert log_in(house, code(house, secret), device=device).token


def test_asking_for_the_code_counts_as_no_failure(house):
    """The first of two steps is no wrong try."""
    secret, _ = set_up(house)
    for _ in range(6):
        with pytest.raises(SecondFactorMissing):
            log_in(house)

    assert log_in(house, code(house, secret)).token


def test_a_reset_password_does_not_take_it_away(house):
    """Who gets a code from the superior still needs the second factor to set a password."""
    secret, _ = set_up(house)
    token = house.accounts.log_in(NUMBER, house.code()).token
    with pytest.raises(SecondFactorMissing):
        house.accounts.activate(token, OTHER)
    with pytest.raises(LogInRefused):
        house.accounts.activate(token, OTHER, code="000000")

    assert house.accounts.activate(token, OTHER, code=code(house, secret)).token


def test_the_password_is_asked_for_to_set_it_up(house):
    """Somebody may have found the session open."""
    token = house.activated().token
    with pytest.raises(TransitionRefused):
        house.accounts.propose_factor(token, OTHER)

    assert (False, False, False, 0) == tuple(
        getattr(house.accounts.factor(token), name)
        for name in ("on", "proposed", "required", "recovery_codes")
    )


def test_a_wrong_code_confirms_nothing(house):
    """The account stays as it was, and a right one confirms it later."""
    token = house.activated().token
    secret = house.accounts.propose_factor(token, PASSWORD).secret
    with pytest.raises(TransitionRefused):
        house.accounts.confirm_factor(token, code(house, secret, 9))

    assert not house.accounts.factor(token).on
    assert 10 == len(house.accounts.confirm_factor(token, code(house, secret)))


def test_it_is_taken_off_with_password_and_code(house):
    """By its owner, where the province leaves it to the owner."""
    token = house.activated().token
    secret, _ = set_up(house, token)
    with pytest.raises(TransitionRefused):
        house.accounts.remove_factor(token, OTHER, code(house, secret))
    house.clock.advance(STEP)
    house.accounts.remove_factor(token, PASSWORD, code(house, secret))

    assert log_in(house).token


@pytest.fixture
def strict():
    """A house in a province where institutions and administrations must have a second factor."""
    values = {"second_factor_for": ["administration", "institution"]}
    return make_house(with_parameters(load_catalogue(), values))


def office(house, by=None):
    """A full session of the hospital's office."""
    session = house.accounts.log_in("hospital-01", house.code(house.office, by or house.world.county))
    return house.accounts.activate(session.token, PASSWORD).token


def test_who_must_have_one_sets_it_up_before_anything_else(strict):
    """The office sees nothing until then; the physicians, whom the province does not name, see all of theirs."""
    token = office(strict)
    held = strict.accounts.authenticate(token)
    with pytest.raises((NotFound, NotPermitted)):
        strict.world.application.cases.get(held, "affiliation", strict.account().record.physician_id)
    secret, _ = set_up(strict, token)
    free = strict.accounts.authenticate(token)
    with pytest.raises(TransitionRefused):
        strict.accounts.remove_factor(token, PASSWORD, code(strict, secret))
    doctor = strict.accounts.authenticate(strict.activated().token)

    assert (True, False, False) == (held.factor_due, free.factor_due, doctor.factor_due)
    assert strict.world.application.cases.get(free, "affiliation", doctor.physician_id)


@pytest.mark.parametrize(
    ("by", "may"),
    [("hospital", False), ("county", True), ("agency", False), ("city", True), ("province", True)],
)
def test_it_is_reset_down_the_tree_alone(house, by, may):
    """The office's own institution and its neighbour may not, every administration above may; sessions end."""
    token = office(house)
    set_up(house, token)
    principal = getattr(house.world, by)
    if not may:
        with pytest.raises((NotFound, NotPermitted, TransitionRefused)):
            house.world.send(principal, "account", house.office, "reset_factor", reason="手机遗失")
        assert house.accounts.authenticate(token)
        return
    house.world.send(principal, "account", house.office, "reset_factor", reason="手机遗失")

    assert house.accounts.authenticate(token) is None
    assert house.accounts.log_in("hospital-01", PASSWORD).token


def test_nobody_is_above_the_province_but_who_installs_it(house):
    """Its own administration does not reset its own accounts."""
    given = CreateAccount(
        institution_id=house.world.province.organisation_id,
        kind=AccountKind.ORGANISATION,
        login="province-09",
    )
    account_id = house.world.send(SYSTEM, "account", None, "create", given).id
    session = house.accounts.log_in("province-09", house.code(account_id, SYSTEM))
    set_up(house, house.accounts.activate(session.token, PASSWORD).token)
    with pytest.raises((NotPermitted, TransitionRefused)):
        house.world.send(house.world.province, "account", account_id, "reset_factor", reason="手机遗失")
    house.world.send(SYSTEM, "account", account_id, "reset_factor", reason="手机遗失")

    assert house.accounts.log_in("province-09", PASSWORD).token


def test_the_codes_are_those_of_the_standard():
    """RFC 6238, appendix B, of six digits: the secret is ``12345678901234567890``."""
    import base64
    from datetime import UTC, datetime

    secret = base64.b32encode(b"12345678901234567890").decode()
    codes = {
        59: "287082",
        1111111109: "081804",
        1111111111: "050471",
        1234567890: "005924",
        2000000000: "279037",
    }

    for seconds, expected in codes.items():
        assert seconds // 30 == PyotpCodes().step(secret, expected, datetime.fromtimestamp(seconds, UTC))


def test_the_secret_is_sealed_where_it_is_stored():
    """A stolen table makes no codes."""
    from kaohe_workflow.application.projection import COLUMNS

    assert {"factor_secret", "factor_proposed"} <= set(COLUMNS["account"].sealed)
