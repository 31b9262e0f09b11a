"""Who keeps a department from being deleted, and who may ask."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.queries.blockers import Blockers, Blocking
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.assessment.events import Save
from kaohe_workflow.testing.journeys import Journeys
from kaohe_workflow.testing.worlds import filing
from kaohe_workflow.values.resident_id import mask
from kaohe_workflow.values.terms import AccountKind
from tests.unit.application.world.steps import refused

NOBODY = Blocking(0, ())


def asked(journeys: Journeys, principal: Principal | None = None, *, limit: int = 20) -> Blockers:
    """What blocks the department of the journeys, as its hospital sees it unless said otherwise."""
    world = journeys.world
    return world.application.blockers.show(principal or world.hospital, journeys.department_id, limit=limit)


def ids(blocking: Blocking) -> list[str]:
    """The ids of the cases told."""
    return [one.id for one in blocking.items]


@pytest.mark.manual("S-31")
def test_an_empty_department_is_blocked_by_nobody(stored: Journeys) -> None:
    """Whoever is in no department, or in another, does not count; and it is deleted then."""
    world, other = stored.world, stored.world.department("外科")
    stored.newcomer()
    stored.newcomer(department_id=other)

    assert Blockers(NOBODY, NOBODY, NOBODY) == asked(stored)
    assert "deleted" == world.send(world.hospital, "department", stored.department_id, "delete").state
    assert Blockers(NOBODY, NOBODY, NOBODY) == asked(stored)


@pytest.mark.manual("S-31")
def test_physicians_of_the_department_are_named(stored: Journeys) -> None:
    """Each with name and masked number; who has moved to another department is told no more."""
    world = stored.world
    stays, moves = (stored.newcomer(department_id=stored.department_id) for _ in range(2))
    both = asked(stored).physicians
    elsewhere = EditPhysician(department_id=world.department("外科"))
    world.send(world.hospital, "affiliation", moves.physician_id, "edit", elsewhere)
    (left,) = asked(stored).physicians.items

    assert (2, sorted([stays.physician_id, moves.physician_id])) == (both.total, ids(both))
    assert (stays.physician_id, "attached", None) == (left.physician_id, left.state, left.cycle_id)
    assert mask(stays.id_number) == left.id_number != stays.id_number


def test_a_draft_that_names_it_is_told(stored: Journeys) -> None:
    """The registration that is still being written, with its cycle: no running file yet."""
    world, traveller = stored.world, stored.to("awaiting_registration")
    stored.to("awaiting_registration")
    draft = Save(filing(stored.department_id))
    world.send(traveller.principal, "assessment", traveller.case_id, "save", draft)
    found = asked(stored)

    assert (NOBODY, NOBODY) == (found.physicians, found.filings)
    assert (1, [traveller.case_id]) == (found.drafts.total, ids(found.drafts))
    assert world.cycle_id == found.drafts.items[0].cycle_id


@pytest.mark.parametrize(
    ("state", "facts"),
    [
        ("awaiting_registration", []),
        ("awaiting_institution_review", ["no_filing"]),
        ("registration_returned", ["no_draft", "no_filing"]),
        ("awaiting_makeup", ["no_physicians", "no_filing"]),
    ],
)
def test_what_is_told_is_what_refuses(journeys: Journeys, state: str, facts: list[str]) -> None:
    """
    A kind has cases exactly where its fact refuses the deletion; a returned file is draft and filing both, and who was
    passed is in the department of the file.
    """
    world, traveller = journeys.world, journeys.to(state)
    found = asked(journeys)
    kinds = {"no_physicians": found.physicians, "no_draft": found.drafts, "no_filing": found.filings}

    assert facts == [fact for fact, blocking in kinds.items() if blocking.total]
    own = {"no_physicians": traveller.physician_id}

    assert [[own.get(fact, traveller.case_id)] for fact in facts] == [ids(kinds[fact]) for fact in facts]
    if facts:
        assert facts == refused(world, world.hospital, "department", journeys.department_id, "delete")


def test_a_file_that_has_ended_blocks_nothing(journeys: Journeys) -> None:
    """A result keeps the name of the department and nothing else; who was passed may be in another one by now."""
    world, traveller = journeys.world, journeys.to("qualified")
    before = asked(journeys)
    elsewhere = EditPhysician(department_id=world.department("外科"))
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", elsewhere)

    assert [traveller.physician_id] == ids(before.physicians)
    assert (NOBODY, NOBODY) == (before.drafts, before.filings)
    assert Blockers(NOBODY, NOBODY, NOBODY) == asked(journeys)


def test_the_first_ones_are_told_and_how_many_there_are(stored: Journeys) -> None:
    """Of each kind no more than asked for, by id, and the number of all."""
    world = stored.world
    travellers = [stored.newcomer(department_id=stored.department_id) for _ in range(3)]
    for traveller in travellers:
        stored.lead(traveller, "awaiting_registration")
        draft = Save(filing(stored.department_id))
        world.send(traveller.principal, "assessment", traveller.case_id, "save", draft)
    found = asked(stored, limit=2)

    assert (3, sorted(one.physician_id for one in travellers)[:2]) == (
        found.physicians.total,
        ids(found.physicians),
    )
    assert (3, sorted(one.case_id for one in travellers)[:2]) == (found.drafts.total, ids(found.drafts))


def test_the_institution_and_those_above_may_ask(journeys: Journeys) -> None:
    """Each of them is told the same; so is the system."""
    world = journeys.world
    journeys.newcomer(department_id=journeys.department_id)
    told = {
        asked(journeys, one) for one in (world.hospital, world.county, world.city, world.province, SYSTEM)
    }

    assert [1] == [found.physicians.total for found in told]


def test_who_only_sees_the_department_may_not_ask(journeys: Journeys) -> None:
    """Its physicians choose it, its agency and an auditor see it: whom it holds is not their affair."""
    world = journeys.world
    auditor = attrs.evolve(world.county, account_id="auditor", kind=AccountKind.AUDITOR)

    for principal in (journeys.newcomer().principal, world.agency, auditor):
        with pytest.raises(NotPermitted):
            asked(journeys, principal)


def test_for_others_there_is_no_such_department(journeys: Journeys) -> None:
    """Another institution, another county, a session for the first password; an id that is none."""
    world = journeys.world
    locked = attrs.evolve(world.hospital, init_only=True)

    for principal in (journeys.elsewhere, journeys.neighbour, locked):
        with pytest.raises(NotFound):
            asked(journeys, principal)
    with pytest.raises(NotFound):
        world.application.blockers.show(world.hospital, "nothing")


@pytest.mark.parametrize("limit", [0, 201])
def test_the_number_of_rows_is_bounded(journeys: Journeys, limit: int) -> None:
    """1–200."""
    with pytest.raises(InputInvalid) as caught:
        asked(journeys, limit=limit)

    assert ["limit-out-of-range"] == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("limit", [1, 200])
def test_both_bounds_are_fine(journeys: Journeys, limit: int) -> None:
    """The fewest and the most rows."""

    assert NOBODY == asked(journeys, limit=limit).physicians
