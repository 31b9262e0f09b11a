"""Whole ways through an assessment: what each step leaves in the record."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import (
    ConfirmMakeup,
    Enrol,
    GiveOpinion,
    Move,
    Open,
    Return,
    Save,
    Submit,
)
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import (
    PERSON,
    PLAIN,
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.testing.trials import Sending, Trial
from kaohe_workflow.values.terms import Level, PaperKind, Procedure, ReturnCode, ReturnConcern, Stage, Verdict

REGISTRATION = china(date(2023, 12, 1))
EVALUATION = china(date(2024, 1, 5))
RESULTS = china(date(2024, 1, 15))
CONFIRMATION = china(date(2024, 1, 17))
MAKEUP_RESULTS = china(date(2024, 1, 29))

BY = {
    "physician": ("physician", "self"),
    "institution": ("institution", "own"),
    "agency": ("agency", "assigned"),
    "administration": ("administration", "subtree"),
    "province": ("province", "subtree"),
    "system": ("system", "any"),
}
GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
BAD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.UNQUALIFIED, ethics_reason="收受红包")


def step(event, by, *, now=REGISTRATION, around=None, **more):
    """An event on the way."""
    return Sending(event=event, by=BY[by], now=now, around=around or AssessmentAround(), **more)


def walk(trial, *steps):
    """The case after these events, each of which must fire."""
    for sending in steps:
        trial = trial.send(sending)
    return trial


def papers(*states, stage=Stage.FIRST):
    """Around a case whose papers are in these states."""
    kinds = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    return AssessmentAround(
        papers=tuple(PaperView(kind, stage, state) for kind, state in zip(kinds, states, strict=False))
    )


OPENED = Trial(lifecycle="assessment").send(
    step("open", "system", payload=Open("hospital", "cycle", "doctor"))
)
ENROLLED = OPENED.send(step("enrol", "institution", payload=Enrol()))
SUBMITTED = ENROLLED.send(step("submit", "physician", payload=Submit(filing())))
REVIEWED = SUBMITTED.send(step("submit_opinion", "institution", payload=GOOD))
SITTING = REVIEWED.send(step("pass", "agency"))
QUALIFIED = SITTING.send(step("settle", "system", now=RESULTS, around=papers("passed", "passed")))
FAILED = SITTING.send(step("settle", "system", now=RESULTS, around=papers("passed", "failed")))
MAKEUP = FAILED.send(step("confirm_makeup", "province", now=CONFIRMATION, payload=ConfirmMakeup()))


@pytest.mark.manual("S-57", "N-1.3")
def test_a_submission_freezes_the_filing():
    """Stored are the filing with what the roster says, its procedure, and when."""
    record = SUBMITTED.record

    assert "awaiting_institution_review" == SUBMITTED.state
    assert (Level.LICENSED, "medicine") == (record.filing.level, record.filing.department_id)
    assert (Procedure.GENERAL, "medicine", True) == (
        record.procedure,
        record.department_id,
        record.ever_submitted,
    )
    assert (None, REGISTRATION) == (record.draft, record.submitted_at)


def test_a_refused_submission_changes_nothing():
    """A 简易 submission without a ground that holds is refused; the draft stays as it was (手册 2.2.6)."""
    drafted = ENROLLED.send(step("save", "physician", payload=Save(filing())))
    young = AssessmentAround(person=attrs.evolve(PERSON, licensed_on=date(2019, 1, 1)))
    simplified = filing(procedure=Procedure.SIMPLIFIED)

    refused = drafted.decide(step("submit", "physician", around=young, payload=Submit(simplified)))
    later = drafted.send(step("submit", "physician", around=young, payload=Submit()))

    assert isinstance(refused, Refused)
    assert filing() == drafted.record.draft
    assert Procedure.GENERAL == later.record.procedure


@pytest.mark.manual("S-63", "S-71")
def test_a_failing_opinion_without_a_reason_is_refused():
    """Ethics 不合格 without a reason: refused; with one: 待考核机构复核, then 不合格, and no paper opens."""
    without = SUBMITTED.decide(
        step("submit_opinion", "institution", payload=attrs.evolve(BAD, ethics_reason=""))
    )
    failing = SUBMITTED.send(step("submit_opinion", "institution", payload=BAD))
    passed = failing.decide(step("pass", "agency"))
    failed = failing.send(step("confirm_fail", "agency", now=EVALUATION))

    assert isinstance(without, Refused)
    assert "awaiting_agency_review" == failing.state
    assert isinstance(passed, Refused)
    assert ("unqualified", Stage.FIRST, 1) == (
        failed.state,
        failed.record.stage,
        failed.record.result_version,
    )


@pytest.mark.manual("S-47", "N-3.5")
def test_who_was_reviewed_is_cancelled_only_after_the_administration():
    """取消报名 in 待考核机构复核 is refused; after the administration's return it is allowed (手册 2.2.5)."""
    refused = REVIEWED.decide(step("cancel_enrolment", "institution"))
    returned = REVIEWED.send(step("return_to_institution", "administration", reason="材料有误"))
    cancelled = returned.send(step("cancel_enrolment", "institution"))

    assert isinstance(refused, Refused)
    assert ("awaiting_institution_review", False) == (returned.state, returned.record.opinion_stands)
    assert "not_enrolled" == cancelled.state


