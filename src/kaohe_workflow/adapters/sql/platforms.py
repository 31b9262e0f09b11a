"""The table of the keys of evaluation platforms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.tables import PLATFORM_KEY
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.values.plain_text import storable

PLATFORM_KEYS = TableShape.of(PLATFORM_KEY)


class Platforms:
    """The part of a unit of work that concerns keys of platforms."""

    _wire: Wire
    _bulk: PlainBulk
    _secrets: Secrets

    def platform_keys(self) -> list[PlatformKey]:
        """All keys, by id."""
        text = sql("SELECT", names(PLATFORM_KEYS.columns), "FROM", name("platform_key"), "ORDER BY id")
        return [self._platform_key(row) for row in self._wire.rows(text)]

    def platform_key(self, key_id: str) -> PlatformKey | None:
        """The key of an id."""
        if not storable(key_id):
            return None
        columns, mark = names(PLATFORM_KEYS.columns), self._wire.dialect.mark
        text = sql("SELECT", columns, "FROM", name("platform_key"), "WHERE id =", mark)
        found = [self._platform_key(row) for row in self._wire.rows(text, [key_id])]
        return found[0] if found else None

    def _platform_key(self, row: Sequence[Any]) -> PlatformKey:
        id, platform, secret, created_at, ends_at = row
        place = platform_key_place(row)
        ending = None if ends_at is None else self._at(ends_at)
        return PlatformKey(id, platform, self._secrets.open(place, secret), self._at(created_at), ending)

    def add_platform_key(self, key: PlatformKey) -> None:
        """Keep a key; raises `ConcurrentTransition` if the id is taken."""
        about = ("platform_key", key.id, None)
        self._bulk.insert(self._wire, PLATFORM_KEYS, [key], self._row_of_platform_key, about=about)

    def _row_of_platform_key(self, key: PlatformKey) -> tuple[Any, ...]:
        sealed = self._secrets.seal(platform_key_place((key.id, key.platform)), key.secret)
        return key.id, key.platform, sealed, key.created_at, key.ends_at

    def end_platform_key(self, key_id: str, at: datetime) -> None:
        """Let a key end at an instant."""
        self._bulk.update(self._wire, PLATFORM_KEYS, ("ends_at",), ("id",), [(at, key_id)])

    def _at(self, value: Any) -> datetime:
        return self._wire.dialect.instant(value).astimezone(UTC)


def platform_key_place(row: Sequence[Any]) -> str:
    """What the sealed secret of a key is bound to: its id and its platform."""
    return "|".join(("platform_key", *row[:2]))
