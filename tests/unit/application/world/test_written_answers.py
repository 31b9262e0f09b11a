"""书面答复: the answer to an application for review as a document for the physician (考核办法 第二十四条)."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.printing import Unprintable
from kaohe_workflow.application.written_answers import CHANGED, REFUSED, UPHELD, NotAnswered
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.printers import PlainPrinter
from tests.unit.application.world.following import failed, today
from tests.unit.application.world.test_operation_log import with_account
from tests.unit.application.world.test_reviews import answer, apply, received

pytestmark = pytest.mark.manual("R-24.1")

DAY = timedelta(days=1)


def written(journeys: Journeys, caller: Principal, review: str) -> list[str]:
    """The texts of the answer, with those of its table: label and value in one."""
    return journeys.world.application.written_answers.to_review(caller, review).decode().splitlines()


def test_the_result_is_upheld(stored: Journeys) -> None:
    """Grounds, days, conclusion and the words of the answer; signed by who has answered, the same for all."""
    world, traveller = stored.world, failed(stored)
    day = received(stored, traveller)
    review = apply(stored, traveller)
    answer(stored, review, "uphold", by=with_account(world, world.agency))
    texts = written(stored, traveller.principal, review)

    for office in (world.hospital, world.agency, world.county, world.province):
        assert texts == written(stored, office, review)

    assert {"复核意见", UPHELD, "申请理由对结果有异议", f"收到考核结果的日期{day.isoformat()}"} <= set(texts)
    assert {"复核结论维持原结果", "考核医院"} <= set(texts)
    assert not any(traveller.id_number in text for text in texts)


def test_what_is_set_right_is_named(journeys: Journeys) -> None:
    """Each opinion that becomes 合格; the new result has a notice of its own."""
    traveller = failed(journeys)
    review = apply(journeys, traveller)
    answer(journeys, review, "change", Change(opinions=(OpinionItem.ETHICS,)))
    texts = written(journeys, traveller.principal, review)

    assert {"职业道德更正为合格", CHANGED, "复核结论更正原结果"} <= set(texts)
    assert UPHELD not in texts


@pytest.mark.parametrize(("days", "refused"), [(30, False), (31, True)])
def test_a_late_application_is_told_why(journeys: Journeys, days: int, refused: bool) -> None:
    """Day 30 after receipt is in time and waits for its answer; day 31 is refused in writing at once."""
    world, traveller = journeys.world, failed(journeys)
    received(journeys, traveller)
    world.at(today(journeys) + days * DAY)
    review = apply(journeys, traveller)
    if not refused:
        with pytest.raises(NotAnswered):
            written(journeys, traveller.principal, review)
        return

    assert {REFUSED, "复核结论逾期不予受理", "考核医院"} <= set(
        written(journeys, traveller.principal, review)
    )


def test_a_late_application_is_told_of_by_who_assessed(stored: Journeys) -> None:
    """
    Whoever came to the result signs, though another is assigned by now (考核办法 第二十四条).
    """
    world, traveller = stored.world, failed(stored)
    received(stored, traveller)
    world.send(
        world.county, "institution", world.hospital.organisation_id, "assign_agency", AssignAgency(None)
    )
    world.at(today(stored) + 31 * DAY)
    review = apply(stored, traveller)

    assert "考核医院" in written(stored, traveller.principal, review)
    assert () == world.application.verification.run().findings


def test_the_administration_signs_what_it_answers(journeys: Journeys) -> None:
    """After thirty days without an answer the administration may give it."""
    world, traveller = journeys.world, failed(journeys)
    review = apply(journeys, traveller)
    world.at(today(journeys) + 31 * DAY)
    answer(journeys, review, "uphold", by=with_account(world, world.county))
    name = world.application.cases.get(
        world.county, "institution", str(world.county.organisation_id)
    ).record.name

    assert name in written(journeys, traveller.principal, review)


def test_what_was_taken_back_has_no_answer(journeys: Journeys) -> None:
    """撤回 leaves the result as it is, and nobody has answered."""
    world, traveller = journeys.world, failed(journeys)
    review = apply(journeys, traveller)
    world.send(traveller.principal, "result_review", review, "withdraw")
    with pytest.raises(NotAnswered):
        written(journeys, traveller.principal, review)


def test_nobody_else_is_told(journeys: Journeys) -> None:
    """Another hospital, and another physician, learn nothing of it."""
    traveller, other = failed(journeys), journeys.newcomer()
    review = apply(journeys, traveller)
    answer(journeys, review, "uphold")
    for caller in (journeys.elsewhere, other.principal):
        with pytest.raises(NotFound):
            written(journeys, caller, review)


def test_a_text_that_cannot_be_printed_is_told(journeys: Journeys) -> None:
    """Worse than none is an answer with a mutilated text."""
    traveller = failed(journeys)
    review = apply(journeys, traveller)
    answer(journeys, review, "uphold")
    answers = attrs.evolve(journeys.world.application.written_answers, printer=PlainPrinter("医"))
    with pytest.raises(Unprintable) as caught:
        answers.to_review(traveller.principal, review)

    assert "$.title" in [problem.path for problem in caught.value.problems]
