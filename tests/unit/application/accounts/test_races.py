"""Two calls at once: a session is opened only for what was proven and still holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from kaohe_workflow.errors import KaoheError, LogInRefused, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.accounts.conftest import FORGOTTEN

NUMBER = "450103198001011233"
PASSWORD = "Zhuang7x"
OTHER = "Miao-88-yao"


@attrs.define
class Meanwhile:
    """Passwords that let something happen between a comparison and whatever comes next, once."""

    house: Any
    happens: Callable[[], object]
    done: bool = False

    def matches(self, hashed, password):
        """Compare, and let it happen."""
        right = self.house.passwords.matches(hashed, password)
        if not self.done:
            self.done = True
            self.happens()
        return right

    def hash(self, password):
        """Hash."""
        return self.house.passwords.hash(password)

    def outdated(self, hashed):
        """Whether a hash is outdated."""
        return self.house.passwords.outdated(hashed)


@attrs.frozen
class DoorThen:
    """A door behind which something happens as soon as an event of a name has gone through."""

    door: Any
    event: str
    happens: Callable[[], object]

    @property
    def tools(self):
        """What the door works with."""
        return self.door.tools

    def explain(self, *args):
        """Explain."""
        return self.door.explain(*args)

    def send(self, principal, lifecycle, case_id, event, payload, **more):
        """Send, and let it happen."""
        receipt = self.door.send(principal, lifecycle, case_id, event, payload, **more)
        if event == self.event:
            self.happens()
        return receipt


def while_comparing(house, happens):
    """The use cases, with something that happens while a secret is compared."""
    return attrs.evolve(house.accounts, passwords=Meanwhile(house, happens))


def after_event(house, event, happens):
    """The use cases, with something that happens right after an event of the account."""
    return attrs.evolve(house.accounts, door=DoorThen(house.accounts.door, event, happens))


def living(house):
    """How many sessions the physician's account has."""
    with house.world.application.store.begin(write=False) as unit:
        return len(unit.sessions(house.doctor))


def disabled(house):
    """Disable the office's account."""
    house.world.send(house.world.county, "account", house.office, "disable", reason="停用")


@pytest.mark.parametrize("when", ["compared", "recorded"])
@pytest.mark.parametrize("change", ["reset", "change_password"])
def test_old_password_opens_nothing_after_a_change(house, when, change):
    """Who knew the old password is let in by no session that begins after the new one, at the same instant."""
    token = house.activated().token
    changes = {
        "reset": house.code,
        "change_password": lambda: house.accounts.change_password(token, PASSWORD, OTHER),
    }
    accounts = {
        "compared": lambda happens: while_comparing(house, happens),
        "recorded": lambda happens: after_event(house, "log_in", happens),
    }[when](changes[change])
    with pytest.raises(LogInRefused):
        accounts.log_in(NUMBER, PASSWORD)

    assert {"reset": 0, "change_password": 1}[change] == living(house)


def test_account_disabled_while_logging_in(house):
    """Disabling between the comparison and the session is answered like any refusal."""
    house.activated("hospital-01", house.office, house.world.county)
    with pytest.raises(LogInRefused):
        while_comparing(house, lambda: disabled(house)).log_in("hospital-01", PASSWORD)


def test_old_code_opens_nothing_after_a_new_one(house):
    """A code that is replaced while it is compared opens no session for the first password."""
    code = house.code()
    with pytest.raises(LogInRefused):
        while_comparing(house, house.code).log_in(NUMBER, code)

    assert 0 == living(house)


def test_used_up_code_opens_nothing(house):
    """Of two who hold the code at once, the second one is too late when the first has set the password."""
    code = house.code()
    first = house.accounts.log_in(NUMBER, code)
    with pytest.raises(LogInRefused):
        while_comparing(house, lambda: house.accounts.activate(first.token, PASSWORD)).log_in(NUMBER, code)


def test_log_ins_at_once_do_not_refuse_each_other(house):
    """Two people of a shared office log in at the same time: both know the password, both get in."""
    house.activated("hospital-01", house.office, house.world.county)
    others = []
    accounts = while_comparing(
        house, lambda: others.append(house.accounts.log_in("hospital-01", PASSWORD).token)
    )
    mine = accounts.log_in("hospital-01", PASSWORD).token

    assert [house.office] * 2 == [house.accounts.authenticate(token).account_id for token in (mine, *others)]


