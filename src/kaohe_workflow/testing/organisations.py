"""
Cycles, organisations, departments, accounts and physicians for tests: sample records, and fakes of what
lies around.

Every fake lets everything pass; a test changes the one thing that it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from datetime import UTC, date, datetime

import attrs

from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.affiliation.case import Affiliation
from kaohe_workflow.lifecycles.affiliation.facts import AssessmentView, DepartmentView, InstitutionView
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.cycle.facts import CycleView
from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.lifecycles.institution.facts import OrganisationView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import FIRST_DAY, LAST_DAY, WINDOWS
from kaohe_workflow.values.parameter_kinds import FactorHolder
from kaohe_workflow.values.resident_id import Sex
from kaohe_workflow.values.terms import AccountKind, AttachmentKind, IdType, OrganisationKind

NOW = datetime(2023, 12, 1, 2, 0, tzinfo=UTC)
"""An instant within registration and review of the manual's cycle."""

CYCLE = Cycle("province", "2020–2022年度", FIRST_DAY, LAST_DAY, WINDOWS)
HOSPITAL = Institution(
    institution_id="hospital",
    name="市第一人民医院",
    kind=OrganisationKind.MEDICAL,
    superior_id="county",
    path="/province/city/county/hospital/",
)
COUNTY = Institution(
    institution_id="county",
    name="县卫生健康局",
    kind=OrganisationKind.COUNTY,
    superior_id="city",
    path="/province/city/county/",
)
MEDICINE = Department("hospital", "内科", ("03",))
OFFICE = Account("hospital", AccountKind.ORGANISATION, "HOSPITAL01", label="医务科", shared=True)
DOCTORS = Account("hospital", AccountKind.PHYSICIAN, "450103198001011233", physician_id="doctor")
DOCTOR = Affiliation(
    institution_id="hospital",
    name="韦晓梅",
    id_type=IdType.RESIDENT_ID,
    id_number="450103198001011233",
    id_original="450103800101123",
    birth_date=date(1980, 1, 1),
    sex=Sex.MALE,
)


@attrs.frozen(kw_only=True)
class CycleAround:
    """Around the only cycle, in which nobody has filed and nobody waits."""

    other_cycles: Sequence[CycleView] = ()
    open_assessments: int = 0
    undecided_marks: int = 0
    pending_reviews: int = 0
    pending_findings: int = 0
    objections_possible: bool = False
    objections_end_on: date | None = None
    any_filing: bool = False
    caller: str | None = "somebody"


CITY_VIEW = OrganisationView("city", OrganisationKind.CITY, "/province/city/", "active", False)
COUNTY_VIEW = OrganisationView("county", OrganisationKind.COUNTY, "/province/city/county/", "active", False)
AGENCY_VIEW = OrganisationView("agency", OrganisationKind.MEDICAL, "/province/city/agency/", "active", True)


@attrs.frozen(kw_only=True)
class InstitutionAround:
    """Around a hospital of a county, without physicians, while a cycle is running."""

    any_organisation: bool = True
    superior: OrganisationView | None = COUNTY_VIEW
    agency: OrganisationView | None = AGENCY_VIEW
    credit_code_taken: bool = False
    cycle_state: str | None = "running"
    has_subordinates: bool = False
    any_subordinates: bool = False
    subordinate_kinds: Set[OrganisationKind] = frozenset()
    subjects: Set[str] = frozenset({"03"})
    is_applying: bool = False
    has_physicians: bool = False
    serves_others: bool = False


@attrs.frozen(kw_only=True)
class DepartmentAround:
    """Around an empty department."""

    institution_state: str | None = "active"
    other_names: Set[str] = frozenset({"外科"})
    known_subjects: Set[str] = frozenset({"03", "03.04", "04"})
    has_physicians: bool = False
    has_drafts: bool = False
    has_filings: bool = False


@attrs.frozen(kw_only=True)
class AccountAround:
    """Around the account of a physician who is attached to the hospital."""

    login_taken: bool = False
    person_state: str | None = "attached"
    person_institution_id: str | None = "hospital"
    person_number: str | None = "450103198001011233"
    person_has_account: bool = False
    oversees: bool = False
    departments_here: bool = True
    listed_here: bool = True
    factor_holders: frozenset[FactorHolder] = frozenset({FactorHolder.PHYSICIAN})
    sender: Decider | None = None
    sender_organisation: str | None = "hospital"
    sender_account: Account | None = None


HOSPITAL_VIEW = InstitutionView(
    "hospital", OrganisationKind.MEDICAL, "/province/city/county/hospital/", "active"
)
CLINIC_WARD = DepartmentView("clinic", "enabled")
CLINIC_VIEW = InstitutionView("clinic", OrganisationKind.MEDICAL, "/province/city/clinic/", "active")


@attrs.frozen(kw_only=True)
class AffiliationAround:
    """
    Around a physician of the hospital without a case in any cycle; the payload, if any, names the clinic.
    """

    number_taken: bool = False
    home: InstitutionView | None = HOSPITAL_VIEW
    target: InstitutionView | None = CLINIC_VIEW
    department: DepartmentView | None = CLINIC_WARD
    assessments: Sequence[AssessmentView] = ()
    barred_until: Sequence[date] = ()
    practice_stopped: bool = False
    account_used: bool = False
    kept_state: str | None = None
    kept_cycles: Collection[str] = ()
    file_kind: AttachmentKind | None = AttachmentKind.JPEG
    sender_organisation: str | None = "hospital"
    below_sender: Collection[str] = ()

    def is_sender_above(self, organisation_id: str) -> bool:
        """Whether the organisation is said to be below the sender's."""
        return organisation_id in self.below_sender


@attrs.frozen(kw_only=True)
class AnnouncementAround:
    """Around an announcement of an administration that is open."""

    publisher_state: str | None = "active"
