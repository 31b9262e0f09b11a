"""
Assessments, papers, exemptions, marks and certificates for tests: one cycle, one physician, fakes of what lies around.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import attrs

from kaohe_workflow.lifecycles.assessment.case import Assessment, Opinions
from kaohe_workflow.lifecycles.assessment.filing import (
    EthicsSelfEvaluation,
    Filing,
    WorkSelfEvaluation,
)
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.assessment.views import CycleView, PersonView
from kaohe_workflow.lifecycles.certificate.facts import ResultView
from kaohe_workflow.lifecycles.cheating import facts as cheating
from kaohe_workflow.lifecycles.deferral import facts as deferral
from kaohe_workflow.lifecycles.evaluation import views as evaluation
from kaohe_workflow.lifecycles.evaluation.ordering import SiblingView
from kaohe_workflow.lifecycles.exemption import facts as exemption
from kaohe_workflow.lifecycles.listing import ListStanding
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.values.terms import (
    Category,
    Level,
    OrganisationKind,
    PaperKind,
    Procedure,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import CHINA, CycleWindows, Window

FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2022, 12, 31)

WINDOWS = CycleWindows(
    agency_application=Window.of_days(date(2023, 11, 22), date(2023, 12, 2)),
    registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 27)),
    review=Window.of_days(date(2023, 11, 27), date(2023, 12, 29)),
    evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 12)),
    makeup_confirm=Window.of_days(date(2024, 1, 16), date(2024, 1, 19)),
    makeup=Window.of_days(date(2024, 1, 22), date(2024, 1, 26)),
)
"""The windows of the manual's home page (手册 2.2.2), and a make-up after them."""

CYCLE = CycleView(state="running", first_day=FIRST_DAY, last_day=LAST_DAY, windows=WINDOWS)
PERSON = PersonView(
    institution_id="hospital",
    attached=True,
    name="韦晓梅",
    department_id="medicine",
    level=Level.LICENSED,
    category=Category.CLINICAL,
    licensed_on=date(2005, 7, 1),
    first_registered_on=date(2005, 7, 1),
)


