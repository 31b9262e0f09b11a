"""不可抗力: what kept somebody from a paper is reported, vouched for, and the paper is given again."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.evaluation.events import (
    ConfirmAbsence,
    DeliverStart,
    GrantResit,
    RecordScore,
    ReportForceMajeure,
)
from kaohe_workflow.testing.journeys import HIGH, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import case_of, confirm_absences, declare, end_of, refused
from tests.unit.application.world.test_reminders import reminded

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
FLOOD = ReportForceMajeure(text="考点因洪水停电。", evidence=("notice",))


def started(journeys: Journeys) -> tuple[Traveller, str]:
    """Somebody who was interrupted in 医学人文, and the paper."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.start(paper)
    return traveller, paper


@pytest.mark.manual("M: force majeure: report", "M: refute an absence; excuse it; grant a re-sit")
def test_who_was_interrupted_sits_again(stored: Journeys) -> None:
    """The physician reports, the agency vouches for it, the province grants; nobody else, and in no other order."""
    world = stored.world
    traveller, paper = started(stored)
    world.send(traveller.principal, "evaluation", paper, "report_force_majeure", FLOOD)
    alone = refused(world, world.province, "evaluation", paper, "grant_resit", GrantResit())
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    for by in (world.hospital, world.agency, world.county):
        with pytest.raises(NotPermitted):
            world.send(by, "evaluation", paper, "grant_resit", GrantResit())
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit())
    record = case_of(world, "evaluation", paper).record

    assert ["forwarded"] == alone
    assert (None, None, None) == (record.started_at, record.score, record.force_majeure)
    stored.start(paper)
    assert "sitting" == world.state_of("evaluation", paper)
    assert () == world.application.verification.run().findings


@pytest.mark.manual("M: force majeure: report")
def test_only_the_physician_and_the_agency_report(journeys: Journeys) -> None:
    """Neither the institution nor an administration."""
    world = journeys.world
    _, paper = started(journeys)
    for by in (world.hospital, world.county, world.province):
        with pytest.raises(NotPermitted):
            world.send(by, "evaluation", paper, "report_force_majeure", FLOOD)


def test_a_report_says_what_happened_and_proves_it(journeys: Journeys) -> None:
    """Without a text, or without a file, it is none."""
    world = journeys.world
    traveller, paper = started(journeys)
    for report in (attrs.evolve(FLOOD, text=" "), attrs.evolve(FLOOD, evidence=())):
        assert "report_complete" in refused(
            world, traveller.principal, "evaluation", paper, "report_force_majeure", report
        )


def test_a_later_report_of_the_physician_stays_vouched_for(journeys: Journeys) -> None:
    """The agency has looked at it; more files do not undo that."""
    world = journeys.world
    traveller, paper = started(journeys)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    more = attrs.evolve(FLOOD, evidence=("notice", "photo"))
    world.send(traveller.principal, "evaluation", paper, "report_force_majeure", more)
    report = case_of(world, "evaluation", paper).record.force_majeure

    assert (True, ("notice", "photo")) == (report.forwarded, report.evidence)


