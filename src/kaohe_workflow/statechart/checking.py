"""
Proofs that a chart is sound, before it decides anything.

Every question is answered exactly, over all values that the facts may have (see `solving`). A finding
comes with a witness where there can be one: facts for which it happens, or the events that lead to
where it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from kaohe_workflow.statechart import name_checks, row_checks, state_checks
from kaohe_workflow.statechart.findings import KINDS, Finding
from kaohe_workflow.statechart.model import Statechart, Vocabulary
from kaohe_workflow.statechart.solving import Prover
from kaohe_workflow.statechart.studying import Study

__all__ = ["KINDS", "Finding", "check"]

CHECKS: tuple[Callable[[Study], Iterator[Finding]], ...] = (
    name_checks.unused,
    row_checks.guards,
    row_checks.never_fires,
    row_checks.nobody_admitted,
    row_checks.shadowed,
    row_checks.overlapping,
    row_checks.labels,
    row_checks.finals,
    row_checks.submits_and_decides,
    state_checks.reachable,
    state_checks.ways_on,
    state_checks.owners,
    state_checks.deadlines,
)
"""What is asked of a chart whose names all lead somewhere."""

UNKNOWN_VALUES: Mapping[str, Iterable[int]] = MappingProxyType({})


def check(
    chart: Statechart,
    vocabulary: Vocabulary | None = None,
    parameter_values: Mapping[str, Iterable[int]] = UNKNOWN_VALUES,
    actions: frozenset[str] | None = None,
) -> tuple[Finding, ...]:
    """
    Return everything that is wrong with a chart, in a fixed order; nothing if it is sound.

    Args:
        chart: the chart; while a name in it leads nowhere, nothing else is asked.
        vocabulary: roles and relations, and who may hold several; None leaves out what needs to know them.
        parameter_values: each parameter's values anywhere in use; what is said to be impossible is so
            for all of their combinations. None given: tried are the bounds and thresholds of the facts
            compared.
        actions: the names of the actions that exist; None leaves them out.
    """
    values = {name: tuple(sorted(set(numbers))) for name, numbers in parameter_values.items()}
    study = Study(chart, vocabulary, actions, Prover(chart, values))
    unknown = tuple(name_checks.unknown(study))
    if unknown:
        return unknown
    found = [finding for ask in CHECKS for finding in ask(study)]
    return tuple(dict.fromkeys(found + study.undecided))
