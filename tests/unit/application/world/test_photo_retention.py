"""监考照片 go so many days after the result, unless something about the sitting is open; what they came to stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.photo_retention import DuePhotos
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.evaluation.events import DeliverHandIn, DeliverStart, RecordPhoto
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import HIGH, LAST_DAY, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import noon
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.following import archive
from tests.unit.application.world.steps import case_of, events_of
from tests.unit.application.world.test_reviews import answer, apply

pytestmark = pytest.mark.manual("S-83")

Sat = tuple[Traveller, str, str]
"""Somebody who sat a paper, its id, and that of its photo."""

HUMANITIES = PaperKind.HUMANITIES
DAYS = 180
DAY = timedelta(days=1)
START = noon(SITTING_DAY)


def several(journeys: Journeys, number: int) -> list[Sat]:
    """People who have handed in a paper with one stored photo."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(number)]
    journeys.not_before(SITTING_DAY)
    journeys.world.clock.set(max(journeys.world.clock.now(), START))
    return [photographed(journeys, traveller) for traveller in travellers]


def photographed(journeys: Journeys, traveller: Traveller) -> Sat:
    """The traveller, the paper, and its photo."""
    world, paper = journeys.world, journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    file = hand_in(world.application, world.hospital)
    taken = RecordPhoto(taken_at=START, name="photo", similarity=Decimal(85), source="platform", file=file)
    for event, payload in (
        ("deliver_start", DeliverStart(started_at=START, identity_checked=True)),
        ("record_photo", taken),
        ("deliver_hand_in", DeliverHandIn(handed_in_at=START)),
    ):
        world.send(SYSTEM, "evaluation", paper, event, payload)
    return traveller, paper, file


def all_decided(journeys: Journeys, number: int) -> list[Sat]:
    """The same with results, which are of `RESULT_DAY`."""
    sat = several(journeys, number)
    for traveller, _, _ in sat:
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    return sat


def decided(journeys: Journeys) -> Sat:
    """One of them."""
    (sat,) = all_decided(journeys, 1)
    return sat


def stored_file(journeys: Journeys, paper: str, file: str) -> bool:
    """Whether the photo can still be fetched through its paper."""
    try:
        journeys.world.application.attachments.of_case(SYSTEM, "evaluation", paper, file)
    except NotFound:
        return False
    return True


def cleared(journeys: Journeys, day: date) -> int:
    """Of how many papers photos go on a day, with the files that nothing names then."""
    world = journeys.world
    world.at(day)
    done = world.application.photo_retention.clear_away()
    world.application.attachments.clear_away()
    return done


@pytest.mark.parametrize(("days", "gone"), [(DAYS, False), (DAYS + 1, True)])
def test_photos_go_after_their_time(stored: Journeys, days: int, gone: bool) -> None:
    """
    Kept to the 180th day after the result, gone on the 181st; a dry run lists them and changes nothing. When a photo
    was taken and how like it was stays, the history tells when it went, and everything still proves.
    """
    world = stored.world
    _, paper, file = decided(stored)
    world.at(RESULT_DAY + days * DAY)
    due = world.application.photo_retention.due()
    before = (stored_file(stored, paper, file), case_of(world, "evaluation", paper).record)
    done = cleared(stored, RESULT_DAY + days * DAY)
    after = case_of(world, "evaluation", paper).record

    assert ([DuePhotos(paper, 1, RESULT_DAY)] if gone else []) == due
    assert (int(gone), 0) == (done, world.application.photo_retention.clear_away())
    assert (True, not gone) == (before[0], stored_file(stored, paper, file))
    assert ("drop_photos" in events_of(world, "evaluation", paper)) is gone
    assert before[1] == attrs.evolve(after, photos=before[1].photos)
    assert before[1].photos == tuple(attrs.evolve(photo, file=file) for photo in after.photos)
    assert (not gone) == (file in {one.id for one in _attachments(stored, file)})
    assert () == world.application.verification.run().findings


def _attachments(journeys: Journeys, file: str):
    with journeys.world.application.store.begin(write=False) as unit:
        return list(unit.attachments([file]).values())


def test_what_is_open_holds_them(journeys: Journeys) -> None:
    """An undecided mark, a finding that is reported and an application for review; decided, they go."""
    world = journeys.world
    (marked, paper, file), (found, _, _), (reviewed, _, _), (_, free, _) = all_decided(journeys, 4)
    mark = journeys.mark(marked, HUMANITIES)
    report = ReportFinding(
        ground=DirectGround.PENALISED, found_on=date(2021, 7, 1), text="受到行政处罚", evidence=("proof",)
    )
    world.send(world.county, "assessment", found.case_id, "report_finding", report)
    review = apply(journeys, reviewed)
    day = RESULT_DAY + (DAYS + 1) * DAY
    world.clock.set(noon(day))
    held = [one.paper_id for one in world.application.photo_retention.due()]
    second = attrs.evolve(world.county, operator_id="second-person")
    world.send(second, "cheating", mark, "unmark", reason="照片已核对")
    world.send(
        world.agency, "assessment", found.case_id, "dismiss_finding", DecideFinding(1), reason="不成立"
    )
    answer(journeys, review, "uphold")

    assert [free] == held
    assert 4 == world.application.photo_retention.clear_away()
    assert not stored_file(journeys, paper, file)


def test_what_a_mark_was_proven_by_stays(journeys: Journeys) -> None:
    """A photo that was named as evidence is the mark's, whatever became of it; nobody is asked again each day."""
    world = journeys.world
    traveller, paper, file = decided(journeys)
    mark = journeys.mark(traveller, HUMANITIES, evidence=(file,))
    second = attrs.evolve(world.county, operator_id="second-person")
    world.send(second, "cheating", mark, "unmark", reason="照片已核对")

    assert 0 == cleared(journeys, RESULT_DAY + (DAYS + 1) * DAY)
    assert stored_file(journeys, paper, file)
    assert () == world.application.verification.run().findings


def test_without_a_result_they_go_after_the_cycle(journeys: Journeys) -> None:
    """
    退出: counted from the last day on which a paper could be sat, here that of the make-up, once the cycle is archived.
    """
    world = journeys.world
    ((traveller, _, _),) = several(journeys, 1)
    world.send(world.county, "assessment", traveller.case_id, "withdraw")
    last = world.application.cases.get(world.province, "cycle", world.cycle_id).record.windows.makeup.last_day
    world.at(last + (DAYS + 1) * DAY)
    running = world.application.photo_retention.due()
    world.at(max(LAST_DAY, last + (DAYS + 1) * DAY))
    archive(journeys, world.cycle_id)

    assert [] == running
    assert [last] == [one.concluded_on for one in world.application.photo_retention.due()]
    assert 1 == world.application.photo_retention.clear_away()


def test_how_long_is_the_provinces_and_once_a_day_is_enough() -> None:
    """`photos_kept_days`; the service looks once a day, at the first sweep."""
    with open_world(photos_kept_days=30) as world:
        journeys = Journeys.of(world)
        decided(journeys)
        world.at(RESULT_DAY + 30 * DAY)
        early = world.application.photo_retention.clear_away_daily()
        world.clock.set(noon(RESULT_DAY + 31 * DAY))
        daily = [world.application.photo_retention.clear_away_daily() for _ in range(2)]

        assert (0, [1, 0]) == (early, daily)
