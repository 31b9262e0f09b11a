"""
Slow hashes for passwords and one-time codes: argon2id.

19 MiB, two passes, one lane: about 25 ms of one core. As many at a time as there are cores, and no more than
two, or a wave of log-ins would leave nothing for anybody else; a few wait, and who finds the queue full is sent
away at once.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kaohe_workflow.adapters.clock import SystemClock
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import TooManyTries

MEMORY_KIB = 19_456
PASSES = 2
LANES = 1
AT_ONCE = min(2, os.cpu_count() or 1)
"""How many hashes are computed at the same time."""

WAITING = 16
"""How many wait for their turn: less than half a second's work."""

RETRY_AFTER = timedelta(seconds=1)
"""When who was sent away may come again."""


class Argon2Passwords:
    """
    Argon2id over the NFC form of a password.

    With a ``pepper`` (a key kept apart from the database) the password is first keyed with it, so that a
    stolen table alone cannot be searched. A pepper cannot be changed without setting every password anew.

    Hashing and comparing raise `TooManyTries` without having hashed anything while `AT_ONCE` are computed and
    `WAITING` wait; ``clock`` is what its instant is counted from.
    """

    def __init__(self, pepper: bytes | None = None, clock: Clock | None = None) -> None:
        self._pepper = pepper
        self._clock = clock or SystemClock()
        self._hasher = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16
        )
        self._at_once = BoundedSemaphore(AT_ONCE)
        self._places = AT_ONCE + WAITING
        self._counting = Lock()
        self._nobody = ""

    def hash(self, password: str) -> str:
        """An argon2id hash with its parameters."""
        with self._turn():
            return self._hasher.hash(self._keyed(password))

    def matches(self, hashed: str | None, password: str) -> bool:
        """
        Whether the password is right; None costs the same time and is always wrong.

        A stored text that is no hash at all is wrong as well.
        """
        if not self._nobody:
            self._nobody = self.hash("nobody")
        try:
            with self._turn():
                right = self._hasher.verify(self._nobody if hashed is None else hashed, self._keyed(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and hashed is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._counting:
            if not self._places:
                raise TooManyTries(self._clock.now() + RETRY_AFTER)
            self._places -= 1
        try:
            with self._at_once:
                yield
        finally:
            with self._counting:
                self._places += 1

    @property
    def places(self) -> int:
        """How many more would be taken now, to be computed or to wait."""
        return self._places

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _keyed(self, password: str) -> bytes:
        plain = normalize("NFC", password).encode()
        return plain if self._pepper is None else hmac.digest(self._pepper, plain, sha256)
