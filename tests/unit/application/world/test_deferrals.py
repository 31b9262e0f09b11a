"""延考 end to end: applied for, reviewed, put on record; then sat in the stage for the deferred, or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.assessment.events import Return
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.deferral.events import Apply
from kaohe_workflow.lifecycles.evaluation.events import DeliverStart
from kaohe_workflow.lifecycles.reviewing import Return as ReturnApplication
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    HIGH,
    LAST_DAY,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.worlds import WINDOWS, World
from kaohe_workflow.values.terms import Level, PaperKind, ReturnCode, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import refused

pytestmark = pytest.mark.manual("M: deferral: apply, withdraw; review; file", "R-Y1")

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
ILLNESS = {"code": "illness", "label": "患病不能参加考核"}
UNSUITABLE = ReturnApplication(ReturnCode.PROOF_UNSUITABLE)
TICK = timedelta(milliseconds=1)


@pytest.fixture
def knowing(store_url: str) -> Iterator[Journeys]:
    """Physicians of a province that knows 延考, otherwise the manual's."""
    with open_world(store_url, deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)


@pytest.fixture
def quick() -> Iterator[Journeys]:
    """The same in memory."""
    with open_world(deferral=True, deferral_grounds=[ILLNESS]) as world:
        yield Journeys.of(world)


def illness(journeys: Journeys, traveller: Traveller) -> Apply:
    """The ground, and a file of the physician's that proves it."""
    return Apply(ground="illness", attachments=(hand_in(journeys.world.application, traveller.principal),))


def apply(journeys: Journeys, traveller: Traveller) -> str:
    """Apply; the id of the application."""
    payload = attrs.evolve(illness(journeys, traveller), assessment_id=traveller.case_id)
    return journeys.world.send(traveller.principal, "deferral", None, "apply", payload).id


def deferred(journeys: Journeys, traveller: Traveller) -> str:
    """Apply and have it put on record; the id of the application."""
    deferral = apply(journeys, traveller)
    journeys.world.send(journeys.world.hospital, "deferral", deferral, "pass")
    journeys.world.send(journeys.world.agency, "deferral", deferral, "file")
    return deferral


def state(journeys: Journeys, deferral: str) -> str:
    return journeys.world.state_of("deferral", deferral)


def sound(journeys: Journeys) -> bool:
    """Whether everything that is stored is proven."""
    return not journeys.world.application.verification.run().findings


def test_sat_in_the_stage_for_the_deferred(knowing: Journeys) -> None:
    """The papers go; once the evaluation is over the province opens the stage, all papers are sat there: 合格."""
    world = knowing.world
    traveller = knowing.to("awaiting_assessment")
    deferred(knowing, traveller)
    waiting = knowing.state(traveller), knowing.paper_states(traveller)
    early = refused(world, world.province, "assessment", traveller.case_id, "deferral_stage_opens")
    knowing.not_before(CONFIRMING_DAY)
    world.send(world.province, "assessment", traveller.case_id, "deferral_stage_opens")
    kinds = knowing.paper_states(traveller, Stage.MAKEUP)
    knowing.not_before(MAKEUP_DAY)
    knowing.score(traveller, Stage.MAKEUP, humanities=HIGH, professional=HIGH)
    knowing.not_before(LAST_DAY)
    knowing.publish(Stage.MAKEUP)

    assert ("deferred", dict.fromkeys((HUMANITIES, PROFESSIONAL), "cancelled")) == waiting
    assert "evaluation_over" in early
    assert dict.fromkeys((HUMANITIES, PROFESSIONAL), "not_sat") == kinds
    assert "qualified" == knowing.state(traveller)
    assert sound(knowing)


def test_a_granted_exemption_stays(knowing: Journeys) -> None:
    """What was waived is not sat in the later stage either; nothing of it is asked again."""
    world = knowing.world
    traveller = knowing.to("awaiting_assessment")
    knowing.exempt(traveller)
    deferred(knowing, traveller)
    kept = knowing.paper_states(traveller)
    knowing.not_before(CONFIRMING_DAY)
    world.send(world.province, "assessment", traveller.case_id, "deferral_stage_opens")
    kinds = set(knowing.paper_states(traveller, Stage.MAKEUP))
    knowing.not_before(MAKEUP_DAY)
    knowing.score(traveller, Stage.MAKEUP, humanities=HIGH)
    knowing.not_before(LAST_DAY)
    knowing.publish(Stage.MAKEUP)

    assert ({HUMANITIES: "cancelled", PROFESSIONAL: "exempt_pass"}, {HUMANITIES}) == (kept, kinds)
    assert "qualified" == knowing.state(traveller)
    assert sound(knowing)


def test_a_pending_exemption_is_withdrawn(quick: Journeys) -> None:
    """Nobody decides on a paper that is not sat now."""
    traveller = quick.to("awaiting_assessment")
    exemption = quick.apply_for_exemption(traveller)
    deferred(quick, traveller)

    assert "withdrawn" == quick.world.state_of("exemption", exemption)


