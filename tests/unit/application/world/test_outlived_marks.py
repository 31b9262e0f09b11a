"""A mark (疑似作弊) is decided after its sitting has come to another end: every case ends all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.cheating.events import Confirm
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows, DeclareDelivery
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, GrantResit, ReportForceMajeure
from kaohe_workflow.testing.contracts import changed
from kaohe_workflow.testing.journeys import (
    GOOD,
    HIGH,
    LOW,
    RESULT_DAY,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import CheatingConsequence, PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.steps import case_of

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
FLOOD = ReportForceMajeure(text="考点因洪水停电。", evidence=("notice",))
HEARING = timedelta(days=6)


@pytest.fixture(params=list(CheatingConsequence))
def consequence(request: pytest.FixtureRequest) -> CheatingConsequence:
    """What the province lets a confirmed cheating do to the result."""
    return request.param


@pytest.fixture
def journeys(consequence: CheatingConsequence) -> Iterator[Journeys]:
    """Papers may be sat twice."""
    with open_world(paper_attempts=2, cheating_consequence=consequence.value) as world:
        yield Journeys.of(world)


def marked(journeys: Journeys) -> tuple[Traveller, str, str]:
    """Somebody who sits 医学人文 and is marked there: who, the paper, the mark, which the province has."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.start(paper)
    mark = journeys.mark(traveller, HUMANITIES)
    journeys.report(mark)
    return traveller, paper, mark


def decide(journeys: Journeys, mark: str) -> None:
    """The province finds that cheating took place, after the time to be heard."""
    journeys.not_before(local_date(journeys.world.clock.now()) + HEARING)
    journeys.world.send(journeys.colleague, "cheating", mark, "confirm", Confirm(), reason="系他人代考")


def correct(journeys: Journeys, mark: str) -> None:
    """The province finds by another person that there was none."""
    journeys.world.send(journeys.world.province, "cheating", mark, "correct", reason="申诉成立")


