"""What a cycle is short of, the one that follows from it, and an evaluation that is opened again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import (
    ChangeWindows,
    CreateCycle,
    DeclareDelivery,
    ExtendEvaluation,
    PublishLine,
)
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World, noon
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import shifted

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
LONGER = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 15)))
SITTING_AGAIN = noon(date(2024, 1, 15))


def colleague(world: World) -> Principal:
    """Somebody else of the province."""
    return attrs.evolve(world.province, account_id="colleague", operator_id="colleague")


@pytest.mark.manual("N-3.4", "R-12.1", "R-13.1")
@pytest.mark.parametrize(
    ("review_ends", "today", "codes"),
    [
        (date(2023, 12, 4), date(2023, 11, 4), []),
        (date(2023, 12, 4), date(2023, 11, 5), ["notice-short"]),
        (date(2023, 12, 5), date(2023, 11, 4), ["opinions-late"]),
        (date(2023, 12, 29), date(2024, 1, 3), ["notice-short", "opinions-late"]),
        (date(2023, 12, 29), date(2024, 1, 4), ["opinions-late"]),
    ],
)
def test_a_cycle_is_warned_of(journeys: Journeys, review_ends: date, today: date, codes: list[str]) -> None:
    """60 days before the evaluation physicians are told, 30 days before it opinions are in; after its first day the
    former says nothing any more."""
    world = journeys.world
    windows = attrs.evolve(
        WINDOWS,
        registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 3)),
        review=Window.of_days(date(2023, 11, 27), review_ends),
    )
    changed = ChangeWindows(windows, confirmed=True)
    world.send(world.province, "cycle", world.cycle_id, "change_windows", changed)
    world.clock.set(noon(today))
    found = world.application.planning.warnings(world.hospital, world.cycle_id)

    assert codes == [one.code for one in found]
    assert all(str(one.wanted) in one.message for one in found)


@pytest.mark.manual("R-42.1")
@pytest.mark.parametrize(
    ("last_day", "warned"),
    [
        (date(2025, 12, 30), [1095]),
        (date(2025, 12, 31), []),
        (date(2026, 1, 1), [1097]),
        (date(2024, 12, 31), [731]),
    ],
    ids=["a day short", "three years", "a day more", "two years"],
)
def test_a_cycle_is_three_years(journeys: Journeys, last_day: date, warned: list[int]) -> None:
    """考核周期为三年 (医师法): 2023 to 2025 are 1096 days; one that is not is told of and published all the same."""
    world, office = journeys.world, str(journeys.world.province.organisation_id)
    created = CreateCycle(office, "第二周期", date(2023, 1, 1), last_day, shifted(60))
    cycle_id = world.send(world.province, "cycle", None, "create", created).id
    found = world.application.planning.warnings(world.province, cycle_id)
    lengths = [(one.days, one.wanted, one.source) for one in found if one.code == "not-three-years"]

    assert [(days, 1096, "law/42") for days in warned] == lengths
    assert "published" == world.send(world.province, "cycle", cycle_id, "publish").state


@pytest.mark.parametrize(
    ("today", "warned"), [(date(2024, 1, 26), []), (date(2024, 1, 27), [-1]), (date(2024, 12, 31), [-340])]
)
def test_a_draft_of_days_that_are_over_is_warned_of(
    journeys: Journeys, today: date, warned: list[int]
) -> None:
    """Whoever types 2023 for 2026 sees it before anybody is told; of a cycle that runs nothing is said."""
    world, office = journeys.world, str(journeys.world.province.organisation_id)
    created = CreateCycle(office, "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(30))
    cycle_id = world.send(world.province, "cycle", None, "create", created).id
    world.clock.set(noon(today))
    of_each = {
        each: world.application.planning.warnings(world.province, each) for each in (cycle_id, world.cycle_id)
    }
    past = [one.days for one in of_each[cycle_id] if one.code == "windows-past"]

    assert warned == past
    assert "windows-past" not in [one.code for one in of_each[world.cycle_id]]


@pytest.mark.manual("M: training record")
@pytest.mark.parametrize(
    ("training", "published", "warned"),
    [
        (0, None, []),
        (6, None, []),
        (7, None, [(6, 7)]),
        (5, date(2024, 1, 14), []),
        (6, date(2024, 1, 14), [(5, 6)]),
    ],
)
def test_a_make_up_that_leaves_no_time_for_training_is_warned_of(
    training: int, published: date | None, warned: list[tuple[int, int]]
) -> None:
    """
    确认补考 ends on 19 January: from the line, or before there is one from the day after the evaluation, the 13th.
    """
    with open_world(makeup_training_days=training) as world:
        if published is not None:
            world.at(published)
            Journeys.of(world).publish(Stage.FIRST)
        found = world.application.planning.warnings(world.province, world.cycle_id)

        assert warned == [(one.days, one.wanted) for one in found if one.code == "training-short"]


def test_a_make_up_that_is_not_planned_yet_is_not_warned_of() -> None:
    """Its windows may be set as late as it is opened."""
    with open_world(makeup_training_days=90) as world:
        following = world.application.planning.following(world.province, world.cycle_id)
        made = world.send(world.province, "cycle", None, "create", following).id
        found = world.application.planning.warnings(world.province, made)

        assert "training-short" not in [one.code for one in found]


def test_the_next_cycle_follows_from_one(journeys: Journeys) -> None:
    """As many years later as the cycle is long, on the same days; the make-up is set when it is opened."""
    world = journeys.world
    following = world.application.planning.following(world.province, world.cycle_id)
    made = world.send(world.province, "cycle", None, "create", following)
    world.send(world.province, "cycle", made.id, "publish")

    assert (date(2023, 1, 1), date(2025, 12, 31)) == (following.first_day, following.last_day)
    assert Window.of_days(date(2026, 11, 27), date(2026, 12, 27)) == following.windows.registration
    assert (None, None) == (following.windows.makeup, following.windows.makeup_confirm)
    assert () == following.windows.problems()


def test_nobody_asks_about_a_cycle_that_is_not_there(journeys: Journeys) -> None:
    """As of any other case."""
    planning = journeys.world.application.planning
    for question in (planning.warnings, planning.following):
        with pytest.raises(NotFound):
            question(journeys.world.province, "nowhere")


@pytest.mark.manual("M: archive a cycle, reopen its evaluation window, correct a line")
def test_an_evaluation_is_opened_again(stored: Journeys) -> None:
    """By a second person, with a reason: papers can be sat until the new end, a declared delivery is void, and who was
    taken for absent sits once the agency has refuted it."""
    world, traveller = stored.world, stored.to("awaiting_assessment")
    world.at(date(2024, 1, 13))
    stage = DeclareDelivery(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", stage)
    paper = next(iter(world.papers_of(traveller.case_id).values()))
    absent = world.state_of("evaluation", paper)
    extension = ExtendEvaluation(LONGER)
    with pytest.raises(TransitionRefused):
        world.send(world.province, "cycle", world.cycle_id, "extend_evaluation", extension, reason="停电")
    world.send(colleague(world), "cycle", world.cycle_id, "extend_evaluation", extension, reason="停电")
    world.settle()
    record = world.application.cases.get(world.province, "cycle", world.cycle_id).record
    world.clock.set(SITTING_AGAIN)
    world.send(world.agency, "evaluation", paper, "refute_absence")
    world.settle()
    sat = [world.state_of("cycle", world.cycle_id), world.state_of("evaluation", paper)]
    world.clock.set(LONGER.evaluation.closes_at)
    world.settle()

    assert ("absence_pending", ()) == (absent, record.delivered)
    assert ["running", "not_sat"] == sat
    assert ["first_ended", "absence_pending"] == [
        world.state_of("cycle", world.cycle_id),
        world.state_of("evaluation", paper),
    ]


def test_once_a_line_is_known_no_evaluation_is_opened_again(journeys: Journeys) -> None:
    """Whoever sat then would sit knowing it."""
    world = journeys.world
    world.at(date(2024, 1, 13))
    line = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, Decimal(60))
    world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
    with pytest.raises(TransitionRefused) as caught:
        world.send(
            colleague(world),
            "cycle",
            world.cycle_id,
            "extend_evaluation",
            ExtendEvaluation(LONGER),
            reason="停电",
        )

    assert ["no_first_line"] == [getattr(reason, "name", None) for reason in caught.value.reasons]


@pytest.mark.manual("N-3.8")
def test_a_line_is_proposed_until_it_is_published(journeys: Journeys) -> None:
    """60, for 执业助理医师 55, of every paper and stage; it holds as it is published, with this score or another."""
    world = journeys.world
    planning = world.application.planning
    proposed = planning.proposed_lines(world.province, world.cycle_id)
    journeys.not_before(WINDOWS.evaluation.last_day + timedelta(days=1))
    for line in proposed[:2]:
        world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
    other = attrs.evolve(proposed[2], score=Decimal("57.5"))
    world.send(world.province, "cycle", world.cycle_id, "publish_line", other)
    left = planning.proposed_lines(world.province, world.cycle_id)
    record = world.application.cases.get(world.province, "cycle", world.cycle_id).record
    published = record.line(other.stage, other.kind, other.level)

    assert {(Level.LICENSED, Decimal(60)), (Level.ASSISTANT, Decimal(55))} == {
        (line.level, line.score) for line in proposed
    }
    assert {(stage, kind) for stage in Stage for kind in (HUMANITIES, PROFESSIONAL)} == {
        (line.stage, line.kind) for line in proposed
    }
    assert (8, proposed[3:]) == (len(proposed), left)
    assert published is not None
    assert Decimal("57.5") == published.score


@pytest.mark.manual("N-3.8")
def test_a_line_is_proposed_to_who_publishes_it(journeys: Journeys) -> None:
    """The province; nobody else takes a proposal for a line."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    for who in (world.county, world.hospital, world.agency, traveller.principal):
        with pytest.raises(NotPermitted):
            world.application.planning.proposed_lines(who, world.cycle_id)


def test_a_statement_has_no_line() -> None:
    """成都: in the make-up 简易程序 writes a 述职报告, which nobody scores; no make-up, no line for it."""
    with open_world(makeup_papers_simplified=["statement"], makeup_papers_general=["combined"]) as world:
        found = world.application.planning.proposed_lines(world.province, world.cycle_id)
    with open_world(makeup_offered=False, pass_line_assistant=54) as world:
        first = world.application.planning.proposed_lines(world.province, world.cycle_id)

    assert {HUMANITIES, PROFESSIONAL, PaperKind.COMBINED} == {
        line.kind for line in found if line.stage is Stage.MAKEUP
    }
    assert {Stage.FIRST} == {line.stage for line in first}
    assert {Decimal(60), Decimal(54)} == {line.score for line in first}
