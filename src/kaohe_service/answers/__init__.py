"""
JSON Schema of what the service answers.

Case data and list rows follow from what the library shows (`cases`); the rest is written out, a module for each
thing that is asked after.
"""

from __future__ import annotations

from collections.abc import Mapping

from kaohe_service.answers.agencies import AGENCIES
from kaohe_service.answers.cases import cases_and_rows
from kaohe_service.answers.cycles import CYCLES, of_windows
from kaohe_service.answers.decisions import DECISIONS
from kaohe_service.answers.figures import COUNTS
from kaohe_service.answers.messages import MESSAGES
from kaohe_service.answers.people import PEOPLE
from kaohe_service.answers.results import RESULTS
from kaohe_service.answers.sessions import SESSIONS
from kaohe_service.answers.shapes import BOOLEAN, Schema, closed
from kaohe_service.schemas import Components

_OPERATION: Mapping[str, Schema] = {"Health": closed(ok=BOOLEAN), "Document": {"type": "object"}}


def add_answers(components: Components) -> None:
    """Add the schema of every answer, each under the name that routes give it."""
    for answers in (
        *(DECISIONS, SESSIONS, PEOPLE, AGENCIES, RESULTS, CYCLES, MESSAGES, COUNTS, _OPERATION),
        of_windows(components),
        cases_and_rows(components),
    ):
        components.schemas |= answers
