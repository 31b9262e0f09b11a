"""
What a refusal tells of a cycle's windows and pass lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kaohe_workflow.errors import Problem
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.cycle.lines import scored_papers
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.telling import listed, told
from kaohe_workflow.values.terms import Level, PaperKind, Stage
from kaohe_workflow.values.windows import LABELS, CycleWindows


def told_problems(windows: CycleWindows | None, *, makeup_required: bool = False) -> str:
    """Everything that is wrong with a cycle's windows; empty where nothing is."""
    problems: Iterable[Problem] = (
        windows.problems(makeup_required=makeup_required) if windows is not None else ()
    )
    return "；".join(problem.message for problem in problems)


def told_sitting(cycle: Cycle | None, stage: Stage | None, now: datetime) -> str:
    """When the papers of a stage are sat; empty where nobody says of which cycle or stage."""
    if cycle is None or stage is None:
        return ""
    name = "evaluation" if stage is Stage.FIRST else "makeup"
    return told(LABELS[name], getattr(cycle.windows, name), now)


def told_missing_lines(cycle: Cycle | None, stage: Stage, parameters: Parameters) -> str:
    """Which pass lines of a stage are still to be published, in the order of the papers and levels."""
    kinds = scored_papers(parameters, stage)
    missing = [
        f"{kind.label}（{level.label}）"
        for kind in PaperKind
        for level in Level
        if kind in kinds and (cycle is None or cycle.line(stage, kind, level) is None)
    ]
    return f"{stage.label}尚未公布：{listed(missing)}" if missing else ""
