"""
What a check can find wrong with a chart.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "unknown-name": "a name leads nowhere: fact, guard, state, event, action, role, relation, parameter",
        "unused-name": "a fact, guard or action is defined and never used",
        "guard-never": "a guard, or a condition written in a row, can never hold",
        "guard-always": "a guard, or a condition written in a row, always holds",
        "never-fires": "the conditions of a row exclude each other",
        "no-role-can-send": "nobody can ever send a row",
        "shadowed-row": "rows tried earlier always take the event away",
        "overlapping-rows": "two rows with different consequences are open to one sender at once",
        "labels-differ": "one event has two labels in one state",
        "leaves-final": "a row leaves a final state without saying reopens",
        "reopens-nothing": "a row says reopens and leaves no final state",
        "unreachable-state": "no row that can fire leads to a state",
        "dead-end": "a state that is not final has no row out that can fire",
        "no-role-can-leave": "rows lead out of a state, and nobody can ever send one of them",
        "no-way-to-final": "from a state no final state can be reached",
        "no-owner-no-deadline": "nobody but automatic roles can act in a state, and no deadline runs",
        "deadline-without-row": "a deadline's event has no row in its state",
        "submits-and-decides": "one person may bring a case to where the same person decides on it",
        "not-decided": "a proof was given up because the search grew too large",
    }
)
"""Kind of finding → what it says."""


@attrs.frozen
class Finding:
    """
    Something wrong with a chart.

    ``where`` names the row, state, guard or fact; ``witness`` maps facts to values for which it
    happens, or ``path`` to the events that lead there, None where nothing can be shown; ``line`` is
    that of the file, 0 if unknown.
    """

    kind: str
    where: str
    message: str
    witness: Mapping[str, object] | None = attrs.field(default=None, hash=False)
    line: int = 0

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in (self.witness or {}).items())
        return f"{self.where}: {self.message} [{self.kind}]" + (f" e.g. {shown}" if shown else "")
