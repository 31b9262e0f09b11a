"""
How long a large physician list takes: its preview from the file's bytes to good and bad rows, or its whole import.

    python -m bench.intake [--rows N] [--into URL]

``--into`` imports it through the one door into an empty store behind a URL (``sqlite:///…``, ``postgresql+psycopg://…``,
``memory:``; ``postgres`` starts a server of its own), from the file's bytes to the commit: each row is a physician, an
account and a case of the running cycle. Prints seconds for each step, of these the processor time of this process and
its children, and the largest memory of parent and child. Not a test: figures differ from machine to machine.
"""

from __future__ import annotations

import argparse
import os
import resource
from contextlib import nullcontext
from datetime import date
from time import perf_counter, process_time

from bench.door import server
from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.adapters.sheets.writing import write_annotated
from kaohe_workflow.application.intake.annotated import annotate
from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.testing.journeys import FILING_DAY
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World

TODAY = date(2023, 11, 27)


def preview(rows: int) -> None:
    """Write a list of so many people, one in fifty of them wrong, then read, preview and annotate it."""
    cells = [roster_cells(person) for person in people(rows)]
    for wrong in cells[::50]:
        wrong["level"] = "主任"
    content = roster_workbook(cells)
    started = perf_counter()
    sheets = read_sheets(content)
    read = perf_counter()
    found = preview_roster(sheets, TODAY, known=lambda numbers: frozenset())
    parsed = perf_counter()
    write_annotated(annotate(found.sheet, found.heading_row, found.bad))
    written = perf_counter()
    print(f"{rows} rows, {len(content) / 1e6:.1f} MB, {len(found.good)} good, {len(found.bad)} bad")
    print(f"read {read - started:.2f} s, preview {parsed - read:.2f} s, together {parsed - started:.2f} s")
    print(f"annotated workbook {written - parsed:.2f} s")


def store(rows: int, url: str) -> None:
    """Import a list of so many people into one hospital, with the departments that it names."""
    content = roster_workbook([roster_cells(person) for person in people(rows)])
    with World.open(url) as world:
        world.at(FILING_DAY)
        hospital = str(world.hospital.organisation_id)
        began, used, children = perf_counter(), process_time(), _children()
        imported = world.application.intake.import_roster(
            world.hospital, hospital, content, create_departments=True
        )
        passed, used, children = perf_counter() - began, process_time() - used, _children() - children
    print(
        f"{rows} rows, {len(content) / 1e6:.1f} MB, {len(imported.done)} imported; load {os.getloadavg()[0]:.1f}"
    )
    print(f"passed {passed:.1f} s; computed: {used:.1f} s here, {children:.1f} s in the child that reads")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.intake", description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--into", help="where to import to: the URL of an empty store, or postgres")
    chosen = parser.parse_args()
    if chosen.into is None:
        preview(chosen.rows)
    else:
        with server() if chosen.into == "postgres" else nullcontext(chosen.into) as url:
            store(chosen.rows, url)
    for who, name in ((resource.RUSAGE_SELF, "parent"), (resource.RUSAGE_CHILDREN, "largest child")):
        print(f"largest memory of the {name}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
