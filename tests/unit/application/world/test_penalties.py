"""行政处罚: who reports and who records them, and what a recorded one does to a registration."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import Penalty, PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import EnterPenalty
from kaohe_workflow.testing.journeys import SIMPLIFIED, Journeys, Traveller
from tests.unit.application.world.steps import case_of, leave

DAY = timedelta(days=1)
DECIDED = EnterPenalty(
    decided_on=date(2022, 12, 31),
    authority="县卫生健康局",
    kind=PenaltyKind.WARNING,
    text="违反诊疗规范，予以警告。",
    evidence=("decision",),
)


Entered = tuple[EnterPenalty, ...]


def entered(penalties: tuple[Penalty, ...]) -> Entered:
    """What was entered of these, in their order."""
    return tuple(
        EnterPenalty(
            decided_on=one.decided_on,
            authority=one.authority,
            kind=one.kind,
            text=one.text,
            evidence=one.evidence,
        )
        for one in penalties
    )


def kept(journeys: Journeys, traveller: Traveller) -> tuple[Entered, Entered]:
    """What is reported and what is recorded of a physician."""
    record = case_of(journeys.world, "affiliation", traveller.physician_id).record
    return entered(record.reported_penalties), entered(record.recorded_penalties)


@pytest.mark.manual("M: enter penalties", "N-3.9")
def test_recorded_penalty_takes_the_ground_away(stored: Journeys) -> None:
    """简易程序 by twelve years needs a clean cycle: a recorded penalty refuses it, whatever is declared."""
    world, traveller = stored.world, stored.newcomer()
    stored.lead(traveller, "awaiting_registration")
    world.send(world.county, "affiliation", traveller.physician_id, "record_penalty", DECIDED)
    with pytest.raises(TransitionRefused) as caught:
        stored.lead(traveller, "awaiting_institution_review", **SIMPLIFIED, bad_record=False)

    assert "bad_record" in repr(caught.value.reasons)
    assert stored.state(traveller) == "awaiting_registration"

    stored.lead(traveller, "awaiting_institution_review", bad_record=False)

    assert stored.state(traveller) == "awaiting_institution_review"


@pytest.mark.manual("M: enter penalties", "N-3.9")
@pytest.mark.parametrize("end", ["first", "last"])
def test_penalty_of_another_cycle_takes_nothing_away(journeys: Journeys, end: str) -> None:
    """The day before the cycle and the day after it are in another one."""
    world, traveller = journeys.world, journeys.newcomer()
    cycle = case_of(world, "cycle", world.cycle_id).record
    day = cycle.first_day - DAY if end == "first" else cycle.last_day + DAY
    payload = attrs.evolve(DECIDED, decided_on=day)
    world.send(world.county, "affiliation", traveller.physician_id, "record_penalty", payload)
    journeys.lead(traveller, "awaiting_institution_review", **SIMPLIFIED)

    assert journeys.state(traveller) == "awaiting_institution_review"


@pytest.mark.manual("M: enter penalties")
def test_reported_penalty_is_told_and_counts_for_nothing(stored: Journeys) -> None:
    """Institution and assessment institution only report; the administration has not found anything yet."""
    world, traveller = stored.world, stored.newcomer()
    other = attrs.evolve(DECIDED, kind=PenaltyKind.FINE)
    world.send(world.hospital, "affiliation", traveller.physician_id, "report_penalty", DECIDED)
    world.send(world.agency, "affiliation", traveller.physician_id, "report_penalty", other)
    stored.lead(traveller, "awaiting_institution_review", **SIMPLIFIED)

    assert ((DECIDED, other), ()) == kept(stored, traveller)
    assert stored.state(traveller) == "awaiting_institution_review"


@pytest.mark.manual("M: enter penalties", "N-3.9")
@pytest.mark.parametrize("part", ["county", "city", "province"])
def test_every_administration_above_records(journeys: Journeys, part: str) -> None:
    """The area of an administration is everything below it; who waits to be taken in still belongs to it."""
    world, traveller = journeys.world, journeys.newcomer()
    leave(journeys, traveller)
    world.send(getattr(world, part), "affiliation", traveller.physician_id, "record_penalty", DECIDED)

    assert ((), (DECIDED,)) == kept(journeys, traveller)


@pytest.mark.manual("M: enter penalties")
@pytest.mark.parametrize(
    ("part", "event", "error"),
    [
        ("physician", "report_penalty", NotPermitted),
        ("physician", "record_penalty", NotPermitted),
        ("hospital", "record_penalty", NotPermitted),
        ("agency", "record_penalty", NotPermitted),
        ("elsewhere", "report_penalty", NotFound),
        ("neighbour", "record_penalty", NotFound),
    ],
)
def test_nobody_else_enters_penalties(
    journeys: Journeys, part: str, event: str, error: type[Exception]
) -> None:
    """Within the scope it is forbidden, outside it there is no such physician."""
    world, traveller = journeys.world, journeys.newcomer()
    parts = {"physician": traveller.principal, "hospital": world.hospital, "agency": world.agency}
    parts |= {"elsewhere": journeys.elsewhere, "neighbour": journeys.neighbour}
    with pytest.raises(error):
        world.send(parts[part], "affiliation", traveller.physician_id, event, DECIDED)

    assert ((), ()) == kept(journeys, traveller)


def notices_of(journeys: Journeys, traveller: Traveller) -> dict[str, list[str]]:
    """What of penalties lies in each inbox, of one physician."""
    world = journeys.world
    inboxes = {
        "physician": traveller.principal,
        "hospital": world.hospital,
        "agency": world.agency,
        "county": world.county,
        "city": world.city,
    }
    return {
        name: [
            notice.text
            for notice in world.application.inbox.page(principal, limit=200).notices
            if notice.lifecycle == "affiliation" and notice.case_id == traveller.physician_id
        ]
        for name, principal in inboxes.items()
    }


def count(told: dict[str, list[str]]) -> dict[str, int]:
    return {name: len(texts) for name, texts in told.items() if texts}


@pytest.mark.manual("M: enter penalties", "R-17.1")
@pytest.mark.parametrize("part", ["hospital", "agency"])
def test_whoever_must_record_is_told_of_a_report(stored: Journeys, part: str) -> None:
    """What is reported waits for the administration above the institution; nobody else is told before it counts."""
    world, traveller = stored.world, stored.newcomer()
    world.send(getattr(world, part), "affiliation", traveller.physician_id, "report_penalty", DECIDED)
    told = notices_of(stored, traveller)

    assert {"county": 1} == count(told)
    assert "县卫生健康局于2022年12月31日作出，警告" in told["county"][0]


@pytest.mark.manual("M: enter penalties", "R-17.1")
@pytest.mark.parametrize("part", ["county", "city"])
def test_a_recorded_penalty_is_told(stored: Journeys, part: str) -> None:
    """It counts: the physician and the institution are told, and the agency is given it (考核办法 第十七条)."""
    world, traveller = stored.world, stored.newcomer()
    world.send(getattr(world, part), "affiliation", traveller.physician_id, "record_penalty", DECIDED)
    told = notices_of(stored, traveller)

    assert {"physician": 1, "hospital": 1, "agency": 1} == count(told)
    assert "县卫生健康局于2022年12月31日作出，警告" in told["physician"][0]