def test_taken_back_while_papers_can_be_sat(knowing: Journeys) -> None:
    """Withdrawn during the evaluation: the papers are assigned again, and sat like everybody's."""
    world = knowing.world
    traveller = knowing.to("awaiting_assessment")
    deferral = deferred(knowing, traveller)
    knowing.not_before(SITTING_DAY)
    world.send(traveller.principal, "deferral", deferral, "withdraw")
    back = knowing.state(traveller), knowing.paper_states(traveller)
    knowing.lead(traveller, "qualified")

    assert ("awaiting_assessment", dict.fromkeys((HUMANITIES, PROFESSIONAL), "not_sat")) == back
    assert "withdrawn" == state(knowing, deferral)
    assert sound(knowing)


def test_taken_back_before_the_file_was_passed(quick: Journeys) -> None:
    """The physician files again, within the refiling deadline of a return."""
    world = quick.world
    traveller = quick.to("awaiting_institution_review")
    deferral = deferred(quick, traveller)
    world.send(traveller.principal, "deferral", deferral, "withdraw")

    assert "registration_returned" == quick.state(traveller)
    assert sound(quick)


def test_not_taken_back_once_the_evaluation_is_over(quick: Journeys) -> None:
    """From then on only the later stage is left."""
    traveller = quick.to("awaiting_assessment")
    deferral = deferred(quick, traveller)
    quick.not_before(RESULT_DAY)

    assert ["evaluation_not_over"] == refused(
        quick.world, traveller.principal, "deferral", deferral, "withdraw"
    )


def test_who_was_deferred_before_the_pass_files_late(quick: Journeys) -> None:
    """The stage opens: 待报名 again, with what was filed as a draft, and no training before the make-up."""
    world = quick.world
    traveller = quick.to("awaiting_agency_review")
    deferred(quick, traveller)
    quick.not_before(RESULT_DAY)
    world.send(world.province, "assessment", traveller.case_id, "deferral_stage_opens")
    record = world.application.cases.get(traveller.principal, "assessment", traveller.case_id).record

    assert "awaiting_registration" == quick.state(traveller)
    assert (True, None, True) == (record.draft is not None, record.filing, record.deferred)
    assert sound(quick)


def test_the_archive_leaves_nobody_missed(quick: Journeys) -> None:
    """延考 is no failure: whose stage never opened has left the cycle, not missed it (已退出)."""
    world = quick.world
    traveller = quick.to("awaiting_assessment")
    deferred(quick, traveller)
    quick.not_before(LAST_DAY)
    quick.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()

    assert "withdrawn" == quick.state(traveller)
    assert sound(quick)


@pytest.mark.parametrize(
    ("by", "event", "payload", "ends"),
    [
        ("hospital", "cancel_enrolment", None, "withdrawn"),
        ("county", "withdraw", None, "withdrawn"),
        ("hospital", "return", Return(code=ReturnCode.WRONG), "awaiting_institution"),
    ],
)
def test_a_pending_one_goes_with_what_it_rests_on(
    quick: Journeys, by: str, event: str, payload: object, ends: str
) -> None:
    """Withdrawn where nobody can be deferred any more; an institution's return of the file is no such case."""
    world = quick.world
    traveller = quick.to("awaiting_institution_review")
    deferral = apply(quick, traveller)
    more = (payload,) if payload is not None else ()
    world.send(getattr(world, by), "assessment", traveller.case_id, event, *more, reason="已核实")

    assert ends == state(quick, deferral)
    assert sound(quick)


def test_who_starts_a_paper_has_made_the_choice(quick: Journeys) -> None:
    """The application is withdrawn by itself, and is not made again once a paper is finished."""
    world = quick.world
    traveller = quick.to("awaiting_assessment")
    deferral = apply(quick, traveller)
    quick.not_before(SITTING_DAY)
    paper = quick.papers(traveller)[Stage.FIRST, HUMANITIES]
    quick.start(paper)
    started = state(quick, deferral)
    world.send(traveller.principal, "evaluation", paper, "hand_in")
    again = illness(quick, traveller)

    assert "withdrawn" == started
    assert ["nothing_finished"] == refused(world, traveller.principal, "deferral", deferral, "apply", again)


def test_whose_start_is_delivered_has_made_the_choice(quick: Journeys) -> None:
    """A start that a platform delivers is a start like any other."""
    traveller = quick.to("awaiting_assessment")
    deferral = apply(quick, traveller)
    quick.not_before(SITTING_DAY)
    paper = quick.papers(traveller)[Stage.FIRST, HUMANITIES]
    start = DeliverStart(started_at=quick.world.clock.now(), identity_checked=True)
    quick.world.send(SYSTEM, "evaluation", paper, "deliver_start", start)

    assert "withdrawn" == state(quick, deferral)


def test_an_undecided_one_ends_with_the_evaluation(quick: Journeys) -> None:
    """过期 with the last instant of 计划测评考核时间."""
    traveller = quick.to("awaiting_assessment")
    deferral = apply(quick, traveller)
    quick.not_before(RESULT_DAY)

    assert "expired" == state(quick, deferral)


