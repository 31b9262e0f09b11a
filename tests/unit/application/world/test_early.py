"""提前考核 end to end: a physician files, is reviewed and sits before the cycle's windows, in windows of his own."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly, Submit
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.lifecycles.evaluation.events import RecordScore
from kaohe_workflow.testing.journeys import GOOD, HIGH, RESULT_DAY, SIMPLIFIED, Journeys, Traveller
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
