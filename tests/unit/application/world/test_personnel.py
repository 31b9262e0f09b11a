"""人事导出: what a personnel system takes in of each case, the test of 业务水平 as a whole (考核办法 第十一条)."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.queries.sheets import EXPORTS
from kaohe_workflow.testing.journeys import (
    HIGH,
    LAST_DAY,
    LOW,
    MAKEUP_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.values.terms import Stage

PERSONNEL = EXPORTS["personnel"]


def told_of(journeys: Journeys, traveller: Traveller) -> tuple[object, object]:
    """业务水平测评 and 考核结果 of a physician."""
    application = journeys.world.application
    page = application.lists.page(
        journeys.world.hospital, "assessments", {"physician_id": traveller.physician_id}
    )
    (cells,) = PERSONNEL.cells(application.store, page.rows)
    row = dict(zip(PERSONNEL.headings, cells, strict=True))
    return row["业务水平测评"], row["考核结果"]


def first(journeys: Journeys, **scores: object) -> Traveller:
    """Somebody who has sat the papers of the first stage, and whose make-up may be confirmed."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, **scores)
    journeys.lead(traveller, "awaiting_makeup")
    return traveller


@pytest.mark.parametrize(("second", "word", "result"), [(HIGH, "合格", "合格"), (LOW, "不合格", "不合格")])
def test_what_was_passed_at_first_counts_in_the_make_up(
    stored: Journeys, second: object, word: str, result: str
) -> None:
    """业务水平专业知识 was passed, 医学人文 is sat again: the whole is what came of that."""
    traveller = first(stored, humanities=LOW, professional=HIGH)
    stored.not_before(MAKEUP_DAY)
    stored.score(traveller, Stage.MAKEUP, humanities=second)
    stored.not_before(LAST_DAY)
    stored.publish(Stage.MAKEUP)
    stored.world.settle()

    assert (word, result) == told_of(stored, traveller)


def test_a_simplified_procedure_has_its_test_too(stored: Journeys) -> None:
    """简易程序: 医学人文 is what its 业务水平测评 consists of."""
    assert ("合格", "合格") == told_of(stored, stored.to("qualified", **SIMPLIFIED))


def test_what_was_not_passed_in_the_first_stage(journeys: Journeys) -> None:
    """One paper of two: 不合格."""
    assert "不合格" == told_of(journeys, journeys.to("unqualified"))[0]


def test_what_is_still_sat_has_no_word(journeys: Journeys) -> None:
    """Nor has who has not been tested at all: the file was not passed, or no paper opened (考核办法 第二十二条)."""
    sitting, reviewed = journeys.to("awaiting_assessment"), journeys.to("awaiting_institution_review")
    journeys.fail_opinion(reviewed)
    again = first(journeys, humanities=LOW, professional=HIGH)

    assert [""] * 3 == [told_of(journeys, one)[0] for one in (sitting, reviewed, again)]
    assert "不合格" == told_of(journeys, reviewed)[1]
