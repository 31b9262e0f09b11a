"""
The loaders that the views of one batch share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from kaohe_workflow.application.around.loading import Loader, cases_by, cases_of, held_cases_of
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.drafts import drafts_naming
from kaohe_workflow.application.entrusting import acts_in, names_agency, states_in
from kaohe_workflow.application.phases import FILED, RUNNING, STOPPED_FOLLOW_UP
from kaohe_workflow.application.ports import Secrets, UnitOfWork
from kaohe_workflow.application.same_person import kept_records_of, records_of
from kaohe_workflow.application.stored import Attachment, Case
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.lifecycles.shape import Decider, Moment
from kaohe_workflow.lifecycles.spot_check.case import Subject
from kaohe_workflow.values.terms import OrganisationKind


@attrs.define(slots=False)
class Batch:
    """
    One batch of cases in one unit of work: every loader is made, and every query run, at most once.

    ``holds_institutions`` is for decisions that rely on what an organisation is (see `looking.PLACED`); it is said
    before the first one is read. ``operator_id`` is the natural person who sends the events, where there is one,
    ``account_id`` the account, None where nothing is sent; ``organisation_kind`` is what the sender acts for,
    ``organisation_id`` which.
    """

    unit: UnitOfWork
    moment: Moment
    secrets: Secrets
    holds_institutions: bool = False
    operator_id: str | None = None
    account_id: str | None = None
    organisation_kind: OrganisationKind | None = None
    organisation_id: str | None = None

    @property
    def sender(self) -> Decider | None:
        """Who sends the events, None where nobody is known to."""
        return Decider(self.account_id, self.operator_id) if self.account_id is not None else None

    @cached_property
    def institutions(self) -> Loader[Case | None]:
        """Organisations by id; where that is asked for, they stay as they are until the decision is stored."""
        return (held_cases_of if self.holds_institutions else cases_of)(self.unit, "institution")

    @cached_property
    def cycles(self) -> Loader[Case | None]:
        """Cycles by id; they stay as they are until the decision is stored."""
        return held_cases_of(self.unit, "cycle")

    @cached_property
    def seen_cycles(self) -> Loader[Case | None]:
        """Cycles by id, not held: for who may act, which is asked before anything is decided."""
        return cases_of(self.unit, "cycle")

    @cached_property
    def accounts(self) -> Loader[Case | None]:
        """Accounts by id."""
        return cases_of(self.unit, "account")

    @cached_property
    def departments(self) -> Loader[Case | None]:
        """Departments by id; nobody deletes one until the decision that names it is stored."""
        return held_cases_of(self.unit, "department")

    @cached_property
    def subjects(self) -> Loader[tuple[str, ...]]:
        """Diagnosis subjects by department; not held, for whoever changes them later changes no paper."""

        def load(ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
            return {id: case.record.subjects for id, case in self.unit.read("department", ids).items()}

        return Loader(load, ())

    @cached_property
    def affiliations(self) -> Loader[Case | None]:
        """Physicians by id."""
        return cases_of(self.unit, "affiliation")

    @cached_property
    def attachments(self) -> Loader[Attachment | None]:
        """Stored files by id."""
        return Loader(self.unit.attachments, None)

    @cached_property
    def assessments(self) -> Loader[Case | None]:
        """Assessments by id; whose and of which cycle they are may be asked next."""

        def load(ids: Sequence[str]) -> Mapping[str, Case | None]:
            found = self.unit.read("assessment", ids)
            for case in found.values():
                self.affiliations.want(case.record.physician_id)
                self.cycles.want(case.record.cycle_id)
                self.subjects.want(case.record.filing.department_id if case.record.filing else None)
            return found

        return Loader(load, None)

    @cached_property
    def papers(self) -> Loader[tuple[Case, ...]]:
        """Papers by assessment."""
        return cases_by(self.unit, "evaluation", "assessment_id")

    @cached_property
    def deferrals(self) -> Loader[tuple[Case, ...]]:
        """Applications for deferral by assessment."""
        return cases_by(self.unit, "deferral", "assessment_id")

    @cached_property
    def exemptions(self) -> Loader[tuple[Case, ...]]:
        """Applications for exemption by assessment."""
        return cases_by(self.unit, "exemption", "assessment_id")

    @cached_property
    def amendments_of_physician(self) -> Loader[tuple[Case, ...]]:
        """医师信息修改申请 by physician."""
        return cases_by(self.unit, "amendment", "physician_id")

    @cached_property
    def marks(self) -> Loader[tuple[Case, ...]]:
        """Marks (疑似作弊) by assessment."""
        return cases_by(self.unit, "cheating", "assessment_id")

    @cached_property
    def findings(self) -> Loader[Case | None]:
        """Marks by id, for those that were made for who was named in them."""
        return cases_of(self.unit, "cheating")

    @cached_property
    def reviews(self) -> Loader[tuple[Case, ...]]:
        """Applications for review by assessment."""
        return cases_by(self.unit, "result_review", "assessment_id")

    @cached_property
    def recusals(self) -> Loader[tuple[Case, ...]]:
        """Recusals (回避) by assessment."""
        return cases_by(self.unit, "recusal", "assessment_id")

    @cached_property
    def sampled(self) -> Loader[frozenset[str]]:
        """The assessments whose opinions are in a check that has not ended (抽查核实), by institution."""

        def load(ids: Sequence[str]) -> Mapping[str, frozenset[str]]:
            where = [
                Where("institution_id", "in", tuple(ids)),
                Where("state", "eq", "drawn"),
                Where("subject", "eq", Subject.OPINIONS),
            ]
            drawn: defaultdict[str, set[str]] = defaultdict(set)
            for check in self.unit.find("spot_check", where):
                drawn[check.institution_id].update(item.assessment_id for item in check.record.items)
            return {key: frozenset(found) for key, found in drawn.items()}

        return Loader(load, frozenset())

    @cached_property
    def assessments_of_physician(self) -> Loader[tuple[Case, ...]]:
        """Assessments by physician."""
        return cases_by(self.unit, "assessment", "physician_id")

    @cached_property
    def follow_ups_of_physician(self) -> Loader[tuple[Case, ...]]:
        """By physician: what stops practice or has ended the registration, that of merged records included."""

        def load(ids: Sequence[str]) -> Mapping[str, tuple[Case, ...]]:
            kept = records_of(self.unit, ids)
            where = [
                Where("physician_id", "in", tuple(kept)),
                Where("state", "in", (*STOPPED_FOLLOW_UP, "cancelled")),
            ]
            found: defaultdict[str, list[Case]] = defaultdict(list)
            for case in self.unit.find("follow_up", where):
                found[kept[case.record.physician_id]].append(case)
            return {key: tuple(cases) for key, cases in found.items()}

        return Loader(load, ())

    @cached_property
    def persons(self) -> Loader[str | None]:
        """The record that is kept in the end, by any record of a person; that one is asked about next."""

        def load(ids: Sequence[str]) -> Mapping[str, str]:
            kept = kept_records_of(self.unit, ids)
            for person in kept.values():
                self.affiliations.want(person)
                self.follow_ups_of_physician.want(person)
            return kept

        return Loader(load, None)

    @cached_property
    def accounts_of_organisation(self) -> Loader[tuple[Case, ...]]:
        """Accounts by the organisation that they belong to."""
        return cases_by(self.unit, "account", "institution_id")

    @cached_property
    def accounts_of_physician(self) -> Loader[tuple[Case, ...]]:
        """Accounts by physician."""
        return cases_by(self.unit, "account", "physician_id")

    @cached_property
    def departments_of_institution(self) -> Loader[tuple[Case, ...]]:
        """Departments by institution."""
        return cases_by(self.unit, "department", "institution_id")

    @cached_property
    def drafted(self) -> Loader[bool]:
        """By department: whether a registration that is being written names it; asked again only where one does."""

        def load(ids: Sequence[str]) -> Mapping[str, bool]:
            found, left = dict[str, bool](), dict(self.unit.read("department", ids))
            while left and (named := self.unit.find("assessment", drafts_naming(left.values()), limit=1)):
                department_id = named[0].record.drafted_department_id
                left.pop(department_id)
                found[department_id] = True
            return found

        return Loader(load, False)

    @cached_property
    def attached(self) -> Loader[Counter[str | None]]:
        """By institution: how many physicians are attached in each department; those without one under None."""
        return self._counted("physician", Where("state", "eq", "attached"))

    @cached_property
    def filed(self) -> Loader[Counter[str | None]]:
        """By institution: how many assessments that were filed and have not ended name each department."""
        return self._counted("assessment", Where("state", "in", FILED))

    def _counted(self, view: str, where: Where) -> Loader[Counter[str | None]]:
        by = ("institution_id", "department_id")

        def load(ids: Sequence[str]) -> Mapping[str, Counter[str | None]]:
            found: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
            asked = [Where("institution_id", "in", tuple(ids)), where]
            for (institution, department), number in self.unit.count(
                view, Scope.everything(), asked, by=by
            ).items():
                found[str(institution)][department] = number
            return found

        return Loader(load, Counter())

    @cached_property
    def subordinates(self) -> Loader[tuple[Case, ...]]:
        """Organisations by their direct superior."""
        return cases_by(self.unit, "institution", "superior_id")

    @cached_property
    def served(self) -> Loader[tuple[Case, ...]]:
        """Organisations by the agency they name."""
        return cases_by(self.unit, "institution", "agency_id")

    @cached_property
    def applications(self) -> Loader[tuple[Case, ...]]:
        """Applications to be an assessment institution, by institution; of all cycles."""
        return cases_by(self.unit, "agency_application", "institution_id")

    def note_agency(self, institution_id: str | None) -> None:
        """Note that an institution's agency may be asked for, once all institutions that may be are noted."""
        institution = self.institutions.get(institution_id)
        if institution is not None and names_agency(institution.record):
            self.applications.want(institution.record.agency_id)

    def agency_in(self, institution_id: str | None, cycle_id: str | None) -> str | None:
        """
        Who is assigned to an institution and may act in a cycle; None where the direct superior acts.

        Without a cycle, whoever is assigned is meant.
        """
        institution = self.institutions.get(institution_id)
        if institution is None:
            return None
        record = institution.record
        if cycle_id is not None and names_agency(record) and not self.acts_in(record.agency_id, cycle_id):
            return None
        agency_id: str | None = record.agency_id
        return agency_id

    def acts_in(self, agency_id: str, cycle_id: str) -> bool:
        """Whether an institution, where it is assigned as the agency, may act in a cycle."""
        states = states_in(self.applications.get(agency_id), cycle_id)
        return acts_in(cycle_id, states, self._is_running)

    def _is_running(self, cycle_id: str) -> bool:
        found = self.seen_cycles.get(cycle_id)
        return found is not None and found.state in RUNNING

    @cached_property
    def reports(self) -> Loader[tuple[Case, ...]]:
        """Reports of results, by the institution that reports; of all cycles."""
        return cases_by(self.unit, "result_report", "institution_id")

    @cached_property
    def enrolment_lists(self) -> Loader[tuple[Case, ...]]:
        """Lists of who takes part (考核名单), by institution; of all cycles."""
        return cases_by(self.unit, "enrolment_list", "institution_id")

    @cached_property
    def published_cycles(self) -> tuple[Case, ...]:
        """All cycles that were published and are not discarded."""
        return tuple(self.unit.find("cycle", [Where("state", "in", (*RUNNING, "archived"))]))

    @cached_property
    def owners_of_number(self) -> Loader[tuple[Case, ...]]:
        """Physicians by the keyed hash of their number, deleted ones aside."""
        return self._by_hash("affiliation", "id_hash", "id_number")

    @cached_property
    def owners_of_login(self) -> Loader[tuple[Case, ...]]:
        """Accounts by the keyed hash of their login name, disabled ones aside."""
        return self._by_hash("account", "login_hash", "login")

    @cached_property
    def owners_of_credit_code(self) -> Loader[tuple[Case, ...]]:
        """Organisations by their credit code, closed ones aside."""
        return cases_by(self.unit, "institution", "credit_code")

    def _by_hash(self, lifecycle: str, column: str, attribute: str) -> Loader[tuple[Case, ...]]:
        def load(hashes: Sequence[str]) -> Mapping[str, tuple[Case, ...]]:
            found = self.unit.find(lifecycle, [Where(column, "in", tuple(hashes))])
            return {self.secrets.blind(column, getattr(case.record, attribute)): (case,) for case in found}

        return Loader(load, ())

    def taken(self, column: str, text: str, owners: Loader[tuple[Case, ...]], case_id: str) -> bool:
        """Whether another case has this value."""
        return any(owner.id != case_id for owner in owners.get(self.secrets.blind(column, text)))

    def any(self, lifecycle: str, *where: Where) -> bool:
        """Whether there is a case that meets the conditions."""
        return bool(self.unit.find(lifecycle, where, limit=1))


