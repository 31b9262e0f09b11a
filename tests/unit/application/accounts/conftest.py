"""A small world whose accounts log in with plain passwords."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.identifiers import CrockfordIdentifiers
from kaohe_workflow.adapters.one_time_codes import PyotpCodes
from kaohe_workflow.adapters.wiring import build_application, open_store
from kaohe_workflow.application.accounts.use_cases import (
    Accounts,
)
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.testing.plain_passwords import PlainPasswords
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.terms import AccountKind

NUMBER = "450103198001011233"
FORGOTTEN = "本人忘记密码"
PASSWORD = "Zhuang7x"
KEYS = Keys(b"i" * 32, (("1", b"s" * 32),))


@attrs.define
class House:
    """A world with accounts over plain passwords: one physician's, one of the hospital's office."""

    world: World
    clock: SettableClock
    accounts: Accounts
    passwords: PlainPasswords
    doctor: str
    office: str

    def code(self, account_id=None, by=None):
        """A fresh code for the physician, from the hospital."""
        return self.accounts.issue_code(
            by or self.world.hospital, account_id or self.doctor, reason=FORGOTTEN
        ).code

    def activated(self, login=NUMBER, account_id=None, by=None):
        """The session of an account that has just set its password."""
        session = self.accounts.log_in(login, self.code(account_id, by))
        return self.accounts.activate(session.token, PASSWORD)

    def state(self, account_id=None):
        """The state of the physician's account."""
        return self.world.state_of("account", account_id or self.doctor)

    def account(self):
        """The physician's account as stored."""
        with self.world.application.store.begin(write=False) as unit:
            return unit.read("account", [self.doctor])[self.doctor]


@pytest.fixture
def house():
    """A fresh house."""
    return make_house()


def make_house(catalogue=None, networks=()):
    """A house in a province of other parameters, or where one first password opens accounts from networks."""
    clock = SettableClock(START)
    application = build_application(open_store("memory:", KEYS), KEYS, clock=clock, catalogue=catalogue)
    world = World.make(application, clock)
    passwords = PlainPasswords()
    accounts = Accounts(
        application.store,
        clock,
        CrockfordIdentifiers(clock),
        passwords,
        KeyedSecrets(KEYS),
        application.door,
        PyotpCodes(),
        networks,
    )
    world.physician(NUMBER)
    rows = application.lists.page(world.hospital, "accounts", {"kind": "physician"}).rows
    office = CreateAccount(
        institution_id=world.hospital.organisation_id,
        kind=AccountKind.ORGANISATION,
        login="hospital-01",
        shared=True,
    )
    office_id = world.send(world.county, "account", None, "create", office).id
    return House(world, clock, accounts, passwords, str(rows[0]["id"]), office_id)
