"""Jobs that people ask for: progress, cancelling, results, and nothing done twice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import attrs
import pytest

from kaohe_workflow.adapters.memory import MemoryContents
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.jobs.errands import MOST_OPEN, PORTION, Errands
from kaohe_workflow.application.printing import CertificateFace, Printer
from kaohe_workflow.application.stored import Errand
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.testing.journeys import RESULT_DAY, SITTING_DAY, Journeys
from kaohe_workflow.values.errands import ErrandStanding
from kaohe_workflow.values.terms import Stage

PASSED = Decimal(75)


class Refusing:
    """A printer that lacks a character of the first face that it is shown."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._refused = False

    def unprintable(self, face: CertificateFace) -> tuple[str, ...]:
        first, self._refused = not self._refused, True
        return ("䶮",) if first else self._printer.unprintable(face)

    def pdf(self, face: CertificateFace) -> bytes:
        return self._printer.pdf(face)

    def pdfs(self, faces: Sequence[CertificateFace]) -> list[bytes | None]:
        return self._printer.pdfs(faces)

    def png(self, face: CertificateFace, dots_per_inch: int) -> bytes:
        return self._printer.png(face, dots_per_inch)


def qualified(journeys: Journeys, count: int) -> list[str]:
    """So many certificates that nobody has printed yet."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(count)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=PASSED, professional=PASSED)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    journeys.world.settle()
    return [id for traveller in travellers for id in journeys.certificates(traveller)]


def small(journeys: Journeys, portion: int = 2) -> Errands:
    """Errands that go on in small pages, and are what the world's jobs do."""
    return attrs.evolve(journeys.world.application.errands, portion=portion)


def work(journeys: Journeys, errands: Errands) -> int:
    return attrs.evolve(journeys.world.application.timers, errands=errands).work()


def names(errands: Errands, journeys: Journeys, errand: Errand) -> list[str]:
    hospital = journeys.world.hospital
    return [
        name
        for number in range(1, len(errand.parts) + 1)
        for name in ZipFile(BytesIO(errands.part(hospital, errand.id, number))).namelist()
    ]


@pytest.mark.manual("S-89")
def test_certificates_are_printed_in_bulk(stored: Journeys) -> None:
    """Each gets its number and is in the result, in several files; how far it is can be seen at any time."""
    world, errands = stored.world, small(stored)
    ids = qualified(stored, 5)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    done = work(stored, errands)
    errand = errands.show(world.hospital, asked.id)
    numbers = {world.application.cases.get(SYSTEM, "certificate", id).record.number for id in ids}

    assert (ErrandStanding.WAITING, 5, 0) == (asked.standing, asked.total, asked.done)
    assert (1, ErrandStanding.DONE, 5, 0, 3) == (
        done,
        errand.standing,
        errand.done,
        errand.refused,
        len(errand.parts),
    )
    assert {f"{number}.pdf" for number in numbers} == set(names(errands, stored, errand))
    assert (errand,) == errands.own(world.hospital)


def test_what_was_cut_off_is_done_once(journeys: Journeys) -> None:
    """Whoever dies after printing and before noting it has the page done again: no second number, no second print."""
    world, ids = journeys.world, qualified(journeys, 3)

    class Killed(BaseException):
        """Nothing catches it."""

    def die(_: object) -> bytes:
        raise Killed

    errands = small(journeys)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    with pytest.raises(Killed):
        work(journeys, attrs.evolve(errands, bundle=die))
    between = errands.show(world.hospital, asked.id)
    work(journeys, errands)
    prints = [
        [step.event for step in world.application.cases.history(SYSTEM, "certificate", id)].count("print")
        for id in ids
    ]
    with world.application.store.begin(write=False) as unit:
        years = {case.record.issued_on.year for case in unit.find("certificate", [])}
    with world.application.store.begin() as unit:
        following = [unit.next_number(f"certificate-{year}") for year in years]

    assert (ErrandStanding.WAITING, 0) == (between.standing, between.done)
    assert ([1, 1, 1], [4]) == (prints, following)
    assert ErrandStanding.DONE is errands.show(world.hospital, asked.id).standing


