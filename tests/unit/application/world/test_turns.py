"""A bulk comes to what its items come to one by one: cases that may change what is true of each other take turns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.clock import SettableClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done, Outcome
from kaohe_workflow.errors import ConcurrentTransition, TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery
from kaohe_workflow.lifecycles.department.events import CreateDepartment, EditDepartment
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.institution.events import ChangeSuperior, CreateInstitution
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import RESULT_DAY, Journeys
from kaohe_workflow.testing.worlds import START, World, make_organisation
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, Stage

LOW, HIGH = Decimal("12.5"), Decimal(70)
MAKEUP_DAY = date(2024, 1, 23)


def kinds(outcomes: list[Outcome]) -> list[type]:
    """What each item has come to: done, or the error's class."""
    return [type(one.error) if isinstance(one, Declined) else Done for one in outcomes]


def absent_in_makeup(world: World, journeys: Journeys) -> list[str]:
    """The papers of two physicians who were absent at first and sit the make-up, in an order of their own."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(2)]
    world.at(RESULT_DAY)
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    for traveller in travellers:
        for paper in journeys.papers(traveller).values():
            world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(True))
        journeys.lead(traveller, "awaiting_makeup")
    world.at(MAKEUP_DAY)
    return [paper for traveller in travellers for _, paper in sorted(journeys.papers(traveller).items())]


def scored(chosen: list[tuple[int, Decimal]], *, together: bool) -> tuple[list[type], list[str]]:
    """What scores for these papers come to, sent in one bulk or one after another; and where all papers stand."""
    with World.open("memory:") as world:
        journeys = Journeys.of(world)
        papers = absent_in_makeup(world, journeys)
        items = [Item(papers[place], RecordScore(score), "补录") for place, score in chosen]
        door = world.application.door
        bulks = [items] if together else [[item] for item in items]
        outcomes = [
            outcome
            for bulk in bulks
            for outcome in door.send_many(world.province, "evaluation", "record_score", bulk)
        ]

        assert () == world.application.verification.run().findings
        return kinds(outcomes), [world.state_of("evaluation", paper) for paper in papers]


@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from([LOW, HIGH])),
        min_size=2,
        max_size=8,
        unique_by=lambda chosen: chosen[0],
    )
)
def test_scores_in_one_bulk_are_scores_one_by_one(chosen: list[tuple[int, Decimal]]) -> None:
    """A late score of a first paper and one of the make-up, in either order, for one physician or for two."""

    assert scored(chosen, together=False) == scored(chosen, together=True)


@pytest.mark.parametrize("moved_first", [True, False])
def test_who_is_moved_under_what_moves_goes_along(journeys: Journeys, *, moved_first: bool) -> None:
    """
    甲 moves below 乙 and 乙 elsewhere, in one bulk.

    乙 moves only while nothing is below it; afterwards 甲 is below 乙 where 乙 is by then.
    """
    world = journeys.world
    app, province = world.application, world.province
    city = make_organisation(app, province, province, "二市", OrganisationKind.CITY)
    county = make_organisation(app, world.city, world.city, "空县", OrganisationKind.COUNTY)
    hospital = make_organisation(app, world.county, world.county, "小医院", OrganisationKind.MEDICAL)
    moves = [
        Item(hospital.organisation_id, ChangeSuperior(str(county.organisation_id))),
        Item(county.organisation_id, ChangeSuperior(str(city.organisation_id))),
    ]
    outcomes = app.door.send_many(
        province, "institution", "change_superior", moves if moved_first else moves[::-1]
    )
    above = world.city if moved_first else city
    path = app.cases.get(above, "institution", str(hospital.organisation_id)).record.path

    assert [Done, TransitionRefused if moved_first else Done] == kinds(outcomes)
    assert f"{above.path}{county.organisation_id}/{hospital.organisation_id}/" == path
    assert () == app.verification.run().findings


def test_there_is_one_first_organisation() -> None:
    """Of two in one bulk the second one is refused."""
    root = CreateInstitution(superior_id=None, name="省卫生健康委", kind=OrganisationKind.PROVINCE)
    application = open_application("memory:", Keys.fresh(), clock=SettableClock(START))
    outcomes = application.door.send_many(SYSTEM, "institution", "create", [Item(None, root)] * 2)

    assert [Done, TransitionRefused] == kinds(outcomes)
    assert () == application.verification.run().findings


def test_what_is_refused_takes_no_name(journeys: Journeys) -> None:
    """A department that is refused for another reason keeps nobody else from its name; one that is made does."""
    world = journeys.world
    good = CreateDepartment(str(world.hospital.organisation_id), "康复科")
    wrong = attrs.evolve(good, subjects=("99",))
    outcomes = world.application.door.send_many(
        world.hospital, "department", "create", [Item(None, wrong), Item(None, good), Item(None, good)]
    )

    assert [TransitionRefused, Done, TransitionRefused] == kinds(outcomes)


def test_two_accounts_of_one_name_are_not_enabled_together(journeys: Journeys) -> None:
    """The first takes the name back, the second is refused with the reason; the others of the bulk go in."""
    world = journeys.world

    def closed(login: str) -> str:
        payload = CreateAccount(
            institution_id=str(world.hospital.organisation_id), kind=AccountKind.ORGANISATION, login=login
        )
        made = world.send(world.county, "account", None, "create", payload).id
        world.send(world.county, "account", made, "disable", reason="停用")
        return made

    items = [Item(closed(login), reason="恢复") for login in ("one", "one", "other")]
    outcomes = world.application.door.send_many(world.county, "account", "enable", items)

    assert [Done, TransitionRefused, Done] == kinds(outcomes)


def test_one_physician_applies_for_one_exemption(journeys: Journeys) -> None:
    """Twice in one bulk is an application and a refusal, as twice in a row."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    apply = Apply(
        assessment_id=traveller.case_id,
        ground="residency_training",
        certificate_on=date(2021, 9, 1),
        none_excluded=True,
        attachments=(hand_in(world.application, traveller.principal),),
    )
    outcomes = world.application.door.send_many(
        traveller.principal, "exemption", "apply", [Item(None, apply), Item(None, apply)]
    )

    assert [Done, TransitionRefused] == kinds(outcomes)


@pytest.mark.parametrize("order", [(0, 1, 0), (0, 0, 1)])
def test_a_case_that_is_there_twice_goes_in_once_whoever_takes_turns(
    journeys: Journeys, order: tuple[int, ...]
) -> None:
    """The second time it is declined as a lost race, though papers of one person take turns."""
    world = journeys.world
    papers = absent_in_makeup(world, journeys)
    items = [Item(papers[2 + place], RecordScore(HIGH), "补录") for place in order]
    outcomes = world.application.door.send_many(world.province, "evaluation", "record_score", items)
    again = order.index(0, 1)

    assert ConcurrentTransition is kinds(outcomes)[again]
    assert [Done, Done] == [kind for place, kind in enumerate(kinds(outcomes)) if place != again]


def test_a_name_that_is_given_up_in_the_same_bulk_is_free(journeys: Journeys) -> None:
    """甲 becomes 丙, 乙 becomes 甲, 丁 becomes 乙: in this order nobody is in the way, in a bulk too."""
    world = journeys.world
    first, second, third = (world.department(name) for name in ("甲", "乙", "丁"))
    items = [
        Item(department, EditDepartment(name))
        for department, name in ((first, "丙"), (second, "甲"), (third, "乙"))
    ]
    outcomes = world.application.door.send_many(world.hospital, "department", "edit", items)

    assert [Done, Done, Done] == kinds(outcomes)
