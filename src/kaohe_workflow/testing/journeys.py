"""
Physicians on their way through the cycle of a world: whoever may act acts, day by day, until a state is reached.

For tests that begin in the middle: ``Journeys.of(world).to("awaiting_agency_review")``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, Enrol, GiveOpinion, Return, Submit
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark
from kaohe_workflow.lifecycles.cycle.events import CorrectLine, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import DeliverStart, RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import LINES, World, filing, make_organisation
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import (
    AccountKind,
    Category,
    CheatingManner,
    Ground,
    Level,
    OrganisationKind,
    PaperKind,
    Procedure,
    ReturnCode,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import local_date

FILING_DAY = date(2023, 11, 28)
"""Registration and review are open."""

SITTING_DAY = date(2024, 1, 4)
"""The first stage is sat."""

RESULT_DAY = date(2024, 1, 13)
"""The first stage is over, make-up confirmation has not begun."""

CONFIRMING_DAY = date(2024, 1, 16)
"""Make-up is confirmed."""

MAKEUP_DAY = date(2024, 1, 23)
"""The make-up is sat."""

LAST_DAY = date(2024, 2, 1)
"""Every window is over."""

UNDISPUTED_DAY = date(2024, 3, 10)
"""Nobody may apply for review any more: the results were told by the last day at the latest."""

GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
BAD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason="收受红包，已查实。")
HIGH, LOW = Decimal(75), Decimal("39.50")

WAY: Mapping[str, str] = {
    "awaiting_registration": "not_enrolled",
    "awaiting_institution_review": "awaiting_registration",
    "registration_returned": "awaiting_institution_review",
    "awaiting_agency_review": "awaiting_institution_review",
    "returned_by_agency": "awaiting_agency_review",
    "awaiting_assessment": "awaiting_agency_review",
    "awaiting_makeup_approval": "awaiting_assessment",
    "awaiting_makeup": "awaiting_makeup_approval",
    "qualified": "awaiting_assessment",
    "unqualified": "awaiting_makeup_approval",
    "withdrawn": "not_enrolled",
}
"""State of an assessment → the state before it on the shortest way."""


@attrs.frozen
class Traveller:
    """A physician and the case in the cycle."""

    principal: Principal
    case_id: str
    id_number: str

    @property
    def physician_id(self) -> str:
        """The id of the physician, which is that of the affiliation's case."""
        return str(self.principal.physician_id)