@pytest.mark.parametrize("swept", [False, True])
def test_swept_or_not_it_has_ended_with_the_evaluation(quick: Journeys, swept: bool) -> None:
    """
    In its last instant the institution opens one application and refuses another; an instant later nobody opens,
    refuses or withdraws one, whether a sweep has been there or not.
    """
    world = quick.world
    travellers = [quick.to("awaiting_assessment") for _ in range(3)]
    first, refusable, late = (apply(quick, one) for one in travellers)
    world.clock.set(WINDOWS.evaluation.closes_at - TICK)
    world.send(world.hospital, "deferral", first, "claim")
    world.send(world.hospital, "deferral", refusable, "return", UNSUITABLE, reason="证明不符")
    world.send(travellers[0].principal, "deferral", first, "withdraw")
    world.clock.set(WINDOWS.evaluation.closes_at)
    if swept:
        world.settle()

    for sender, event, *carried in (
        (world.hospital, "claim"),
        (world.hospital, "return", UNSUITABLE),
        (travellers[2].principal, "withdraw"),
    ):
        with pytest.raises(TransitionRefused):
            world.send(sender, "deferral", late, event, *carried, reason="证明不符")
    assert ("expired" if swept else "awaiting_institution") == state(quick, late)


def test_an_undecided_one_ends_with_the_evaluation_as_it_is_now(quick: Journeys) -> None:
    """计划测评考核时间 is extended: nothing ends at the earlier end."""
    world = quick.world
    deferral = apply(quick, quick.to("awaiting_assessment"))
    longer = attrs.evolve(WINDOWS, evaluation=Window.of_days(date(2024, 1, 3), date(2024, 1, 14)))
    world.send(
        world.province,
        "cycle",
        world.cycle_id,
        "change_windows",
        ChangeWindows(longer),
        reason="测评机房检修",
    )
    world.at(date(2024, 1, 14))

    assert "awaiting_institution" == state(quick, deferral)


def test_it_goes_along_with_a_forced_move(quick: Journeys) -> None:
    """The new institution decides on it."""
    world, traveller = quick.world, quick.to("awaiting_assessment")
    deferral = apply(quick, traveller)
    elsewhere = ForceMove(str(quick.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", elsewhere, reason="机构注销")
    world.send(quick.elsewhere, "deferral", deferral, "pass")

    assert "awaiting_office" == state(quick, deferral)


def test_returned_with_a_code_and_recalled(quick: Journeys) -> None:
    """The office refuses and takes it back; who refused first cannot take back what the office has decided."""
    world = quick.world
    deferral = apply(quick, quick.to("awaiting_assessment"))
    world.send(world.hospital, "deferral", deferral, "pass")
    world.send(world.agency, "deferral", deferral, "return", UNSUITABLE, reason="证明不符")
    listed = world.application.lists.page(
        world.hospital, "deferrals", {"return_code": "proof_unsuitable", "state": "refused"}
    ).rows

    assert [deferral] == [row["id"] for row in listed]
    assert "decided_by_institution" in refused(world, world.hospital, "deferral", deferral, "recall")
    world.send(world.agency, "deferral", deferral, "recall")
    assert "awaiting_office" == state(quick, deferral)


def test_where_the_province_keeps_the_record(store_url: str) -> None:
    """定考办 instead of the assessment institution."""
    with open_world(
        store_url, deferral=True, deferral_grounds=[ILLNESS], deferral_office="province"
    ) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        deferral = apply(journeys, traveller)
        world.send(world.hospital, "deferral", deferral, "pass")

        assert "office_is_agency" in refused(world, world.agency, "deferral", deferral, "file")
        world.send(world.province, "deferral", deferral, "file")
        assert "deferred" == journeys.state(traveller)


def test_the_manuals_province_knows_no_deferral(journeys: Journeys) -> None:
    """手册 has no 延考: absence is absence."""
    traveller = journeys.to("awaiting_assessment")
    payload = attrs.evolve(illness(journeys, traveller), assessment_id=traveller.case_id)

    assert {"offered", "ground_listed"} == set(
        refused(journeys.world, traveller.principal, "deferral", None, "apply", payload)
    )


def test_the_deferred_of_gansu_owe_no_training() -> None:
    """甘肃: the combined paper in the make-up, and no sixty days of training before it."""
    with World.open("memory:", province="gansu") as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        deferred(journeys, traveller)
        journeys.not_before(CONFIRMING_DAY)
        world.send(world.province, "assessment", traveller.case_id, "deferral_stage_opens")
        journeys.not_before(MAKEUP_DAY)
        journeys.score(traveller, Stage.MAKEUP, combined=Decimal(60))
        journeys.not_before(LAST_DAY)
        for level in (Level.LICENSED, Level.ASSISTANT):
            line = PublishLine(Stage.MAKEUP, PaperKind.COMBINED, level, Decimal(60))
            world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
        world.settle()

        assert "qualified" == journeys.state(traveller)
        assert sound(journeys)
