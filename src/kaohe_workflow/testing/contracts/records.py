"""Small records with the attributes that columns are taken from, and steps that make and change cases of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs

from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Case, Due, Enclosure, HistoryRow, Written
from kaohe_workflow.testing.contracts import records_of_results
from kaohe_workflow.testing.contracts.records_of_results import (
    Announcement,
    EnrolmentList,
    FollowUp,
    ResultReport,
    ResultReview,
    SpotCheck,
)
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import (
    AccountKind,
    Category,
    CheatingManner,
    Level,
    OrganisationKind,
    PaperKind,
    Procedure,
    ReturnCode,
    Stage,
)

NOW = records_of_results.NOW


@attrs.frozen
class Cycle:
    """An assessment cycle."""

    institution_id: str = "i1"
    name: str = "2022-2023"
    first_day: date = date(2022, 1, 1)
    last_day: date = date(2023, 12, 31)


@attrs.frozen
class Institution:
    """An organisation of the tree."""

    institution_id: str = "i1"
    name: str = "市第一人民医院"
    kind: OrganisationKind = OrganisationKind.MEDICAL
    superior_id: str | None = None
    path: str = "/i1/"
    agency_id: str | None = None
    is_agency: bool = False
    assesses_itself: bool = False
    credit_code: str | None = None
    contact_phone: str | None = "0771-2345678"


@attrs.frozen
class AgencyApplication:
    """An institution's application for a cycle."""

    institution_id: str = "i1"
    cycle_id: str = "c1"
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    correction_reported: bool = False


@attrs.frozen
class Department:
    """A department of an institution."""

    institution_id: str = "i1"
    name: str = "内科"
    linked: str | None = None


@attrs.frozen
class Account:
    """An account of a physician or an organisation."""

    institution_id: str = "i1"
    kind: AccountKind = AccountKind.PHYSICIAN
    login: str = "login"
    physician_id: str | None = None
    listed_as: str | None = None
    label: str = ""
    factor_secret: str | None = None
    factor_proposed: str | None = None
    used: bool = False
    first_used_at: datetime | None = None
    first_used_from: str = ""
    reset_reason: str | None = None
    initials: str = ""


@attrs.frozen
class Affiliation:
    """A physician at an institution."""

    institution_id: str = "i1"
    name: str = "张三"
    id_number: str = "11010519491231002X"
    id_original: str = "11010519491231002x"
    phone: str | None = None
    qualification_number: str | None = "199945110110105194912310"
    department_id: str | None = None
    level: Level | None = Level.LICENSED
    category: Category | None = Category.CLINICAL
    birth_date: date | None = None
    licensed_on: date | None = None
    first_registered_on: date | None = None
    penalised_on: date | None = None
    penalty_kind: str | None = None
    penalty_unrecorded: bool = False
    merged_into: str | None = None
    initials: str = " CS ZS"
    reported_penalties: tuple[str, ...] = ()
    recorded_penalties: tuple[str, ...] = ("警告",)


@attrs.frozen
class Amendment:
    """An application to correct a locked field."""

    institution_id: str = "i1"
    physician_id: str = "p1"
    field: LockedField = LockedField.NAME
    value: str = "张三丰"
    original: str | None = None
    former: str = "张三"
    by_institution: bool = False
    requested_at: datetime = NOW
    reviewed_by: str | None = None
    rechecked_by: str | None = None


@attrs.frozen
class Assessment:
    """A physician in a cycle; ``note`` and ``marks`` stand for what a record holds beside its columns."""

    institution_id: str = "i1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    department_id: str | None = None
    drafted_department_id: str | None = None
    level: Level | None = None
    category: Category | None = None
    procedure: Procedure = Procedure.GENERAL
    stage: Stage | None = None
    ever_submitted: bool = False
    filing_step: str | None = None
    ground_lost: bool = False
    finding: str | None = None
    return_code: ReturnCode | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    overdue: bool = False
    returned_once: bool = False
    reviewed_late: bool = False
    early_on: date | None = None
    makeup_door: str | None = None
    trained_days: int = 0
    result_version: int = 0
    decided_on: date | None = None
    assessed_by: str | None = None
    reviewed_by: str | None = None
    rechecked_by: str | None = None
    self_rechecked: bool | None = None
    note: str = ""
    marks: tuple[Decimal, ...] = ()
    at: datetime | None = None
    findings: tuple[str, ...] = ("收受红包",)


@attrs.frozen
class Exemption:
    """A waived paper."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    kind: PaperKind = PaperKind.PUBLIC
    return_code: ReturnCode | None = None
    reviewed_by: str | None = None
    rechecked_by: str | None = None
    self_rechecked: bool | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None


@attrs.frozen
class Deferral:
    """An application to sit later."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    ground: str = "illness"
    return_code: ReturnCode | None = None
    reviewed_by: str | None = None
    rechecked_by: str | None = None


