"""The published list of assessment institutions: who is on it, and who is no more."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.accounts.throttle import PUBLIC_LIST_PACE
from kaohe_workflow.application.queries.entrusted import EntrustedAgency
from kaohe_workflow.errors import InputInvalid, TooManyTries
from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import APPLICATION_DAY, World
from kaohe_workflow.values.terms import OrganisationKind
from tests.unit.application.world.steps import refused
from tests.unit.application.world.test_agencies import another, submitted

HERE = "203.0.113.77"


def listed(world: World) -> tuple[EntrustedAgency, ...]:
    """The list, as somebody reads it who has not read it lately."""
    world.clock.set(world.clock.now() + timedelta(hours=1))
    return world.application.public.agencies(world.cycle_id, address=HERE).items


@pytest.mark.manual("N-3.10")
def test_whoever_is_entrusted_is_published(stored: Journeys) -> None:
    """From the approval on, with whoever entrusted it and since when; who has only applied is not on it."""
    world = stored.world
    application = submitted(world, another(stored))
    before = [one.name for one in listed(world)]
    world.send(world.county, "agency_application", application, "pass")
    found = world.application.public.agencies(address=HERE)
    (added,) = [one for one in found.items if one.name == "第三人民医院"]

    assert ["考核医院"] == before
    assert 2 == found.total == len(found.items)
    assert sorted(one.name for one in found.items) == [one.name for one in found.items]
    assert added == EntrustedAgency(
        institution_id=added.institution_id,
        name="第三人民医院",
        kind=OrganisationKind.MEDICAL,
        address=added.address,
        entrusted_by="区卫生健康局",
        cycle_id=world.cycle_id,
        cycle_name="第一周期",
        entrusted_on=APPLICATION_DAY,
        filed_upward=False,
        correcting=False,
    )


@pytest.mark.manual("N-3.10")
def test_it_says_what_became_of_the_entrustment(journeys: Journeys) -> None:
    """Reported upward, ordered to correct, and gone with the disqualification."""
    world = journeys.world
    arguments = (world.county, "agency_application", world.application_of(world.agency))
    world.send(*arguments, "file_upward")
    world.send(*arguments, "order_correction", reason="未按方案组织考核")
    (told,) = listed(world)
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    payload = Disqualify((Fault.UNFAIR,), 2)
    world.send(second, *arguments[1:], "disqualify", payload, reason="考核显失公平")

    assert (True, True) == (told.filed_upward, told.correcting)
    assert () == listed(world)


@pytest.mark.manual("N-3.10")
def test_nobody_is_on_it_who_is_closed(journeys: Journeys) -> None:
    """An institution is closed once it has resigned: until then others may be sent there, and it may be assigned."""
    world = journeys.world
    other = another(journeys)
    application = submitted(world, other)
    world.send(world.county, "agency_application", application, "pass")
    closing = (world.county, "institution", str(other.organisation_id), "close")
    kept = refused(world, *closing)
    named = {one.name for one in listed(world)}
    world.send(world.county, "agency_application", application, "resign", reason="机构撤销")
    world.send(*closing)

    assert ["not_agency"] == kept
    assert {"第三人民医院"} == named - {one.name for one in listed(world)}
    assert ("closed", "expired") == (
        world.state_of("institution", str(other.organisation_id)),
        world.state_of("agency_application", application),
    )


def test_a_cycle_that_does_not_run_has_none(journeys: Journeys) -> None:
    """Nor has one that there is not."""
    public = journeys.world.application.public

    assert (0, (), None) == attrs.astuple(public.agencies("nowhere", address=HERE), recurse=False)
    with pytest.raises(InputInvalid):
        public.agencies(7)  # type: ignore[arg-type]  # what a caller may get wrong


def test_the_list_goes_on_where_it_ended(stored: Journeys) -> None:
    """However many there are, each is read once, in the order of their names; the total is of all."""
    world = stored.world
    world.send(world.county, "agency_application", submitted(world, another(stored)), "pass")
    first = world.application.public.agencies(address=HERE, limit=1)
    second = world.application.public.agencies(address=HERE, limit=1, after=first.next)
    whole = world.application.public.agencies(address=HERE)

    assert whole.items == (*first.items, *second.items)
    assert (2, 2, None, None) == (first.total, second.total, second.next, whole.next)
    with pytest.raises(InputInvalid):
        world.application.public.agencies(address=HERE, limit=0)


def test_one_network_reads_at_its_pace(journeys: Journeys) -> None:
    """Thirty times at once, then one after the other; others are not slowed down."""
    public = journeys.world.application.public
    for _ in range(PUBLIC_LIST_PACE.burst):
        public.agencies(address=HERE)
    with pytest.raises(TooManyTries):
        public.agencies(address="203.0.113.5")

    assert 1 == public.agencies(address="198.51.100.1").total