def test_old_password_changes_nothing_after_a_change(house):
    """Of two changes at once that rest on one old password, the second one is refused and undoes nothing."""
    token = house.activated().token
    fresh = []
    accounts = while_comparing(
        house, lambda: fresh.append(house.accounts.change_password(token, PASSWORD, OTHER))
    )
    with pytest.raises(LogInRefused):
        accounts.change_password(token, PASSWORD, "Dong-77-gelao")

    assert house.accounts.authenticate(fresh[0].token)
    assert house.accounts.log_in(NUMBER, OTHER)


def test_log_in_elsewhere_does_not_stop_a_change(house):
    """A colleague who logs in meanwhile is no reason to refuse a new password."""
    token = house.activated().token
    accounts = while_comparing(house, lambda: house.accounts.log_in(NUMBER, PASSWORD))

    assert accounts.change_password(token, PASSWORD, OTHER)
    assert house.accounts.log_in(NUMBER, OTHER)


@pytest.mark.parametrize("event", ["set_password", "change_password"])
def test_reset_right_after_a_new_password(house, event):
    """A reset that comes between the new password and its session wins."""
    if event == "set_password":
        token = house.accounts.log_in(NUMBER, house.code()).token
        with pytest.raises(LogInRefused):
            after_event(house, event, house.code).activate(token, PASSWORD)
    else:
        token = house.activated().token
        with pytest.raises(LogInRefused):
            after_event(house, event, house.code).change_password(token, PASSWORD, OTHER)

    assert ("not_activated", 0) == (house.state(), living(house))


def test_new_code_while_the_password_is_thought_up(house):
    """A code that is replaced between the session and the password sets none."""
    token = house.accounts.log_in(NUMBER, house.code()).token
    passwords = _HashesSlowly(house)
    with pytest.raises(LogInRefused):
        attrs.evolve(house.accounts, passwords=passwords).activate(token, PASSWORD)

    assert "not_activated" == house.state()


@attrs.frozen
class _HashesSlowly:
    house: Any

    def hash(self, password):
        """Hash, while somebody issues another code."""
        self.house.code()
        return self.house.passwords.hash(password)


# What issuing a code costs


@attrs.define
class CountedPasswords:
    """Passwords that count hashes."""

    hashed: int = 0

    def hash(self, password):
        """Hash, and count."""
        self.hashed += 1
        return f"1:{password}"


def hashes(house, principal, account_id, error):
    """How many hashes it costs to be refused a code, and the refusal."""
    passwords = CountedPasswords()
    with pytest.raises(error) as caught:
        attrs.evolve(house.accounts, passwords=passwords).issue_code(principal, account_id, reason=FORGOTTEN)
    return passwords.hashed, caught.value


def auditor(house):
    """Somebody who sees the accounts of the county and may do nothing with them."""
    return attrs.evolve(house.world.county, kind=AccountKind.AUDITOR, account_id="auditor")


def test_nothing_is_hashed_for_who_may_not(house):
    """The slow hash is made once it is decided: who may not costs little, and cannot tell what is there."""
    stranger = attrs.evolve(house.world.hospital, organisation_id="elsewhere", path="/elsewhere/")
    unseen, error = hashes(house, stranger, house.doctor, KaoheError)
    missing, same = hashes(house, stranger, "no-such-account", KaoheError)
    not_permitted, _ = hashes(house, auditor(house), house.doctor, NotPermitted)

    assert [0, 0, 0] == [unseen, missing, not_permitted]
    assert type(error) is type(same) is NotFound


def test_refused_code_names_the_rule_alone(house):
    """A rule's refusal costs no hash either; it names what stands in the way, not the code that was never made."""
    hashed, error = hashes(house, house.world.hospital, house.office, TransitionRefused)

    unmet = [reason.name for reason in error.reasons if reason.code == "guard-unmet"]

    assert (0, ["is_limited", "is_physician", "attached_here"]) == (hashed, unmet)


def test_refused_code_is_audited(house):
    """Whoever tried and was refused stands in the audit."""
    hashes(house, auditor(house), house.doctor, NotPermitted)
    with house.world.application.store.begin(write=False) as unit:
        refusals = unit.refusals(auditor(house).account_id)

    assert 1 == len(refusals)


def test_code_for_a_disabled_account(house):
    """A disabled account gets no code, and no hash is made."""
    disabled(house)
    hashed, error = hashes(house, house.world.county, house.office, TransitionRefused)

    assert (0, ["no-row"]) == (hashed, [reason.code for reason in error.reasons])
