"""人脸底照: given with consent, and fixed while papers wait, unless the institution asks for another."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.events import GiveFacePhoto
from kaohe_workflow.testing.files import hand_in, png
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.attachment import AttachmentId
from tests.unit.application.world.steps import case_of, refused


def give(world: World, traveller: Traveller, file: AttachmentId, *, consented: bool = True) -> None:
    payload = GiveFacePhoto(file=file, consented=consented)
    world.send(traveller.principal, "affiliation", traveller.physician_id, "give_face_photo", payload)


def picture(world: World, principal: Principal, size: int = 2) -> AttachmentId:
    return hand_in(world.application, principal, png(size, size))


def kept(world: World, traveller: Traveller) -> str | None:
    found = case_of(world, "affiliation", traveller.physician_id).record.face_photo
    return found.file if found is not None else None


@pytest.mark.manual("N-1.12")
def test_a_face_is_given_with_consent(journeys: Journeys) -> None:
    """A picture of the physician's own, with a consent apart from anything else; a document is none."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    own, theirs = picture(world, traveller.principal), picture(world, world.hospital)
    document = hand_in(world.application, traveller.principal)
    silent = GiveFacePhoto(file=own)
    no_picture = GiveFacePhoto(file=document, consented=True)
    refusals = [
        refused(world, traveller.principal, "affiliation", traveller.physician_id, "give_face_photo", payload)
        for payload in (silent, no_picture)
    ]
    with pytest.raises(InputInvalid) as anothers:
        world.application.door.send(
            traveller.principal,
            "affiliation",
            traveller.physician_id,
            "give_face_photo",
            GiveFacePhoto(file=theirs, consented=True),
        )
    give(world, traveller, own)

    assert [["consented"], ["picture_given"]] == refusals
    assert ["attachment-unknown"] == [problem.code for problem in anothers.value.problems]
    assert own == kept(world, traveller)


@pytest.mark.manual("N-1.12")
def test_the_first_face_stays_while_papers_wait(journeys: Journeys) -> None:
    """Changed freely before 待参加考核, not afterwards; withdrawn whenever; another only if the institution asks."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    first, second, third = (picture(world, traveller.principal, size) for size in (2, 3, 4))
    give(world, traveller, first)
    give(world, traveller, second)
    journeys.lead(traveller, "awaiting_assessment")
    person = ("affiliation", traveller.physician_id)
    another = GiveFacePhoto(file=third, consented=True)
    early = refused(world, traveller.principal, *person, "give_face_photo", another)
    world.send(traveller.principal, *person, "withdraw_face_photo")
    withdrawn = (
        kept(world, traveller),
        refused(world, traveller.principal, *person, "give_face_photo", another),
    )
    again = refused(world, world.hospital, *person, "clear_face_photo", reason="看不清")

    assert ["face_photo_free"] == early
    assert (None, ["face_photo_free"]) == withdrawn
    assert ["face_photo_kept"] == again


@pytest.mark.manual("N-1.12")
def test_the_institution_asks_for_another_face(journeys: Journeys) -> None:
    """It knows the person: what shows somebody else, or nobody, is sent back with a reason, also while papers wait."""
    world = journeys.world
    traveller = journeys.to("awaiting_registration")
    give(world, traveller, picture(world, traveller.principal))
    journeys.lead(traveller, "awaiting_assessment")
    person = ("affiliation", traveller.physician_id)
    silent = refused(world, world.hospital, *person, "clear_face_photo")
    world.send(world.hospital, *person, "clear_face_photo", reason="不是本人")
    other = picture(world, traveller.principal, 3)
    give(world, traveller, other)

    assert ["reason-missing"] == silent
    assert other == kept(world, traveller)