@pytest.mark.manual("S-47")
def test_the_institution_cannot_cancel_what_the_agency_returned():
    """An agency's return leaves the institution's opinion standing (手册 2.2.5)."""
    returned = walk(
        REVIEWED,
        step("return", "agency", payload=Return(code=ReturnCode.INCOMPLETE), reason="信息不全"),
        step("return", "institution", payload=Return(code=ReturnCode.INCOMPLETE), reason="信息不全"),
    )

    refused = returned.decide(step("cancel_enrolment", "institution"))

    assert "registration_returned" == returned.state
    assert isinstance(refused, Refused)


@pytest.mark.manual("S-64", "S-70")
def test_who_files_again_after_the_window():
    """A file returned on the last day of review is filed and reviewed again within three days."""
    last = china(date(2023, 12, 29), 20)
    in_grace, too_late = china(date(2024, 1, 1), 23, 59, 59), china(date(2024, 1, 2), 0)
    returned = SUBMITTED.send(
        step("return", "institution", now=last, payload=Return(code=ReturnCode.INCOMPLETE), reason="缺证明")
    )
    again = returned.send(step("submit", "physician", now=in_grace, payload=Submit()))
    reviewed = again.send(step("submit_opinion", "institution", now=in_grace, payload=GOOD))

    assert "awaiting_agency_review" == reviewed.state
    assert isinstance(returned.decide(step("submit", "physician", now=too_late, payload=Submit())), Refused)
    assert isinstance(
        again.decide(step("submit_opinion", "institution", now=too_late, payload=GOOD)), Refused
    )


@pytest.mark.manual("N-2.2")
def test_an_objection_to_the_opinion_is_answered_by_the_institution():
    """Where the agency objects to the opinion, the institution may give another one itself."""
    returned = REVIEWED.send(
        step(
            "return",
            "agency",
            payload=Return(ReturnConcern.OPINION, code=ReturnCode.OPINION_UNFOUNDED),
            reason="与年度考核不符",
        )
    )
    answered = returned.send(step("submit_opinion", "institution", payload=BAD))
    filing_returned = REVIEWED.send(
        step("return", "agency", payload=Return(code=ReturnCode.INCOMPLETE), reason="信息不全")
    )

    assert ("awaiting_agency_review", None) == (answered.state, answered.record.concern)
    assert isinstance(filing_returned.decide(step("submit_opinion", "institution", payload=GOOD)), Refused)


def test_an_opened_file_is_not_withdrawn():
    """Once the reviewer has opened the file the physician waits; every change of state closes it again."""
    claimed = SUBMITTED.send(step("claim", "institution"))
    returned = claimed.send(
        step("return", "institution", payload=Return(code=ReturnCode.INCOMPLETE), reason="缺证明")
    )
    withdrawn = SUBMITTED.send(step("withdraw_filing", "physician"))

    assert isinstance(claimed.decide(step("withdraw_filing", "physician")), Refused)
    assert not returned.record.opened
    assert ("awaiting_registration", None, filing().statement) == (
        withdrawn.state,
        withdrawn.record.filing,
        withdrawn.record.draft.statement,
    )


OBJECTION = step(
    "return",
    "agency",
    payload=Return(ReturnConcern.OPINION, code=ReturnCode.OPINION_UNFOUNDED),
    reason="与年度考核不符",
)
OBJECTED = REVIEWED.send(OBJECTION)


