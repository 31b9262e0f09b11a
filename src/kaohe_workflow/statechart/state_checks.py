"""
Checks of states: which are reached, which can be left, and who is to act in them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kaohe_workflow.statechart.findings import Finding
from kaohe_workflow.statechart.reaching import leading_to_final, moves, paths_from_initial
from kaohe_workflow.statechart.studying import Study


def reachable(study: Study) -> Iterator[Finding]:
    """Leaves that no row which can fire leads to."""
    paths = paths_from_initial(study.chart, study.live)
    for leaf in study.chart.leaves:
        if leaf not in paths:
            rows = [index for index, row in enumerate(study.chart.transitions) if row.target == leaf]
            why = (
                f"only by row {', '.join(map(str, rows))}, which cannot fire from where a case gets"
                if rows
                else "by no row"
            )
            yield Finding("unreachable-state", f"state {leaf}", f"is entered {why}", line=_line(study, leaf))


def ways_on(study: Study) -> Iterator[Finding]:
    """
    Leaves that are reached, are not final, and lead nowhere.

    A chart without any final state describes something that never ends; then only leaves that cannot be
    left count.
    """
    paths = paths_from_initial(study.chart, study.live)
    ending = leading_to_final(study.chart, study.live)
    ends = any(study.chart.by_name[leaf].final for leaf in study.chart.leaves)
    for leaf in study.chart.leaves:
        if leaf not in paths or study.chart.by_name[leaf].final:
            continue
        kind, message = _stuck(study, leaf)
        if not kind and ends and leaf not in ending:
            kind, message = "no-way-to-final", "leads to other states, and to no final one"
        if kind:
            witness = {"path": " → ".join(paths[leaf])}
            yield Finding(kind, f"state {leaf}", message, witness, _line(study, leaf))


def _stuck(study: Study, leaf: str) -> tuple[str, str]:
    out = [index for index, _ in moves(study.chart, leaf)]
    rows = ", ".join(map(str, out))
    if study.locked(leaf):
        return "no-role-can-leave", f"nobody can ever send a row that leads out of it ({rows})"
    if not any(study.fires(index) for index in out):
        return "dead-end", "is not final, and " + (
            f"no row out of it ({rows}) can fire" if out else "no row leads out of it"
        )
    return "", ""


def owners(study: Study) -> Iterator[Finding]:
    """Leaves in which only automatic roles act, although no deadline runs that would make them."""
    if study.vocabulary is None or not study.vocabulary.automatic:
        return
    for leaf in study.chart.leaves:
        state = study.chart.by_name[leaf]
        roles = {by.role for _, row in study.chart.rows_from(leaf) for by in row.by}
        timed = any(study.chart.by_name[name].deadline for name in study.chart.paths[leaf])
        if (
            roles
            and roles <= study.vocabulary.automatic
            and not timed
            and leaf != study.chart.initial
            and not state.final
        ):
            message = f"only {', '.join(sorted(roles))} can act, and no deadline makes it act"
            yield Finding("no-owner-no-deadline", f"state {leaf}", message, line=state.line)


def deadlines(study: Study) -> Iterator[Finding]:
    """Deadlines whose event nothing answers in some leaf that they run in."""
    for leaf in study.chart.leaves:
        around = (study.chart.by_name[name].deadline for name in reversed(study.chart.paths[leaf]))
        deadline = next((one for one in around if one is not None), None)
        if deadline and all(row.event != deadline.event for _, row in study.chart.rows_from(leaf)):
            message = f"its deadline sends {deadline.event!r}, which has no row here"
            yield Finding("deadline-without-row", f"state {leaf}", message, line=_line(study, leaf))


def _line(study: Study, leaf: str) -> int:
    return study.chart.by_name[leaf].line
