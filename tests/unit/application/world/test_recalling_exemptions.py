"""撤回本人决定 of a review of an exemption, end to end."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.testing.journeys import HIGH, SIMPLIFIED, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import AccountKind, PaperKind, ReturnCode, Stage
from kaohe_workflow.values.windows import Window

pytestmark = pytest.mark.manual("M: claim; recall one's own decision")

MINUTES = timedelta(minutes=10)
TICK = timedelta(milliseconds=1)
UNPROVEN = Return(ReturnCode.PROOF_MISSING)
CARRIES = {"pass": NoPayload(), "return": UNPROVEN}


def reviewed(journeys: Journeys, way: tuple[tuple[str, str], ...]) -> str:
    """An application that these have reviewed; its id."""
    exemption = journeys.apply_for_exemption(journeys.to("awaiting_assessment"))
    for by, event in way:
        journeys.world.send(
            getattr(journeys.world, by), "exemption", exemption, event, CARRIES[event], reason="已核实"
        )
    return exemption


def recalled(journeys: Journeys, by: str, exemption: str, after: timedelta = timedelta()) -> bool:
    """Whether recalling, so long after what was done last, is allowed."""
    world = journeys.world
    world.clock.set(world.clock.now() + after)
    try:
        world.send(getattr(world, by), "exemption", exemption, "recall")
    except TransitionRefused:
        return False
    return True


@pytest.mark.parametrize(
    ("way", "by", "back"),
    [
        ((("hospital", "return"),), "hospital", "awaiting_institution"),
        ((("hospital", "pass"),), "hospital", "awaiting_institution"),
        ((("hospital", "pass"), ("agency", "return")), "agency", "awaiting_agency"),
        ((("hospital", "pass"), ("agency", "pass")), "agency", "awaiting_agency"),
    ],
)
def test_within_the_minutes_and_not_after(
    journeys: Journeys, way: tuple[tuple[str, str], ...], by: str, back: str
) -> None:
    """In the last instant of the ten minutes the application goes back, a millisecond later it stays."""
    early, late = reviewed(journeys, way), reviewed(journeys, way)
    start, stays = journeys.world.clock.now(), journeys.world.state_of("exemption", late)

    assert recalled(journeys, by, early, MINUTES)
    journeys.world.clock.set(start)
    assert not recalled(journeys, by, late, MINUTES + TICK)
    assert (back, stays) == tuple(journeys.world.state_of("exemption", one) for one in (early, late))
    assert () == journeys.world.application.verification.run().findings


def test_a_recalled_grant_gives_the_paper_back(stored: Journeys) -> None:
    """The paper that counted as passed is to be sat again, and is waived anew once the agency passes again."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    exemption = stored.exempt(traveller)
    granted = stored.paper_states(traveller)[PaperKind.PROFESSIONAL]

    assert recalled(stored, "agency", exemption)
    assert ("exempt_pass", "not_sat") == (granted, stored.paper_states(traveller)[PaperKind.PROFESSIONAL])
    world.send(world.agency, "exemption", exemption, "pass")
    assert "exempt_pass" == stored.paper_states(traveller)[PaperKind.PROFESSIONAL]
    assert () == world.application.verification.run().findings


def test_a_grant_that_has_settled_the_result_is_revoked_only(journeys: Journeys) -> None:
    """简易程序: 合格 rests on the exemption already; nothing is recalled, the administration may revoke (撤销)."""
    traveller = journeys.to("awaiting_assessment", **SIMPLIFIED)
    exemption = journeys.exempt(traveller)

    assert not recalled(journeys, "agency", exemption)
    assert "qualified" == journeys.state(traveller)


@pytest.mark.parametrize(
    ("way", "next_actor", "by"),
    [
        ((("hospital", "pass"),), "agency", "hospital"),
        ((("hospital", "return"),), "physician", "hospital"),
    ],
)
def test_what_the_next_actor_has_opened_stays(
    journeys: Journeys, way: tuple[tuple[str, str], ...], next_actor: str, by: str
) -> None:
    """Whoever must act next has opened the application: the decision is no longer the decider's alone."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    for sender, event in way:
        world.send(getattr(world, sender), "exemption", exemption, event, CARRIES[event], reason="已核实")
    opener = traveller.principal if next_actor == "physician" else getattr(world, next_actor)
    world.send(opener, "exemption", exemption, "claim")

    assert not recalled(journeys, by, exemption)


def test_another_person_recalls_nothing(journeys: Journeys) -> None:
    """One's own decision alone."""
    world = journeys.world
    exemption = reviewed(journeys, (("hospital", "pass"),))
    with pytest.raises(TransitionRefused):
        world.send(
            attrs.evolve(world.hospital, operator_id="another-person"), "exemption", exemption, "recall"
        )

    assert recalled(journeys, "hospital", exemption)


def test_nothing_is_recalled_once_the_paper_is_sat(journeys: Journeys) -> None:
    """The institution has refused, the physician sits: the paper that was to be waived has been chosen."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    exemption = journeys.apply_for_exemption(traveller)
    world.send(world.hospital, "exemption", exemption, "return", UNPROVEN, reason="缺证书")
    journeys.score(traveller, Stage.FIRST, professional=HIGH)

    assert not recalled(journeys, "hospital", exemption)


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_a_refusal_is_recalled_while_it_is_reviewed(journeys: Journeys, late: bool, swept: bool) -> None:
    """
    Applications have closed: in the last instant of the review a refusal is taken back, an instant later it is not;
    swept or not.
    """
    world, end = journeys.world, WINDOWS.exemption_review.closes_at
    closed = Window(WINDOWS.exemption.opens_at, WINDOWS.exemption.closes_at - timedelta(days=2))
    windows = attrs.evolve(WINDOWS, exemption=closed)
    world.send(
        world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(windows, confirmed=True)
    )
    exemption = reviewed(journeys, ())
    world.clock.set(end - TICK)
    world.send(world.hospital, "exemption", exemption, "return", UNPROVEN, reason="缺证书")
    world.clock.set(end if late else end - TICK)
    if swept:
        world.settle()

    assert late != recalled(journeys, "hospital", exemption)


@pytest.mark.parametrize(
    ("way", "by", "told"),
    [
        ((("hospital", "return"),), "hospital", {"physician"}),
        ((("hospital", "pass"),), "hospital", {"physician", "agency"}),
        ((("hospital", "pass"), ("agency", "return")), "agency", {"physician", "hospital"}),
        ((("hospital", "pass"), ("agency", "pass")), "agency", {"physician", "hospital"}),
    ],
)
def test_a_recall_is_told(
    stored: Journeys, way: tuple[tuple[str, str], ...], by: str, told: set[str]
) -> None:
    """To whom the decision was told, or for whom the application waited."""
    world, exemption = stored.world, reviewed(stored, way)
    record = world.application.cases.get(world.hospital, "exemption", exemption).record
    physician = Principal(
        account_id="physician", kind=AccountKind.PHYSICIAN, physician_id=record.physician_id
    )
    readers = {"physician": physician, "hospital": world.hospital, "agency": world.agency}

    assert recalled(stored, by, exemption)
    found = {
        name
        for name, reader in readers.items()
        for one in world.application.inbox.page(reader, limit=200).notices
        if "撤回" in one.text and one.case_id == exemption
    }

    assert told == found
