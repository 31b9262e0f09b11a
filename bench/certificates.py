"""
What certificates cost: PDF files with their QR code set by one process, and a bulk print of many as a job.

    python -m bench.certificates [--count N] [--pages N] [--url postgresql://…]

The job is done as the service does it, page after page, on SQLite in a temporary file unless a URL is given: each
certificate is printed through the one door (its number, its history), drawn by a process for each core, and the files
are bundled, encrypted and kept. The world is made first, which takes longer than what is measured. Seconds that passed
say little while other work keeps the machine busy, so the processor time of this process and of those that draw is told
beside them. Not a test: figures differ from machine to machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from kaohe_workflow.adapters.certificates import TypstPrinter
from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import build_application, open_contents, open_store
from kaohe_workflow.application.printing import CertificateFace
from kaohe_workflow.testing.journeys import RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.errands import ErrandStanding
from kaohe_workflow.values.terms import Stage

PASSED = Decimal(75)
MANY = 5_000
"""Certificates of the goal for a job."""


def face(index: int) -> CertificateFace:
    """A certificate like many, unlike any other."""
    code = f"ZAFRPEDCDT3PU5B3QW7K{index:06}"
    return CertificateFace(
        number=f"DK2024{index:07}",
        name="欧阳修明",
        sex="女",
        id_number_masked="3501**********4937",
        licence_number=f"1103501{index:08}",
        level="执业助理医师",
        category="中医",
        institution="某某市第一人民医院",
        department="儿科",
        cycle_first_day=date(2022, 1, 1),
        cycle_last_day=date(2023, 12, 31),
        procedure="一般程序",
        decided_on=date(2024, 3, 8),
        issued_on=date(2024, 3, 15),
        issuing_authority="某某市卫生健康委员会",
        verification_url=f"https://kaohe.example.org/v/{code}",
        code=code,
    )


def draw(pages: int) -> None:
    """Set so many pages in this process."""
    printer = TypstPrinter()
    printer.pdf(face(0))
    began, used = perf_counter(), process_time()
    size = sum(len(printer.pdf(face(index))) for index in range(1, pages + 1))
    passed, used = perf_counter() - began, process_time() - used
    print(f"{pages} PDF files of {size / pages / 1e3:.0f} kB in one process; load {os.getloadavg()[0]:.1f}")
    print(
        f"  {pages / passed:.0f} a second that passed, {pages / used:.0f} a second of processor time",
        flush=True,
    )


def qualified(journeys: Journeys, count: int) -> None:
    """So many physicians whose result is 合格, and whose certificates nobody has printed."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(count)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=PASSED, professional=PASSED)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    journeys.world.settle()


def drawing(application: Any) -> float:
    """Processor time of the processes that draw; they are ended, to be counted."""
    application.certificates.printer.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def do(count: int, url: str, folder: Path) -> None:
    """Print so many as a job, and say what it took."""
    keys, clock = Keys.fresh(), SettableClock(START)
    store = open_store(url, keys)
    application = build_application(
        store, keys, clock=clock, printer=TypstPrinter(), contents=open_contents(url, keys, folder)
    )
    world = World.make(application, clock)
    qualified(Journeys.of(world), count)
    hospital = world.hospital
    before = drawing(application)
    began, used = perf_counter(), process_time()
    asked = application.errands.ask_for_certificates(hospital, world.cycle_id)
    application.timers.work()
    errand = application.errands.show(hospital, asked.id)
    passed, used = perf_counter() - began, process_time() - used
    drawn = drawing(application) - before
    if (ErrandStanding.DONE, count) != (errand.standing, errand.done):
        raise SystemExit(f"the job did not come to its end: {errand}")
    # Some names of the world are such that no font covers them.
    print(f"{count} certificates as a job, {errand.refused} of them refused; load {os.getloadavg()[0]:.1f}")
    count -= errand.refused
    print(f"  {passed:.1f} s passed; computed: {used:.1f} s here, {drawn:.1f} s by those that draw")
    total, cores = used + drawn, os.cpu_count() or 1
    print(
        f"  of {MANY}: {passed / count * MANY:.0f} s passed, {total / count * MANY:.0f} s of processor time, "
        f"{(used + drawn / cores) / count * MANY:.0f} s on {cores} idle cores"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="bench.certificates", description=(__doc__ or "").strip().split("\n")[0]
    )
    parser.add_argument("--count", type=int, default=500, help="certificates of the job")
    parser.add_argument("--pages", type=int, default=300, help="files that one process sets")
    parser.add_argument("--url", help="an empty PostgreSQL database for the job")
    chosen = parser.parse_args(arguments)
    draw(chosen.pages)
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        do(chosen.count, url, Path(folder) / "files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
