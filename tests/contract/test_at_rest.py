"""What lies in a database: rows that only grow, and nothing personal in the open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import attrs
import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.tables import METADATA
from kaohe_workflow.application.stored import Job, Refusal, Remembered
from kaohe_workflow.errors import DefinitionError, InputInvalid, RecordDamaged
from kaohe_workflow.testing.contracts import NOW, changed, made, stored
from kaohe_workflow.testing.contracts.inboxes import noticed
from kaohe_workflow.testing.contracts.outgoing import POSTED
from tests.contract.sql_stores import SECRETS, bare

pytestmark = pytest.mark.manual("S-I11")


class TestAppendOnly:
    """History and refusals only grow, whoever writes."""

    @pytest.fixture(autouse=True)
    def _one_row_each(self, store: SqlStore) -> None:
        with store.begin() as unit:
            unit.write([made("department", "d1")])
            unit.refuse([Refusal("k1", 1, NOW, "{}", "0", "1")])
            unit.commit()

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET body = 'x'", "DELETE FROM {}"])
    def test_rows_cannot_be_changed(self, url: str, table: str, change: str) -> None:
        """Neither updated nor deleted, on a connection of the store's own kind."""
        engine = engine_of(url)
        with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only grows"):
            connection.exec_driver_sql(change.format(table))
        engine.dispose()

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("url", ["sqlite"], indirect=True)
    def test_rows_cannot_be_replaced(self, url: str, table: str) -> None:
        """Not even by a tool that has not set recursive_triggers, where REPLACE asks no delete trigger."""
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection,
            pytest.raises(sqlite3.IntegrityError, match="exists already"),
        ):
            connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")

    @pytest.mark.parametrize("table", ["history", "refusal"])
    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_tables_cannot_be_emptied(self, url: str, table: str) -> None:
        """TRUNCATE asks no row."""
        with bare(url) as connection, pytest.raises(psycopg.errors.RaiseException, match="only grows"):
            connection.execute(f"TRUNCATE {table}")


class TestAtRest:
    """What lies in the database."""

    def test_what_is_sealed_does_not_lie_open(self, store: SqlStore, url: str) -> None:
        """Numbers, phones, log-ins, payloads, reasons, answers and jobs are not found by searching the bytes."""
        canaries = {name: f"CANARY{name}" for name in ("id", "original", "phone", "licence", "login", "text")}
        with store.begin() as unit:
            unit.write(
                [
                    made(
                        "affiliation",
                        "p1",
                        id_number=canaries["id"],
                        id_original=canaries["original"],
                        phone=canaries["phone"],
                        qualification_number=canaries["licence"],
                        content=canaries["text"],
                    ),
                    made("account", "k1", login=canaries["login"]),
                ]
            )
            unit.enqueue([Job("j1", "k", canaries["text"], NOW)])
            unit.notify([noticed("n1", text=canaries["text"])])
            unit.add_channel(attrs.evolve(POSTED, address=canaries["text"], secret=canaries["text"]))
            unit.remember("k1", "key", Remembered("f", canaries["text"]), NOW)
            unit.commit()
        everything = _everything(url)

        assert "张三" in everything
        assert "CANARY" not in everything

    def test_a_sealed_value_opens_only_in_its_place(self, store: SqlStore, url: str) -> None:
        """Copied to another person's row it does not open, and the row is as good as lost."""
        stored(store, made("affiliation", "p1"), made("affiliation", "p2", id_number="other"))
        engine = engine_of(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "UPDATE affiliation SET record = (SELECT record FROM affiliation WHERE id = 'p1') WHERE id = 'p2'"
            )
        engine.dispose()

        with store.begin(write=False) as unit, pytest.raises(RecordDamaged) as caught:
            unit.read("affiliation", ["p2"])

        assert isinstance(caught.value.__cause__, DefinitionError)

    def test_the_same_person_has_the_same_hash_and_another_seal(self, store: SqlStore, url: str) -> None:
        """Equality can be asked for; from two rows nobody sees that they hold the same number."""
        [first] = stored(store, made("affiliation", "p1"))
        before = _everything(url)
        stored(store, changed(first))
        after = _everything(url)

        assert SECRETS.blind("id_hash", first.record.id_number) in before
        assert _sealed(before) != _sealed(after)

    @pytest.mark.parametrize("count", [1, 300])
    def test_a_text_that_no_store_can_hold_stops_everything(self, store: SqlStore, count: int) -> None:
        """Found half way through a grouped write, it leaves nothing behind."""
        steps = [made("assessment", f"a{n}", physician_id=f"p{n}") for n in range(count - 1)]
        with store.begin() as unit:
            with pytest.raises(InputInvalid):
                unit.write([*steps, made("assessment", "bad", physician_id="bad", note="a\0b")])
            with pytest.raises(InputInvalid):
                unit.commit()
        with store.begin() as unit:
            unit.write(steps)
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.find("assessment", [])

        assert count - 1 == len(found)


def _everything(url: str) -> str:
    engine = engine_of(url)
    with engine.connect() as connection:
        rows = [
            row for table in METADATA.tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        ]
    engine.dispose()
    text = "\n".join(map(str, rows))
    if url.startswith("sqlite"):
        folder = Path(url.removeprefix("sqlite:///")).parent
        text += "".join(path.read_bytes().decode("latin-1") for path in folder.iterdir())
    return text


def _sealed(text: str) -> list[str]:
    return [part for part in text.split('"') if part.startswith("intl1|")]
