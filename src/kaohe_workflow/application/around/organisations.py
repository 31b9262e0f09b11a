"""
Around cycles, organisations, departments, accounts and physicians.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

import attrs

from kaohe_workflow.application.around.batch import Batch, BatchCase
from kaohe_workflow.application.around.registering import barred_until, practice_stopped
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.affiliation.facts import AssessmentView, DepartmentView, InstitutionView
from kaohe_workflow.lifecycles.institution.facts import OrganisationView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.parameter_kinds import FactorHolder
from kaohe_workflow.values.public_health import PUBLIC_HEALTH
from kaohe_workflow.values.subjects import SUBJECTS
from kaohe_workflow.values.terms import AccountKind, AttachmentKind, OrganisationKind


def _organisation(batch: Batch, case: Case | None) -> OrganisationView | None:
    if case is None:
        return None
    record = case.record
    # An assignment holds in every cycle in which the agency acts: one that is to correct in any gets nobody new.
    states = {one.state for one in batch.applications.get(case.id)} if record.is_agency else set()
    correcting = "correcting" in states
    return OrganisationView(case.id, record.kind, record.path, case.state, record.is_agency, correcting)


@attrs.frozen
class InstitutionAround:
    """Around an organisation."""

    at: BatchCase

    @property
    def any_organisation(self) -> bool:
        """
        Whether there is any organisation at all.

        Whoever asks is about to make the first one, and there is no row yet that two could meet at: they go in turn.
        """
        self.at.batch.unit.serialise("institution/root")
        return self.at.batch.any("institution")

    @property
    def superior(self) -> OrganisationView | None:
        """The superior that the payload names; where it names none, the record's."""
        return _organisation(self.at.batch, self.at.batch.institutions.get(self.at.named("superior_id")))

    @property
    def agency(self) -> OrganisationView | None:
        """The agency that the payload names; where it names none, the record's."""
        return _organisation(self.at.batch, self.at.batch.institutions.get(self.at.named("agency_id")))

    @property
    def credit_code_taken(self) -> bool:
        """Whether another organisation that is not closed has the credit code of the payload, or else of the record."""
        owners = self.at.batch.owners_of_credit_code.get(self.at.named("credit_code"))
        return any(owner.id != self.at.case_id for owner in owners)

    @property
    def cycle_state(self) -> str | None:
        """The state of the cycle that the payload names."""
        cycle = self.at.batch.cycles.get(getattr(self.at.payload, "cycle_id", None))
        return cycle.state if cycle else None

    @property
    def has_subordinates(self) -> bool:
        """Whether an organisation directly below is not closed."""
        return any(case.state != "closed" for case in self.at.batch.subordinates.get(self.at.case_id))

    @property
    def any_subordinates(self) -> bool:
        """Whether there is an organisation directly below, closed or not."""
        return bool(self.at.batch.subordinates.get(self.at.case_id))

    @property
    def subordinate_kinds(self) -> Set[OrganisationKind]:
        """The kinds of the organisations directly below, closed ones too."""
        return {case.record.kind for case in self.at.batch.subordinates.get(self.at.case_id)}

    @property
    def subjects(self) -> Set[str]:
        """The subjects that its departments are linked to, deleted ones aside."""
        departments = self.at.batch.departments_of_institution.get(self.at.case_id)
        return {code for one in departments if one.state != "deleted" for code in one.record.subjects}

    @property
    def is_applying(self) -> bool:
        """Whether an application of it to be an assessment institution waits for a decision."""
        return any(case.state == "submitted" for case in self.at.batch.applications.get(self.at.case_id))

    @property
    def has_physicians(self) -> bool:
        """Whether a physician is attached here."""
        return self.at.batch.attached.get(self.at.case_id).total() > 0

    @property
    def serves_others(self) -> bool:
        """Whether another organisation that is not closed names this one as its agency."""
        return any(
            case.state != "closed" and case.id != self.at.case_id
            for case in self.at.batch.served.get(self.at.case_id)
        )


