"""What a province lets people choose from in a cycle: whoever may see the cycle is told, and what is told is taken."""

from __future__ import annotations

from datetime import date

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.parameter_kinds import ProvincialGround
from kaohe_workflow.values.terms import Category, PaperKind, Procedure, Stage
from tests.unit.application.world.steps import second_cycle


@pytest.mark.manual("S-72")
def test_everybody_who_sees_the_cycle_is_told_its_grounds(stored: Journeys) -> None:
    """Whoever applies, reviews or looks on reads the same; a draft is nobody's but the province's."""
    world, draft = stored.world, second_cycle(stored)
    physician = stored.newcomer().principal
    readers = (physician, world.hospital, world.agency, world.county, world.city, world.province)
    (told,) = {world.application.choices.of_cycle(reader, world.cycle_id) for reader in readers}

    assert ["residency_training", "title_promotion"] == [one.code for one in told.exemption_grounds]
    assert (("全科医师转岗培训",), "规范化培训合格证书") == (
        told.exemption_grounds[0].exclusions,
        told.exemption_grounds[0].evidence,
    )
    assert (12, 5, 60) == (told.simplified_years_long, told.simplified_years_with_record, told.paper_minutes)
    assert draft == world.application.choices.of_cycle(world.province, draft).cycle_id
    with pytest.raises(NotFound):
        world.application.choices.of_cycle(physician, draft)
    with pytest.raises(NotFound):
        world.application.choices.of_cycle(physician, "nowhere")
    with pytest.raises(InputInvalid):
        world.application.choices.of_cycle(physician, 7)  # type: ignore[arg-type]  # what a caller may get wrong


@pytest.mark.manual("R-X7")
def test_which_paper_is_spared_is_told_by_procedure(journeys: Journeys) -> None:
    """一般程序 only 业务水平专业知识, 简易程序 医学人文; in the make-up none (手册 2.2.8)."""
    world = journeys.world
    told = world.application.choices.of_cycle(world.hospital, world.cycle_id)
    spared = {(one.procedure, one.stage): one.spared for one in told.papers}

    assert spared == {
        (Procedure.GENERAL, Stage.FIRST): PaperKind.PROFESSIONAL,
        (Procedure.GENERAL, Stage.MAKEUP): None,
        (Procedure.SIMPLIFIED, Stage.FIRST): PaperKind.HUMANITIES,
        (Procedure.SIMPLIFIED, Stage.MAKEUP): None,
    }


def test_papers_of_some_are_told_before_those_of_all() -> None:
    """A row for some goes before what holds for everybody else; what nobody sits is spared to nobody."""
    rows = [
        {
            "procedure": "general",
            "stage": "first",
            "category": "public_health",
            "papers": ["combined"],
        }
    ]
    with open_world(papers_otherwise=rows, makeup_offered=False) as world:
        told = world.application.choices.of_cycle(world.county, world.cycle_id)

    assert (Category.PUBLIC_HEALTH, (PaperKind.COMBINED,), None) == (
        told.papers[0].category,
        told.papers[0].papers,
        told.papers[0].spared,
    )
    assert {Stage.FIRST} == {one.stage for one in told.papers}


@pytest.mark.parametrize("deferral", [True, False])
def test_grounds_of_what_is_not_offered_are_not_told(deferral: bool) -> None:
    """延考 is off where the province does not say otherwise: then there is nothing to choose from."""
    illness = ProvincialGround("illness", "因病不能参加")
    with open_world(deferral=deferral, deferral_grounds=[illness], simplified_grounds=[illness]) as world:
        told = world.application.choices.of_cycle(world.hospital, world.cycle_id)

    assert ((illness,) if deferral else ()) == told.deferral_grounds
    assert ((illness,), deferral) == (told.simplified_grounds, told.deferral)


@pytest.mark.parametrize("province", ["guangxi", "gansu", "sichuan"])
def test_each_province_tells_its_own(province: str) -> None:
    """Every ground that the file of the province sets, and no other."""
    with open_world(province=province) as world:
        told = world.application.choices.of_cycle(world.hospital, world.cycle_id)
        expected = load_catalogue(province).parameters(date(2023, 11, 1))

    assert expected.exemption_grounds == told.exemption_grounds
    assert (expected.deferral_grounds if expected.deferral else ()) == told.deferral_grounds
