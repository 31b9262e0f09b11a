"""Papers by procedure, stage, category, level and subject: which are assigned, and by what they are chosen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cycle.events import PublishLine
from kaohe_workflow.lifecycles.department.events import EditDepartment
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    HIGH,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import Category, Level, PaperKind, Stage
from tests.unit.application.world.steps import case_of

HUMANITIES, PROFESSIONAL, PUBLIC = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL, PaperKind.PUBLIC
TABLE = [
    {
        "procedure": "general",
        "stage": "first",
        "category": "public_health",
        "papers": ["humanities", "public"],
    },
    {"procedure": "general", "stage": "makeup", "category": "public_health", "papers": ["public"]},
]


def subjects_of(journeys: Journeys, traveller: Traveller) -> set[tuple[str, ...]]:
    """The diagnosis subjects of somebody's papers."""
    papers = journeys.papers(traveller).values()
    return {case_of(journeys.world, "evaluation", paper).record.subjects for paper in papers}


@pytest.mark.manual("S-I4", "S-82")
def test_some_sit_other_papers() -> None:
    """公共卫生 sits what the province says for it, in both stages; 临床 what the procedure says; all is proven."""
    with open_world(papers_otherwise=TABLE) as world:
        journeys = Journeys.of(world)
        for_all, own = journeys.newcomer(), journeys.newcomer(category=Category.PUBLIC_HEALTH)
        journeys.lead(for_all, "awaiting_assessment")
        journeys.lead(own, "awaiting_assessment", category=Category.PUBLIC_HEALTH)
        journeys.not_before(SITTING_DAY)
        journeys.score(for_all, Stage.FIRST, humanities=HIGH, professional=HIGH)
        journeys.score(own, Stage.FIRST, humanities=HIGH, public=LOW)
        world.at(RESULT_DAY)
        for kind in (HUMANITIES, PROFESSIONAL, PUBLIC):
            line = PublishLine(Stage.FIRST, kind, Level.LICENSED, Decimal(60))
            world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
        world.settle()

        assert {HUMANITIES: "passed", PROFESSIONAL: "passed"} == journeys.paper_states(for_all)
        assert {HUMANITIES: "passed", PUBLIC: "failed"} == journeys.paper_states(own)
        assert ("qualified", "awaiting_makeup_approval") == (journeys.state(for_all), journeys.state(own))

        world.at(CONFIRMING_DAY)
        journeys.lead(own, "awaiting_makeup")
        world.at(MAKEUP_DAY)

        assert {PUBLIC: "not_sat"} == journeys.paper_states(own, Stage.MAKEUP)
        assert () == world.application.verification.run().findings


@pytest.mark.manual("S-I4", "S-82")
def test_subjects_stay_as_on_the_day_of_assignment(journeys: Journeys) -> None:
    """A paper is chosen by the 诊疗科目 that the department had then; who is assigned one later has the new ones."""
    world = journeys.world
    before = case_of(world, "department", journeys.department_id).record
    early = journeys.to("awaiting_assessment")
    edit = EditDepartment(before.name, ("03.02", "03.04"))
    world.send(world.hospital, "department", journeys.department_id, "edit", edit)
    late = journeys.to("awaiting_assessment")

    assert {before.subjects} == subjects_of(journeys, early)
    assert {("03.02", "03.04")} == subjects_of(journeys, late)
    assert before.subjects


@pytest.mark.manual("S-I4")
@pytest.mark.parametrize("order", [("professional", "humanities"), ("humanities", "professional")])
def test_the_order_is_that_of_the_row(order: tuple[str, str]) -> None:
    """Where papers open one after another, the row's own order says which is the first."""
    row = {"procedure": "general", "stage": "first", "level": "licensed", "papers": list(order)}
    with open_world(papers_otherwise=[row], papers_in_order=True, face_check=False) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        may = {
            kind.value: told.allowed
            for (_, kind), paper in journeys.papers(traveller).items()
            for told in world.application.door.explain(traveller.principal, "evaluation", paper)
            if told.event == "start"
        }

        assert {order[0]: True, order[1]: False} == may


@pytest.mark.manual("S-74")
def test_what_is_not_sat_is_not_waived() -> None:
    """公共卫生 does not sit 业务水平 in this province: there is nothing to be exempt from; 临床 applies as ever."""
    with open_world(papers_otherwise=TABLE) as world:
        journeys = Journeys.of(world)
        for_all, own = journeys.to("awaiting_assessment"), journeys.newcomer(category=Category.PUBLIC_HEALTH)
        journeys.lead(own, "awaiting_assessment", category=Category.PUBLIC_HEALTH)
        journeys.apply_for_exemption(for_all)
        with pytest.raises(TransitionRefused) as refused:
            journeys.apply_for_exemption(own)

        assert ["paper_due"] == [getattr(reason, "name", reason.code) for reason in refused.value.reasons]
