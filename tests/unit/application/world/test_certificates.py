"""Certificates: numbered once, by an event; what the paper says is fixed with the number."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.certificates import Certificates, CertificateVoid, NotPrinted
from kaohe_workflow.application.printing import Unprintable
from kaohe_workflow.errors import ConcurrentTransition, InputInvalid, NotFound, NotPermitted
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.certificate.case import verification_code
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import SaveProfile
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.printers import PlainPrinter
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import AccountKind, PaperKind
from kaohe_workflow.values.windows import local_date


@attrs.frozen
class WholePrinter(PlainPrinter):
    """A printer whose page is everything that the face says."""

    def pdf(self, face):
        return repr(face).encode()


def of(world: World, **changes) -> Certificates:
    """The use cases of a world, with a printer that tells everything."""
    return attrs.evolve(world.application.certificates, **{"printer": WholePrinter()} | changes)


def certified(journeys: Journeys) -> tuple[Traveller, str]:
    """Somebody who is qualified, and the certificate."""
    traveller = journeys.to("qualified")
    (certificate,) = journeys.certificates(traveller)
    return traveller, certificate


def number_of(world: World, certificate: str) -> str | None:
    number: str | None = world.application.cases.get(SYSTEM, "certificate", certificate).record.number
    return number


def rename(world: World) -> None:
    """The hospital has another name from now on."""
    profile = SaveProfile(name="中心医院", address="民族大道1号", grade=Grade.THIRD_A, contact="李科长")
    world.send(world.hospital, "institution", world.hospital.organisation_id, "save_profile", profile)


@pytest.mark.manual("S-88")
def test_a_number_stands_for_one_text_for_ever(stored: Journeys) -> None:
    """A renamed institution, a corrected name, another address for looking up: the second print is the first."""
    world = stored.world
    traveller, certificate = certified(stored)
    certificates = of(world)
    certificates.issue(traveller.principal, certificate)
    first = certificates.document(traveller.principal, certificate, "pdf")

    rename(world)
    world.send(
        world.hospital, "affiliation", traveller.physician_id, "edit", EditPhysician(phone="13800000000")
    )
    moved = of(world, verification_base="https://elsewhere.example/v")
    moved.issue(traveller.principal, certificate)

    assert first == moved.document(traveller.principal, certificate, "pdf")
    assert "第一人民医院" in first.decode()


def test_the_words_are_the_provinces_of_the_day(journeys: Journeys) -> None:
    """Each province has its own, and they are fixed with the number: other words later are for later papers."""
    traveller, certificate = certified(journeys)
    certificates = of(journeys.world)
    words = {"certificate_statement": "上列医师经本省考核", "certificate_note": "本证书自盖章之日起生效"}
    there = attrs.evolve(certificates, catalogue=with_parameters(certificates.catalogue, words))
    there.issue(traveller.principal, certificate)
    page = certificates.page(traveller.principal, certificate)
    today = certificates.catalogue.parameters(local_date(journeys.world.clock.now()))

    assert tuple(words.values()) == (page.statement, page.note)
    assert page.note != today.certificate_note


@pytest.mark.parametrize("said", [None, "某省卫生健康委员会考核办公室"])
def test_the_province_of_the_cycle_issues_it(journeys: Journeys, said: str | None) -> None:
    """Under its own name, which no parameter repeats; one that is given is another name to issue under."""
    traveller, certificate = certified(journeys)
    certificates = of(journeys.world)
    named = with_parameters(certificates.catalogue, {"certificate_issuing_authority": said})
    attrs.evolve(certificates, catalogue=named).issue(traveller.principal, certificate)
    page = certificates.page(traveller.principal, certificate)

    assert (said or "省卫生健康委员会") == page.issuing_authority


def test_the_paper_leads_to_the_check_of_its_code(journeys: Journeys) -> None:
    """What the QR code holds is the address for looking up, and the code."""
    traveller, certificate = certified(journeys)
    certificates = of(journeys.world, verification_base="https://kaohe.example/api/v1/verifications")
    certificates.issue(traveller.principal, certificate)
    address = f"https://kaohe.example/api/v1/verifications/{verification_code(certificate)}"

    assert repr(address) in certificates.document(traveller.principal, certificate, "pdf").decode()


def test_what_is_printed_first_after_a_change_says_the_change(journeys: Journeys) -> None:
    """Only the number fixes the text; until then it follows."""
    traveller, certificate = certified(journeys)
    rename(journeys.world)
    certificates = of(journeys.world)
    certificates.issue(traveller.principal, certificate)

    assert "中心医院" in certificates.document(traveller.principal, certificate, "pdf").decode()


def test_there_is_no_file_without_a_number(journeys: Journeys) -> None:
    """Asking for the file numbers nothing; the first print does."""
    world = journeys.world
    traveller, certificate = certified(journeys)

    with pytest.raises(NotPrinted):
        of(world).document(traveller.principal, certificate, "pdf")

    assert number_of(world, certificate) is None

    receipt = of(world).issue(traveller.principal, certificate)

    assert ("printable", "generated") == (receipt.source, receipt.state)
    assert number_of(world, certificate) is not None


def test_an_unprintable_name_is_never_numbered(journeys: Journeys) -> None:
    """What no font covers is told before anything has changed."""
    world = journeys.world
    traveller, certificate = certified(journeys)
    lacking = of(world, printer=PlainPrinter(lacking="第"))

    with pytest.raises(Unprintable):
        lacking.issue(traveller.principal, certificate)

    assert number_of(world, certificate) is None


def test_the_same_key_prints_once(stored: Journeys) -> None:
    """A repeated request gets the receipt of the first; another request under its key is refused."""
    world = stored.world
    traveller, certificate = certified(stored)
    certificates = of(world)
    receipts = [
        certificates.issue(traveller.principal, certificate, expected_version=1, idempotency_key="k")
        for _ in range(2)
    ]

    assert receipts[0] == receipts[1]
    assert 2 == world.application.cases.get(SYSTEM, "certificate", certificate).version
    with pytest.raises(InputInvalid):
        certificates.issue(traveller.principal, certificate, expected_version=2, idempotency_key="k")


def test_a_refused_print_leaves_no_gap(stored: Journeys) -> None:
    """Numbers are drawn with the print that gives them: a stale version draws none."""
    world = stored.world
    traveller, certificate = certified(stored)
    certificates = of(world)
    with pytest.raises(ConcurrentTransition):
        certificates.issue(traveller.principal, certificate, expected_version=9)
    certificates.issue(traveller.principal, certificate)

    assert "0000001" == str(number_of(world, certificate))[-7:]


def test_a_file_is_for_who_may_print(journeys: Journeys) -> None:
    """It shows the code that proves who holds the paper: an auditor sees the case, not the file."""
    world = journeys.world
    traveller, certificate = certified(journeys)
    of(world).issue(traveller.principal, certificate)
    auditor = Principal(
        account_id="auditor",
        kind=AccountKind.AUDITOR,
        organisation_id=world.province.organisation_id,
        organisation_kind=world.province.organisation_kind,
        path=world.province.path,
        operator_id="auditor",
    )

    for printing in (world.hospital, world.agency, world.province):
        assert of(world).document(printing, certificate, "pdf")
    with pytest.raises(NotPermitted):
        of(world).document(auditor, certificate, "pdf")
    with pytest.raises(NotFound):
        of(world).document(journeys.elsewhere, certificate, "pdf")


@pytest.mark.manual("S-88", "W-11")
def test_a_void_certificate_has_no_file(journeys: Journeys) -> None:
    """The result fell: what was printed is worth nothing, and is not made again (手册 2.3.0)."""
    world = journeys.world
    traveller, certificate = certified(journeys)
    of(world).issue(traveller.principal, certificate)
    journeys.correct(Decimal(80), PaperKind.HUMANITIES)

    with pytest.raises(CertificateVoid):
        of(world).document(traveller.principal, certificate, "pdf")
