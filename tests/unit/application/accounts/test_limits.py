"""Limits on log-in as data of the province, for each institution, which is told when many of its accounts are tried."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.throttle import global_bucket, institution_bucket, network_bucket
from kaohe_workflow.errors import InputInvalid, LogInRefused, NotPermitted, TooManyTries, TransitionRefused
from kaohe_workflow.lifecycles.institution.case import LogInPace
from kaohe_workflow.lifecycles.institution.events import SetLogInPace
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


@pytest.mark.parametrize(
    ("pace", "looked_at"), [(LogInPace(burst=10, per_minute=1), 10), (LogInPace(burst=12, per_minute=1), 12)]
)
def test_one_institution_may_have_another_pace(pace, looked_at):
    """Its administration says so, with a reason; other institutions keep the province's, and it is taken back."""
    house = house_of(log_in_institution_burst=11, log_in_institution_per_minute=1)
    hospital, county = house.world.hospital.organisation_id, house.world.county
    numbers = [person(index).id_number for index in range(14)]
    for number in numbers:
        house.world.physician(number)
    given = SetLogInPace(pace)
    house.world.send(county, "institution", hospital, "set_log_in_pace", given, reason="院区共用出口")
    own = [miss(house, number) for number in numbers]
    house.world.send(county, "institution", hospital, "set_log_in_pace", SetLogInPace(), reason="恢复")
    house.clock.advance(timedelta(hours=1))
    as_all = [miss(house, number) for number in numbers]

    assert [True] * looked_at + [False] * (14 - looked_at) == own
    assert [True] * 11 + [False] * 3 == as_all


@pytest.mark.parametrize(("burst", "per_minute"), [(9, 1), (10_001, 1), (10, 0), (10, 6_001)])
def test_no_pace_shuts_a_house_out(burst, per_minute):
    """The bounds are those of the province's own values: never none at all."""
    with pytest.raises(InputInvalid):
        LogInPace(burst, per_minute)
    for fits in (LogInPace(10, 1), LogInPace(10_000, 6_000)):
        assert fits.burst


def test_a_pace_is_the_administrations():
    """The institution does not set its own; nor is one set without a reason."""
    house = house_of()
    hospital, given = house.world.hospital.organisation_id, SetLogInPace(LogInPace(400, 120))
    with pytest.raises((NotPermitted, TransitionRefused)):
        house.world.send(house.world.hospital, "institution", hospital, "set_log_in_pace", given, reason="忙")
    with pytest.raises(TransitionRefused):
        house.world.send(house.world.county, "institution", hospital, "set_log_in_pace", given)


def test_nobody_resets_a_whole_house_at_once():
    """Twenty passwords, then one every three minutes, to the instant; first codes and the installation's go on."""
    house = house_of()
    house.activated()
    for _ in range(20):
        house.accounts.activate(house.accounts.log_in(NUMBER, house.code()).token, PASSWORD)
    with pytest.raises(TooManyTries):
        house.code()
    house.clock.advance(timedelta(minutes=3) - TICK)
    with pytest.raises(TooManyTries):
        house.code()
    assert "active" == house.state()
    assert house.code(house.office, house.world.county)
    house.clock.advance(TICK)
    house.accounts.activate(house.accounts.log_in(NUMBER, house.code()).token, PASSWORD)
    assert house.code(by=SYSTEM)
