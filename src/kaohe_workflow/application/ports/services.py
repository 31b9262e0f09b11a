"""
What the application needs beside a store: the time, names, secrets, and whoever works or carries for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from kaohe_workflow.application.stored import (
    Channel,
    Dispatch,
)


class Jobs(Protocol):
    """
    Who sees to it that waiting jobs are done: the caller's own thread here and now, or a queue of several processes.
    """

    def work(self) -> int:
        """
        Do the jobs that wait, or hand them to those who do them; how many.

        Raises:
            KaoheError: a job failed; it stays.
            StoreUnavailable: the store does not answer; what is left stays.
        """


class Carrier(Protocol):
    """Carries notices out of their inboxes, through channels of one kind."""

    def carry(self, channel: Channel, dispatch: Dispatch) -> None:
        """
        Tell whoever is at the other end that there is a notice.

        Raises:
            Undeliverable: nobody was told, or nobody has said that they were.
        """


class Clock(Protocol):
    """The only source of the present instant."""

    def now(self) -> datetime:
        """Now, aware, UTC."""


class Identifiers(Protocol):
    """The only source of ids, codes and tokens."""

    def new_id(self) -> str:
        """A fresh id: 26 characters of lower-case Crockford base 32, ascending with time."""

    def new_secret(self, size: int) -> str:
        """``size`` random bytes as lower-case hex."""

    def new_code(self) -> str:
        """A one-time code for people: 16 Crockford characters in four groups, 80 bits."""


class Codec(Protocol):
    """Between values and text."""

    def canonical(self, value: Any) -> str:
        """
        Canonical JSON: sorted keys, no white space, NFC, integers only.

        Decimals and instants become text (`2024-01-03T00:00:00.000000Z`), attrs values objects.
        """

    def written(self, plain: Any) -> str:
        """Canonical JSON of plain data, as `unstructure` returns it: for what is written in every step."""

    def parse(self, text: str) -> Any:
        """The plain value of JSON text."""

    def unstructure(self, value: Any) -> Any:
        """An attrs value as plain data."""

    def structure(self, data: Any, into: type) -> Any:
        """
        Plain data as a value of ``into``; unknown keys are refused.

        Raises:
            InputInvalid: every problem with its path.
        """


class Secrets(Protocol):
    """Keyed operations; the keys never leave the adapter."""

    def blind(self, purpose: str, text: str) -> str:
        """Keyed hash for look-up (HMAC-SHA-256, 16 bytes, hex)."""

    def commit(self, salt: str, content: str) -> str:
        """A commitment to ``content`` under ``salt`` (HMAC-SHA-256, hex); anyone with the salt can check it."""

    def seal(self, place: str, text: str) -> str:
        """Encrypt ``text``, bound to ``place`` (table, column, row)."""

    def open(self, place: str, sealed: str) -> str:
        """Decrypt what was sealed at ``place``."""


class Passwords(Protocol):
    """Slow hashes for passwords and one-time codes."""

    def hash(self, password: str) -> str:
        """An argon2id hash with its parameters."""

    def matches(self, hashed: str | None, password: str) -> bool:
        """Whether the password is right; None costs the same time and is always wrong."""

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""


class OneTimeCodes(Protocol):
    """Codes of a second factor (动态口令, RFC 6238): six digits, another one every thirty seconds."""

    def new_secret(self) -> str:
        """What codes are made from: 160 random bits in base 32."""

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """
        The time step whose code this is, None where it is wrong: the present one, the one before or the one after, so
        that a clock may be half a minute off.
        """

    def address(self, secret: str, account: str) -> str:
        """What an authenticator reads as a QR code: ``otpauth://totp/…``."""
