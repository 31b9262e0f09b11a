"""四眼: what needs a second person is done by another natural person, under whatever account."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import CorrectLine, OpenMakeup, PublishLine
from kaohe_workflow.statechart.deciding import GuardUnmet, SecondPersonNeeded
from kaohe_workflow.testing.journeys import RESULT_DAY, Journeys
from kaohe_workflow.values.terms import Level, PaperKind, Stage


def unmet(refused: TransitionRefused) -> list[str]:
    return [reason.name for reason in refused.reasons if isinstance(reason, GuardUnmet)]


def line(score: int) -> CorrectLine:
    return CorrectLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(score))


def test_the_second_person_is_another_natural_person(journeys: Journeys) -> None:
    """四眼: a line is corrected by somebody else than whoever published it."""
    world = journeys.world
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    with pytest.raises(TransitionRefused) as caught:
        world.send(world.province, "cycle", world.cycle_id, "correct_line", line(70), reason="录入有误")
    receipt = world.send(
        journeys.colleague, "cycle", world.cycle_id, "correct_line", line(70), reason="录入有误"
    )

    assert ["line_by_another"] == unmet(caught.value)
    assert receipt.source == receipt.state


def test_who_published_a_line_is_its_second_person_in_no_later_state(journeys: Journeys) -> None:
    """
    四眼: another person's event that moves the cycle on does not make the publisher a second person.

    Whoever corrected the line is its first person as well from then on.
    """
    world = journeys.world
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    first, later = journeys.colleague, attrs.evolve(journeys.colleague, operator_id="somebody-else")
    world.send(first, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    third = attrs.evolve(journeys.colleague, operator_id="a-third-person")

    def correct(principal: Principal, score: int) -> list[str]:
        try:
            world.send(principal, "cycle", world.cycle_id, "correct_line", line(score), reason="录入有误")
        except TransitionRefused as ex:
            return unmet(ex)
        return []

    assert ["line_by_another"] == correct(world.province, 70)
    assert [] == correct(later, 70)
    assert ["line_by_another"] == correct(later, 80)
    assert [] == correct(third, 80)


def test_a_shared_account_is_never_the_second_person(journeys: Journeys) -> None:
    """Under a shared account nobody knows who acts: such a row needs a named operator."""
    world = journeys.world
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    shared = attrs.evolve(world.province, account_id="shared", operator_id=None)

    with pytest.raises(TransitionRefused) as caught:
        world.send(shared, "cycle", world.cycle_id, "correct_line", line(70), reason="录入有误")

    assert ["line_by_another"] == unmet(caught.value)


def test_four_eyes_want_another_named_person(journeys: Journeys) -> None:
    """恢复参加: not who withdrew the physician, under another account either, nor a shared account; anybody else."""
    world = journeys.world
    traveller = journeys.to("withdrawn")
    again = attrs.evolve(world.county, account_id="another-account")
    shared = attrs.evolve(world.county, account_id="shared", operator_id=None)
    another = attrs.evolve(world.county, account_id="account-of-another", operator_id="another")

    for who in (world.county, again, shared):
        with pytest.raises(TransitionRefused) as caught:
            world.send(who, "assessment", traveller.case_id, "reinstate")

        # The other row, which is the system's, is none of theirs.
        assert [SecondPersonNeeded] == [type(reason) for reason in caught.value.reasons]

    assert "not_enrolled" == world.send(another, "assessment", traveller.case_id, "reinstate").state


def test_who_published_the_cycle_may_correct_anothers_line(journeys: Journeys) -> None:
    """In an office of two, one publishes the cycle and the other the line: the first is the line's second person."""
    world = journeys.world
    world.at(RESULT_DAY)
    published = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60))
    world.send(journeys.colleague, "cycle", world.cycle_id, "publish_line", published)

    receipt = world.send(world.province, "cycle", world.cycle_id, "correct_line", line(70), reason="录入有误")

    assert receipt.source == receipt.state


def test_the_same_person_under_another_account_is_no_second_person(journeys: Journeys) -> None:
    """The rule counts natural persons, not accounts."""
    world = journeys.world
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    again = attrs.evolve(world.province, account_id="another-account")

    with pytest.raises(TransitionRefused):
        world.send(again, "cycle", world.cycle_id, "correct_line", line(70), reason="录入有误")
