"""
What every use case of accounts works with.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import attrs

from kaohe_workflow.application.accounts.devices import Devices
from kaohe_workflow.application.accounts.sessions import Current, LoggedIn, Sessions
from kaohe_workflow.application.ports import Clock, Identifiers, OneTimeCodes, Passwords, Secrets, Store
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import LogInRefused


@attrs.frozen
class Desk:
    """
    A store, a clock, the door, and what secrets are made and compared with.

    ``first_password_networks`` are those from which one first password for all opens a new account.
    """

    store: Store
    clock: Clock
    identifiers: Identifiers
    passwords: Passwords
    secrets: Secrets
    door: Door
    codes: OneTimeCodes
    first_password_networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @property
    def opened(self) -> Sessions:
        """The sessions of all accounts."""
        return Sessions(self.store, self.clock, self.identifiers)

    @property
    def devices(self) -> Devices:
        """The browsers that have logged in before."""
        return Devices(self.identifiers, self.secrets)

    def in_session(self, token: str) -> Current:
        """
        Return what a token's session stands for.

        Raises:
            LogInRefused: the session is over.
        """
        current = self.opened.current(token)
        if current is None:
            raise LogInRefused
        return current

    def start_anew(self, account: Case) -> LoggedIn:
        """End every session of an account whose password has just been set, and open one."""
        self.opened.end_all(account.id)
        login_hash = self.secrets.blind("login_hash", account.record.login)
        return self.opened.open(account, device=self.devices.new(login_hash))
