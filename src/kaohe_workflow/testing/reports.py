"""
A report of results as tests know it, and what lies around it.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.result_report.case import Count, Outcome, ResultReport, Results
from kaohe_workflow.lifecycles.result_report.timing import CycleView
from kaohe_workflow.testing.worlds import WINDOWS

RESULTS = Results(counts=(Count(institution_id="hospital", outcome=Outcome.QUALIFIED, number=3),))
REPORT = ResultReport(institution_id="agency", cycle_id="cycle")
MAKEUP_CYCLE = CycleView(state="makeup", windows=WINDOWS)
"""Its make-up ends with 2024-01-26, so a report is in time until 2024-02-25 is over."""


@attrs.frozen(kw_only=True)
class ResultReportAround:
    """Around an assessment institution that stands, in a cycle whose make-up is on."""

    cycle: CycleView | None = MAKEUP_CYCLE
    application_state: str | None = "approved"
    reported_already: bool = False
    results: Results = RESULTS
