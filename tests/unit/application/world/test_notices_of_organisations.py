"""What an organisation is told of what its superior does with it."""

from __future__ import annotations

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.institution.events import ChangeSuperior, CorrectKind
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.notices import NoticeKind
from kaohe_workflow.values.terms import OrganisationKind


def told(world: World, principal: Principal) -> list[str]:
    """The texts about the organisation itself, the oldest first."""
    notices = world.application.inbox.page(principal, limit=200).notices[::-1]
    return [notice.text for notice in notices if notice.kind is NoticeKind.INSTITUTION]


def clinic_of(world: World) -> Principal:
    return make_organisation(world.application, world.county, world.county, "诊所", OrganisationKind.MEDICAL)


def test_whose_kind_is_corrected_is_told_what_is_to_be_done(journeys: Journeys) -> None:
    """Which kind it is now, why, and that the profile waits: it works no longer as one that is complete."""
    world = journeys.world
    clinic = clinic_of(world)
    arguments = ("institution", str(clinic.organisation_id))
    world.send(
        world.county, *arguments, "correct_kind", CorrectKind(OrganisationKind.SOCIETY), reason="建立时选错"
    )
    label = OrganisationKind.SOCIETY.label

    assert [f"诊所的机构类型已更正为{label}。理由：建立时选错。请重新完善机构信息。"] == told(world, clinic)
    assert [] == told(world, world.hospital) + told(world, world.county)


def test_who_is_closed_and_opened_again_is_told_so(journeys: Journeys) -> None:
    """Both times, with the reason where one was given."""
    world = journeys.world
    clinic = clinic_of(world)
    arguments = ("institution", str(clinic.organisation_id))
    world.send(world.county, *arguments, "close", reason="停业")
    world.send(world.county, *arguments, "reopen")

    assert ["诊所已关闭。理由：停业。", "诊所已重新启用。理由：未说明。请重新完善机构信息。"] == told(
        world, clinic
    )


def test_who_gets_another_superior_is_told_so(journeys: Journeys) -> None:
    """Who decides on what it applies for is another from then on."""
    world = journeys.world
    clinic = clinic_of(world)
    elsewhere = ChangeSuperior(str(journeys.neighbour.organisation_id))
    world.send(
        world.city,
        "institution",
        str(clinic.organisation_id),
        "change_superior",
        elsewhere,
        reason="区划调整",
    )

    assert ["诊所的上级机构已变更。理由：区划调整。"] == told(world, clinic)
