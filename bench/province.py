"""
What pages cost where a whole province is stored: every list with every filter and order, counts, home pages, figures.

The store is one that `kaohe seed --province` has made. Asked by those whom it prints accounts of, and by others of
each role: each question of `bench.pages` is one whole answer. Shown are, for each sort of question, the medians and
the worst ninety-ninth percentile of processor time, of this thread, in which SQLite works too, and of PostgreSQL's
process, if it runs on this machine; beside it that of the time that passed, which tells as much of what else the
machine does. Then the slowest questions, and the plans of the five slowest. What takes longer than a third of its aim
is asked more often. Not a test: figures differ from machine to machine.

    KAOHE_HOME=… python -m bench.province [--database URL] [--rounds 10] [--again 100] [--only TEXT]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

import attrs

from bench.pages import Pages, Question
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.values.terms import AccountKind

PLANS = 5
LISTED = 25
"""How many of the slowest questions are named."""

LARGEST = "hospital of 4,000, agency of its city"

KINDS = ("page", "last page", "count", "sheet", "home page", "figures")


@attrs.frozen
class Answered:
    """What a question took in each round, in milliseconds: of processor time, and passed."""

    caller: str
    question: Question
    worked: tuple[float, ...]
    passed: tuple[float, ...]

    @property
    def share(self) -> float:
        """The ninety-ninth percentile of processor time, as a share of the aim."""
        return nearly_worst(self.worked) / self.question.aim


@attrs.frozen
class Clock:
    """Processor time of this thread and of the database's process that answers it, if that is on this machine."""

    answering: Path | None

    @classmethod
    def of(cls, database: str) -> Clock:
        """The clock while one store, whose connection this thread has used, is open on a database."""
        if not database.startswith("postgres"):
            return cls(None)
        asked = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kaohe' AND datname = current_database()"
        with closing(engine_of(database).raw_connection()) as connection:
            rows = connection.cursor().execute(asked + " AND pid <> pg_backend_pid()").fetchall()
        path = Path(f"/proc/{rows[0][0]}/schedstat")
        return cls(path if path.exists() else None)

    def worked(self) -> float:
        """Milliseconds of work so far."""
        there = int(self.answering.read_text().split()[0]) / 1e6 if self.answering else 0.0
        return thread_time() * 1e3 + there


def nearly_worst(taken: Sequence[float]) -> float:
    """The ninety-ninth percentile."""
    return quantiles(taken, n=100, method="inclusive")[98]


def callers(application: Application) -> dict[str, Principal]:
    """Who asks: from the province down to one physician."""
    logins = {
        "province": "SEEDPROVINCE",
        "auditor": "SEEDAUDITOR",
        "city": "SEEDCITY001",
        "county": "SEEDCOUNTY001",
        LARGEST: "SEED00001",
        "hospital of 45": "SEED00300",
        "clinic": "SEED30000",
    }
    hashes = {who: application.lists.secrets.blind("login_hash", login) for who, login in logins.items()}
    with application.store.begin(write=False) as unit:
        found = {who: _one(unit, Where("login_hash", "eq", hashed)) for who, hashed in hashes.items()}
        below = Where("superior_id", "eq", found["county"].organisation_id)
        (employer,) = unit.find("institution", [below], limit=1)
        agency = Where("institution_id", "eq", employer.record.agency_id)
        found["agency of a county"] = _one(unit, agency, Where("kind", "eq", AccountKind.ORGANISATION))
        own = Where("institution_id", "eq", found[LARGEST].organisation_id)
        (department,) = unit.find("department", [own], limit=1)
        found["operator of a department"] = attrs.evolve(found[LARGEST], department_ids=(department.id,))
        staff = Where("institution_id", "eq", found["hospital of 45"].organisation_id)
        found["physician"] = _one(unit, staff, Where("kind", "eq", AccountKind.PHYSICIAN))
    return found


def _one(unit: UnitOfWork, *where: Where) -> Principal:
    (account,) = unit.find("account", where, limit=1)
    return principal_of(unit, account)


