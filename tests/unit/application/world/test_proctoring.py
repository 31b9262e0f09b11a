"""Papers that are sat on a platform: started there, photographed, and looked at by whoever watches; and statements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import InputInvalid, NotPermitted
from kaohe_workflow.lifecycles.evaluation.events import (
    AssessStatement,
    ConfirmAbsence,
    DeliverHandIn,
    DeliverStart,
    HandInStatement,
    RecordPhoto,
    RecordScore,
)
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World, noon
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import PaperKind, Stage, Verdict
from tests.unit.application.world.steps import TICK, case_of, declare, refused

HUMANITIES, STATEMENT = PaperKind.HUMANITIES, PaperKind.STATEMENT
START = noon(SITTING_DAY)


def sitting(journeys: Journeys) -> tuple[Traveller, str]:
    """Somebody whose start of 医学人文 a platform has delivered."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.world.send(
        SYSTEM, "evaluation", paper, "deliver_start", DeliverStart(started_at=START, identity_checked=True)
    )
    return traveller, paper


def photograph(world: World, paper: str, index: int, similarity: str | None) -> None:
    taken = RecordPhoto(
        taken_at=START + timedelta(seconds=index),
        name=f"photo-{index}",
        similarity=Decimal(similarity) if similarity is not None else None,
    )
    world.clock.set(max(world.clock.now(), taken.taken_at))
    world.send(SYSTEM, "evaluation", paper, "record_photo", taken)


def found(world: World, **filters: str) -> set[str]:
    page = world.application.lists.page(world.hospital, "papers", filters, limit=50)
    return {str(row["id"]) for row in page.rows}


@pytest.mark.manual("S-83")
def test_low_photos_are_found(stored: Journeys) -> None:
    """By the lowest figure or the mean, by the province's mark or by a bound of one's own (手册 2.2.9)."""
    world = stored.world
    travellers = [stored.to("awaiting_assessment") for _ in range(3)]
    stored.not_before(SITTING_DAY)
    papers = [stored.papers(one)[Stage.FIRST, HUMANITIES] for one in travellers]
    start = DeliverStart(started_at=START, identity_checked=True)
    for paper in papers:
        world.send(SYSTEM, "evaluation", paper, "deliver_start", start)
    for paper, figures in zip(papers, (("39.99", "90"), ("40", "40"), ("20", "30")), strict=True):
        for index, figure in enumerate(figures):
            photograph(world, paper, index, figure)
    one, other, third = papers

    assert {one, third} == found(world, low_similarity="true")
    assert {one, third} == found(world, similarity_below="40")
    assert {one, other, third} == found(world, similarity_below="41")
    assert {third} == found(world, similarity_mean_below="40")
    assert () == world.application.verification.run().findings


@pytest.mark.manual("S-83")
def test_who_has_no_usable_photo_is_found(journeys: Journeys) -> None:
    """A list of its own: sat, and nothing on which anybody can be recognised."""
    world = journeys.world
    _, paper = sitting(journeys)
    photograph(world, paper, 1, None)
    without = found(world, progress="sitting", usable_photos_to="0")
    photograph(world, paper, 2, "85")

    assert ({paper}, set()) == (without, found(world, progress="sitting", usable_photos_to="0"))


