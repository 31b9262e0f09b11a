"""
A list of who takes part (考核名单) as tests know it, what lies around it, and how one comes about in a world.
"""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.enrolment_list.case import EnrolmentList
from kaohe_workflow.lifecycles.enrolment_list.events import Submit
from kaohe_workflow.lifecycles.enrolment_list.facts import CycleView
from kaohe_workflow.lifecycles.shape import Decider
from kaohe_workflow.testing.assessments import WINDOWS, china
from kaohe_workflow.testing.provinces import with_parameters
from kaohe_workflow.testing.worlds import World

NOW = china(date(2023, 12, 1))
WEI, LI = Decider("account-of-hospital", "wei"), Decider("account-of-agency", "li")
"""Who hands in, and who decides."""

LIST = EnrolmentList(
    institution_id="hospital",
    cycle_id="cycle",
    listed=("a1", "a2"),
    submitted_at=NOW,
    submitted_by=WEI,
)
"""Two names that were handed in, of whom nobody is approved yet."""


RUNNING = CycleView(running=True, windows=WINDOWS)


@attrs.frozen(kw_only=True)
class EnrolmentListAround:
    """Around the list of a hospital where two take part."""

    cycle: CycleView | None = RUNNING
    enrolled: tuple[str, ...] = ("a1", "a2")
    listed_already: bool = False
    sender: Decider | None = LI
    held_off: tuple[Decider, ...] = ()


def approving_lists(world: World) -> World:
    """The same world, as whoever uses it would find it in a province that has such lists approved."""
    application, door = world.application, world.application.door
    catalogue = with_parameters(door.tools.catalogue, {"list_approval": True})
    listing = attrs.evolve(door, tools=attrs.evolve(door.tools, catalogue=catalogue))
    return attrs.evolve(world, application=attrs.evolve(application, door=listing))


def hand_in_list(world: World, institution: Principal | None = None) -> str:
    """The id of the list of a world's hospital, or of another institution, which it has handed in."""
    home = institution or world.hospital
    payload = Submit(institution_id=str(home.organisation_id), cycle_id=world.cycle_id)
    return world.send(home, "enrolment_list", None, "submit", payload).id
