"""How far the job is that opens the cases of a published cycle, who asked for it, and how it is stopped."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.jobs.progress import Progress
from kaohe_workflow.application.queries.openings import CycleOpening
from kaohe_workflow.errors import NotFound, StoreUnavailable
from kaohe_workflow.lifecycles.affiliation.case import LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import Leave
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import START, World
from kaohe_workflow.values.errands import OpeningStanding
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.world.watched import jobs, nothing, second_cycle, watched, work

NOT_BEGUN, WAITING, RUNNING, ENDED, STOPPED = OpeningStanding


def opening_of(world: World, cycle_id: str, who: Principal | None = None) -> CycleOpening:
    return world.application.openings.of_cycle(who or world.province, cycle_id)


def numbers(opening: CycleOpening) -> tuple[Any, ...]:
    return opening.standing, opening.expected, opening.opened, opening.refused


def opener(world: World) -> str:
    """The job that opens the cases of the newest cycle."""
    return next(job.id for job in jobs(world) if "open_assessments_of_cycle" in job.content)


def page(world: World, job_id: str, size: int) -> Progress:
    return attrs.evolve(world.application.timers, page=size).pages.next(job_id)


def cases_in(world: World, cycle_id: str) -> list[str]:
    with world.application.store.begin(write=False) as unit:
        return [case.state for case in unit.find("assessment", [Where("cycle_id", "eq", cycle_id)])]


def test_the_opening_of_a_cycle_is_followed(stored: Journeys) -> None:
    """Waiting, then page after page, then ended; it tells who published the cycle and when, in each kind of store."""
    world = stored.world
    for _ in range(5):
        stored.newcomer()
    cycle_id = second_cycle(world)
    job = opener(world)
    before = opening_of(world, cycle_id)
    found = []
    for _ in range(3):
        page(world, job, 2)
        found.append(numbers(opening_of(world, cycle_id)))
    after = opening_of(world, cycle_id)

    assert (WAITING, None, 0, 0) == numbers(before)
    assert before.went_on_at is None
    assert [(RUNNING, 5, 2, 0), (RUNNING, 5, 4, 0), (ENDED, 5, 5, 0)] == found
    assert (START, START) == (after.published_at, after.went_on_at)
    assert world.province.account_id == after.published_by


def test_a_draft_is_not_begun(journeys: Journeys) -> None:
    """Nobody has asked for anything, also where the draft is discarded."""
    world = journeys.world
    following = world.application.planning.following(world.province, world.cycle_id)
    draft = world.send(world.province, "cycle", None, "create", following).id
    before = opening_of(world, draft)
    world.send(world.province, "cycle", draft, "discard", reason="日期有误")
    after = opening_of(world, draft)

    assert [(NOT_BEGUN, None, 0, 0)] * 2 == [numbers(before), numbers(after)]
    assert (None, None, None) == (after.published_at, after.published_by, after.publisher)


def test_everybody_sees_how_far_and_the_province_alone_by_whom(journeys: Journeys) -> None:
    """A published cycle is everybody's to read, its history is not: hospitals and physicians are told no account."""
    world = journeys.world
    physician = journeys.newcomer().principal
    held = attrs.evolve(world.hospital, factor_due=True)
    auditor = attrs.evolve(world.province, kind=AccountKind.AUDITOR, account_id="auditor")
    found = {
        who.account_id: opening_of(world, world.cycle_id, who)
        for who in (world.province, auditor, world.county, world.hospital, physician)
    }

    assert 1 == len({numbers(opening) for opening in found.values()})
    assert {world.province.account_id, "auditor"} == {
        account for account, opening in found.items() if opening.published_by is not None
    }
    with pytest.raises(NotFound):
        opening_of(world, world.cycle_id, held)
    with pytest.raises(NotFound):
        opening_of(world, "nowhere")