@pytest.mark.manual("S-83")
def test_a_sitting_is_watched_to_its_end_and_no_further(stored: Journeys) -> None:
    """
    Photographed at 100 seconds for the last time: handed in at 280 nothing is missing, at 281, or with the end of the
    time, something is, whoever tells of the end.
    """
    world = stored.world
    travellers = [stored.to("awaiting_assessment") for _ in range(4)]
    stored.not_before(SITTING_DAY)
    papers = [stored.papers(one)[Stage.FIRST, HUMANITIES] for one in travellers]
    for paper in papers:
        start = DeliverStart(started_at=START, identity_checked=True)
        world.send(SYSTEM, "evaluation", paper, "deliver_start", start)
        photograph(world, paper, 100, "85")
    going_on = found(world, photos_sparse="true")
    in_time, late, own, left = papers
    for paper, seconds in ((in_time, 280), (late, 281)):
        ended = DeliverHandIn(handed_in_at=START + timedelta(seconds=seconds))
        world.clock.set(max(world.clock.now(), ended.handed_in_at))
        world.send(SYSTEM, "evaluation", paper, "deliver_hand_in", ended)
    world.send(travellers[2].principal, "evaluation", own, "hand_in")
    handed_in = found(world, photos_sparse="true")
    world.at(SITTING_DAY + timedelta(days=1))

    assert (set(), {late, own}, {late, own, left}) == (
        going_on,
        handed_in,
        found(world, photos_sparse="true"),
    )
    assert case_of(world, "evaluation", left).record.ended_at == START + timedelta(minutes=60)
    assert () == world.application.verification.run().findings


@pytest.mark.manual("S-83", "M: see photos")
def test_photos_are_for_those_who_watch(journeys: Journeys) -> None:
    """The institution, the agency and the administration see them; the person on them does not."""
    world = journeys.world
    traveller, paper = sitting(journeys)
    photograph(world, paper, 1, "85")
    told = {
        who: bool(world.application.cases.get(principal, "evaluation", paper).record.photos)
        for who, principal in {
            "hospital": world.hospital,
            "agency": world.agency,
            "county": world.county,
            "province": world.province,
            "physician": traveller.principal,
        }.items()
    }

    assert dict.fromkeys(told, True) | {"physician": False} == told


@pytest.mark.parametrize("similarity", ["-0.01", "100.01", "60.001"])
def test_a_figure_is_a_percentage(journeys: Journeys, similarity: str) -> None:
    """0–100 with at most two places."""
    world = journeys.world
    _, paper = sitting(journeys)
    photo = RecordPhoto(taken_at=START, name="photo", similarity=Decimal(similarity))

    assert ["photo_valid"] == refused(world, SYSTEM, "evaluation", paper, "record_photo", photo)


@pytest.mark.parametrize(
    ("at", "reasons"),
    [(START - TICK, ["photo_valid"]), (START, []), (START + TICK, ["photo_valid"])],
    ids=["before-the-start", "at-once", "ahead-of-now"],
)
def test_a_photo_is_of_the_sitting(journeys: Journeys, at: datetime, reasons: list[str]) -> None:
    """Not before the start, and not ahead of now; one photo is kept once."""
    world = journeys.world
    _, paper = sitting(journeys)
    world.clock.set(START)
    photo = RecordPhoto(taken_at=at, name="photo", similarity=Decimal(50))
    if reasons:
        assert reasons == refused(world, SYSTEM, "evaluation", paper, "record_photo", photo)
    else:
        world.send(SYSTEM, "evaluation", paper, "record_photo", photo)

        assert ["photo_valid"] == refused(world, SYSTEM, "evaluation", paper, "record_photo", photo)


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        (WINDOWS.evaluation.opens_at - TICK, ["started_in_window"]),
        (WINDOWS.evaluation.opens_at, []),
        (WINDOWS.evaluation.closes_at - TICK, []),
        (WINDOWS.evaluation.closes_at, ["started_in_window"]),
    ],
)
def test_a_start_counts_by_its_own_time(journeys: Journeys, at: datetime, reasons: list[str]) -> None:
    """Delivered after the window is over and a sweep has been: the time of the start decides, to the instant."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    world.at(RESULT_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    closed = world.state_of("evaluation", paper)
    start = DeliverStart(started_at=at, identity_checked=True)
    if reasons:
        assert reasons == refused(world, SYSTEM, "evaluation", paper, "deliver_start", start)
    else:
        world.send(SYSTEM, "evaluation", paper, "deliver_start", start)

        assert ("absence_pending", "sitting") == (closed, world.state_of("evaluation", paper))


def test_a_platform_checks_who_sits(journeys: Journeys) -> None:
    """`face_check` on: a start without the check is refused; off, it is not asked for."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    start = DeliverStart(started_at=START)

    assert ["identity_checked"] == refused(
        journeys.world, SYSTEM, "evaluation", paper, "deliver_start", start
    )
    with open_world(face_check=False) as world:
        others = Journeys.of(world)
        traveller = others.to("awaiting_assessment")
        others.not_before(SITTING_DAY)
        paper = others.papers(traveller)[Stage.FIRST, HUMANITIES]
        world.send(SYSTEM, "evaluation", paper, "deliver_start", start)

        assert "sitting" == world.state_of("evaluation", paper)


