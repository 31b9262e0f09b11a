"""
Whose inboxes a notice goes to: one function a name in `notices.yaml`.

What is told at once looks at many occurrences together; what a job tells goes through a population, a page at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.drafts import drafts_naming
from kaohe_workflow.application.entrusting import agencies_of
from kaohe_workflow.application.phases import DRAFTED, FILED
from kaohe_workflow.application.policies import Occurrence, Page, Reading
from kaohe_workflow.application.same_person import kept_records_of
from kaohe_workflow.application.stored import Case, Recipient
from kaohe_workflow.application.substitutes import papers_to_answer
from kaohe_workflow.lifecycles.evaluation.case import ForceMajeureStanding
from kaohe_workflow.values.notices import RecipientKind
from kaohe_workflow.values.parameter_kinds import DeferralOffice

RecipientsOf = Callable[[Reading, Sequence[Occurrence]], list[Recipient | None]]
"""The recipient of each occurrence; None where there is none."""


@attrs.frozen
class Told:
    """
    What a page of a population has come to: who is told, and the id after which the next page begins.

    ``numbers`` says of some of them how much waits there, ``names`` whose.
    """

    recipients: list[Recipient]
    last: str | None
    numbers: Mapping[Recipient, int] = attrs.field(factory=dict)
    names: Mapping[Recipient, str] = attrs.field(factory=dict)


PagedRecipients = Callable[[Reading, Occurrence, Page], Told]
"""Finds those on one page of a population who are told."""


def physician_of(occurrence: Occurrence) -> str | None:
    """The physician whom a case is about; None for a case that is about no one person."""
    if occurrence.lifecycle == "affiliation":
        return occurrence.after.id
    found: str | None = getattr(occurrence.after.record, "physician_id", None)
    return found


def physician(_: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """Whom the case is about."""
    return [
        Recipient(RecipientKind.PHYSICIAN, found) if (found := physician_of(occurrence)) is not None else None
        for occurrence in occurrences
    ]


def institution(_: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """The organisation that the case belongs to."""
    return [_organisation(occurrence.after.institution_id) for occurrence in occurrences]


def agency(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """
    The agency of that organisation; where none is assigned, or it may not act in the cycle of the case, its direct
    superior acts as such.
    """
    homes = _institutions(reading, occurrences)
    asked = [
        (case.record, getattr(occurrence.after.record, "cycle_id", None))
        for case, occurrence in zip(homes, occurrences, strict=True)
        if case is not None
    ]
    acting = iter(agencies_of(reading.unit, asked))
    return [None if case is None else _organisation(next(acting)) for case in homes]


def administration(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """The administration directly above that organisation."""
    return [
        None if case is None else _organisation(case.record.superior_id)
        for case in _institutions(reading, occurrences)
    ]


def deferral_office(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """Who puts a deferral on record: the agency, or where a parameter says so the province, whose cycle it is."""
    cases = [occurrence.after for occurrence in occurrences]
    moments = reading.moments(cases)
    offices = [moments[case.record.cycle_id].parameters.deferral_office for case in cases]
    filed_by = zip(offices, agency(reading, occurrences), province(reading, occurrences), strict=True)
    return [lower if office is DeferralOffice.AGENCY else upper for office, lower, upper in filed_by]


def resit_office(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """Who must act on a report of 不可抗力: the agency, and once it has reported it the province, which decides."""
    reported, forwarded = agency(reading, occurrences), province(reading, occurrences)
    return [
        upper if occurrence.after.record.force_majeure_standing is ForceMajeureStanding.FORWARDED else lower
        for occurrence, lower, upper in zip(occurrences, reported, forwarded, strict=True)
    ]


def office_of_substitute(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """The administration above who sat for another, where no paper of that person answers for it at present."""
    findings = [occurrence.after for occurrence in occurrences]
    answered = papers_to_answer(reading.unit, findings)
    left = [case.record.substitute_id for case in findings if case.id not in answered]
    named = kept_records_of(reading.unit, [id for id in left if id is not None])
    persons = reading.unit.read("affiliation", tuple(dict.fromkeys(named.values())))
    homes = reading.unit.read("institution", tuple({person.institution_id for person in persons.values()}))
    above = {id: homes[persons[kept].institution_id].record.superior_id for id, kept in named.items()}
    return [
        None if case.id in answered else _organisation(above.get(case.record.substitute_id))
        for case in findings
    ]


def province(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """The organisation whose cycle the case belongs to."""
    cycles = dict.fromkeys(occurrence.after.record.cycle_id for occurrence in occurrences)
    found = reading.unit.read("cycle", tuple(cycles))
    return [_organisation(found[one.after.record.cycle_id].institution_id) for one in occurrences]


def account(_: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """The account that the case is."""
    return [Recipient(RecipientKind.ACCOUNT, occurrence.after.id) for occurrence in occurrences]


def overseer(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Recipient | None]:
    """Who gave the account: a physician's institution, of any other account the administration above."""
    above = administration(reading, occurrences)
    return [
        upper if physician_of(occurrence) is None else _organisation(occurrence.after.institution_id)
        for occurrence, upper in zip(occurrences, above, strict=True)
    ]


