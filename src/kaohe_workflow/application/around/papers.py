"""
The papers of an assessment, and what spares some of them, as the rules of the assessment look at them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.papers import PaperView
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.evaluation.case import Evaluation
from kaohe_workflow.values.terms import PaperKind


def paper_view(case: Case) -> PaperView:
    """A paper; one that was sat before and may be sat again says so."""
    record = case.record
    return PaperView(record.kind, record.stage, case.state, bool(record.earlier_scores))


def line_of(paper: Evaluation, cycle: Cycle | None) -> Decimal | None:
    """The pass line of a paper: its own, else the cycle's published one; None while there is none."""
    if paper.own_line is not None:
        return paper.own_line
    if cycle is None or paper.level is None:
        return None
    line = cycle.line(paper.stage, paper.kind, paper.level)
    return line.score if line is not None else None


def waived_kinds(exemptions: Iterable[Case]) -> frozenset[PaperKind]:
    """The kinds of paper that those of the exemptions waive that are granted."""
    return frozenset(case.record.kind for case in exemptions if case.state == "granted")
