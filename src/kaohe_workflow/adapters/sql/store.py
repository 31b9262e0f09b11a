"""The port `Store` over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.adapters.sql.bulk import ArrayBulk, PlainBulk
from kaohe_workflow.adapters.sql.engine import WAIT_SECONDS
from kaohe_workflow.adapters.sql.reading import Selects
from kaohe_workflow.adapters.sql.rows import CaseTable
from kaohe_workflow.adapters.sql.tables import METADATA, SCHEMA
from kaohe_workflow.adapters.sql.unit_of_work import Gear, SqlUnitOfWork
from kaohe_workflow.adapters.sql.views import Views
from kaohe_workflow.adapters.sql.wire import Database
from kaohe_workflow.adapters.sql.writing import Writer
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.errors import StoreUnavailable


class SqlStore:
    """
    Units of work over one database.

    Args:
        url: `sqlite:///<file>` or `postgresql://…`; the schema is made by `migrating.upgrade`.
        records: lifecycle → the class of its records, for every lifecycle that will be used.
        codec: turns records into text and back.
        secrets: seals what must not lie open in the database.
        grouped: send PostgreSQL many rows as arrays; False sends them one by one, as any database takes them.
        wait_seconds: how long a unit of work waits for what another one has locked.

    Raises:
        InputInvalid: ``store-unknown``: the URL names no store.
    """

    def __init__(
        self,
        url: str,
        *,
        records: Mapping[str, type],
        codec: JsonCodec,
        secrets: Secrets,
        grouped: bool = True,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._database = Database(url, wait_seconds)
        dialect = self._database.dialect
        tables = {name: CaseTable(name, record, codec, secrets) for name, record in records.items()}
        bulk = ArrayBulk(dialect) if dialect.postgres and grouped else PlainBulk(dialect)
        self._gear = Gear(
            dialect=dialect,
            bulk=bulk,
            tables=tables,
            selects={name: Selects(dialect, name) for name in tables},
            writer=Writer(bulk, tables, secrets),
            views=Views(dialect, tables),
            secrets=secrets,
        )

    @classmethod
    def open(cls, url: str, *, records: Mapping[str, type], codec: JsonCodec, secrets: Secrets) -> Self:
        """
        A store whose schema is that of this version: a new database is made, an older one brought up to date.

        Raises:
            InputInvalid: ``store-unknown``: the URL names no store.
            StoreUnavailable: the database does not answer.
        """
        store = cls(url, records=records, codec=codec, secrets=secrets)
        try:
            store.ready()
        except StoreUnavailable:
            # Imported only where something is to be done: Alembic takes longer to load than the store.
            from kaohe_workflow.adapters.sql.migrating import upgrade

            upgrade(url)
            store.ready()
        return store

    def begin(self, *, write: bool = True, wait: bool = True) -> SqlUnitOfWork:
        """
        A new unit of work, to be used as a context manager.

        ``write=False`` promises to change nothing: SQLite then takes no write lock, and in both databases all
        reads see one snapshot. With ``wait=False`` what another unit of work has locked is not waited for.

        Raises:
            StoreUnavailable: the store does not answer; or another writes, and it was not to be waited for.
        """
        return SqlUnitOfWork(self._gear, self._database.open(write=write, wait=wait))

    def ready(self) -> None:
        """
        Check that the store answers, and has the schema of this version with all of its tables.

        Raises:
            StoreUnavailable: it does not, or it has not.
        """
        with self.begin(write=False) as unit:
            found, tables = unit.schema(), unit.tables()
        if found != SCHEMA:
            raise StoreUnavailable(f"the schema is {found!r}, this version needs {SCHEMA!r}: migrate")
        if missing := sorted(METADATA.tables.keys() - tables):
            raise StoreUnavailable(f"these tables are gone: {', '.join(missing)}")

    def close(self) -> None:
        """Close all connections."""
        self._database.close()
