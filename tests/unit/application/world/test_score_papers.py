"""Which paper a score is for: a preview says what an import does, and one paper of several is never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.intake.imported import Imported
from kaohe_workflow.application.intake.scores import ScorePreview
from kaohe_workflow.errors import InputInvalid, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    LOW,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of, confirm_absences, declare, second_cycle

pytestmark = pytest.mark.manual("M: import or deliver scores; declare delivery")

HUMANITIES = PaperKind.HUMANITIES
STRANGER = person(7777)


def file_of(*rows: tuple[str, str, str], name: str = "姓名") -> bytes:
    """A score file of 医学人文, 首次考核: number, name, score."""
    lines = [f"证件号码,{name},试卷名称,考核阶段,成绩"]
    lines += [
        f"{number},{told},{HUMANITIES.label},{Stage.FIRST.label},{score}" for number, told, score in rows
    ]
    return "\n".join(lines).encode()


def row_of(traveller: Traveller, score: str = "75", name: str = "") -> tuple[str, str, str]:
    return traveller.id_number, name, score


def told(
    found: ScorePreview | Imported,
) -> tuple[list[tuple[int, str, str, str]], tuple[int, ...], list[tuple[int, str, str]]]:
    """Bad rows, unknown ones, and warnings."""
    bad = [(row.row, row.column, row.code, row.problems[0].message) for row in found.bad]
    return bad, found.unknown, [(note.row, note.column, note.code) for note in found.warnings]


def previewed(world: World, caller: Principal, data: bytes, cycle_id: str | None = None) -> ScorePreview:
    return world.application.intake.preview_scores(caller, data, cycle_id=cycle_id)


def imported(world: World, caller: Principal, data: bytes, cycle_id: str | None = None) -> Imported:
    return world.application.intake.import_scores(caller, data, cycle_id=cycle_id)


def another_cycle(world: World) -> World:
    """The same world, seen from a second cycle with the same windows."""
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    cycle_id = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", cycle_id, "publish")
    world.settle()
    other = attrs.evolve(world, cycle_id=cycle_id)
    other.entrust(world.agency)
    return other


def in_two_cycles(journeys: Journeys) -> tuple[Traveller, World, str, str]:
    """Somebody who has the paper in two running cycles; the second one, and the paper of each."""
    world, other = journeys.world, another_cycle(journeys.world)
    traveller = journeys.newcomer()
    world.at(FILING_DAY)
    papers = []
    for seen in (world, other):
        case_id = seen.file(traveller.principal, journeys.department_id)
        seen.review(case_id)
        papers.append(seen.papers_of(case_id)[Stage.FIRST, HUMANITIES])
    world.at(SITTING_DAY)
    return traveller, other, *papers


def score_of(world: World, paper: str) -> Decimal | None:
    score: Decimal | None = case_of(world, "evaluation", paper).record.score
    return score


def test_a_paper_in_two_cycles_is_not_chosen(stored: Journeys) -> None:
    """The row is bad at its number, which cycle is meant is to be told, and nothing is recorded."""
    world = stored.world
    traveller, _, first, second = in_two_cycles(stored)
    data = file_of(row_of(traveller))
    message = (
        "该人员的此试卷见于多个进行中的考核周期（第一周期、第二周期），请指明考核周期（cycle_id）后重新导入"
    )

    preview, done = previewed(world, world.province, data), imported(world, world.province, data)

    assert ([(2, "证件号码", "cycle-ambiguous", message)], (), []) == told(preview) == told(done)
    assert ((), ()) == (preview.good, done.done)
    assert [None, None] == [score_of(world, paper) for paper in (first, second)]


@pytest.mark.parametrize("which", [0, 1])
def test_the_cycle_that_is_named_is_meant(journeys: Journeys, which: int) -> None:
    """Its paper gets the score, the other one stays open."""
    world = journeys.world
    traveller, other, *papers = in_two_cycles(journeys)
    cycle_id = (world, other)[which].cycle_id
    data = file_of(row_of(traveller))

    preview = previewed(world, world.province, data, cycle_id)
    done = imported(world, world.province, data, cycle_id)

    assert ([2], (2,)) == ([row.row for row in preview.good], done.done)
    assert [Decimal(75), None] == [score_of(world, papers[which]), score_of(world, papers[1 - which])]


def test_a_score_that_comes_again_is_not_for_the_next_cycle(journeys: Journeys) -> None:
    """The same file sent twice: the paper of the other cycle, which is open, does not get the old score."""
    world = journeys.world
    traveller, other, _, second = in_two_cycles(journeys)
    data = file_of(row_of(traveller))
    imported(world, world.province, data, world.cycle_id)

    unnamed = imported(world, world.province, data)
    again = imported(world, world.province, data, world.cycle_id)

    assert ["cycle-ambiguous"] == [row.code for row in unnamed.bad]
    assert ["already-scored"] == [row.code for row in again.bad]
    assert score_of(world, second) is None
    assert (2,) == imported(world, world.province, data, other.cycle_id).done


def test_two_cycles_are_told_to_nobody_who_does_not_see_the_papers(journeys: Journeys) -> None:
    """Whose papers the caller may not know of is unknown, however many cycles they are in."""
    world = journeys.world
    traveller, other, *_ = in_two_cycles(journeys)
    data = file_of(row_of(traveller))

    for ask in (previewed, imported):
        assert ([], (2,), []) == told(ask(world, journeys.elsewhere, data))
        assert ([], (2,), []) == told(ask(world, journeys.elsewhere, data, other.cycle_id))


def test_a_cycle_that_takes_no_scores_is_refused(journeys: Journeys) -> None:
    """One that is not there, and one that is not running: before any row is looked at."""
    world = journeys.world
    draft = second_cycle(journeys)
    data = file_of((STRANGER.id_number, "", "80"))

    for ask in (previewed, imported):
        for cycle_id in ("nowhere", draft):
            with pytest.raises(InputInvalid) as refused:
                ask(world, world.province, data, cycle_id)
            (problem,) = refused.value.problems

            assert ("cycle_id", "cycle-not-running") == (problem.path, problem.code)


def test_a_key_is_for_one_cycle(journeys: Journeys) -> None:
    """The same file for another cycle under the same key is another request."""
    world = journeys.world
    traveller, other, *_ = in_two_cycles(journeys)
    data, intake = file_of(row_of(traveller)), world.application.intake
    first, again = (
        intake.import_scores(world.province, data, cycle_id=world.cycle_id, idempotency_key="k")
        for _ in range(2)
    )

    assert (2,) == first.done
    assert first == again
    with pytest.raises(InputInvalid):
        intake.import_scores(world.province, data, cycle_id=other.cycle_id, idempotency_key="k")


def test_a_preview_says_what_an_import_does(stored: Journeys) -> None:
    """Good, bad and unknown rows are those of an import at that moment; a score that is there is told."""
    world = stored.world
    waiting, scored = stored.to("awaiting_assessment"), stored.to("awaiting_assessment")
    without_papers = stored.newcomer()
    world.at(SITTING_DAY)
    stored.score(scored, Stage.FIRST, humanities=LOW)
    data = file_of(
        row_of(waiting),
        row_of(scored, "90"),
        (STRANGER.id_number, "", "80"),
        row_of(without_papers),
        row_of(waiting, "101"),
    )

    preview, done = previewed(world, world.province, data), imported(world, world.province, data)
    already = (3, "成绩", "already-scored", "该试卷已有成绩，以首次录入为准")

    assert [already, (6, "成绩", "score-range")] == [told(preview)[0][0], told(preview)[0][1][:3]]
    assert (4, 5) == preview.unknown
    assert ([2], told(preview)) == ([row.row for row in preview.good], told(done))
    assert (2,) == done.done


@pytest.mark.parametrize(
    ("who", "day", "error"),
    [
        ("hospital", SITTING_DAY, NotPermitted),
        ("province", SITTING_DAY, None),
        ("hospital", FILING_DAY, NotPermitted),
        ("province", date(2024, 1, 2), TransitionRefused),
        ("province", date(2024, 1, 3), None),
    ],
)
def test_a_preview_refuses_what_an_import_refuses(
    stored: Journeys, who: str, day: date, error: type[Exception] | None
) -> None:
    """The paper is seen and is not the caller's to score (手册 2.2.9), or its time has not come; nothing is changed."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.at(day)
    caller: Principal = getattr(world, who)
    data = file_of(row_of(traveller))

    preview, done = previewed(world, caller, data), imported(world, caller, data)
    refused = [] if error is None else [(2, error)]

    assert refused == [(row.row, type(row.error)) for row in preview.refused]
    assert [str(row.error) for row in preview.refused] == [str(row.error) for row in done.refused]
    assert ([row.row for row in preview.good], told(preview)) == (list(done.done), told(done))


