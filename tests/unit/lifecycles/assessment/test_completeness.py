"""What a filing lacks, field by field; the same as the chart asks at submission."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.completeness import asked_counts, check_filing
from kaohe_workflow.lifecycles.assessment.events import Submit
from kaohe_workflow.lifecycles.assessment.facts import AssessmentFacts
from kaohe_workflow.lifecycles.assessment.filing import GoodRecord, OtherSite, Post, Schooling
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import (
    CYCLE,
    PERSON,
    PLAIN,
    AssessmentAround,
    china,
    filing,
)
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from kaohe_workflow.values.parameter_kinds import ProvincialGround
from kaohe_workflow.values.terms import Category, Education, Ground, Level, Procedure, RecordLevel

pytestmark = pytest.mark.manual("S-57", "N-1.13")

NOW = china(date(2023, 12, 1))
GROUNDS = (ProvincialGround(code="island", label="在海岛执业"),)
LISTED = attrs.evolve(DEFAULTS, simplified_grounds=GROUNDS)
RECORD = GoodRecord(level=RecordLevel.CITY, issuer="市卫生健康委员会", given_on=date(2021, 5, 1))
ENABLED = frozenset({"medicine", "surgery"})


def check(written=None, person=PERSON, parameters=LISTED, subjects=("03.04",), enabled=ENABLED):
    """What a filing lacks."""
    return check_filing(written, person, CYCLE, parameters, enabled.__contains__, subjects)


def required(found):
    """Path and code of what a filing is refused for."""
    return [(problem.path, problem.code) for problem in found.problems if problem.required]


def whole(**more):
    """A filing with every part of the form."""
    return filing(
        **{
            "education": (Schooling(degree=Education.BACHELOR, school="广西医科大学", major="临床医学"),),
            "posts": (Post(institution="第一人民医院", title="主治医师"),),
        }
        | more
    )


def simplified(ground, **more):
    return whole(**{"procedure": Procedure.SIMPLIFIED, "ground": ground, "attachments": ("proof",)} | more)


def test_a_complete_filing_lacks_nothing():
    """Under 一般程序, with the count that its department asks for."""

    assert (True, ()) == (check(whole()).complete, check(whole()).problems)


def test_every_field_that_is_blank_is_named_where_it_is():
    """In the form's order, each in its part, with a sentence."""
    found = check(None, attrs.evolve(PERSON, department_id=None, level=None))

    assert [
        ("department_id", "practice", "请填写科室"),
        ("level", "practice", "请填写医师级别"),
        ("procedure", "procedure", "请填写考核程序"),
        ("bad_record", "conduct", "请填写不良行为记录（有或无）"),
        ("work.quantity", "work", "请填写工作成绩自评：完成工作数量"),
        ("work.quality", "work", "请填写工作成绩自评：工作质量"),
        ("ethics.verdict", "ethics", "请填写职业道德自评"),
    ] == [
        (problem.path, problem.part.value, problem.message) for problem in found.problems if problem.required
    ]
    assert not found.complete


def test_a_telephone_number_is_no_name():
    """The institution fills it in; the physician cannot (手册 2.2.9)."""
    found = check(filing(), attrs.evolve(PERSON, name=""))

    assert [("name", "name-unknown")] == required(found)
    assert "person" == found.problems[0].part.value


def test_a_department_that_is_gone():
    """Disabled meanwhile, in the roster and in the filing alike."""

    assert [("department_id", "department-unavailable")] == required(check(filing(), enabled=frozenset()))


@pytest.mark.parametrize(
    ("licensed_on", "lacks"),
    [
        (date(2010, 12, 31), []),
        (date(2011, 1, 1), [("ground", "years-short")]),
        (None, [("ground", "years-short")]),
    ],
)
def test_twelve_years_to_the_day(licensed_on, lacks):
    """Twelve full years at the cycle's last day, none where the day is unknown (考核办法 第二十一条)."""
    person = attrs.evolve(PERSON, licensed_on=licensed_on)

    assert lacks == required(check(simplified(Ground.TWELVE_YEARS), person))


def test_conduct_that_speaks_against_twelve_years():
    """What is declared, and what the administration has recorded."""
    penalised = attrs.evolve(PERSON, penalised_on=(date(2021, 1, 1),))

    assert [("bad_record", "bad-record")] == required(check(simplified(Ground.TWELVE_YEARS, bad_record=True)))
    assert [("ground", "penalised")] == required(check(simplified(Ground.TWELVE_YEARS), penalised))


@pytest.mark.parametrize(
    ("record", "lacks"),
    [
        (RECORD, []),
        (attrs.evolve(RECORD, level=RecordLevel.COUNTY), [("good_records", "good-record-missing")]),
        (attrs.evolve(RECORD, given_on=date(2023, 1, 1)), [("good_records", "good-record-missing")]),
    ],
)
def test_five_years_want_a_good_record(record, lacks):
    """Of a sufficient level, and dated in the cycle."""

    assert lacks == required(check(simplified(Ground.FIVE_YEARS, good_records=(record,))))


def test_the_provinces_own_grounds():
    """Blank, listed, and not listed."""

    assert [("provincial_ground", "missing")] == required(check(simplified(Ground.PROVINCIAL)))
    assert [] == required(check(simplified(Ground.PROVINCIAL, provincial_ground="island")))
    assert [("provincial_ground", "ground-unlisted")] == required(
        check(simplified(Ground.PROVINCIAL, provincial_ground="mountain"))
    )


