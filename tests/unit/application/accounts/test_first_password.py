"""One first password for all (手册 2.2.1: 666666), behind its fence."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.accounts.first_password import (
    FIRST_PASSWORD,
    Fence,
    allowed_from,
    unfenced,
    warning,
)
from kaohe_workflow.application.accounts.throttle import global_bucket, network_bucket, untrusted_bucket
from kaohe_workflow.errors import InputInvalid, LogInRefused, NotFound, TooManyTries, TransitionRefused
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.values.windows import local_date
from tests.unit.application.accounts.conftest import NUMBER, PASSWORD, make_house

pytestmark = pytest.mark.manual("S-7", "S-11")

INSIDE, OUTSIDE = "10.1.2.3", "203.0.113.7"
NETWORKS = (ip_network("10.0.0.0/8"),)
TICK = timedelta(microseconds=1)
HOURS = timedelta(hours=72)


@pytest.fixture
def fixed():
    """A house in a province with one first password, which opens accounts from the hospital's network."""
    return make_house(with_parameters(load_catalogue(), {"initial_password_policy": "fixed"}), NETWORKS)


def opened(house, account_id=None, by=None):
    """The superior opens the account for the first password."""
    return house.world.send(
        by or house.world.hospital, "account", account_id or house.doctor, "open_first_password"
    )


def log_in(house, secret=FIRST_PASSWORD, address=INSIDE, login=NUMBER, **more):
    """Log in from an address."""
    return house.accounts.log_in(login, secret, address=address, **more)


def refused(house, **given):
    """Whether a try is refused without a word."""
    try:
        log_in(house, **given)
    except LogInRefused:
        return True
    return False


def test_it_opens_a_session_that_may_only_set_the_password(fixed):
    """初始密码 → 初始化设置 → 登录: nothing but the own password is reached with what all know."""
    opened(fixed)
    session = log_in(fixed, wanted="password")
    principal = fixed.accounts.authenticate(session.token)
    active = fixed.accounts.activate(session.token, PASSWORD)

    assert (True, True, "active") == (session.init_only, principal.init_only, fixed.state())
    assert False is fixed.accounts.authenticate(active.token).init_only
    assert log_in(fixed, PASSWORD).token


def test_without_the_parameter_nobody_can_open_an_account_for_it(house):
    """A code is what every other province gives."""
    with pytest.raises(TransitionRefused) as error:
        opened(house)

    assert "first_password_allowed" in [getattr(reason, "name", "") for reason in error.value.reasons]
    assert refused(house)


def test_no_new_account_is_open_by_itself(fixed):
    """Somebody must open it: 666666 tried over all accounts opens none."""

    assert [True, True] == [refused(fixed), refused(fixed, login="hospital-01")]


def test_it_is_compared_with_in_its_time_only(fixed):
    """An instant before its end it opens, at its end no more."""
    opened(fixed)
    fixed.clock.advance(HOURS)
    late = refused(fixed)
    opened(fixed)
    fixed.clock.advance(HOURS - TICK)

    assert (True, False) == (late, refused(fixed))


@pytest.mark.parametrize("address", [OUTSIDE, None, "unknown", "::ffff:203.0.113.7", "2001:db8::1"])
def test_from_outside_it_opens_nothing(fixed, address):
    """Only the networks that the deployment names; a try from elsewhere does not use it up, and counts nothing."""
    opened(fixed)

    assert refused(fixed, address=address)
    assert 0 == fixed.account().record.first_password_misses
    assert log_in(fixed, address="::ffff:10.1.2.3").init_only


def test_without_networks_it_opens_nothing():
    """A province may allow it; a deployment that names no network does not have it."""
    house = make_house(with_parameters(load_catalogue(), {"initial_password_policy": "fixed"}))
    opened(house)

    assert refused(house)


def test_it_opens_once(fixed):
    """Who breaks off asks for it again; nobody else comes in after him."""
    opened(fixed)
    log_in(fixed)

    assert refused(fixed)
    opened(fixed)
    assert log_in(fixed).init_only


@pytest.mark.manual("S-10")
def test_what_was_reset_is_opened_by_it_again(fixed):
    """A forgotten password is reset to the first one (手册 2.2.1): by whoever resets, and not by the reset alone."""
    opened(fixed)
    fixed.accounts.activate(log_in(fixed).token, PASSWORD)
    fixed.code()
    closed = refused(fixed)
    opened(fixed)
    session = log_in(fixed)

    assert closed
    assert session.init_only
    assert fixed.accounts.activate(session.token, f"{PASSWORD}-2").token


def test_five_wrong_tries_close_it(fixed):
    """Until it is opened again, whoever tries."""
    opened(fixed)
    seen = []
    for _ in range(5):
        seen.append(refused(fixed, secret="123456"))
        forget_tries(fixed)

    assert [True] * 5 == seen
    assert (5, None) == (
        fixed.account().record.first_password_misses,
        fixed.account().record.first_password_until,
    )
    assert refused(fixed)


def forget_tries(house):
    """Wrong tries make the next one wait, which is not what is proven here."""
    login_hash = house.accounts.secrets.blind("login_hash", NUMBER)
    with house.accounts.store.begin() as unit:
        for bucket in (untrusted_bucket(login_hash), network_bucket(INSIDE), global_bucket()):
            unit.clear_throttle(bucket.name)
        unit.commit()


