"""行政处罚 entered by mistake: who withdraws it, and what counts no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.affiliation.case import PenaltyKind
from kaohe_workflow.lifecycles.affiliation.events import ForceMove, WithdrawPenalty
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding, Submit
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.result_review.events import Change
from kaohe_workflow.testing.journeys import SIMPLIFIED, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.testing.worlds import filing
from tests.unit.application.world.following import cancel, follow_ups, to_cancellation
from tests.unit.application.world.steps import case_of, cause_of_last, refused
from tests.unit.application.world.test_merging import merge
from tests.unit.application.world.test_penalties import DECIDED, kept
from tests.unit.application.world.test_reviews import answer, apply, later, received

WORD = "处罚决定的当事人是同名的另一名医师"


def withdraw(journeys: Journeys, traveller: Traveller, sender: Any, number: int = 1) -> None:
    """Withdraw a penalty."""
    at = (sender, "affiliation", traveller.physician_id, "withdraw_penalty", WithdrawPenalty(number))
    journeys.world.send(*at, reason=WORD)


def refusal(journeys: Journeys, traveller: Traveller, sender: Any, number: int = 1) -> list[str]:
    """What refuses it."""
    at = (sender, "affiliation", traveller.physician_id, "withdraw_penalty", WithdrawPenalty(number))
    return refused(journeys.world, *at, reason=WORD)


def record(journeys: Journeys, traveller: Traveller, sender: Any, event: str = "record_penalty") -> None:
    """Enter a penalty."""
    journeys.world.send(sender, "affiliation", traveller.physician_id, event, DECIDED)


def lost(journeys: Journeys, traveller: Traveller) -> bool:
    return bool(case_of(journeys.world, "assessment", traveller.case_id).record.ground_lost)


@pytest.mark.manual("M: enter penalties", "N-3.9")
def test_withdrawn_it_counts_no_more(stored: Journeys) -> None:
    """Twelve clean years are clean again, and 简易程序 is open; who was penalised and the hospital are told why."""
    world, traveller = stored.world, stored.newcomer()
    stored.lead(traveller, "awaiting_registration")
    record(stored, traveller, world.county)
    withdraw(stored, traveller, world.county)
    stored.lead(traveller, "awaiting_institution_review", **SIMPLIFIED, bad_record=False)
    for reader in (traveller.principal, world.hospital):
        texts = [notice.text for notice in world.application.inbox.page(reader, limit=200).notices]

        assert [True] == [WORD in text for text in texts if "行政处罚登记已于" in text]
    assert "awaiting_institution_review" == stored.state(traveller)
    assert ((), (DECIDED,)) == kept(stored, traveller)
    assert () == world.application.verification.run().findings


def test_the_mark_of_a_lost_ground_goes(journeys: Journeys) -> None:
    """A file that had been sat was only marked; with the mistake gone its ground holds again, and the mark goes."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment", **SIMPLIFIED)
    journeys.not_before(SITTING_DAY)
    (paper,) = journeys.papers(traveller).values()
    journeys.start(paper)
    record(journeys, traveller, world.county)

    assert lost(journeys, traveller)

    withdraw(journeys, traveller, world.county)

    assert not lost(journeys, traveller)
    assert "mark_fallen_file" == cause_of_last(world, "assessment", traveller.case_id)


@pytest.mark.manual("M: enter penalties")
@pytest.mark.parametrize(
    ("by", "event", "sender", "names"),
    [
        ("hospital", "report_penalty", "hospital", None),
        ("agency", "report_penalty", "agency", None),
        ("hospital", "report_penalty", "county", None),
        ("county", "record_penalty", "county", None),
        ("county", "record_penalty", "city", None),
        ("county", "record_penalty", "province", None),
        ("city", "record_penalty", "county", ["penalty_ours"]),
        ("county", "record_penalty", "hospital", ["penalty_ours"]),
        ("hospital", "report_penalty", "agency", ["penalty_ours"]),
        ("agency", "report_penalty", "hospital", ["penalty_ours"]),
    ],
)
def test_who_withdraws(journeys: Journeys, by: str, event: str, sender: str, names: list[str] | None) -> None:
    """Who has entered it, and every administration above; nobody else of those who see it."""
    world, traveller = journeys.world, journeys.newcomer()
    record(journeys, traveller, getattr(world, by), event)
    if names is not None:
        assert names == refusal(journeys, traveller, getattr(world, sender))
        return
    withdraw(journeys, traveller, getattr(world, sender))

    assert ["penalty_standing"] == refusal(journeys, traveller, getattr(world, sender))


