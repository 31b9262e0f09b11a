"""
Keys of evaluation platforms: what is kept of them, and the part of a unit of work that keeps it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs


@attrs.frozen
class PlatformKey:
    """
    A secret that a platform signs with, from ``created_at`` until before ``ends_at`` (None: until it is ended).

    A platform has several while they change over.
    """

    id: str
    platform: str
    secret: str = attrs.field(repr=False)
    created_at: datetime
    ends_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it may sign at that instant."""
        return self.created_at <= now and (self.ends_at is None or now < self.ends_at)


class PlatformKeys(Protocol):
    """The keys of all platforms; a secret is sealed where it lies."""

    def platform_keys(self) -> list[PlatformKey]:
        """All keys, ended ones too, by id, which is in the order in which they were made."""

    def platform_key(self, key_id: str) -> PlatformKey | None:
        """The key of an id."""

    def add_platform_key(self, key: PlatformKey) -> None:
        """
        Keep a key.

        Raises:
            ConcurrentTransition: the id is taken.
        """

    def end_platform_key(self, key_id: str, at: datetime) -> None:
        """Let a key end at an instant; one that is not there stays so."""
