"""
Charts for people: the table that reviewers read, and a diagram. The same chart always gives the same text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from kaohe_workflow.statechart.model import INITIAL, Statechart, Transition
from kaohe_workflow.statechart.phrasing import phrase, title

HEADINGS = ("row", "event", "label", "from", "to", "by", "when", "do", "demands", "cites")
GUARD_HEADINGS = ("guard", "label", "meaning", "cites")

NO_WORDS: Mapping[str, str] = MappingProxyType({})


def table(
    chart: Statechart, format: Literal["markdown", "csv"] = "markdown", words: Mapping[str, str] = NO_WORDS
) -> str:
    """
    Return the rows of a chart as a table, in Markdown followed by a table of what its guards mean.

    ``words`` are labels of roles and relations; those it lacks are written as they are. States are
    written as the chart names them, so a compound state stands for its leaves.
    """
    rows = [_cells(index, row, chart, words) for index, row in enumerate(chart.transitions)]
    if format == "csv":
        return _csv([HEADINGS, *rows])
    guards = [
        (guard.name, guard.label, phrase(guard.predicate, chart), ", ".join(guard.cites))
        for guard in chart.guards
    ]
    head = f"# {chart.label} ({chart.name} v{chart.version})\n\n"
    return head + _markdown(HEADINGS, rows) + ("\n" + _markdown(GUARD_HEADINGS, guards) if guards else "")


def _cells(index: int, row: Transition, chart: Statechart, words: Mapping[str, str]) -> tuple[str, ...]:
    demands = {
        "reason": row.reason_required,
        "four_eyes": row.four_eyes,
        "decides": row.decides,
        "reopens": row.reopens,
    }
    return (
        str(index),
        row.event,
        row.label,
        "; ".join(_state(name, chart) for name in row.written or row.sources),
        _state(row.target, chart) if row.target is not None else "—",
        "; ".join(f"{words.get(by.role, by.role)} ({words.get(by.relation, by.relation)})" for by in row.by),
        "; ".join(title(part, chart).label for part in row.when),
        ", ".join(row.do),
        ", ".join(name for name, demanded in demands.items() if demanded),
        ", ".join(row.cites),
    )


def _state(name: str, chart: Statechart) -> str:
    label = chart.by_name[name].label
    return f"{label} ({name})" if label else name


def _markdown(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _csv(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


CURRENT_STYLE = "fill:#fff3bf,stroke:#8a5a00,stroke-width:3px"

_RESERVED = frozenset({"state", "end", "note", "class", "default", "direction", "style", "click", "as"})
_UNSAFE = str.maketrans({'"': "”", ":": "：", ";": "；", "#": "＃", "\n": " ", "{": "｛", "}": "｝"})


def mermaid(chart: Statechart, current: str | None = None) -> str:
    """
    Return a Mermaid state diagram with the chart's labels; the leaf ``current`` is filled.

    It shows leaves and the moves between them. Mermaid cannot draw moves between the insides of two
    compound states, so phases are not drawn; internal transitions, which move nothing, are not either.
    """
    lines = ["stateDiagram-v2"]
    for leaf in chart.leaves:
        if leaf != INITIAL:
            label = chart.by_name[leaf].label.translate(_UNSAFE)
            lines.append(f'    state "{label}" as {_id(leaf)}')
    for (source, target), labels in _moves(chart).items():
        text = " / ".join(dict.fromkeys(labels)).translate(_UNSAFE)
        lines.append(f"    {_end(source, chart)} --> {_id(target)} : {text}")
    for leaf in chart.leaves:
        if chart.by_name[leaf].final:
            lines.append(f"    {_id(leaf)} --> [*]")
    if chart.initial != INITIAL:
        lines.append(f"    [*] --> {_id(chart.initial)}")
    if current is not None:
        lines += [f"    classDef current {CURRENT_STYLE}", f"    class {_id(current)} current"]
    return "\n".join(lines) + "\n"


def _moves(chart: Statechart) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for leaf in chart.leaves:
        for _, row in chart.rows_from(leaf):
            if row.target is not None:
                found.setdefault((leaf, row.target), []).append(row.label)
    return found


def _end(leaf: str, chart: Statechart) -> str:
    return "[*]" if leaf == INITIAL else _id(leaf)


def _id(name: str) -> str:
    return f"{name}_" if name in _RESERVED else name
