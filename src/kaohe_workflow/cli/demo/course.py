"""
The course of a demonstration, stage after stage.

Each stage looks at the present state of things and does what is missing, so a run that was cut off goes on where it
was, and a stage that is over does nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kaohe_workflow.cli.demo import registering, sitting, timetable
from kaohe_workflow.cli.demo.calling import Caller, Who
from kaohe_workflow.cli.demo.directory import Directory
from kaohe_workflow.cli.demo.organisations import Authorities, set_up
from kaohe_workflow.cli.demo.printing import print_certificates
from kaohe_workflow.cli.demo.world import World
from kaohe_workflow.cli.telling import Telling

STAGES: tuple[Callable[[World], None], ...] = (
    registering.create_departments,
    registering.enrol,
    registering.file,
    lambda world: registering.review_by_institution(world, timetable.REVIEWED),
    lambda world: registering.file_again(world, timetable.FILED_AGAIN),
    lambda world: registering.review_by_institution(world, timetable.REVIEWED_AGAIN),
    lambda world: registering.review_by_agency(world, timetable.AGENCY_REVIEWED),
    registering.pass_on_returns,
    lambda world: registering.file_again(world, timetable.FILED_ONCE_MORE),
    lambda world: registering.review_by_institution(world, timetable.REVIEWED_ONCE_MORE),
    lambda world: registering.review_by_agency(world, timetable.AGENCY_REVIEWED_AGAIN),
    sitting.apply_for_exemption,
    lambda world: sitting.review_exemptions(world, "hospital", timetable.EXEMPTION_REVIEWED),
    lambda world: sitting.review_exemptions(world, "agency", timetable.EXEMPTION_DECIDED),
    lambda world: sitting.import_scores(world, sitting.FIRST),
    lambda world: sitting.confirm_absences(world, sitting.FIRST),
    lambda world: sitting.publish_lines(world, sitting.FIRST),
    sitting.open_makeup,
    sitting.decide_makeup,
    lambda world: sitting.import_scores(world, sitting.MAKEUP),
    lambda world: sitting.confirm_absences(world, sitting.MAKEUP),
    lambda world: sitting.publish_lines(world, sitting.MAKEUP),
    print_certificates,
)
"""What follows the set-up and the import of the roster, in order."""


def run(
    caller: Caller, directory: Directory, province: Who, telling: Telling, certificates: Path
) -> Authorities:
    """
    Run the cycle to its end, or go on with it.

    Args:
        province: who acts for the province; the account that the operator made.
        certificates: the folder that a folder of this cycle's certificates is made in.

    Raises:
        KaoheError: something else than a rule was in the way.
    """
    authorities = set_up(caller, province, telling)
    world = World(
        caller=caller,
        directory=directory,
        telling=telling,
        authorities=authorities,
        certificates=certificates / authorities.cycle_id,
    )
    world = registering.import_roster(world)
    for stage in STAGES:
        stage(world)
    return authorities
