"""The stores on databases that the tests of this folder open, and what is found in them."""

from __future__ import annotations

from typing import Any

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.testing.contracts import RECORDS

CODEC = JsonCodec()
SECRETS = KeyedSecrets(Keys.fresh())


def store_at(url: str, **settings: Any) -> SqlStore:
    return SqlStore(url, records=RECORDS, codec=CODEC, secrets=SECRETS, **settings)


def present(store: SqlStore, *ids: str) -> list[str]:
    with store.begin(write=False) as unit:
        return sorted(unit.read("department", ids))
