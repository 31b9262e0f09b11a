"""
What the guards of an assessment look at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Protocol

from kaohe_workflow.lifecycles.assessment.case import Assessment, Decider, Filing, Opinions
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, Enrol, GiveOpinion, Submit
from kaohe_workflow.lifecycles.assessment.outcome import any_started, papers_outcome
from kaohe_workflow.lifecycles.assessment.papers import PaperView, required_papers
from kaohe_workflow.lifecycles.assessment.procedure import (
    completed,
    has_good_record,
    missing_fields,
    was_penalised,
    years_in_practice,
)
from kaohe_workflow.lifecycles.assessment.timing import (
    agency_position,
    confirm_position,
    filing_position,
    review_position,
)
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.person_name import PersonName
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import CycleWindows, Position

_CYCLE = {
    "draft": "preparing",
    "published": "running",
    "running": "running",
    "first_ended": "running",
    "makeup": "running",
    "archived": "archived",
    "discarded": "discarded",
}


class Around(Protocol):
    """What an assessment needs of its surroundings; for a case to be made, what its payload names."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is no such cycle."""

    @property
    def person(self) -> PersonView | None:
        """The physician, None where there is no such person."""

    @property
    def papers(self) -> tuple[PaperView, ...]:
        """Every paper of this assessment, of both stages, cancelled ones included."""

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""

    @property
    def exemption_filed(self) -> bool:
        """Whether the physician has applied for an exemption and not withdrawn it."""

    def department_enabled(self, department_id: str) -> bool:
        """Whether the department belongs to the case's institution and is enabled."""