def test_a_draft_is_for_the_province_alone(journeys: Journeys) -> None:
    """Who may not read the cycle does not learn that it is there."""
    world = journeys.world
    following = world.application.planning.following(world.province, world.cycle_id)
    draft = world.send(world.province, "cycle", None, "create", following).id

    with pytest.raises(NotFound):
        opening_of(world, draft, world.hospital)


def test_who_joins_or_leaves_meanwhile_is_settled_at_the_end(journeys: Journeys) -> None:
    """One who joins is given a case at once, one who leaves before his page none; in the end all are accounted for."""
    world = journeys.world
    travellers = [journeys.newcomer() for _ in range(5)]
    cycle_id = second_cycle(world)
    job = opener(world)
    page(world, job, 2)
    last = sorted(one.physician_id for one in travellers)[-1]
    world.send(world.hospital, "affiliation", last, "leave", Leave(LeaveReason.CHANGED_INSTITUTION))
    for _ in range(2):
        journeys.newcomer()
    between = opening_of(world, cycle_id)
    while page(world, job, 2) is Progress.MORE:
        pass
    after = opening_of(world, cycle_id)

    assert (RUNNING, 5, 2, 0) == numbers(between)
    assert (ENDED, 6, 6, 0) == numbers(after)
    assert 6 == len(cases_in(world, cycle_id))


def test_discarding_the_cycle_stops_the_opening(stored: Journeys) -> None:
    """From the commit that discards it nobody is given a case, and nobody's attempt is noted as refused; the cases
    that are there are withdrawn by the job that follows."""
    world = stored.world
    for _ in range(7):
        stored.newcomer()
    cycle_id = second_cycle(world)
    job = opener(world)
    page(world, job, 2)
    world.send(world.province, "cycle", cycle_id, "discard", reason="日期有误")
    told = opening_of(world, cycle_id)
    ended = page(world, job, 2)
    after = opening_of(world, cycle_id)
    work(world, 2)
    with world.application.store.begin(write=False) as unit:
        refusals = unit.refusals(SYSTEM.account_id)

    assert [(STOPPED, 7, 2, 0)] * 2 == [numbers(told), numbers(after)]
    assert Progress.ENDED is ended
    assert ["withdrawn"] * 2 == cases_in(world, cycle_id)
    assert ([], []) == (refusals, jobs(world))
    assert () == world.application.verification.run().findings


def test_a_cycle_that_is_discarded_at_once_opens_nobody(journeys: Journeys) -> None:
    """Stopped before its first page, the job ends with it."""
    world = journeys.world
    journeys.newcomer()
    cycle_id = second_cycle(world)
    world.send(world.province, "cycle", cycle_id, "discard", reason="日期有误")
    told = opening_of(world, cycle_id)
    work(world, 2)

    assert (STOPPED, None, 0, 0) == numbers(told)
    assert (STOPPED, 0, 0) == (
        numbers(opening_of(world, cycle_id))[0],
        *numbers(opening_of(world, cycle_id))[2:],
    )
    assert [] == cases_in(world, cycle_id)


def test_a_page_that_is_cut_off_is_not_counted() -> None:
    """What is told is what is so: the progress is in the commit of the page."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(4):
        journeys.newcomer()
    cycle_id = second_cycle(world)
    job = opener(world)
    page(world, job, 2)

    def cut(*_: Any) -> None:
        raise StoreUnavailable("cut off")

    store.before_commit = cut
    with pytest.raises(StoreUnavailable):
        page(world, job, 2)
    store.before_commit = nothing

    assert (RUNNING, 4, 2, 0) == numbers(opening_of(world, cycle_id))
    assert 2 == len(cases_in(world, cycle_id))


def test_the_question_costs_the_same_in_a_province() -> None:
    """It sees the cycle and whoever asks, however many physicians have a case."""
    journeys, store = watched()
    world = journeys.world
    for _ in range(20):
        journeys.newcomer()
    cycle_id = second_cycle(world)
    work(world, 100)
    store.most = 0
    opening = opening_of(world, cycle_id)

    assert 20 == opening.opened
    assert store.most <= 4
