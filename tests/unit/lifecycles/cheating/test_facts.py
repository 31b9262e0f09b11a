"""What the guards of a mark look at, at its bounds; and what it keeps."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.cheating.facts import CheatingFacts, last_instant
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Fired
from kaohe_workflow.testing.assessment_strategies import paper_states
from kaohe_workflow.testing.assessments import SAT_PAPER, CheatingAround, china
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.terms import CheatingManner
from tests.unit.lifecycles.cheating.rows import (
    ADMINISTRATION,
    AROUND,
    CARRIED,
    CARRY,
    HEARD,
    HEARING,
    MARK,
    MARKED,
    PHYSICIAN,
    PROVINCE,
    RECORD,
    REPORT_DUE,
    REPORTED,
    STATED,
    STATEMENT,
    SYSTEM,
    WAITING,
)


def facts(record=RECORD, payload=None, *, now=MARKED, around=AROUND, **parameters):
    moment = Moment(now, attrs.evolve(DEFAULTS, **parameters))
    return CheatingFacts(record, payload if payload is not None else NoPayload(), around, moment)


@given(state=paper_states())
def test_only_what_was_sat_is_suspected(state):
    """In progress, handed in or judged; not a paper that was not sat, waived, cancelled or is void already."""
    around = CheatingAround(paper=attrs.evolve(SAT_PAPER, state=state))

    assert (state in {"sitting", "handed_in", "passed", "failed"}) == facts(around=around).paper_sat


def test_a_paper_of_another_assessment_is_none():
    """Who marks names paper and assessment; a paper that is not there was not sat."""

    assert not facts(around=CheatingAround(paper=None)).paper_sat


@pytest.mark.parametrize(
    ("now", "due"),
    [(china(date(2024, 1, 15), 23, 59, 59, 999_999), False), (REPORT_DUE, True)],
)
def test_a_mark_is_reported_by_itself_after_ten_days(now, due):
    """Marked on 5 January, day 0: the administration has the whole of 15 January."""

    assert due == facts(now=now).report_due


@pytest.mark.parametrize(
    ("days", "last"), [(0, date(2024, 1, 5)), (1, date(2024, 1, 6)), (60, date(2024, 3, 5))]
)
def test_the_term_of_reporting_is_a_parameter(days, last):
    """The last day counts to its end in China."""
    found = facts(cheating_report_days=days).report_due_at

    assert china(last + timedelta(days=1), 0) == found


def test_a_term_begins_with_the_day_in_china():
    """At 23:30 in China it is still that day, though the day of UTC is the same; half an hour later it is the next."""
    late = china(date(2024, 1, 5), 23, 30)

    assert last_instant(late, 1) == last_instant(MARKED, 1)
    assert last_instant(late + timedelta(minutes=30), 1) == last_instant(MARKED, 2)


@pytest.mark.parametrize(
    ("record", "now", "hearing"),
    [
        (RECORD, MARKED, "none"),
        (WAITING, REPORTED, "open"),
        (WAITING, HEARING, "open"),
        (WAITING, HEARD, "over"),
        (None, MARKED, "none"),
    ],
)
def test_the_physician_is_heard_for_five_days(record, now, hearing):
    """Reported on 16 January, day 0: heard until the end of 21 January."""

    assert hearing == facts(record, now=now).hearing


@pytest.mark.parametrize(("record", "stated"), [(None, False), (WAITING, False), (STATED, True)])
def test_a_statement_is_a_hearing(record, stated):
    """Who has stated the case need not be waited for any longer."""

    assert stated == facts(record).stated


def test_a_statement_ends_the_wait_for_the_hearing():
    """The province may confirm as soon as the physician has stated the case, on the very day of the report."""
    stated = Trial(lifecycle="cheating", state="awaiting_province", record=WAITING).send(
        Sending(event="state_case", by=PHYSICIAN, now=REPORTED, around=AROUND, payload=STATEMENT)
    )
    confirm = Sending(
        event="confirm", by=PROVINCE, now=REPORTED, around=AROUND, payload=Confirm(), reason="代考"
    )

    assert STATED == stated.record
    assert isinstance(stated.decide(confirm), Fired)


@pytest.mark.parametrize(
    ("record", "payload", "given_"),
    [
        (WAITING, Confirm(), True),
        (attrs.evolve(WAITING, evidence=()), Confirm(), False),
        (attrs.evolve(WAITING, evidence=()), Confirm(evidence=("record",)), True),
        (None, NoPayload(), False),
    ],
)
def test_a_decision_rests_on_files(record, payload, given_):
    """Those of the mark, or those that come with the decision."""

    assert given_ == facts(record, payload).evidence_given


@pytest.mark.parametrize(
    ("record", "payload", "new"),
    [
        (RECORD, MARK, False),
        (RECORD, attrs.evolve(MARK, evidence=()), False),
        (RECORD, attrs.evolve(MARK, evidence=("photo-1", "photo-2")), True),
        (None, MARK, True),
        (RECORD, NoPayload(), False),
    ],
)
def test_new_evidence_is_a_file_that_was_not_known(record, payload, new):
    """What was looked at already does not bring the suspicion back."""

    assert new == facts(record, payload).evidence_is_new


NAMING = Confirm(substitute_id="other")


@pytest.mark.parametrize(
    ("record", "payload", "found"),
    [
        (WAITING, Confirm(), "none"),
        (WAITING, NoPayload(), "none"),
        (None, NAMING, "none"),
        (WAITING, NAMING, "named"),
        (WAITING, Confirm(substitute_id="far"), "unknown"),
        (WAITING, Confirm(substitute_id="doctor"), "same"),
        (CARRIED, NAMING, "not_substitution"),
        *(
            (attrs.evolve(WAITING, manner=manner), NAMING, "not_substitution")
            for manner in CheatingManner
            if manner is not CheatingManner.SUBSTITUTE
        ),
    ],
)
def test_who_sat_for_another_is_another_physician_within_reach(record, payload, found):
    """Named with a finding of 替考 alone: not with another manner, nor in the mark of who sat for somebody."""
    around = CheatingAround(reached=("other", "doctor"))

    assert found == facts(record, payload, around=around).substitute


@pytest.mark.parametrize(("named", "guard"), [(False, True), (True, False)])
def test_who_has_named_the_substitute_does_not_decide_alone(named, guard):
    """The mark of who sat for another is confirmed by another person than has named him."""
    confirm = Sending(
        event="confirm",
        by=PROVINCE,
        now=HEARD,
        around=CheatingAround(named_by_sender=named),
        payload=Confirm(evidence=("photo",)),
        reason="代考",
    )
    decided = Trial(lifecycle="cheating", state="awaiting_province", record=CARRIED).decide(confirm)

    assert guard is isinstance(decided, Fired)


def test_the_finding_names_the_substitute_until_it_is_corrected():
    """What did not take place leaves nobody named; a finding made anew names whom it names."""
    trial = Trial(lifecycle="cheating", state="awaiting_province", record=WAITING)
    confirm = Sending(event="confirm", by=PROVINCE, now=HEARD, around=AROUND, payload=NAMING, reason="代考")
    confirmed = trial.send(confirm)
    correct = Sending(event="correct", by=PROVINCE, now=HEARD, around=AROUND, reason="申诉成立")

    assert "other" == confirmed.record.substitute_id
    assert confirmed.send(correct).record.substitute_id is None


def test_who_sat_for_another_is_heard_and_reads_no_file_of_the_finding():
    """The mark is before the province at once, its physician is told, and has the days to be heard."""
    carry = Sending(
        event="carry", by=SYSTEM, now=REPORTED, around=AROUND, payload=CARRY, reason="被认定为代考人"
    )
    made = Trial(lifecycle="cheating", state="none", record=None).send(carry).record

    assert CARRIED == attrs.evolve(made, physician_id="doctor", institution_id="hospital")


def test_a_statement_of_blanks_is_none():
    """Something has to be said."""

    assert not facts(WAITING, StateCase(statement="　 ")).statement_given
    assert not facts(WAITING).statement_given


def test_marked_again_everything_runs_anew():
    """A new mark adds its files, the physician is heard again, and the mark is where the paper is by now."""
    around = CheatingAround(paper=attrs.evolve(SAT_PAPER, institution_id="clinic"))
    again = attrs.evolve(MARK, manner=CheatingManner.MATERIAL, evidence=("photo-1", "photo-2"))
    later = china(date(2024, 2, 1))
    sending = Sending(
        event="mark", by=ADMINISTRATION, now=later, around=around, payload=again, reason="新证据"
    )
    marked = Trial(lifecycle="cheating", state="excluded", record=STATED).send(sending).record

    assert marked == attrs.evolve(
        RECORD,
        institution_id="clinic",
        manner=CheatingManner.MATERIAL,
        evidence=("photo-1", "photo-2"),
        evidence_heard=1,
        marked_at=later,
    )
    assert ("photo-1",) == marked.opened_evidence


def test_files_of_the_decision_are_kept_once():
    """The files of the mark come first, and no file twice."""
    sending = Sending(
        event="confirm",
        by=PROVINCE,
        now=HEARD,
        around=AROUND,
        payload=Confirm(evidence=("photo-1", "verdict")),
        reason="代考",
    )
    decided = Trial(lifecycle="cheating", state="awaiting_province", record=WAITING).send(sending)

    assert ("photo-1", "verdict") == decided.record.evidence


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: Mark(manner=CheatingManner.OTHER, evidence=("a", "\x00")), "$.evidence[1]"),
        (lambda: Confirm(evidence=("\x00",)), "$.evidence[0]"),
        (lambda: Confirm(substitute_id="\x00"), "$.substitute_id"),
        (lambda: StateCase(statement="\x00"), "$.statement"),
        (lambda: StateCase(statement="说明", files=("\x00",)), "$.files[0]"),
    ],
)
def test_texts_are_storable(make, place):
    """A text that no store holds is an error of the input, with its place."""
    with pytest.raises(InputInvalid) as caught:
        make()

    assert [place] == [problem.path for problem in caught.value.problems]
