"""`explain` says what `send` will do: the same rows over the same facts."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.statechart.deciding import Explained, RoleMissing
from kaohe_workflow.testing.files import handed_in
from kaohe_workflow.testing.journeys import SIMPLIFIED, SITTING_DAY, WAY, Journeys, Traveller
from kaohe_workflow.testing.plays import Move, Play
from kaohe_workflow.testing.repertoire import PARTS
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import AccountKind, PaperKind, Stage

STATES = ("not_enrolled", *WAY)


def everybody(play: Play, traveller: Traveller) -> dict[str, Principal]:
    return {part: play.principal(Move(part, "", "")) for part in PARTS} | {"physician": traveller.principal}


def sent(
    play: Play, principal: Principal, lifecycle: str, case_id: str, explained: Explained, payload: Any
) -> Exception | None:
    """What sending the event answers, None for success; undone, because another row of the bulk is refused."""
    item = Item(case_id, payload, "已核实" if explained.reason_required else None)
    unknown = Item("0" * 26, item.payload, item.reason)
    first = play.journeys.world.application.door.send_many(
        principal, lifecycle, explained.event, [item, unknown], all_or_nothing=True
    )[0]
    assert isinstance(first, Declined)
    return None if isinstance(first.error, InputInvalid) else first.error


@pytest.mark.parametrize("state", STATES)
def test_explained_is_what_happens(state: str) -> None:
    """
    For every caller and event with a row from the state: what is allowed and has nothing to be given fires; what is
    not allowed is refused with the same reasons, or not permitted where only the role is missing.
    """
    with World.open("memory:") as world:
        play = Play(Journeys.of(world))
        traveller = play.join()
        play.journeys.lead(traveller, state)
        targets = {"assessment": [traveller.case_id], "affiliation": [traveller.physician_id]}
        for lifecycle in ("evaluation", "exemption", "certificate"):
            targets[lifecycle] = [case.id for case in play.of(0, lifecycle)]
        targets["cycle"] = [world.cycle_id]
        compared = 0
        for part, principal in everybody(play, traveller).items():
            for lifecycle, ids in targets.items():
                for case_id in ids:
                    compared += compare(play, part, principal, lifecycle, case_id)

        assert compared > 50


def compare(play: Play, part: str, principal: Principal, lifecycle: str, case_id: str) -> int:
    door = play.journeys.world.application.door
    try:
        explained = door.explain(principal, lifecycle, case_id)
    except NotFound:
        return 0
    for one in explained:
        application = play.journeys.world.application
        payload = handed_in(application, principal, play.payload(Move("province", lifecycle, one.event)))
        wanted = play.journeys.world.application.catalogue.lifecycle(lifecycle).payloads[one.event]
        if one.to_give or not isinstance(payload, wanted):
            continue  # what only the system carries is compared nowhere: nobody else may send it
        error = sent(play, principal, lifecycle, case_id, one, payload)
        if one.allowed:
            assert error is None, (part, one)
        elif isinstance(error, TransitionRefused):
            # Sending adds what the payload lacks, and the reason text.
            assert {str(reason) for reason in one.reasons} <= set(map(str, error.reasons)), (part, one)
        else:
            assert isinstance(error, NotPermitted | NotFound), (part, one, error)
            assert isinstance(error, NotFound) or RoleMissing in {type(reason) for reason in one.reasons}
    return len(explained)


def by_event(explained: tuple[Explained, ...]) -> dict[str, Explained]:
    return {one.event: one for one in explained}


def test_what_the_event_brings_is_still_to_be_given(journeys: Journeys) -> None:
    """Filing and department come with 提交报名: they are to be given, not refused."""
    traveller = journeys.to("awaiting_registration")

    explained = by_event(
        journeys.world.application.door.explain(traveller.principal, "assessment", traveller.case_id)
    )

    assert explained["submit"].allowed
    assert {
        *("filing_complete", "as_registered", "department_enabled", "procedure", "ground"),
        *("good_record", "bad_record", "provincial_ground"),
    } == {fact.name for fact in explained["submit"].to_give}


def test_what_stands_in_the_way_is_said_in_full(journeys: Journeys) -> None:
    """待报名 in the eyes of the hospital: 取消报名 is allowed, 提交报名 is the physician's."""
    traveller = journeys.to("awaiting_registration")

    explained = by_event(
        journeys.world.application.door.explain(journeys.world.hospital, "assessment", traveller.case_id)
    )

    assert explained["cancel_enrolment"].allowed
    assert not explained["submit"].allowed
    assert RoleMissing in {type(reason) for reason in explained["submit"].reasons}


@pytest.mark.parametrize("part", ["hospital", "physician", "county"])
def test_conditions_of_rows_for_others_are_not_told(journeys: Journeys, part: str) -> None:
    """How many people of the whole province still sit is in the way of 归档; nobody but the province is told."""
    world = journeys.world
    traveller = journeys.to("awaiting_assessment")
    principal = traveller.principal if part == "physician" else getattr(world, part)

    told = by_event(world.application.door.explain(principal, "cycle", world.cycle_id))["archive"]
    own = by_event(world.application.door.explain(world.province, "cycle", world.cycle_id))["archive"]

    assert {RoleMissing} == {type(reason) for reason in told.reasons}
    assert "nobody_open" in {getattr(reason, "name", "") for reason in own.reasons}


def test_a_reason_is_announced(journeys: Journeys) -> None:
    """驳回 is allowed and needs a reason text."""
    traveller = journeys.to("awaiting_institution_review")

    explained = by_event(
        journeys.world.application.door.explain(journeys.world.hospital, "assessment", traveller.case_id)
    )

    assert (True, True) == (explained["return"].allowed, explained["return"].reason_required)


@pytest.mark.parametrize("who", ["elsewhere", "auditor", "init_only"])
def test_nothing_is_explained_to_strangers(journeys: Journeys, who: str) -> None:
    """Who may not know of a case gets no explanation of it either."""
    traveller = journeys.to("awaiting_registration")
    principal = {
        "elsewhere": journeys.elsewhere,
        "auditor": Principal(account_id="auditor", kind=AccountKind.AUDITOR, path=journeys.neighbour.path),
        "init_only": Principal(account_id="x", kind=AccountKind.PHYSICIAN, init_only=True),
    }[who]

    with pytest.raises(NotFound):
        journeys.world.application.door.explain(principal, "assessment", traveller.case_id)
    with pytest.raises(NotFound):
        journeys.world.application.door.explain(SYSTEM, "assessment", "0" * 26)


def test_an_explanation_changes_nothing(stored: Journeys) -> None:
    """Asking what may be done writes nothing, in any store."""
    world = stored.world
    traveller = stored.to("awaiting_assessment", **SIMPLIFIED)
    world.at(SITTING_DAY)
    paper = stored.papers(traveller)[Stage.FIRST, PaperKind.HUMANITIES]
    before = world.application.verification.run()

    for lifecycle, case_id in (("assessment", traveller.case_id), ("evaluation", paper)):
        world.application.door.explain(traveller.principal, lifecycle, case_id)

    assert before == world.application.verification.run()


def test_what_one_may_read_one_may_ask_about(journeys: Journeys) -> None:
    """A hospital reads the province's cycle, is told what may be done with it, and may do none of it."""
    world = journeys.world
    explained = world.application.door.explain(world.hospital, "cycle", world.cycle_id)

    with pytest.raises(NotPermitted):
        world.send(world.hospital, "cycle", world.cycle_id, "archive")

    assert explained
    assert not any(entry.allowed for entry in explained)
