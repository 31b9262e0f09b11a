"""A result rests on every required paper as it stands now, whichever stage decides (考核办法 第二十二条)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.cycle.events import CorrectLine, DeclareDelivery, OpenMakeup
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence, RecordScore
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.testing.journeys import UNDISPUTED_DAY
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.terms import Level, PaperKind, Stage

IDN = "11010519491231002X"
FIRST, MAKEUP = Stage.FIRST, Stage.MAKEUP
HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
RESULTS, CONFIRMATION, MAKEUP_RESULTS = date(2024, 1, 13), date(2024, 1, 16), date(2024, 1, 27)


@attrs.frozen
class Way:
    """One physician's way through a world, from a file that the agency has passed."""

    world: World
    physician: Principal
    case_id: str
    exemption_id: str | None

    @classmethod
    def begun(cls, world: World, *, exempt: bool = False) -> Way:
        world.at(date(2023, 11, 27))
        department, physician = world.department(), world.physician(IDN)
        case_id = world.file(physician, department)
        world.review(case_id)
        if not exempt:
            return cls(world, physician, case_id, None)
        exemption_id = world.send(physician, "exemption", None, "apply", _application(case_id)).id
        world.send(world.hospital, "exemption", exemption_id, "pass")
        world.send(world.agency, "exemption", exemption_id, "pass")
        return cls(world, physician, case_id, exemption_id)

    @property
    def state(self) -> str:
        return self.world.state_of("assessment", self.case_id)

    def papers(self, stage: Stage) -> dict[PaperKind, str]:
        found = self.world.papers_of(self.case_id).items()
        return {kind: self.world.state_of("evaluation", id) for (at, kind), id in found if at is stage}

    def score(self, stage: Stage, kind: PaperKind, score: int, reason: str | None = None) -> None:
        paper = self.world.papers_of(self.case_id)[stage, kind]
        payload = RecordScore(score=Decimal(score))
        self.world.send(self.world.province, "evaluation", paper, "record_score", payload, reason=reason)

    def first_ended(self, *, lines: bool = True, **scores: int) -> None:
        """The first stage: these scores, absent where none is given."""
        world = self.world
        world.at(RESULTS)
        for name, score in scores.items():
            self.score(FIRST, PaperKind(name), score)
        world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(FIRST))
        for paper in world.papers_of(self.case_id).values():
            if world.state_of("evaluation", paper) == "absence_pending":
                payload = ConfirmAbsence(reminded=True)
                world.send(world.agency, "evaluation", paper, "confirm_absence", payload)
        if lines:
            world.publish_lines(FIRST)
            world.settle()
            world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())

    def makeup_confirmed(self) -> None:
        self.world.at(CONFIRMATION)
        self.world.send(self.world.province, "assessment", self.case_id, "confirm_makeup", ConfirmMakeup())

    def makeup_ended(self, **scores: int) -> None:
        self.world.at(MAKEUP_RESULTS)
        for name, score in scores.items():
            self.score(MAKEUP, PaperKind(name), score)
        self.world.publish_lines(MAKEUP)
        self.world.settle()

    def revoke(self) -> None:
        assert self.exemption_id is not None
        self.world.send(self.world.county, "exemption", self.exemption_id, "revoke", reason="证明系伪造")
        self.world.settle()

    def raise_line(self, kind: PaperKind, score: int) -> None:
        self.correct_line(kind, Decimal(score))

    def correct_line(self, kind: PaperKind, score: Decimal) -> None:
        second = attrs.evolve(self.world.province, operator_id="second-person")
        payload = CorrectLine(FIRST, kind, Level.LICENSED, score)
        self.world.send(second, "cycle", self.world.cycle_id, "correct_line", payload, reason="公布有误")
        self.world.settle()

    def certificates(self) -> list[str]:
        rows = self.world.application.lists.page(self.world.province, "certificates", {}).rows
        return sorted(str(row["state"]) for row in rows)

    def assert_sound(self) -> None:
        assert () == self.world.application.verification.run().findings


def _application(case_id: str) -> Apply:
    return Apply(
        ground="residency_training",
        certificate_on=date(2021, 1, 1),
        none_excluded=True,
        attachments=("a",),
        assessment_id=case_id,
    )


@pytest.mark.manual("S-72")
def test_there_is_one_application_for_exemption(world: World) -> None:
    """A second one is refused by a rule that says so, not by a race that nobody can win."""
    way = Way.begun(world, exempt=True)

    with pytest.raises(TransitionRefused) as caught:
        world.send(way.physician, "exemption", None, "apply", _application(way.case_id))

    assert "only_application" in {getattr(reason, "name", "") for reason in caught.value.reasons}


@pytest.mark.manual("M: exemption: withdraw; revoke")
def test_a_paper_that_was_falsely_exempt_is_sat_in_the_make_up(world: World) -> None:
    """Revoked while the make-up is waited for: the kind joins it, and both must be passed."""
    way = Way.begun(world, exempt=True)
    way.first_ended(humanities=50)
    way.makeup_confirmed()
    before = way.papers(MAKEUP)
    way.revoke()

    assert {HUMANITIES: "not_sat"} == before
    assert ("awaiting_makeup", {HUMANITIES, PROFESSIONAL}) == (way.state, set(way.papers(MAKEUP)))

    way.makeup_ended(humanities=90, professional=80)

    assert ("qualified", ["printable"]) == (way.state, way.certificates())
    way.assert_sound()