def test_the_physician_withdraws_nothing(journeys: Journeys) -> None:
    """It is about the physician, and not the physician's; of another area there is no such physician."""
    world, traveller = journeys.world, journeys.newcomer()
    record(journeys, traveller, world.county)
    with pytest.raises(NotPermitted):
        withdraw(journeys, traveller, traveller.principal)
    with pytest.raises(NotFound):
        withdraw(journeys, traveller, journeys.neighbour)


def test_whoever_moved_is_withdrawn_from_above_both(journeys: Journeys) -> None:
    """The office left does not see the person any more, the new one has not entered it: who is above both withdraws."""
    world, traveller = journeys.world, journeys.newcomer()
    record(journeys, traveller, world.county)
    target = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", target, reason="诊所关闭")
    with pytest.raises(NotFound):
        withdraw(journeys, traveller, world.county)

    assert ["penalty_ours"] == refusal(journeys, traveller, journeys.neighbour)

    withdraw(journeys, traveller, world.city)


def test_a_number_that_is_not_there(journeys: Journeys) -> None:
    """Numbers begin with 1; one that was never given refuses both ways."""
    world, traveller = journeys.world, journeys.newcomer()
    record(journeys, traveller, world.county)
    for number in (-1, 0, 2):
        assert {"penalty_standing", "penalty_ours"} == set(refusal(journeys, traveller, world.county, number))


def test_what_was_withdrawn_is_not_merged(journeys: Journeys) -> None:
    """The record that is kept gets what stands; the withdrawn one is history of the other."""
    world, merged, remaining = journeys.world, journeys.newcomer(), journeys.newcomer()
    record(journeys, merged, world.county)
    withdraw(journeys, merged, world.county)
    merge(journeys, merged, remaining)

    assert ((), ()) == kept(journeys, remaining)
    assert ((), (DECIDED,)) == kept(journeys, merged)


@pytest.mark.manual("N-3.9", "R-17.1")
def test_what_is_reported_and_not_recorded_is_found(stored: Journeys) -> None:
    """
    The administration's to-do: until one of the same day and kind is recorded, or the report is withdrawn.
    """
    world, traveller, wrong = stored.world, stored.newcomer(), stored.newcomer()
    record(stored, stored.newcomer(), world.county)

    def waiting(sender: Any = world.county) -> set[str]:
        rows = world.application.lists.page(sender, "physicians", {"penalty_unrecorded": "true"}).rows
        return {str(row["id"]) for row in rows if row["penalty_unrecorded"]}

    before = waiting()
    record(stored, traveller, world.hospital, "report_penalty")
    record(stored, wrong, world.agency, "report_penalty")
    reported = waiting()
    in_other_words = attrs.evolve(DECIDED, authority="某县卫健局", text="警告")
    world.send(world.county, "affiliation", traveller.physician_id, "record_penalty", in_other_words)
    withdraw(stored, wrong, world.county)

    assert (set(), {traveller.physician_id, wrong.physician_id}, set()) == (before, reported, waiting())

    world.send(
        world.county,
        "affiliation",
        wrong.physician_id,
        "record_penalty",
        attrs.evolve(DECIDED, kind=PenaltyKind.FINE),
    )
    record(stored, wrong, world.hospital, "report_penalty")
    withdraw(stored, traveller, world.county, 2)

    assert {traveller.physician_id, wrong.physician_id} == waiting(world.province)
    assert set() == waiting(stored.neighbour)
    assert () == world.application.verification.run().findings


