"""Who is let in, who waits, and that no answer tells which accounts there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.errors import (
    KaoheError,
    LogInRefused,
    TooManyTries,
)
from kaohe_workflow.testing.worlds import START

TICK = timedelta(microseconds=1)
NUMBER = "450103198001011233"
PASSWORD = "Zhuang7x"
OTHER = "Miao-88-yao"


def refused(house, login, secret, **more):
    """The refusal of a try to log in."""
    with pytest.raises(LogInRefused) as error:
        house.accounts.log_in(login, secret, **more)
    return error.value


# Refusals tell nothing


def test_every_refusal_is_the_same(house):
    """Unknown account, wrong password, wrong code, disabled account: one answer, and the same work."""
    house.activated()
    world = house.world
    world.send(world.county, "account", house.office, "disable", reason="停用")
    tries = [
        ("nobody", PASSWORD),
        (NUMBER, OTHER),
        (NUMBER, "AAAA-BBBB-CCCC-DDDD"),
        ("nobody", "AAAA-BBBB-CCCC-DDDD"),
        ("hospital-01", PASSWORD),
        ("", ""),
    ]
    before = house.passwords.compared
    answers = {(str(error), error.code) for error in (refused(house, *one) for one in tries)}

    assert 1 == len(answers)
    assert len(tries) == house.passwords.compared - before


@pytest.mark.parametrize("login", [NUMBER, "nobody"])
def test_waiting_tells_nothing(house, login):
    """Known and unknown accounts wait alike: after five failures, for 30 seconds."""
    house.activated()
    for _ in range(5):
        refused(house, login, OTHER)
    compared = house.passwords.compared
    with pytest.raises(TooManyTries) as error:
        house.accounts.log_in(login, PASSWORD)

    assert START + timedelta(seconds=30) == error.value.retry_at
    assert compared == house.passwords.compared


def test_right_password_does_not_undo_failures_of_others(house):
    """An attacker gets no fresh tries when the owner logs in."""
    house.activated()
    for _ in range(4):
        refused(house, NUMBER, OTHER)
    house.accounts.log_in(NUMBER, PASSWORD)
    refused(house, NUMBER, OTHER)

    with pytest.raises(TooManyTries):
        house.accounts.log_in(NUMBER, PASSWORD)


def test_known_device_is_not_slowed_down_by_others(house):
    """A browser that has logged in before goes on, whatever is tried elsewhere."""
    device = house.activated().device
    for _ in range(5):
        refused(house, NUMBER, OTHER)
    session = house.accounts.log_in(NUMBER, PASSWORD, device=device)

    assert (house.doctor, device) == (session.account_id, session.device)


def test_known_device_counts_its_own_failures(house):
    """A stolen browser guesses no faster than any other; its owner's success forgets the slips."""
    device = house.activated().device
    for _ in range(4):
        refused(house, NUMBER, OTHER, device=device)
    house.accounts.log_in(NUMBER, PASSWORD, device=device)
    for _ in range(5):
        refused(house, NUMBER, OTHER, device=device)

    with pytest.raises(TooManyTries):
        house.accounts.log_in(NUMBER, PASSWORD, device=device)


@pytest.mark.parametrize(
    "forge", [lambda token: token[:-1], lambda token: "x" + token, lambda _: ".", str.upper]
)
def test_forged_device_is_unknown(house, forge):
    """A device token is signed: any other text is as good as none, and gets a new one."""
    device = house.activated().device
    for _ in range(5):
        refused(house, NUMBER, OTHER)
    with pytest.raises(TooManyTries):
        house.accounts.log_in(NUMBER, PASSWORD, device=forge(device))


def test_device_belongs_to_an_account(house):
    """The device of one account is unknown to another."""
    device = house.activated().device
    house.activated("hospital-01", house.office, house.world.county)
    for _ in range(5):
        refused(house, "hospital-01", OTHER)
    with pytest.raises(TooManyTries):
        house.accounts.log_in("hospital-01", PASSWORD, device=device)


@pytest.mark.manual("S-10")
def test_code_gets_round_an_attack(house):
    """Who is attacked gets in from a new device with a code of the superior."""
    house.activated()
    for _ in range(5):
        refused(house, NUMBER, OTHER)

    assert house.accounts.log_in(NUMBER, house.code()).init_only


def test_one_network_is_slowed_down(house):
    """A network tries many accounts no faster than its rate; another network is not affected."""
    for index in range(60):
        refused(house, f"name{index}", OTHER, address="203.0.113.7")
    with pytest.raises(TooManyTries):
        house.accounts.log_in("other", OTHER, address="203.0.113.200")

    assert refused(house, "other", OTHER, address="198.51.100.1")


# A month under attack


def _attack(house, until, day_of):
    """Try again at the very instant that is named; how many tries reached the hash on each day."""
    reached: dict[int, int] = {}
    while house.clock.now() < until:
        try:
            house.accounts.log_in(NUMBER, OTHER, address="203.0.113.7")
        except TooManyTries as ex:
            house.clock.set(min(ex.retry_at, until))
        except LogInRefused:
            reached[day_of(house.clock.now())] = reached.get(day_of(house.clock.now()), 0) + 1
    return reached


def test_month_under_attack(house):
    """
    Thirty days of an attacker who never loses an instant: at most 100 guesses a day, and the victim gets in.

    The five free tries and the short waits make the first day the worst.
    """
    device = house.activated().device
    entered, reached = 0, {}
    for half_day in range(1, 61):
        for day, tries in _attack(
            house, START + timedelta(hours=12 * half_day), lambda now: (now - START).days
        ).items():
            reached[day] = reached.get(day, 0) + tries
        session = house.accounts.log_in(NUMBER, PASSWORD, device=device, address="203.0.113.7")
        entered += session.account_id == house.doctor

    assert 60 == entered
    assert sum(reached.values()) <= 100 * 30
    assert max(tries for day, tries in reached.items() if day > 0) <= 97
    assert reached[0] <= 105


def test_every_refusal_is_ours(house):
    """No error but the library's own leaves a log-in, whatever is typed."""
    for login, secret in [("\0", "x"), ("x" * 500, "y" * 5000), ("㊙", "\ud800x")]:
        with pytest.raises(KaoheError):
            house.accounts.log_in(login, secret)
