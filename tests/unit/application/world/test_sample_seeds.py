"""By what seed a sample is drawn: whoever draws chooses neither whom, nor when it pleases."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.spot_check.events import Draw
from kaohe_workflow.testing.journeys import SIMPLIFIED, Journeys
from kaohe_workflow.values.terms import Procedure
from tests.unit.application.world.samples import drawn, ids, looked_through, passed, seed_of
from tests.unit.application.world.steps import case_of


@pytest.mark.manual("N-2.7")
def test_nobody_draws_until_it_pleases(stored: Journeys) -> None:
    """Who gives a sample up, or draws beside it, draws by the same seed again."""
    world = stored.world
    for _ in range(6):
        stored.to("awaiting_agency_review")
    first = drawn(world, world.agency, "draw_opinions", world.hospital, 2)
    beside = drawn(world, world.agency, "draw_opinions", world.hospital, 3)
    for check in (first, beside):
        world.send(world.agency, "spot_check", check, "abandon", reason="抽取有误")
    again = drawn(world, world.agency, "draw_opinions", world.hospital, 1)

    assert {first} == {case_of(world, "spot_check", one).record.seed for one in (first, beside, again)}
    assert ids(world, beside)[:2] == ids(world, first)
    assert ids(world, again) == ids(world, first)[:1]


@pytest.mark.manual("N-2.7")
def test_two_samples_in_one_bulk_have_one_seed(stored: Journeys) -> None:
    """Samples of one population that are drawn in one request are drawn one after another."""
    world = stored.world
    for _ in range(3):
        stored.to("awaiting_agency_review")
    draws = [
        Draw(institution_id=str(world.hospital.organisation_id), cycle_id=world.cycle_id, number=number)
        for number in (1, 2)
    ]
    outcomes = world.application.door.send_many(
        world.agency, "spot_check", "draw_opinions", [Item(None, one) for one in draws]
    )

    first, second = (outcome.receipt.id for outcome in outcomes if isinstance(outcome, Done))
    assert seed_of(world, first) == seed_of(world, second) == first


@pytest.mark.manual("N-2.7")
def test_a_seed_is_spent_once_a_sample_by_it_was_looked_through(stored: Journeys) -> None:
    """What was given up is made good by then; else everybody would know for ever who is drawn next."""
    world = stored.world
    for _ in range(4):
        stored.to("awaiting_agency_review")
    given_up = drawn(world, world.agency, "draw_opinions", world.hospital, 2)
    world.send(world.agency, "spot_check", given_up, "abandon", reason="抽取有误")
    looked = looked_through(world, 2)
    later = drawn(world, world.agency, "draw_opinions", world.hospital, 2)

    assert given_up == seed_of(world, looked)
    assert later == seed_of(world, later)


@pytest.mark.manual("N-2.7")
@pytest.mark.parametrize("less", [{"number": 1}, {"number": 2, "procedure": Procedure.SIMPLIFIED}])
def test_less_than_what_was_given_up_spends_no_seed(journeys: Journeys, less: dict[str, object]) -> None:
    """Else one file of them looked at would let whoever draws go on until it pleases."""
    world = journeys.world
    journeys.to("awaiting_agency_review", **SIMPLIFIED)
    for _ in range(3):
        journeys.to("awaiting_agency_review")
    given_up = drawn(world, world.agency, "draw_opinions", world.hospital, 2)
    world.send(world.agency, "spot_check", given_up, "abandon", reason="抽取有误")
    looked_through(world, **less)  # type: ignore[arg-type]  # the table says what Draw takes

    assert given_up == seed_of(world, drawn(world, world.agency, "draw_opinions", world.hospital, 2))


@pytest.mark.manual("N-2.7")
def test_all_that_is_left_spends_the_seed_of_a_larger_sample(stored: Journeys) -> None:
    """The others were returned or passed since: there is nobody more to look at."""
    world = stored.world
    files = [stored.to("awaiting_agency_review").case_id for _ in range(3)]
    given_up = drawn(world, world.agency, "draw_opinions", world.hospital, 3)
    world.send(world.agency, "spot_check", given_up, "abandon", reason="抽取有误")
    passed(world, files[:1])
    looked_through(world, 3)
    later = drawn(world, world.agency, "draw_opinions", world.hospital, 1)

    assert later == seed_of(world, later)


@pytest.mark.manual("N-3.11", "R-10.1")
def test_who_else_supervises_draws_by_a_seed_of_its_own(stored: Journeys) -> None:
    """
    An agency that was sampled knows the seed, and foresees nothing of what another draws; each keeps its own.
    """
    world = stored.world
    stored.to("qualified", **SIMPLIFIED)
    first, second = (
        drawn(world, one, "draw_results", world.agency, 1) for one in (world.county, world.province)
    )
    for by, check in ((world.county, first), (world.province, second)):
        world.send(by, "spot_check", check, "abandon", reason="抽取有误")
    again = [drawn(world, one, "draw_results", world.agency, 1) for one in (world.county, world.province)]

    assert [first, second] == [seed_of(world, one) for one in (first, second)]
    assert [first, second] == [seed_of(world, one) for one in again]
    assert () == world.application.verification.run().findings