def test_after_the_stage_the_paper_has_a_time_of_its_own(stored: Journeys) -> None:
    """Absent, and the make-up is waited for: the paper is open again at its own time, and the result waits for it."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.at(SITTING_DAY)
    stored.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    stored.publish(Stage.FIRST)
    declare(world, Stage.FIRST)
    paper = stored.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    world.send(world.province, "evaluation", paper, "confirm_absence", ConfirmAbsence(reminded=True))
    waiting = stored.state(traveller)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    late = refused(world, world.province, "evaluation", paper, "grant_resit", GrantResit())
    again = Window.of_days(date(2024, 1, 15), date(2024, 1, 16))
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit(window=again))
    reopened = stored.state(traveller)
    now = DeliverStart(started_at=world.clock.now(), identity_checked=True)
    early = refused(world, SYSTEM, "evaluation", paper, "deliver_start", now)
    world.at(date(2024, 1, 16))
    stored.start(paper)
    stored.score(traveller, Stage.FIRST, professional=HIGH)
    world.settle()

    assert ("awaiting_makeup_approval", "awaiting_assessment") == (waiting, reopened)
    assert (["resit_possible"], ["started_in_window"]) == (late, early)
    assert "qualified" == stored.state(traveller)
    assert () == world.application.verification.run().findings


def test_an_own_time_ends_by_itself(journeys: Journeys) -> None:
    """Not sat again: with the end of its own time the paper waits for the absence to be confirmed."""
    world = journeys.world
    _, paper = started(journeys)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    again = Window.of_days(SITTING_DAY + timedelta(days=1), SITTING_DAY + timedelta(days=2))
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit(window=again))
    world.clock.set(end_of(SITTING_DAY + timedelta(days=2)))
    world.settle()

    assert "absence_pending" == world.state_of("evaluation", paper)


@pytest.mark.parametrize(
    ("window", "reasons"),
    [
        (Window.of_days(date(2024, 1, 18), date(2024, 1, 19)), []),
        (Window.of_days(date(2024, 1, 18), date(2024, 1, 20)), ["resit_possible"]),
        (Window.of_days(date(2024, 1, 2), date(2024, 1, 3)), ["resit_possible"]),
        (Window.of_days(date(2024, 1, 18), date(2024, 1, 17)), ["resit_possible"]),
    ],
    ids=["last-day", "after-confirmation", "past", "empty"],
)
def test_an_own_time_fits_before_the_make_up_is_confirmed(
    journeys: Journeys, window: Window, reasons: list[str]
) -> None:
    """Who fails again must still be able to sit in the make-up."""
    world = journeys.world
    _, paper = started(journeys)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    if reasons:
        assert reasons == refused(
            world, world.province, "evaluation", paper, "grant_resit", GrantResit(window=window)
        )
    else:
        world.send(world.province, "evaluation", paper, "grant_resit", GrantResit(window=window))

        assert "not_sat" == world.state_of("evaluation", paper)


def test_what_the_make_up_has_overtaken_is_not_sat_again(journeys: Journeys) -> None:
    """A make-up paper was started: the first stage is over for good."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    declare(world, Stage.FIRST)
    confirm_absences(journeys, traveller, Stage.FIRST)
    journeys.lead(traveller, "awaiting_makeup")
    world.at(date(2024, 1, 22))
    first, again = (journeys.papers(traveller)[stage, HUMANITIES] for stage in (Stage.FIRST, Stage.MAKEUP))
    journeys.start(again)
    world.send(world.agency, "evaluation", first, "report_force_majeure", FLOOD)

    assert "makeup_not_begun" in refused(
        world, world.province, "evaluation", first, "grant_resit", GrantResit()
    )


def test_an_own_time_is_reminded_of(stored: Journeys) -> None:
    """On its first day and on the day before its last, as that of the stage is; who has sat meanwhile hears no more."""
    world = stored.world
    window = Window.of_days(SITTING_DAY + timedelta(days=2), SITTING_DAY + timedelta(days=5))
    travellers = [stored.to("awaiting_assessment") for _ in range(2)]
    stored.not_before(SITTING_DAY)
    resits = [(one, stored.papers(one)[Stage.FIRST, HUMANITIES]) for one in travellers]
    for _, paper in resits:
        stored.start(paper)
        world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
        world.send(stored.colleague, "evaluation", paper, "grant_resit", GrantResit(window=window))
    (waiting, _), (sat, paper) = resits
    days = [SITTING_DAY + timedelta(days=step) for step in range(1, 6)]
    told: dict[date, tuple[int, int]] = {}
    for day in days:
        world.at(day)
        world.settle()
        heard = [
            sum("准予您重新参加" in text for text in reminded(world, one.principal)) for one in (waiting, sat)
        ]
        told[day] = (heard[0], heard[1])
        if day == days[2]:
            world.send(world.province, "evaluation", paper, "record_score", RecordScore(HIGH))

    assert [(0, 0), (1, 1), (1, 1), (2, 1), (2, 1)] == list(told.values())


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (1, [[], ["进行，仅此一日"], ["今日开始"], []]),
        (2, [[], [], ["今日开始", "结束"], []]),
        (3, [[], [], ["今日开始"], ["结束"]]),
    ],
)
def test_a_short_time_of_its_own_is_reminded_of_as_it_is(
    journeys: Journeys, length: int, expected: list[list[str]]
) -> None:
    """Of one day: the day before says that it is on that day alone, and not that it ends before it has begun."""
    world, begins = journeys.world, SITTING_DAY + timedelta(days=2)
    traveller, paper = started(journeys)
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    window = Window.of_days(begins, begins + timedelta(days=length - 1))
    world.send(journeys.colleague, "evaluation", paper, "grant_resit", GrantResit(window=window))
    words, told = ("进行，仅此一日", "今日开始", "结束"), list[list[str]]()
    heard = 0
    for step in range(4):
        world.at(SITTING_DAY + timedelta(days=step))
        world.settle()
        texts = [text for text in reminded(world, traveller.principal) if "准予您重新参加" in text]
        fresh = texts[heard:]
        told.append(sorted(word for text in fresh for word in words if word in text))
        heard = len(texts)

    assert [sorted(one) for one in expected] == told
