"""People are found by the initials of their names (拼音首字母), as by the characters."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, EditPhysician
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.locked_fields import LockedField

LONG = "Maria Ana Luisa da Silva Souza Lima"
NAMED = ("单雄信", "阿卜杜拉·买买提", "Anna Li", "王\U00020000明", LONG)
LISTED = ("physicians", "assessments", "accounts")


def fill(journeys: Journeys) -> None:
    """Physicians of these names at the hospital."""
    world = journeys.world
    for number, name in enumerate(NAMED, start=700):
        payload = AddPhysician(
            institution_id=str(world.hospital.organisation_id), name=name, id_number=person(number).id_number
        )
        world.send(world.hospital, "affiliation", None, "add", payload)
    world.settle()


def found(world: World, text: str, name: str = "physicians") -> set[str]:
    """Of these, who is found by what is typed into the filter."""
    rows = world.application.lists.page(world.hospital, name, {"name": text}, limit=200).rows
    return {row["name"] for row in rows} & set(NAMED)


@pytest.mark.parametrize("name", LISTED)
def test_a_physician_is_found_by_initials(stored: Journeys, name: str) -> None:
    """In any reading of a character, in small letters or capitals, in every store; characters find as ever."""
    fill(stored)
    texts = {
        "sxx": {"单雄信"},
        "DX": {"单雄信"},
        "abdl": {"阿卜杜拉·买买提"},
        "阿卜": {"阿卜杜拉·买买提"},
        "al": {"Anna Li"},
        "Anna L": {"Anna Li"},
        "w": {"王\U00020000明"},
        "王\U00020000": {"王\U00020000明"},
        "mald": {LONG},
        "Maria Ana Luisa da Silva Souza": {LONG},
        "maria ana luisa da silva souza lima": {LONG},
        "Ana Luisa": set(),
        "xx": set(),
        "雄": set(),
    }

    assert texts == {text: found(stored.world, text, name) for text in texts}


def test_a_name_that_becomes_known_is_found(stored: Journeys) -> None:
    """Where a telephone number stood in its place (手册 2.2.9), there were no initials."""
    world = stored.world
    payload = AddPhysician(
        institution_id=str(world.hospital.organisation_id),
        phone="18811594425",
        id_number=person(700).id_number,
    )
    physician = world.send(world.hospital, "affiliation", None, "add", payload).id
    world.send(world.hospital, "affiliation", physician, "edit", EditPhysician(name="单雄信"))
    world.settle()

    assert [{"单雄信"}] * 3 == [found(world, "sxx", name) for name in LISTED]


def test_a_corrected_name_is_found_by_its_own_initials(stored: Journeys) -> None:
    """And no more by those of the former one."""
    world, traveller = stored.world, stored.newcomer()
    for name in ("单雄信", "阿卜杜拉·买买提"):
        amendment = stored.ask_for_correction(traveller, LockedField.NAME, name)
        world.send(world.hospital, "amendment", amendment, "pass")
        if world.state_of("amendment", amendment) != "effective":
            world.send(world.county, "amendment", amendment, "pass")

    assert [set()] * 3 == [found(world, "sxx", name) for name in LISTED]
    assert [{"阿卜杜拉·买买提"}] * 3 == [found(world, "abdl", name) for name in LISTED]


def test_every_list_with_a_filter_by_a_persons_name_knows_the_initials() -> None:
    """Whoever can be found by name can be found by its initials."""
    asked = [
        listed.view for listed in LISTS.values() if any(entry.kind == "name" for entry in listed.filters)
    ]

    assert asked
    assert all("initials" in VIEWS[view].fields for view in asked)
    assert {"physician", "account", "assessment", "paper", "certificate", "exemption", "amendment"} <= set(
        asked
    )
