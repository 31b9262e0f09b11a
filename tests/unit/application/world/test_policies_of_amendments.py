"""What follows from 医师信息修改申请, and what of it follows from people who come and go: one test a policy."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.lines import Item
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import Level
from tests.unit.application.world.steps import case_of, cause_of_last, end, events_of, found, leave, take_in

pytestmark = pytest.mark.manual("S-53", "M: info-amendment review", "M: info amendment: request, withdraw")

NUMBER = person(900).id_number


def state(journeys: Journeys, amendment: str) -> str:
    return journeys.world.state_of("amendment", amendment)


def renumbered(journeys: Journeys, traveller: Traveller, number: str = NUMBER) -> str:
    """An application for another number that the institution has passed on."""
    amendment = journeys.ask_for_correction(traveller, LockedField.ID_NUMBER, number)
    journeys.world.send(journeys.world.hospital, "amendment", amendment, "pass")
    return amendment


@pytest.mark.manual("N-1.10", "S-I3")
def test_correct_physician(stored: Journeys) -> None:
    """What has been passed stands in the roster from the same moment on; the former value is kept."""
    world = stored.world
    traveller = stored.newcomer()
    amendment = stored.ask_for_correction(traveller, LockedField.LEVEL, "assistant")
    world.send(world.hospital, "amendment", amendment, "pass")
    (row,) = world.application.lists.page(world.hospital, "physicians", {"level": "assistant"}).rows

    assert ("effective", "licensed") == (
        state(stored, amendment),
        case_of(world, "amendment", amendment).record.former,
    )
    assert Level.ASSISTANT is case_of(world, "affiliation", traveller.physician_id).record.level
    assert traveller.physician_id == row["id"]
    assert "correct_physician" == cause_of_last(world, "affiliation", traveller.physician_id)


@pytest.mark.manual("N-1.10")
def test_rename_account(stored: Journeys) -> None:
    """Who has another number logs in with it, and is found by it; the number given up is free."""
    world = stored.world
    traveller = stored.newcomer()
    amendment = renumbered(stored, traveller)

    assert "awaiting_administration" == state(stored, amendment)

    world.send(world.county, "amendment", amendment, "pass")
    (account,) = found(world, "account", "physician_id", traveller.physician_id)
    rows = world.application.lists.page(world.hospital, "physicians", {"id_number": NUMBER}).rows
    gone = world.application.lists.page(world.hospital, "physicians", {"id_number": traveller.id_number}).rows

    assert NUMBER == account.record.login
    assert [traveller.physician_id] == [row["id"] for row in rows]
    assert [] == list(gone)
    assert () == world.application.verification.run().findings


def test_a_number_is_looked_at_again_in_the_end(journeys: Journeys) -> None:
    """Somebody else was given the number meanwhile: the administration's pass is refused and changes nothing."""
    world = journeys.world
    traveller, other = journeys.newcomer(), journeys.newcomer()
    amendments = [renumbered(journeys, one) for one in (traveller, other)]
    world.send(world.county, "amendment", amendments[0], "pass")
    with pytest.raises(TransitionRefused) as refusal:
        world.send(world.county, "amendment", amendments[1], "pass")

    assert ["number_free"] == [reason.name for reason in refusal.value.reasons]
    assert "awaiting_administration" == state(journeys, amendments[1])


def test_two_do_not_get_one_number_in_one_bulk(journeys: Journeys) -> None:
    """Passed together, the first gets the number, the second is refused."""
    world = journeys.world
    amendments = [renumbered(journeys, journeys.newcomer()) for _ in range(2)]
    items = [Item(amendment) for amendment in amendments]
    outcomes = world.application.door.send_many(world.county, "amendment", "pass", items)
    told = [type(outcome).__name__ for outcome in outcomes]

    assert ["effective", "awaiting_administration"] == [state(journeys, one) for one in amendments]
    assert ["Done", "Declined"] == told


