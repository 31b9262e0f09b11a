"""Who may use 简易程序, and when a filing is complete (考核办法 第二十一条)."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.lifecycles.assessment.filing import Filing, GoodRecord, GoodRecordKind
from kaohe_workflow.lifecycles.assessment.procedure import (
    completed,
    contradictions,
    counts_as_good,
    has_good_record,
    missing_fields,
    years_in_practice,
)
from kaohe_workflow.statechart.deciding import Fired, Refused
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
from kaohe_workflow.values.terms import Category, Ground, Level, Procedure, RecordLevel

CITY_AWARD = GoodRecord(level=RecordLevel.CITY, issuer="市卫健委", given_on=date(2021, 6, 15))
HOPE = ProvincialGround(code="passed_title_exam", label="考核周期内通过职称考试")


def decide(licensed_on, parameters=DEFAULTS, **changes):
    """What becomes of a 简易 submission of somebody licensed on a day."""
    around = AssessmentAround(person=attrs.evolve(PERSON, licensed_on=licensed_on))
    sending = Sending(
        event="submit",
        by=("physician", "self"),
        now=china(date(2023, 12, 1)),
        around=around,
        payload=Submit(filing(procedure=Procedure.SIMPLIFIED, **changes)),
    )
    trial = Trial(lifecycle="assessment", state="awaiting_registration", record=PLAIN, parameters=parameters)
    return trial.decide(sending)


@pytest.mark.parametrize(
    ("licensed_on", "years"),
    [
        (date(2017, 12, 31), 5),
        (date(2018, 1, 1), 4),
        (date(2010, 12, 31), 12),
        (date(2011, 1, 1), 11),
        (date(2022, 12, 31), 0),
        (date(2023, 6, 1), 0),
        (None, 0),
        (date(1920, 1, 1), 90),
    ],
)
def test_years_are_full_at_the_last_day_of_the_cycle(licensed_on, years):
    """4 years and 364 days are 4; an unknown date is no year at all."""
    person = attrs.evolve(PERSON, licensed_on=licensed_on)

    assert years == years_in_practice(person, Level.LICENSED, CYCLE, DEFAULTS)


@pytest.mark.parametrize(("count", "years"), [(True, 17), (False, 0)])
def test_years_of_an_assistant(count, years):
    """The years of a 执业助理医师 count unless the province says otherwise."""
    parameters = attrs.evolve(DEFAULTS, count_assistant_years=count)

    assert years == years_in_practice(PERSON, Level.ASSISTANT, CYCLE, parameters)
    assert 17 == years_in_practice(PERSON, Level.LICENSED, CYCLE, parameters)


@pytest.mark.manual("S-59", "S-64")
@pytest.mark.parametrize(
    ("ground", "licensed_on", "changes", "fires"),
    [
        (Ground.TWELVE_YEARS, date(2010, 12, 31), {}, True),
        (Ground.TWELVE_YEARS, date(2011, 1, 1), {}, False),
        (Ground.TWELVE_YEARS, date(2010, 12, 31), {"bad_record": True}, False),
        (Ground.FIVE_YEARS, date(2017, 12, 31), {"good_records": (CITY_AWARD,)}, True),
        (Ground.FIVE_YEARS, date(2018, 1, 1), {"good_records": (CITY_AWARD,)}, False),
        (Ground.FIVE_YEARS, date(2017, 12, 31), {}, False),
        (Ground.FIVE_YEARS, date(2017, 12, 31), {"good_records": (CITY_AWARD,), "bad_record": True}, True),
        (Ground.FIVE_YEARS, date(2000, 1, 1), {}, False),
        (Ground.TWELVE_YEARS, date(2017, 12, 31), {"good_records": (CITY_AWARD,)}, False),
        (Ground.FIVE_YEARS, None, {"good_records": (CITY_AWARD,)}, False),
        (Ground.PROVINCIAL, date(2000, 1, 1), {"provincial_ground": HOPE.code}, False),
    ],
)
def test_the_ground_that_is_named_must_hold(ground, licensed_on, changes, fires):
    """Who names a ground meets that ground, with both thresholds included; another one does not help."""
    outcome = decide(licensed_on, ground=ground, **changes)

    assert fires == isinstance(outcome, Fired)


def test_a_refused_submission_says_why():
    """The refusal names the condition and the years that are there."""
    outcome = decide(date(2018, 1, 1), ground=Ground.TWELVE_YEARS)

    assert isinstance(outcome, Refused)
    (reason,) = outcome.reasons

    assert "procedure_allowed" == reason.name
    assert 4 in [unmet.actual for unmet in reason.unmet if unmet.fact == "years_in_practice"]


def test_a_provincial_ground():
    """A ground of the province's list is enough; a code that is not in it is none."""
    parameters = attrs.evolve(DEFAULTS, simplified_grounds=(HOPE,))
    listed = decide(None, parameters, ground=Ground.PROVINCIAL, provincial_ground=HOPE.code)
    unlisted = decide(None, parameters, ground=Ground.PROVINCIAL, provincial_ground="other")

    assert (True, False) == (isinstance(listed, Fired), isinstance(unlisted, Fired))


@pytest.mark.manual("S-67")
@pytest.mark.parametrize(
    ("given_on", "counts"),
    [
        (date(2019, 12, 31), False),
        (date(2020, 1, 1), True),
        (date(2022, 12, 31), True),
        (date(2023, 1, 1), False),
    ],
)
def test_a_good_record_is_dated_in_the_cycle(given_on, counts):
    """The day on the certificate decides, both end days included."""
    record = attrs.evolve(CITY_AWARD, given_on=given_on)

    assert counts == counts_as_good(record, FIRST_DAY, LAST_DAY, DEFAULTS)


