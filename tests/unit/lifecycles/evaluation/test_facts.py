"""What the guards of a paper look at, at its bounds; and what its events leave in the record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.evaluation.events import PAYLOADS, Assign, ConfirmAbsence, RecordScore
from kaohe_workflow.lifecycles.evaluation.facts import (
    EvaluationFacts,
    in_range,
    sitting_ends_at,
)
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import SITTING, WINDOWS, EvaluationAround, china
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.unit.lifecycles.evaluation.paper import OPEN, PAPER, PHOTO, PROVINCE, STARTED, SYSTEM, UNSEEN

TICK = timedelta(milliseconds=1)
MAKEUP = attrs.evolve(PAPER, stage=Stage.MAKEUP)
NOT_SET = attrs.evolve(WINDOWS, makeup_confirm=None, makeup=None)


def facts(record=PAPER, payload=None, around=None, *, now=OPEN, **parameters):
    """The facts of a paper."""
    moment = Moment(now, attrs.evolve(DEFAULTS, **parameters))
    return EvaluationFacts(record, payload or NoPayload(), around or EvaluationAround(), moment)


@pytest.mark.parametrize(
    ("now", "first", "makeup"),
    [
        (china(date(2024, 1, 2), 23, 59, 59, 999_999), "before", "before"),
        (china(date(2024, 1, 3), 0), "open", "before"),
        (china(date(2024, 1, 12), 23, 59, 59, 999_999), "open", "before"),
        (china(date(2024, 1, 13), 0), "over", "before"),
        (china(date(2024, 1, 21), 23, 59, 59), "over", "before"),
        (china(date(2024, 1, 22), 0), "over", "open"),
        (china(date(2024, 1, 26), 23, 59, 59), "over", "open"),
        (china(date(2024, 1, 27), 0), "over", "over"),
    ],
)
def test_each_stage_has_its_window(now, first, makeup):
    """First papers are sat in 计划测评考核时间, others in the make-up's (手册 2.2.2, 2.2.9)."""

    assert first == facts(now=now).window
    assert makeup == facts(MAKEUP, now=now).window


@pytest.mark.parametrize("around", [EvaluationAround(windows=None), EvaluationAround(windows=NOT_SET)])
def test_a_window_that_is_not_set_is_still_to_come(around):
    """It never opens by itself, and never closes a paper."""

    assert "before" == facts(MAKEUP, around=around, now=china(date(2030, 1, 1))).window
    assert None is facts(MAKEUP, around=around).closes_at


def test_the_deadline_of_a_paper_not_sat():
    """It is closed at the end of its stage's window."""

    assert WINDOWS.evaluation.closes_at == facts().closes_at


@pytest.mark.parametrize(
    ("now", "over"),
    [(china(date(2024, 1, 5), 12, 59, 59, 999_999), False), (china(date(2024, 1, 5), 13), True)],
)
def test_a_paper_lasts_its_minutes(now, over):
    """60 minutes from the start, and no longer."""
    record = attrs.evolve(PAPER, started_at=OPEN)

    assert over == facts(record, now=now).sitting_over


def test_a_late_start_ends_with_the_window():
    """Who starts ten minutes before the end has ten minutes."""
    started_at = china(date(2024, 1, 12), 23, 50)
    record = attrs.evolve(PAPER, started_at=started_at)

    assert WINDOWS.evaluation.closes_at == facts(record).sitting_ends_at
    assert started_at + timedelta(minutes=60) == sitting_ends_at(started_at, None, DEFAULTS)


def test_a_paper_that_was_not_started_has_no_end():
    """No time runs before the start."""

    assert (None, False) == (facts().sitting_ends_at, facts().sitting_over)


@pytest.mark.parametrize(
    ("state", "first", "makeup"),
    [
        ("awaiting_assessment", True, False),
        ("awaiting_makeup", False, True),
        ("awaiting_makeup_approval", False, False),
        ("qualified", False, False),
    ],
)
def test_papers_are_assigned_in_their_stage_only(state, first, makeup):
    """No paper is open outside 待参加考核 and 待参加补考."""
    around = EvaluationAround(assessment=attrs.evolve(SITTING, state=state))

    assert (
        first == facts(None, Assign("assessment", PaperKind.HUMANITIES, Stage.FIRST), around).assessment_open
    )
    assert (
        makeup
        == facts(None, Assign("assessment", PaperKind.HUMANITIES, Stage.MAKEUP), around).assessment_open
    )


def test_there_is_no_exemption_in_the_make_up():
    """A granted exemption passes the paper of the first stage only (手册 2.2.8)."""
    around = EvaluationAround(exempt=True)

    assert facts(around=around).exempt
    assert not facts(MAKEUP, around=around).exempt


@pytest.mark.parametrize(
    ("score", "allowed"),
    [
        ("0", True),
        ("100", True),
        ("59.99", True),
        ("60.50", True),
        ("60.500", True),
        ("-0.01", False),
        ("100.01", False),
        ("59.999", False),
        ("NaN", False),
        ("Infinity", False),
    ],
)
def test_a_score_is_0_to_100_with_two_places(score, allowed):
    """Both bounds are scores."""

    assert allowed == in_range(Decimal(score))
    assert allowed == facts(payload=RecordScore(Decimal(score))).score_in_range


@given(score=st.decimals(allow_nan=True, allow_infinity=True))
def test_every_number_is_a_score_or_not(score):
    """No number breaks the check, however long it is."""
    hundredths = {Decimal(number).scaleb(-2) for number in range(10_001)}

    assert in_range(score) == (not score.is_nan() and score in hundredths)