@attrs.frozen
class DepartmentAround:
    """Around a department."""

    at: BatchCase

    @property
    def institution_state(self) -> str | None:
        """The state of the institution that the payload, or else the record, names."""
        institution = self.at.batch.institutions.get(self.at.named("institution_id"))
        return institution.state if institution else None

    @property
    def other_names(self) -> Set[str]:
        """The names of the institution's other departments that are not deleted."""
        return {
            case.record.name
            for case in self.at.batch.departments_of_institution.get(self.at.named("institution_id"))
            if case.id != self.at.case_id and case.state != "deleted"
        }

    @property
    def known_subjects(self) -> Set[str]:
        """Every code of the list of diagnosis subjects (诊疗科目名录)."""
        institution = self.at.batch.institutions.get(self.at.named("institution_id"))
        has_own = institution is not None and institution.record.kind is OrganisationKind.PREVENTION
        return SUBJECTS.keys() | PUBLIC_HEALTH.keys() if has_own else SUBJECTS.keys()

    @property
    def has_physicians(self) -> bool:
        """Whether an attached physician is in the department."""
        return self.at.batch.attached.get(self.at.named("institution_id"))[self.at.case_id] > 0

    @property
    def has_drafts(self) -> bool:
        """Whether a registration in 待报名 or 待报名(被机构驳回) names it; not one that is being reviewed."""
        return self.at.batch.drafted.get(self.at.case_id)

    @property
    def has_filings(self) -> bool:
        """Whether a filing names it that has been submitted and whose assessment has not ended."""
        return self.at.batch.filed.get(self.at.named("institution_id"))[self.at.case_id] > 0


@attrs.frozen
class AccountAround:
    """Around an account."""

    at: BatchCase

    @property
    def login_taken(self) -> bool:
        """Whether another account that is not disabled has the login name of the payload, or else of the record."""
        batch = self.at.batch
        return batch.taken("login_hash", self.at.named("login"), batch.owners_of_login, self.at.case_id)

    @property
    def _person(self) -> Case | None:
        return self.at.batch.affiliations.get(self.at.named("physician_id"))

    @property
    def person_state(self) -> str | None:
        """The state of the physician's affiliation; None for accounts of no physician."""
        return self._person.state if self._person else None

    @property
    def person_institution_id(self) -> str | None:
        """Where the physician is, or last was, attached; None for accounts of no physician."""
        return self._person.institution_id if self._person else None

    @property
    def person_number(self) -> str | None:
        """The physician's normalised identity number; None for accounts of no physician."""
        return str(self._person.record.id_number) if self._person else None

    @property
    def person_has_account(self) -> bool:
        """Whether the physician has another account, in use or not."""
        accounts = self.at.batch.accounts_of_physician.get(self.at.named("physician_id"))
        return any(account.id != self.at.case_id for account in accounts)

    @property
    def oversees(self) -> bool:
        """Whether the account's organisation is an administration or assesses others, or is not known."""
        organisation = self.at.batch.institutions.get(self.at.named("institution_id"))
        if organisation is None:
            return True
        return bool(organisation.record.kind.is_administration or organisation.record.is_agency)

    @property
    def departments_here(self) -> bool:
        """Whether every department that the payload names is an enabled one of the account's institution."""
        home = self.at.named("institution_id")
        named = getattr(self.at.payload, "department_ids", ())
        found = [self.at.batch.departments.get(id) for id in named]
        return all(one is not None and one.institution_id == home and one.state == "enabled" for one in found)

    @property
    def listed_here(self) -> bool:
        """Whether the operator whom the payload finds in the list is attached here, below, or where this assesses."""
        listed_as = getattr(self.at.payload, "listed_as", None)
        if listed_as is None:
            return True
        person = self.at.batch.affiliations.get(listed_as)
        here = self.at.batch.institutions.get(self.at.named("institution_id"))
        if person is None or person.state != "attached" or here is None:
            return False
        home = self.at.batch.institutions.get(person.institution_id)
        if home is None:
            return False
        return bool(home.record.path.startswith(here.record.path) or home.record.agency_id == here.id)

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""
        return self.at.batch.sender

    @property
    def sender_organisation(self) -> str | None:
        """The organisation that the sender acts for, None where there is none."""
        return self.at.batch.organisation_id

    @property
    def sender_account(self) -> Account | None:
        """The account that sends the event, None where it is not on record: the system's."""
        found = self.at.batch.accounts.get(self.at.batch.account_id)
        return found.record if found is not None else None

    @property
    def factor_holders(self) -> frozenset[FactorHolder]:
        """What the account is, in the words in which a province says who must have a second factor."""
        kind = AccountKind(self.at.named("kind"))
        return holders_of(kind, self.at.batch.institutions.get(self.at.named("institution_id")))


