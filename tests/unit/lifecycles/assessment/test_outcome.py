"""Which papers a stage requires, and what its papers amount to."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.outcome import any_started, cut_short, papers_outcome
from kaohe_workflow.lifecycles.assessment.papers import OPEN, PASSED, PaperView, required_papers
from kaohe_workflow.testing.assessment_strategies import paper_views
from kaohe_workflow.testing.trials import DEFAULTS, shipped_chart
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.terms import PaperKind, Procedure, Stage

GENERAL, SIMPLIFIED = Procedure.GENERAL, Procedure.SIMPLIFIED
HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL
PUBLIC, COMBINED = PaperKind.PUBLIC, PaperKind.COMBINED

GANSU = attrs.evolve(DEFAULTS, makeup_papers_general=(COMBINED,), makeup_papers_simplified=(HUMANITIES,))
CHENGDU = attrs.evolve(DEFAULTS, makeup_papers_general=(PROFESSIONAL, PUBLIC))


def first(*states):
    """Papers of the first stage in these states, humanities first."""
    return tuple(
        PaperView(kind, Stage.FIRST, state)
        for kind, state in zip((HUMANITIES, PROFESSIONAL), states, strict=False)
    )


@pytest.mark.manual("S-82")
@pytest.mark.parametrize(
    ("procedure", "waived", "kinds"),
    [
        (GENERAL, frozenset(), (HUMANITIES, PROFESSIONAL)),
        (GENERAL, {PROFESSIONAL}, (HUMANITIES, PROFESSIONAL)),
        (SIMPLIFIED, frozenset(), (HUMANITIES,)),
        (SIMPLIFIED, {HUMANITIES}, (HUMANITIES,)),
    ],
)
def test_papers_of_the_first_stage(procedure, waived, kinds):
    """一般 sits both papers, 简易 医学人文; a waived one is assigned all the same (手册 2.2.8)."""

    assert kinds == required_papers(Sitter(procedure), Stage.FIRST, waived, DEFAULTS)


@pytest.mark.parametrize(
    ("states", "kinds"),
    [
        (("failed", "passed"), (HUMANITIES,)),
        (("passed", "absent"), (PROFESSIONAL,)),
        (("failed", "failed"), (HUMANITIES, PROFESSIONAL)),
        (("not_opened", "passed"), (HUMANITIES,)),
        (("cancelled", "passed"), (HUMANITIES,)),
        ((), (HUMANITIES, PROFESSIONAL)),
    ],
)
def test_the_make_up_repeats_what_was_not_passed(states, kinds):
    """Failed, missed, not opened, cancelled or never assigned: each such kind is sat again."""

    assert kinds == required_papers(Sitter(GENERAL), Stage.MAKEUP, (), DEFAULTS, first(*states))


@pytest.mark.parametrize(
    ("parameters", "waived", "kinds"),
    [
        (DEFAULTS, {PROFESSIONAL}, (HUMANITIES,)),
        (GANSU, frozenset(), (COMBINED,)),
        (GANSU, {PROFESSIONAL}, (HUMANITIES,)),
        (CHENGDU, frozenset(), (PROFESSIONAL, PUBLIC)),
        (CHENGDU, {PROFESSIONAL}, (PUBLIC,)),
    ],
)
def test_what_was_waived_stays_waived(parameters, waived, kinds):
    """Exempt from the professional paper, one sits 医学人文 instead of the combined paper."""
    papers = first("failed", "exempt_pass" if waived else "failed")

    assert kinds == required_papers(Sitter(GENERAL), Stage.MAKEUP, waived, parameters, papers)


@given(
    procedure=st.sampled_from(Procedure),
    papers=st.lists(paper_views(), max_size=6),
    waived=st.sets(st.sampled_from((HUMANITIES, PROFESSIONAL))),
)
def test_a_make_up_never_repeats_a_pass(procedure, papers, waived):
    """By default the make-up is a part of the first stage, without what was passed or waived."""
    wanted = required_papers(Sitter(procedure), Stage.MAKEUP, waived, DEFAULTS, papers)
    passed = {paper.kind for paper in papers if paper.stage is Stage.FIRST and paper.state in PASSED}

    assert not set(wanted) & (passed | waived)
    assert set(wanted) | passed | waived >= set(DEFAULTS.papers(Sitter(procedure)))


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ((), "none"),
        (("cancelled",), "none"),
        (("exempt_pass",), "all_passed"),
        (("passed", "exempt_pass"), "all_passed"),
        (("passed", "cancelled"), "all_passed"),
        (("failed", "not_sat"), "open"),
        (("failed", "absence_pending"), "open"),
        (("exempt_pass", "failed"), "some_failed"),
        (("passed", "absent"), "some_failed"),
        (("passed", "not_opened"), "some_failed"),
    ],
)
def test_what_papers_amount_to(states, outcome):
    """Every paper 合格 or 合格(免考), else failed; nothing is settled while one is open."""

    assert outcome == papers_outcome(first(*states), Stage.FIRST)


@given(papers=st.lists(paper_views(Stage.FIRST), max_size=4), other=st.lists(paper_views(Stage.MAKEUP)))
def test_one_outcome_for_any_papers(papers, other):
    """The worst paper decides, in any order; papers of the other stage and cancelled ones do not count."""
    states = [paper.state for paper in papers if paper.state != "cancelled"]
    if not states:
        expected = "none"
    elif any(state in OPEN for state in states):
        expected = "open"
    else:
        expected = "all_passed" if all(state in PASSED for state in states) else "some_failed"

    assert expected == papers_outcome([*other, *papers], Stage.FIRST)
    assert expected == papers_outcome([*reversed(papers), *other], Stage.FIRST)


def makeup(*states):
    """Papers of the make-up in these states, humanities first; None: there is none of the kind."""
    return tuple(
        PaperView(kind, Stage.MAKEUP, state)
        for kind, state in zip((HUMANITIES, PROFESSIONAL), states, strict=False)
        if state is not None
    )


@pytest.mark.parametrize(
    ("before", "again", "outcome"),
    [
        (("passed", "failed"), (None, "failed"), "some_failed"),
        (("passed", "passed"), (None, "failed"), "all_passed"),
        (("passed", "passed"), (None, "absent"), "all_passed"),
        (("passed", "passed"), (None, "cancelled"), "all_passed"),
        (("passed", "passed"), (None, "sitting"), "open"),
        (("failed", "passed"), ("passed", "failed"), "all_passed"),
        (("failed", "passed"), ("failed", "passed"), "some_failed"),
        (("failed", "passed"), ("cancelled", "failed"), "some_failed"),
        (("void", "passed"), ("failed", None), "some_failed"),
        (("passed", "not_sat"), (None, "cancelled"), "none"),
        (("passed", "passed"), (), "none"),
    ],
)
def test_nobody_fails_by_a_make_up_of_what_is_passed(before, again, outcome):
    """A paper of the first stage that is passed by now, and stands, decides its kind; an open one is waited for."""
    papers = (*first(*before), *makeup(*again))
    wanted = required_papers(Sitter(GENERAL), Stage.MAKEUP, (), DEFAULTS, papers)

    assert outcome == papers_outcome(papers, Stage.MAKEUP, wanted)


@pytest.mark.parametrize(("again", "outcome"), [("failed", "some_failed"), ("passed", "all_passed")])
def test_the_provinces_list_of_the_make_up_is_sat_whole(again, outcome):
    """Where the province lists what is sat, a kind of the list decides though one of its name was passed before."""
    papers = (*first("failed", "passed"), PaperView(PROFESSIONAL, Stage.MAKEUP, again))
    papers = (*papers, PaperView(PUBLIC, Stage.MAKEUP, "passed"))
    wanted = required_papers(Sitter(GENERAL), Stage.MAKEUP, (), CHENGDU, papers)

    assert outcome == papers_outcome(papers, Stage.MAKEUP, wanted)


def test_a_kind_with_a_void_paper_is_not_passed():
    """Sat once more in a later round and passed: the cheating stands all the same."""
    papers = (*first("void", "passed"), PaperView(HUMANITIES, Stage.FIRST, "passed"))

    assert (HUMANITIES,) == required_papers(Sitter(GENERAL), Stage.MAKEUP, (), DEFAULTS, papers)


def test_every_state_of_a_paper_has_its_place():
    """The chart of papers has no state that an outcome does not know."""
    leaves = set(shipped_chart("evaluation").leaves) - {"none"}

    assert leaves == {*OPEN, *PASSED, "failed", "absent", "void", "not_opened", "cancelled"}


UNTOUCHED = ("not_sat", "absence_pending", "exempt_pass", "cancelled")


@pytest.mark.parametrize("humanities", UNTOUCHED)
@pytest.mark.parametrize("professional", UNTOUCHED)
def test_untouched_papers(humanities, professional):
    """Not sat (an absence that nobody has confirmed included), waived or cancelled: nothing has been started."""

    assert not any_started(first(humanities, professional), Stage.FIRST)


@pytest.mark.parametrize("state", ["sitting", "handed_in", "passed", "failed", "absent", "not_opened"])
def test_started_papers(state):
    """Anything else has begun; only papers of the stage are looked at."""

    assert any_started(first("not_sat", state), Stage.FIRST)
    assert not any_started(first("not_sat", state), Stage.MAKEUP)


@pytest.mark.parametrize(
    ("makeup", "is_cut_short"),
    [
        ((), False),
        (("not_sat",), False),
        (("failed",), False),
        (("cancelled",), True),
        (("cancelled", "not_sat"), False),
    ],
)
def test_a_makeup_is_cut_short_where_what_it_requires_is_cancelled(makeup, is_cut_short):
    """A kind that is not required, or has a paper beside the cancelled one, does not count."""
    papers = tuple(PaperView(HUMANITIES, Stage.MAKEUP, state) for state in makeup)

    assert is_cut_short is cut_short((*first("cancelled"), *papers), (HUMANITIES,))
    assert not cut_short(papers, (PROFESSIONAL,))
