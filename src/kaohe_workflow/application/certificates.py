"""
Certificates on paper: the first print gives number and date and fixes the text; a file shows what was fixed.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.printing import CertificateFace, Printer, Unprintable
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.requests import Answer, Request
from kaohe_workflow.application.send import Declined, Done, Door, Outcome, Receipt, outcome_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.application.transaction import Transaction
from kaohe_workflow.errors import NotPermitted, RequestRefused
from kaohe_workflow.lifecycles.certificate.case import Certificate, Face
from kaohe_workflow.lifecycles.certificate.events import Print
from kaohe_workflow.statechart.deciding import RoleMissing
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.windows import local_date


class NotPrinted(RequestRefused):
    """The certificate has no number yet: it has to be printed before there is a file of it."""

    code = "not-printed"

    def __init__(self, certificate_id: str) -> None:
        super().__init__(f"certificate {certificate_id!r} has not been printed")


class CertificateVoid(RequestRefused):
    """The result is no longer 合格: there is no file of its certificate any more (手册 2.3.0)."""

    code = "certificate-void"

    def __init__(self, certificate_id: str) -> None:
        super().__init__(f"certificate {certificate_id!r} is void")


class CertificateFrozen(RequestRefused):
    """A mark (疑似作弊) is undecided: there is no file until the province has decided (手册 2.2.9)."""

    code = "certificate-frozen"

    def __init__(self, certificate_id: str) -> None:
        super().__init__(f"certificate {certificate_id!r} is frozen")


@attrs.frozen
class Certificates:
    """
    Certificates over a store and a printer.

    ``verification_base`` is the address under which the codes of what is numbered from now on are looked up.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    cases: Cases
    door: Door
    printer: Printer
    verification_base: str

    def issue(
        self,
        principal: Principal,
        certificate_id: str,
        *,
        expected_version: int | None = None,
        idempotency_key: str | None = None,
    ) -> Receipt:
        """
        Send ``print``: the first one gives number and date and fixes the text, each is recorded.

        Nothing changes where the certificate cannot be set: the check for missing characters comes first. A
        number is drawn with the print that gives it; a print that is refused leaves no gap in the series.

        Args:
            expected_version, idempotency_key: as of `Door.send`.

        Raises:
            NotFound: no such certificate in the caller's scope.
            Unprintable: a character that no font covers.
            TransitionRefused: the certificate is void.
            NotPermitted: the caller may not print it.
            ConcurrentTransition: the certificate is not at ``expected_version``.
            InputInvalid: the key was used for another request.
        """
        face = self._seen(self.cases.get(principal, "certificate", certificate_id))
        if characters := self.printer.unprintable(face):
            raise Unprintable(face, characters)

        def work(transaction: Transaction) -> Answer[Outcome]:
            payload = self._payload(transaction.unit, certificate_id)
            item = Item(certificate_id, payload, None, expected_version)
            tried = transaction.apply(principal, "certificate", "print", [item])
            outcome = outcome_of(tried[0])
            if isinstance(outcome, Declined):
                return Answer(outcome, tried, keep=False)
            return Answer(outcome, tried, remembered=outcome.receipt)

        content = ["certificate", "print", certificate_id, expected_version]
        request = Request(principal, idempotency_key, content)
        outcome = self.door.requests.answer(request, work, self._repeated)
        if isinstance(outcome, Declined):
            raise outcome.error
        return outcome.receipt

    def _repeated(self, remembered: Any) -> Outcome:
        return Done(self.door.tools.codec.structure(remembered, Receipt))

    def document(
        self,
        principal: Principal,
        certificate_id: str,
        kind: Literal["pdf", "png"],
        *,
        dots_per_inch: int = 150,
    ) -> bytes:
        """
        The file of a certificate that has been printed; reads only, and says the same for ever.

        Args:
            kind: `pdf`, or `png` at ``dots_per_inch``.

        Raises:
            NotFound, NotPrinted, CertificateFrozen, CertificateVoid, NotPermitted: as `page`.
        """
        face = self.page(principal, certificate_id)
        return self.printer.pdf(face) if kind == "pdf" else self.printer.png(face, dots_per_inch)

    def page(self, principal: Principal, certificate_id: str) -> CertificateFace:
        """
        What the file of a certificate that has been printed shows.

        It is for whoever may print the certificate: it shows the code that proves who holds the paper.

        Raises:
            NotFound: no such certificate in the caller's scope.
            NotPrinted: it has no number yet.
            CertificateFrozen: a mark is undecided.
            CertificateVoid: the result is no longer 合格.
            NotPermitted: the caller may not print it.
        """
        certificate = self.cases.get(principal, "certificate", certificate_id)
        explained = self.door.explain(principal, "certificate", certificate_id)
        printing = next((one for one in explained if one.event == "print"), None)
        if printing is not None and any(isinstance(reason, RoleMissing) for reason in printing.reasons):
            raise NotPermitted("certificate", "print")
        if certificate.record.number is None:
            raise NotPrinted(certificate_id)
        if certificate.state == "frozen":
            raise CertificateFrozen(certificate_id)
        if printing is None or not printing.allowed:
            raise CertificateVoid(certificate_id)
        return self._seen(certificate)

    def unprintable(self, principal: Principal, certificate_id: str) -> tuple[str, ...]:
        """
        The characters of a certificate that no font covers, each once; empty for one that can be printed.

        Raises:
            NotFound: no such certificate in the caller's scope.
        """
        return self.printer.unprintable(self._seen(self.cases.get(principal, "certificate", certificate_id)))

    def _payload(self, unit: UnitOfWork, certificate_id: str) -> Print:
        """
        What the print brings: number and text for a certificate that has none, nothing for any other.

        The certificate is locked before a number is drawn, or two first prints would each draw one.
        """
        record = unit.lock("certificate", [certificate_id])[certificate_id].record
        if record.number is not None:
            return Print()
        return Print.of(self._next_number(unit, record), self._face(unit, record))

    def _next_number(self, unit: UnitOfWork, record: Certificate) -> str:
        """The next number of the year: the cycle's prefix, year, seven digits."""
        year = local_date(self.clock.now()).year
        parameters = self._of_cycle(unit, record)
        number = unit.next_number(f"certificate-{year}")
        return f"{parameters.certificate_number_prefix}{year}{number:07d}"

    def _of_cycle(self, unit: UnitOfWork, record: Certificate) -> Parameters:
        cycle = unit.read("cycle", [record.cycle_id])[record.cycle_id].record
        return self.catalogue.parameters_of_cycle(cycle.first_day)

    def _face(self, unit: UnitOfWork, record: Certificate) -> Face:
        """
        What the paper says if it is printed for the first time now: of the result by the values of the cycle, of the
        office that issues it, and of what makes it valid (说明), by those of today.
        """
        person = unit.read("affiliation", [record.physician_id])[record.physician_id].record
        assessment = unit.read("assessment", [record.assessment_id])[record.assessment_id].record
        institution = unit.read("institution", [record.institution_id])[record.institution_id].record
        cycle = unit.read("cycle", [record.cycle_id])[record.cycle_id].record
        province = unit.read("institution", [cycle.institution_id])[cycle.institution_id].record
        departments = unit.read("department", [assessment.department_id or ""])
        filing, parameters = assessment.filing, self._of_cycle(unit, record)
        today = local_date(self.clock.now())
        return Face(
            name=person.name,
            sex=person.sex.label if person.sex else "",
            id_number_masked=mask(person.id_number),
            licence_number=person.licence_number or "",
            level=filing.level.label if filing and filing.level else "",
            category=filing.category.label if filing and filing.category else "",
            institution=institution.name,
            department=departments[assessment.department_id].record.name if departments else "",
            cycle_first_day=cycle.first_day,
            cycle_last_day=cycle.last_day,
            procedure=assessment.procedure.label if assessment.procedure else "",
            issuing_authority=self.catalogue.timeline.at(today).certificate_issuing_authority
            or province.name,
            statement=parameters.certificate_statement,
            note=self.catalogue.timeline.at(today).certificate_note,
            verification_base=self.verification_base,
        )

    def _seen(self, certificate: Case) -> CertificateFace:
        """The page: as it was fixed, or as it would be fixed now."""
        record: Certificate = certificate.record
        face = record.face
        if face is None:
            with self.store.begin(write=False) as unit:
                face = self._face(unit, record)
        number = record.number or ""
        texts = attrs.asdict(face)
        base = texts.pop("verification_base")
        return CertificateFace(
            number=number,
            decided_on=record.decided_on,
            issued_on=record.issued_on or local_date(self.clock.now()),
            verification_url=f"{base}/{record.code}",
            code=record.code,
            **texts,
        )
