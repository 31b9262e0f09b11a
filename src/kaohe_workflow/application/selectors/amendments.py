"""
Applications to correct a physician's locked data, and what follows from one that takes effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import OPEN_AMENDMENT
from kaohe_workflow.application.policies import Command, Occurrence, Reading, Selector
from kaohe_workflow.application.selectors.finding import ids_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.account import events as account_events
from kaohe_workflow.lifecycles.affiliation import events as affiliation_events
from kaohe_workflow.lifecycles.affiliation.case import Affiliation
from kaohe_workflow.lifecycles.amendment import events as amendment_events
from kaohe_workflow.lifecycles.certificate.case import Face
from kaohe_workflow.values.resident_id import mask


def person_amended(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The physicians whose applications have taken effect, each with the field and its value."""
    return [
        Command(
            record.physician_id,
            affiliation_events.Amend(
                field=record.field,
                value=record.value,
                id_type=record.id_type,
                original=record.original,
            ),
        )
        for record in (occurrence.after.record for occurrence in occurrences)
    ]


def account_of_renumbered_physician(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The accounts whose login name is no longer their physician's number."""
    names = {
        occurrence.after.id: account_events.RenameAccount(occurrence.after.record.id_number)
        for occurrence in occurrences
    }
    accounts = reading.unit.find("account", [Where("physician_id", "in", tuple(names))])
    return [
        Command(account.id, names[account.record.physician_id])
        for account in accounts
        if account.record.login != names[account.record.physician_id].login
    ]


def certificates_with_another_name(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The numbered certificates, of any cycle, whose paper bears another name or number than the person has now."""
    persons = {occurrence.after.id: occurrence.after.record for occurrence in occurrences}
    certificates = reading.unit.find("certificate", [Where("physician_id", "in", tuple(persons))])
    return [
        Command(one.id)
        for one in certificates
        if one.state != "void" and _differs(one.record.face, persons[one.record.physician_id])
    ]


def _differs(face: Face | None, person: Affiliation) -> bool:
    """Whether a paper that was numbered says who somebody is otherwise than the roster."""
    if face is None:
        return False
    return (face.name, face.id_number_masked) != (person.name, mask(person.id_number))


def _open(reading: Reading, physician_ids: Sequence[str]) -> list[Case]:
    found = reading.unit.find("amendment", [Where("physician_id", "in", tuple(physician_ids))])
    return [case for case in found if case.state in OPEN_AMENDMENT]


def open_amendments(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided applications of physicians who are gone."""
    return [Command(case.id) for case in _open(reading, ids_of(occurrences))]


def open_amendments_elsewhere(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The undecided applications of moved physicians that still belong to the institution left."""
    homes = {occurrence.after.id: occurrence.after.institution_id for occurrence in occurrences}
    return [
        Command(case.id, amendment_events.MoveAmendment(homes[case.record.physician_id]))
        for case in _open(reading, tuple(homes))
        if case.institution_id != homes[case.record.physician_id]
    ]


def pending_amendments(reading: Reading, occurrences: Sequence[Occurrence]) -> list[Command]:
    """The applications that wait for an institution which has let the physician go."""
    return [Command(case.id) for case in _open(reading, ids_of(occurrences)) if case.state == "pending"]


SELECTORS: Mapping[str, Selector] = {
    "person_amended": person_amended,
    "account_of_renumbered_physician": account_of_renumbered_physician,
    "certificates_with_another_name": certificates_with_another_name,
    "open_amendments": open_amendments,
    "open_amendments_elsewhere": open_amendments_elsewhere,
    "pending_amendments": pending_amendments,
}