@attrs.frozen
class BatchCase:
    """One case of a batch: its id, record (None before it is made) and payload."""

    batch: Batch
    case_id: str
    state: str
    record: Any
    payload: Any

    def named(self, attribute: str) -> Any:
        """The attribute of the payload; where it has none or names none, the record's."""
        given = getattr(self.payload, attribute, None)
        return given if given is not None else getattr(self.record, attribute, None)

    @property
    def moment(self) -> Moment:
        """When it is decided, under the values of the cycle that the case is of or belongs to; else under today's."""
        moment = self.batch.moment
        return moment if moment.on is None else moment.of(self._first_day)

    @property
    def _first_day(self) -> date | None:
        if isinstance(self.record, Cycle) or isinstance(self.payload, CreateCycle):
            day: date = self.named("first_day")
            return day
        cycle_id = self.named("cycle_id")
        cycle = self.batch.cycles.get(cycle_id) if cycle_id is not None else self.cycle
        return cycle.record.first_day if cycle is not None else None

    @property
    def assessment(self) -> Case | None:
        """The assessment that the case belongs to: the record's, or the one that the payload names; None without."""
        known = getattr(self.record, "assessment_id", None)
        return self.batch.assessments.get(known or getattr(self.payload, "assessment_id", None))

    @property
    def cycle(self) -> Case | None:
        """The cycle of that assessment, None where there is none."""
        assessment = self.assessment
        return self.batch.cycles.get(assessment.record.cycle_id) if assessment is not None else None