@attrs.frozen
class Rounds:
    """How often questions are asked, ``again`` those that take long, and by what clock."""

    clock: Clock
    first: int
    again: int

    def ask(self, caller: str, question: Question) -> Answered:
        """Ask; the first time, which reads what later ones find in memory, counts as well."""
        known = Answered(caller, question, *self._taken(question, self.first))
        if known.share < 1 / 3:
            return known
        return Answered(caller, question, *self._taken(question, self.again))

    def _taken(self, question: Question, rounds: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
        taken = []
        for _ in range(rounds):
            began, busy = perf_counter(), self.clock.worked()
            question.ask()
            taken.append((self.clock.worked() - busy, (perf_counter() - began) * 1e3))
        worked, passed = zip(*taken, strict=True)
        return worked, passed


def plans(question: Question) -> list[str]:
    """How the store carries out each statement of a question that takes long enough to matter."""
    told: list[str] = []
    plain = Wire.rows

    def explaining(wire: Wire, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        began = perf_counter()
        found = plain(wire, statement, values)
        passed = (perf_counter() - began) * 1e3
        if passed > question.aim / 10:
            explain = "EXPLAIN (ANALYZE, BUFFERS) " if wire.dialect.postgres else "EXPLAIN QUERY PLAN "
            told.append(f"{passed:.1f} ms: {statement}")
            told.extend(f"    {row[-1]}" for row in plain(wire, explain + statement, values))
        return found

    Wire.rows = explaining  # type: ignore[method-assign,assignment]
    try:
        question.ask()
    finally:
        Wire.rows = plain  # type: ignore[method-assign]
    return told


def table(caller: str, known: Sequence[Answered]) -> Iterator[str]:
    """A line for each sort of question that somebody asks."""
    for kind in KINDS:
        of_kind = [one for one in known if one.question.kind == kind]
        if not of_kind:
            continue
        worst = max(of_kind, key=lambda one: one.share)
        over = sum(one.share > 1 for one in of_kind)
        middle = median(median(one.worked) for one in of_kind)
        yield (
            f"{caller:<40}{kind:<10}{len(of_kind):>6}{middle:>8.1f}{nearly_worst(worst.worked):>8.1f}"
            f"{nearly_worst(worst.passed):>8.1f}{over:>5}   {worst.question.what}"
        )


def report(application: Application, rounds: Rounds, only: str) -> None:
    """Ask everybody everything, and print what it took."""
    with application.store.begin(write=False) as unit:
        (cycle,) = unit.find("cycle", [])
    known: list[Answered] = []
    print(f"load {os.getloadavg()[0]:.1f}; milliseconds of processor time")
    print(f"{'':<50}{'asked':>6}{'median':>8}{'p99':>8}{'passed':>8}{'over':>5}   the worst", flush=True)
    for name, who in callers(application).items():
        asked = (one for one in Pages(application, who, cycle.id).questions() if only in one.what)
        own = [rounds.ask(name, question) for question in asked]
        print("\n".join(table(name, own)), flush=True)
        known += own
    known.sort(key=lambda one: one.share, reverse=True)
    print(f"load {os.getloadavg()[0]:.1f}\n\n{'median':>8}{'p99':>8}{'passed':>8}   the slowest")
    for one in known[:LISTED]:
        figures = (median(one.worked), nearly_worst(one.worked), nearly_worst(one.passed))
        print("".join(f"{figure:>8.1f}" for figure in figures) + f"   {one.question.what}, {one.caller}")
    for one in known[:PLANS]:
        print(f"\n{one.question.what}, asked by {one.caller}")
        print("\n".join(plans(one.question)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="bench.province", description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--again", type=int, default=100, help="rounds of what takes long")
    parser.add_argument("--only", default="", help="only the questions whose name has this text")
    add_database(parser)
    chosen = parser.parse_args(arguments)
    application = open_from(chosen)
    with closing(application.store):
        with application.store.begin(write=False) as unit:
            unit.find("cycle", [], limit=1)
        clock = Clock.of(chosen.database or os.environ.get("KAOHE_DATABASE", ""))
        report(application, Rounds(clock, chosen.rounds, chosen.again), chosen.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