def again(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """What kept from finishing was no fault of the physician's: the paper is given again."""
    world = journeys.world
    world.send(world.agency, "evaluation", paper, "report_force_majeure", FLOOD)
    world.send(world.province, "evaluation", paper, "grant_resit", GrantResit())


def next_attempt(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """Below the line, with an attempt left."""
    journeys.publish(Stage.FIRST)
    journeys.score(traveller, Stage.FIRST, humanities=LOW)


def awaited(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """Given again, not sat in time: an absence that nobody has confirmed yet."""
    again(journeys, traveller, paper)
    journeys.score(traveller, Stage.FIRST, professional=HIGH)
    journeys.not_before(RESULT_DAY)


def missed(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """Given again, and absent."""
    awaited(journeys, traveller, paper)
    world = journeys.world
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(reminded=True))


def excused(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """Given again, and absent with a good reason."""
    awaited(journeys, traveller, paper)
    world = journeys.world
    world.send(world.province, "evaluation", paper, "excuse_absence", reason="住院")


Ending = Callable[[Journeys, Traveller, str], None]
ENDINGS: dict[Ending, str] = {
    again: "not_sat",
    next_attempt: "not_sat",
    awaited: "absence_pending",
    missed: "absent",
    excused: "not_opened",
}
"""What becomes of the sitting that was marked, and the state of the paper by it."""


def finish(journeys: Journeys, traveller: Traveller) -> None:
    """The other paper is passed, and the lines are there."""
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    if journeys.world.state_of("evaluation", paper) == "not_sat":
        journeys.score(traveller, Stage.FIRST, professional=HIGH)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)


def findings(journeys: Journeys) -> tuple[object, ...]:
    journeys.world.settle()
    return journeys.world.application.verification.run().findings


def failed(consequence: CheatingConsequence) -> str:
    """What a void paper leads to: 不合格 for good, or no more than the make-up."""
    return {
        CheatingConsequence.UNQUALIFIED: "unqualified",
        CheatingConsequence.MAKEUP: "awaiting_makeup_approval",
    }[consequence]


@pytest.mark.parametrize("first", ["decided", "finished"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_marked_paper_is_void_whatever_it_was_meanwhile(
    journeys: Journeys, consequence: CheatingConsequence, ending: Ending, first: str
) -> None:
    """Confirmed before the other paper has a score, or after: the paper is void, and the province's rule holds."""
    traveller, paper, mark = marked(journeys)
    ending(journeys, traveller, paper)
    between = journeys.world.state_of("evaluation", paper)
    if first == "finished":
        journeys.score(traveller, Stage.FIRST, professional=HIGH) if between == "not_sat" else None
    decide(journeys, mark)
    void = journeys.world.state_of("evaluation", paper)
    finish(journeys, traveller)

    assert (ENDINGS[ending], "void") == (between, void)
    assert failed(consequence) == journeys.state(traveller)
    assert () == findings(journeys)


def test_a_paper_that_is_void_is_not_sat_again(journeys: Journeys) -> None:
    """The next attempt was open: it is not, once cheating was found in the one before."""
    traveller, paper, mark = marked(journeys)
    next_attempt(journeys, traveller, paper)
    decide(journeys, mark)

    with pytest.raises(TransitionRefused):
        journeys.start(paper)
    with pytest.raises(TransitionRefused):
        journeys.score(traveller, Stage.FIRST, humanities=HIGH)


def withdrawn(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """The county takes the case out of the cycle, and another person of it lets it in again."""
    county = journeys.world.county
    journeys.world.send(county, "assessment", traveller.case_id, "withdraw")
    another = attrs.evolve(county, account_id="another", operator_id="another")
    journeys.world.send(another, "assessment", traveller.case_id, "reinstate")


def returned(journeys: Journeys, traveller: Traveller, paper: str) -> None:
    """Given again and not started: the county sends the file back to the institution."""
    again(journeys, traveller, paper)
    journeys.world.send(
        journeys.world.county, "assessment", traveller.case_id, "return_to_institution", reason="材料有误"
    )


def lengthen(journeys: Journeys) -> None:
    """Whoever files anew has until the end of the evaluation."""
    cycle = case_of(journeys.world, "cycle", journeys.world.cycle_id)
    windows = cycle.record.windows
    longer = attrs.evolve(
        windows,
        registration=attrs.evolve(windows.registration, closes_at=windows.evaluation.closes_at),
        review=attrs.evolve(windows.review, closes_at=windows.evaluation.closes_at),
        agency_review=attrs.evolve(windows.agency_review, closes_at=windows.evaluation.closes_at),
    )
    journeys.world.send(
        journeys.world.province,
        "cycle",
        journeys.world.cycle_id,
        "change_windows",
        ChangeWindows(longer),
        reason="延长",
    )


def refile(journeys: Journeys, traveller: Traveller) -> None:
    """On to the papers once more."""
    lengthen(journeys)
    journeys.lead(traveller, "awaiting_assessment")


SUPERSEDED: tuple[Ending, ...] = (withdrawn, returned)


@pytest.mark.parametrize("first", ["decided", "filed", "finished"])
@pytest.mark.parametrize("ending", SUPERSEDED)
def test_recompute_without_paper(
    journeys: Journeys, consequence: CheatingConsequence, ending: Ending, first: str
) -> None:
    """
    Cheating in an earlier round, which is void though it was cancelled: the province's rule gives the result.

    A paper that is void is not assigned again; one that was assigned before is passed in vain, until the decision is
    corrected: then it counts, and the earlier one is cancelled as it was.
    """
    traveller, paper, mark = marked(journeys)
    ending(journeys, traveller, paper)
    if first == "decided":
        decide(journeys, mark)
    refile(journeys, traveller)
    if first == "filed":
        decide(journeys, mark)
    alone = {} if first == "decided" else {"humanities": HIGH}
    journeys.score(traveller, Stage.FIRST, professional=HIGH, **alone)
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    if first == "finished":
        decide(journeys, mark)
    result, broken = journeys.state(traveller), findings(journeys)
    void = journeys.world.state_of("evaluation", paper)
    correct(journeys, mark)

    assert (failed(consequence), "void") == (result, void)
    left = ("not_opened", "awaiting_makeup_approval") if first == "decided" else ("cancelled", "qualified")
    assert left == (journeys.world.state_of("evaluation", paper), journeys.state(traveller))
    assert ((), ()) == (broken, findings(journeys))


def test_settle_what_is_sat(journeys: Journeys) -> None:
    """Out while the make-up was to be confirmed, and in again: no paper is left to sit, so the case is settled."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    journeys.publish(Stage.FIRST)
    papers = journeys.papers(traveller)
    for kind, value in ((HUMANITIES, HIGH), (PROFESSIONAL, LOW)):
        for _ in range(2 if value is LOW else 1):
            journeys.start(papers[Stage.FIRST, kind])
            journeys.score(traveller, Stage.FIRST, **{kind.value: value})
    assert "awaiting_makeup_approval" == journeys.state(traveller)
    withdrawn(journeys, traveller, papers[Stage.FIRST, HUMANITIES])
    refile(journeys, traveller)

    assert "awaiting_makeup_approval" == journeys.state(traveller)
    assert () == findings(journeys)


def test_recompute_cheater(journeys: Journeys, consequence: CheatingConsequence) -> None:
    """Cheating was found in an earlier round: a late file leads to no make-up that there is not."""
    traveller, paper, mark = marked(journeys)
    returned(journeys, traveller, paper)
    decide(journeys, mark)
    world = journeys.world
    lengthen(journeys)
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", GOOD)
    journeys.not_before(RESULT_DAY)
    world.send(world.agency, "assessment", traveller.case_id, "pass")

    assert failed(consequence) == journeys.state(traveller)
    assert () == findings(journeys)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_correction_gives_back_what_there_is(journeys: Journeys, ending: Ending) -> None:
    """What can be sat is sat; what was reached is judged; what is over without a score counts as not opened."""
    traveller, paper, mark = marked(journeys)
    ending(journeys, traveller, paper)
    decide(journeys, mark)
    correct(journeys, mark)
    state, broken = journeys.world.state_of("evaluation", paper), findings(journeys)
    finish(journeys, traveller)

    assert ENDED_AS[ending] == state
    assert () == broken + findings(journeys)


ENDED_AS = {
    again: "not_sat",
    next_attempt: "not_sat",
    awaited: "not_opened",
    missed: "not_opened",
    excused: "not_opened",
}


@pytest.mark.parametrize("published", [False, True])
def test_one_of_two_decisions_is_corrected(journeys: Journeys, published: bool) -> None:
    """Cheating stands in the other paper: the one that is restored waits for no line that would change nothing."""
    traveller, _, mark = marked(journeys)
    other = journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    journeys.start(other)
    second = journeys.mark(traveller, PROFESSIONAL)
    journeys.report(second)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    decide(journeys, mark)
    decide(journeys, second)
    if published:
        journeys.not_before(RESULT_DAY)
        journeys.publish(Stage.FIRST)
    correct(journeys, mark)
    one = (journeys.state(traveller), findings(journeys))
    journeys.world.send(
        attrs.evolve(journeys.world.province, account_id="third", operator_id="third"),
        "cheating",
        second,
        "correct",
        reason="申诉成立",
    )

    assert () == one[1] + findings(journeys)


def test_who_has_left_is_cleared_without_a_paper(journeys: Journeys) -> None:
    """The case was withdrawn with a void paper: corrected, it is cancelled like those that were open."""
    traveller, paper, mark = marked(journeys)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    decide(journeys, mark)
    journeys.world.send(journeys.world.county, "assessment", traveller.case_id, "withdraw")
    correct(journeys, mark)

    assert "cancelled" == journeys.world.state_of("evaluation", paper)
    assert () == findings(journeys)


def test_a_marked_paper_is_not_waived(journeys: Journeys) -> None:
    """It was sat: that it was given again does not take it from the decision."""
    traveller = journeys.to("awaiting_assessment")
    journeys.not_before(SITTING_DAY)
    paper = journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL]
    journeys.start(paper)
    mark = journeys.mark(traveller, PROFESSIONAL)
    again(journeys, traveller, paper)

    with pytest.raises(TransitionRefused) as caught:
        journeys.apply_for_exemption(traveller)
    journeys.world.send(journeys.world.county, "cheating", mark, "unmark", reason="系误标")
    journeys.apply_for_exemption(traveller)

    assert ["paper_untouched"] == [reason.name for reason in caught.value.reasons]


def test_a_paper_that_is_not_void_for_its_cheating_is_reported(journeys: Journeys) -> None:
    """Somebody has put right by hand what was found: verification tells."""
    _, paper, mark = marked(journeys)
    decide(journeys, mark)
    with journeys.world.application.store.begin() as unit:
        unit.write([changed(case_of(journeys.world, "evaluation", paper), state="handed_in")])
        unit.commit()
    said = {
        (finding.code, finding.message) for finding in journeys.world.application.verification.run().findings
    }

    assert ("invariant-1", "cheating was confirmed in a paper that is not void") in said
