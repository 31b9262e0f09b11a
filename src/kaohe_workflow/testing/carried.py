"""
What the events of plays carry: for each event a few payloads, good ones and bad ones, of which a move chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason, PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import (
    EditPhysician,
    End,
    EnterPenalty,
    ForceMove,
    GiveFacePhoto,
    Leave,
    Merge,
    Reenter,
    TakeIn,
    WithdrawPenalty,
)
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.assessment.events import (
    ConfirmMakeup,
    DecideFinding,
    Enrol,
    GiveOpinion,
    OrderEarly,
    ReportFinding,
    Return,
    RevokeResult,
    Save,
    Submit,
)
from kaohe_workflow.lifecycles.assessment.events import RecordTraining as RecordMakeupTraining
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CorrectLine,
    DeclareDelivery,
    ExtendEvaluation,
    OpenMakeup,
    PublishLine,
)
from kaohe_workflow.lifecycles.deferral.events import Apply as ApplyForDeferral
from kaohe_workflow.lifecycles.enrolment_list.events import Submit as SubmitList
from kaohe_workflow.lifecycles.evaluation.events import (
    AssessStatement,
    ConfirmAbsence,
    GiveLine,
    GrantResit,
    HandInStatement,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.follow_up.case import PaperResult
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension, Reassess, RecordTraining
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.result_report.events import Submit as SubmitReport
from kaohe_workflow.lifecycles.result_review import events as review_events
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore, OpinionItem
from kaohe_workflow.lifecycles.reviewing import Return as ReturnApplication
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.lifecycles.spot_check.case import Finding as SampleFinding
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.carried_by_offices import CARRIED_BY_OFFICES, pick
from kaohe_workflow.testing.journeys import BAD, GOOD, SIMPLIFIED
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import (
    CheatingManner,
    Level,
    PaperKind,
    ReturnCode,
    ReturnConcern,
    Stage,
    Verdict,
)
from kaohe_workflow.values.windows import Window, local_date

if TYPE_CHECKING:
    from kaohe_workflow.testing.plays import Move, Play

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL

SCORES = tuple(map(Decimal, ("60", "75", "59.99", "55", "0", "100", "100.01", "60.005")))

PAPERS = (
    (Stage.FIRST, HUMANITIES),
    (Stage.FIRST, PROFESSIONAL),
    (Stage.MAKEUP, HUMANITIES),
    (Stage.MAKEUP, PROFESSIONAL),
)

_OPINIONS = (GOOD, GOOD, BAD, GiveOpinion(work=Verdict.UNQUALIFIED, ethics=Verdict.QUALIFIED), GiveOpinion())
_ENDS = (EndReason.RETIRED, EndReason.LEFT_PROVINCE, EndReason.DEATH)
_PHOTOS = (("photo",), ("photo", "another"), ())
_DAYS = (date(2021, 7, 1), date(2020, 1, 1), date(2022, 12, 31), date(2019, 12, 31), date(2023, 1, 1))


def nothing(play: Play, move: Move) -> Any:
    return NoPayload()


def _institution(play: Play, move: Move) -> str:
    principal = pick((play.journeys.elsewhere, play.journeys.world.hospital), move.choice)
    return str(principal.organisation_id)


def _filing(play: Play, move: Move) -> Any:
    department = play.journeys.department_id
    written = (
        filing(department),
        filing(department, **SIMPLIFIED),
        filing(department, **(dict(SIMPLIFIED) | {"bad_record": True})),
        filing(department, procedure=None),
        filing("no-such-department"),
    )
    return pick(written, move.choice)


def _line(kind: type) -> Callable[[Play, Move], Any]:
    def make(play: Play, move: Move) -> Any:
        stage, paper = PAPERS[move.paper % len(PAPERS)]
        level = pick((Level.LICENSED, Level.ASSISTANT), move.person)
        return kind(stage, paper, level, pick(SCORES, move.choice))

    return make


def _windows(play: Play, move: Move) -> ChangeWindows:
    """One of the windows that deadlines come from a day longer or shorter, or the registration a day longer."""
    windows, day = play.windows, timedelta(days=1)
    timed = ("evaluation", "makeup", "exemption", "exemption_review")
    steps = (*((name, step) for step in (day, -day) for name in timed), ("registration", day))
    name, step = pick(steps, move.choice)
    old: Window = getattr(windows, name)
    changed = attrs.evolve(windows, **{name: Window(old.opens_at, old.closes_at + step)})
    return ChangeWindows(changed, confirmed=move.paper % 2 == 0)


def _early(play: Play, move: Move) -> OrderEarly:
    """Three windows of two days each, one after another, from some day on; or the review before the filing."""
    first = pick((local_date(play.now), date(2023, 11, 6), date(2023, 12, 30)), move.choice)
    registration, review, evaluation = (
        Window.of_days(first + timedelta(days=days), first + timedelta(days=days + 1)) for days in (0, 2, 4)
    )
    if move.paper % 4 == 3:
        registration, review = review, registration
    return OrderEarly(registration=registration, review=review, evaluation=evaluation)


def _penalty(play: Play, move: Move) -> EnterPenalty:
    return EnterPenalty(
        decided_on=pick(_DAYS, move.choice),
        authority="县卫生健康局",
        kind=pick(tuple(PenaltyKind), move.choice),
        text="违反诊疗规范",
        evidence=pick(((AttachmentId("decision"),), (AttachmentId("decision"),), ()), move.choice),
    )


_CORRECTIONS = (
    (LockedField.LICENSED_ON, "2019-07-01"),
    (LockedField.LEVEL, "assistant"),
    (LockedField.NAME, "韦改名"),
    (LockedField.LICENSED_ON, "1990-07-01"),
    (LockedField.LEVEL, "licensed"),
    (LockedField.ID_NUMBER, "11010519491231002X"),
    (LockedField.CATEGORY, "dental"),
)


def _correction(play: Play, move: Move) -> Any:
    if not play.people:
        return NoPayload()
    field, value = pick(_CORRECTIONS, move.choice)
    return CreateAmendment(
        physician_id=play.people[move.person].physician_id,
        field=field,
        value=value,
        attachments=pick((("proof",), ("proof",), ()), move.paper),
    )


def _draw(play: Play, move: Move) -> Draw:
    """From what the hospital has handed on, or what its agency has assessed."""
    world = play.journeys.world
    home = pick((world.hospital, world.agency), move.choice)
    return Draw(institution_id=str(home.organisation_id), cycle_id=world.cycle_id, number=1 + move.paper)


CARRIED: Mapping[tuple[str, str], Callable[[Play, Move], Any]] = {
    ("affiliation", "edit"): lambda play, move: EditPhysician(
        phone=pick(("13800138000", ""), move.choice), level=pick((None, Level.ASSISTANT), move.choice)
    ),
    ("affiliation", "report_penalty"): _penalty,
    ("affiliation", "record_penalty"): _penalty,
    ("affiliation", "withdraw_penalty"): lambda play, move: WithdrawPenalty(1 + move.choice % 3),
    ("affiliation", "give_face_photo"): lambda play, move: GiveFacePhoto(
        file=AttachmentId(pick(("face", "face-2", "document"), move.choice)), consented=move.paper % 4 != 3
    ),
    ("affiliation", "leave"): lambda play, move: Leave(LeaveReason.RESIGNED),
    ("affiliation", "take_in"): lambda play, move: TakeIn(_institution(play, move)),
    ("affiliation", "force_move"): lambda play, move: ForceMove(_institution(play, move)),
    ("affiliation", "reenter"): lambda play, move: Reenter(_institution(play, move)),
    ("affiliation", "merge"): lambda play, move: Merge(
        play.people[(move.person + move.choice) % len(play.people)].physician_id if play.people else "nobody"
    ),
    ("affiliation", "end"): lambda play, move: End(pick(_ENDS, move.choice)),
    ("amendment", "create"): _correction,
    ("assessment", "enrol"): lambda play, move: Enrol(move.choice % 2 == 1),
    ("assessment", "order_early"): _early,
    ("assessment", "save"): lambda play, move: Save(_filing(play, move)),
    ("assessment", "submit"): lambda play, move: Submit(_filing(play, move)),
    ("assessment", "return"): lambda play, move: Return(
        pick((ReturnConcern.FILING, ReturnConcern.OPINION), move.choice),
        code=pick(tuple(ReturnCode), move.choice),
    ),
    ("assessment", "save_opinion"): lambda play, move: pick(_OPINIONS, move.choice),
    ("assessment", "submit_opinion"): lambda play, move: pick(_OPINIONS, move.choice),
    ("assessment", "renew_opinion"): lambda play, move: pick(_OPINIONS, move.choice),
    ("assessment", "report_finding"): lambda play, move: ReportFinding(
        ground=pick(tuple(DirectGround), move.paper),
        found_on=pick(_DAYS, move.choice),
        text="经查实",
        evidence=pick((("proof",), ("proof",), ()), move.choice),
    ),
    ("assessment", "revoke_result"): lambda play, move: RevokeResult(
        evidence=pick((("proof",), ("proof",), ()), move.choice)
    ),
    ("assessment", "confirm_finding"): lambda play, move: DecideFinding(1 + move.choice % 2),
    ("assessment", "dismiss_finding"): lambda play, move: DecideFinding(1 + move.choice % 2),
    ("assessment", "withdraw_finding"): lambda play, move: DecideFinding(1 + move.choice % 2),
    ("assessment", "record_training"): lambda play, move: RecordMakeupTraining(
        trainer="市人民医院",
        first_day=date(2024, 1, 14),
        last_day=date(2024, 1, 15),
        days=1 + move.choice % 3,
        certificate=pick((("proof",), ("proof",), ()), move.paper),
    ),
    ("assessment", "confirm_makeup"): lambda play, move: ConfirmMakeup(),
    ("evaluation", "record_score"): lambda play, move: RecordScore(pick(SCORES, move.choice)),
    ("evaluation", "confirm_absence"): lambda play, move: ConfirmAbsence(
        reminded=move.choice % 4 != 3, delivered=move.choice % 2 == 0
    ),
    **dict.fromkeys(
        (("evaluation", "give_line"), ("evaluation", "correct_line")),
        lambda play, move: GiveLine(pick(SCORES, move.choice)),
    ),
    ("exemption", "apply"): lambda play, move: Apply(
        ground=pick(("residency_training", "title_promotion", "no-such-ground"), move.paper),
        certificate_on=pick(_DAYS, move.choice),
        attachments=(AttachmentId("certificate"),),
        none_excluded=move.choice % 4 != 3,
    ),
    ("evaluation", "report_force_majeure"): lambda play, move: ReportForceMajeure(
        text="考点因洪水停电。", evidence=pick((("notice",), ()), move.choice)
    ),
    ("evaluation", "hand_in_statement"): lambda play, move: HandInStatement(
        statement=pick(("本周期述职。", " "), move.choice)
    ),
    ("evaluation", "assess_statement"): lambda play, move: AssessStatement(pick(tuple(Verdict), move.choice)),
    ("evaluation", "grant_resit"): lambda play, move: GrantResit(
        window=pick((None, Window(play.now, play.now + timedelta(days=1))), move.choice)
    ),
    ("cheating", "mark"): lambda play, move: Mark(
        manner=pick(tuple(CheatingManner), move.choice), evidence=pick(_PHOTOS, move.choice)
    ),
    ("cheating", "state_case"): lambda play, move: StateCase(
        statement=pick(("当日因病面部浮肿。", " "), move.choice)
    ),
    ("cheating", "confirm"): lambda play, move: Confirm(
        evidence=pick(_PHOTOS, move.choice),
        substitute_id=play.people[move.paper].physician_id if move.paper < len(play.people) else None,
    ),
    ("recusal", "request"): lambda play, move: HoldOff(member=pick(("李委员", "无此人"), move.choice)),
    ("recusal", "declare"): lambda play, move: HoldOff(member=pick(("李委员", "无此人"), move.choice)),
    ("enrolment_list", "submit"): lambda play, move: SubmitList(
        institution_id=str(play.journeys.world.hospital.organisation_id),
        cycle_id=play.journeys.world.cycle_id,
    ),
    ("enrolment_list", "return"): lambda play, move: ReturnApplication(pick(tuple(ReturnCode), move.choice)),
    ("spot_check", "draw_opinions"): _draw,
    ("spot_check", "draw_results"): _draw,
    ("spot_check", "record_finding"): lambda play, move: RecordFinding(
        assessment_id=play.people[move.person].case_id if play.people else "nobody",
        finding=pick(tuple(SampleFinding), move.choice),
        note=pick(("", "病历与申报不符"), move.paper),
    ),
    ("result_report", "submit"): lambda play, move: SubmitReport(
        work="考核工作已完成。", attachments=(AttachmentId("report"),)[: move.choice % 2]
    ),
    ("deferral", "apply"): lambda play, move: ApplyForDeferral(
        ground=pick(("illness", "no-such-ground"), move.paper),
        attachments=pick(((AttachmentId("diagnosis"),), ()), move.choice),
    ),
    ("deferral", "return"): lambda play, move: ReturnApplication(pick(tuple(ReturnCode), move.choice)),
    ("exemption", "return"): lambda play, move: ReturnApplication(pick(tuple(ReturnCode), move.choice)),
    ("follow_up", "order_suspension"): lambda play, move: OrderSuspension(pick((3, 6, 7), move.choice)),
    ("follow_up", "record_training"): lambda play, move: RecordTraining(
        trainer=pick(("省人民医院", " "), move.choice), first_day=_DAYS[0], last_day=_DAYS[0]
    ),
    ("follow_up", "reassess"): lambda play, move: Reassess(
        (PaperResult(kind=PAPERS[move.paper % len(PAPERS)][1], score=pick(SCORES, move.choice)),)
    ),
    ("result_review", "apply"): lambda play, move: review_events.Apply(
        assessment_id=play.people[move.person].case_id, grounds="成绩有误"
    ),
    ("result_review", "change"): lambda play, move: pick(
        (
            review_events.Change(opinions=(OpinionItem.ETHICS,)),
            review_events.Change(findings=(1,)),
            review_events.Change(
                scores=(CorrectedScore(*PAPERS[move.paper % len(PAPERS)], pick(SCORES, move.paper)),)
            ),
            review_events.Change(),
        ),
        move.choice,
    ),
    ("cycle", "declare_delivery"): lambda play, move: DeclareDelivery(PAPERS[move.paper % len(PAPERS)][0]),
    ("cycle", "publish_line"): _line(PublishLine),
    ("cycle", "correct_line"): _line(CorrectLine),
    ("cycle", "change_windows"): _windows,
    ("cycle", "extend_evaluation"): lambda play, move: ExtendEvaluation(
        attrs.evolve(
            play.windows, evaluation=Window(play.windows.evaluation.opens_at, play.now + timedelta(days=1))
        ),
        confirmed=move.paper % 2 == 0,
    ),
    ("cycle", "open_makeup"): lambda play, move: OpenMakeup(),
    **CARRIED_BY_OFFICES,
}
"""Lifecycle and event → its payload for a move; events without one carry nothing."""
