"""A bulk print whose process is killed goes on: no certificate is numbered, printed or handed out twice or missing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Event
from zipfile import ZipFile

import attrs
import pytest

from kaohe_workflow.adapters.durable_jobs import DurableJobs
from kaohe_workflow.adapters.wiring import open_contents
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.jobs.errands import Errands
from kaohe_workflow.application.jobs.pages import Pages
from kaohe_workflow.values.errands import ErrandStanding
from tests.faults.places import PATIENCE, Place, killed_in
from tests.unit.application.world.test_errands import qualified

CERTIFICATES = 5
"""Three pages of two."""


def killed(place: Place, folder: Path, moment: str) -> None:
    """Let a process of its own print until it dies."""
    now = place.world.clock.now().isoformat()
    told = [place.url, place.keys.text, now, str(folder), moment]
    killed_in("tests.faults.killed_prints", *told)


def finished(place: Place, errands: Errands, ended: Callable[[], bool]) -> bool:
    """Start the process again under its name; whether the job ends while anybody would wait."""
    pages = Pages(place.world.application.door, 2, errands)
    jobs = DurableJobs(pages, place.url, name="one", clock=place.world.clock, poll=0.05)
    jobs.start()
    try:
        return any(ended() or Event().wait(0.05) for _ in range(PATIENCE * 20))
    finally:
        jobs.stop(PATIENCE)


def prints(place: Place, certificate_id: str) -> int:
    history = place.world.application.cases.history(SYSTEM, "certificate", certificate_id)
    return [step.event for step in history].count("print")


@pytest.mark.parametrize("moment", ["commit:2", "commit:3", "commit:4", "kept", "noted"])
def test_a_killed_bulk_print_goes_on(stored: Place, tmp_path: Path, moment: str) -> None:
    """kill -9 between two certificates of a page, before or after its file is kept, or after it is noted: each
    certificate has one print, one number, and one place in the result, in the order that was asked for."""
    world, folder = stored.world, tmp_path / "files"
    ids = qualified(stored.journeys, CERTIFICATES)
    contents = open_contents(stored.url, stored.keys, folder)
    errands = attrs.evolve(world.application.errands, portion=2, contents=contents)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)

    killed(stored, folder, moment)
    between = errands.show(world.hospital, asked.id)
    ended = finished(
        stored,
        errands,
        lambda: errands.show(world.hospital, asked.id).standing is ErrandStanding.DONE,
    )
    errand = errands.show(world.hospital, asked.id)
    files = [
        name
        for number in range(1, len(errand.parts) + 1)
        for name in ZipFile(BytesIO(errands.part(world.hospital, asked.id, number))).namelist()
    ]
    numbers = [world.application.cases.get(SYSTEM, "certificate", id).record.number for id in sorted(ids)]

    assert (4 if moment == "noted" else 2) == between.done
    assert ended
    assert ([1] * CERTIFICATES, CERTIFICATES, 0) == (
        [prints(stored, id) for id in ids],
        errand.done,
        errand.refused,
    )
    assert [f"{number}.pdf" for number in numbers] == files
    assert sorted(numbers) == numbers
    stored.assert_sound()
