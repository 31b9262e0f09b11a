"""疑似作弊 by a photo of the sitting: what is taken as evidence, and when the suspect knows of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.send import Receipt
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.evaluation.events import DeliverStart, RecordPhoto
from kaohe_workflow.testing.files import hand_in, png
from kaohe_workflow.testing.journeys import SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import noon
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import AccountKind, CheatingManner, PaperKind, Stage
from tests.unit.application.world.steps import case_of

HUMANITIES = PaperKind.HUMANITIES
START = noon(SITTING_DAY)


def several(journeys: Journeys, number: int) -> list[tuple[Traveller, AttachmentId]]:
    """People who sit a paper, each with the photo that a platform has delivered for it."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(number)]
    journeys.not_before(SITTING_DAY)
    journeys.world.clock.set(max(journeys.world.clock.now(), START + timedelta(seconds=1)))
    return [(traveller, _photograph(journeys, traveller)) for traveller in travellers]


def _photograph(journeys: Journeys, traveller: Traveller) -> AttachmentId:
    world, paper = journeys.world, journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    start = DeliverStart(started_at=START, identity_checked=True)
    world.send(SYSTEM, "evaluation", paper, "deliver_start", start)
    file = hand_in(world.application, SYSTEM, png())
    photo = RecordPhoto(taken_at=START, name="1", similarity=Decimal(12), source="test", file=file)
    world.application.door.send(SYSTEM, "evaluation", paper, "record_photo", photo)
    return file


def photographed(journeys: Journeys) -> tuple[Traveller, AttachmentId]:
    """Somebody who sits a paper, and the photo."""
    (one,) = several(journeys, 1)
    return one


def suspicion(journeys: Journeys, traveller: Traveller, *evidence: AttachmentId) -> Mark:
    return Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=evidence,
        assessment_id=traveller.case_id,
        evaluation_id=journeys.papers(traveller)[Stage.FIRST, HUMANITIES],
    )


def send(journeys: Journeys, by: Principal, mark: str | None, event: str, payload: Any) -> Receipt:
    return journeys.world.application.door.send(by, "cheating", mark, event, payload, reason="与本人不符")


@pytest.mark.manual("S-84")
def test_the_photo_of_the_sitting_is_evidence(stored: Journeys) -> None:
    """Whoever may mark names the photo that was delivered for the paper, without handing it in anew (手册 2.2.9)."""
    world = stored.world
    offices = (world.hospital, world.agency, world.county, world.province)
    for by, (traveller, photo) in zip(offices, several(stored, 4), strict=True):
        mark = send(stored, by, None, "mark", suspicion(stored, traveller, photo)).id

        assert (photo,) == case_of(world, "cheating", mark).record.evidence
    assert () == world.application.verification.run().findings


@pytest.mark.manual("S-85")
def test_a_decision_rests_on_photos_too(stored: Journeys) -> None:
    """The province names another photo of the paper than the mark did."""
    world = stored.world
    traveller, photo = photographed(stored)
    own = hand_in(world.application, world.hospital)
    mark = send(stored, world.hospital, None, "mark", suspicion(stored, traveller, own)).id
    stored.report(mark)
    stored.not_before(SITTING_DAY + timedelta(days=30))
    send(stored, stored.colleague, mark, "confirm", Confirm(evidence=(photo,)))

    assert (own, photo) == case_of(world, "cheating", mark).record.evidence


def refused(journeys: Journeys, by: Principal, mark: str | None, event: str, payload: Any) -> list[str]:
    with pytest.raises(InputInvalid) as caught:
        send(journeys, by, mark, event, payload)
    return [f"{problem.path} {problem.code}" for problem in caught.value.problems]


def test_a_photo_of_another_paper_is_no_evidence(stored: Journeys) -> None:
    """Neither somebody else's photo, nor that of a paper which is none of the assessment that is named."""
    world = stored.world
    (one, _), (other, photo) = several(stored, 2)
    misnamed = attrs.evolve(suspicion(stored, other, photo), assessment_id=one.case_id)
    unknown = ["$.payload.evidence[0] attachment-unknown"]

    assert unknown == refused(stored, world.hospital, None, "mark", suspicion(stored, one, photo))
    assert unknown == refused(stored, world.hospital, None, "mark", misnamed)


def test_the_physician_does_not_name_photos(stored: Journeys) -> None:
    """Who states the case hands in what is the physician's own; photos are for those who watch."""
    world = stored.world
    traveller, photo = photographed(stored)
    own = hand_in(world.application, world.hospital)
    mark = send(stored, world.hospital, None, "mark", suspicion(stored, traveller, own)).id
    stored.report(mark)
    statement = StateCase(statement="本人参加测评", files=(photo,))

    assert ["$.payload.files[0] attachment-unknown"] == refused(
        stored, traveller.principal, mark, "state_case", statement
    )


