"""What a killed process or a lost database cuts off has not happened."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.errors import StoreUnavailable
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    Journeys,
)
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World, noon
from tests.faults.places import PATIENCE, Place

MOMENTS = ("write:1", "write:2", "write:3", "write:4", "commit", "after")
"""Departments, physicians, cases and accounts are written one after the other, then committed."""


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_killed_import_has_done_all_or_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, moment: str
) -> None:
    """kill -9 in the middle of an import: no physician, no department, no account is left; again, and all are there."""
    url = f"sqlite:///{tmp_path / 'world.sqlite3'}"
    if kind == "postgres":
        url = request.getfixturevalue("fresh_postgres")
    keys, count = Keys.fresh(), 40
    workbook = tmp_path / "roster.xlsx"
    workbook.write_bytes(roster_workbook([roster_cells(one) for one in people(count, 300)]))
    with World.open(url, keys) as world:
        place = Place(url, keys, Journeys.of(world))
        hospital = world.hospital
        told = {
            "account_id": hospital.account_id,
            "kind": hospital.kind.value,
            "organisation_id": hospital.organisation_id,
            "path": hospital.path,
            "operator_id": hospital.operator_id,
        }
        child = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("killed_import.py"),
                url,
                keys.text,
                json.dumps(told),
                workbook,
                moment,
            ],
            capture_output=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        left = len(place.find("affiliation", "state", "attached"))
        departments = len(place.find("department", "state", "enabled"))
        place.assert_sound()
        world.clock.set(noon(FILING_DAY))
        again = world.application.intake.import_roster(
            hospital, str(hospital.organisation_id), workbook.read_bytes(), create_departments=True
        )

        assert -signal.SIGKILL == child.returncode, child.stderr.decode()
        # The world has one department; the lists of people name others.
        assert (left, departments > 1) == ((count, True) if moment == "after" else (0, False))
        assert count == len(again.done) + len(again.bad)
        assert count == len(place.find("affiliation", "state", "attached"))
        assert count == len(place.find("assessment", "cycle_id", world.cycle_id))
        assert count == len(place.find("account", "kind", "physician"))
        place.assert_sound()


@pytest.mark.parametrize("moment", ["write", "commit"])
def test_a_lost_database_has_done_nothing(postgres: Place, moment: str) -> None:
    """The connection is gone in the middle of a request: nothing has changed, and the next request goes through."""
    world = postgres.world
    travellers = [postgres.journeys.newcomer() for _ in range(10)]
    world.at(FILING_DAY)
    before = world.application.verification.run()
    server = sa.make_url(postgres.url)

    def cut() -> None:
        with psycopg.connect(
            host=str(server.query["host"]), user=server.username, dbname="postgres", autocommit=True
        ) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                (server.database,),
            )

    losing = postgres.again(**{moment: cut})
    items = [Item(traveller.case_id, Enrol()) for traveller in travellers]
    with pytest.raises(StoreUnavailable):
        losing.door.send_many(world.hospital, "assessment", "enrol", items)
    after = world.application.verification.run()
    outcomes = world.application.door.send_many(world.hospital, "assessment", "enrol", items)

    assert before == after
    assert [Done] * 10 == [type(outcome) for outcome in outcomes]
    postgres.assert_sound()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    """Whoever asks is told so by an error of this library, whatever the database's driver says."""
    with World.open(f"sqlite:///{tmp_path / 'world.sqlite3'}") as world:
        application = world.application
        application.store.close()
        (tmp_path / "world.sqlite3").rename(tmp_path / "elsewhere")
        (tmp_path / "world.sqlite3").mkdir()

        with pytest.raises(StoreUnavailable):
            application.cases.get(SYSTEM, "cycle", world.cycle_id)
        with pytest.raises(StoreUnavailable):
            world.send(world.province, "cycle", world.cycle_id, "discard", reason="已核实")

        (tmp_path / "world.sqlite3").rmdir()
        for file in tmp_path.glob("world.sqlite3-*"):
            file.unlink()
        (tmp_path / "elsewhere").rename(tmp_path / "world.sqlite3")
        assert (
            "discarded"
            == world.send(world.province, "cycle", world.cycle_id, "discard", reason="已核实").state
        )
