"""
The surroundings of a batch: where each case stands (for who may), and what its guards look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import attrs

from kaohe_workflow.application.access import Standing
from kaohe_workflow.application.around.afterwards import FollowUpAround, ResultReviewAround
from kaohe_workflow.application.around.agencies import AgencyApplicationAround
from kaohe_workflow.application.around.amending import AmendmentAround
from kaohe_workflow.application.around.announcing import AnnouncementAround
from kaohe_workflow.application.around.batch import Batch, BatchCase
from kaohe_workflow.application.around.checking import SpotCheckAround
from kaohe_workflow.application.around.cycles import CycleAround
from kaohe_workflow.application.around.deferrals import DeferralAround
from kaohe_workflow.application.around.listing import EnrolmentListAround
from kaohe_workflow.application.around.organisations import (
    AccountAround,
    AffiliationAround,
    DepartmentAround,
    InstitutionAround,
)
from kaohe_workflow.application.around.personal import (
    AssessmentAround,
    CertificateAround,
    CheatingAround,
    ExemptionAround,
)
from kaohe_workflow.application.around.placing import departments_of
from kaohe_workflow.application.around.publication import ANNOUNCED, is_published
from kaohe_workflow.application.around.recusing import RecusalAround
from kaohe_workflow.application.around.reporting import ResultReportAround
from kaohe_workflow.application.around.sitting import EvaluationAround
from kaohe_workflow.application.ports import Secrets, UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.lifecycles.spot_check.case import Subject

Asked = tuple[str, Case | None, Any]
"""Case id, the case (None before it is made), the payload."""

VIEWS: Mapping[str, Callable[[BatchCase], Any]] = {
    "cycle": CycleAround,
    "institution": InstitutionAround,
    "agency_application": AgencyApplicationAround,
    "department": DepartmentAround,
    "account": AccountAround,
    "affiliation": AffiliationAround,
    "amendment": AmendmentAround,
    "assessment": AssessmentAround,
    "evaluation": EvaluationAround,
    "exemption": ExemptionAround,
    "deferral": DeferralAround,
    "cheating": CheatingAround,
    "recusal": RecusalAround,
    "certificate": CertificateAround,
    "result_review": ResultReviewAround,
    "result_report": ResultReportAround,
    "spot_check": SpotCheckAround,
    "follow_up": FollowUpAround,
    "announcement": AnnouncementAround,
    "enrolment_list": EnrolmentListAround,
}


SHARED: Mapping[str, Literal["own", "below", "everybody"]] = {
    "cycle": "everybody",
    "institution": "own",
    "department": "own",
    "announcement": "below",
}
"""
What more people may read than their scope tells, cycles and announcements once they are published; see
`Standing.shared`.
"""

NOT_ASSESSED = frozenset({"account", "agency_application", "amendment", "announcement", "result_report"})
"""
What is no business of the agency that an institution is assigned: often another hospital, it reviews the files of its
physicians, and has nothing to do with how they log in, how their records are corrected, or with what the institution
itself applies for, or reports where it assesses others. An announcement is an administration's own. Neither is it a
check of the results of an agency: these are of other people than those whom somebody assesses there.
"""


@attrs.define
class Surroundings:
    """What lies around the cases of one batch; everything is fetched once for all of them, when first asked for."""

    unit: UnitOfWork
    moment: Moment
    secrets: Secrets
    batch: Batch = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.batch = Batch(self.unit, self.moment, self.secrets)

    def views(self, lifecycle: str, asked: Sequence[Asked]) -> list[Any]:
        """The view that a lifecycle's facts and actions have of each case's surroundings."""
        view = VIEWS[lifecycle]
        places = [
            BatchCase(
                self.batch, case_id, case.state if case else "none", case.record if case else None, payload
            )
            for case_id, case, payload in asked
        ]
        for at in places:
            self._note(at)
        return [view(at) for at in places]

    def _note(self, at: BatchCase) -> None:
        """Tell the loaders which keys this case may ask for, so that the first question fetches for all."""
        batch = self.batch
        batch.cycles.want(at.named("cycle_id"))
        batch.affiliations.want(at.named("physician_id"))
        batch.affiliations.want(getattr(at.payload, "into_id", None))
        batch.affiliations.want(getattr(at.payload, "listed_as", None))
        batch.institutions.want(at.named("institution_id"))
        batch.departments.want(at.named("department_id"))
        for department_id in getattr(at.payload, "department_ids", ()):
            batch.departments.want(department_id)
        batch.drafted.want(at.case_id)
        filing = getattr(at.payload, "filing", None) or getattr(at.record, "editable", None)
        batch.departments.want(getattr(filing, "department_id", None))
        self._note_belongings(at.case_id, at.named("assessment_id"))
        home = at.named("institution_id")
        for inside in (
            batch.attached,
            batch.filed,
            batch.departments_of_institution,
            batch.applications,
            batch.reports,
            batch.sampled,
            batch.enrolment_lists,
        ):
            inside.want(home)
        for name in getattr(at.record, "added", ()):
            batch.recusals.want(name)
        for under in (batch.subordinates, batch.served):
            under.want(at.case_id)
        for key in (at.case_id, at.named("agency_id")):
            batch.applications.want(key)
        batch.assessments_of_physician.want(at.case_id)
        batch.assessments_of_physician.want(getattr(at.payload, "into_id", None))
        batch.accounts_of_physician.want(at.case_id)
        batch.accounts_of_physician.want(at.named("physician_id"))
        batch.amendments_of_physician.want(at.named("physician_id"))
        batch.persons.want(at.named("physician_id"))
        batch.follow_ups_of_physician.want(at.named("physician_id") or at.case_id)
        self._note_owned(at)

    def _note_owned(self, at: BatchCase) -> None:
        """The number, the name or the code that this case is to have, which may be somebody else's."""
        batch = self.batch
        # What comes back asks whether its number, name or code is still free; what is there does not.
        source = at.record if at.state in ("deleted", "disabled", "closed") else at.payload
        identity = getattr(source, "identity", None)
        number = identity.number if identity is not None else getattr(source, "id_number", None)
        if number is not None:
            batch.owners_of_number.want(self.secrets.blind("id_hash", number))
        login = getattr(source, "login", None)
        if login is not None:
            batch.owners_of_login.want(self.secrets.blind("login_hash", login))
        batch.owners_of_credit_code.want(getattr(source, "credit_code", None))

    def _note_belongings(self, case_id: str, parent: str | None) -> None:
        """Of an assessment or of what belongs to one: everything else that does."""
        batch = self.batch
        batch.assessments.want(parent)
        for key in (case_id, parent):
            for belonging in (
                batch.papers,
                batch.exemptions,
                batch.deferrals,
                batch.marks,
                batch.recusals,
                batch.reviews,
            ):
                belonging.want(key)

    def standings(
        self, lifecycle: str, asked: Sequence[Asked], *, departments: bool = False
    ) -> list[Standing]:
        """
        Where each case stands, for who its caller is towards it; what is yet to be made stands at its parent.

        ``departments`` asks of each in which department the physician is, for a caller who is limited to some.
        """
        for _, case, payload in asked:
            if case is None:
                self.batch.assessments.want(getattr(payload, "assessment_id", None))
                self.batch.affiliations.want(getattr(payload, "physician_id", None))
        places = [self._place(lifecycle, *one) for one in asked]
        for institution_id, _ in places:
            self.batch.institutions.want(institution_id)
        for institution_id, _ in places:
            self.batch.note_agency(institution_id)
        found = [
            self._standing(lifecycle, one, institution_id, physician_id)
            for one, (institution_id, physician_id) in zip(asked, places, strict=True)
        ]
        if not departments:
            return found
        where = departments_of(self.batch, lifecycle, asked, found)
        return [attrs.evolve(one, department_id=id) for one, id in zip(found, where, strict=True)]

    def _shared(self, lifecycle: str, case: Case | None) -> Literal["no", "own", "below", "everybody"]:
        if lifecycle == "cycle" and case is not None and not is_published(self.unit, case):
            return "no"
        if lifecycle == "announcement" and (case is None or case.state not in ANNOUNCED):
            return "no"
        return SHARED.get(lifecycle, "no")

    def _place(
        self, lifecycle: str, case_id: str, case: Case | None, payload: Any
    ) -> tuple[str | None, str | None]:
        """The institution and the physician that a case belongs to."""
        if lifecycle == "affiliation":
            if case is None:
                # Any event may be asked of what is not there; only the one that makes a case names its place.
                return getattr(payload, "institution_id", None), None
            return case.institution_id, case_id
        if lifecycle == "institution" and case is None:
            return getattr(payload, "superior_id", None), None
        if case is not None:
            return case.institution_id, getattr(case.record, "physician_id", None)
        parent = self.batch.assessments.get(getattr(payload, "assessment_id", None))
        if parent is not None:
            return parent.institution_id, parent.record.physician_id
        physician_id = getattr(payload, "physician_id", None)
        named = getattr(payload, "institution_id", None)
        # What names a person and no place stands where the person does.
        person = self.batch.affiliations.get(physician_id) if named is None else None
        return named if person is None else person.institution_id, physician_id

    def standing_of_institution(self, institution_id: str) -> Standing:
        """Where an organisation itself stands."""
        return self._standing("institution", (institution_id, None, None), institution_id, None)

    def _standing(
        self, lifecycle: str, asked: Asked, institution_id: str | None, physician_id: str | None
    ) -> Standing:
        case_id, case, _ = asked
        institution = self.batch.institutions.get(institution_id)
        record = institution.record if institution else None
        is_assessed = _is_assessed(lifecycle, case)
        return Standing(
            institution_id=institution_id,
            path=record.path if record else None,
            superior_id=record.superior_id if record else None,
            agency_id=self.batch.agency_in(institution_id, self._cycle(asked)) if is_assessed else None,
            physician_id=physician_id,
            account_id=case_id if lifecycle == "account" else None,
            shared=self._shared(lifecycle, case),
            hidden_from_person=lifecycle == "cheating" and case is not None and not case.record.told,
        )

    def _cycle(self, asked: Asked) -> str | None:
        """The cycle that a case belongs to, or is to belong to; None for what is of no one cycle."""
        _, case, payload = asked
        parent = self.batch.assessments.get(getattr(payload, "assessment_id", None)) if case is None else case
        found: str | None = getattr(payload if parent is None else parent.record, "cycle_id", None)
        return found


def _is_assessed(lifecycle: str, case: Case | None) -> bool:
    """Whether the agency of the institution has to do with a case of its."""
    if lifecycle == "spot_check" and case is not None:
        return case.record.subject is Subject.OPINIONS
    return lifecycle not in NOT_ASSESSED
