"""The tree of organisations through the door: whoever moves leaves nobody behind."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.institution.events import ChangeSuperior
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.terms import OrganisationKind


def county(world: World, *, with_clinic: bool) -> Principal:
    """A county's administration; where it has a clinic, the clinic is closed again."""
    made = make_organisation(
        world.application, world.city, world.city, "邻区卫生健康局", OrganisationKind.COUNTY
    )
    if with_clinic:
        clinic = make_organisation(world.application, made, made, "旧诊所", OrganisationKind.MEDICAL)
        world.send(made, "institution", clinic.organisation_id, "close")
    return made


def test_closed_subordinate_holds_its_superior(world: World) -> None:
    """
    An organisation moves only with nothing at all below it.

    A closed subordinate keeps its place, may be reopened, and must be found under its superiors until then.
    """
    moving = county(world, with_clinic=True)
    with pytest.raises(TransitionRefused) as error:
        world.send(
            world.province,
            "institution",
            moving.organisation_id,
            "change_superior",
            ChangeSuperior(str(world.province.organisation_id)),
        )

    assert ["nothing_below"] == [reason.name for reason in error.value.reasons]


def test_nobody_is_left_under_an_old_place(world: World) -> None:
    """After a move every path still begins with the superior's."""
    moving = county(world, with_clinic=False)
    to_province = ChangeSuperior(str(world.province.organisation_id))
    world.send(world.province, "institution", moving.organisation_id, "change_superior", to_province)
    with world.application.store.begin(write=False) as unit:
        everybody = {case.id: case.record for case in unit.find("institution", [])}
        (moved,) = unit.find("institution", [Where("id", "eq", moving.organisation_id)])
    astray = [
        id
        for id, record in everybody.items()
        if record.superior_id and not record.path.startswith(everybody[record.superior_id].path)
    ]

    assert f"{world.province.path}{moving.organisation_id}/" == moved.record.path
    assert [] == astray


def test_closing_looks_at_open_subordinates_only(world: World) -> None:
    """Closed subordinates do not keep their superior open."""
    closing = county(world, with_clinic=True)

    assert "closed" == world.send(world.city, "institution", closing.organisation_id, "close").state
