"""提前考核 end to end: a physician files, is reviewed and sits before the cycle's windows, in windows of his own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, Enrol, OrderEarly, Submit
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, GiveLine, RecordScore
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    GOOD,
    HIGH,
    LAST_DAY,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import WINDOWS, filing
from kaohe_workflow.values.terms import PaperKind, Stage
from kaohe_workflow.values.windows import Window
from tests.unit.application.world.steps import case_of, refused
from tests.unit.application.world.test_penalties import DECIDED

pytestmark = pytest.mark.manual("M: open an early assessment", "R-18.1")

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
EARLY = OrderEarly(
    registration=Window.of_days(date(2023, 11, 6), date(2023, 11, 8)),
    review=Window.of_days(date(2023, 11, 6), date(2023, 11, 10)),
    evaluation=Window.of_days(date(2023, 11, 13), date(2023, 11, 15)),
)
MOVING = "拟变更执业地点"


def ordered(journeys: Journeys, by: str = "county") -> Traveller:
    """Somebody who is to be assessed early, on the first day of his own windows."""
    traveller = journeys.newcomer()
    journeys.world.at(EARLY.registration.first_day)
    sender = getattr(journeys.world, by)
    journeys.world.send(sender, "assessment", traveller.case_id, "order_early", EARLY, reason=MOVING)
    return traveller


@pytest.mark.parametrize("by", ["county", "city", "province", "agency"])
def test_the_whole_way_before_the_cycles_windows(stored: Journeys, by: str) -> None:
    """Filed, reviewed, passed and sat in November; judged with the cycle's line, like everybody."""
    world = stored.world
    traveller = ordered(stored, by)
    case = traveller.case_id
    world.send(traveller.principal, "assessment", case, "submit", Submit(filing(stored.department_id)))
    world.send(world.hospital, "assessment", case, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", case, "pass")
    world.at(EARLY.evaluation.first_day)
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    stored.start(paper)
    world.send(traveller.principal, "evaluation", paper, "hand_in")
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    before = stored.state(traveller)
    world.at(RESULT_DAY)
    stored.publish(Stage.FIRST)

    assert ("awaiting_assessment", "qualified") == (before, stored.state(traveller))
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize("by", ["county", "agency"])
def test_the_institution_does_not_undo_the_order(journeys: Journeys, by: str) -> None:
    """
    取消报名 is refused to whom others have ordered to be assessed early (第十八条); the administration withdraws the
    physician and, by a second person, lets him in again: then the order is gone.
    """
    world, traveller = journeys.world, ordered(journeys, by)
    case = ("assessment", traveller.case_id)
    undone = refused(world, world.hospital, *case, "cancel_enrolment")
    world.send(world.county, *case, "withdraw")
    second = attrs.evolve(world.county, account_id="another", operator_id="second")
    world.send(second, *case, "reinstate")

    assert ["not_ordered_early"] == undone
    assert ("not_enrolled", None) == (journeys.state(traveller), case_of(world, *case).record.early)


def passed(journeys: Journeys, **windows: Window) -> Traveller:
    """Somebody assessed early whose file is passed, with windows of the make-up as given."""
    world, traveller = journeys.world, journeys.newcomer()
    world.at(EARLY.registration.first_day)
    own = attrs.evolve(EARLY, **windows)
    world.send(world.county, "assessment", traveller.case_id, "order_early", own, reason=MOVING)
    written = Submit(filing(journeys.department_id))
    world.send(traveller.principal, "assessment", traveller.case_id, "submit", written)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    return traveller


def give_line(journeys: Journeys, traveller: Traveller, stage: Stage, kind: PaperKind) -> None:
    """The province gives a paper a line of its own, by another person than who has recorded the score."""
    paper = journeys.papers(traveller)[stage, kind]
    journeys.world.send(journeys.colleague, "evaluation", paper, "give_line", GiveLine(Decimal(60)))


def test_the_result_comes_within_the_own_windows(stored: Journeys) -> None:
    """With a line of its own for each paper, and that stays when the cycle's is another."""
    world, traveller = stored.world, passed(stored)
    world.at(EARLY.evaluation.first_day)
    stored.score(traveller, Stage.FIRST, humanities=HIGH, professional=Decimal(60))
    paper = stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    line = GiveLine(Decimal(60))
    world.clock.set(EARLY.evaluation.closes_at - timedelta(milliseconds=1))
    sat_still = refused(world, stored.colleague, "evaluation", paper, "give_line", line)
    world.clock.set(EARLY.evaluation.closes_at)
    same_person = refused(world, world.province, "evaluation", paper, "give_line", line)
    give_line(stored, traveller, Stage.FIRST, HUMANITIES)
    between = stored.state(traveller)
    give_line(stored, traveller, Stage.FIRST, PROFESSIONAL)
    result = stored.state(traveller)
    world.at(RESULT_DAY)
    stored.publish(Stage.FIRST)
    stored.correct(Decimal(90), HUMANITIES)

    assert ["window_over"] == sat_still
    assert ["second-person-needed"] == same_person
    assert ("awaiting_assessment", "qualified", "qualified") == (between, result, stored.state(traveller))
    assert () == world.application.verification.run().findings


def test_an_absence_is_confirmed_within_the_own_windows(stored: Journeys) -> None:
    """
    Whoever confirms it says that no score of this paper is on its way: the province has said nothing of the stage yet.
    The make-up has windows of its own too, and ends with a line of its own.
    """
    world = stored.world
    days = {
        "makeup_confirm": Window.of_days(date(2023, 11, 17), date(2023, 11, 18)),
        "makeup": Window.of_days(date(2023, 11, 20), date(2023, 11, 21)),
    }
    traveller = passed(stored, **days)
    papers = stored.papers(traveller)
    world.clock.set(EARLY.evaluation.closes_at)
    world.settle()
    absent = papers[Stage.FIRST, HUMANITIES]
    unsaid = refused(world, world.agency, "evaluation", absent, "confirm_absence", ConfirmAbsence(True))
    said = ConfirmAbsence(reminded=True, delivered=True)
    for kind in (HUMANITIES, PROFESSIONAL):
        world.send(world.agency, "evaluation", papers[Stage.FIRST, kind], "confirm_absence", said)
    world.at(days["makeup_confirm"].first_day)
    world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    world.at(days["makeup"].first_day)
    stored.score(traveller, Stage.MAKEUP, humanities=HIGH, professional=LOW)
    world.clock.set(days["makeup"].closes_at)
    for kind in (HUMANITIES, PROFESSIONAL):
        give_line(stored, traveller, Stage.MAKEUP, kind)

    assert ["delivery_settled"] == unsaid
    assert "unqualified" == stored.state(traveller)
    assert () == world.application.verification.run().findings


def test_a_make_up_of_the_cycle_has_its_line(journeys: Journeys) -> None:
    """Without own windows of the make-up it is sat with everybody, and judged with everybody."""
    world, traveller = journeys.world, passed(journeys)
    papers = journeys.papers(traveller)
    world.clock.set(EARLY.evaluation.closes_at)
    said = ConfirmAbsence(reminded=True, delivered=True)
    for kind in (HUMANITIES, PROFESSIONAL):
        world.send(world.agency, "evaluation", papers[Stage.FIRST, kind], "confirm_absence", said)
    world.at(CONFIRMING_DAY)
    world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    world.at(MAKEUP_DAY)
    journeys.score(traveller, Stage.MAKEUP, humanities=HIGH)
    world.at(LAST_DAY)
    paper = journeys.papers(traveller)[Stage.MAKEUP, HUMANITIES]

    assert ["sat_early"] == refused(
        world, journeys.colleague, "evaluation", paper, "give_line", GiveLine(Decimal(60))
    )


def test_others_wait_for_the_cycles_line(journeys: Journeys) -> None:
    """A paper of the cycle's own windows gets no line of its own, and nobody's word replaces the declared delivery."""
    world = journeys.world
    traveller, absent = journeys.to("awaiting_assessment"), journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    world.at(RESULT_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    missed = journeys.papers(absent)[Stage.FIRST, HUMANITIES]
    said = ConfirmAbsence(reminded=True, delivered=True)

    assert ["sat_early"] == refused(
        world, journeys.colleague, "evaluation", paper, "give_line", GiveLine(Decimal(60))
    )
    assert ["delivery_settled"] == refused(world, world.agency, "evaluation", missed, "confirm_absence", said)


def test_a_penalty_is_recorded_after_ones_own_evaluation(stored: Journeys) -> None:
    """Nobody can file again once the own window is over, whatever that of the cycle is: the file is marked."""
    world = stored.world
    traveller = ordered(stored)
    case = traveller.case_id
    given = filing(stored.department_id, **SIMPLIFIED)
    world.send(traveller.principal, "assessment", case, "submit", Submit(given))
    world.send(world.hospital, "assessment", case, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", case, "pass")
    world.clock.set(EARLY.evaluation.closes_at)
    world.send(world.county, "affiliation", traveller.physician_id, "record_penalty", DECIDED)

    assert case_of(world, "assessment", case).record.ground_lost


def test_others_keep_the_windows_of_the_cycle(journeys: Journeys) -> None:
    """Nobody else is let in early."""
    ordered(journeys)
    other = journeys.newcomer()
    world = journeys.world

    assert ["filing_open"] == refused(world, world.hospital, "assessment", other.case_id, "enrol", Enrol())


def test_the_own_windows_end(journeys: Journeys) -> None:
    """In the cycle's own weeks nothing of an early assessment is open any more: filing, and papers not sat."""
    world = journeys.world
    late, absent = ordered(journeys), ordered(journeys)
    world.send(
        absent.principal, "assessment", absent.case_id, "submit", Submit(filing(journeys.department_id))
    )
    world.send(world.hospital, "assessment", absent.case_id, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", absent.case_id, "pass")
    world.clock.set(EARLY.evaluation.closes_at)
    world.settle()
    paper = journeys.papers(absent)[Stage.FIRST, HUMANITIES]
    world.at(date(2023, 11, 28))
    submitted = Submit(filing(journeys.department_id))

    assert ["filing_open_or_moved"] == refused(
        world, late.principal, "assessment", late.case_id, "submit", submitted
    )
    assert "absence_pending" == world.state_of("evaluation", paper)
    assert world.application.cases.get(SYSTEM, "assessment", late.case_id).record.overdue


def test_nobody_sits_before_the_own_window(journeys: Journeys) -> None:
    """A score is taken from the first instant of the own sitting on, not before."""
    world = journeys.world
    traveller = ordered(journeys)
    world.send(
        traveller.principal,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(journeys.department_id)),
    )
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    paper = journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    score = RecordScore(HIGH)
    world.clock.set(EARLY.evaluation.opens_at - timedelta(milliseconds=1))

    assert ["window_begun"] == refused(world, world.province, "evaluation", paper, "record_score", score)
    world.clock.set(EARLY.evaluation.opens_at)
    world.send(world.province, "evaluation", paper, "record_score", score)


def test_an_exemption_goes_with_the_own_windows(journeys: Journeys) -> None:
    """免考 is applied for and granted before the cycle's review opens."""
    world = journeys.world
    traveller = ordered(journeys)
    world.send(
        traveller.principal,
        "assessment",
        traveller.case_id,
        "submit",
        Submit(filing(journeys.department_id)),
    )
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    world.send(world.agency, "assessment", traveller.case_id, "pass")
    journeys.exempt(traveller)

    assert "exempt_pass" == journeys.paper_states(traveller)[PROFESSIONAL]


def test_the_physician_sees_the_own_windows(journeys: Journeys) -> None:
    """The home page and the inbox tell them; everybody else's home page tells the cycle's."""
    world = journeys.world
    traveller = ordered(journeys)
    own = world.application.home.show(traveller.principal).current.windows
    others = world.application.home.show(world.hospital).current.windows

    assert (EARLY.evaluation, WINDOWS.evaluation) == tuple(
        windows.evaluation for windows in (own, others) if windows is not None
    )


def test_a_change_of_the_cycles_times_is_told_by_the_own_windows(stored: Journeys) -> None:
    """
    Who is assessed early hears nothing of another registration, and of another make-up with the own times beside it;
    everybody else is told the cycle's.
    """
    world, early = stored.world, ordered(stored)
    other = stored.to("awaiting_registration")
    kept = attrs.evolve(WINDOWS, registration=Window.of_days(date(2023, 11, 27), date(2023, 12, 28)))
    later = Window.of_days(date(2024, 1, 22), date(2024, 1, 29))

    def told(traveller: Traveller) -> list[str]:
        world.settle()
        notices = world.application.inbox.page(traveller.principal, limit=200).notices
        return [one.text for one in notices if "时间安排已调整" in one.text]

    world.send(world.province, "cycle", world.cycle_id, "change_windows", ChangeWindows(kept))
    first = (told(early), told(other))
    moved = ChangeWindows(attrs.evolve(kept, makeup=later))
    world.send(world.province, "cycle", world.cycle_id, "change_windows", moved)

    assert ([], 1) == (first[0], len(first[1]))
    (own,) = told(early)
    assert all(str(window.label) in own for window in (EARLY.registration, EARLY.evaluation, later))
    assert str(kept.registration.label) not in own
    assert 2 == sum(str(kept.registration.label) in text for text in told(other))


def test_windows_out_of_order_are_refused(journeys: Journeys) -> None:
    """The review may not end before the registration."""
    world = journeys.world
    traveller = journeys.newcomer()
    wrong = OrderEarly(
        registration=EARLY.registration,
        review=Window.of_days(date(2023, 11, 6), date(2023, 11, 7)),
        evaluation=EARLY.evaluation,
    )

    assert ["early_windows_fit"] == refused(
        world, world.county, "assessment", traveller.case_id, "order_early", wrong, reason=MOVING
    )
