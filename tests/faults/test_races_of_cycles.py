"""Papers, lines, windows and jobs of a cycle miss nothing that comes at the same moment, and do nothing twice."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.send import Receipt
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.assessment.events import ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.lifecycles.spot_check.events import Draw
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import HIGH, LAST_DAY, RESULT_DAY, SIMPLIFIED, SITTING_DAY, Traveller
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.worlds import LINES, WINDOWS, noon
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from tests.faults.places import ROUNDS, Place, at_once, overtaken

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def scored_papers(place: Place, count: int) -> list[Traveller]:
    """Physicians with two open papers, whose lines are published."""
    travellers = [place.journeys.to("awaiting_assessment") for _ in range(count)]
    place.journeys.not_before(SITTING_DAY)
    place.journeys.not_before(RESULT_DAY)
    place.journeys.publish(Stage.FIRST)
    return travellers


def score(place: Place, traveller: Traveller, kind: PaperKind, application: Application | None = None) -> Any:
    paper = place.journeys.papers(traveller)[Stage.FIRST, kind]
    door = (application or place.world.application).door
    return door.send(place.world.province, "evaluation", paper, "record_score", RecordScore(HIGH))


def test_the_last_two_papers_settle_once(place: Place) -> None:
    """Both papers of a physician close in two transactions at the same moment: one settles, once, never none."""
    for traveller in scored_papers(place, ROUNDS):
        ends = at_once(
            lambda traveller=traveller: score(place, traveller, HUMANITIES),
            lambda traveller=traveller: score(place, traveller, PROFESSIONAL),
        )

        assert [Receipt, Receipt] == [type(end) for end in ends]
        assert 1 == place.events(traveller)["settle"]
        assert "qualified" == place.journeys.state(traveller)
    place.assert_sound()


def test_the_second_paper_waits_for_the_first(postgres: Place) -> None:
    """The first has closed its paper and not committed yet: the second sees it closed, and settles."""
    (traveller,) = scored_papers(postgres, 1)

    ends = overtaken(
        postgres,
        lambda slow: score(postgres, traveller, HUMANITIES, slow),
        lambda: score(postgres, traveller, PROFESSIONAL),
    )

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert 1 == postgres.events(traveller)["settle"]
    assert "qualified" == postgres.journeys.state(traveller)


@pytest.mark.parametrize("scoring_first", [True, False])
def test_a_score_and_its_line_do_not_miss_each_other(postgres: Place, scoring_first: bool) -> None:
    """A score is recorded while its line is published: it is judged, whoever is first."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(RESULT_DAY)
    line = PublishLine(Stage.FIRST, HUMANITIES, Level.LICENSED, LINES[Level.LICENSED])

    def publish(application: Application = world.application) -> Any:
        receipt = application.door.send(world.province, "cycle", world.cycle_id, "publish_line", line)
        application.timers.work()
        return receipt

    def record(application: Application = world.application) -> Any:
        return score(postgres, traveller, HUMANITIES, application)

    first, second = (record, publish) if scoring_first else (publish, record)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert "qualified" == postgres.journeys.state(traveller)
    postgres.assert_sound()


@pytest.mark.manual("S-I12")
@pytest.mark.parametrize("adding_first", [True, False])
def test_a_physician_and_a_cycle_do_not_miss_each_other(postgres: Place, adding_first: bool) -> None:
    """A physician is added while a cycle is published: the physician has a case there, whoever is first."""
    world = postgres.world
    windows = attrs.evolve(WINDOWS)
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), windows
    )
    cycle_id = world.send(world.province, "cycle", None, "create", draft).id
    (person,) = people(1, 900)

    def publish(application: Application = world.application) -> Any:
        receipt = application.door.send(world.province, "cycle", cycle_id, "publish")
        application.timers.work()
        return receipt

    def add(application: Application = world.application) -> Any:
        payload = AddPhysician(
            institution_id=str(world.hospital.organisation_id), name=person.name, id_number=person.id_number
        )
        return application.door.send(world.hospital, "affiliation", None, "add", payload)

    first, second = (add, publish) if adding_first else (publish, add)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    assert [Receipt, Receipt] == [type(end) for end in ends]
    assert 1 == len(postgres.find("assessment", "cycle_id", cycle_id))


