"""Computing a result again, over every constellation."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.findings import DirectGround, Finding, FindingStanding
from kaohe_workflow.lifecycles.assessment.papers import PASSED
from kaohe_workflow.statechart.deciding import Fired
from kaohe_workflow.statechart.interpreting import Reading
from kaohe_workflow.testing.assessment_strategies import paper_views
from kaohe_workflow.testing.assessments import PLAIN, AssessmentAround, china, opinions
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.terms import Stage, Verdict

DECIDED = ("awaiting_makeup_approval", "awaiting_makeup", "qualified", "unqualified")
SYSTEM = ("system", "any")
FOUND = Finding(
    number=1,
    ground=DirectGround.MALPRACTICE,
    found_on=date(2021, 7, 1),
    text="已查实",
    evidence=("proof",),
    reported_at=china(date(2024, 1, 5)),
    standing=FindingStanding.CONFIRMED,
)


@st.composite
def decided(draw):
    """A case that is decided, or waits for its make-up, with anything around it."""
    state = draw(st.sampled_from(DECIDED))
    stages = {
        "awaiting_makeup_approval": [None],
        "awaiting_makeup": [Stage.MAKEUP],
    }.get(state, [Stage.FIRST, Stage.MAKEUP])
    record = attrs.evolve(
        PLAIN,
        stage=draw(st.sampled_from(stages)),
        opinions=draw(st.sampled_from([None, opinions(), opinions(work=Verdict.UNQUALIFIED)])),
        agency_passed=draw(st.booleans()),
        makeup_refused=draw(st.booleans()),
        findings=draw(st.sampled_from([(), (FOUND,)])),
        result_version=1,
    )
    parameters = attrs.evolve(DEFAULTS, makeup_offered=draw(st.booleans()))
    return Trial(lifecycle="assessment", state=state, record=record, parameters=parameters)


sendings = st.builds(
    lambda papers, day: Sending(
        event="recompute", by=SYSTEM, around=AssessmentAround(papers=tuple(papers)), now=china(day)
    ),
    papers=st.lists(paper_views(), max_size=5),
    day=st.sampled_from([date(2024, 1, 15), date(2024, 1, 17), date(2024, 1, 20)]),
)


@given(trial=decided(), sending=sendings)
def test_what_causes_it_is_never_refused(trial, sending):
    """From every decided state exactly one row fires, whatever the papers and the opinions are."""
    chart = shipped_chart("assessment")
    reading = Reading(chart, trial.parameters.integers, trial.facts(sending))
    fitting = [
        row.target
        for index, row in chart.rows_from(trial.state)
        if row.event == "recompute" and not reading.against(index, row, sending.actor, None)
    ]

    assert isinstance(trial.decide(sending), Fired)
    assert 1 == len(fitting)


@pytest.mark.manual("S-71")
@given(trial=decided(), sending=sendings)
def test_qualified_only_with_everything_passed(trial, sending):
    """
    合格 needs confirmed opinions and every paper of the deciding stage passed (考核办法 第二十二条).

    Read: a paper of the make-up decides nothing where the one of its kind has turned out passed in the first stage.
    """
    after = trial.send(sending)
    record = after.record

    if after.state == "qualified":
        assert record.opinions is not None
        assert record.opinions.qualified
        assert record.agency_passed
        assert record.finding is None
        papers = [paper for paper in sending.around.papers if paper.state != "cancelled"]
        needless = {paper.kind for paper in papers if paper.stage is Stage.FIRST and paper.state in PASSED}
        deciding = [
            paper
            for paper in papers
            if paper.stage is record.stage and (record.stage is Stage.FIRST or paper.kind not in needless)
        ]
        assert deciding or needless
        assert {paper.state for paper in deciding} <= PASSED


@given(trial=decided(), sending=sendings)
def test_the_version_counts_every_change_of_verdict(trial, sending):
    """A new version exactly when a verdict is given or taken back."""
    after = trial.send(sending)
    verdicts = {"qualified", "unqualified"}
    changed = after.state != trial.state and bool({after.state, trial.state} & verdicts)

    assert changed == (after.record.result_version > trial.record.result_version)


@given(trial=decided(), sending=sendings)
def test_again_and_again_is_the_same(trial, sending):
    """
    A second computation over the same papers moves nothing that the first has settled.

    No row leads a make-up paper that was closed back to where it was not begun, so a result never meets one.
    """
    waiting = any(
        paper.stage is Stage.MAKEUP and paper.state in ("not_sat", "absence_pending")
        for paper in sending.around.papers
    )
    assume(not (waiting and trial.state in ("qualified", "unqualified")))
    once = trial.send(sending)

    if once.state in DECIDED:
        assert once.state == once.send(sending).state