@pytest.mark.parametrize(
    ("before", "by", "decision"),
    [
        (
            SUBMITTED,
            "institution",
            step("return", "institution", payload=Return(code=ReturnCode.INCOMPLETE), reason="缺证明"),
        ),
        (
            OBJECTED,
            "institution",
            step("return", "institution", payload=Return(code=ReturnCode.INCOMPLETE), reason="缺证明"),
        ),
        (REVIEWED, "agency", OBJECTION),
        (REVIEWED, "agency", step("pass", "agency", now=EVALUATION)),
    ],
)
def test_a_recalled_decision_leaves_the_file_as_it_was(before, by, decision):
    """撤回本人决定: state, opinions, the day and the concern of the last return are those before the decision."""
    recalled = before.send(decision).send(step("recall", by, now=decision.now))

    assert attrs.evolve(before, record=attrs.evolve(before.record, decision=None)) == recalled


@pytest.mark.parametrize("before", [SUBMITTED, OBJECTED])
def test_a_recalled_opinion_is_a_draft_again(before):
    """What was written is not lost; the opinion that stood before stands again, or none."""
    recalled = before.send(step("submit_opinion", "institution", payload=BAD)).send(
        step("recall", "institution")
    )

    expected = attrs.evolve(before.record, decision=None, draft_opinions=BAD.opinions)

    assert (before.state, expected) == (recalled.state, recalled.record)


def test_a_decision_is_recalled_once_and_not_after_another_step():
    """Recalling is no decision to recall; what the administration brought about is not the institution's."""
    recalled = REVIEWED.send(step("recall", "institution"))
    returned = REVIEWED.send(step("return_to_physician", "administration", reason="须补正"))

    assert isinstance(recalled.decide(step("recall", "institution")), Refused)
    assert isinstance(returned.decide(step("recall", "institution")), Refused)


@pytest.mark.parametrize(
    ("decided", "opening", "by"),
    [
        (
            SUBMITTED.send(
                step("return", "institution", payload=Return(code=ReturnCode.INCOMPLETE), reason="缺证明")
            ),
            step("save", "physician", payload=Save(filing())),
            "institution",
        ),
        (OBJECTED, step("save_opinion", "institution", payload=GOOD), "agency"),
        (REVIEWED, step("claim", "agency"), "institution"),
    ],
)
def test_who_writes_in_a_file_has_opened_it(decided, opening, by):
    """Once the next actor has opened the file or written in it, the decision stays."""

    assert isinstance(decided.send(opening).decide(step("recall", by)), Refused)


@pytest.mark.manual("S-46")
def test_a_case_that_starts_again_forgets_its_reviews():
    """取消报名 keeps the draft and that something was once submitted (曾提交), nothing else."""
    cancelled = SUBMITTED.send(step("cancel_enrolment", "institution"))
    kept = attrs.evolve(cancelled.record, draft_left_at=None)

    assert attrs.evolve(PLAIN, draft=SUBMITTED.record.filing, ever_submitted=True) == kept
    assert cancelled.record.draft_left_at is not None


@pytest.mark.manual("S-62")
def test_qualified_at_first():
    """All papers passed: 合格, stage first, decided on the day of settling in China."""
    record = QUALIFIED.record

    assert ("qualified", Stage.FIRST, 1, date(2024, 1, 15)) == (
        QUALIFIED.state,
        record.stage,
        record.result_version,
        record.decided_on,
    )


def test_nothing_is_settled_while_a_paper_is_open():
    """A result is settled once, when the last paper has closed."""
    for state in ("not_sat", "sitting", "handed_in", "absence_pending"):
        refused = SITTING.decide(step("settle", "system", now=RESULTS, around=papers("failed", state)))

        assert isinstance(refused, Refused)


@pytest.mark.manual("S-74")
def test_an_exempt_simplified_physician_is_settled_at_once():
    """简易 with 医学人文 exempt: no line is needed, the case is 合格 at once (手册 2.2.8)."""
    simplified = attrs.evolve(SITTING, record=attrs.evolve(SITTING.record, procedure=Procedure.SIMPLIFIED))
    settled = simplified.send(step("settle", "system", around=papers("exempt_pass")))

    assert "qualified" == settled.state


