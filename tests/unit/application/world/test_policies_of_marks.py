"""What follows from a mark (疑似作弊) and its decision: one test a policy, end to end."""

from __future__ import annotations

import pytest

from kaohe_workflow.testing.journeys import (
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
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import CheatingConsequence, PaperKind, Stage
from tests.unit.application.world.steps import cause_of_last, events_of
from tests.unit.application.world.test_policies_of_grounds import lost

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def sitting(journeys: Journeys) -> Traveller:
    """Somebody who has handed in one paper of two."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    return traveller


def open_papers(journeys: Journeys, traveller: Traveller) -> set[PaperKind]:
    """The kinds of the make-up that wait to be sat."""
    states = journeys.paper_states(traveller, Stage.MAKEUP)
    return {kind for kind, state in states.items() if state == "not_sat"}


def findings(journeys: Journeys) -> tuple[object, ...]:
    return journeys.world.application.verification.run().findings


@pytest.mark.parametrize("prints", [0, 1])
@pytest.mark.parametrize("stamped", [False, True])
def test_freeze_certificate(stored: Journeys, prints: int, stamped: bool) -> None:
    """A mark after 合格 holds the certificate, printed or not, stamped or not."""
    world = stored.world
    traveller = stored.to("qualified")
    (certificate,) = stored.certificates(traveller)
    for _ in range(prints or stamped):
        world.application.certificates.issue(world.hospital, certificate)
    if stamped:
        world.send(world.county, "certificate", certificate, "stamp")

    stored.mark(traveller, HUMANITIES)

    assert ("qualified", "frozen") == (stored.state(traveller), world.state_of("certificate", certificate))
    assert () == findings(stored)


@pytest.mark.parametrize(
    ("prints", "stamped", "back"),
    [(0, False, "printable"), (1, False, "generated"), (1, True, "stamped")],
)
def test_release_certificate(stored: Journeys, prints: int, stamped: bool, back: str) -> None:
    """The mark is taken away: the certificate is what number and stamp say."""
    world = stored.world
    traveller = stored.to("qualified")
    (certificate,) = stored.certificates(traveller)
    for _ in range(prints):
        world.application.certificates.issue(world.hospital, certificate)
    if stamped:
        world.send(world.county, "certificate", certificate, "stamp")
    mark = stored.mark(traveller, HUMANITIES)

    world.send(world.county, "cheating", mark, "unmark", reason="系误标")

    assert back == world.state_of("certificate", certificate)
    assert "release_certificate" == cause_of_last(world, "certificate", certificate)
    assert () == findings(stored)


def test_a_certificate_is_held_by_each_mark(journeys: Journeys) -> None:
    """Two papers are marked: the certificate is free when the second mark is gone, too."""
    world = journeys.world
    traveller = journeys.to("qualified")
    (certificate,) = journeys.certificates(traveller)
    marks = [journeys.mark(traveller, kind) for kind in (HUMANITIES, PROFESSIONAL)]

    states = []
    for mark in marks:
        journeys.report(mark)
        world.send(world.province, "cheating", mark, "exclude", reason="系本人")
        states.append(world.state_of("certificate", certificate))

    assert ["frozen", "printable"] == states


def test_a_certificate_begins_frozen_beside_a_mark(journeys: Journeys) -> None:
    """合格 while a mark is undecided: a mark changes no result, and nothing can be printed yet."""
    traveller = sitting(journeys)
    mark = journeys.mark(traveller, HUMANITIES)
    journeys.score(traveller, Stage.FIRST, professional=HIGH)
    journeys.world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    first = (journeys.state(traveller), list(journeys.certificates(traveller).values()))

    journeys.world.send(journeys.colleague, "cheating", mark, "unmark", reason="系误标")

    assert ("qualified", ["frozen"]) == first
    assert ["printable"] == list(journeys.certificates(traveller).values())
    assert () == findings(journeys)


def test_void_paper(stored: Journeys) -> None:
    """Found: the paper is void, the result 不合格 for good, the certificate void; no make-up cures it."""
    traveller = stored.to("qualified")
    mark = stored.mark(traveller, HUMANITIES)

    stored.confirm(mark)

    assert {HUMANITIES: "void", PROFESSIONAL: "passed"} == stored.paper_states(traveller)
    assert "unqualified" == stored.state(traveller)
    assert ["void"] == list(stored.certificates(traveller).values())
    assert "void_paper" == cause_of_last(
        stored.world, "evaluation", stored.papers(traveller)[Stage.FIRST, HUMANITIES]
    )
    assert () == findings(stored)


def test_a_void_paper_closes_the_stage_like_any_other(journeys: Journeys) -> None:
    """Found while another paper is open: the result waits for that, and is then 不合格 without a make-up."""
    traveller = sitting(journeys)
    mark = journeys.mark(traveller, HUMANITIES)
    journeys.confirm(mark)
    between = journeys.state(traveller)
    journeys.score(traveller, Stage.FIRST, professional=HIGH)
    journeys.world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)

    assert ("awaiting_assessment", "unqualified") == (between, journeys.state(traveller))
    assert 1 == events_of(journeys.world, "assessment", traveller.case_id).count("settle")
    assert () == findings(journeys)


def test_the_last_open_paper_may_be_the_void_one(journeys: Journeys) -> None:
    """The other paper is passed already: the void one settles the result."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, professional=HIGH)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.start(paper)
    mark = journeys.mark(traveller, HUMANITIES)
    journeys.world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    journeys.confirm(mark)

    assert "unqualified" == journeys.state(traveller)
    assert () == findings(journeys)


def test_while_the_makeup_is_waited_for_cheating_ends_it(journeys: Journeys) -> None:
    """待参加补考: the make-up papers are cancelled, the result is 不合格."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
    journeys.lead(traveller, "awaiting_makeup")
    journeys.confirm(journeys.mark(traveller, HUMANITIES))

    assert "unqualified" == journeys.state(traveller)
    assert {PROFESSIONAL: "cancelled"} == journeys.paper_states(traveller, Stage.MAKEUP)
    assert () == findings(journeys)


@pytest.mark.parametrize("first", ["passed", "failed"])
@pytest.mark.parametrize("consequence", CheatingConsequence)
def test_a_corrected_decision_gives_the_confirmed_makeup_back(
    consequence: CheatingConsequence, first: str
) -> None:
    """
    Made and corrected in 待参加补考: the make-up is as it was, and needs no second confirmation; who was told
    that it had ended is told that it goes on.
    """
    with open_world(cheating_consequence=consequence.value) as world:
        journeys = Journeys.of(world)
        traveller = journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=LOW)
        journeys.lead(traveller, "awaiting_makeup")
        mark = journeys.mark(traveller, HUMANITIES if first == "passed" else PROFESSIONAL)
        journeys.confirm(mark)
        between = journeys.state(traveller)
        world.send(journeys.colleague, "cheating", mark, "correct", reason="申诉成立")
        back = journeys.state(traveller), open_papers(journeys, traveller), findings(journeys)
        told = [one.text for one in world.application.inbox.page(traveller.principal, limit=200).notices]
        journeys.not_before(MAKEUP_DAY)
        journeys.score(traveller, Stage.MAKEUP, professional=HIGH)
        journeys.not_before(LAST_DAY)
        journeys.publish(Stage.MAKEUP)

        final = consequence is CheatingConsequence.UNQUALIFIED
        assert ("unqualified" if final else "awaiting_makeup") == between
        assert ("awaiting_makeup", {PROFESSIONAL}, ()) == back
        assert final == any("补考继续进行" in text for text in told)
        assert 1 == events_of(world, "assessment", traveller.case_id).count("confirm_makeup")
        assert "qualified" == journeys.state(traveller)
        assert () == findings(journeys)


def test_restore_paper(stored: Journeys) -> None:
    """Corrected: the paper is judged by its line again, the result 合格 with a certificate of its own."""
    traveller = stored.to("qualified")
    mark = stored.mark(traveller, HUMANITIES)
    stored.confirm(mark)

    stored.world.send(stored.colleague, "cheating", mark, "correct", reason="申诉成立")

    assert {HUMANITIES: "passed", PROFESSIONAL: "passed"} == stored.paper_states(traveller)
    assert "qualified" == stored.state(traveller)
    assert ["printable", "void"] == sorted(stored.certificates(traveller).values())
    assert () == findings(stored)


def test_a_paper_without_a_score_is_restored_as_not_opened(journeys: Journeys) -> None:
    """Voided while it was sat: there is nothing to judge, so the make-up remains."""
    traveller = journeys.to("awaiting_assessment")
    journeys.world.at(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, professional=HIGH)
    paper = journeys.papers(traveller)[Stage.FIRST, HUMANITIES]
    journeys.start(paper)
    mark = journeys.mark(traveller, HUMANITIES)
    journeys.world.at(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    journeys.confirm(mark)

    journeys.world.send(journeys.colleague, "cheating", mark, "correct", reason="申诉成立")

    assert {HUMANITIES: "not_opened", PROFESSIONAL: "passed"} == journeys.paper_states(traveller)
    assert "awaiting_makeup_approval" == journeys.state(traveller)
    assert () == findings(journeys)


@pytest.mark.manual("M: stamp; replace a certificate")
def test_allow_replacement(stored: Journeys) -> None:
    """A name was amended: the paper is void, the result stands, and the next one has another number."""
    world = stored.world
    traveller = stored.to("qualified")
    (old,) = stored.certificates(traveller)
    world.application.certificates.issue(world.hospital, old)

    world.send(world.county, "certificate", old, "replace", reason="姓名已更正")
    (new,) = set(stored.certificates(traveller)) - {old}
    world.application.certificates.issue(world.hospital, new)
    records = [world.application.cases.get(world.county, "certificate", one).record for one in (old, new)]

    assert "qualified" == stored.state(traveller)
    assert {old: "void", new: "generated"} == stored.certificates(traveller)
    assert [1, 2] == [record.edition for record in records]
    assert 2 == len({record.number for record in records})
    assert () == findings(stored)


@pytest.mark.manual("N-3.9")
def test_mark_ground_of_cheater() -> None:
    """Twelve clean years are clean no more, and are again once the finding is corrected; 一般程序 asks for none."""
    with open_world(cheating_consequence="makeup") as world:
        journeys = Journeys.of(world)
        clean, plain = journeys.to("awaiting_assessment", **SIMPLIFIED), journeys.to("awaiting_assessment")
        journeys.not_before(SITTING_DAY)
        marks = []
        for traveller in (clean, plain):
            journeys.score(traveller, Stage.FIRST, humanities=HIGH)
            marks.append(journeys.mark(traveller, HUMANITIES))
        for mark in marks:
            journeys.confirm(mark)
        found = lost(journeys, clean), lost(journeys, plain)
        world.send(journeys.colleague, "cheating", marks[0], "correct", reason="申诉成立")

        assert (True, False) == found
        assert "mark_ground_of_cheater" == cause_of_last(world, "assessment", clean.case_id)
        assert not lost(journeys, clean)
        assert () == findings(journeys)