def holders_of(kind: AccountKind, organisation: Case | None) -> frozenset[FactorHolder]:
    """What an account of this kind and organisation is, where second factors are asked for."""
    if kind is AccountKind.PHYSICIAN:
        return frozenset({FactorHolder.PHYSICIAN})
    if kind is AccountKind.AUDITOR:
        return frozenset({FactorHolder.AUDITOR})
    if organisation is None:
        return frozenset()
    if organisation.record.kind.is_administration:
        return frozenset({FactorHolder.ADMINISTRATION})
    own = {FactorHolder.INSTITUTION}
    return frozenset(own | {FactorHolder.AGENCY} if organisation.record.is_agency else own)


def _institution(case: Case | None) -> InstitutionView | None:
    return InstitutionView(case.id, case.record.kind, case.record.path, case.state) if case else None


@attrs.frozen
class AffiliationAround:
    """Around a physician."""

    at: BatchCase

    @property
    def number_taken(self) -> bool:
        """Whether another physician who is not deleted has the number of the payload, or else of the record."""
        identity = getattr(self.at.payload, "identity", None)
        number = identity.number if identity is not None else self.at.record.id_number
        batch = self.at.batch
        return batch.taken("id_hash", number, batch.owners_of_number, self.at.case_id)

    @property
    def home(self) -> InstitutionView | None:
        """The institution that the record names."""
        record = self.at.record
        return _institution(self.at.batch.institutions.get(record.institution_id)) if record else None

    @property
    def target(self) -> InstitutionView | None:
        """The institution that the payload names."""
        named = getattr(self.at.payload, "institution_id", None)
        return _institution(self.at.batch.institutions.get(named))

    @property
    def department(self) -> DepartmentView | None:
        """The department that the payload names; where it names none, the record's."""
        named = getattr(self.at.payload, "department_id", None)
        if named is None:
            named = getattr(self.at.record, "department_id", None)
        case = self.at.batch.departments.get(named)
        return DepartmentView(case.institution_id, case.state) if case else None

    @property
    def assessments(self) -> Sequence[AssessmentView]:
        """The physician's cases in all cycles."""
        views = []
        for case in self.at.batch.assessments_of_physician.get(self.at.case_id):
            cycle = self.at.batch.cycles.get(case.record.cycle_id)
            archived = cycle is not None and cycle.state in ("archived", "discarded")
            views.append(
                AssessmentView(case.state, archived, case.record.ever_submitted, case.record.cycle_id)
            )
        return views

    @property
    def barred_until(self) -> Sequence[date]:
        """The ends of the bars of the physician's cancellations that stand."""
        return barred_until(self.at.batch, self.at.case_id)

    @property
    def practice_stopped(self) -> bool:
        """Whether the physician is suspended after 不合格, or has not been assessed again since."""
        return practice_stopped(self.at.batch, self.at.case_id)

    @property
    def account_used(self) -> bool:
        """Whether the physician's account was ever activated, though its password was reset since."""
        accounts = self.at.batch.accounts_of_physician.get(self.at.case_id)
        return any(account.record.used for account in accounts)

    @property
    def kept_state(self) -> str | None:
        """The state of the other physician that the payload names, None where there is none, or it is this one."""
        kept = self.at.batch.affiliations.get(getattr(self.at.payload, "into_id", None))
        return kept.state if kept is not None and kept.id != self.at.case_id else None

    @property
    def kept_cycles(self) -> frozenset[str]:
        """The cycles in which that other physician has a case that is not withdrawn."""
        cases = self.at.batch.assessments_of_physician.get(getattr(self.at.payload, "into_id", None))
        return frozenset(case.record.cycle_id for case in cases if case.state != "withdrawn")

    @property
    def file_kind(self) -> AttachmentKind | None:
        """What kind of file the payload names, None where there is no such file."""
        found = self.at.batch.attachments.get(getattr(self.at.payload, "file", None))
        return AttachmentKind(found.kind) if found is not None else None

    @property
    def sender_organisation(self) -> str | None:
        """The organisation that the sender acts for, None where there is none."""
        return self.at.batch.organisation_id

    def is_sender_above(self, organisation_id: str) -> bool:
        """Whether the sender acts for an organisation above this one: a path is made of the ids above."""
        sender, below = self.at.batch.organisation_id, self.at.batch.institutions.get(organisation_id)
        return sender is not None and below is not None and sender in below.record.path.split("/")[:-2]
