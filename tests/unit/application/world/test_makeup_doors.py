"""补考管理: who comes to the make-up by which door, who is trained, and who finds them."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.errors import NotPermitted
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, RecordTraining
from kaohe_workflow.lifecycles.assessment.makeup import MakeupDoor, door_of
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.testing.journeys import LOW, RESULT_DAY, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import PaperKind, Stage
from tests.unit.application.world.steps import case_of, declare, refused

WAITING = "awaiting_makeup_approval"
CONFIRMING = WINDOWS.makeup_confirm.first_day  # type: ignore[union-attr]  # there is a make-up
TRAINED = RecordTraining(
    trainer="市人民医院",
    first_day=CONFIRMING - timedelta(days=2),
    last_day=CONFIRMING,
    days=3,
    certificate=("certificate",),
)


def door(world: World, traveller: Traveller) -> MakeupDoor | None:
    found: MakeupDoor | None = case_of(world, "assessment", traveller.case_id).record.makeup_door
    return found


def listed(world: World, **filters: str) -> set[str]:
    page = world.application.lists.page(world.province, "assessments", filters, limit=50)
    return {str(row["id"]) for row in page.rows}


@pytest.fixture
def doors(stored: Journeys) -> dict[str, Traveller]:
    """One who has failed, one who stayed away, one whose file came too late; all wait for the province."""
    world = stored.world
    failed, absent = stored.to("awaiting_assessment"), stored.to("awaiting_assessment")
    late = stored.to("awaiting_agency_review")
    world.at(SITTING_DAY)
    stored.score(failed, Stage.FIRST, humanities=LOW, professional=LOW)
    world.at(RESULT_DAY)
    declare(world, Stage.FIRST)
    world.publish_lines(Stage.FIRST)
    for paper in stored.papers(absent).values():
        world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True))
    world.send(world.agency, "assessment", late.case_id, "pass")
    return {"failed": failed, "absent": absent, "late": late}


@pytest.mark.manual("S-87", "N-2.5", "N-3.7")
def test_each_door_is_a_list(doors: dict[str, Traveller], stored: Journeys) -> None:
    """手册 2.2.9 and the notices: failed, absent, filed late. Each is found by its door, and all by their state."""
    world = stored.world
    states = {stored.state(one) for one in doors.values()}

    assert {WAITING} == states
    assert {name: {one.case_id} for name, one in doors.items()} == {
        name: listed(world, state=WAITING, makeup_door=name) for name in doors
    }
    assert {one.case_id for one in doors.values()} == listed(world, state=WAITING)
    assert set() == listed(world, makeup_door="deferred")
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-3.7")
def test_a_door_stays_known_in_the_make_up(doors: dict[str, Traveller], stored: Journeys) -> None:
    """Whoever is let in is found by the door among those who may sit."""
    world = stored.world
    world.at(CONFIRMING)
    for one in doors.values():
        world.send(world.province, "assessment", one.case_id, "confirm_makeup", ConfirmMakeup())

    assert {doors["late"].case_id} == listed(world, state="awaiting_makeup", makeup_door="late")
    assert 3 == len(listed(world, state="awaiting_makeup"))


@pytest.mark.parametrize(
    ("states", "deferred", "opinions", "door"),
    [
        (("failed", "passed"), False, True, MakeupDoor.FAILED),
        (("void", "exempt_pass"), False, True, MakeupDoor.FAILED),
        (("failed", "absent"), False, True, MakeupDoor.FAILED),
        (("absent", "passed"), False, True, MakeupDoor.ABSENT),
        (("not_opened",), False, True, MakeupDoor.ABSENT),
        (("cancelled",), False, True, MakeupDoor.LATE),
        ((), False, True, MakeupDoor.LATE),
        ((), True, True, MakeupDoor.DEFERRED),
        ((), False, False, MakeupDoor.OPINION),
    ],
)
def test_the_doors_of_the_make_up(
    states: tuple[str, ...], deferred: bool, opinions: bool, door: MakeupDoor
) -> None:
    """The matrix: what the papers of the first stage have come to, a deferral, and the opinions."""
    kinds = (PaperKind.HUMANITIES, PaperKind.PROFESSIONAL)
    papers = [PaperView(kind, Stage.FIRST, state) for kind, state in zip(kinds, states, strict=False)]
    again = PaperView(PaperKind.HUMANITIES, Stage.MAKEUP, "failed")

    assert door == door_of([*papers, again], deferred=deferred, opinions_stand=opinions)


def test_who_is_not_in_the_make_up_has_no_door(journeys: Journeys) -> None:
    """Neither before the papers nor after they are passed."""
    waiting, passed = journeys.to("awaiting_assessment"), journeys.to("qualified")

    assert [None, None] == [door(journeys.world, one) for one in (waiting, passed)]


@pytest.mark.manual("R-M2", "S-87")
def test_a_training_on_record_lets_in() -> None:
    """甘肃: the institution proves the days with the certificate; enough of them, and nobody has to attest anything."""
    with open_world(makeup_training_days=5) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to(WAITING)
        world.at(CONFIRMING)
        case = ("assessment", traveller.case_id)
        confirm = ("confirm_makeup", ConfirmMakeup())
        without = refused(world, world.province, *case, *confirm)
        world.send(world.hospital, *case, "record_training", TRAINED)
        world.send(world.hospital, *case, "record_training", TRAINED)
        twice = listed(world, trained_days_from="3", trained_days_to="4")
        short = refused(world, world.province, *case, *confirm)
        other = attrs.evolve(TRAINED, trainer="省人民医院", days=2)
        world.send(world.agency, *case, "record_training", other)
        overlapping = refused(world, world.province, *case, *confirm)
        before = attrs.evolve(other, first_day=CONFIRMING - timedelta(days=4))
        world.send(world.agency, *case, "record_training", before)
        world.send(world.province, *case, *confirm)

        assert [["training_done"]] * 3 == [without, short, overlapping]
        assert {traveller.case_id} == twice
        assert "awaiting_makeup" == journeys.state(traveller)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"days": 0}, ["training_proven"]),
        ({"days": 1}, []),
        ({"days": 4}, ["training_proven"]),
        ({"last_day": CONFIRMING + timedelta(days=1)}, ["training_proven"]),
        ({"first_day": CONFIRMING, "days": 1}, []),
        ({"first_day": CONFIRMING + timedelta(days=1), "days": 1}, ["training_proven"]),
        ({"trainer": " "}, ["training_proven"]),
        ({"certificate": ()}, ["training_proven"]),
    ],
)
def test_a_training_is_proven(changes: dict[str, object], reasons: list[str]) -> None:
    """By whom, on days within its span, which is over, with the certificate of its test."""
    with open_world(makeup_training_days=60) as world:
        traveller = Journeys.of(world).to(WAITING)
        world.at(CONFIRMING)
        payload = attrs.evolve(TRAINED, **changes)
        case = ("assessment", traveller.case_id)
        if reasons:
            assert reasons == refused(world, world.hospital, *case, "record_training", payload)
        else:
            world.send(world.hospital, *case, "record_training", payload)

            assert 1 == len(case_of(world, *case).record.trainings)


def test_a_training_is_recorded_where_it_is_asked_for(journeys: Journeys) -> None:
    """广西 asks for none; nobody but the institution and the agency records any."""
    world = journeys.world
    traveller = journeys.to(WAITING)
    world.at(max(CONFIRMING, date(2024, 1, 15)))
    case = ("assessment", traveller.case_id)
    for who in (traveller.principal, world.county, world.province):
        with pytest.raises(NotPermitted):
            world.send(who, *case, "record_training", TRAINED)

    assert ["training_asked"] == refused(world, world.hospital, *case, "record_training", TRAINED)


@pytest.mark.manual("S-87")
def test_each_door_is_told_in_its_own_words(doors: dict[str, Traveller], stored: Journeys) -> None:
    """Whose file came too late has failed nothing; everybody is told once, the institution as well."""
    world = stored.world
    words = {"failed": "首次考核未合格", "absent": "首次考核未合格", "late": "因首次考核已结束，转入补考"}
    for name, traveller in doors.items():
        for reader in (traveller.principal, world.hospital):
            notices = world.application.inbox.page(reader, limit=200).notices
            texts = [one.text for one in notices if one.case_id == traveller.case_id]

            assert [True] == [words[name] in text for text in texts if "待确认补考" in text]
