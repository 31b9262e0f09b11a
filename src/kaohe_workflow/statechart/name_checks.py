"""
Checks of names: those that lead nowhere, and those that nothing uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kaohe_workflow.statechart.findings import Finding
from kaohe_workflow.statechart.model import Deadline
from kaohe_workflow.statechart.naming import missing_names
from kaohe_workflow.statechart.predicates import comparisons, references
from kaohe_workflow.statechart.studying import Study


def unknown(study: Study) -> Iterator[Finding]:
    """
    Names that lead nowhere; roles, relations, actions and parameters only where the caller said which
    exist.
    """
    for missing in missing_names(study.chart):
        yield Finding("unknown-name", missing.where, missing.message, line=missing.line)
    known = study.chart.predicates
    for index, row in enumerate(study.chart.transitions):
        where, _ = study.row(index)
        messages = [*_unknown_grants(study, index)]
        if study.actions is not None:
            messages += [f"no action {name!r}" for name in row.do if name not in study.actions]
        if study.parameter_values:
            named = sorted(row.parameters(known))
            messages += [f"no parameter {name!r}" for name in named if name not in study.parameter_values]
        for message in messages:
            yield Finding("unknown-name", where, message, line=row.line)


def _unknown_grants(study: Study, index: int) -> Iterator[str]:
    if study.vocabulary is not None:
        for by in study.chart.transitions[index].by:
            if by.role not in study.vocabulary.roles:
                yield f"no role {by.role!r}"
            if by.relation not in study.vocabulary.relations:
                yield f"no relation {by.relation!r}"


def unused(study: Study) -> Iterator[Finding]:
    """
    Facts, guards and actions that nothing uses.

    A guard counts as used if a row uses it, directly or through guards; a fact if any guard, row or
    deadline does.
    """
    chart = study.chart
    conditions = [predicate for row in chart.transitions for predicate in row.when]
    guards = _closure(study, (name for predicate in conditions for name in references(predicate)))
    everything = [*conditions, *chart.predicates.values()]
    facts = {leaf.fact for predicate in everything for leaf in comparisons(predicate, {})}
    facts |= {deadline.at for deadline in _deadlines(study) if deadline.at is not None}
    done = {name for row in chart.transitions for name in row.do}
    for fact in chart.facts:
        if fact.name not in facts:
            yield Finding("unused-name", f"fact {fact.name}", "no guard looks at it", line=fact.line)
    for guard in chart.guards:
        if guard.name not in guards:
            yield Finding("unused-name", f"guard {guard.name}", "no row uses it", line=guard.line)
    for name in sorted((study.actions or frozenset()) - done):
        yield Finding("unused-name", f"action {name}", "no row does it")


def _closure(study: Study, names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += references(study.chart.predicates[name])
    return frozenset(found)


def _deadlines(study: Study) -> list[Deadline]:
    return [state.deadline for state in study.chart.by_name.values() if state.deadline is not None]