def test_a_start_on_a_platform_withdraws_the_exemption_too(journeys: Journeys) -> None:
    """Who sits the waived paper has made the choice, wherever it is sat."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    exemption = journeys.apply_for_exemption(traveller)
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    start = DeliverStart(started_at=START, identity_checked=True)
    world.send(SYSTEM, "evaluation", paper, "deliver_start", start)

    assert "withdrawn" == world.state_of("exemption", exemption)


def test_a_hand_in_counts_by_its_own_time(journeys: Journeys) -> None:
    """Delivered later: after the start and within the minutes of the paper."""
    world = journeys.world
    _, paper = sitting(journeys)
    world.clock.set(START + timedelta(minutes=59))
    wrong = [
        refused(world, SYSTEM, "evaluation", paper, "deliver_hand_in", DeliverHandIn(handed_in_at=at))
        for at in (START - TICK, START + timedelta(minutes=59) + TICK)
    ]
    right = DeliverHandIn(handed_in_at=START + timedelta(minutes=30))
    world.send(SYSTEM, "evaluation", paper, "deliver_hand_in", right)

    assert [["handed_in_in_time"]] * 2 == wrong
    assert "handed_in" == world.state_of("evaluation", paper)


@pytest.fixture
def reporting() -> Iterator[tuple[Journeys, str, Traveller]]:
    """Somebody under 简易程序 who has to write a 述职报告 in the make-up, and the paper."""
    with open_world(makeup_papers_simplified=["statement"]) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
        world.at(SITTING_DAY)
        journeys.score(traveller, Stage.FIRST, humanities=LOW)
        journeys.lead(traveller, "awaiting_makeup")
        world.at(MAKEUP_DAY)
        yield journeys, journeys.papers(traveller)[Stage.MAKEUP, STATEMENT], traveller


@pytest.mark.manual("M: statement paper: assess")
@pytest.mark.parametrize(
    ("verdict", "result"), [(Verdict.QUALIFIED, "qualified"), (Verdict.UNQUALIFIED, "unqualified")]
)
def test_a_statement_is_judged_by_who_reads_it(
    reporting: tuple[Journeys, str, Traveller], verdict: Verdict, result: str
) -> None:
    """Written by the physician, 合格 or 不合格 by the assessment institution alone; the result follows at once."""
    journeys, paper, traveller = reporting
    world = journeys.world
    written = HandInStatement(statement="本周期完成门诊二千人次。")
    world.send(traveller.principal, "evaluation", paper, "hand_in_statement", written)
    for by in (world.hospital, world.county, world.province):
        with pytest.raises(NotPermitted):
            world.send(by, "evaluation", paper, "assess_statement", AssessStatement(verdict), reason="属实")
    world.send(world.agency, "evaluation", paper, "assess_statement", AssessStatement(verdict), reason="核实")

    assert result == journeys.state(traveller)
    assert written.statement == case_of(world, "evaluation", paper).record.statement
    assert () == world.application.verification.run().findings


@pytest.mark.manual("M: statement paper: assess")
def test_the_files_of_a_statement_are_there_for_who_reads_it(
    reporting: tuple[Journeys, str, Traveller],
) -> None:
    """One's own are taken, kept and shown to the assessment institution; an id of no file is refused at its place."""
    journeys, paper, traveller = reporting
    world, application = journeys.world, journeys.world.application
    unknown = HandInStatement(statement="述职报告。", files=(AttachmentId("no-such-file"),))
    with pytest.raises(InputInvalid) as caught:
        application.door.send(traveller.principal, "evaluation", paper, "hand_in_statement", unknown)
    file = hand_in(application, traveller.principal)
    given = HandInStatement(statement="述职报告。", files=(file,))
    application.door.send(traveller.principal, "evaluation", paper, "hand_in_statement", given)
    world.clock.set(world.clock.now() + timedelta(days=8))
    application.attachments.clear_away()

    assert [("$.payload.files[0]", "attachment-unknown")] == [
        (problem.path, problem.code) for problem in caught.value.problems
    ]
    assert file == application.attachments.of_case(world.agency, "evaluation", paper, file).attachment.id


