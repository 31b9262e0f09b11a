"""
Printing certificates: the first print gives number and date, a void one is never printed.
"""

from __future__ import annotations

from typing import Literal

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.ports import Case, Clock, Store
from kaohe_workflow.application.printing import CertificateFace, Printer, Unprintable
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.send import Door
from kaohe_workflow.lifecycles.certificate.events import Print
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.windows import local_date


@attrs.frozen
class Certificates:
    """
    Certificates over a store and a printer.

    ``verification_base`` is the address under which a certificate's number is looked up.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    cases: Cases
    door: Door
    printer: Printer
    verification_base: str

    def print(
        self,
        principal: Principal,
        certificate_id: str,
        kind: Literal["pdf", "png"],
        *,
        dots_per_inch: int = 150,
    ) -> bytes:
        """
        Print a certificate; the first print gives it number and date.

        Nothing changes where the certificate cannot be set: the check for missing characters comes first.

        Raises:
            NotFound: no such certificate in the caller's scope.
            Unprintable: a character that no font covers.
            TransitionRefused: the certificate is void.
            NotPermitted: the caller may not print it.
        """
        certificate = self.cases.get(principal, "certificate", certificate_id)
        face = self._face(certificate)
        if characters := self.printer.unprintable(face):
            raise Unprintable(face, characters)
        number = certificate.record.number or self._next_number()
        self.door.send(principal, "certificate", certificate_id, "print", Print(number))
        face = self._face(self.cases.get(principal, "certificate", certificate_id))
        return self.printer.pdf(face) if kind == "pdf" else self.printer.png(face, dots_per_inch)

    def unprintable(self, principal: Principal, certificate_id: str) -> tuple[str, ...]:
        """The characters of a certificate that no font covers; empty for one that can be printed."""
        return self.printer.unprintable(self._face(self.cases.get(principal, "certificate", certificate_id)))

    def _next_number(self) -> str:
        """The next number of the year: prefix, year, seven digits; a number drawn and not used stays unused."""
        day = local_date(self.clock.now())
        prefix = self.catalogue.timeline.at(day).certificate_number_prefix
        with self.store.begin() as unit:
            number = unit.next_number(f"certificate-{day.year}")
            unit.commit()
        return f"{prefix}{day.year}{number:07d}"

    def _face(self, certificate: Case) -> CertificateFace:
        record = certificate.record
        with self.store.begin(write=False) as unit:
            person = unit.read("affiliation", [record.physician_id])[record.physician_id].record
            assessment = unit.read("assessment", [record.assessment_id])[record.assessment_id].record
            institution = unit.read("institution", [record.institution_id])[record.institution_id].record
            cycle = unit.read("cycle", [record.cycle_id])[record.cycle_id].record
            departments = unit.read("department", [assessment.department_id or ""])
            department = departments[assessment.department_id].record.name if departments else ""
        day = local_date(self.clock.now())
        number = record.number or ""
        return CertificateFace(
            number=number,
            name=person.name,
            sex=person.sex.label if person.sex else "",
            id_number_masked=mask(person.id_number),
            licence_number=person.licence_number or "",
            level=assessment.filing.level.label if assessment.filing and assessment.filing.level else "",
            category=person.category.label if person.category else "",
            institution=institution.name,
            department=department,
            cycle_first_day=cycle.first_day,
            cycle_last_day=cycle.last_day,
            procedure=assessment.procedure.label if assessment.procedure else "",
            decided_on=record.decided_on,
            issued_on=record.issued_on or day,
            issuing_authority=self.catalogue.timeline.at(day).certificate_issuing_authority,
            verification_url=f"{self.verification_base}/{number}?c={record.code}",
            code=record.code,
        )