def test_wrong_tries_are_slowed_down_as_ever(fixed):
    """The account's untrusted bucket counts them, too."""
    opened(fixed)
    tried = [refused(fixed, secret="123456") for _ in range(5)]
    with pytest.raises(TooManyTries):
        log_in(fixed)

    assert [True] * 5 == tried


def test_it_is_no_code(fixed):
    """Where a code is asked for, it is wrong."""
    opened(fixed)

    assert refused(fixed, wanted="code")


def test_it_is_no_stored_secret(fixed):
    """Nothing of the account is made from it."""
    opened(fixed)
    record = fixed.account().record

    assert (None, None) == (record.password_hash, record.code_hash)


def test_the_session_lasts_a_quarter_of_an_hour(fixed):
    """An instant before it the password is taken, at it no more."""
    opened(fixed)
    token = log_in(fixed).token
    fixed.clock.advance(timedelta(minutes=15))
    with pytest.raises(LogInRefused):
        fixed.accounts.activate(token, PASSWORD)
    opened(fixed)
    token = log_in(fixed).token
    fixed.clock.advance(timedelta(minutes=15) - TICK)

    assert fixed.accounts.activate(token, PASSWORD).token


@pytest.mark.parametrize("password", ["Ab-666666", "Gx-011233-x"])
def test_the_own_password_is_another(fixed, password):
    """Neither the first password nor a part of the number."""
    opened(fixed)
    with pytest.raises(InputInvalid):
        fixed.accounts.activate(log_in(fixed).token, password)


def test_who_gave_the_account_is_told_and_takes_it_back(fixed):
    """The hospital hears of its physician's first log-in with time and network; one event ends what came of it."""
    opened(fixed)
    active = fixed.accounts.activate(log_in(fixed).token, PASSWORD)
    page = fixed.world.application.inbox.page(fixed.world.hospital)
    texts = [item.text for item in page.notices if "初始密码首次登录" in item.text]
    fixed.world.send(fixed.world.hospital, "account", fixed.doctor, "revoke_first_use", reason="非本人登录")

    assert 1 == len(texts)
    assert "10.1.2.0/24" in texts[0]
    assert "not_activated" == fixed.state()
    assert fixed.accounts.authenticate(active.token) is None
    assert [True, True] == [refused(fixed, secret=PASSWORD), refused(fixed)]


def test_an_institution_gets_it_from_above(fixed):
    """The county opens the hospital's account, hears of its use, and takes it back (手册 2.2.1)."""
    opened(fixed, fixed.office, fixed.world.county)
    session = log_in(fixed, login="hospital-01")
    page = fixed.world.application.inbox.page(fixed.world.county)
    fixed.world.send(fixed.world.county, "account", fixed.office, "revoke_first_use", reason="非本单位登录")

    assert session.init_only
    assert 1 == sum("初始密码首次登录" in item.text for item in page.notices)
    assert fixed.accounts.authenticate(session.token) is None


@pytest.mark.parametrize("by", ["hospital", "agency"])
def test_nobody_opens_what_is_not_below(fixed, by):
    """An institution opens its physicians' accounts, not its own and not its neighbour's."""
    with pytest.raises((TransitionRefused, NotFound)):
        opened(fixed, fixed.office, getattr(fixed.world, by))


def test_a_province_that_allows_it_must_be_fenced():
    """No start without networks and without a word on who accepts the risk; and a warning at each."""
    catalogue = with_parameters(load_catalogue(), {"initial_password_policy": "fixed"})
    today = local_date(make_house().clock.now())
    fences = [Fence(), Fence(NETWORKS), Fence((), "李局长已接受"), Fence(NETWORKS, " ")]
    found = [[one.code for one in unfenced(catalogue, fence, today)] for fence in fences]

    assert [["first-password-unfenced"]] * 4 == found
    assert () == unfenced(catalogue, Fence(NETWORKS, "李局长已接受"), today)
    assert "统一的初始密码" in str(warning(catalogue, today))
    assert catalogue.timeline.starts_on == allowed_from(catalogue, today)


@pytest.mark.parametrize("days", [-27, 0, 1])
def test_the_day_since_when_it_is_allowed_is_told(days):
    """The day on which it was, or will be, begun: not the day on which somebody asks; none where it has ended."""
    catalogue, today = load_catalogue(), local_date(make_house().clock.now())
    since = today + timedelta(days=days)
    fixed = with_parameters(catalogue, {"initial_password_policy": "fixed"}, since=since)
    ended = with_parameters(fixed, {"initial_password_policy": "code"}, since=since + timedelta(days=1))

    assert f"自{since.isoformat()}起" in str(warning(fixed, today))
    assert since == allowed_from(ended, since)
    assert allowed_from(ended, since + timedelta(days=1)) is None


def test_a_province_without_it_needs_no_fence():
    """Nothing is asked for, and nothing is said."""
    catalogue, today = load_catalogue(), local_date(make_house().clock.now())

    assert ((), None) == (unfenced(catalogue, Fence(), today), warning(catalogue, today))
