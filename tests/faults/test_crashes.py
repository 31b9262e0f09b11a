"""What a killed process or a lost database cuts off has not happened."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.errors import StoreUnavailable
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
)
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import AccountKind
from tests.faults.places import Place, killed_in

IMPORTING = ("write:1", "write:2", "write:3", "write:4", "commit", "after")
"""Departments, physicians, cases and accounts are written one after the other, then committed."""

PASSING = ("write:2", "commit", "after")
"""The files are written first; then the papers that open with them."""


def killed(place: Place, principal: Principal, moment: str, *work: str | Path) -> None:
    """Let a process of its own do a piece of work and die at a moment of it."""
    told = {
        "account_id": principal.account_id,
        "kind": str(AccountKind(principal.kind).value),
        "organisation_id": principal.organisation_id,
        "path": principal.path,
        "operator_id": principal.operator_id,
    }
    now = place.world.clock.now().isoformat()
    killed_in("tests.faults.killed_request", place.url, place.keys.text, json.dumps(told), now, moment, *work)


@pytest.mark.parametrize("moment", IMPORTING)
def test_a_killed_import_has_done_all_or_nothing(stored: Place, tmp_path: Path, moment: str) -> None:
    """kill -9 in the middle of an import: no physician, no department, no account is left; again, and all are there."""
    world, count = stored.world, 40
    hospital = world.hospital
    listed = list(people(count, 300))
    workbook = tmp_path / "roster.xlsx"
    workbook.write_bytes(roster_workbook([roster_cells(one) for one in listed]))
    world.clock.set(noon(FILING_DAY))

    killed(stored, hospital, moment, "import", workbook)
    left = len(stored.find("affiliation", "state", "attached"))
    departments = {case.record.name for case in stored.find("department", "state", "enabled")}
    stored.assert_sound()
    again = world.application.intake.import_roster(
        hospital, str(hospital.organisation_id), workbook.read_bytes(), create_departments=True
    )

    committed = moment == "after"

    assert (count if committed else 0) == left
    assert {"内科"} | ({one.department for one in listed} if committed else set()) == departments
    assert ((0, count) if committed else (count, 0)) == (len(again.done), len(again.bad))
    assert () == again.refused
    assert count == len(stored.find("affiliation", "state", "attached"))
    assert count == len(stored.find("assessment", "cycle_id", world.cycle_id))
    assert count == len(stored.find("account", "kind", "physician"))
    stored.assert_sound()


@pytest.mark.parametrize("moment", PASSING)
def test_a_killed_bulk_leaves_no_line_half_done(stored: Place, moment: str) -> None:
    """kill -9 in the middle of a bulk: no file is passed without its papers, nor has papers without being passed; the
    same request under the same key has one effect, whether the first was committed or not."""
    world, count = stored.world, 4
    travellers = [stored.journeys.to("awaiting_agency_review") for _ in range(count)]
    ids = [traveller.case_id for traveller in travellers]

    killed(stored, world.agency, moment, "pass", *ids)
    states = [stored.journeys.state(traveller) for traveller in travellers]
    papers = [len(stored.find("evaluation", "assessment_id", case_id)) for case_id in ids]
    stored.assert_sound()
    again = world.application.door.send_many(
        world.agency, "assessment", "pass", [Item(case_id) for case_id in ids], idempotency_key="killed"
    )

    done = moment == "after"

    assert ["awaiting_assessment" if done else "awaiting_agency_review"] * count == states
    assert [2 if done else 0] * count == papers
    assert [Done] * count == [type(outcome) for outcome in again]
    assert {1} == {stored.events(traveller)["pass"] for traveller in travellers}
    assert {2} == {len(stored.find("evaluation", "assessment_id", case_id)) for case_id in ids}
    stored.assert_sound()


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