def _institutions(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Case | None]:
    ids = dict.fromkeys(occurrence.after.institution_id for occurrence in occurrences)
    found = reading.unit.read("institution", tuple(ids))
    return [found.get(occurrence.after.institution_id) for occurrence in occurrences]


def _organisation(id: str | None) -> Recipient | None:
    return Recipient(RecipientKind.ORGANISATION, id) if id is not None else None


def every_organisation(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """All organisations that are not closed, but for the one that the case belongs to: it has done it itself."""
    found, last = page.read(reading.unit, "institution", [])
    own = occurrence.after.institution_id
    return Told(
        [
            Recipient(RecipientKind.ORGANISATION, case.id)
            for case in found
            if case.state != "closed" and case.id != own
        ],
        last,
    )


def organisations_below(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """All organisations below the one that the case belongs to, at whatever depth, that are not closed."""
    own = occurrence.after.institution_id
    publisher = reading.unit.read("institution", [own])[own]
    found, last = page.read(reading.unit, "institution", [Where("path", "prefix", publisher.record.path)])
    return Told(
        [
            Recipient(RecipientKind.ORGANISATION, case.id)
            for case in found
            if case.state != "closed" and case.id != own
        ],
        last,
    )


def organisations_served(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """Whom an agency is assigned to still, if not closed, and who acts there in its place; not the agency itself."""
    own = occurrence.after.institution_id
    found, last = page.read(reading.unit, "institution", [Where("agency_id", "eq", own)])
    served = [case for case in found if case.state != "closed"]
    ids = dict.fromkeys(id for case in served for id in (case.id, case.record.superior_id) if id != own)
    return Told([Recipient(RecipientKind.ORGANISATION, id) for id in ids], last)


def physicians_of_cycle(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """Who is being assessed in the cycle: enrolled, and not at an end yet."""
    cases, last = page.read(reading.unit, "assessment", [Where("cycle_id", "eq", occurrence.after.id)])
    taking_part = {*DRAFTED, *FILED}
    return Told(
        [
            Recipient(RecipientKind.PHYSICIAN, case.record.physician_id)
            for case in cases
            if case.state in taking_part
        ],
        last,
    )


def physicians_drafting_for_department(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """Who is writing a registration that names the department (手册 2.2.3)."""
    cases, last = page.read(reading.unit, "assessment", drafts_naming([occurrence.after]))
    return Told([Recipient(RecipientKind.PHYSICIAN, case.record.physician_id) for case in cases], last)


RECIPIENTS: Mapping[str, RecipientsOf] = {
    "physician": physician,
    "institution": institution,
    "agency": agency,
    "administration": administration,
    "deferral_office": deferral_office,
    "resit_office": resit_office,
    "office_of_substitute": office_of_substitute,
    "province": province,
    "account": account,
    "overseer": overseer,
}
"""Who can be told at once, by the names that the table uses."""

POPULATIONS: Mapping[str, PagedRecipients] = {
    "every_organisation": every_organisation,
    "organisations_below": organisations_below,
    "organisations_served": organisations_served,
    "physicians_of_cycle": physicians_of_cycle,
    "physicians_drafting_for_department": physicians_drafting_for_department,
}
"""Whom a job tells, by the names that the table uses."""
