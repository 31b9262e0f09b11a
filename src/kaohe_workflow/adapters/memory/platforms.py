"""Keys of evaluation platforms in memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import attrs

from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.errors import ConcurrentTransition


class Platforms:
    """The part of a unit of work that concerns keys of platforms."""

    _check: Callable[..., None]
    _layer: Callable[[str], Layer]
    _writing: Callable[[], AbstractContextManager[None]]

    def platform_keys(self) -> list[PlatformKey]:
        """All keys, by id."""
        self._check()
        return sorted(self._layer("platform_key").values(), key=lambda key: key.id)

    def platform_key(self, key_id: str) -> PlatformKey | None:
        """The key of an id."""
        self._check()
        found: PlatformKey | None = self._layer("platform_key").get(key_id)
        return found

    def add_platform_key(self, key: PlatformKey) -> None:
        """Keep a key; raises `ConcurrentTransition` if the id is taken."""
        with self._writing():
            if self._layer("platform_key").get(key.id) is not None:
                raise ConcurrentTransition("platform_key", key.id, None, None)
            self._layer("platform_key").put(key.id, key)

    def end_platform_key(self, key_id: str, at: datetime) -> None:
        """Let a key end at an instant."""
        with self._writing():
            key = self._layer("platform_key").get(key_id)
            if key is not None:
                self._layer("platform_key").put(key_id, attrs.evolve(key, ends_at=at))
