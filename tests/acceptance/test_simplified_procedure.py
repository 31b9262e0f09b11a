"""Who may be assessed by 简易程序 (考核办法 第二十条, 第二十一条), in a cycle 2020–2022."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import EnterPenalty
from kaohe_workflow.lifecycles.assessment.events import Return, Submit
from kaohe_workflow.lifecycles.assessment.filing import GoodRecord
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.terms import Ground, Procedure, RecordLevel, ReturnCode

WRONG = Return(code=ReturnCode.CONDITIONS_UNMET)

ACCEPTED: tuple[str, ...] = ()
NOT_ALLOWED = ("procedure_allowed",)

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2022, 12, 31)
DAY_BEFORE, DAY_AFTER = date(2019, 12, 31), date(2023, 1, 1)

LONG_AGO = date(1995, 7, 1)


def registering(journeys: Journeys, licensed_on: date | None) -> Traveller:
    """Somebody who holds the licence since a day, and is to file."""
    traveller = journeys.newcomer(licensed_on=licensed_on)
    journeys.lead(traveller, "awaiting_registration")
    return traveller


def submitted(journeys: Journeys, traveller: Traveller, **filed: Any) -> tuple[str, ...]:
    """The guards that refuse a filing for 简易程序; none where it is accepted."""
    given: dict[str, Any] = {"procedure": Procedure.SIMPLIFIED} | filed
    payload = Submit(filing(journeys.department_id, **given))
    try:
        journeys.world.send(traveller.principal, "assessment", traveller.case_id, "submit", payload)
    except TransitionRefused as ex:
        return tuple(getattr(reason, "name", reason.code) for reason in ex.reasons)
    return ACCEPTED


def award(given_on: date, level: RecordLevel = RecordLevel.CITY) -> tuple[GoodRecord, ...]:
    """One commendation."""
    return (GoodRecord(level=level, issuer="市卫生健康委员会", given_on=given_on),)


@pytest.mark.manual("R-21.1", "R-21.2")
@pytest.mark.parametrize(
    ("licensed_on", "refusal"),
    [(date(2017, 12, 31), ACCEPTED), (date(2018, 1, 1), NOT_ALLOWED), (None, NOT_ALLOWED)],
)
def test_five_years_are_full_on_the_last_day_of_the_cycle(
    journeys: Journeys, licensed_on: date | None, refusal: tuple[str, ...]
) -> None:
    """5年以上 with a good record: five years to the day are five, a day less is four, an unknown date none."""
    traveller = registering(journeys, licensed_on)

    assert refusal == submitted(
        journeys, traveller, ground=Ground.FIVE_YEARS, good_records=award(date(2021, 5, 12))
    )


@pytest.mark.manual("R-21.1", "R-21.2")
@pytest.mark.parametrize(
    ("licensed_on", "refusal"), [(date(2010, 12, 31), ACCEPTED), (date(2011, 1, 1), NOT_ALLOWED)]
)
def test_twelve_years_are_full_on_the_last_day_of_the_cycle(
    journeys: Journeys, licensed_on: date, refusal: tuple[str, ...]
) -> None:
    """12年以上 without a bad record: counted to the cycle's end, not to the day of filing a year later."""
    traveller = registering(journeys, licensed_on)

    assert refusal == submitted(journeys, traveller, ground=Ground.TWELVE_YEARS)


@pytest.mark.manual("W-2", "R-19.2")
@pytest.mark.parametrize(
    ("given_on", "refusal"),
    [(DAY_BEFORE, NOT_ALLOWED), (FIRST_DAY, ACCEPTED), (LAST_DAY, ACCEPTED), (DAY_AFTER, NOT_ALLOWED)],
)
def test_an_award_counts_in_its_cycle(journeys: Journeys, given_on: date, refusal: tuple[str, ...]) -> None:
    """An award of 2019-12-31 is none of a cycle 2020–2022: the day on the certificate decides, both ends included."""
    traveller = registering(journeys, LONG_AGO)

    assert refusal == submitted(journeys, traveller, ground=Ground.FIVE_YEARS, good_records=award(given_on))