@pytest.mark.manual("M: exemption: withdraw; revoke")
def test_a_false_exemption_ends_a_result_of_the_make_up(world: World) -> None:
    """Revoked after the make-up was passed: professional was never assessed, the certificate is void."""
    way = Way.begun(world, exempt=True)
    way.first_ended(humanities=50)
    way.makeup_confirmed()
    way.makeup_ended(humanities=90)
    before = way.state
    way.revoke()

    assert ("qualified", "unqualified", ["void"]) == (before, way.state, way.certificates())
    way.assert_sound()


def test_a_line_raised_after_the_make_up_ends_its_result(world: World) -> None:
    """A first paper that is no longer passed was not repeated: 合格 needs every required paper."""
    way = Way.begun(world)
    way.first_ended(humanities=50, professional=65)
    way.makeup_confirmed()
    way.makeup_ended(humanities=90)
    before = way.state
    way.raise_line(PROFESSIONAL, 70)

    assert ("qualified", "unqualified", ["void"]) == (before, way.state, way.certificates())
    way.assert_sound()


@pytest.mark.parametrize("decided", [True, False])
@pytest.mark.parametrize(
    ("line", "state"), [(Decimal(50), "qualified"), (Decimal("50.01"), "unqualified")], ids=["at", "above"]
)
def test_nobody_fails_by_a_make_up_of_what_is_passed_after_all(
    world: World, line: Decimal, state: str, decided: bool
) -> None:
    """The first paper meets the corrected line while the make-up is judged, or was failed: it is what counts."""
    way = Way.begun(world)
    way.first_ended(humanities=90, professional=50)
    way.makeup_confirmed()
    if decided:
        way.makeup_ended(professional=40)
    else:
        world.at(MAKEUP_RESULTS)
        way.score(MAKEUP, PROFESSIONAL, 40)
    before = way.state
    way.correct_line(PROFESSIONAL, line)
    if not decided:
        way.makeup_ended()

    assert ("unqualified" if decided else "awaiting_makeup", state) == (before, way.state)
    assert (["printable"] if state == "qualified" else []) == way.certificates()
    way.assert_sound()


def test_a_line_raised_while_the_make_up_is_waited_for_adds_its_paper(world: World) -> None:
    """What is failed by now is sat with the rest."""
    way = Way.begun(world)
    way.first_ended(humanities=50, professional=65)
    way.makeup_confirmed()
    way.raise_line(PROFESSIONAL, 70)

    assert ("awaiting_makeup", {HUMANITIES, PROFESSIONAL}) == (way.state, set(way.papers(MAKEUP)))
    way.assert_sound()


def test_scores_that_come_late_take_the_first_stage_up_again(world: World) -> None:
    """Nobody has begun the make-up: its papers are taken back, the first stage decides."""
    way = Way.begun(world)
    way.first_ended(lines=False)
    way.makeup_confirmed()
    for kind in (HUMANITIES, PROFESSIONAL):
        way.score(FIRST, kind, 80, "平台补送")
        way.assert_sound()
    undecided = way.state
    world.publish_lines(FIRST)
    world.settle()

    assert ("awaiting_assessment", "qualified", ["printable"]) == (undecided, way.state, way.certificates())
    assert {"cancelled"} == set(way.papers(MAKEUP).values())
    way.assert_sound()


def test_no_first_score_comes_after_the_make_up_has_begun(world: World) -> None:
    """From the first make-up score on, the make-up decides."""
    way = Way.begun(world)
    way.first_ended(lines=False)
    way.makeup_confirmed()
    world.at(MAKEUP_RESULTS)
    way.score(MAKEUP, HUMANITIES, 80)

    with pytest.raises(TransitionRefused) as caught:
        way.score(FIRST, PROFESSIONAL, 80, "平台补送")

    assert ["makeup_not_begun"] == [reason.name for reason in caught.value.reasons]  # type: ignore[union-attr]


def absent_from_the_makeup(world: World) -> Way:
    """A way to 不合格: humanities failed, and its make-up paper an absence."""
    way = Way.begun(world)
    way.first_ended(humanities=50, professional=65)
    way.makeup_confirmed()
    world.at(MAKEUP_RESULTS)
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(MAKEUP))
    paper = world.papers_of(way.case_id)[MAKEUP, HUMANITIES]
    world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(reminded=True))
    return way


def test_a_score_of_the_make_up_that_comes_late_is_judged(world: World) -> None:
    """An absence of the make-up is none where a score comes before its line is published, as in the first stage."""
    way = absent_from_the_makeup(world)
    before = way.state
    way.score(MAKEUP, HUMANITIES, 80, "平台补送")
    undecided = way.state
    world.publish_lines(MAKEUP)
    world.settle()

    assert ("unqualified", "awaiting_makeup", "qualified") == (before, undecided, way.state)
    way.assert_sound()


def test_no_late_score_comes_into_an_archived_cycle(world: World) -> None:
    """No line could be published for it: who waits for one would wait for ever."""
    way = absent_from_the_makeup(world)
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")

    with pytest.raises(TransitionRefused) as caught:
        way.score(MAKEUP, HUMANITIES, 80, "平台补送")

    assert ["cycle_running"] == [reason.name for reason in caught.value.reasons]  # type: ignore[union-attr]


def test_no_late_score_comes_to_who_has_left(world: World) -> None:
    """It would open a paper that nobody judges, and that stays open in the next round."""
    way = Way.begun(world)
    way.first_ended(lines=False)
    world.send(world.county, "assessment", way.case_id, "withdraw")

    with pytest.raises(TransitionRefused) as caught:
        way.score(FIRST, HUMANITIES, 80, "平台补送")
    assert ["still_judged"] == [reason.name for reason in caught.value.reasons]  # type: ignore[union-attr]
    way.assert_sound()
