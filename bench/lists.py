"""
What a page of a list costs where the province's cases are many: first pages, review queues, searches, home pages.

On SQLite in a temporary file, without statistics, and on PostgreSQL, vacuumed and analysed: so many physicians, each
with an account and a case of the running cycle, at hospitals of 500. Asked by one hospital, by an agency that assesses
twenty, by a county above as many, and by the province. Each answer is whole: the organisations asked for, the rows
read, what is sealed opened. Medians of several rounds. Not a test: figures differ from machine to machine.

    python -m bench.lists [--url postgresql://…] [--cases N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
import sqlalchemy as sa

from bench.door import server
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.people import Person, people
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.terms import OrganisationKind

ROUNDS = 9
HOSPITAL = 500
"""Physicians of a hospital."""

COUNTY = 20
"""Hospitals of a county."""

WAITING = 60
"""Files that wait for the hospital; a third as many wait for the agency."""

NOBODY = "王小明明"
"""A name that nobody has."""

Asked = tuple[str, Mapping[str, str], str]

QUESTIONS: Mapping[str, Asked] = {
    "first page": ("assessments", {}, "id"),
    "review queue": ("assessments", {"state": "awaiting_institution_review"}, "id"),
    "agency's queue": ("assessments", {"state": "awaiting_agency_review"}, "id"),
    "a state of nobody": ("assessments", {"state": "qualified"}, "id"),
    "a name of nobody": ("assessments", {"name": NOBODY}, "id"),
    "physicians by name": ("physicians", {}, "name"),
    "sorted by name": ("assessments", {}, "name"),
}
"""What is asked → the list, its filters and its order."""


def populate(world: World, cases: int) -> dict[str, Principal]:
    """
    Make the cases, hospital by hospital, twenty to a county.

    Returns:
        who asks: the hospital whose files wait, its agency, the last county, the province.
    """
    journeys = Journeys.of(world)
    for _ in range(WAITING):
        journeys.to("awaiting_institution_review")
    for _ in range(WAITING // 3):
        journeys.to("awaiting_agency_review")
    counties: list[Principal] = []
    coming = people(cases, 100_000)
    for number in range(-(-cases // HOSPITAL)):
        staff = list(islice(coming, HOSPITAL))
        if number == 0:
            _add(world, world.hospital, staff)
            continue
        place, index = divmod(number - 1, COUNTY)
        if index == 0:
            counties.append(_organisation(world, world.city, f"第{place}县", OrganisationKind.COUNTY))
        hospital = _organisation(world, counties[place], f"第{number}医院", OrganisationKind.MEDICAL)
        if place == 0:
            assigned = AssignAgency(str(world.agency.organisation_id))
            world.send(world.city, "institution", hospital.organisation_id, "assign_agency", assigned)
        _add(world, hospital, staff)
    return {
        "hospital": world.hospital,
        "agency": world.agency,
        "county": counties[-1],
        "province": world.province,
    }


def _organisation(world: World, superior: Principal, name: str, kind: OrganisationKind) -> Principal:
    return make_organisation(world.application, superior, superior, name, kind)


def _add(world: World, hospital: Principal, staff: Sequence[Person]) -> None:
    institution = str(hospital.organisation_id)
    adding = [
        Item(None, AddPhysician(institution_id=institution, name=one.name, id_number=one.id_number))
        for one in staff
    ]
    outcomes = world.application.door.send_many(hospital, "affiliation", "add", adding)
    assert len(staff) == sum(isinstance(outcome, Done) for outcome in outcomes)


def ask(world: World, who: Principal, asked: Asked) -> None:
    """One page of twenty."""
    name, filters, order = asked
    world.application.lists.page(who, name, filters, order=order)


def milliseconds(world: World, who: Principal) -> dict[str, float]:
    """What is asked → how long it takes, the median."""
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for what, asked in QUESTIONS.items():
            began = perf_counter()
            ask(world, who, asked)
            taken.setdefault(what, []).append(perf_counter() - began)
        began = perf_counter()
        world.application.home.show(who)
        taken.setdefault("home page", []).append(perf_counter() - began)
    return {what: median(each) * 1e3 for what, each in taken.items()}


def compare(url: str, cases: int) -> None:
    """Measure in each store, and print a table of it."""
    with tempfile.TemporaryDirectory() as folder:
        for store, place in (("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}"), ("PostgreSQL", url)):
            with World.open(place) as world:
                began = perf_counter()
                callers = populate(world, cases)
                made = perf_counter() - began
                if store == "PostgreSQL":
                    _vacuum(place)
                figures = {who: milliseconds(world, principal) for who, principal in callers.items()}
            print(f"{store}, {cases:,} cases made in {made:.0f} s; milliseconds", flush=True)
            print(f"{'':<20}" + "".join(f"{who:>11}" for who in figures))
            for what in (*QUESTIONS, "home page"):
                print(f"{what:<20}" + "".join(f"{figures[who][what]:>11.1f}" for who in figures))


def _vacuum(url: str) -> None:
    """What the server does by itself some minutes after many rows have come."""
    plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.lists", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--url", help="an empty PostgreSQL database; a server is started if none is given")
    parser.add_argument("--cases", type=int, default=100_000)
    chosen = parser.parse_args(arguments)
    with nullcontext(chosen.url) if chosen.url else server() as url:
        compare(url, chosen.cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
