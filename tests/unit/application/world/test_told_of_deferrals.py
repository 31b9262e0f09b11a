"""延考 is not overlooked: whoever must act next has it in the inbox, on the home page, and before its time is over."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.terms import ReturnCode
from tests.unit.application.world.test_deferrals import ILLNESS, apply, state
from tests.unit.application.world.test_reminders import reminded

pytestmark = pytest.mark.manual("M: deferral: apply, withdraw; review; file", "R-Y1")

OFFICES = pytest.mark.parametrize("office", ["agency", "province"])


def inboxes(world: World, kind: NoticeKind = NoticeKind.DEFERRAL) -> dict[str, int]:
    """How many of a kind lie in the inboxes of organisations; those that have none are left out."""
    parts = ("hospital", "agency", "county", "city", "province")
    found = {
        part: sum(
            one.kind is kind for one in world.application.inbox.page(getattr(world, part), limit=200).notices
        )
        for part in parts
    }
    return {part: number for part, number in found.items() if number}


def counters(world: World) -> dict[str, tuple[int, int]]:
    """What the home pages count: to be decided, to be put on record; those that have none are left out."""
    found = {}
    for part in ("hospital", "agency", "county", "city", "province"):
        home = world.application.home.show(getattr(world, part))
        found[part] = (home.current.deferral_awaiting, home.current.deferral_office_awaiting)
    return {part: numbers for part, numbers in found.items() if any(numbers)}


@OFFICES
def test_whoever_acts_next_is_told_and_counts_it(store_url: str, office: str) -> None:
    """First the institution, then the office that the province has named: the agency or 定考办; nobody else."""
    with open_world(store_url, deferral=True, deferral_grounds=[ILLNESS], deferral_office=office) as world:
        journeys = Journeys.of(world)
        before = inboxes(world), counters(world)
        deferral = apply(journeys, journeys.to("awaiting_assessment"))
        applied = inboxes(world), counters(world)
        world.send(world.hospital, "deferral", deferral, "pass")
        passed = inboxes(world), counters(world)
        world.send(getattr(world, office), "deferral", deferral, "file")

        assert ({}, {}) == before
        assert ({"hospital": 1}, {"hospital": (1, 0)}) == applied
        assert ({"hospital": 1, office: 1}, {office: (0, 1)}) == passed
        assert {} == counters(world)


def test_a_province_without_deferral_counts_none(journeys: Journeys) -> None:
    """手册 has no 延考."""
    assert {} == counters(journeys.world)


@OFFICES
def test_what_would_expire_is_told_three_days_before(office: str) -> None:
    """The evaluation ends on 12 January: on the 9th to the institution and to the office, each with its number."""
    with open_world(deferral=True, deferral_grounds=[ILLNESS], deferral_office=office) as world:
        journeys = Journeys.of(world)
        waiting = [apply(journeys, journeys.to("awaiting_assessment")) for _ in range(3)]
        world.send(world.hospital, "deferral", waiting[0], "pass")
        found = []
        for day in (8, 9, 10):
            world.at(date(2024, 1, day))
            found.append(
                [
                    [text for text in reminded(world, getattr(world, part)) if "延考" in text]
                    for part in ("hospital", office, "county")
                ]
            )
        (hospital,), (filing,), nobody = found[1]

        assert [[], [], []] == found[0]
        assert ("2份延考申请待审核" in hospital, "1份延考申请待备案" in filing, nobody) == (True, True, [])
        assert found[1] == found[2]


def test_a_recalled_decision_is_told(store_url: str) -> None:
    """A recalled return to the physician and the institution; a recalled 通过 to the office that had it."""
    unsuitable = Return(ReturnCode.PROOF_UNSUITABLE)
    with open_world(store_url, deferral=True, deferral_grounds=[ILLNESS]) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        deferral = apply(journeys, traveller)

        def told() -> list[int]:
            return [
                sum("撤回" in one.text for one in world.application.inbox.page(reader, limit=200).notices)
                for reader in (traveller.principal, world.hospital, world.agency)
            ]

        world.send(world.hospital, "deferral", deferral, "return", unsuitable, reason="证明不符")
        world.send(world.hospital, "deferral", deferral, "recall")
        first = told()
        world.send(world.hospital, "deferral", deferral, "pass")
        world.send(world.hospital, "deferral", deferral, "recall")
        second = told()
        world.send(world.hospital, "deferral", deferral, "pass")
        world.send(world.agency, "deferral", deferral, "return", unsuitable, reason="证明不符")
        world.send(world.agency, "deferral", deferral, "recall")

        assert ([1, 1, 0], [1, 1, 1], [2, 2, 1]) == (first, second, told())
        assert "awaiting_office" == state(journeys, deferral)
