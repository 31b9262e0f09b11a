"""
What is counted.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.shapes import INTEGER, NULLABLE_TEXT, TEXT, Schema, array, closed
from kaohe_workflow.application.queries.summaries import FIGURES

RATE = closed(done=INTEGER, all=INTEGER, percent={"type": ["integer", "null"]})

_TALLY: Mapping[str, Schema] = {
    "taking_part": INTEGER,
    "filed": INTEGER,
    "reviewed": INTEGER,
    "finished": INTEGER,
    "qualified": INTEGER,
    "unqualified": INTEGER,
    "pass_rate": RATE,
}

_ACCOUNT: Mapping[str, Schema] = {**_TALLY, **dict.fromkeys(FIGURES, INTEGER)}

COUNTS: Mapping[str, Schema] = {
    "Progress": closed(
        cycle_id=TEXT,
        states=array(closed(state=TEXT, label=TEXT, number=INTEGER)),
        registered=RATE,
        reviewed=RATE,
        finished=RATE,
    ),
    "Statistics": closed(
        cycle_id=TEXT,
        by=TEXT,
        by_label=TEXT,
        rows=array(closed(id=NULLABLE_TEXT, label=TEXT, institution=NULLABLE_TEXT, **_TALLY)),
        total=closed(**_TALLY),
        next=NULLABLE_TEXT,
    ),
    "Summary": closed(
        cycles=array(closed(id=TEXT, name=TEXT)),
        areas=array(closed(id=TEXT, name=TEXT, depth=INTEGER, **_ACCOUNT)),
        total=closed(**_ACCOUNT),
    ),
}
"""These answers, by the name that routes give each."""
