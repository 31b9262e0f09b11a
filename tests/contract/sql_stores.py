"""The stores on databases that the tests of this folder open."""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.testing.contracts import RECORDS

CODEC = JsonCodec()
SECRETS = KeyedSecrets(Keys.fresh())


def store_at(url: str, **settings: Any) -> SqlStore:
    return SqlStore(url, records=RECORDS, codec=CODEC, secrets=SECRETS, **settings)


def bare(url: str) -> psycopg.Connection[Any]:
    where = sa.make_url(url)
    return psycopg.connect(
        host=str(where.query["host"]), user=where.username, dbname=where.database, autocommit=True
    )
