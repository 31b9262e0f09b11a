"""What happens to a cycle's record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.lifecycles.cycle.case import LineHand, PassLine
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CorrectLine,
    CreateCycle,
    DeclareDelivery,
    ExtendEvaluation,
    OpenMakeup,
    PublishLine,
    SaveCycle,
)
from kaohe_workflow.testing.assessments import FIRST_DAY, LAST_DAY, WINDOWS, china
from kaohe_workflow.testing.organisations import CYCLE, CycleAround
from kaohe_workflow.testing.trials import Sending, Trial
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window

AFTER = china(date(2024, 1, 15))
KEY = (Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED)
OTHER = PassLine(Stage.FIRST, PaperKind.HUMANITIES, Level.ASSISTANT, Decimal(55), AFTER)


def after(state, event, payload, record=CYCLE, now=AFTER, operator=None):
    """The record after an event of the province."""
    sending = Sending(
        event=event,
        by=("province", "own"),
        around=CycleAround(),
        now=now,
        payload=payload,
        reason="说明",
        operator_id=operator,
    )
    return Trial(lifecycle="cycle", state=state, record=record).send(sending).record


def test_create():
    """A new cycle has what was given, and no line."""
    given = CreateCycle("province", CYCLE.name, FIRST_DAY, LAST_DAY, WINDOWS)
    expected = attrs.evolve(CYCLE, windows_hand="setter")

    assert after("none", "create", given, None, operator="setter") == expected


def test_save():
    """Saving a draft replaces all of it; the cycle stays the province's."""
    given = SaveCycle("两年", FIRST_DAY, date(2021, 12, 31), WINDOWS)
    expected = attrs.evolve(CYCLE, name="两年", last_day=date(2021, 12, 31))

    assert expected == after("draft", "save", given)


def test_change_windows():
    """All windows are replaced."""
    windows = attrs.evolve(WINDOWS, review=Window.of_days(date(2023, 11, 27), date(2023, 12, 30)))

    assert (
        windows
        == after("running", "change_windows", ChangeWindows(windows), now=china(date(2023, 12, 1))).windows
    )


def test_open_makeup():
    """What is given for the make-up is set, what is not given stays."""
    lines = tuple(
        PassLine(Stage.FIRST, kind, level, Decimal(60), AFTER)
        for kind in (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
        for level in Level
    )
    later = Window.of_days(date(2024, 1, 23), date(2024, 1, 30))
    record = attrs.evolve(CYCLE, lines=lines)

    assert (
        attrs.evolve(WINDOWS, makeup=later)
        == after("first_ended", "open_makeup", OpenMakeup(makeup=later, confirmed=True), record).windows
    )


@pytest.mark.parametrize(
    ("now", "delivered"),
    [
        (china(date(2024, 1, 26), 23, 59, 59), (Stage.FIRST, Stage.MAKEUP)),
        (china(date(2024, 1, 27), 0), (Stage.FIRST,)),
    ],
)
def test_a_delivery_is_void_where_the_make_up_is_sat_again(now, delivered):
    """What had all arrived before the make-up was opened again has not arrived any more."""
    record = attrs.evolve(CYCLE, delivered=(Stage.FIRST, Stage.MAKEUP))
    windows = attrs.evolve(WINDOWS, makeup=Window.of_days(date(2024, 1, 22), date(2024, 2, 5)))

    assert delivered == after("makeup", "change_windows", ChangeWindows(windows), record, now=now).delivered


def test_declare_delivery():
    """The stage is noted."""

    assert (Stage.FIRST,) == after("first_ended", "declare_delivery", DeclareDelivery(Stage.FIRST)).delivered


def test_publish_line():
    """The line is added with the instant at which it became known."""
    record = attrs.evolve(CYCLE, lines=(OTHER,))
    published = after("first_ended", "publish_line", PublishLine(*KEY, Decimal(60)), record)

    assert (OTHER, PassLine(*KEY, Decimal(60), AFTER)) == published.lines


def test_hands_of_a_line():
    """Who published and who corrected a line is kept beside it, once each; a shared account is nobody."""
    hands = [LineHand(*KEY, "first"), LineHand(*KEY, "second")]
    record = attrs.evolve(CYCLE, lines=(PassLine(*KEY, Decimal(60), AFTER),), line_hands=(hands[0],))
    payload = CorrectLine(*KEY, Decimal(58))

    assert (hands[0],) == after(
        "first_ended", "publish_line", PublishLine(*KEY, Decimal(60)), operator="first"
    ).line_hands
    assert () == after("first_ended", "publish_line", PublishLine(*KEY, Decimal(60))).line_hands
    assert tuple(hands) == after("makeup", "correct_line", payload, record, operator="second").line_hands


def test_what_was_declared_of_the_first_stage_is_void():
    """Papers are sat again: of the make-up, and of the lines, nothing changes; whose the windows are now is noted."""
    windows = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))
    record = attrs.evolve(CYCLE, delivered=(Stage.FIRST, Stage.MAKEUP), windows_hand="first")
    found = after("first_ended", "extend_evaluation", ExtendEvaluation(windows), record, operator="second")

    assert ((Stage.MAKEUP,), windows, "second") == (found.delivered, found.windows, found.windows_hand)


def test_correct_line():
    """The corrected line takes the place of the published one; the others stay."""
    record = attrs.evolve(CYCLE, lines=(PassLine(*KEY, Decimal(60), china(date(2024, 1, 13))), OTHER))
    corrected = after("first_ended", "correct_line", CorrectLine(*KEY, Decimal("58.50")), record)

    assert (PassLine(*KEY, Decimal("58.50"), AFTER), OTHER) == corrected.lines
