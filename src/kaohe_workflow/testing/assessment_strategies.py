"""Hypothesis strategies for what an assessment is made of: papers and good records."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from kaohe_workflow.lifecycles.assessment.filing import GoodRecord
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.statechart.model import INITIAL
from kaohe_workflow.testing.trials import shipped_chart
from kaohe_workflow.values.terms import PaperKind, RecordLevel, Stage


def paper_states() -> st.SearchStrategy[str]:
    """Leaves of the chart of papers."""
    return st.sampled_from([leaf for leaf in shipped_chart("evaluation").leaves if leaf != INITIAL])


@st.composite
def paper_views(draw: st.DrawFn, stage: Stage | None = None) -> PaperView:
    """Papers of any kind and state, of one stage if it is given."""
    kind = draw(st.sampled_from(PaperKind))
    return PaperView(kind, stage or draw(st.sampled_from(Stage)), draw(paper_states()))


@st.composite
def good_records(draw: st.DrawFn) -> GoodRecord:
    """Good records of any level, dated in the cycle or up to a year beside it."""
    given_on = draw(st.dates(date(2019, 1, 1), date(2023, 12, 31)))
    return GoodRecord(level=draw(st.sampled_from(RecordLevel)), issuer="某机构", given_on=given_on)