LATER = attrs.evolve(DECIDED, decided_on=date(2023, 6, 30), kind=PenaltyKind.FINE)


@pytest.mark.manual("N-3.9", "R-17.1")
def test_who_was_penalised_is_found(stored: Journeys) -> None:
    """
    The list of physicians shows and looks for the last penalty that stands, its day and its kind; both days count.
    """
    world, twice, once = stored.world, stored.newcomer(), stored.newcomer()
    stored.newcomer()
    record(stored, twice, world.county)
    record(stored, once, world.hospital, "report_penalty")
    world.send(world.county, "affiliation", twice.physician_id, "record_penalty", LATER)

    def listed(sender: Any = world.county, **filters: str) -> dict[str, tuple[Any, Any]]:
        rows = world.application.lists.page(sender, "physicians", filters).rows
        return {str(row["id"]): (row["penalised_on"], row["penalty_kind"]) for row in rows}

    first, last = (DECIDED.decided_on, "warning"), (LATER.decided_on, "fine")

    assert {twice.physician_id: last, once.physician_id: first} == listed(penalised_from="2022-12-31")
    assert {twice.physician_id: last} == listed(penalised_from="2023-01-01")
    assert {twice.physician_id: last} == listed(penalty_kind="fine")
    assert {once.physician_id: first} == listed(penalised_to="2023-06-29")
    assert {once.physician_id: first} == listed(physician_id=once.physician_id, penalty_kind="warning")
    assert {} == listed(stored.neighbour, penalised_from="1949-10-01")

    withdraw(stored, twice, world.county, 2)

    assert {twice.physician_id: first} == listed(physician_id=twice.physician_id)
    assert () == world.application.verification.run().findings


def unqualified(journeys: Journeys, state: str = "qualified") -> Traveller:
    """Somebody whose result is 不合格 for a penalty that was recorded: 第二十七条 第十四项, confirmed."""
    traveller = journeys.to(state)
    find(journeys, traveller)
    return traveller


def find(journeys: Journeys, traveller: Traveller) -> None:
    """A penalty is recorded, reported as 第二十七条 第十四项, and confirmed."""
    report(journeys, traveller)
    confirm(journeys, traveller)


def confirm(journeys: Journeys, traveller: Traveller) -> None:
    """The agency confirms the finding."""
    at = (journeys.world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))
    journeys.world.send(*at)


def report(journeys: Journeys, traveller: Traveller) -> None:
    """A penalty is recorded, and reported as 第二十七条 第十四项."""
    record(journeys, traveller, journeys.world.county)
    found = ReportFinding(
        ground=DirectGround.PENALISED, found_on=DECIDED.decided_on, text="受到行政处罚", evidence=("proof",)
    )
    journeys.world.send(journeys.world.county, "assessment", traveller.case_id, "report_finding", found)


def take_back(journeys: Journeys, traveller: Traveller) -> None:
    """The penalty is withdrawn, and with it the finding."""
    withdraw(journeys, traveller, journeys.world.county)
    at = ("assessment", traveller.case_id, "withdraw_finding", DecideFinding(1))
    journeys.world.send(journeys.world.county, *at, reason=WORD)


