"""The database server that other tests stand on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests import conftest


def test_a_database_given_twice_is_empty_the_second_time(postgres_databases) -> None:
    """What one test left, tables, schemas or a forgotten connection, is gone for the next."""
    with postgres_databases.fresh() as url:
        first = sa.make_url(url)
        forgotten = psycopg.connect(host=first.query["host"], user=first.username, dbname=first.database)
        forgotten.execute("CREATE SCHEMA other CREATE TABLE other.b (id int)")
        forgotten.execute("CREATE TABLE a (id int)")
        forgotten.commit()
    with postgres_databases.fresh() as url:
        engine = sa.create_engine(url)
        inspector = sa.inspect(engine)
        seen = (sa.make_url(url).database, inspector.get_schema_names(), inspector.get_table_names())
        engine.dispose()
    forgotten.close()

    assert (first.database, ["information_schema", "public"], []) == seen


def test_two_databases_at_a_time_are_two(postgres_url: str, fresh_postgres: str) -> None:
    """The shared database of a worker is never handed out as a fresh one."""

    assert postgres_url != fresh_postgres


def test_what_a_killed_run_has_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    """A folder that had users and has none any more; not one that is in use or only begun, and none of another kind."""
    for name in ("kaohe-left", "kaohe-used", "kaohe-begun", "other-left"):
        (tmp_path / name / "data").mkdir(parents=True)
    for name in ("kaohe-left", "other-left"):
        with conftest.in_use(tmp_path / name):
            pass

    with conftest.in_use(tmp_path / "kaohe-used"):
        conftest.clear_after_killed_runs(tmp_path)
        left = sorted(path.name for path in tmp_path.iterdir())

    assert ["kaohe-begun", "kaohe-used", "other-left"] == left


def test_of_two_runs_that_remove_a_folder_one_does(tmp_path: Path) -> None:
    """One run ends while another begins: the second to come finds it gone, which is no error."""
    folder = tmp_path / "kaohe-left"
    (folder / "data").mkdir(parents=True)

    conftest.remove(folder)
    conftest.remove(folder)

    assert [] == list(tmp_path.iterdir())