@pytest.mark.manual("R-19.2")
@pytest.mark.parametrize(
    ("level", "refusal"),
    [
        (RecordLevel.UNIT, NOT_ALLOWED),
        (RecordLevel.COUNTY, NOT_ALLOWED),
        (RecordLevel.CITY, ACCEPTED),
        (RecordLevel.PROVINCE, ACCEPTED),
    ],
)
def test_an_award_counts_from_the_level_of_a_city_on(
    journeys: Journeys, level: RecordLevel, refusal: tuple[str, ...]
) -> None:
    """良好行为记录 of 设区的市 or above; what the own hospital or the county gives makes nobody's procedure simpler."""
    traveller = registering(journeys, LONG_AGO)

    assert refusal == submitted(
        journeys, traveller, ground=Ground.FIVE_YEARS, good_records=award(FIRST_DAY, level)
    )


@pytest.mark.manual("R-21.1")
@pytest.mark.parametrize(
    ("ground", "filed"),
    [
        (Ground.FIVE_YEARS, {}),
        (Ground.TWELVE_YEARS, {"bad_record": True}),
        (Ground.PROVINCIAL, {"provincial_ground": "residency_training"}),
    ],
    ids=["no good record", "a bad record", "no ground of the province"],
)
def test_long_years_alone_are_no_ground(journeys: Journeys, ground: Ground, filed: dict[str, Any]) -> None:
    """Decades of practice help nobody who names one ground and meets another."""
    traveller = registering(journeys, LONG_AGO)

    assert NOT_ALLOWED == submitted(journeys, traveller, ground=ground, **filed)


@pytest.mark.manual("R-17.1")
@pytest.mark.parametrize(
    ("decided_on", "refusal"),
    [(DAY_BEFORE, ACCEPTED), (FIRST_DAY, NOT_ALLOWED), (LAST_DAY, NOT_ALLOWED), (DAY_AFTER, ACCEPTED)],
)
def test_a_penalty_counts_in_its_cycle(
    journeys: Journeys, decided_on: date, refusal: tuple[str, ...]
) -> None:
    """What the administration has recorded is 不良行为记录 of its cycle, whatever the physician declares."""
    traveller = registering(journeys, LONG_AGO)
    penalty = EnterPenalty(
        decided_on=decided_on,
        authority="县卫生健康局",
        kind=PenaltyKind.WARNING,
        text="违反诊疗规范",
        evidence=("decision",),
    )
    journeys.world.send(
        journeys.world.county, "affiliation", traveller.physician_id, "record_penalty", penalty
    )

    assert refusal == submitted(journeys, traveller, ground=Ground.TWELVE_YEARS, bad_record=False)


@pytest.mark.manual("R-20.1")
@pytest.mark.parametrize(("statement", "refusal"), [(" \n", ("filing_complete",)), ("述职。", ACCEPTED)])
def test_a_statement_is_part_of_it(journeys: Journeys, statement: str, refusal: tuple[str, ...]) -> None:
    """简易程序 rests on the 述职报告: blanks are none."""
    traveller = registering(journeys, LONG_AGO)

    assert refusal == submitted(journeys, traveller, ground=Ground.TWELVE_YEARS, statement=statement)


@pytest.mark.manual("R-21.4", "S-64")
@pytest.mark.parametrize("procedure", [Procedure.GENERAL, Procedure.SIMPLIFIED])
def test_a_procedure_that_was_sent_back_is_chosen_anew(journeys: Journeys, procedure: Procedure) -> None:
    """Returned by the institution, the physician applies again: for the other procedure, or for the same."""
    world, traveller = journeys.world, registering(journeys, LONG_AGO)
    first = submitted(journeys, traveller, ground=Ground.TWELVE_YEARS)
    world.send(world.hospital, "assessment", traveller.case_id, "return", WRONG, reason="请核对执业年限")
    ground = Ground.TWELVE_YEARS if procedure is Procedure.SIMPLIFIED else Ground.NONE

    again = submitted(journeys, traveller, ground=ground, procedure=procedure)

    assert (ACCEPTED, ACCEPTED) == (first, again)
    assert "awaiting_institution_review" == journeys.state(traveller)
