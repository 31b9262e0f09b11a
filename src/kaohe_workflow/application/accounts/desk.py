"""
What every use case of accounts works with.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

import attrs

from kaohe_workflow.application.accounts.devices import Devices
from kaohe_workflow.application.accounts.sessions import Current, LoggedIn, Sessions, session_name
from kaohe_workflow.application.accounts.throttle import network_of
from kaohe_workflow.application.origin import Origin, Via
from kaohe_workflow.application.ports import Clock, Identifiers, OneTimeCodes, Passwords, Secrets, Store
from kaohe_workflow.application.send import Door
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import LogInRefused

_AGENT_DIGITS = 16
"""Of the hash of a browser's name: enough to tell one from another among those of one account."""


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

    def origin(
        self,
        address: str | None = None,
        agent: str | None = None,
        *,
        token: str | None = None,
        via: Via | None = None,
    ) -> Origin:
        """
        Where a request comes from, as the record keeps it.

        Args:
            address: the network address; its network alone is kept.
            agent: what the browser calls itself (User-Agent), or whatever program asks; a keyed hash of it is kept.
            token: of the session that it is made in; the beginning of its hash is kept.
            via: how it was shown who asks.
        """
        return Origin(
            session=session_name(token) if token is not None else None,
            via=via,
            network=network_of(address) if address is not None else None,
            agent=self.secrets.blind("agent", agent)[:_AGENT_DIGITS] if agent else None,
        )

    def in_session(self, token: str, origin: Origin | None = None) -> Current:
        """
        Return what a token's session stands for; what is done in it comes from ``origin``, where the host says it.

        Raises:
            LogInRefused: the session is over.
        """
        current = self.opened.current(token)
        if current is None:
            raise LogInRefused
        come_from = origin if origin is not None else self.origin(token=token)
        return attrs.evolve(current, principal=attrs.evolve(current.principal, origin=come_from))

    def start_anew(self, account: Case, token: str) -> LoggedIn:
        """End every session of an account whose password has just been set, and open one of this new token."""
        self.opened.end_all(account.id)
        login_hash = self.secrets.blind("login_hash", account.record.login)
        return self.opened.open(account, token, device=self.devices.new(login_hash))
