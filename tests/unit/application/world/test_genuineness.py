"""Whoever has the code of a certificate is told whether it holds, and nobody learns anything without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.accounts.throttle import VERIFICATION_PACE
from kaohe_workflow.application.queries.genuineness import CheckedCertificate
from kaohe_workflow.errors import InputInvalid, NotFound, TooManyTries
from kaohe_workflow.lifecycles.certificate.case import verification_code
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.values.terms import CertificateStanding, PaperKind, Verdict

HERE = "203.0.113.77"
SAME_NETWORK = "203.0.113.5"
ELSEWHERE = "198.51.100.1"


def printed(journeys: Journeys) -> str:
    """A certificate that has been printed."""
    traveller = journeys.to("qualified")
    (certificate,) = journeys.certificates(traveller)
    journeys.world.application.certificates.issue(traveller.principal, certificate)
    return certificate


def checked(journeys: Journeys, certificate: str) -> CheckedCertificate:
    """What its code tells."""
    return journeys.world.application.genuineness.by_code(verification_code(certificate), address=HERE)


@pytest.mark.manual("S-89")
def test_a_printed_certificate_is_told_as_it_was_printed(stored: Journeys) -> None:
    """Number, cycle and authority of the paper, a masked name, 合格, and that no stamp is recorded yet."""
    certificate = printed(stored)
    cases = stored.world.application.cases
    record = cases.get(SYSTEM, "certificate", certificate).record

    assert checked(stored, certificate) == CheckedCertificate(
        number=record.number,
        name=record.face.name[0] + "*" * (len(record.face.name) - 1),
        result=Verdict.QUALIFIED,
        cycle_name=cases.get(SYSTEM, "cycle", record.cycle_id).record.name,
        cycle_first_day=record.face.cycle_first_day,
        cycle_last_day=record.face.cycle_last_day,
        issuing_authority=record.face.issuing_authority,
        issued_on=record.issued_on,
        standing=CertificateStanding.VALID,
        stamped=False,
    )


@pytest.mark.manual("S-89")
def test_a_recorded_stamp_is_told(journeys: Journeys) -> None:
    """Only the stamp of the issuing authority makes the paper hold."""
    certificate = printed(journeys)
    journeys.world.send(journeys.world.province, "certificate", certificate, "stamp")

    assert checked(journeys, certificate).stamped


@pytest.mark.manual("S-89", "W-11")
def test_a_certificate_whose_result_falls_is_void(stored: Journeys) -> None:
    """The same paper, stamped, scanned after the line was corrected: 作废, and neither result nor stamp."""
    certificate = printed(stored)
    stored.world.send(stored.world.province, "certificate", certificate, "stamp")
    before = checked(stored, certificate)
    stored.correct(Decimal(80), PaperKind.HUMANITIES)

    assert checked(stored, certificate) == attrs.evolve(
        before, result=None, standing=CertificateStanding.VOID, stamped=False
    )


def test_a_code_may_be_typed_in_small_letters(journeys: Journeys) -> None:
    """Whoever has no camera types it."""
    certificate = printed(journeys)
    typed = verification_code(certificate).lower()

    assert checked(journeys, certificate) == journeys.world.application.genuineness.by_code(typed)


@pytest.mark.manual("S-89")
@pytest.mark.parametrize(
    "forged",
    [
        lambda code: "A" * 26,
        lambda code: code[:-1] + ("A" if code[-1] != "A" else "B"),
        lambda code: code[:-1],
        lambda code: code + "A",
        lambda code: code + "\n",
        lambda code: "１" + code[1:],
        lambda code: "\ud800" + code[1:],
        lambda code: "",
    ],
    ids=["unknown", "changed", "shorter", "longer", "line", "wide", "surrogate", "empty"],
)
def test_what_no_paper_has_is_not_found(journeys: Journeys, forged: Callable[[str], str]) -> None:
    """One answer for all of them, in which no code stands."""
    code = forged(verification_code(printed(journeys)))
    with pytest.raises(NotFound) as refused:
        journeys.world.application.genuineness.by_code(code)

    assert ("certificate", "of this code") == (refused.value.kind, refused.value.id)


def test_the_number_is_no_code(journeys: Journeys) -> None:
    """Numbers run on: who guesses one learns nothing."""
    world = journeys.world
    number = world.application.cases.get(SYSTEM, "certificate", printed(journeys)).record.number
    with pytest.raises(NotFound):
        world.application.genuineness.by_code(number)


def test_what_is_not_printed_has_no_paper(journeys: Journeys) -> None:
    """Before the first print its code is as unknown as any other; also once it is void."""
    (certificate,) = journeys.certificates(journeys.to("qualified"))
    with pytest.raises(NotFound):
        checked(journeys, certificate)
    journeys.correct(Decimal(80), PaperKind.HUMANITIES)
    with pytest.raises(NotFound):
        checked(journeys, certificate)


def test_one_network_asks_at_its_pace(stored: Journeys) -> None:
    """Thirty at once, good or bad; the next waits ten seconds. Other networks, and log-ins, do not."""
    certificate = printed(stored)
    genuineness, world = stored.world.application.genuineness, stored.world
    for _ in range(VERIFICATION_PACE.burst - 1):
        with pytest.raises(NotFound):
            genuineness.by_code("A" * 26, address=SAME_NETWORK)
    checked(stored, certificate)

    for code in (verification_code(certificate), "A" * 26, "short"):
        with pytest.raises(TooManyTries) as refused:
            genuineness.by_code(code, address=HERE)
        assert world.clock.now() + VERIFICATION_PACE.interval == refused.value.retry_at

    assert genuineness.by_code(verification_code(certificate), address=ELSEWHERE)

    world.clock.set(world.clock.now() + VERIFICATION_PACE.interval - timedelta(microseconds=1))
    with pytest.raises(TooManyTries):
        checked(stored, certificate)
    world.clock.set(world.clock.now() + timedelta(microseconds=1))

    assert checked(stored, certificate)


def test_other_kinds_of_argument_are_refused(journeys: Journeys) -> None:
    """As everywhere in the library."""
    with pytest.raises(InputInvalid):
        journeys.world.application.genuineness.by_code(1)  # type: ignore[arg-type]
