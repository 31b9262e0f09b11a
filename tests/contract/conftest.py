"""Databases of each kind, and stores on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.migrating import upgrade
from tests.contract.sql_stores import store_at


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/kaohe.db"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """An empty store of each kind."""
    upgrade(url)
    store = store_at(url)
    yield store
    store.close()


@pytest.fixture
def postgres(fresh_postgres: str) -> Iterator[SqlStore]:
    """An empty store on PostgreSQL."""
    upgrade(fresh_postgres)
    store = store_at(fresh_postgres)
    yield store
    store.close()
