"""
What selectors share: the cases of occurrences, and cases by what they belong to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kaohe_workflow.application.policies import Occurrence
from kaohe_workflow.application.stored import Case


def ids_of(occurrences: Iterable[Occurrence]) -> tuple[str, ...]:
    """The cases that something happened to, each once."""
    return tuple(dict.fromkeys(occurrence.after.id for occurrence in occurrences))


def by(cases: Iterable[Case], attribute: str) -> Mapping[str, list[Case]]:
    """Cases by an attribute of their record."""
    grouped: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[getattr(case.record, attribute)].append(case)
    return grouped