@pytest.mark.manual("R-24.1", "R-27")
@pytest.mark.parametrize("days", [0, 30])
def test_a_result_that_rested_on_it_is_set_right_upon_review(stored: Journeys, days: int) -> None:
    """
    受到行政处罚 (第二十七条 第十四项) was confirmed, then the penalty is withdrawn: the physician applies to the last
    day (第二十四条), the finding falls, and result, certificate and follow-up change by themselves.

    The withdrawal alone changes no result: who has confirmed the finding decides.
    """
    world, traveller = stored.world, unqualified(stored)
    day = received(stored, traveller)
    withdraw(stored, traveller, world.county)
    before = stored.state(traveller)
    later(stored, day + timedelta(days=days))
    answer(stored, apply(stored, traveller), "change", Change(findings=(1,)))

    assert ("unqualified", "qualified") == (before, stored.state(traveller))
    assert ["void", "printable"] == list(stored.certificates(traveller).values())
    assert ["lifted"] == [one.state for one in follow_ups(stored, traveller)]
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-27", "N-3.9")
def test_a_result_that_rested_on_it_is_set_right_when_nobody_can_object(stored: Journeys) -> None:
    """
    Thirty days after the receipt no review is to be had: the administration, which has withdrawn the penalty, takes the
    finding back, with a reason; result, certificate and follow-up change by themselves. Not while the penalty stands.
    """
    world, traveller = stored.world, unqualified(stored)
    later(stored, received(stored, traveller) + timedelta(days=31))
    at = (world.county, "assessment", traveller.case_id, "withdraw_finding", DecideFinding(1))
    standing = refused(world, *at, reason=WORD)
    withdraw(stored, traveller, world.county)
    before = stored.state(traveller)
    with pytest.raises(NotPermitted):
        world.send(world.agency, *at[1:], reason=WORD)
    world.send(*at, reason=WORD)

    assert (["finding_unfounded"], "unqualified") == (standing, before)
    assert "qualified" == stored.state(traveller)
    assert ["void", "printable"] == list(stored.certificates(traveller).values())
    assert ["lifted"] == [one.state for one in follow_ups(stored, traveller)]
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-27", "R-26.3", "M: lift a follow-up")
def test_a_cancelled_registration_that_rested_on_it_is_given_back(journeys: Journeys) -> None:
    """The registration is cancelled already: once the result is right the administration lifts it, and the bar ends."""
    world, traveller = journeys.world, unqualified(journeys)
    case_id = to_cancellation(journeys, traveller)
    cancel(journeys, case_id)
    lifting = (world.county, "follow_up", case_id, "lift")
    stands = refused(world, *lifting, reason=WORD)
    withdraw(journeys, traveller, world.county)
    at = ("assessment", traveller.case_id, "withdraw_finding", DecideFinding(1))
    world.send(world.county, *at, reason=WORD)
    world.send(*lifting, reason=WORD)

    assert ["without_object"] == stands
    assert ("lifted", None) == (
        world.state_of("follow_up", case_id),
        case_of(world, "follow_up", case_id).record.barred_until,
    )


@pytest.mark.manual("R-27", "N-3.9")
@pytest.mark.parametrize(
    "state",
    ["awaiting_registration", "awaiting_institution_review", "returned_by_agency", "awaiting_agency_review"],
)
def test_a_file_that_the_finding_cut_off_goes_its_way_again(stored: Journeys, state: str) -> None:
    """
    The finding was confirmed before the agency had passed the file, and falls with its penalty: nothing else has
    decided anything, so the physician files again and comes to a result; the follow-up is lifted.
    """
    world, traveller = stored.world, unqualified(stored, state)
    take_back(stored, traveller)
    gone_back = stored.state(traveller)
    told = [
        any(
            "考核结果已经失效，考核状态：待报名" in one.text
            for one in world.application.inbox.page(reader).notices
        )
        for reader in (traveller.principal, world.hospital, world.agency)
    ]
    read = case_of(world, "assessment", traveller.case_id).record
    world.send(
        traveller.principal, "assessment", traveller.case_id, "submit", Submit(filing(stored.department_id))
    )

    assert [True, True, False] == told
    assert ("registration_returned", world.clock.now()) == (gone_back, read.returned_at)
    assert (None, None, False) == (read.stage, read.decided_on, read.opinion_stands)
    assert ["lifted"] == [one.state for one in follow_ups(stored, traveller)]

    stored.lead(traveller, "qualified")

    assert () == world.application.verification.run().findings


def test_a_file_that_the_agency_had_failed_stays_so(journeys: Journeys) -> None:
    """The opinion was 不合格 and the agency had confirmed it: a finding that falls leaves that as it is."""
    traveller = journeys.to("awaiting_institution_review")
    report(journeys, traveller)
    journeys.fail_opinion(traveller)
    confirm(journeys, traveller)
    take_back(journeys, traveller)

    assert "unqualified" == journeys.state(traveller)