@attrs.frozen
class Evaluation:
    """A paper sat in a stage."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    kind: PaperKind = PaperKind.PUBLIC
    stage: Stage = Stage.FIRST
    round: int = 1
    level: Level = Level.LICENSED
    score: Decimal | None = None
    usable_photos: int = 0
    similarity_minimum: Decimal | None = None
    similarity_mean: Decimal | None = None
    low_similarity: bool = False
    photos_sparse: bool = False
    photos_kept: bool = False
    force_majeure_standing: str | None = None
    statement: str | None = "述职"
    force_majeure: str | None = None
    own_first_day: date | None = None
    own_last_day: date | None = None


@attrs.frozen
class Cheating:
    """A mark beside a paper."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    evaluation_id: str = "e1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    kind: PaperKind = PaperKind.PUBLIC
    stage: Stage = Stage.FIRST
    manner: CheatingManner = CheatingManner.OTHER
    statement: str | None = "当日因病"
    told: bool = False
    substitute_id: str | None = None
    finding_id: str | None = None


@attrs.frozen
class Recusal:
    """A member of the committee who has nothing to do with a file."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    agency_id: str = "i2"
    member: str = "李委员"


@attrs.frozen
class Certificate:
    """A certificate of a result."""

    institution_id: str = "i1"
    assessment_id: str = "a1"
    cycle_id: str = "c1"
    physician_id: str = "p1"
    number: str | None = None
    result_version: int = 1
    edition: int = 1
    code: str = "CODE"


RECORDS: Mapping[str, type] = {
    "cycle": Cycle,
    "institution": Institution,
    "agency_application": AgencyApplication,
    "department": Department,
    "account": Account,
    "affiliation": Affiliation,
    "amendment": Amendment,
    "assessment": Assessment,
    "exemption": Exemption,
    "deferral": Deferral,
    "evaluation": Evaluation,
    "cheating": Cheating,
    "recusal": Recusal,
    "certificate": Certificate,
    "result_review": ResultReview,
    "result_report": ResultReport,
    "enrolment_list": EnrolmentList,
    "spot_check": SpotCheck,
    "follow_up": FollowUp,
    "announcement": Announcement,
}
"""Lifecycle → the class of its records in these tests."""


def _step(before: Case | None, after: Case, event: str, due_in: timedelta | None, content: str) -> Written:
    history = HistoryRow(
        institution_id=after.institution_id,
        case_id=after.id,
        seq=after.version,
        lifecycle=after.lifecycle,
        event=event,
        at=NOW,
        body='{"event":"' + event + '"}',
        prev=before.head if before else "0" * 64,
        hash=after.head,
    )
    enclosure = Enclosure(after.institution_id, after.id, after.version, "5a17", content) if content else None
    due = Due(after.lifecycle, after.id, "lapse", NOW + due_in) if due_in is not None else None
    return Written(before, after, history, enclosure, due)


def _head(lifecycle: str, case_id: str, version: int) -> str:
    return f"{lifecycle}{case_id}{version}".encode().hex().rjust(64, "f")[-64:]


def made(
    lifecycle: str,
    case_id: str,
    *,
    state: str = "open",
    hands: Sequence[str] = (),
    due_in: timedelta | None = None,
    content: str = "",
    **data: Any,
) -> Written:
    """The step that makes a case, with a record of these data."""
    record = RECORDS[lifecycle](**data)
    head, homes = _head(lifecycle, case_id, 1), (record.institution_id,)
    after = Case(lifecycle, case_id, state, 1, 1, record, head, tuple(hands), homes)
    return _step(None, after, "made", due_in, content)


def changed(
    before: Case, *, state: str | None = None, due_in: timedelta | None = None, content: str = "", **data: Any
) -> Written:
    """The step that changes a case: its state, and these data of its record."""
    record = attrs.evolve(before.record, **data)
    after = attrs.evolve(
        before,
        state=state or before.state,
        version=before.version + 1,
        record=record,
        head=_head(before.lifecycle, before.id, before.version + 1),
        homes=tuple(dict.fromkeys((*before.homes, record.institution_id))),
    )
    return _step(before, after, "changed", due_in, content)


def stored(store: Store, *steps: Written) -> list[Case]:
    """Store steps in a unit of work of their own; the cases after them."""
    with store.begin() as unit:
        unit.write(steps)
        unit.commit()
    return [step.after for step in steps]


def case_of(store: Store, lifecycle: str, case_id: str) -> Case | None:
    """A case as everybody sees it."""
    with store.begin(write=False) as unit:
        return unit.read(lifecycle, [case_id]).get(case_id)
