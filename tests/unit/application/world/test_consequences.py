"""What follows from an event may be refused: then only that event has not happened."""

from __future__ import annotations

from datetime import date
from threading import Thread

from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.errors import ConsequenceRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician
from kaohe_workflow.lifecycles.cycle.events import PublishLine
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.testing.journeys import HIGH, SITTING_DAY, Journeys
from kaohe_workflow.testing.worlds import LINES
from kaohe_workflow.values.terms import AccountKind, IdType, Level, PaperKind, Stage

PASSPORTS = ("ABCDE10001", "ABCDE10002", "ABCDE10003", "ABCDE10004")


def test_a_refused_consequence_stops_its_own_cause_alone(stored: Journeys) -> None:
    """A login name that is taken keeps one physician out of a bulk, with the reason, and nobody else."""
    world = stored.world
    taken = CreateAccount(
        institution_id=str(world.hospital.organisation_id), kind=AccountKind.ORGANISATION, login=PASSPORTS[2]
    )
    world.send(world.county, "account", None, "create", taken)
    items = [
        Item(
            None,
            AddPhysician(
                institution_id=str(world.hospital.organisation_id),
                name="韦小明",
                id_type=IdType.PASSPORT,
                id_number=number,
                birth_date=date(1980, 1, 1),
            ),
        )
        for number in PASSPORTS
    ]
    outcomes = world.application.door.send_many(world.hospital, "affiliation", "add", items)
    refused = outcomes[2]
    page = world.application.lists.page(world.hospital, "physicians", {})

    assert [Done, Done, Declined, Done] == [type(outcome) for outcome in outcomes]
    assert isinstance(refused, Declined)
    assert isinstance(refused.error, ConsequenceRefused)
    assert ("create_physician_account", "account", "create") == (
        refused.error.policy,
        refused.error.lifecycle,
        refused.error.event,
    )
    assert 3 == len(page.rows)
    assert () == world.application.verification.run().findings


def test_a_score_recorded_while_its_line_is_published_is_judged(stored: Journeys) -> None:
    """Whichever comes first, the paper is judged: the cycle is held until the score is stored."""
    world = stored.world
    traveller = stored.to("awaiting_assessment")
    world.at(SITTING_DAY)
    papers = stored.papers(traveller)
    paper = papers[Stage.FIRST, PaperKind.HUMANITIES]
    world.at(date(2024, 1, 15))
    line = PublishLine(Stage.FIRST, PaperKind.HUMANITIES, Level.LICENSED, LINES[Level.LICENSED])

    def publish() -> None:
        world.send(world.province, "cycle", world.cycle_id, "publish_line", line)

    publisher = Thread(target=publish)
    door = world.application.door
    with world.application.store.begin() as unit:
        door.requests.transaction(unit).apply(
            world.province, "evaluation", "record_score", [Item(paper, RecordScore(HIGH))]
        )
        publisher.start()
        publisher.join(timeout=0.3)
        unit.commit()
    publisher.join()
    world.settle()

    assert "passed" == world.state_of("evaluation", paper)
    assert () == world.application.verification.run().findings