class AssessmentFacts:
    """
    One property a fact of the chart, over record, payload, surroundings and moment.

    Each has a value for every case; what is unknown gets the value that refuses.
    """

    def __init__(self, record: Assessment | None, payload: Any, around: Around, moment: Moment) -> None:
        self._record = record
        self._payload = payload
        self._around = around
        self._now = moment.now
        self._parameters = moment.parameters

    @property
    def _windows(self) -> CycleWindows | None:
        cycle = self._around.cycle
        return cycle.windows if cycle is not None else None

    @property
    def _filing(self) -> Filing:
        """The filing as it would be stored: what the event brings, else the draft; blanks from the roster."""
        given = self._payload.filing if isinstance(self._payload, Submit) else None
        editable = self._record.editable if self._record is not None else None
        return completed(given or editable or Filing(), self._around.person, self._around.department_enabled)

    @property
    def _given(self) -> Opinions:
        """The opinions that the event brings."""
        return self._payload.opinions if isinstance(self._payload, GiveOpinion) else Opinions()

    @property
    def _stage(self) -> Stage:
        stage = self._record.stage if self._record is not None else None
        return stage or Stage.FIRST

    @property
    def cycle(self) -> str:
        """``running`` from publication until the archive (published and neither archived nor discarded)."""
        cycle = self._around.cycle
        return _CYCLE.get(cycle.state, "none") if cycle is not None else "none"

    @property
    def attached(self) -> bool:
        """
        The physician is attached to the case's institution (考核办法 第十三条: each institution grades the
        physicians registered with it).
        """
        person = self._around.person
        record = self._record
        home = record.institution_id if record is not None else getattr(self._payload, "institution_id", None)
        return person is not None and person.attached and person.institution_id == home

    @property
    def eligible(self) -> bool:
        """
        The physician must take part (考核办法 第三条): where the province names a last day of first
        registration, registered on that day or before; an unknown date does not oblige.
        """
        limit = self._parameters.eligible_if_registered_by
        if limit is None:
            return True
        person = self._around.person
        registered_on = person.first_registered_on if person is not None else None
        return registered_on is not None and registered_on <= limit

    @property
    def voluntary(self) -> bool:
        """The event marks the physician as taking part voluntarily, and the province allows it."""
        marked = isinstance(self._payload, Enrol) and self._payload.voluntary
        return marked and self._parameters.voluntary_allowed

    @property
    def must_take_part(self) -> bool:
        """Eligible and attached: who is then not enrolled has missed the cycle (考核办法 第二十七条)."""
        return self.eligible and self.attached

    @property
    def filing_window(self) -> str:
        """医师报考申报时间 (手册 2.2.2) with the refiling deadline; see `timing.filing_position`."""
        returned_at = self._record.returned_at if self._record is not None else None
        return filing_position(self._windows, returned_at, self._parameters.return_grace_days, self._now)

    @property
    def review_window(self) -> str:
        """报名信息审核时间 (手册 2.2.2) with the refiling deadline; see `timing.review_position`."""
        returned_at = self._record.returned_at if self._record is not None else None
        return review_position(self._windows, returned_at, self._parameters.return_grace_days, self._now)

    @property
    def agency_window(self) -> str:
        """考核机构复核时间: ``open`` before the evaluation ends, ``makeup`` from then on (the late door)."""
        return agency_position(self._windows, self._now)

    @property
    def evaluation_over(self) -> bool:
        """计划测评考核时间 has ended (手册 2.2.2)."""
        windows = self._windows
        return windows is None or windows.evaluation.position(self._now) is Position.OVER

    @property
    def makeup_confirm_window(self) -> str:
        """确认补考时间 (手册 2.2.9): before, open or over."""
        return confirm_position(self._windows, self._now).value

    @property
    def name_known(self) -> bool:
        """The roster has a name; a telephone number in its place is none (手册 2.2.9)."""
        person = self._around.person
        return person is not None and bool(person.name) and PersonName(person.name or "").known

    @property
    def filing_complete(self) -> bool:
        """No required field is blank; `procedure.missing_fields` says which are."""
        return not missing_fields(self._filing, self._around.person)

    @property
    def department_enabled(self) -> bool:
        """The department of the filing is one of this institution and enabled (手册 2.2.3)."""
        department = self._filing.department_id
        return department is not None and self._around.department_enabled(department)

    @property
    def procedure(self) -> str:
        """The 考核程序 that the filing names."""
        procedure = self._filing.procedure
        return procedure.value if procedure is not None else "none"

    @property
    def ground(self) -> str:
        """The ground for 简易程序 that the filing names (考核办法 第二十一条)."""
        return self._filing.ground.value

    @property
    def years_in_practice(self) -> int:
        """Full years of practice at the cycle's last day; see `procedure.years_in_practice`."""
        return years_in_practice(
            self._around.person, self._filing.level, self._around.cycle, self._parameters
        )

    @property
    def good_record(self) -> bool:
        """The filing lists a 良好行为记录 of a sufficient level, dated in the cycle (考核办法 第十九条)."""
        return has_good_record(self._filing, self._around.cycle, self._parameters)

    @property
    def bad_record(self) -> str:
        """
        不良行为记录 in the cycle (考核办法 第十九条): ``present`` where the administration has recorded a penalty in
        it (考核办法 第十七条), whatever is declared; else as the filing declares, ``unknown`` while it says nothing.
        """
        if was_penalised(self._around.person, self._around.cycle):
            return "present"
        declared = self._filing.bad_record
        if declared is None:
            return "unknown"
        return "present" if declared else "none"

    @property
    def provincial_ground(self) -> bool:
        """The filing names a code of the province's list (考核办法 第二十一条, 其他情形)."""
        code = self._filing.provincial_ground
        return code is not None and any(code == ground.code for ground in self._parameters.simplified_grounds)

    @property
    def opened(self) -> bool:
        """Whoever must act has opened the file since it came into its state."""
        return self._record is not None and self._record.opened

    @property
    def opinion_stands(self) -> bool:
        """
        The institution has submitted its opinion and the administration has not returned the file since
        (手册 2.2.5: a reviewed physician can be taken out only after that).
        """
        return self._record is not None and self._record.opinion_stands

    @property
    def opinion_given(self) -> str:
        """The opinions that the event brings: ``missing`` unless both are there (手册 2.2.6)."""
        return _verdict(self._given, "missing")

    @property
    def opinion_reasons(self) -> bool:
        """Each 不合格 that the event brings has a reason (手册 2.2.6)."""
        return self._given.reasoned

    @property
    def other_opinions(self) -> bool:
        """
        Where the province demands it, the event brings an opinion of each other institution that the filing
        names (手册 2.2.6, 新增意见).
        """
        if not self._parameters.other_opinions_required:
            return True
        filing = self._record.filing if self._record is not None else None
        wanted = {site.institution for site in filing.other_sites} if filing is not None else set()
        return wanted <= {other.institution for other in self._given.others}

    @property
    def concern(self) -> str:
        """What the agency's last return was about."""
        concern = self._record.concern if self._record is not None else None
        return concern.value if concern is not None else "none"

    @property
    def opinion(self) -> str:
        """The institution's opinion of this filing; one 不合格 makes it unqualified (考核办法 第二十二条)."""
        opinions = self._record.opinions if self._record is not None else None
        return _verdict(opinions or Opinions(), "none")

    @property
    def agency_passed(self) -> bool:
        """The agency has passed this filing (考核办法 第十一条)."""
        return self._record is not None and self._record.agency_passed

    @property
    def papers(self) -> str:
        """
        What the papers of the present stage amount to; see `outcome.papers_outcome`.

        In the make-up every kind counts that the first stage has left unpassed as it stands now (考核办法 第二十二条).
        """
        return papers_outcome(self._around.papers, self._stage, self._makeup_kinds)

    @property
    def _makeup_kinds(self) -> tuple[PaperKind, ...]:
        """The kinds that the make-up requires as the papers of the first stage stand now; none in the first stage."""
        procedure = self._record.procedure if self._record is not None else None
        if self._stage is not Stage.MAKEUP or procedure is None:
            return ()
        papers = self._around.papers
        waived = {
            paper.kind for paper in papers if paper.stage is Stage.FIRST and paper.state == "exempt_pass"
        }
        return required_papers(procedure, Stage.MAKEUP, waived, self._parameters, papers)

    @property
    def paper_started(self) -> bool:
        """A paper of the present stage has been started or has a result other than an exemption."""
        return any_started(self._around.papers, self._stage)

    @property
    def exemption_filed(self) -> bool:
        """An application for exemption stands, decided or not; one that was withdrawn does not."""
        return self._around.exemption_filed

    @property
    def decided_in(self) -> str:
        """The state in which the review was made that brought the case here; ``none`` where no review did."""
        decision = self._record.decision if self._record is not None else None
        return decision.decided_in if decision is not None else "none"

    @property
    def recall_open(self) -> bool:
        """
        The sender made that review, at most `recall_minutes` ago, the last instant included, and who must act
        next has not opened the file (design).

        Account and natural person must both be the same: of a shared account it is the account.
        """
        decision = self._record.decision if self._record is not None else None
        if decision is None or self.opened or self._around.sender != decision.decided_by:
            return False
        return self._now - decision.decided_at <= timedelta(minutes=self._parameters.recall_minutes)

    @property
    def first_papers(self) -> str:
        """What the papers of the first stage amount to, which may change while the make-up is waited for."""
        return papers_outcome(self._around.papers, Stage.FIRST)

    @property
    def stage(self) -> str:
        """The stage whose papers count: ``first`` until a make-up is confirmed (手册 2.2.9)."""
        return self._stage.value

    @property
    def has_makeup(self) -> bool:
        """The province offers a make-up before the verdict."""
        meaning = self._parameters.makeup_meaning
        return self._parameters.makeup_offered and meaning is MakeupMeaning.PRE_VERDICT

    @property
    def makeup_refused(self) -> bool:
        """The province has refused the make-up (手册 2.2.9)."""
        return self._record is not None and self._record.makeup_refused

    @property
    def training_done(self) -> bool:
        """The province demands no training before a make-up, or the event attests it."""
        attested = isinstance(self._payload, ConfirmMakeup) and self._payload.training_attested
        return self._parameters.makeup_training_days == 0 or attested


def _verdict(opinions: Opinions, missing: str) -> str:
    if not opinions.given:
        return missing
    return "qualified" if opinions.qualified else "unqualified"
