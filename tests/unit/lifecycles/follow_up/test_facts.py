"""What the guards of a follow-up look at, at its bounds; and what it keeps."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from types import NoneType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.follow_up.case import PaperResult
from kaohe_workflow.lifecycles.follow_up.events import (
    PAYLOADS,
    Open,
    OrderSuspension,
    Reassess,
    RecordTraining,
)
from kaohe_workflow.lifecycles.follow_up.facts import FollowUpFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.follow_ups import RESULT, FollowUpAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.months import months_after
from kaohe_workflow.values.parameter_kinds import MakeupMeaning
from kaohe_workflow.values.terms import PaperKind, Verdict
from tests.unit.lifecycles.follow_up.rows import (
    ABSENT,
    AROUND,
    ORDER,
    ORDERING,
    RECORD,
    STOPPED,
    TRAINED,
    TRAINING,
)

SYSTEM = ("system", "any")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")


def facts(record=RECORD, payload=None, around=AROUND, *, now=ORDERING):
    """The facts of a follow-up."""
    return FollowUpFacts(record, payload or NoPayload(), around, Moment(now, DEFAULTS))


def ordered(day: date, months: int) -> Trial:
    """A suspension of so many months that is ordered for that day, on that day."""
    around = FollowUpAround(received_on=months_after(date(day.year - 1, day.month, 1), 0))
    return Trial(lifecycle="follow_up", state="order_due", record=RECORD).send(
        Sending(
            event="order_suspension",
            by=ADMINISTRATION,
            now=china(day),
            around=around,
            payload=OrderSuspension(months),
            reason="考核不合格",
        )
    )


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 3, 15), 3, date(2026, 6, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_of_the_calendar(starts_on, months, ends_on):
    """A month that is shorter ends with its last day, in leap years too."""
    record = ordered(starts_on, months).record

    assert (starts_on, ends_on) == (record.starts_on, record.ends_on)


@given(day=st.dates(date(2020, 1, 1), date(2099, 12, 31)), months=st.integers(0, 24))
def test_months_never_leap_over_a_month(day, months):
    """The day lies in the month that is so many later, never after the day of the month it began with."""
    later = months_after(day, months)

    assert (day.year * 12 + day.month) + months == later.year * 12 + later.month
    assert later.day <= day.day


@pytest.mark.parametrize(("months", "allowed"), [(2, False), (3, True), (6, True), (7, False), (-1, False)])
def test_three_to_six_months(months, allowed):
    """3个月以上6个月以下, both included (考核办法 第二十六条, 医师法 第四十二条)."""
    trial = Trial(lifecycle="follow_up", state="order_due", record=RECORD)
    decision = trial.decide(
        Sending(
            event="order_suspension",
            by=ADMINISTRATION,
            now=ORDERING,
            around=AROUND,
            payload=attrs.evolve(ORDER, months=months),
            reason="考核不合格",
        )
    )

    assert allowed != isinstance(decision, Refused)


@pytest.mark.parametrize(
    ("now", "received", "pending", "over"),
    [
        (china(date(2026, 1, 31), 23, 59), date(2026, 1, 1), False, False),
        (china(date(2026, 2, 1), 0), date(2026, 1, 1), False, True),
        (china(date(2026, 2, 1), 0), date(2026, 1, 1), True, False),
        (china(date(2026, 2, 1), 0), None, False, False),
    ],
)
def test_not_before_nobody_can_object(now, received, pending, over):
    """Day 30 after receipt still belongs to the physician; a pending review, or no receipt, keeps it open."""
    around = FollowUpAround(received_on=received, review_pending=pending)

    assert over == facts(around=around, now=now).objection_over


@pytest.mark.parametrize(
    ("now", "reached"),
    [(china(date(2026, 4, 30), 23, 59, 59, 999_999), False), (china(date(2026, 5, 1), 0), True)],
)
def test_the_last_day_still_counts(now, reached):
    """The suspension lasts through its last day."""
    found = facts(STOPPED, now=now)

    assert reached == found.end_reached
    assert china(date(2026, 5, 1), 0) == found.suspension_ends_at


def test_a_cancellation_bars_for_a_year():
    """注销 on 2026-08-15 bars until 2027-08-15 (医师法 第十六条)."""
    cancelled = Trial(lifecycle="follow_up", state="to_cancel", record=STOPPED).send(
        Sending(
            event="cancel", by=ADMINISTRATION, now=china(date(2026, 8, 15)), around=AROUND, reason="不合格"
        )
    )

    assert (date(2026, 8, 15), date(2027, 8, 15)) == (
        cancelled.record.cancelled_on,
        cancelled.record.barred_until,
    )


@pytest.mark.parametrize("until", [date(2027, 12, 31), None])
def test_no_honours_to_the_end_of_the_cycle(until):
    """Who passes again practises, without 评优 and 晋升 to the end of the cycle (考核办法 第二十六条)."""
    passed = Trial(lifecycle="follow_up", state="awaiting_reassessment", record=TRAINED).send(
        Sending(
            event="pass", by=AGENCY, now=china(date(2026, 5, 6)), around=FollowUpAround(cycle_ends_on=until)
        )
    )

    assert (date(2026, 5, 6), until) == (passed.record.assessed_again_on, passed.record.no_honours_until)


@pytest.mark.parametrize(
    ("now", "entered", "left"),
    [
        (date(2027, 8, 14), None, "barred"),
        (date(2027, 8, 15), None, "cancelled"),
        (date(2027, 8, 15), date(2027, 8, 14), "cancelled"),
        (date(2027, 8, 15), date(2027, 8, 15), "valid"),
    ],
)
def test_what_another_cancellation_leaves(now, entered, left):
    """Cancelled under another result, with a bar to 2027-08-15: registered again only by an entry from that day on."""
    around = FollowUpAround(barred_until=(date(2027, 8, 15),), entered_on=entered)

    assert left == facts(around=around, now=china(now)).registration


@pytest.mark.parametrize(
    ("training", "complete"),
    [
        (TRAINING, True),
        (attrs.evolve(TRAINING, last_day=date(2026, 4, 30)), True),
        (attrs.evolve(TRAINING, last_day=date(2026, 5, 1)), False),
        (attrs.evolve(TRAINING, first_day=date(2026, 4, 2)), False),
        (attrs.evolve(TRAINING, trainer=""), False),
    ],
)
def test_a_training_that_took_place(training, complete):
    """Trainer and days are given, in order, and the training is over."""

    assert complete == facts(STOPPED, training, now=china(date(2026, 4, 30))).training_complete


def test_the_same_training_twice_is_one():
    """A report that is sent again adds nothing."""
    sending = Sending(
        event="record_training", by=AGENCY, now=china(date(2026, 4, 30)), around=AROUND, payload=TRAINING
    )
    once = Trial(lifecycle="follow_up", state="suspended", record=STOPPED).send(sending)

    assert once.send(sending).record == once.record
    assert (TRAINING.training,) == once.record.trainings


@pytest.mark.parametrize(
    ("state", "version", "outcome"),
    [
        ("unqualified", 1, "unqualified"),
        ("unqualified", 2, "other"),
        ("qualified", 1, "other"),
        ("missed", 1, "missed"),
        ("missed", 0, "other"),
    ],
)
def test_only_while_the_version_stands(state, version, outcome):
    """The follow-up is about one version of a result (or a cycle that was missed)."""
    around = FollowUpAround(result=attrs.evolve(RESULT, state=state, result_version=version))

    assert outcome == facts(around=around).outcome


@pytest.mark.parametrize("lacking", [{"absent": False}, {"cycle_archived": False}, {"state": "missed"}])
def test_absent_twice_only_with_the_archive(lacking):
    """Until the cycle is archived an absence may be refuted; who was absent once is assessed again."""
    trial = Trial(lifecycle="follow_up", state="order_due", record=RECORD)
    around = attrs.evolve(ABSENT, result=attrs.evolve(ABSENT.result, **lacking))

    assert isinstance(
        trial.decide(Sending(event="miss_again", by=SYSTEM, now=ORDERING, around=around)), Refused
    )


@pytest.mark.parametrize(
    ("event", "by", "reason"), [("fail", AGENCY, "再次考核未达到要求"), ("miss_again", SYSTEM, None)]
)
def test_the_ground_is_reported_within_thirty_days(event, by, reason):
    """The day on which it is known is day 0, day 30 still counts (医师法 第十七条)."""
    trial = Trial(lifecycle="follow_up", state="awaiting_reassessment", record=STOPPED)
    sent = trial.send(Sending(event=event, by=by, now=china(date(2026, 5, 6)), around=ABSENT, reason=reason))

    assert (date(2026, 5, 6), date(2026, 6, 5)) == (sent.record.ground_known_on, sent.record.report_due_on)


def test_texts_that_no_store_holds():
    """A control character in a name, or too many files, are errors of the input."""
    with pytest.raises(InputInvalid) as caught:
        attrs.evolve(TRAINING, trainer="a\x00", evidence=("b\x01",))

    assert ["$.trainer", "$.evidence[0]"] == [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize("around", [AROUND, FollowUpAround(result=None, received_on=None)])
@pytest.mark.parametrize("record", [None, RECORD, STOPPED])
@pytest.mark.parametrize("event", [*PAYLOADS])
def test_every_fact_has_a_value_of_its_kind(around, record, event):
    """Facts are total: for every case and event a value that the chart allows."""
    payloads = {
        "open": Open("assessment", 1),
        "order_suspension": ORDER,
        "record_training": RecordTraining(trainer="", first_day=date(2026, 1, 1), last_day=date(2026, 1, 1)),
    }
    found = facts(record, payloads.get(event), around)

    for fact in shipped_chart("follow_up").facts:
        kinds = {"boolean": (bool,), "integer": (int,), "enum": (str,), "instant": (datetime, NoneType)}

        assert type(getattr(found, fact.name)) in kinds[fact.type]


HUMANITIES, PROFESSIONAL, STATEMENT = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL, PaperKind.STATEMENT


def result(kind: PaperKind = PROFESSIONAL, score: str | None = None, verdict: Verdict | None = None):
    """What came of a paper; neither score nor verdict is 缺考."""
    return PaperResult(kind=kind, score=None if score is None else Decimal(score), verdict=verdict)


@pytest.mark.parametrize(
    ("papers", "results", "shown"),
    [
        ((), (), "none_due"),
        ((PROFESSIONAL,), (result(score="60"),), "meets"),
        ((PROFESSIONAL,), (result(score="59.99"),), "below"),
        ((PROFESSIONAL,), (result(),), "below"),
        ((PROFESSIONAL,), (result(score="100.01"),), "incomplete"),
        ((PROFESSIONAL,), (result(score="60.005"),), "incomplete"),
        ((PROFESSIONAL,), (result(score="60", verdict=Verdict.QUALIFIED),), "incomplete"),
        ((PROFESSIONAL,), (), "incomplete"),
        ((PROFESSIONAL,), (result(score="60"), result(score="70")), "incomplete"),
        ((PROFESSIONAL,), (result(HUMANITIES, "60"),), "incomplete"),
        ((HUMANITIES, PROFESSIONAL), (result(score="60"), result(HUMANITIES, "100")), "meets"),
        ((HUMANITIES, PROFESSIONAL), (result(score="100"), result(HUMANITIES, "0")), "below"),
        ((STATEMENT,), (result(STATEMENT, verdict=Verdict.QUALIFIED),), "meets"),
        ((STATEMENT,), (result(STATEMENT, verdict=Verdict.UNQUALIFIED),), "below"),
        ((STATEMENT,), (result(STATEMENT),), "below"),
        ((STATEMENT,), (result(STATEMENT, "60"),), "incomplete"),
    ],
)
def test_each_paper_of_the_reassessment_has_one_result(papers, results, shown):
    """All of them meet their lines, the line itself is enough, or one does not; 缺考 meets none."""
    assert shown == facts(attrs.evolve(STOPPED, papers=papers), Reassess(results)).paper_results


@pytest.mark.parametrize(
    ("meaning", "papers"),
    [(MakeupMeaning.PRE_VERDICT, ()), (MakeupMeaning.STATUTORY, (HUMANITIES, PROFESSIONAL))],
)
def test_the_order_fixes_what_is_sat_again(meaning, papers):
    """Only where 补考 is the 再次考核 of the law does the order name papers."""
    parameters = attrs.evolve(DEFAULTS, makeup_meaning=meaning)
    trial = Trial(lifecycle="follow_up", state="order_due", record=RECORD, parameters=parameters)
    sending = Sending(
        event="order_suspension",
        by=ADMINISTRATION,
        now=ORDERING,
        around=AROUND,
        payload=ORDER,
        reason="考核不合格",
    )

    assert papers == trial.send(sending).record.papers