@attrs.define
class Journeys:
    """
    A world with a department, and with a hospital ``elsewhere``, whose own administration, ``neighbour``, acts as the
    agency.

    ``colleague`` is another named person of the province's office, for what needs a second one.
    """

    world: World
    department_id: str
    elsewhere: Principal
    neighbour: Principal
    colleague: Principal
    _next: int = 0

    @classmethod
    def of(cls, world: World) -> Self:
        """Make what a world lacks."""
        application = world.application
        county = make_organisation(
            application, world.city, world.city, "邻区卫生健康局", OrganisationKind.COUNTY
        )
        elsewhere = make_organisation(application, county, county, "第二人民医院", OrganisationKind.MEDICAL)
        colleague = attrs.evolve(world.province, account_id="account-of-colleague", operator_id="colleague")
        return cls(world, world.department(), elsewhere, county, colleague)

    def newcomer(self, institution: Principal | None = None, **more: Any) -> Traveller:
        """A new physician of the hospital, or of another institution, with a case that is not enrolled."""
        index, self._next = self._next, self._next + 1
        known = person(index)
        home = institution or self.world.hospital
        given: dict[str, Any] = {
            "level": Level.LICENSED,
            "category": Category.CLINICAL,
            "licensed_on": date(1992, 12, 31),
            "first_registered_on": date(1992, 12, 31),
        } | more
        payload = AddPhysician(
            institution_id=str(home.organisation_id), name=known.name, id_number=known.id_number, **given
        )
        added = self.world.send(home, "affiliation", None, "add", payload)
        principal = Principal(
            account_id=f"account-of-{added.id}",
            kind=AccountKind.PHYSICIAN,
            organisation_id=home.organisation_id,
            physician_id=added.id,
            operator_id=added.id,
        )
        return Traveller(principal, self.world.assessment_of(principal), known.id_number)

    def to(self, state: str, **filed: Any) -> Traveller:
        """A new physician whose case is in a state; ``filed`` is what the filing says otherwise."""
        traveller = self.newcomer()
        self.lead(traveller, state, **filed)
        return traveller

    def lead(self, traveller: Traveller, state: str, **filed: Any) -> None:
        """
        Bring a case from where it is on the shortest way to a state; days go by as the steps need them.

        Raises:
            KeyError: there is no such way.
        """
        present = self.state(traveller)
        if present == state:
            return
        self.lead(traveller, WAY[state], **filed)
        _STEPS[state](self, traveller, filed)

    def state(self, traveller: Traveller) -> str:
        """The state of the case."""
        return self.world.state_of("assessment", traveller.case_id)

    def not_before(self, day: date) -> None:
        """Wait until a day, if it has not come yet; the system does what is due."""
        self.world.at(max(day, local_date(self.world.clock.now())))

    def papers(self, traveller: Traveller) -> dict[tuple[Stage, PaperKind], str]:
        """The ids of the case's papers."""
        return self.world.papers_of(traveller.case_id)

    def paper_states(self, traveller: Traveller, stage: Stage = Stage.FIRST) -> dict[PaperKind, str]:
        """Kind of paper → its state, for the papers of a stage."""
        return {
            kind: self.world.state_of("evaluation", id)
            for (of, kind), id in self.papers(traveller).items()
            if of is stage
        }

    def start(self, paper: str) -> None:
        """The evaluation platform has checked who sits down, and delivers that a paper is started now."""
        started = DeliverStart(started_at=self.world.clock.now(), identity_checked=True)
        self.world.send(SYSTEM, "evaluation", paper, "deliver_start", started)

    def score(self, traveller: Traveller, stage: Stage, **scores: Decimal) -> None:
        """Record scores by kind of paper."""
        papers = self.papers(traveller)
        for kind, score in scores.items():
            paper = papers[stage, PaperKind(kind)]
            self.world.send(self.world.province, "evaluation", paper, "record_score", RecordScore(score))

    def publish(self, stage: Stage) -> None:
        """Publish those lines of a stage that are not published yet, and let the papers be judged."""
        known = self.world.application.cases.get(self.world.province, "cycle", self.world.cycle_id).record
        for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL):
            for level, score in LINES.items():
                if known.line(stage, kind, level) is None:
                    line = PublishLine(stage, kind, level, score)
                    self.world.send(self.world.province, "cycle", self.world.cycle_id, "publish_line", line)
        self.world.settle()

    def correct(self, score: Decimal, kind: PaperKind, stage: Stage = Stage.FIRST) -> None:
        """Correct a line for licensed physicians, each time by another person, and let the papers be judged again."""
        index, self._next = self._next, self._next + 1
        second = attrs.evolve(self.colleague, operator_id=f"colleague-{index}")
        line = CorrectLine(stage, kind, Level.LICENSED, score)
        self.world.send(second, "cycle", self.world.cycle_id, "correct_line", line, reason="公布有误")
        self.world.settle()

    def fail_opinion(self, traveller: Traveller) -> None:
        """Find 职业道德 不合格, by the hospital, and let the agency confirm it: the result is 不合格."""
        self.world.send(self.world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
        self.world.send(self.world.agency, "assessment", traveller.case_id, "confirm_fail")

    def apply_for_exemption(self, traveller: Traveller) -> str:
        """Apply to be spared a paper; the id of the application."""
        payload = Apply(
            ground="residency_training",
            certificate_on=date(2021, 7, 1),
            none_excluded=True,
            attachments=(hand_in(self.world.application, traveller.principal),),
            assessment_id=traveller.case_id,
        )
        return self.world.send(traveller.principal, "exemption", None, "apply", payload).id

    def ask_for_correction(
        self, traveller: Traveller, field: LockedField = LockedField.LICENSED_ON, value: str = "1993-12-31"
    ) -> str:
        """Apply, as the physician, to have a locked field corrected; the id of the application."""
        payload = CreateAmendment(
            physician_id=traveller.physician_id,
            field=field,
            value=value,
            attachments=(hand_in(self.world.application, traveller.principal),),
        )
        return self.world.send(traveller.principal, "amendment", None, "create", payload).id

    def exempt(self, traveller: Traveller) -> str:
        """Apply to be spared a paper and have it granted; the id of the application."""
        exemption = self.apply_for_exemption(traveller)
        self.world.send(self.world.hospital, "exemption", exemption, "pass")
        self.world.send(self.world.agency, "exemption", exemption, "pass")
        return exemption

    def mark(self, traveller: Traveller, kind: PaperKind, stage: Stage = Stage.FIRST, **more: Any) -> str:
        """Mark a paper that was sat as 疑似作弊, by the hospital; the id of the mark."""
        payload = Mark(
            manner=CheatingManner.SUBSTITUTE,
            evidence=(hand_in(self.world.application, self.world.hospital),),
            assessment_id=traveller.case_id,
            evaluation_id=self.papers(traveller)[stage, kind],
        )
        marked = attrs.evolve(payload, **more)
        return self.world.send(
            self.world.hospital, "cheating", None, "mark", marked, reason="照片与本人不符"
        ).id

    def report(self, mark: str) -> None:
        """Report a mark to the province, by the county."""
        self.world.send(self.world.county, "cheating", mark, "report")

    def confirm(self, mark: str, **more: Any) -> None:
        """Find that cheating took place, by the province, after the time to be heard is over."""
        self.report(mark)
        self.not_before(local_date(self.world.clock.now()) + timedelta(days=6))
        self.world.send(
            self.world.province, "cheating", mark, "confirm", Confirm(**more), reason="系他人代考"
        )

    def certificates(self, traveller: Traveller) -> dict[str, str]:
        """The ids of the case's certificates with their states, oldest first."""
        filters = {"assessment_id": traveller.case_id}
        page = self.world.application.lists.page(self.world.province, "certificates", filters)
        return {str(row["id"]): str(row["state"]) for row in page.rows}


SIMPLIFIED: Mapping[str, Any] = {"procedure": Procedure.SIMPLIFIED, "ground": Ground.TWELVE_YEARS}
"""What a filing for 简易程序 says otherwise."""

Filed = Mapping[str, Any]
Step = Callable[[Journeys, Traveller, Filed], None]


def _enrol(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    journeys.not_before(FILING_DAY)
    world = journeys.world
    world.send(world.hospital, "assessment", traveller.case_id, "enrol", Enrol())


def _submit(journeys: Journeys, traveller: Traveller, filed: Filed) -> None:
    written = Submit(filing(journeys.department_id, **filed))
    journeys.world.send(traveller.principal, "assessment", traveller.case_id, "submit", written)


def _return(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(
        world.hospital,
        "assessment",
        traveller.case_id,
        "return",
        Return(code=ReturnCode.INCOMPLETE),
        reason="科室有误",
    )


def _give_opinion(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)


def _return_by_agency(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(
        world.agency,
        "assessment",
        traveller.case_id,
        "return",
        Return(code=ReturnCode.INCOMPLETE),
        reason="材料不全",
    )


def _pass(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(world.agency, "assessment", traveller.case_id, "pass")


def _sit(journeys: Journeys, traveller: Traveller, score: Decimal) -> None:
    journeys.not_before(SITTING_DAY)
    for (stage, _), paper in journeys.papers(traveller).items():
        if stage is Stage.FIRST and journeys.world.state_of("evaluation", paper) == "not_sat":
            journeys.world.send(
                journeys.world.province, "evaluation", paper, "record_score", RecordScore(score)
            )
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)


def _fail(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    _sit(journeys, traveller, LOW)


def _succeed(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    _sit(journeys, traveller, HIGH)


def _confirm_makeup(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    journeys.not_before(CONFIRMING_DAY)
    world = journeys.world
    world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())


def _refuse_makeup(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(world.province, "assessment", traveller.case_id, "refuse_makeup", reason="未参加培训")


def _withdraw(journeys: Journeys, traveller: Traveller, _: Filed) -> None:
    world = journeys.world
    world.send(world.county, "assessment", traveller.case_id, "withdraw")


_STEPS: Mapping[str, Step] = {
    "awaiting_registration": _enrol,
    "awaiting_institution_review": _submit,
    "registration_returned": _return,
    "awaiting_agency_review": _give_opinion,
    "returned_by_agency": _return_by_agency,
    "awaiting_assessment": _pass,
    "awaiting_makeup_approval": _fail,
    "awaiting_makeup": _confirm_makeup,
    "qualified": _succeed,
    "unqualified": _refuse_makeup,
    "withdrawn": _withdraw,
}
