"""
Which words a field of a list can hold: the states of a chart, or the codes of a list of terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.projection import COLUMNS, VIEWS
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.statechart.model import INITIAL
from kaohe_workflow.values.terms import LabelledEnum


def words_of(view: str, field: str, catalogue: Catalogue) -> Mapping[str, str] | None:
    """Code → label of what the field of a view can hold, None where it can hold any text."""
    lifecycle, column = _home(view, field)
    return _states(lifecycle, catalogue) if column == "state" else _terms(lifecycle, column)


def _home(view: str, field: str) -> tuple[str, str]:
    """A lifecycle and a column that a field of a view comes from; where there are several, all hold the same."""
    alias, column = VIEWS[view].places(field)[0]
    return VIEWS[view].lifecycle(alias), column


def _states(lifecycle: str, catalogue: Catalogue) -> Mapping[str, str]:
    """The leaves of every version: a case may stay in a state that the newest chart has no more."""
    return {
        leaf: chart.by_name[leaf].label or leaf
        for _, chart in sorted(catalogue.charts[lifecycle].items())
        for leaf in chart.leaves
        if leaf != INITIAL
    }


@cache
def _terms(lifecycle: str, column: str) -> Mapping[str, str] | None:
    entry = next((entry for entry in COLUMNS[lifecycle].columns if entry.name == column), None)
    if entry is None:
        return None
    kind = _kind_of(LIFECYCLES[lifecycle].record, entry.attribute)
    found = [
        one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, LabelledEnum)
    ]
    return found[0].labels() if found else None


def _kind_of(record: type, attribute: str) -> Any:
    """The type of an attribute of a record, a computed one too."""
    computed = getattr(record, attribute, None)
    if isinstance(computed, property):
        return get_type_hints(computed.fget).get("return")
    return get_type_hints(record).get(attribute)
