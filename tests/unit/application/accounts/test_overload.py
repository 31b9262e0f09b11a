"""Who is sent away because too many wait for a slow hash has tried nothing: it counts nowhere."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.accounts.throttle import (
    password_change_bucket,
    reserve,
    undo,
    untrusted_bucket,
)
from kaohe_workflow.errors import LogInRefused, TooManyTries
from kaohe_workflow.testing.plain_passwords import PlainPasswords
from kaohe_workflow.testing.worlds import START

NUMBER = "450103198001011233"
PASSWORD, OTHER = "Zhuang7x", "Miao-88-yao"
SECOND = timedelta(seconds=1)


@attrs.define
class BusyPasswords(PlainPasswords):
    """Sends everybody away while it is ``full``; hashing also while only ``no_time_to_hash``."""

    full: bool = False
    no_time_to_hash: bool = False

    def hash(self, password: str) -> str:
        if self.full or self.no_time_to_hash:
            raise TooManyTries(START + SECOND)
        return super().hash(password)

    def matches(self, hashed: str | None, password: str) -> bool:
        if self.full:
            raise TooManyTries(START + SECOND)
        return super().matches(hashed, password)


@pytest.fixture
def busy(house):
    """The house with passwords that may be busy."""
    passwords = BusyPasswords()
    return attrs.evolve(
        house, passwords=passwords, accounts=attrs.evolve(house.accounts, passwords=passwords)
    )


def counted(house, bucket):
    """What a bucket holds."""
    with house.world.application.store.begin(write=False) as unit:
        return unit.throttle(bucket.name)


def sent_away(house, try_it):
    """Try while everybody is sent away."""
    house.passwords.full = True
    with pytest.raises(TooManyTries) as error:
        try_it()
    house.passwords.full = False
    return error.value


@pytest.mark.parametrize("failures", [0, 1, 4])
@pytest.mark.parametrize("login", [NUMBER, "nobody"])
def test_an_overload_is_no_failed_try(busy, failures, login):
    """The account's count is what it was, whatever it was, and nobody waits longer for it."""
    busy.activated()
    bucket = untrusted_bucket(busy.accounts.secrets.blind("login_hash", login))
    for _ in range(failures):
        with pytest.raises(LogInRefused):
            busy.accounts.log_in(login, OTHER)
    before = counted(busy, bucket)
    error = sent_away(busy, lambda: busy.accounts.log_in(login, PASSWORD))

    assert START + SECOND == error.retry_at
    assert before == counted(busy, bucket)


def test_an_overload_forgives_no_earlier_failures_of_a_device(busy):
    """A success clears a known device's slips; being sent away is no success."""
    device = busy.activated().device
    for _ in range(4):
        with pytest.raises(LogInRefused):
            busy.accounts.log_in(NUMBER, OTHER, device=device)
    sent_away(busy, lambda: busy.accounts.log_in(NUMBER, PASSWORD, device=device))
    with pytest.raises(LogInRefused):
        busy.accounts.log_in(NUMBER, OTHER, device=device)

    with pytest.raises(TooManyTries) as error:
        busy.accounts.log_in(NUMBER, PASSWORD, device=device)

    assert START + timedelta(seconds=30) == error.value.retry_at


def test_an_overload_is_no_wrong_old_password(busy):
    """Nor does it count where a password is changed."""
    token = busy.activated().token
    sent_away(busy, lambda: busy.accounts.change_password(token, PASSWORD, OTHER))

    assert counted(busy, password_change_bucket(busy.doctor)) is None


def test_a_right_password_logs_in_without_time_to_renew_its_hash(busy):
    """The hash is made anew at a later log-in; who knows the password is not sent away for that."""
    busy.activated()
    busy.passwords.generation += 1
    busy.passwords.no_time_to_hash = True

    assert not busy.accounts.log_in(NUMBER, PASSWORD).init_only
    assert busy.passwords.outdated(busy.account().record.password_hash)


def test_what_others_did_meanwhile_stays(house):
    """While one try is sent away another one fails: that one counts."""
    bucket = untrusted_bucket("0" * 32)
    with house.world.application.store.begin() as unit:
        one = reserve(unit, [bucket], START)
        reserve(unit, [bucket], START)
        undo(unit, one)

        assert 1 == unit.throttle(bucket.name).failures