@pytest.mark.manual("S-68")
@pytest.mark.parametrize(
    ("subjects", "counts"),
    [
        ((), ("outpatients",)),
        (("03.04", "03.05"), ("outpatients",)),
        (("04",), ("outpatients", "operations")),
        (("04.03.01",), ("outpatients", "operations")),
        (("32.01",), ("examinations",)),
        (("30", "31"), ("examinations",)),
        (("04", "32"), ("outpatients", "operations", "examinations")),
    ],
)
def test_what_a_department_is_asked_for(subjects, counts):
    """手术量 of 外科科室, 检验检查量 of 医技科室 (手册 2.2.7)."""

    assert counts == asked_counts(subjects)


@pytest.mark.manual("S-68")
@pytest.mark.parametrize(
    ("subjects", "category", "counts"),
    [
        (("B13",), Category.PUBLIC_HEALTH, ()),
        (("B13",), Category.CLINICAL, ()),
        (("B13", "B19"), Category.PUBLIC_HEALTH, ("outpatients",)),
        (("B09",), None, ("outpatients",)),
        (("01",), Category.PUBLIC_HEALTH, ()),
        (("01",), Category.CLINICAL, ("outpatients",)),
        (("01", "03.04"), Category.PUBLIC_HEALTH, ("outpatients",)),
        (("B01", "30"), Category.PUBLIC_HEALTH, ("examinations",)),
        ((), Category.PUBLIC_HEALTH, ()),
        ((), Category.CLINICAL, ("outpatients",)),
    ],
)
def test_disease_control_is_not_asked_for_patients(subjects, category, counts):
    """疾控机构 has no 接诊病人量 but in its clinics, whichever list its departments are linked to."""

    assert counts == asked_counts(subjects, category)


def test_counts_and_proof_are_wanted_and_not_required():
    """The reviewers look for them; nothing is refused for their want."""
    found = check(simplified(Ground.TWELVE_YEARS, attachments=()), subjects=("04",))

    assert [("work.operations", "count-blank"), ("attachments", "proof-blank")] == [
        (problem.path, problem.code) for problem in found.problems
    ]
    assert found.complete


@pytest.mark.parametrize(
    ("part", "written", "path"),
    [
        ("conduct", {"good_records": (RECORD, attrs.evolve(RECORD, issuer=" "))}, "good_records[1].issuer"),
        ("sites", {"other_sites": (OtherSite(institution=""),)}, "other_sites[0].institution"),
        (
            "education",
            {"education": (Schooling(degree=Education.BACHELOR, school=" "),)},
            "education[0].school",
        ),
        ("posts", {"posts": (Post(institution=""),)}, "posts[0].institution"),
    ],
)
def test_an_entry_says_what_it_is_about(part, written, path):
    """A place, a school, an issuer: without its name nobody can look at it, so the filing is not complete."""
    found = [problem for problem in check(whole(**written)).problems if problem.required]

    assert [(part, path, "missing")] == [(one.part.value, one.path, one.code) for one in found]


def test_every_other_part_of_the_form_is_looked_at_too():
    """Education and posts, what the roster lacks, what a record says of itself: told, and nothing is refused for it."""
    person = attrs.evolve(PERSON, unregistered=frozenset({"licence_number", "qualified_on"}))
    bare = filing(good_records=(RECORD,), bad_record=True)
    found = check(bare, person)

    assert [
        ("practice", "qualified_on", "unregistered"),
        ("practice", "licence_number", "unregistered"),
        ("education", "education", "none-listed"),
        ("posts", "posts", "none-listed"),
        ("conduct", "bad_record_note", "note-blank"),
        ("conduct", "good_records[0].title", "title-blank"),
        ("conduct", "good_records[0].attachments", "proof-blank"),
    ] == [(one.part.value, one.path, one.code) for one in found.problems]
    assert found.complete


FILINGS = st.builds(
    filing,
    department_id=st.sampled_from([None, "medicine", "closed"]),
    level=st.sampled_from([None, *Level]),
    procedure=st.sampled_from([None, *Procedure]),
    ground=st.sampled_from(Ground),
    provincial_ground=st.sampled_from([None, "", "island", "mountain"]),
    good_records=st.sampled_from(
        [(), (RECORD,), (attrs.evolve(RECORD, level=RecordLevel.UNIT),), (attrs.evolve(RECORD, issuer=""),)]
    ),
    posts=st.sampled_from([(), (Post(institution="卫生院"),), (Post(institution=""),)]),
    bad_record=st.sampled_from([None, True, False]),
    work=st.sampled_from([None, filing().work]),
    ethics=st.sampled_from([None, filing().ethics]),
    statement=st.sampled_from(["", " ", "述职报告"]),
)
PERSONS = st.builds(
    lambda **given: attrs.evolve(PERSON, **given),
    name=st.sampled_from([None, "", "韦晓梅"]),
    department_id=st.sampled_from([None, "surgery", "closed"]),
    level=st.sampled_from([None, *Level]),
    licensed_on=st.sampled_from([None, date(2005, 7, 1), date(2015, 7, 1), date(2020, 7, 1)]),
    penalised_on=st.sampled_from([(), (date(2021, 1, 1),), (date(2019, 1, 1),)]),
)


@given(FILINGS, PERSONS)
def test_complete_is_what_the_chart_lets_through(written, person):
    """Field by field or guard by guard: the same filings are submitted, in time."""
    around = AssessmentAround(person=person, enabled=ENABLED)
    trial = Trial(lifecycle="assessment", state="awaiting_registration", record=PLAIN, parameters=LISTED)
    sending = Sending(
        event="submit", by=("physician", "self"), now=NOW, around=around, payload=Submit(written)
    )
    facts = AssessmentFacts(PLAIN, Submit(written), around, Moment(NOW, LISTED))
    refused = isinstance(trial.decide(sending), Refused)

    assert refused is not check(written, person).complete, facts.procedure