@pytest.mark.parametrize("finding_first", [True, False])
def test_a_finding_and_the_archive_wait_for_each_other(postgres: Place, finding_first: bool) -> None:
    """A finding is reported while the cycle is archived: none is left waiting in a cycle that is over."""
    world = postgres.world
    traveller = postgres.journeys.to("awaiting_agency_review")
    world.at(RESULT_DAY)
    postgres.journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(LAST_DAY)
    finding = ReportFinding(
        ground=DirectGround.TOOK_FROM_PATIENTS,
        found_on=date(2021, 7, 1),
        text="收受红包，已查实。",
        evidence=(hand_in(world.application, world.hospital),),
    )

    def report(application: Application = world.application) -> Any:
        return application.door.send(
            world.hospital, "assessment", traveller.case_id, "report_finding", finding
        )

    def archive(application: Application = world.application) -> Any:
        return application.door.send(world.province, "cycle", world.cycle_id, "archive")

    first, second = (report, archive) if finding_first else (archive, report)
    ends = overtaken(postgres, first, second)
    world.application.timers.work()

    expected = ("makeup", "awaiting_agency_review") if finding_first else ("archived", "missed")

    assert [Receipt, TransitionRefused] == [type(end) for end in ends]
    assert expected == (world.state_of("cycle", world.cycle_id), postgres.journeys.state(traveller))


@pytest.mark.parametrize("drawing_first", [True, False])
def test_a_draw_and_a_pass_wait_for_each_other(postgres: Place, drawing_first: bool) -> None:
    """A file is passed on while it is being drawn: it is refused, or it is not in the sample."""
    world = postgres.world
    file, other = (postgres.journeys.to("awaiting_agency_review").case_id for _ in range(2))
    sample = Draw(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id, number=2)

    def draw(application: Application = world.application) -> Any:
        return application.door.send(world.agency, "spot_check", None, "draw_opinions", sample)

    def passing(application: Application = world.application) -> Any:
        return application.door.send(world.agency, "assessment", file, "pass")

    first, second = (draw, passing) if drawing_first else (passing, draw)
    ends = overtaken(postgres, first, second)
    (check,) = postgres.find("spot_check", "cycle_id", world.cycle_id)

    assert [Receipt, TransitionRefused if drawing_first else Receipt] == [type(end) for end in ends]
    assert ({file, other} if drawing_first else {other}) == {one.assessment_id for one in check.record.items}


@pytest.mark.parametrize("subject", ["opinions", "results"])
def test_two_first_draws_have_one_seed(postgres: Place, subject: str) -> None:
    """Two samples of one population that are drawn at one moment have one seed: neither is a second try."""
    world = postgres.world
    postgres.journeys.to("awaiting_agency_review" if subject == "opinions" else "qualified")
    drawn = Draw(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id, number=1)
    actor = world.agency if subject == "opinions" else world.province

    def draw(application: Application = world.application) -> Any:
        return application.door.send(actor, "spot_check", None, f"draw_{subject}", drawn)

    ends = overtaken(postgres, draw, draw)
    checks = postgres.find("spot_check", "cycle_id", world.cycle_id)

    assert [Receipt, Receipt] == [type(end) for end in ends], ends
    assert 1 == len({check.record.seed for check in checks})


def test_two_workers_do_a_job_once(place: Place) -> None:
    """Two workers find the same job: what follows from it is there once, and neither fails."""
    world = place.world
    for _ in range(12):
        place.journeys.newcomer()
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    cycle_id = world.send(world.province, "cycle", None, "create", draft).id
    world.send(world.province, "cycle", cycle_id, "publish")

    ends = at_once(world.application.timers.work, world.application.timers.work)

    assert [int, int] == [type(end) for end in ends], ends
    assert 12 == len(place.find("assessment", "cycle_id", cycle_id))
    assert 0 == world.application.timers.work()
    place.assert_sound()


def test_two_sweeps_close_a_paper_once(place: Place) -> None:
    """Two sweeps at once: each deadline comes once, and neither fails."""
    world = place.world
    travellers = [place.journeys.to("awaiting_assessment") for _ in range(5)]
    world.clock.set(noon(RESULT_DAY))

    ends = at_once(world.application.timers.sweep, world.application.timers.sweep)

    assert [int, int] == [type(end) for end in ends], ends
    for traveller in travellers:
        assert {"absence_pending"} == set(place.journeys.paper_states(traveller).values())
    place.assert_sound()
