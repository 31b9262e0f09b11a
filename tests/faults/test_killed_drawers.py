"""A process that draws certificates of a bulk print is killed: the print goes on, and nothing is printed twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZipFile

import attrs
import pytest

from kaohe_workflow.adapters.certificates import TypstPrinter
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.jobs.errands import Errands
from kaohe_workflow.errors import StoreUnavailable
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.errands import ErrandStanding
from tests.faults.places import PATIENCE
from tests.unit.application.world.test_errands import names, qualified, small, work

CERTIFICATES = 4
"""Two pages of two: the second is the one that meets the kill."""

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")


def drawing() -> list[int]:
    """The processes of this one that draw certificates."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            command = (place / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            continue
        if parent == os.getpid() and b"certificates.drawing" in command:
            found.append(int(place.name))
    return found


@attrs.define
class Struck:
    """A real printer, whose drawing processes meet something while they are at the second page."""

    printer: TypstPrinter
    moment: str
    pages: int = 0
    struck: int = 0
    others: list[int] = attrs.field(factory=drawing)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.printer, name)

    def pdfs(self, faces: Any) -> Any:
        self.pages += 1
        if self.pages != 2:
            return self.printer.pdfs(faces)
        if self.moment == "idle":
            self.struck = self.strike(signal.SIGKILL)
            return self.printer.pdfs(faces)
        with self.killed_at_work() if self.moment == "once" else self.killed_again_and_again():
            return self.printer.pdfs(faces)

    def drawers(self) -> list[int]:
        """Its own processes: other printers of this one may have some, too."""
        return [pid for pid in drawing() if pid not in self.others]

    def strike(self, sign: signal.Signals) -> int:
        """Send a signal to all of them; how many there were."""
        struck = self.drawers()
        for pid in struck:
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.kill(pid, sign)
        return len(struck)

    @contextmanager
    def killed_at_work(self) -> Iterator[None]:
        """They have been asked for their pages, cannot answer, and are killed."""
        self.strike(signal.SIGSTOP)
        asked = Event()

        def kill() -> None:
            asked.wait(1)
            self.struck = self.strike(signal.SIGKILL)

        with running(kill):
            yield

    @contextmanager
    def killed_again_and_again(self) -> Iterator[None]:
        """As often as they are started: whoever asks gives up, and the page is not noted."""
        over = Event()

        def kill() -> None:
            while not over.wait(0.01):
                self.struck += self.strike(signal.SIGKILL)

        with running(kill):
            try:
                yield
            finally:
                over.set()


@contextmanager
def running(task: Any) -> Iterator[None]:
    thread = Thread(target=task)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)


def prints(journeys: Journeys, certificate_id: str) -> int:
    history = journeys.world.application.cases.history(SYSTEM, "certificate", certificate_id)
    return [step.event for step in history].count("print")


def pages_of(errands: Errands, journeys: Journeys, errand: Any) -> list[bytes]:
    """The pages that came of it, in the order of the files."""
    found = []
    for number in range(1, len(errand.parts) + 1):
        part = ZipFile(BytesIO(errands.part(journeys.world.hospital, errand.id, number)))
        found += [part.read(name) for name in part.namelist()]
    return found


@pytest.mark.manual("S-88")
@pytest.mark.parametrize(("moment", "cut_off"), [("idle", False), ("once", False), ("always", True)])
def test_a_bulk_print_outlives_who_draws(moment: str, cut_off: bool) -> None:
    """
    kill -9 of the drawing processes between two pages, in the middle of one, and as often as they are started again.

    The print ends, at once or with the next run; each certificate has one print, one number, and one whole page.
    """
    with World.open("memory:") as world:
        journeys, printer = Journeys.of(world), Struck(TypstPrinter(), moment)
        ids = qualified(journeys, CERTIFICATES)
        given: Any = printer
        errands = small(journeys)
        errands = attrs.evolve(errands, certificates=attrs.evolve(errands.certificates, printer=given))
        asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
        try:
            if cut_off:
                with pytest.raises(StoreUnavailable):
                    work(journeys, errands)
            else:
                work(journeys, errands)
            between = errands.show(world.hospital, asked.id)
            if cut_off:
                work(journeys, errands)
            errand = errands.show(world.hospital, asked.id)
        finally:
            printer.printer.close()
        numbers = [world.application.cases.get(SYSTEM, "certificate", id).record.number for id in sorted(ids)]

        assert printer.struck
        assert (ErrandStanding.WAITING, 2) == (between.standing, between.done) or not cut_off
        assert (ErrandStanding.DONE, CERTIFICATES, 0) == (errand.standing, errand.done, errand.refused)
        assert [1] * CERTIFICATES == [prints(journeys, id) for id in ids]
        assert [f"{number}.pdf" for number in numbers] == names(errands, journeys, errand)
        assert CERTIFICATES == len(set(numbers))
        assert all(
            page.startswith(b"%PDF") and b"%%EOF" in page[-32:]
            for page in pages_of(errands, journeys, errand)
        )
        assert () == world.application.verification.run().findings
        assert [] == printer.drawers()
