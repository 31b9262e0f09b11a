"""开通单 while other things happen: fetched, cancelled, or failing in the middle, and how far a choice is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest

from kaohe_workflow.adapters.memory import MemoryContents
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.activation import IssuedCode
from kaohe_workflow.application.jobs.activations import PORTION
from kaohe_workflow.application.jobs.errand_kinds import File
from kaohe_workflow.application.stored import TAKEN
from kaohe_workflow.errors import (
    ConcurrentTransition,
    InputInvalid,
    KaoheError,
    NotFound,
    Problem,
    StoreUnavailable,
    TooManyTries,
)
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import START
from kaohe_workflow.values.errands import ErrandStanding
from tests.unit.application.world.conftest import CountedStore
from tests.unit.application.world.test_activations import PAUSE, activate, ask, codes, names, shown, work

pytestmark = pytest.mark.manual("S-7", "M: account: create, code again, disable, enable")


def test_a_sheet_fetched_while_the_next_is_made_is_gone(stored: Journeys) -> None:
    """A page takes seconds: what was given out meanwhile is not offered again once the page is noted, in any store."""
    world = stored.world
    for _ in range(PORTION + 1):
        stored.newcomer()
    asked, errands, fetched = ask(world), world.application.errands, list[bytes]()

    def fetching(files: Sequence[File]) -> bytes:
        if shown(world, asked).kept_parts:
            fetched.append(errands.take(world.hospital, asked.id, 1))
        return errands.bundle(files)

    timers = attrs.evolve(world.application.timers, errands=attrs.evolve(errands, bundle=fetching))
    timers.work()
    world.clock.set(world.clock.now() + PAUSE)
    timers.work()
    done = shown(world, asked)
    with pytest.raises(NotFound):
        errands.take(world.hospital, asked.id, 1)

    assert 1 == len(fetched)
    assert (ErrandStanding.DONE, PORTION + 1) == (done.standing, done.done)
    assert (TAKEN, done.parts[1]) == done.parts
    assert 1 == len(codes(world, done, 2))


BUSY: Sequence[KaoheError] = (
    TooManyTries(START),
    ConcurrentTransition("account", "k1", None, None),
    InputInvalid([Problem("$", "busy", "稍后再试")]),
)


@pytest.mark.parametrize("error", BUSY, ids=lambda error: type(error).__name__)
def test_who_could_not_be_served_now_is_served_later(journeys: Journeys, error: KaoheError) -> None:
    """Only a refusal of the account leaves somebody out: else the page comes again."""
    world, travellers = journeys.world, [journeys.newcomer() for _ in range(2)]
    errands, tried = world.application.errands, list[str]()

    def busy(principal: Principal, account_id: str, version: int) -> IssuedCode:
        tried.append(account_id)
        if len(tried) == 2:
            raise error
        return errands.sheets.issue(principal, account_id, version)

    asked = ask(world)
    sheets = attrs.evolve(errands.sheets, issue=busy)
    timers = attrs.evolve(world.application.timers, errands=attrs.evolve(errands, sheets=sheets))
    with pytest.raises(type(error)):
        timers.work()
    between = shown(world, asked)
    timers.work()
    done = shown(world, asked)

    assert (ErrandStanding.WAITING, 0, 0) == (between.standing, between.done, between.refused)
    assert (ErrandStanding.DONE, 2, 0) == (done.standing, done.done, done.refused)
    assert names(journeys, travellers) == set(codes(world, done))


def test_who_is_chosen_is_bounded_by_who_may_be(counted: tuple[Journeys, CountedStore]) -> None:
    """Where both the physicians asked for and the unused accounts are too many, that is told without reading them."""
    journeys, store = counted
    world = journeys.world
    used, *unused = [journeys.newcomer() for _ in range(4)]
    activate(world, used)
    sheets = attrs.evolve(world.application.errands.sheets, most=2)
    everybody, one = {"state": "attached"}, {"physician_id": unused[0].physician_id}
    store.asked.clear()
    for filters in (everybody, {}):
        with pytest.raises(InputInvalid) as caught:
            sheets.chosen(world.hospital, filters)
        assert ["errand-large"] == [problem.code for problem in caught.value.problems]
    looked = store.asked["page"]
    few = sheets.chosen(world.hospital, one)
    activate(world, unused[0])
    rest = sheets.chosen(world.hospital, everybody)
    with pytest.raises(InputInvalid) as caught:
        sheets.chosen(world.hospital, one)

    assert 0 == looked
    assert (1, 2) == (len(few), len(rest))
    assert not set(few) & set(rest)
    assert ["errand-empty"] == [problem.code for problem in caught.value.problems]


def test_a_page_on_its_way_is_kept_though_the_errand_is_cancelled(journeys: Journeys) -> None:
    """Its codes are issued and count: the sheet is there to be fetched, and no further one is made."""
    world = journeys.world
    for _ in range(PORTION + 1):
        journeys.newcomer()
    asked, errands = ask(world), world.application.errands

    def cancelling(files: Sequence[File]) -> bytes:
        errands.cancel(world.hospital, asked.id)
        return errands.bundle(files)

    timers = attrs.evolve(world.application.timers, errands=attrs.evolve(errands, bundle=cancelling))
    timers.work()
    cancelled = shown(world, asked)
    sheet = codes(world, cancelled)
    world.clock.set(world.clock.now() + PAUSE)
    work(world)

    assert (ErrandStanding.CANCELLED, PORTION, 1) == (
        cancelled.standing,
        cancelled.done,
        len(cancelled.parts),
    )
    assert PORTION == len(sheet)
    assert PORTION == shown(world, asked).done


class Unwilling(MemoryContents):
    """A place of files that lets nothing be removed."""

    def drop(self, digest: str) -> None:
        raise StoreUnavailable("read-only")


def test_a_sheet_is_given_out_though_its_file_cannot_be_dropped(journeys: Journeys) -> None:
    """That it was given out is noted by then: the only copy must not be lost over clearing up, which comes again."""
    world, contents = journeys.world, Unwilling()
    journeys.newcomer()
    errands = attrs.evolve(world.application.errands, contents=contents)
    asked = ask(world)
    attrs.evolve(world.application.timers, errands=errands).work()
    (digest,) = shown(world, asked).parts
    sheet = errands.take(world.hospital, asked.id, 1)
    with pytest.raises(NotFound):
        errands.take(world.hospital, asked.id, 1)

    assert sheet
    assert contents.holds(digest)
