"""The table of the keys of evaluation platforms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.engine import Dialect
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
        id, platform, secret, *_ = row
        place = platform_key_place(row, self._wire.dialect)
        created_at, ends_at = spanned(row, self._wire.dialect)
        return PlatformKey(id, platform, self._secrets.open(place, secret), created_at, ends_at)

    def add_platform_key(self, key: PlatformKey) -> None:
        """Keep a key; raises `ConcurrentTransition` if the id is taken."""
        about = ("platform_key", key.id, None)
        self._bulk.insert(self._wire, PLATFORM_KEYS, [key], self._row_of_platform_key, about=about)

    def _row_of_platform_key(self, key: PlatformKey) -> tuple[Any, ...]:
        sealed = self._secrets.seal(_place(key.id, key.platform, key.created_at, key.ends_at), key.secret)
        return key.id, key.platform, sealed, key.created_at, key.ends_at

    def end_platform_key(self, key_id: str, at: datetime) -> None:
        """Let a key end at an instant; the secret is sealed anew, with that."""
        key = self.platform_key(key_id)
        if key is not None:
            _, _, sealed, _, ends_at = self._row_of_platform_key(attrs.evolve(key, ends_at=at))
            values = [(sealed, ends_at, key_id)]
            self._bulk.update(self._wire, PLATFORM_KEYS, ("secret", "ends_at"), ("id",), values)


def spanned(row: Sequence[Any], dialect: Dialect) -> tuple[datetime, datetime | None]:
    """From when to when the key of a row signs."""
    created_at = dialect.instant(row[3]).astimezone(UTC)
    return created_at, None if row[4] is None else dialect.instant(row[4]).astimezone(UTC)


def platform_key_place(row: Sequence[Any], dialect: Dialect) -> str:
    """
    What the sealed secret of a key is bound to: its id, its platform and when it signs.

    So whoever may write in the table alone lets no ended key sign again.
    """
    return _place(row[0], row[1], *spanned(row, dialect))


def _place(id: str, platform: str, created_at: datetime, ends_at: datetime | None) -> str:
    ending = ends_at.astimezone(UTC).isoformat() if ends_at is not None else ""
    return "|".join(("platform_key", id, platform, created_at.astimezone(UTC).isoformat(), ending))
