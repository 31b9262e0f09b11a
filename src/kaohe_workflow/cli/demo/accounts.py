"""
An account a role for whoever tries the demonstration out: activated by a real code, with a password told once.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from typing import Self

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case
from kaohe_workflow.cli.demo.calling import Who
from kaohe_workflow.cli.demo.operating import AUDITOR_LOGIN
from kaohe_workflow.cli.demo.organisations import Authorities
from kaohe_workflow.cli.telling import Telling
from kaohe_workflow.lifecycles.account.password_rule import password_problems
from kaohe_workflow.values.terms import AccountKind, Role

_LETTERS = string.ascii_letters + string.digits + "-+="
_LENGTH = 16


CUT_OFF = "上次演示中断，重新激活账户"
"""Why an account is reset that a run has activated before it was cut off."""


@attrs.frozen
class DemoAccount:
    """An account that can be used: whose it is in Chinese, login and password."""

    holder: str
    login: str
    password: str = attrs.field(repr=False)


@attrs.frozen
class Activation:
    """Activates the accounts of a run; ``accounts`` are told before the last one can be used."""

    application: Application
    chosen: tuple[tuple[Who, DemoAccount], ...]

    @classmethod
    def of(cls, application: Application, authorities: Authorities) -> Self:
        """Choose the accounts and their passwords, the auditor's last."""
        chosen = (
            (who, DemoAccount(role, who.login, _password(who.login)))
            for role, who in _chosen(application, authorities)
        )
        return cls(application, tuple(chosen))

    @property
    def accounts(self) -> tuple[DemoAccount, ...]:
        """Every account with its password."""
        return tuple(account for _, account in self.chosen)

    def begin(self, telling: Telling) -> None:
        """Activate all but the last; one that was activated before, by a run that was cut off, is reset."""
        with telling.stage("激活其余演示账户", len(self.chosen) - 1) as stage:
            for who, account in self.chosen[:-1]:
                self._activate(who, account.password)
                stage.advance()

    def finish(self) -> None:
        """Activate the last one: from now on the run is over."""
        who, account = self.chosen[-1]
        self._activate(who, account.password)

    def _activate(self, who: Who, password: str) -> None:
        """
        With a real code, as whoever owns the account would do it.

        The operator gives the code: a superior resets passwords only with an account in use, and those of a run that
        was cut off need not be.
        """
        accounts = self.application.accounts
        issued = accounts.issue_code(SYSTEM, who.account_id, reason=CUT_OFF)
        opened = accounts.log_in(who.login, issued.code)
        accounts.log_out(accounts.activate(opened.token, password).token)


def _chosen(application: Application, authorities: Authorities) -> Iterator[tuple[str, Who]]:
    physician = _physician(application, authorities)
    if physician is not None:
        yield Role.PHYSICIAN.label, physician
    yield Role.INSTITUTION.label, authorities.who["hospital"]
    yield Role.AGENCY.label, authorities.who["agency"]
    yield Role.ADMINISTRATION.label, authorities.who["county"]
    yield Role.PROVINCE.label, authorities.who["province"]
    yield Role.AUDITOR.label, _auditor(application)


def _physician(application: Application, authorities: Authorities) -> Who | None:
    """A physician, preferably one with a certificate."""
    here = Where("institution_id", "eq", authorities.ids["hospital"])
    with application.store.begin(write=False) as unit:
        qualified = unit.find("assessment", [here, Where("state", "eq", "qualified")], limit=1)
        wanted = [Where("physician_id", "eq", case.record.physician_id) for case in qualified]
        found = unit.find("account", [here, Where("kind", "eq", AccountKind.PHYSICIAN), *wanted], limit=1)
    return _who(found[0], authorities.who["hospital"]) if found else None


def _auditor(application: Application) -> Who:
    with application.store.begin(write=False) as unit:
        found = unit.find("account", [Where("kind", "eq", AccountKind.AUDITOR)])
    return Who(found[0].id, AUDITOR_LOGIN)


def _who(account: Case, issuer: Who | None) -> Who:
    return Who(account.id, account.record.login, issuer)


def _password(login: str) -> str:
    while True:
        password = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if not password_problems(password, login) and password[0].isalnum():
            return password