@pytest.mark.parametrize("day", [SITTING_DAY, RESULT_DAY])
def test_a_judged_paper_has_its_score(journeys: Journeys, day: date) -> None:
    """Before it was judged and after."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=LOW)
    world.at(day)
    if day == RESULT_DAY:
        journeys.publish(Stage.FIRST)

    assert ["already-scored"] == [
        row.code for row in previewed(world, world.province, file_of(row_of(traveller))).bad
    ]


def test_an_absence_is_no_score(journeys: Journeys) -> None:
    """Who was absent has no paper that is open, nor one with a score: the file cannot undo the finding."""
    world = journeys.world
    absent = journeys.to("awaiting_assessment")
    world.at(RESULT_DAY)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, absent, Stage.FIRST)
    data = file_of(row_of(absent))

    for ask in (previewed, imported):
        assert ([], (2,), []) == told(ask(world, world.province, data))


def test_a_paper_with_a_score_is_told_to_who_sees_it_alone(journeys: Journeys) -> None:
    """For everybody else it is as unknown as one that is not there, in a preview and in an import."""
    world = journeys.world
    scored, sitting = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(SITTING_DAY)
    journeys.score(scored, Stage.FIRST, humanities=LOW)
    data = file_of(
        row_of(scored, name="王五"), row_of(sitting, name="王五"), (STRANGER.id_number, "王五", "80")
    )

    for caller in (journeys.elsewhere, journeys.neighbour):
        for ask in (previewed, imported):
            assert ([], (2, 3, 4), []) == told(ask(world, caller, data))


def test_another_name_is_told_and_stops_nothing(stored: Journeys) -> None:
    """Whoever sees the paper is asked to look again, at the name's cell; the stored name is not repeated."""
    world = stored.world
    waiting, scored = stored.to("awaiting_assessment"), stored.to("awaiting_assessment")
    world.at(SITTING_DAY)
    stored.score(scored, Stage.FIRST, humanities=LOW)
    data = file_of(
        row_of(waiting, name="王五"),
        row_of(scored, name="王五"),
        (STRANGER.id_number, "王五", "80"),
        name="医师姓名",
    )

    preview, done = previewed(world, world.province, data), imported(world, world.province, data)

    assert [(row, "医师姓名", "name-differs") for row in (2, 3)] == told(preview)[2] == told(done)[2]
    assert {"与系统中该证件号码的姓名不符，请核对"} == {note.message for note in done.warnings}
    assert (2,) == done.done


@pytest.mark.parametrize("written", ["{0}", " {0} ", "", "{0[0]}　{1}", "#公式未计算"])
def test_the_same_name_is_no_other(journeys: Journeys, written: str) -> None:
    """Spaces are none of a name, and a blank cell says nothing."""
    world = journeys.world
    waiting = journeys.to("awaiting_assessment")
    name = person(0).name
    world.at(SITTING_DAY)

    assert (
        ()
        == previewed(
            world, world.province, file_of(row_of(waiting, name=written.format(name, name[1:])))
        ).warnings
    )