@pytest.mark.parametrize(
    ("state", "result"), [("passed", "qualified"), ("failed", "unqualified"), ("absent", "unqualified")]
)
def test_the_make_up_decides(state, result):
    """A confirmed make-up decides, also when it is missed: stage makeup."""
    around = AssessmentAround(
        papers=(
            *papers("passed", "failed").papers,
            PaperView(PaperKind.PROFESSIONAL, Stage.MAKEUP, state),
        )
    )
    settled = MAKEUP.send(step("settle", "system", now=MAKEUP_RESULTS, around=around))

    assert None is FAILED.record.stage
    assert (result, Stage.MAKEUP, 1) == (settled.state, settled.record.stage, settled.record.result_version)


def test_a_refused_make_up_is_decided_at_first():
    """不允许补考: 不合格, stage first (手册 2.2.9)."""
    refused = FAILED.send(step("refuse_makeup", "province", now=CONFIRMATION, reason="未参加培训"))

    assert ("unqualified", Stage.FIRST, True) == (
        refused.state,
        refused.record.stage,
        refused.record.makeup_refused,
    )


def test_a_corrected_line_takes_the_result_back_and_gives_it_again():
    """Each verdict and each end of one is a new version, so that a certificate knows whose it is."""
    revoked = QUALIFIED.send(step("recompute", "system", now=CONFIRMATION, around=papers("passed", "failed")))
    restored = revoked.send(step("recompute", "system", now=CONFIRMATION, around=papers("passed", "passed")))

    assert ("awaiting_makeup_approval", None, 2, None) == (
        revoked.state,
        revoked.record.stage,
        revoked.record.result_version,
        revoked.record.decided_on,
    )
    assert ("qualified", Stage.FIRST, 3) == (
        restored.state,
        restored.record.stage,
        restored.record.result_version,
    )


def test_a_recompute_that_changes_nothing_keeps_the_version():
    """Where the result stays, so does its certificate."""
    same = QUALIFIED.send(step("recompute", "system", now=RESULTS, around=papers("passed", "passed")))

    assert QUALIFIED == same


def test_a_make_up_that_is_not_needed_any_more():
    """All first papers passed after a correction, the make-up not begun: 合格, stage first."""
    around = AssessmentAround(
        papers=(*papers("passed", "passed").papers, *papers("not_sat", stage=Stage.MAKEUP).papers)
    )
    settled = MAKEUP.send(step("recompute", "system", now=CONFIRMATION, around=around))

    assert ("qualified", Stage.FIRST) == (settled.state, settled.record.stage)


def test_the_late_door():
    """Passed after the evaluation: 待确认补考; passed within it: the papers open."""
    in_time = REVIEWED.send(step("pass", "agency", now=china(date(2024, 1, 12), 23, 59, 59)))
    late = REVIEWED.send(step("pass", "agency", now=china(date(2024, 1, 13), 0)))

    assert ("awaiting_assessment", "awaiting_makeup_approval") == (in_time.state, late.state)
    assert late.record.agency_passed


@pytest.mark.manual("S-I8")
def test_somebody_who_moved_before_it_began():
    """The case goes along; the department is chosen anew there. A result stays where it was reviewed."""
    moved = OPENED.send(step("move", "system", payload=Move("clinic")))
    noted = QUALIFIED.send(step("move", "system", payload=Move("clinic")))

    assert ("clinic", None) == (moved.record.institution_id, moved.record.department_id)
    assert QUALIFIED == noted


def test_a_reinstated_case_begins_again():
    """恢复参加 leads to 未确认参加, decided by a second person."""
    withdrawn = SITTING.send(step("withdraw", "administration"))
    refused = withdrawn.decide(attrs.evolve(step("reinstate", "administration"), acted=True))
    reinstated = withdrawn.send(step("reinstate", "administration"))

    assert isinstance(refused, Refused)
    assert ("not_enrolled", None, False) == (
        reinstated.state,
        reinstated.record.opinions,
        reinstated.record.agency_passed,
    )


def test_somebody_of_a_clinic_with_no_cycle():
    """Nothing that needs a window succeeds for a case whose cycle is not there."""
    lost = AssessmentAround(cycle=None)

    for trial, sending in (
        (OPENED, step("enrol", "institution", around=lost, payload=Enrol())),
        (ENROLLED, step("submit", "physician", around=lost, payload=Submit(filing()))),
        (SUBMITTED, step("submit_opinion", "institution", around=lost, payload=GOOD)),
        (REVIEWED, step("pass", "agency", around=lost)),
        (
            REVIEWED,
            step("return", "agency", around=lost, payload=Return(code=ReturnCode.INCOMPLETE), reason="理由"),
        ),
    ):
        assert isinstance(trial.decide(sending), Refused)
