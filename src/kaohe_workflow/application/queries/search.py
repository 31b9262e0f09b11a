"""
Looking up one person by the number, to take them in (调入医师, 手册 2.2.5).

The answer is exact and small: whoever asks must know the whole number and learns a masked name and whether the person
can be taken in, and may ask thirty times an hour; so the search is no way to collect people.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.throttle import lookup_bucket, reserve
from kaohe_workflow.application.admission import might_send
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Clock, Secrets, Store, UnitOfWork
from kaohe_workflow.application.queries.numbers import looked_for
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.values.person_name import masked_name
from kaohe_workflow.values.resident_id import mask


@attrs.frozen
class FoundPerson:
    """
    A person as another institution may know them.

    ``event`` is what brings the person in: ``take_in`` for who waits for it, ``reenter`` for who had left; it is
    sent to ``case_id`` at ``version``. All three are given only where the person can come; ``hint`` says what to do
    otherwise (手册 2.2.5). ``administration`` is what the present or last institution stands directly below, and
    ``institution`` that one's name (管辖关系); ``licence_number`` is 执业证编码, None where it is not known. The last
    two are given only where the person can come, or is the caller's own: else the administration knows whom to ask.
    """

    name: str
    id_number: str
    licence_number: str | None
    state: str
    administration: str | None
    institution: str | None
    event: str | None
    case_id: str | None
    version: int | None
    hint: str


@attrs.frozen
class PersonSearch:
    """The search over a store."""

    store: Store
    clock: Clock
    secrets: Secrets
    catalogue: Catalogue

    def by_number(self, principal: Principal, id_number: str) -> FoundPerson | None:
        """
        The person of this number, typed in either form (15 or 18 digits); None if there is none.

        Raises:
            NotPermitted: only those look for people who may take them in.
            TooManyTries: the account has looked for too many; nobody was looked for.
            InputInvalid: an argument is not of the kind that is declared, or is meant as a resident number and is
                none; that counts as no search.
            RecordDamaged: what the store has of the person cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("id_number", id_number, str))
        if not might_send(self.catalogue, principal, "affiliation", "take_in"):
            raise NotPermitted("affiliation", "take_in")
        number = looked_for(id_number)
        with self.store.begin() as unit:
            reserve(unit, [lookup_bucket(principal.account_id)], self.clock.now())
            unit.commit()
        hashed = self.secrets.blind("id_hash", number)
        with self.store.begin(write=False) as unit:
            found = unit.find("affiliation", [Where("id_hash", "eq", hashed)], limit=1)
            if not found:
                return None
            person = found[0]
            home, superior = _home_of(unit, person)
        event = _event(person)
        told = event is not None or person.institution_id == principal.organisation_id
        return FoundPerson(
            name=masked_name(person.record.name) if person.record.name else person.record.called,
            id_number=mask(person.record.id_number),
            licence_number=person.record.licence_number if told else None,
            state=person.state,
            administration=superior.record.name if superior else None,
            institution=home.record.name if home and told else None,
            event=event,
            case_id=person.id if event else None,
            version=person.version if event else None,
            hint="" if event else _hint(person, principal),
        )


def _home_of(unit: UnitOfWork, person: Case) -> tuple[Case | None, Case | None]:
    """The institution where the person is, or was last, and the administration that it stands directly below."""
    home = unit.read("institution", [person.institution_id]).get(person.institution_id)
    above = home.record.superior_id if home is not None else None
    return home, unit.read("institution", [above]).get(above) if above is not None else None


def _event(person: Case) -> str | None:
    if person.state == "left" and person.record.end_reason is EndReason.DEATH:
        return None
    return {"unattached": "take_in", "left": "reenter"}.get(person.state)


def _hint(person: Case, principal: Principal) -> str:
    if person.state == "merged":
        return "该证件号码的档案已并入同一医师的另一份档案，请按其现有证件号码查询"
    if person.state == "left":
        return "该医师不能重新登记，如有疑问请联系上级卫生健康行政部门"
    if person.institution_id == principal.organisation_id:
        return "该医师已在本机构"
    return "请联系原机构先行调离"
