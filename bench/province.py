"""
What pages cost where a whole province is stored: every list with every filter and order, counts, home pages, figures.

The store is one that `kaohe seed --province` has made. Asked by those whom it prints accounts of, and by a hospital of
fifty: each question is one whole answer, organisations asked for, rows read, what is sealed opened. Shown are the
median and the ninety-ninth percentile of many rounds, for each caller the worst question, and the plans of the five
slowest. Not a test: figures differ from machine to machine.

    KAOHE_HOME=… python -m bench.province [--database URL] [--rounds 20]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from statistics import quantiles
from time import perf_counter
from typing import Any

import attrs

from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.sessions import principal_of
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.filters import Filter
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.terms import AccountKind

AIM = 50.0
"""Milliseconds that the ninety-ninth percentile of a page should not exceed."""

AIM_OF_FIGURES = 300.0
"""The same for the figures of the whole province."""

PLANS = 5
OF_FIGURES = ("area", "institution", "department", "procedure", "category", "level")


@attrs.frozen
class Question:
    """One whole answer that a page asks for."""

    what: str
    ask: Callable[[], object]
    aim: float = AIM


@attrs.frozen
class Answered:
    """How long a question took in each round, in milliseconds."""

    caller: str
    question: Question
    taken: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return sorted(self.taken)[len(self.taken) // 2]

    @property
    def nearly_worst(self) -> float:
        """The ninety-ninth percentile."""
        return quantiles(self.taken, n=100, method="inclusive")[98]


def callers(application: Application) -> dict[str, Principal]:
    """Who asks: from the province down to one physician."""
    logins = {
        "province": "SEEDPROVINCE",
        "city": "SEEDCITY001",
        "county": "SEEDCOUNTY001",
        "hospital of 4,000, agency of its city": "SEED00001",
        "hospital of 45": "SEED00300",
        "clinic": "SEED30000",
    }
    found = {who: _account(application, "login_hash", login) for who, login in logins.items()}
    with application.store.begin(write=False) as unit:
        (county,) = unit.find("institution", [Where("id", "eq", found["county"].organisation_id)])
        (one,) = unit.find("institution", [Where("superior_id", "eq", county.id)], limit=1)
        agency = one.record.agency_id
        (account,) = unit.find("account", _of_organisation(agency))
        found["agency of a county"] = principal_of(unit, account)
        physicians = [Where("institution_id", "eq", found["hospital of 45"].organisation_id)]
        (account,) = unit.find("account", [*physicians, Where("kind", "eq", AccountKind.PHYSICIAN)], limit=1)
        found["physician"] = principal_of(unit, account)
    return found


def _of_organisation(id: str | None) -> list[Where]:
    return [Where("institution_id", "eq", id), Where("kind", "eq", AccountKind.ORGANISATION)]


def _account(application: Application, field: str, login: str) -> Principal:
    hashed = application.lists.secrets.blind(field, login)
    with application.store.begin(write=False) as unit:
        (account,) = unit.find("account", [Where(field, "eq", hashed)])
        return principal_of(unit, account)


def questions(application: Application, who: Principal, cycle_id: str) -> Iterator[Question]:
    """Everything that pages ask for."""
    for name, listed in LISTS.items():
        within = {"cycle_id": cycle_id} if any(one.name == "cycle_id" for one in listed.filters) else {}
        for order in (*listed.sorts, *(f"-{sort}" for sort in listed.sorts)):
            yield _page(application, who, name, within, order)
        for entry in listed.filters:
            for value in _values(application, name, entry):
                asked = within | {entry.name: value}
                yield _page(application, who, name, asked, "id")
                yield _page(application, who, name, asked, listed.sorts[-1])
                yield _count(application, who, name, asked)
        yield _count(application, who, name, within)
    yield Question("home page", lambda: application.home.show(who))
    yield Question("总体进度", lambda: application.statistics.progress(who, cycle_id), AIM_OF_FIGURES)
    for heading in OF_FIGURES:
        yield Question(
            f"考核统计 {heading}",
            partial(application.statistics.figures, who, cycle_id, heading),
            AIM_OF_FIGURES,
        )


def _page(
    application: Application, who: Principal, name: str, asked: Mapping[str, str], order: str
) -> Question:
    told = " ".join(f"{filter}={value}" for filter, value in asked.items() if filter != "cycle_id")
    return Question(
        f"{name} {told} by {order}", lambda: application.lists.page(who, name, asked, order=order)
    )


def _count(application: Application, who: Principal, name: str, asked: Mapping[str, str]) -> Question:
    told = " ".join(f"{filter}={value}" for filter, value in asked.items() if filter != "cycle_id")
    return Question(f"count {name} {told}", lambda: application.lists.count(who, name, asked))


def _values(application: Application, name: str, entry: Filter) -> Sequence[str]:
    """What to ask a filter for: what many have, what few have, and what nobody has."""
    if entry.kind == "choice":
        return [choice.code for choice in entry.choices]
    if entry.kind == "boolean":
        return ["true", "false"]
    if entry.kind == "age":
        return ["25", "60"]
    if entry.kind == "date":
        return ["2001-01-01", "2020-01-01"]
    if entry.kind == "id_number":
        return [person(5).id_number]
    if entry.operator == "prefix":
        return ["韦", "韦晓梅", "王小明明", "第"]
    return [*_found(application, name, entry.field), "nobody"]


def _found(application: Application, name: str, field: str) -> Sequence[str]:
    """The values of a field that most rows and fewest rows have."""
    with application.store.begin(write=False) as unit:
        counted = unit.count(LISTS[name].view, Scope.everything(), [], by=(field,))
    known = sorted((number, str(value)) for (value,), number in counted.items() if value is not None)
    return [value for _, value in dict.fromkeys((known[0], known[-1]))] if known else []


def answered(caller: str, question: Question, rounds: int) -> Answered:
    """Ask so often; the first time, which reads what later ones find in memory, counts as well."""
    taken = []
    for _ in range(rounds):
        began = perf_counter()
        question.ask()
        taken.append((perf_counter() - began) * 1e3)
    return Answered(caller, question, tuple(taken))


def plans(question: Question) -> list[str]:
    """How the store carries out each statement of a question that takes long enough to matter."""
    told: list[str] = []
    plain = Wire.rows

    def explaining(wire: Wire, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        began = perf_counter()
        found = plain(wire, statement, values)
        if (perf_counter() - began) * 1e3 > AIM / 10:
            explain = "EXPLAIN " if wire.dialect.postgres else "EXPLAIN QUERY PLAN "
            told.extend([statement, *(f"    {row[-1]}" for row in plain(wire, explain + statement, values))])
        return found

    Wire.rows = explaining  # type: ignore[method-assign]
    try:
        question.ask()
    finally:
        Wire.rows = plain  # type: ignore[method-assign]
    return told


def report(application: Application, rounds: int) -> None:
    """Ask everybody everything, and print what it took."""
    with application.store.begin(write=False) as unit:
        (cycle,) = unit.find("cycle", [])
    known: list[Answered] = []
    print(f"{'':<40}{'questions':>10}{'median':>9}{'p99':>9}   the worst, over {AIM:.0f} ms: how many")
    for name, who in callers(application).items():
        own = [answered(name, question, rounds) for question in questions(application, who, cycle.id)]
        worst = max(own, key=lambda one: one.nearly_worst)
        over = sum(one.nearly_worst > one.question.aim for one in own)
        middle = sorted(one.median for one in own)[len(own) // 2]
        told = f"{worst.question.what}, {over}"
        print(f"{name:<40}{len(own):>10}{middle:>9.1f}{worst.nearly_worst:>9.1f}   {told}", flush=True)
        known += own
    for one in sorted(known, key=lambda one: one.nearly_worst / one.question.aim, reverse=True)[:PLANS]:
        print(
            f"\n{one.nearly_worst:.1f} ms (median {one.median:.1f}): {one.question.what}, asked by {one.caller}"
        )
        print("\n".join(plans(one.question)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="bench.province", description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("--rounds", type=int, default=20)
    add_database(parser)
    chosen = parser.parse_args(arguments)
    application = open_from(chosen)
    with closing(application.store):
        report(application, chosen.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
