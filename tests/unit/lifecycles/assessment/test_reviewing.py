"""From the filing to the reviews: what each event leaves, and what is taken back."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import (
    Return,
    Save,
    Submit,
)
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import (
    PERSON,
    PLAIN,
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.values.terms import Level, Procedure, ReturnCode, ReturnConcern, Stage
from tests.unit.lifecycles.assessment.way import (
    BAD,
    ENROLLED,
    EVALUATION,
    GOOD,
    REGISTRATION,
    REVIEWED,
    SUBMITTED,
    step,
    walk,
)


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
