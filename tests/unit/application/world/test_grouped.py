"""A bulk costs as many questions to the store as a pair of cases, whatever follows from it."""

from __future__ import annotations

from collections import Counter
from itertools import count as counting
from typing import Any

import pytest

from kaohe_workflow.application.accounts.throttle import LOOKUP_PACE
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Outcome
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, End
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    GOOD,
    HIGH,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, PaperKind, Stage

_NUMBERS = counting(1)
"""A number for each thing that needs a name of its own."""


def states(world: World, travellers: list[Traveller]) -> list[str]:
    return [world.state_of("assessment", traveller.case_id) for traveller in travellers]


def kinds(outcomes: list[Outcome]) -> list[type]:
    return [type(outcome.error) if isinstance(outcome, Declined) else Done for outcome in outcomes]


def asked_by(counted: tuple[Journeys, Any], count: int, prepare: Any, send: Any) -> Counter[str]:
    """What a bulk of so many rows asks of the store, after some preparation."""
    journeys, store = counted
    travellers = [prepare(journeys) for _ in range(count)]
    store.asked.clear()
    outcomes = send(journeys.world, travellers)
    assert [Done] * count == kinds(outcomes)
    return Counter(store.asked)


def bulk(who: str, lifecycle: str, event: str, item: Any) -> Any:
    def send(world: World, travellers: list[Any]) -> list[Outcome]:
        return world.application.door.send_many(
            getattr(world, who), lifecycle, event, [item(world, traveller) for traveller in travellers]
        )

    return send


def on_filing_day(journeys: Journeys) -> Traveller:
    journeys.world.at(FILING_DAY)
    return journeys.newcomer()


def sitting(journeys: Journeys) -> Traveller:
    traveller = journeys.to("awaiting_assessment")
    journeys.world.clock.set(journeys.world.clock.now())
    return traveller


def deleted(journeys: Journeys) -> Traveller:
    traveller = journeys.newcomer()
    journeys.world.send(journeys.world.hospital, "affiliation", traveller.physician_id, "delete")
    # A number that is given back counts as one looked up: the next may be named when this one is forgotten.
    journeys.world.clock.advance(LOOKUP_PACE.interval)
    return traveller


def clinic(journeys: Journeys) -> str:
    world = journeys.world
    payload = CreateInstitution(
        superior_id=world.county.organisation_id,
        name=f"诊所{next(_NUMBERS)}",
        kind=OrganisationKind.MEDICAL,
    )
    return world.send(world.county, "institution", None, "create", payload).id


def disabled(journeys: Journeys) -> str:
    world = journeys.world
    payload = CreateAccount(
        institution_id=str(world.hospital.organisation_id),
        kind=AccountKind.ORGANISATION,
        login=f"desk-{next(_NUMBERS)}",
    )
    account = world.send(world.county, "account", None, "create", payload).id
    world.send(world.county, "account", account, "disable", reason="停用")
    return account


BULKS = {
    "enrol": (on_filing_day, bulk("hospital", "assessment", "enrol", lambda w, t: Item(t.case_id, Enrol()))),
    "submit_opinion": (
        lambda journeys: journeys.to("awaiting_institution_review"),
        bulk("hospital", "assessment", "submit_opinion", lambda w, t: Item(t.case_id, GOOD)),
    ),
    "pass": (
        lambda journeys: journeys.to("awaiting_agency_review"),
        bulk("agency", "assessment", "pass", lambda w, t: Item(t.case_id)),
    ),
    "return_to_institution": (
        sitting,
        bulk(
            "county", "assessment", "return_to_institution", lambda w, t: Item(t.case_id, reason="材料不全")
        ),
    ),
    "withdraw": (sitting, bulk("county", "assessment", "withdraw", lambda w, t: Item(t.case_id))),
    "restore": (
        deleted,
        bulk("county", "affiliation", "restore", lambda w, t: Item(t.physician_id)),
    ),
    "delete a department": (
        lambda journeys: journeys.world.department(f"科室{next(_NUMBERS)}"),
        bulk("hospital", "department", "delete", lambda w, department: Item(department)),
    ),
    "close": (
        clinic,
        bulk("county", "institution", "close", lambda w, id: Item(id, reason="撤销")),
    ),
    "enable": (
        disabled,
        bulk("county", "account", "enable", lambda w, id: Item(id, reason="恢复")),
    ),
    "leave": (
        lambda journeys: journeys.newcomer(),
        bulk(
            "county",
            "affiliation",
            "end",
            lambda w, t: Item(t.physician_id, End(EndReason.RETIRED), reason="退休"),
        ),
    ),
    "delete": (
        lambda journeys: journeys.newcomer(),
        bulk("hospital", "affiliation", "delete", lambda w, t: Item(t.physician_id)),
    ),
}


