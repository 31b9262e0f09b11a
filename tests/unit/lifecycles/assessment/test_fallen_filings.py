"""A filing whose ground a penalty or an amendment of the roster takes away (考核办法 第十七条, 第二十一条)."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.procedure import filing_stands, ground_holds
from kaohe_workflow.statechart.deciding import Fired
from kaohe_workflow.testing.assessment_strategies import good_records
from kaohe_workflow.testing.assessments import (
    CYCLE,
    FIRST_DAY,
    LAST_DAY,
    PERSON,
    PLAIN,
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.parameter_kinds import ProvincialGround
from kaohe_workflow.values.terms import Category, Ground, Level, Procedure

LISTED = attrs.evolve(DEFAULTS, simplified_grounds=(ProvincialGround(code="rural", label="乡镇"),))
LONG = filing(procedure=Procedure.SIMPLIFIED, ground=Ground.TWELVE_YEARS, level=Level.LICENSED)
BEFORE, AFTER = date(2010, 12, 31), date(2011, 1, 1)


def stands_now(written, person, *, cheating_confirmed=False):
    """Whether a filing stands in the cycle, by the shipped values."""
    return filing_stands(written, person, CYCLE, DEFAULTS, cheating_confirmed=cheating_confirmed)


def test_cheating_in_the_cycle_counts():
    """What the province has found in the papers is 不良行为记录 like a penalty; another ground does not ask for any."""
    listed = attrs.evolve(LONG, procedure=Procedure.GENERAL, ground=Ground.NONE)

    assert (True, False) == tuple(stands_now(LONG, PERSON, cheating_confirmed=one) for one in (False, True))
    assert stands_now(listed, PERSON, cheating_confirmed=True)


@pytest.mark.parametrize(("licensed_on", "stands"), [(BEFORE, True), (AFTER, False), (None, False)])
def test_an_amended_day_of_the_licence_counts(licensed_on, stands):
    """Twelve years to the last day of the cycle are enough, a day less is not; nor is an unknown day."""
    person = attrs.evolve(PERSON, licensed_on=licensed_on)

    assert stands is stands_now(LONG, person)


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (FIRST_DAY, False),
        (LAST_DAY, False),
        (date(2019, 12, 31), True),
        (date(2023, 1, 1), True),
    ],
)
def test_a_penalty_of_the_cycle_counts(day, stands):
    """Both end days of the cycle count, the days beside them do not."""
    person = attrs.evolve(PERSON, penalised_on=(day,))

    assert stands is stands_now(LONG, person)


@pytest.mark.parametrize(
    ("roster", "filed", "stands"),
    [
        (Level.LICENSED, Level.LICENSED, True),
        (Level.ASSISTANT, Level.LICENSED, False),
        (None, Level.LICENSED, True),
        (Level.ASSISTANT, None, True),
    ],
)
def test_another_level_than_the_rosters_does_not_stand(roster, filed, stands):
    """The papers would be the wrong ones; what one of the two does not know contradicts nothing."""
    person = attrs.evolve(PERSON, level=roster)

    assert stands is stands_now(filing(level=filed), person)


def test_another_category_than_the_rosters_does_not_stand():
    """As with the level."""

    assert not stands_now(filing(category=Category.DENTAL), PERSON)


def test_nobody_stands_for_a_person_who_is_not_there():
    """Without a roster there is nothing to rest on."""

    assert not stands_now(filing(), None)


@given(
    procedure=st.sampled_from(Procedure),
    ground=st.sampled_from(Ground),
    code=st.sampled_from([None, "rural", "other"]),
    bad=st.sampled_from([None, False, True]),
    records=st.lists(good_records(), max_size=2).map(tuple),
    licensed_on=st.one_of(st.none(), st.dates(date(2005, 1, 1), date(2020, 1, 1))),
    penalised_on=st.lists(st.dates(date(2019, 6, 1), date(2023, 6, 1)), max_size=2).map(tuple),
    cheated=st.booleans(),
)
def test_the_ground_is_the_one_that_submitting_asks_for(
    procedure, ground, code, bad, records, licensed_on, penalised_on, cheated
):
    """`ground_holds` and the chart's `procedure_allowed` say the same of every filing."""
    written = filing(
        procedure=procedure, ground=ground, provincial_ground=code, bad_record=bad, good_records=records
    )
    person = attrs.evolve(PERSON, licensed_on=licensed_on, penalised_on=penalised_on)
    trial = Trial(
        lifecycle="assessment",
        state="awaiting_registration",
        record=attrs.evolve(PLAIN, draft=attrs.evolve(written, bad_record=bad)),
        parameters=LISTED,
    )
    sending = Sending(
        event="submit",
        by=("physician", "self"),
        now=china(date(2023, 12, 1)),
        around=AssessmentAround(person=person, cheating_confirmed=cheated),
    )
    outcome = trial.decide(sending)
    unmet = set() if isinstance(outcome, Fired) else {getattr(one, "name", "") for one in outcome.reasons}

    holds = ground_holds(written, person, CYCLE, LISTED, cheating_confirmed=cheated)

    assert ("procedure_allowed" not in unmet) is holds


@pytest.mark.parametrize("licensed_on", [BEFORE, AFTER])
def test_the_mark_says_what_is_true(licensed_on):
    """Of a file that is sat already: marked where its ground is lost, and not where it is there again."""
    person = attrs.evolve(PERSON, licensed_on=licensed_on)
    record = attrs.evolve(PLAIN, filing=LONG, ground_lost=licensed_on is BEFORE)
    trial = Trial(lifecycle="assessment", state="awaiting_makeup", record=record)
    sending = Sending(
        event="mark_ground",
        by=("system", "any"),
        now=china(date(2024, 1, 20)),
        around=AssessmentAround(person=person),
    )

    assert (licensed_on is AFTER) is trial.send(sending).record.ground_lost
