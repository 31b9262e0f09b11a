"""From the papers to the result, by each door into the make-up, and back."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.assessment.events import Enrol, Return, Submit
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.shape import Move
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import (
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.values.terms import PaperKind, Procedure, ReturnCode, Stage
from tests.unit.lifecycles.assessment.way import (
    CONFIRMATION,
    ENROLLED,
    FAILED,
    GOOD,
    MAKEUP,
    MAKEUP_RESULTS,
    OPENED,
    QUALIFIED,
    RESULTS,
    REVIEWED,
    SITTING,
    SUBMITTED,
    papers,
    step,
)


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