def test_an_errand_is_cancelled(journeys: Journeys) -> None:
    """What is printed stays so, the rest is left; what has ended stays as it ended."""
    world, errands = journeys.world, small(journeys)
    qualified(journeys, 3)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    timers = attrs.evolve(world.application.timers, errands=errands)
    timers.pages.next(asked.id)
    cancelled = errands.cancel(world.hospital, asked.id)
    after = work(journeys, errands)

    assert (ErrandStanding.CANCELLED, 2, 1) == (cancelled.standing, cancelled.done, len(cancelled.parts))
    assert (0, cancelled) == (after, errands.show(world.hospital, asked.id))
    assert cancelled == errands.cancel(world.hospital, asked.id)


def test_what_cannot_be_printed_is_counted(journeys: Journeys) -> None:
    """A certificate of a name that no font covers is left out of the result, and stops no other."""
    world, errands = journeys.world, small(journeys)
    qualified(journeys, 3)
    refusing = attrs.evolve(errands.certificates, printer=Refusing(errands.certificates.printer))
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    work(journeys, attrs.evolve(errands, certificates=refusing))
    errand = errands.show(world.hospital, asked.id)

    assert (ErrandStanding.DONE, 3, 1) == (errand.standing, errand.done, errand.refused)
    assert 2 == len(names(errands, journeys, errand))


def test_an_errand_is_its_askers(journeys: Journeys) -> None:
    """Nobody else sees, ends or reads it; a file that there is not is not found."""
    world, errands = journeys.world, small(journeys)
    qualified(journeys, 1)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    work(journeys, errands)
    for question in (errands.show, errands.cancel, lambda who, id: errands.part(who, id, 1)):
        with pytest.raises(NotFound):
            question(world.county, asked.id)
    for number in (0, 2):
        with pytest.raises(NotFound):
            errands.part(world.hospital, asked.id, number)

    assert () == errands.own(world.county)


def test_there_is_something_to_print(journeys: Journeys) -> None:
    """An errand for nothing is refused, also where there are certificates that the caller does not see."""
    world, errands = journeys.world, small(journeys, PORTION)
    qualified(journeys, 1)
    stranger = journeys.neighbour if hasattr(journeys, "neighbour") else world.agency
    found = []
    for caller, institution in ((stranger, None), (world.hospital, world.agency.organisation_id)):
        with pytest.raises(InputInvalid) as caught:
            errands.ask_for_certificates(caller, world.cycle_id, institution_id=institution)
        found += [problem.code for problem in caught.value.problems]

    assert ["errand-empty"] * 2 == found


def test_nobody_has_the_queue_to_themselves(stored: Journeys) -> None:
    """Of one account three errands wait at a time, in each kind of store; as soon as one ends there is room again, and
    others are not kept from asking."""
    world, errands = stored.world, small(stored)
    qualified(stored, 1)
    asked = [errands.ask_for_certificates(world.hospital, world.cycle_id) for _ in range(MOST_OPEN)]
    with pytest.raises(InputInvalid) as caught:
        errands.ask_for_certificates(world.hospital, world.cycle_id)
    others = errands.ask_for_certificates(world.province, world.cycle_id)
    errands.cancel(world.hospital, asked[1].id)
    again = errands.ask_for_certificates(world.hospital, world.cycle_id)

    assert ["errand-many"] == [problem.code for problem in caught.value.problems]
    assert [ErrandStanding.WAITING] * 2 == [others.standing, again.standing]


def test_a_file_that_was_dropped_before_it_was_noted_is_kept_again(journeys: Journeys) -> None:
    """A page that is done again after days finds its old bytes, which nobody has named: they may just be going."""

    class Swept(MemoryContents):
        def keep(self, content: bytes) -> str:
            digest = super().keep(content)
            if not getattr(self, "swept", False):
                self.swept = True
                self.drop(digest)
            return digest

    world, contents = journeys.world, Swept()
    qualified(journeys, 1)
    errands = attrs.evolve(small(journeys), contents=contents)
    asked = errands.ask_for_certificates(world.hospital, world.cycle_id)
    work(journeys, errands)

    assert 1 == len(names(errands, journeys, errands.show(world.hospital, asked.id)))