@pytest.mark.parametrize("name", BULKS)
def test_a_bulk_asks_the_store_no_more_often_than_a_pair(counted: tuple[Journeys, Any], name: str) -> None:
    """Statements are grouped: 40 cases cost as many questions to the store as 2, consequences included."""
    prepare, send = BULKS[name]

    assert asked_by(counted, 2, prepare, send) == asked_by(counted, 40, prepare, send)


def test_adding_many_asks_no_more_often_than_adding_two(counted: tuple[Journeys, Any]) -> None:
    """A roster of 200 costs as many questions to the store as one of 2, accounts and cases included."""
    journeys, store = counted
    world = journeys.world
    asked = []
    for start, count in ((1000, 2), (2000, 200)):
        items = [
            Item(
                None,
                AddPhysician(
                    institution_id=str(world.hospital.organisation_id),
                    name=known.name,
                    id_number=known.id_number,
                    department_id=journeys.department_id,
                ),
            )
            for known in people(count, start)
        ]
        store.asked.clear()
        outcomes = world.application.door.send_many(world.hospital, "affiliation", "add", items)

        assert [Done] * count == kinds(outcomes)
        asked.append(Counter(store.asked))

    assert asked[0] == asked[1]


def scored(counted: tuple[Journeys, Any], count: int) -> Counter[str]:
    """What recording the second score of so many physicians asks of the store, lines being published."""
    journeys, store = counted
    world = journeys.world
    world.clock.set(noon(FILING_DAY))
    travellers = [journeys.to("awaiting_assessment") for _ in range(count)]
    world.at(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    papers = [journeys.papers(traveller)[Stage.FIRST, PaperKind.PROFESSIONAL] for traveller in travellers]
    store.asked.clear()
    outcomes = world.application.door.send_many(
        world.province, "evaluation", "record_score", [Item(paper, RecordScore(HIGH)) for paper in papers]
    )
    asked = Counter(store.asked)
    assert [Done] * count == kinds(outcomes)
    assert ["qualified"] * count == states(world, travellers)
    return asked


def test_settling_many_asks_no_more_often_than_settling_two(counted: tuple[Journeys, Any]) -> None:
    """Scores that are judged, settled and certified at once: 30 cost as many questions as 2."""
    few = scored(counted, 2)

    assert few == scored(counted, 30)


@pytest.mark.parametrize("listed", ["papers", "marks"])
def test_who_assesses_is_asked_once_for_all_rows_of_a_page(
    counted: tuple[Journeys, Any], listed: str
) -> None:
    """A page of many asks the store as often as one of two."""
    journeys, store = counted
    travellers = [journeys.to("awaiting_assessment") for _ in range(4)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.start(journeys.papers(traveller)[Stage.FIRST, PaperKind.PROFESSIONAL])
        journeys.mark(traveller, PaperKind.PROFESSIONAL)
    lists = journeys.world.application.lists

    def asked(limit: int) -> Counter[str]:
        store.asked.clear()
        rows = lists.page(journeys.world.province, listed, {}, limit=limit).rows
        assert ["考核医院"] * limit == [row["agency_name"] for row in rows]
        return Counter(store.asked)

    assert asked(2) == asked(4)
