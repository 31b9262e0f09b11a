"""
What the triggers that keep listings add to a bulk write, on both databases.

So many enrolments in one `send_many`, in two stores of one kind, one with its listings kept and one without; rounds in
turns. Shown are medians of processor time, of this thread and of PostgreSQL's process that answers it, and of what
passed. Not a test: figures differ from machine to machine.

    python -m bench.upkeep [--url postgresql://…] [--cases N] [--rounds N]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from statistics import median
from time import perf_counter

import sqlalchemy as sa

from bench.door import Newcomers, bulk, server
from bench.province import Clock
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World

KEPT, BARE = "with its listings", "without"


def drop_upkeep(url: str) -> None:
    """Take the triggers of all listings away."""
    with engine_of(url).connect() as connection:
        if connection.dialect.name == "postgresql":
            asked = (
                "SELECT 'DROP TRIGGER ' || tgname || ' ON ' || tgrelid::regclass FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgname LIKE 'listing\\_%'"
            )
        else:
            asked = (
                "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'listing\\_%'"
                " ESCAPE '\\'"
            )
        for (statement,) in connection.execute(sa.text(asked)).all():
            connection.execute(sa.text(statement))


@contextmanager
def databases(url: str) -> Iterator[dict[str, dict[str, str]]]:
    """Kind of database → with and without listings kept → an empty database."""
    with tempfile.TemporaryDirectory() as folder, engine_of(url).connect() as connection:
        made: dict[str, dict[str, str]] = {"SQLite": {}, "PostgreSQL": {}}
        for number, way in enumerate((KEPT, BARE)):
            made["SQLite"][way] = f"sqlite:///{Path(folder) / f'upkeep{number}.sqlite3'}"
            name = f"kaohe_upkeep_{number}"
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
            made["PostgreSQL"][way] = sa.make_url(url).set(database=name).render_as_string(False)
        yield made


def compare(kind: str, urls: dict[str, str], cases: int, rounds: int) -> None:
    """Measure in one kind of database, and print a line for each way."""
    worked: dict[str, list[float]] = {way: [] for way in urls}
    passed: dict[str, list[float]] = {way: [] for way in urls}
    with ExitStack() as stack:
        journeys = {way: Journeys.of(stack.enter_context(World.open(url))) for way, url in urls.items()}
        drop_upkeep(urls[BARE])
        newcomers = {way: Newcomers(cases) for way in urls}
        for _ in range(rounds):
            for way, url in urls.items():
                task = bulk(journeys[way], newcomers[way])
                clock = Clock.of(url)
                began, before = perf_counter(), clock.worked()
                task()
                worked[way].append(clock.worked() - before)
                passed[way].append((perf_counter() - began) * 1e3)
    for way in urls:
        told = f"{median(worked[way]):>10,.0f} ms{median(passed[way]):>12,.0f} ms"
        print(f"{kind:<12}{way:<20}{told}", flush=True)
    pairs = [kept / bare for kept, bare in zip(worked[KEPT], worked[BARE], strict=True)]
    print(f"{kind:<12}{'kept costs':<20}{(median(pairs) - 1) * 100:>10.0f} %", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.upkeep", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--url", help="a PostgreSQL database; a server is started if none is given")
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    print(f"{'':<32}{'worked':>13}{'passed':>15}; load {os.getloadavg()[0]:.1f}")
    with nullcontext(chosen.url) if chosen.url else server() as url, databases(url) as made:
        for kind, urls in made.items():
            compare(kind, urls, chosen.cases, chosen.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