@pytest.mark.manual("S-67")
@given(record=good_records(), minimum=st.sampled_from(RecordLevel))
def test_a_good_record_has_the_minimum_level(record, minimum):
    """A record counts exactly if it is in the cycle and no lower than the province's minimum."""
    parameters = attrs.evolve(DEFAULTS, good_record_minimum_level=minimum)
    expected = FIRST_DAY <= record.given_on <= LAST_DAY and record.level.rank >= minimum.rank

    assert expected == has_good_record(Filing(good_records=(record,)), CYCLE, parameters)


@pytest.mark.manual("S-57", "N-1.13")
def test_a_complete_filing_lacks_nothing():
    """Department and level come from the roster where the filing leaves them blank."""

    assert () == missing_fields(filing(department_id=None), PERSON)


@pytest.mark.manual("S-57", "S-67", "S-68", "N-1.3", "N-1.13")
def test_an_empty_filing_lacks_everything_that_only_the_physician_can_say():
    """Each required field is named with its label, in the form's order (手册 2.2.7)."""
    blank = attrs.evolve(PERSON, department_id=None, level=None)

    assert (
        ("department_id", "科室"),
        ("level", "医师级别"),
        ("procedure", "考核程序"),
        ("bad_record", "不良行为记录（有或无）"),
        ("work.quantity", "工作成绩自评：完成工作数量"),
        ("work.quality", "工作成绩自评：工作质量"),
        ("ethics.verdict", "职业道德自评"),
    ) == missing_fields(None, blank)


@pytest.mark.manual("S-57", "S-59", "N-1.13")
def test_a_simplified_filing_needs_ground_and_statement():
    """简易程序 wants its ground and a 述职报告 (考核办法 第二十条); blanks are no statement."""
    for blank in (" \n", "\u200b"):
        simplified = filing(procedure=Procedure.SIMPLIFIED, statement=blank)

        assert ["ground", "statement"] == [path for path, _ in missing_fields(simplified, PERSON)]


@pytest.mark.manual("S-67")
def test_a_government_task_has_its_days_and_who_gave_it():
    """完成的政府指令性任务 says from when to when, and the body that gave it; an award has one day (手册 2.2.7)."""
    task = attrs.evolve(CITY_AWARD, kind=GoodRecordKind.TASK, issuer="\u200b")
    dated = attrs.evolve(CITY_AWARD, kind=GoodRecordKind.TASK, started_on=FIRST_DAY, ended_on=FIRST_DAY)

    assert [
        "good_records[1].issuer",
        "good_records[1].started_on",
        "good_records[1].ended_on",
        "good_records[2].ended_on",
    ] == [
        path
        for path, _ in missing_fields(
            filing(good_records=(CITY_AWARD, task, attrs.evolve(dated, ended_on=None), dated)), PERSON
        )
    ]


def test_a_provincial_ground_needs_its_code():
    """The ground 其他情形 says which."""
    simplified = filing(procedure=Procedure.SIMPLIFIED, ground=Ground.PROVINCIAL)

    assert ["provincial_ground"] == [path for path, _ in missing_fields(simplified, PERSON)]


@pytest.mark.manual("S-29", "S-I7")
def test_the_department_is_chosen_and_the_certificates_are_registered():
    """
    The department that the physician chooses stands, whatever the roster has (手册 2.2.3); of level and category that
    of the roster stands, and what says otherwise is told (手册 2.2.2).
    """
    claimed = filing(department_id="surgery", level=Level.ASSISTANT, category=Category.DENTAL)
    stored = completed(claimed, PERSON, lambda _: True)

    assert ("surgery", Level.LICENSED, Category.CLINICAL) == (
        stored.department_id,
        stored.level,
        stored.category,
    )
    assert ["level", "category"] == [path for path, *_ in contradictions(claimed, PERSON)]


@given(st.sampled_from([None, *Level]), st.sampled_from([None, *Category]), st.booleans())
def test_a_blank_contradicts_nothing(level, category, known):
    """Whichever of the two leaves it blank: then what is stored is what the other says."""
    person = PERSON if known else attrs.evolve(PERSON, level=None, category=None)
    wanted = {
        path
        for path, said, kept in (("level", level, person.level), ("category", category, person.category))
        if None not in (said, kept) and said is not kept
    }

    assert wanted == {path for path, *_ in contradictions(filing(level=level, category=category), person)}


@pytest.mark.manual("S-29", "N-1.7")
@pytest.mark.parametrize(("enabled", "kept"), [(True, "medicine"), (False, None)])
def test_the_department_of_the_roster_where_none_is_chosen(enabled, kept):
    """Unless it is disabled: then there is none, and the physician picks another (手册 2.2.3)."""
    stored = completed(filing(department_id=None), PERSON, lambda _: enabled)

    assert kept == stored.department_id


@pytest.mark.manual("S-48")
def test_blanks_of_the_roster_are_filled_in():
    """A blank department or level is what the physician files."""
    blank = attrs.evolve(PERSON, department_id=None, level=None, category=None)
    stored = completed(filing(department_id="surgery", level=Level.ASSISTANT), blank, lambda _: True)

    assert ("surgery", Level.ASSISTANT, None) == (stored.department_id, stored.level, stored.category)


@pytest.mark.manual("S-29", "N-1.7")
def test_the_department_chosen_instead_of_a_disabled_one():
    """After the department was disabled the physician picks another (手册 2.2.3)."""
    stored = completed(filing(department_id="surgery"), PERSON, {"surgery"}.__contains__)

    assert "surgery" == stored.department_id
