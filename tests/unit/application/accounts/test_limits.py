"""Limits on log-in as data of the province, for each institution, which is told when many of its accounts are tried."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.accounts.throttle import global_bucket, institution_bucket, network_bucket
from kaohe_workflow.errors import LogInRefused, TooManyTries
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.provinces import with_parameters
from tests.unit.application.accounts.conftest import NUMBER, PASSWORD, make_house

TOLD = "试登录本机构"
TICK = timedelta(microseconds=1)


def house_of(**values):
    """A house in a province that sets these parameters."""
    return make_house(with_parameters(load_catalogue(), values))


def miss(house, login=NUMBER, **more):
    """A wrong try; whether it was looked at."""
    try:
        house.accounts.log_in(login, "Wrong-77-x", **more)
    except LogInRefused:
        return True
    except TooManyTries:
        return False
    raise AssertionError("a wrong password has opened something")


def told(house, principal=None):
    """How often somebody was told that accounts are tried."""
    page = house.world.application.inbox.page(principal or house.world.hospital, limit=200)
    return sum(TOLD in notice.text for notice in page.notices)


@pytest.mark.parametrize("free", [1, 3, 5])
def test_a_province_says_how_many_tries_are_free(free):
    """One fewer passes, the next one waits."""
    house = house_of(log_in_free_tries=free)

    assert [True] * free + [False] == [miss(house) for _ in range(free + 1)]


def test_a_province_says_how_long_the_longest_wait_is():
    """After many failures the next try is taken at that instant, and not one before."""
    house = house_of(log_in_free_tries=1, log_in_longest_wait_minutes=1)
    for _ in range(4):
        miss(house)
        house.clock.advance(timedelta(minutes=1))
    miss(house)
    house.clock.advance(timedelta(minutes=1) - TICK)
    early = miss(house)
    house.clock.advance(TICK)

    assert (False, True) == (early, miss(house))


def test_an_institution_has_a_pace_of_its_own():
    """All of its accounts together; another institution's, and whoever has logged in before, go on."""
    house = house_of(log_in_institution_burst=10, log_in_institution_per_minute=1)
    device = house.activated().device
    numbers = [person(index).id_number for index in range(11)]
    for number in numbers:
        house.world.physician(number)
    tried = [miss(house, number) for number in numbers]
    owner = house.accounts.log_in(NUMBER, PASSWORD, device=device)
    code = house.accounts.log_in(NUMBER, house.code())

    assert [True] * 10 + [False] == tried
    assert (False, True) == (owner.init_only, code.init_only)
    assert miss(house, "nobody-there")


def spray(house, accounts, wait=timedelta()):
    """One wrong try on each of so many accounts of the hospital."""
    for index in range(accounts):
        number = person(100 + index).id_number
        house.world.physician(number)
        miss(house, number)
        house.clock.advance(wait)
        with house.accounts.store.begin() as unit:
            for bucket in (network_bucket(None), global_bucket()):
                unit.clear_throttle(bucket.name)
            unit.commit()


@pytest.mark.parametrize(("accounts", "notices"), [(19, 0), (20, 1), (45, 1)])
def test_the_institution_is_told_when_many_accounts_are_tried(accounts, notices):
    """Twenty accounts within ten minutes: once in that while, to the institution alone."""
    house = make_house()
    spray(house, accounts)

    assert (notices, 0) == (told(house), told(house, house.world.agency))


def test_tries_on_one_account_tell_nobody():
    """Somebody has forgotten the password."""
    house = house_of(tried_accounts_alert=2)
    for _ in range(5):
        miss(house)

    assert 0 == told(house)


def test_slow_tries_are_counted_within_the_while():
    """Two accounts a moment less than the while apart are told of, a whole one apart they are not."""
    found = []
    for wait in (timedelta(minutes=10) - TICK, timedelta(minutes=10)):
        house = house_of(tried_accounts_alert=2)
        spray(house, 2, wait)
        found.append(told(house))

    assert [1, 0] == found


def test_the_owners_own_mistakes_tell_nobody():
    """A browser that has logged in before is not a stranger's."""
    house = house_of(tried_accounts_alert=2)
    device = house.activated().device
    miss(house, device=device)
    spray(house, 1)

    assert 0 == told(house)


def test_names_that_nobody_has_cost_the_same_and_tell_nobody():
    """They count for an institution that there is not."""
    house = house_of(tried_accounts_alert=2)
    for index in range(30):
        miss(house, f"nobody-{index}")

    assert (0, 0) == (told(house), told(house, house.world.province))


def test_buckets_of_institutions_are_apart():
    """Each has its own."""
    from kaohe_workflow.application.accounts.throttle import LIMITS

    assert institution_bucket("a", LIMITS).name != institution_bucket("b", LIMITS).name
