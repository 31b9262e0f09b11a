"""What a filing or an opinion may not contain is an error of the input, with every place at once."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.assessment.case import OtherOpinion
from kaohe_workflow.lifecycles.assessment.events import GiveOpinion
from kaohe_workflow.lifecycles.assessment.filing import (
    MAXIMUM_COUNT,
    MAXIMUM_ENTRIES,
    EthicsSelfEvaluation,
    Filing,
    GoodRecord,
    GoodRecordKind,
    OtherSite,
    WorkSelfEvaluation,
)
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT
from kaohe_workflow.values.terms import RecordLevel, Verdict


def problems(make):
    """Place and code of each problem that making something reports."""
    with pytest.raises(InputInvalid) as caught:
        make()
    return [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.manual("N-1.13")
def test_texts_of_a_filing():
    """Every text has its place and its limit: statements are long, names are short."""

    def make():
        return Filing(
            statement="述" * (LONG_TEXT + 1),
            work=WorkSelfEvaluation(note="\x00"),
            ethics=EthicsSelfEvaluation(note="\ud800"),
            attachments=("a" * (SHORT_TEXT + 1),),
            other_sites=(OtherSite(institution="市二院"), OtherSite(institution="县\x07医院")),
        )

    assert [
        ("$.statement", "text-too-long"),
        ("$.work.note", "text-control"),
        ("$.ethics.note", "text-surrogate"),
        ("$.attachments[0]", "text-too-long"),
        ("$.other_sites[1].institution", "text-control"),
    ] == problems(make)


def test_a_statement_may_be_as_long_as_the_limit():
    """The limit itself is allowed, and so are its lines."""
    text = "述" * (LONG_TEXT - 1) + "\n"

    assert text == Filing(statement=text).statement


@pytest.mark.parametrize("number", [-1, MAXIMUM_COUNT + 1])
def test_counts_outside_their_bounds(number):
    """Numbers of visits, operations and examinations are 0–1,000,000."""

    assert [("$.work.outpatients", "out-of-range"), ("$.work.examinations", "out-of-range")] == problems(
        lambda: Filing(work=WorkSelfEvaluation(outpatients=number, operations=0, examinations=number))
    )


@pytest.mark.manual("S-68")
def test_counts_at_their_bounds():
    """Both bounds are counts."""
    work = WorkSelfEvaluation(outpatients=0, operations=MAXIMUM_COUNT)

    assert work == Filing(work=work).work


def test_long_lists():
    """A list has up to fifty entries."""
    site = OtherSite(institution="市二院")

    assert MAXIMUM_ENTRIES == len(Filing(other_sites=(site,) * MAXIMUM_ENTRIES).other_sites)
    assert [("$.other_sites", "too-many")] == problems(
        lambda: Filing(other_sites=(site,) * (MAXIMUM_ENTRIES + 1))
    )


@pytest.mark.manual("S-61")
def test_texts_of_an_opinion():
    """Reasons are long texts, the names of other institutions short ones."""

    def make():
        other = OtherOpinion(
            institution="市" * (SHORT_TEXT + 1),
            work=Verdict.QUALIFIED,
            ethics=Verdict.QUALIFIED,
            reason="\x1b",
        )
        return GiveOpinion(work_reason="\x00", ethics_reason="由" * LONG_TEXT, others=(other,))

    assert [
        ("$.work_reason", "text-control"),
        ("$.others[0].reason", "text-control"),
        ("$.others[0].institution", "text-too-long"),
    ] == problems(make)


@pytest.mark.manual("S-61", "S-69")
def test_each_other_institution_is_named_once():
    """
    新增意见 is that of one institution, named with something that is seen; spaces and widths make no other one (手册
    2.2.6).
    """

    def of(*names):
        one = OtherOpinion(institution="", work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
        return GiveOpinion(others=tuple(attrs.evolve(one, institution=name) for name in names))

    assert 2 == len(of("市二院", "县医院").others)
    assert [("$.others[0].institution", "text-empty"), ("$.others[1].institution", "text-empty")] == problems(
        lambda: of(" ", "\u200b")
    )
    assert [("$.others[2].institution", "repeated")] == problems(
        lambda: of("市二院（东院）", "县医院", "市二院 (东院)")
    )


@pytest.mark.manual("S-67")
def test_a_task_ends_after_it_begins_and_its_files_are_few():
    """完成的政府指令性任务 has its days; the same day is a task of one day."""
    task = GoodRecord(
        level=RecordLevel.CITY,
        issuer="市卫生健康委员会",
        given_on=date(2021, 5, 1),
        kind=GoodRecordKind.TASK,
        title="援外医疗队",
        started_on=date(2021, 1, 1),
        ended_on=date(2021, 1, 1),
    )
    reversed_days = attrs.evolve(task, ended_on=date(2020, 12, 31))
    many = attrs.evolve(task, attachments=tuple(AttachmentId(str(number)) for number in range(51)))

    assert (task,) == Filing(good_records=(task,)).good_records
    assert [
        ("$.bad_record_note", "text-control"),
        ("$.good_records[1].attachments", "too-many"),
        ("$.good_records[0].ended_on", "reversed"),
    ] == problems(lambda: Filing(good_records=(reversed_days, many), bad_record_note="\x00"))