def china(day: date, hour: int = 12, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    """The instant of a wall clock in China."""
    return datetime.combine(day, time(hour, minute, second, microsecond), CHINA).astimezone(UTC)


def filing(**changes: Any) -> Filing:
    """A complete filing under 一般程序, with changes."""
    complete = Filing(
        department_id="medicine",
        procedure=Procedure.GENERAL,
        bad_record=False,
        work=WorkSelfEvaluation(quantity=Verdict.QUALIFIED, quality=Verdict.QUALIFIED, outpatients=2000),
        ethics=EthicsSelfEvaluation(verdict=Verdict.QUALIFIED),
        statement="述职报告",
    )
    return attrs.evolve(complete, **changes)


def opinions(work: Verdict = Verdict.QUALIFIED, ethics: Verdict = Verdict.QUALIFIED) -> Opinions:
    """Both opinions, with a reason each."""
    return Opinions(work=work, ethics=ethics, work_reason="理由", ethics_reason="理由")


PLAIN = Assessment(institution_id="hospital", cycle_id="cycle", physician_id="doctor")
"""The record of somebody who has filed nothing yet."""

SITTING = evaluation.AssessmentView(
    state="awaiting_assessment",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    procedure=Procedure.GENERAL,
    level=Level.LICENSED,
    category=Category.CLINICAL,
)
"""The assessment in 待参加考核 that a paper belongs to."""

PASSED_FILE = exemption.AssessmentView(
    state="awaiting_assessment",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    procedure=Procedure.GENERAL,
    stage=None,
)
"""The assessment in 待参加考核 that an application belongs to."""

SPAN = exemption.CycleView(first_day=FIRST_DAY, last_day=LAST_DAY, windows=WINDOWS)

RESULT = ResultView(
    state="qualified",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
    decided_on=date(2024, 1, 15),
    name="韦晓梅",
)
"""A 合格 result, version 1."""


SAT_PAPER = cheating.PaperView(
    state="handed_in",
    assessment_id="assessment",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    kind=PaperKind.PROFESSIONAL,
    stage=Stage.FIRST,
)
"""A paper of the first stage that was handed in."""


@attrs.frozen(kw_only=True)
class AssessmentAround:
    """Around an assessment; ``enabled`` are the enabled departments of its institution."""

    cycle: CycleView | None = CYCLE
    person: PersonView | None = PERSON
    barred_until: tuple[date, ...] = ()
    papers: tuple[PaperView, ...] = ()
    enabled: frozenset[str] = frozenset({"medicine", "surgery"})
    sender: Decider | None = attrs.field(factory=lambda: Decider("account"))
    held_off: tuple[Decider, ...] = ()
    in_open_sample: bool = False
    exemption_filed: bool = False
    waived: frozenset[PaperKind] = frozenset()
    deferral_filed: bool = False
    sender_kind: OrganisationKind | None = OrganisationKind.PROVINCE
    cheating_confirmed: bool = False
    assessor_id: str | None = "agency"
    list_standing: ListStanding = ListStanding.MISSING

    def department_enabled(self, department_id: str) -> bool:
        """Whether it is one of ``enabled``."""
        return department_id in self.enabled


@attrs.frozen(kw_only=True)
class EvaluationAround:
    """Around a paper of somebody in 待参加考核."""

    assessment: evaluation.AssessmentView | None = SITTING
    subjects: tuple[str, ...] = ()
    windows: CycleWindows | None = WINDOWS
    line: Decimal | None = None
    delivered: bool = False
    exempt: bool = False
    makeup_begun: bool = False
    concluded_on: date | None = None
    contested: bool = False
    evidence: frozenset[str] = frozenset()
    siblings: tuple[SiblingView, ...] = ()
    cheating_confirmed: bool = False
    superseded: bool = False
    cheating_in_assessment: bool = False
    cycle_running: bool = True
    held_off: tuple[Decider, ...] = ()
    sender: Decider | None = attrs.field(factory=lambda: Decider("account"))


@attrs.frozen(kw_only=True)
class ExemptionAround:
    """Around an application of somebody in 待参加考核; ``papers`` maps a kind to its paper's state."""

    assessment: exemption.AssessmentView | None = PASSED_FILE
    cycle: exemption.CycleView | None = SPAN
    papers: Mapping[PaperKind, str] = attrs.field(
        factory=lambda: {PaperKind.HUMANITIES: "not_sat", PaperKind.PROFESSIONAL: "not_sat"}
    )
    applied_already: bool = False
    held_off: tuple[Decider, ...] = ()
    sender: Decider | None = attrs.field(factory=lambda: Decider("account"))
    list_standing: ListStanding = ListStanding.MISSING

    def paper_state(self, kind: PaperKind) -> str | None:
        """The state in ``papers``."""
        return self.papers.get(kind)


DEFERRABLE = deferral.AssessmentView(
    state="awaiting_assessment",
    institution_id="hospital",
    cycle_id="cycle",
    physician_id="doctor",
    evaluation=WINDOWS.evaluation,
)
"""The assessment in 待参加考核 that an application for deferral belongs to."""


@attrs.frozen(kw_only=True)
class DeferralAround:
    """Around an application for deferral of somebody in 待参加考核."""

    assessment: deferral.AssessmentView | None = DEFERRABLE
    papers: tuple[str, ...] = ("not_sat", "not_sat")
    applied_already: bool = False
    held_off: tuple[Decider, ...] = ()
    sender: Decider | None = attrs.field(factory=lambda: Decider("account"))
    list_standing: ListStanding = ListStanding.MISSING


@attrs.frozen(kw_only=True)
class CertificateAround:
    """Around the certificate of a 合格 result, version 1."""

    result: ResultView | None = RESULT
    mark_undecided: bool = False


@attrs.frozen(kw_only=True)
class CheatingAround:
    """Around a mark of a paper that was handed in; ``reached`` are the physicians whom the sender administers."""

    paper: cheating.PaperView | None = SAT_PAPER
    cycle_running: bool = True
    marked_already: bool = False
    named_by_sender: bool = False
    reached: tuple[str, ...] = ("other",)

    def reaches_physician(self, physician_id: str) -> bool:
        """Whether it is one of these."""
        return physician_id in self.reached
