"""Samples as tests draw them and look through them."""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.spot_check.case import Finding
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.worlds import World
from tests.unit.application.world.steps import case_of


def drawn(world: World, by: Principal, event: str, of: Principal, number: int, **more: object) -> str:
    """A sample of an organisation's."""
    payload = Draw(institution_id=str(of.organisation_id), cycle_id=world.cycle_id, number=number)
    return world.send(by, "spot_check", None, event, attrs.evolve(payload, **more)).id


def ids(world: World, check: str) -> list[str]:
    """The assessments of a sample, in its order."""
    return [item.assessment_id for item in case_of(world, "spot_check", check).record.items]


def passed(world: World, files: list[str]) -> dict[str, bool]:
    """Pass files in bulk: which of them went on."""
    outcomes = world.application.door.send_many(
        world.agency, "assessment", "pass", [Item(one) for one in files]
    )
    return {file: isinstance(outcome, Done) for file, outcome in zip(files, outcomes, strict=True)}


def find(world: World, by: Principal, check: str, assessment: str, finding: Finding, note: str = "") -> None:
    """Tell what came of looking at one."""
    payload = RecordFinding(assessment_id=assessment, finding=finding, note=note)
    world.send(by, "spot_check", check, "record_finding", payload)


def looked_through(world: World, number: int, **more: object) -> str:
    """A sample of the hospital's files in which all is in order."""
    check = drawn(world, world.agency, "draw_opinions", world.hospital, number, **more)
    for one in ids(world, check):
        find(world, world.agency, check, one, Finding.IN_ORDER)
    return world.send(world.agency, "spot_check", check, "conclude").id


def seed_of(world: World, check: str) -> str:
    """By what a sample was drawn."""
    return str(case_of(world, "spot_check", check).record.seed)