@pytest.mark.parametrize(
    ("line", "score", "value"),
    [
        (None, Decimal(60), "none"),
        (Decimal(60), None, "none"),
        (Decimal(60), Decimal("59.99"), "below"),
        (Decimal(60), Decimal(60), "meets"),
        (Decimal(60), Decimal("60.01"), "meets"),
    ],
)
def test_the_line_itself_is_a_pass(line, score, value):
    """At the published line is 合格; without line or score there is no result (手册 2.2.9)."""

    assert value == facts(attrs.evolve(PAPER, score=score), around=EvaluationAround(line=line)).line


def test_the_first_score_stands():
    """A second score is refused and changes nothing."""
    sending = Sending(
        event="record_score",
        by=PROVINCE,
        now=OPEN,
        around=EvaluationAround(),
        payload=RecordScore(Decimal(70)),
    )
    scored = Trial(lifecycle="evaluation", state="not_sat", record=PAPER).send(sending)
    again = scored.decide(attrs.evolve(sending, payload=RecordScore(Decimal(90))))

    assert isinstance(again, Refused)
    assert ("handed_in", Decimal(70)) == (scored.state, scored.record.score)


def test_level_and_category_stay_as_on_the_day_of_assignment():
    """The paper takes level, category and subjects of the filing, and its round."""
    sending = Sending(
        event="assign",
        by=SYSTEM,
        now=OPEN,
        around=EvaluationAround(
            assessment=attrs.evolve(SITTING, level=Level.ASSISTANT), subjects=("03.01", "03.02")
        ),
        payload=Assign("assessment", PaperKind.PROFESSIONAL, Stage.FIRST, round=2),
    )

    assigned = Trial(lifecycle="evaluation").send(sending)

    expected = attrs.evolve(PAPER, level=Level.ASSISTANT, subjects=("03.01", "03.02"), round=2)

    assert expected == assigned.record


@pytest.mark.manual("S-83")
@pytest.mark.parametrize(
    ("taken_at", "valid"),
    [
        (OPEN - TICK, False),
        (OPEN, True),
        (OPEN + timedelta(minutes=60), True),
        (OPEN + timedelta(minutes=60) + TICK, False),
    ],
)
def test_a_photo_is_of_the_sitting(taken_at, valid):
    """From the start to the end of the minutes, both included; when it is delivered does not matter."""
    payload = attrs.evolve(PHOTO, taken_at=taken_at)

    assert valid == facts(STARTED, payload, now=OPEN + timedelta(days=1)).photo_valid


def test_a_photo_is_not_of_the_future():
    """Nobody has taken it yet, though the paper is still being sat."""
    payload = attrs.evolve(PHOTO, taken_at=OPEN + timedelta(minutes=2))

    assert not facts(STARTED, payload, now=OPEN + timedelta(minutes=1)).photo_valid


@pytest.mark.manual("N-1.8", "S-I3")
def test_starting_starts_the_clock():
    """The minutes run from the start."""
    sending = Sending(event="start", by=("physician", "self"), now=OPEN, around=EvaluationAround())

    started = Trial(lifecycle="evaluation", state="not_sat", record=PAPER, parameters=UNSEEN).send(sending)

    assert OPEN == started.record.started_at


@pytest.mark.parametrize(
    "around",
    [EvaluationAround(), EvaluationAround(assessment=None, windows=None)],
    ids=["there", "not there"],
)
@pytest.mark.parametrize("record", [None, PAPER, attrs.evolve(PAPER, started_at=OPEN)])
@pytest.mark.parametrize("event", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, event):
    """Facts are total: for every case and event a value that the chart allows."""
    carried = {
        "assign": Assign("assessment", PaperKind.HUMANITIES, Stage.FIRST),
        "record_score": RecordScore(Decimal("NaN")),
        "confirm_absence": ConfirmAbsence(),
    }
    found = facts(record, carried.get(event), around)

    for fact in shipped_chart("evaluation").facts:
        value = getattr(found, fact.name)
        kinds = {"boolean": (bool,), "enum": (str,), "instant": (datetime, NoneType)}

        assert type(value) in kinds[fact.type]
        assert fact.type != "enum" or value in fact.values


@pytest.mark.parametrize(
    ("state", "first", "makeup"),
    [
        ("not_enrolled", False, False),
        ("awaiting_agency_review", False, False),
        ("awaiting_assessment", True, False),
        ("awaiting_makeup_approval", True, False),
        ("awaiting_makeup", True, True),
        ("qualified", True, True),
        ("unqualified", True, True),
        ("withdrawn", False, False),
        ("missed", False, False),
    ],
)
def test_what_comes_late_is_judged_where_its_stage_is_sat_or_over(state, first, makeup):
    """Who has left, or files again, sits papers of a new round: a late score of the old one counts for nothing."""
    around = EvaluationAround(assessment=attrs.evolve(SITTING, state=state))

    assert (first, makeup) == (facts(around=around).still_judged, facts(MAKEUP, around=around).still_judged)


@pytest.mark.parametrize(
    ("record", "offered", "meaning", "follows"),
    [
        (PAPER, True, MakeupMeaning.PRE_VERDICT, True),
        (PAPER, False, MakeupMeaning.PRE_VERDICT, False),
        (PAPER, True, MakeupMeaning.STATUTORY, False),
        (MAKEUP, True, MakeupMeaning.PRE_VERDICT, False),
    ],
)
def test_a_make_up_follows_the_first_stage_where_there_is_one(record, offered, meaning, follows):
    """Nothing follows the make-up; and a 补考 that is the 再次考核 of the law comes after the verdict."""
    assert follows is facts(record, makeup_offered=offered, makeup_meaning=meaning).makeup_follows