def knows(journeys: Journeys, who: Principal, mark: str, photo: AttachmentId) -> list[bool]:
    """Whether somebody reads the mark, its evidence and history, what may be done about it, and finds it listed."""
    application = journeys.world.application
    cases = application.cases
    ways = (
        lambda: cases.get(who, "cheating", mark),
        lambda: cases.history(who, "cheating", mark),
        lambda: application.attachments.of_case(who, "cheating", mark, photo),
        lambda: application.door.explain(who, "cheating", mark),
    )
    told = []
    for way in ways:
        try:
            way()
        except NotFound:
            told.append(False)
        else:
            told.append(True)
    listed = application.lists.page(who, "marks", {"evaluation_id": evaluation(journeys, mark)}).rows
    counted = application.lists.count(who, "marks", {})
    return [*told, mark in {row["id"] for row in listed}, bool(sum(counted.values()))]


def evaluation(journeys: Journeys, mark: str) -> str:
    return str(case_of(journeys.world, "cheating", mark).record.evaluation_id)


def account_of(journeys: Journeys, traveller: Traveller) -> Principal:
    """The physician by an account that is on record, as a look at a file asks for."""
    filters = {"physician_id": traveller.physician_id}
    (row,) = journeys.world.application.lists.page(SYSTEM, "accounts", filters).rows
    return attrs.evolve(traveller.principal, account_id=str(row["id"]))


@pytest.mark.manual("S-83", "S-84", "M: state one's case before a cheating decision")
def test_the_suspect_knows_from_the_hearing_on(stored: Journeys) -> None:
    """
    While only suspected, the physician reads neither mark nor evidence; reported, decided and excluded, both. Who was
    told of a mark goes on reading it, also when it is set again.
    """
    world = stored.world
    traveller, photo = photographed(stored)
    physician = account_of(stored, traveller)
    mark = send(stored, world.hospital, None, "mark", suspicion(stored, traveller, photo)).id
    suspected = knows(stored, physician, mark, photo)
    stored.report(mark)
    heard = knows(stored, physician, mark, photo)
    world.send(world.province, "cheating", mark, "exclude", reason="系本人")
    decided = knows(stored, physician, mark, photo)
    send(
        stored,
        world.county,
        mark,
        "mark",
        suspicion(stored, traveller, hand_in(world.application, world.county)),
    )

    assert [False] * 6 == suspected
    assert [True] * 6 == heard == decided == knows(stored, physician, mark, photo)


def test_a_mark_that_was_taken_away_was_never_told(stored: Journeys) -> None:
    """Who was marked by mistake, and never heard, does not learn of it."""
    world = stored.world
    traveller, photo = photographed(stored)
    mark = send(stored, world.hospital, None, "mark", suspicion(stored, traveller, photo)).id
    world.send(world.county, "cheating", mark, "unmark", reason="误标")

    assert [False] * 6 == knows(stored, account_of(stored, traveller), mark, photo)


def test_those_who_watch_know_at_once(journeys: Journeys) -> None:
    """Institution, agency, administrations and an auditor of the area."""
    world = journeys.world
    traveller, photo = photographed(journeys)
    mark = send(journeys, world.hospital, None, "mark", suspicion(journeys, traveller, photo)).id
    cases = world.application.cases
    auditor = attrs.evolve(world.county, account_id="auditor", kind=AccountKind.AUDITOR)
    for who in (world.hospital, world.agency, world.county, world.province, auditor):
        assert (photo,) == cases.get(who, "cheating", mark).record.evidence
        assert 1 == sum(world.application.lists.count(who, "marks", {}).values())


@pytest.mark.manual("S-83")
def test_the_list_of_papers_does_not_tell_the_suspect(stored: Journeys) -> None:
    """Of the own paper neither mark nor photos are shown, and neither is asked for nor counted by."""
    world, lists = stored.world, stored.world.application.lists
    traveller, photo = photographed(stored)
    before = lists.page(traveller.principal, "papers", {}).rows
    send(stored, world.hospital, None, "mark", suspicion(stored, traveller, photo))
    after = lists.page(traveller.principal, "papers", {}).rows
    (watched,) = [row for row in lists.page(world.hospital, "papers", {}).rows if row["mark_state"]]

    assert before == after
    assert {None} == {row[name] for row in after for name in ("mark_id", "usable_photos", "photos_sparse")}
    assert ("suspected", 1) == (watched["mark_state"], watched["usable_photos"])
    for filters in ({"mark_state": "suspected"}, {"low_similarity": "true"}):
        with pytest.raises(InputInvalid):
            lists.page(traveller.principal, "papers", filters)
    with pytest.raises(InputInvalid):
        lists.count(traveller.principal, "papers", {}, by=["mark_state"])