def test_move_amendments(stored: Journeys) -> None:
    """An application goes along with the physician who is moved: the new institution decides."""
    world = stored.world
    traveller = stored.newcomer()
    amendment = stored.ask_for_correction(traveller)
    payload = ForceMove(str(stored.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", payload, reason="撤并")
    world.send(stored.elsewhere, "amendment", amendment, "pass")

    assert "effective" == state(stored, amendment)


def test_refer_amendments_of_unattached(stored: Journeys) -> None:
    """Who is attached nowhere has no institution that decides: the administration does."""
    world = stored.world
    traveller = stored.newcomer()
    amendment = stored.ask_for_correction(traveller)
    leave(stored, traveller)

    assert "awaiting_administration" == state(stored, amendment)

    take_in(stored, traveller)

    assert ["create", "refer", "move"] == events_of(world, "amendment", amendment)
    assert "awaiting_administration" == state(stored, amendment)


def test_who_is_attached_nowhere_asks_the_administration(journeys: Journeys) -> None:
    """The former institution decides nothing any more."""
    traveller = journeys.newcomer()
    leave(journeys, traveller)

    assert "awaiting_administration" == state(journeys, journeys.ask_for_correction(traveller))


def test_withdraw_amendments_of_physician(stored: Journeys) -> None:
    """Who has left, or was deleted, needs no correction."""
    left, deleted = stored.newcomer(), stored.newcomer()
    amendments = [stored.ask_for_correction(one) for one in (left, deleted)]
    end(stored, left)
    stored.world.send(stored.world.hospital, "affiliation", deleted.physician_id, "delete")

    assert ["withdrawn", "withdrawn"] == [state(stored, one) for one in amendments]


def test_an_institution_that_lets_it_lie_has_decided_nothing(stored: Journeys) -> None:
    """After ten days the application is the administration's, swept or not; the institution is too late."""
    world = stored.world
    amendment = stored.ask_for_correction(stored.newcomer())
    due = case_of(world, "amendment", amendment).record.requested_at
    world.clock.set(due.replace(day=12, hour=4))
    with pytest.raises(TransitionRefused):
        world.send(world.hospital, "amendment", amendment, "pass")
    world.application.timers.sweep()

    assert "awaiting_administration" == state(stored, amendment)
    assert SYSTEM.account_id == world.application.cases.history(SYSTEM, "amendment", amendment)[-1].account_id


def test_an_institution_asks_for_its_physician(journeys: Journeys) -> None:
    """It may ask, and then it does not decide: nobody approves his own (信息修改申请)."""
    world = journeys.world
    payload = CreateAmendment(
        physician_id=journeys.newcomer().physician_id,
        field=LockedField.NAME,
        value="韦晓玫",
        attachments=("proof",),
    )
    amendment = world.send(world.hospital, "amendment", None, "create", payload).id

    assert "awaiting_administration" == state(journeys, amendment)
    assert 1 == world.application.home.show(world.county).amendment_awaiting


@pytest.mark.manual("S-20")
def test_one_application_a_field_waits(stored: Journeys) -> None:
    """Another field may be asked for beside it, and the same again once it is decided."""
    world = stored.world
    traveller = stored.newcomer()
    first = stored.ask_for_correction(traveller)
    stored.ask_for_correction(traveller, LockedField.CATEGORY, "dental")
    with pytest.raises(TransitionRefused) as refusal:
        stored.ask_for_correction(traveller, value="1994-12-31")

    assert "only_application" in {getattr(reason, "name", "") for reason in refusal.value.reasons}
    assert 2 == world.application.home.show(world.hospital).amendment_awaiting

    world.send(world.hospital, "amendment", first, "return", reason="证明不清")

    assert "pending" == state(stored, stored.ask_for_correction(traveller, value="1994-12-31"))


@pytest.mark.manual("M: stamp; replace a certificate")
def test_replace_amended_certificate(stored: Journeys) -> None:
    """A numbered paper with the old name is void, and the next one says the new name under another number."""
    world = stored.world
    traveller = stored.to("qualified")
    (old,) = stored.certificates(traveller)
    world.application.certificates.issue(world.hospital, old)
    amendment = stored.ask_for_correction(traveller, LockedField.NAME, "韦晓玫")
    world.send(world.hospital, "amendment", amendment, "pass")
    world.send(world.county, "amendment", amendment, "pass")
    (new,) = set(stored.certificates(traveller)) - {old}
    world.application.certificates.issue(world.hospital, new)

    assert {old: "void", new: "generated"} == stored.certificates(traveller)
    assert "韦晓玫" == case_of(world, "certificate", new).record.face.name
    assert () == world.application.verification.run().findings


def test_a_paper_that_says_the_same_stays(journeys: Journeys) -> None:
    """Another field than name and number is not what the paper is known by."""
    traveller = journeys.to("qualified")
    (certificate,) = journeys.certificates(traveller)
    journeys.world.application.certificates.issue(journeys.world.hospital, certificate)
    amendment = journeys.ask_for_correction(traveller)
    journeys.world.send(journeys.world.hospital, "amendment", amendment, "pass")

    assert {certificate: "generated"} == journeys.certificates(traveller)
