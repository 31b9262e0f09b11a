"""What the guards of an application for review look at, at its bounds; and what it keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.result_review.case import CorrectedScore, Correction, OpinionItem
from kaohe_workflow.lifecycles.result_review.events import PAYLOADS, Apply, Change
from kaohe_workflow.lifecycles.result_review.facts import ResultReviewFacts
from kaohe_workflow.lifecycles.shape import Decider, Moment, NoPayload
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.reviews import UNQUALIFIED, ResultReviewAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.lifecycles.result_review.rows import APPLICATION, IN_TIME, RECORD

HUMANITIES = PaperKind.HUMANITIES


def facts(record=RECORD, payload=None, around=None, *, now=IN_TIME):
    """The facts of an application."""
    return ResultReviewFacts(
        record, payload or NoPayload(), around or ResultReviewAround(), Moment(now, DEFAULTS)
    )


def score(number, stage=Stage.FIRST, kind=HUMANITIES):
    """A change that names one score."""
    return Change(scores=(CorrectedScore(stage, kind, Decimal(number)),))


@pytest.mark.manual("N-1.11")
@pytest.mark.parametrize(
    ("now", "window"),
    [
        (china(date(2024, 1, 31), 0), "open"),
        (china(date(2024, 3, 1), 23, 59, 59, 999_999), "open"),
        (china(date(2024, 3, 2), 0), "over"),
    ],
)
def test_thirty_days_after_receipt(now, window):
    """The day of receipt is day 0, day 30 still counts whole (考核办法 第二十四条); 2024 has a 29 February."""

    assert window == facts(None, APPLICATION, now=now).apply_window


def test_a_result_that_is_not_received_yet():
    """The clock has not begun: whoever knows the result already may object."""

    assert "open" == facts(None, APPLICATION, ResultReviewAround(received_on=None)).apply_window


@pytest.mark.manual("N-2.8")
@pytest.mark.parametrize(
    ("now", "window"),
    [
        (china(date(2024, 2, 5)), "open"),
        (china(date(2024, 3, 6), 23, 59, 59, 999_999), "open"),
        (china(date(2024, 3, 7), 0), "over"),
    ],
)
def test_thirty_days_to_answer(now, window):
    """The day of the application is day 0, day 30 still counts whole (考核办法 第二十四条)."""
    found = facts(now=now)

    assert window == found.answer_window
    assert china(date(2024, 3, 7), 0) == found.answer_due_at


@pytest.mark.parametrize(
    ("sender", "another"),
    [
        (Decider("agency-account", "judge"), False),
        (Decider("other-account", "judge"), False),
        (Decider("agency-account", "reviewer"), True),
        (Decider("agency-account"), False),
        (None, False),
    ],
)
def test_another_than_decided(sender, another):
    """Who has taken part in the result does not review it; of a shared account nobody knows who it is."""

    assert another == facts(around=ResultReviewAround(sender=sender)).by_another


@pytest.mark.parametrize(
    ("change", "sound"),
    [
        (Change(), False),
        (Change(opinions=(OpinionItem.ETHICS,)), True),
        (Change(opinions=(OpinionItem.WORK,)), False),
        (Change(findings=(2,)), True),
        (Change(findings=(1,)), False),
        (Change(opinions=(OpinionItem.ETHICS,), findings=(1,)), False),
        (score("60"), True),
        (score("0"), True),
        (score("100"), True),
        (score("100.01"), False),
        (score("59.995"), False),
        (score("-1"), False),
        (score("60", Stage.MAKEUP), False),
        (score("60", kind=PaperKind.PROFESSIONAL), False),
        (
            Change(
                scores=(
                    CorrectedScore(Stage.FIRST, HUMANITIES, Decimal(60)),
                    CorrectedScore(Stage.FIRST, HUMANITIES, Decimal(61)),
                )
            ),
            False,
        ),
    ],
)
def test_what_is_set_right_stands_against_the_physician(change, sound):
    """Each thing that a change names is one that is held against the physician now, and a score is one."""

    assert sound == facts(payload=change).names_something


@pytest.mark.parametrize(
    ("state", "published"),
    [("qualified", True), ("unqualified", True), ("awaiting_makeup", False), ("missed", False)],
)
def test_there_is_a_result(state, published):
    """Reviewed is a result, nothing else."""
    around = ResultReviewAround(result=attrs.evolve(UNQUALIFIED, state=state))

    assert published == facts(None, APPLICATION, around).result_published


def test_what_is_kept():
    """The application keeps the version and the days; the answer, and what it sets right."""
    made = Trial(lifecycle="result_review").send(
        Sending(
            event="apply",
            by=("physician", "self"),
            now=IN_TIME,
            around=ResultReviewAround(),
            payload=APPLICATION,
        )
    )
    changed = made.send(
        Sending(
            event="change",
            by=("agency", "assigned"),
            now=IN_TIME + timedelta(days=1),
            around=ResultReviewAround(),
            payload=Change(findings=(2, 2)),
            reason="不属实",
        )
    )

    assert RECORD == made.record
    assert ("不属实", date(2024, 2, 6), Correction(findings=(2,))) == (
        changed.record.answer,
        changed.record.answered_on,
        changed.record.correction,
    )


def test_texts_that_say_nothing():
    """Grounds without words, and a file whose id no store holds, are errors of the input."""
    with pytest.raises(InputInvalid) as caught:
        Apply(assessment_id="a", grounds=" ", attachments=("b\x01",))

    assert ["$.grounds", "$.attachments[0]"] == [problem.path for problem in caught.value.problems]
    with pytest.raises(InputInvalid):
        Change(findings=tuple(range(51)))


@pytest.mark.parametrize(
    "around", [ResultReviewAround(), ResultReviewAround(result=None, received_on=None, sender=None)]
)
@pytest.mark.parametrize("record", [None, RECORD])
@pytest.mark.parametrize("event", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, event):
    """Facts are total: for every case and event a value that the chart allows."""
    payload = {"apply": APPLICATION, "change": Change(findings=(2,))}.get(event)
    found = facts(record, payload, around)

    for fact in shipped_chart("result_review").facts:
        kinds = {"boolean": (bool,), "enum": (str,), "instant": (datetime, NoneType)}

        assert type(getattr(found, fact.name)) in kinds[fact.type]