def test_a_verdict_against_says_why(reporting: tuple[Journeys, str, Traveller]) -> None:
    """不合格 needs its reason; 合格 does not. The statement of the registration is judged where none is written."""
    journeys, paper, traveller = reporting
    world = journeys.world
    against = AssessStatement(Verdict.UNQUALIFIED)
    silent = refused(world, world.agency, "evaluation", paper, "assess_statement", against)
    world.send(world.agency, "evaluation", paper, "assess_statement", AssessStatement(Verdict.QUALIFIED))

    assert "reason-missing" in silent
    assert "qualified" == journeys.state(traveller)


def test_a_scored_paper_is_no_statement(journeys: Journeys) -> None:
    """医学人文 is judged by its score, whoever reads it."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]

    assert "is_statement" in refused(
        journeys.world,
        journeys.world.agency,
        "evaluation",
        paper,
        "assess_statement",
        AssessStatement(Verdict.QUALIFIED),
    )


def test_who_writes_no_statement_is_absent_like_anybody(reporting: tuple[Journeys, str, Traveller]) -> None:
    """Neither written nor judged when the make-up ends: an absence, once it is confirmed."""
    journeys, paper, traveller = reporting
    world = journeys.world
    world.at(WINDOWS.makeup.last_day + timedelta(days=1))  # type: ignore[union-attr]  # there is a make-up
    declare(world, Stage.MAKEUP)
    world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True))

    assert ("absent", "unqualified") == (world.state_of("evaluation", paper), journeys.state(traveller))


def test_nobody_sits_a_statement(reporting: tuple[Journeys, str, Traveller]) -> None:
    """A 述职报告 is written here, not sat: a platform that asks what is to be sat is not told of it."""
    journeys, _, traveller = reporting

    assert () == journeys.world.application.platforms.papers(traveller.id_number)


def test_another_attempt_wants_photos_of_its_own() -> None:
    """Recognised in the first attempt, seen by nobody in the second: it is found among those without a usable photo."""
    with open_world(paper_attempts=2) as world:
        journeys = Journeys.of(world)
        _, paper = sitting(journeys)
        photograph(world, paper, 1, "85")
        world.send(world.province, "evaluation", paper, "record_score", RecordScore(LOW))
        before = found(world, usable_photos_to="0")
        again = world.clock.now() + timedelta(seconds=60)
        world.clock.set(again)
        started = DeliverStart(started_at=again, identity_checked=True)
        world.send(SYSTEM, "evaluation", paper, "deliver_start", started)
        unseen = found(world, progress="sitting", usable_photos_to="0")
        taken = RecordPhoto(taken_at=again, name="photo-again", similarity=Decimal(90))
        world.send(SYSTEM, "evaluation", paper, "record_photo", taken)
        record = case_of(world, "evaluation", paper).record

        assert (True, {paper}) == (paper not in before, unseen)
        assert (1, Decimal(85)) == (record.usable_photos, record.similarity_minimum)
        assert paper not in found(world, usable_photos_to="0")
