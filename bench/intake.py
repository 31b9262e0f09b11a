"""
How long a preview of a large physician list takes, from the file's bytes to good and bad rows.

    python bench/intake.py [rows]

Prints seconds for each step and the largest memory of parent and child. Not a test: figures differ from
machine to machine.
"""

from __future__ import annotations

import resource
import sys
from datetime import date
from time import perf_counter

from kaohe_workflow.adapters.sheets.reading import read_sheets
from kaohe_workflow.adapters.sheets.writing import write_annotated
from kaohe_workflow.application.intake.annotated import annotate
from kaohe_workflow.application.intake.roster import preview_roster
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook

TODAY = date(2023, 11, 27)


def main(rows: int) -> None:
    """Write a list of so many people, one in fifty of them wrong, then read, preview and annotate it."""
    cells = [roster_cells(person) for person in people(rows)]
    for wrong in cells[::50]:
        wrong["level"] = "主任"
    content = roster_workbook(cells)
    started = perf_counter()
    sheets = read_sheets(content)
    read = perf_counter()
    preview = preview_roster(sheets, TODAY, known=lambda numbers: frozenset())
    parsed = perf_counter()
    write_annotated(annotate(preview.sheet, preview.heading_row, preview.bad))
    written = perf_counter()
    print(f"{rows} rows, {len(content) / 1e6:.1f} MB, {len(preview.good)} good, {len(preview.bad)} bad")
    print(f"read {read - started:.2f} s, preview {parsed - read:.2f} s, together {parsed - started:.2f} s")
    print(f"annotated workbook {written - parsed:.2f} s")
    for who, name in ((resource.RUSAGE_SELF, "parent"), (resource.RUSAGE_CHILDREN, "child")):
        print(f"largest memory of the {name}: {resource.getrusage(who).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
