"""The door takes no file that its sender has not handed in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.attachments import UNUSED_FOR
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Declined, Done
from kaohe_workflow.errors import InputInvalid, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import EnterPenalty
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import ReturnCode


@pytest.fixture
def journeys(stored: Journeys) -> Journeys:
    """Physicians of a world in each kind of store."""
    return stored


def apply(traveller: Traveller, *files: str) -> Apply:
    return Apply(
        ground="residency_training",
        certificate_on=date(2021, 7, 1),
        none_excluded=True,
        attachments=files,
        assessment_id=traveller.case_id,
    )


def refused(journeys: Journeys, principal: Principal, payload: Any, *about: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputInvalid) as caught:
        journeys.world.application.door.send(principal, *about, payload)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def test_only_the_senders_own_files_are_taken(journeys: Journeys) -> None:
    """Made-up ids and other people's files are told with their places; nothing has happened."""
    application, traveller = journeys.world.application, journeys.to("awaiting_assessment")
    own, others = hand_in(application, traveller.principal), hand_in(application, journeys.world.hospital)
    payload = apply(traveller, own, "made-up", others)
    about = ("exemption", None, "apply")

    assert [
        ("$.payload.attachments[1]", "attachment-unknown"),
        ("$.payload.attachments[2]", "attachment-unknown"),
    ] == refused(journeys, traveller.principal, payload, *about)
    made = application.door.send(traveller.principal, *about, apply(traveller, own))
    assert (own,) == application.cases.get(traveller.principal, "exemption", made.id).record.attachments


def test_a_colleague_goes_on_with_what_the_office_has_handed_in(journeys: Journeys) -> None:
    """Files of an organisation are for all of its accounts."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    file = hand_in(world.application, world.county)
    colleague = attrs.evolve(world.county, account_id="another", operator_id="another")
    payload = EnterPenalty(
        decided_on=date(2021, 7, 1),
        authority="县卫生健康局",
        kind=PenaltyKind.WARNING,
        text="警告",
        evidence=(file,),
    )

    assert world.application.door.send(
        colleague, "affiliation", traveller.physician_id, "record_penalty", payload
    )


def test_what_the_case_names_may_be_named_again(journeys: Journeys) -> None:
    """Whoever applies again need not upload again, though the file is not the account's."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    (file,) = world.application.cases.get(world.hospital, "exemption", exemption).record.attachments
    world.send(
        world.hospital, "exemption", exemption, "return", Return(ReturnCode.INCOMPLETE), reason="看不清"
    )
    moved = attrs.evolve(traveller.principal, account_id="new-account")
    again = attrs.evolve(apply(traveller, file), assessment_id=None)

    assert world.application.door.send(moved, "exemption", exemption, "apply", again)


def test_one_bad_row_of_a_bulk_stops_nobody_else(journeys: Journeys) -> None:
    """Each row is looked at by itself."""
    world = journeys.world
    first, other = (journeys.to("awaiting_assessment") for _ in range(2))
    penalty = EnterPenalty(
        decided_on=date(2021, 7, 1), authority="县卫生健康局", kind=PenaltyKind.WARNING, text="警告"
    )
    good = attrs.evolve(penalty, evidence=(hand_in(world.application, world.county),))
    bad = attrs.evolve(penalty, evidence=("made-up",))
    outcomes = world.application.door.send_many(
        world.county,
        "affiliation",
        "record_penalty",
        [Item(first.physician_id, bad), Item(other.physician_id, good)],
    )

    assert [Declined, Done] == [type(outcome) for outcome in outcomes]


def test_a_file_that_a_case_names_stays(journeys: Journeys) -> None:
    """Refused, it is cleared away after its time; accepted, never."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    application = world.application
    kept, left = (hand_in(application, traveller.principal, content) for content in (b"kept", b"left"))
    wrong = attrs.evolve(apply(traveller, left), ground="no-such-ground")
    with pytest.raises(TransitionRefused):
        application.door.send(traveller.principal, "exemption", None, "apply", wrong)
    made = application.door.send(traveller.principal, "exemption", None, "apply", apply(traveller, kept))
    world.clock.advance(UNUSED_FOR + timedelta(days=1))
    application.attachments.clear_away()
    with application.store.begin(write=False) as unit:
        there = unit.attachments([kept, left])

    assert [kept] == list(there)
    assert b"kept" == application.attachments.of_case(world.hospital, "exemption", made.id, kept).content
    assert () == application.verification.run().findings


def test_verification_misses_a_named_file(journeys: Journeys) -> None:
    """A case that names a file which is gone is a finding; so is a file that would be cleared away though named."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    exemption = journeys.apply_for_exemption(traveller)
    (file,) = world.application.cases.get(world.hospital, "exemption", exemption).record.attachments
    found = []
    with world.application.store.begin() as unit:
        row = unit.attachments([file])[file]
    for known in (attrs.evolve(row, id="another"), row):
        _replace(world, file, known)
        found.append({(one.where, one.code) for one in world.application.verification.run().findings})

    assert (
        (f"exemption/{exemption}", "reference") in found[0],
        (f"attachment/{file}", "unused") in found[1],
    ) == (
        True,
        True,
    )


def _replace(world: World, id: str, known: Any) -> None:
    """Write over the table as nobody may: take a row away, put another one there that nothing has named."""
    store = world.application.store
    with store.begin() as unit:
        row = unit.attachments([id]).get(id)
        if row is not None:
            _unuse(world, unit, id)
            unit.drop_attachments([id])
        unit.add_attachment(attrs.evolve(known, used=False))
        unit.commit()


def _unuse(world: World, unit: Any, id: str) -> None:
    layer = getattr(unit, "_layer", None)
    if layer is not None:
        found = layer("attachment").get(id)
        layer("attachment").put(id, attrs.evolve(found, used=False))
    else:
        mark = unit._wire.dialect.mark
        unit._wire.change(
            f"UPDATE attachment SET used = {mark} WHERE id = {mark}", (unit._wire.dialect.to(False), id)
        )
