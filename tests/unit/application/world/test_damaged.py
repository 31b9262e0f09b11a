"""A row that somebody has written over is one clear error, whatever is asked of the case; others stay readable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.application.stored import Due
from kaohe_workflow.errors import KaoheError, RecordDamaged
from kaohe_workflow.testing.journeys import RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import World, noon

Damage = Callable[[dict[str, Any]], Any]
"""A record as it is kept → what stands in its place."""

DAMAGES: dict[str, Damage] = {
    "no object": lambda plain: [],
    "nothing in it": lambda plain: {},
    "a term that is none": lambda plain: plain | {"procedure": "zz"},
    "a number for text": lambda plain: plain | {"physician_id": 5},
    "text for a number": lambda plain: plain | {"result_version": "1"},
    "text for an object": lambda plain: plain | {"filing": "x"},
    "text for a list": lambda plain: plain | {"filing": plain["filing"] | {"posts": "abc"}},
    "an instant that is none": lambda plain: plain | {"submitted_at": "yesterday"},
}

ASKED: dict[str, Callable[[World, str], Any]] = {
    "explain": lambda world, id: world.application.door.explain(world.hospital, "assessment", id),
    "get": lambda world, id: world.application.cases.get(world.hospital, "assessment", id),
    "history": lambda world, id: world.application.cases.history(world.hospital, "assessment", id),
    "send": lambda world, id: world.send(world.hospital, "assessment", id, "claim"),
}


@pytest.fixture(params=["sqlite", "postgres"])
def placed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Journeys]]:
    """Physicians of a world in each kind of store that can be written over, and where it is."""
    if request.param == "postgres":
        ready = request.getfixturevalue("postgres_world")
        with ready.copied() as world:
            yield ready.url, Journeys.of(world)
    else:
        path = tmp_path / "world.sqlite3"
        with request.getfixturevalue("sqlite_world").copied(path) as world:
            yield f"sqlite:///{path}", Journeys.of(world)


@pytest.fixture
def store_url(placed: tuple[str, Journeys]) -> str:
    """Where the store is."""
    return placed[0]


@pytest.fixture
def stored(placed: tuple[str, Journeys]) -> Journeys:
    """Physicians of the world in it."""
    return placed[1]


def write_over(url: str, table: str, id: str, damage: Damage) -> None:
    """Put something else in the place of a record."""
    engine = engine_of(url)
    with engine.begin() as connection:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        read = f"SELECT record FROM {table} WHERE id = {mark}"
        plain = json.loads(connection.exec_driver_sql(read, (id,)).scalar_one())
        write = f"UPDATE {table} SET record = {mark} WHERE id = {mark}"
        connection.exec_driver_sql(write, (json.dumps(damage(plain)), id))
    engine.dispose()


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_record_is_told_by_its_name(stored: Journeys, store_url: str, what: str) -> None:
    """Lifecycle and id, and no word of what stands there; the same whatever is asked, and nothing has changed."""
    world, traveller = stored.world, stored.to("awaiting_institution_review")
    write_over(store_url, "assessment", traveller.case_id, DAMAGES[what])

    for ask in ASKED.values():
        with pytest.raises(RecordDamaged) as caught:
            ask(world, traveller.case_id)

        assert ("assessment", traveller.case_id) == (caught.value.lifecycle, caught.value.id)
        assert caught.value.__cause__ is not None
        assert (
            f"what is stored of assessment '{traveller.case_id}' cannot be read; `kaohe verify` tells more"
            == str(caught.value)
        )
    [finding] = world.application.verification.run().findings

    assert ("unreadable", f"assessment/{traveller.case_id}") == (finding.code, finding.where)


def test_other_cases_stay_readable(stored: Journeys, store_url: str) -> None:
    """One bad row stops what looks at it, and nothing else."""
    world, traveller, other = stored.world, stored.to("awaiting_institution_review"), stored.newcomer()
    write_over(store_url, "assessment", traveller.case_id, DAMAGES["nothing in it"])

    assert "not_enrolled" == stored.state(other)
    assert world.application.door.explain(world.hospital, "assessment", other.case_id)


def test_a_sealed_value_that_does_not_open_is_damage(stored: Journeys, store_url: str) -> None:
    """A list shows numbers, so it needs the keys that they were sealed with; the case as well."""
    world, traveller = stored.world, stored.newcomer()
    write_over(store_url, "affiliation", traveller.physician_id, lambda plain: plain | {"id_number": "open"})

    with pytest.raises(RecordDamaged) as listed:
        world.application.lists.page(world.hospital, "physicians", {})
    with pytest.raises(RecordDamaged) as read:
        world.application.cases.get(world.hospital, "affiliation", traveller.physician_id)

    assert [("affiliation", traveller.physician_id)] * 2 == [
        (caught.value.lifecycle, caught.value.id) for caught in (listed, read)
    ]


def test_a_reason_that_does_not_open_is_damage(stored: Journeys, store_url: str) -> None:
    """The history shows reasons; the case itself is as good as before."""
    world, traveller = stored.world, stored.to("awaiting_institution_review")
    engine = engine_of(store_url)
    with engine.begin() as connection:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        connection.exec_driver_sql(
            f"UPDATE enclosure SET content = 'x' WHERE case_id = {mark}", (traveller.case_id,)
        )
    engine.dispose()

    with pytest.raises(RecordDamaged):
        world.application.cases.history(world.hospital, "assessment", traveller.case_id)

    assert world.application.door.explain(world.hospital, "assessment", traveller.case_id)


@pytest.mark.parametrize(
    ("column", "value"), [("state", "nowhere"), ("state", "review"), ("state", "none"), ("chart_version", 99)]
)
def test_a_state_or_version_that_no_chart_has_is_damage(
    stored: Journeys, store_url: str, column: str, value: object
) -> None:
    """Nothing can be decided from there; `kaohe verify` says what stands in the row."""
    world, traveller = stored.world, stored.to("awaiting_institution_review")
    engine = engine_of(store_url)
    with engine.begin() as connection:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        write = f"UPDATE assessment SET {column} = {mark} WHERE id = {mark}"
        connection.exec_driver_sql(write, (value, traveller.case_id))
    engine.dispose()

    for ask in ASKED.values():
        with pytest.raises(RecordDamaged) as caught:
            ask(world, traveller.case_id)

        assert ("assessment", traveller.case_id) == (caught.value.lifecycle, caught.value.id)
    found = world.application.verification.run().findings

    assert f"assessment/{traveller.case_id}" in {finding.where for finding in found}


def change(url: str, statement: str, *values: object) -> None:
    """Write over some column; ``?`` stands for each value."""
    engine = engine_of(url)
    with engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        connection.exec_driver_sql(statement.replace("?", "%s") if postgres else statement, values)
    engine.dispose()


SPOILT = {
    "its state": "UPDATE evaluation SET state = 'nonsense' WHERE id = ?",
    "its chart version": "UPDATE evaluation SET chart_version = 9 WHERE id = ?",
    "its record": "UPDATE evaluation SET record = '{' WHERE id = ?",
    "its hash": "UPDATE evaluation SET head = 'nope' WHERE id = ?",
    "a deadline of no event": "UPDATE deadline SET event = 'nope' WHERE case_id = ?",
    "a deadline of no lifecycle": "UPDATE deadline SET lifecycle = 'nope' WHERE case_id = ?",
}


@pytest.mark.parametrize("what", SPOILT)
def test_one_damaged_case_stops_no_sweep_for_the_others(stored: Journeys, store_url: str, what: str) -> None:
    """All other papers are closed, the sweep tells of the damaged one at its end, and again the next time."""
    world = stored.world
    first, second = (stored.to("awaiting_assessment") for _ in range(2))
    papers = [paper for one in (first, second) for paper in stored.papers(one).values()]
    change(store_url, SPOILT[what], papers[0])
    world.clock.set(noon(RESULT_DAY))

    for _ in range(2):
        with pytest.raises(KaoheError):
            world.application.timers.sweep()

    assert ["absence_pending"] * 3 == [world.state_of("evaluation", paper) for paper in papers[1:]]
    assert papers[0] in {
        finding.where.split("/")[1] for finding in world.application.verification.run().findings
    }


# PostgreSQL's columns take nothing but an instant and a day.


@pytest.mark.parametrize("placed", ["sqlite"], indirect=True)
def test_a_deadline_that_cannot_be_read_never_comes(stored: Journeys, store_url: str) -> None:
    """It stops no other one; `kaohe verify` tells of it."""
    world = stored.world
    papers = list(stored.papers(stored.to("awaiting_assessment")).values())
    change(store_url, "UPDATE deadline SET at = '0' WHERE case_id = ?", papers[0])
    world.clock.set(noon(RESULT_DAY))
    world.application.timers.sweep()

    assert ["not_sat", "absence_pending"] == [world.state_of("evaluation", paper) for paper in papers]
    assert ["deadline"] == [finding.code for finding in world.application.verification.run().findings]


@pytest.mark.parametrize("placed", ["sqlite"], indirect=True)
def test_a_column_that_is_no_value_is_damage(stored: Journeys, store_url: str) -> None:
    """A list tells the row, as a case does; it is no error of the program."""
    world, traveller = stored.world, stored.newcomer()
    change(store_url, "UPDATE affiliation SET birth_date = 'nope' WHERE id = ?", traveller.physician_id)

    with pytest.raises(RecordDamaged) as caught:
        world.application.lists.page(world.hospital, "physicians", {})

    assert ("affiliation", traveller.physician_id) == (caught.value.lifecycle, caught.value.id)


def test_a_sweep_ends_however_many_are_damaged(stored: Journeys, store_url: str) -> None:
    """More than a page of damaged cases in front, and one behind that is refused: each is tried once."""
    world = stored.world
    travellers = [stored.to("awaiting_assessment") for _ in range(6)]
    papers = [paper for one in travellers for paper in stored.papers(one).values()]
    for paper in papers[:-1]:
        change(store_url, "UPDATE evaluation SET record = '{' WHERE id = ?", paper)
    world.clock.set(noon(SITTING_DAY))
    with world.application.store.begin() as unit:
        unit.reschedule([Due("evaluation", papers[-1], "close", world.clock.now())], [])
        unit.commit()
    world.clock.set(noon(RESULT_DAY))
    timers = attrs.evolve(world.application.timers, page=2)
    with pytest.raises(RecordDamaged):
        timers.sweep()

    with world.application.store.begin(write=False) as unit:
        assert set(papers[:-1]) == {due.case_id for due in unit.due(world.clock.now(), 100)}
