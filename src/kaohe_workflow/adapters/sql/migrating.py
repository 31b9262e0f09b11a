"""
The schema's way through its versions, with Alembic.

Not imported by the store: a process that only serves requests needs none of this.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.errors import StoreUnavailable

_SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """The configuration of the shipped migrations, over one connection."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """
    Bring a database to a version of the schema, the newest by default; a new database is made from nothing.

    All steps happen in one transaction, or none.

    Raises:
        StoreUnavailable: the database does not answer, is none, or is of a version that is not known here.
    """
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            # The driver is in autocommit mode (see `engine`): the transaction is begun by name.
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql("BEGIN")
                # Two processes that start at once: the second finds everything done.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7523041002)")
            command.upgrade(alembic_config(connection), revision)
            connection.commit()
    except CommandError as ex:
        raise StoreUnavailable(f"the schema is of another version: {ex}") from ex
    except (sa.exc.DBAPIError, sqlite3.Error) as ex:
        raise StoreUnavailable(f"the store does not answer: {getattr(ex, 'orig', ex)}") from ex
    finally:
        engine.dispose()
