"""Every shipped store keeps the contract of a store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.memory import MemoryStore
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.application.ports import Store
from kaohe_workflow.testing.contracts import RECORDS, StoreContract

CODEC = JsonCodec()
SECRETS = KeyedSecrets(Keys.fresh())


def _opened(url: str) -> Iterator[SqlStore]:
    store = SqlStore.open(url, records=RECORDS, codec=CODEC, secrets=SECRETS)
    yield store
    store.close()


class TestMemory(StoreContract):
    """The store in memory."""

    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore(records=RECORDS, secrets=SECRETS)


class TestSqlite(StoreContract):
    """SQLite in a file."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        yield from _opened(f"sqlite:///{tmp_path}/kaohe.db")


class TestPostgres(StoreContract):
    """A real PostgreSQL."""

    @pytest.fixture
    def store(self, fresh_postgres: str) -> Iterator[Store]:
        yield from _opened(fresh_postgres)
