"""The permission table as it is written by hand: who may do what, in which relation, in which states."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import attrs

PATH = Path(__file__).parent / "permission_matrix.csv"

Allowed = tuple[str, str, str, str]
"""Event, state, role, relation."""


@attrs.frozen
class Permission:
    """
    One row: events of a lifecycle that a role in a relation may send in some states.

    ``planned`` rows are about events that no chart has yet; whoever adds one makes its row `built`. Those that happen
    ``outside``, on an evaluation platform, no chart has either, and none will.
    """

    operation: str
    lifecycle: str
    events: tuple[str, ...]
    by: tuple[str, ...]
    states: tuple[str, ...]
    planned: bool
    outside: bool

    def allowed(self) -> set[Allowed]:
        """Everything that the row allows."""
        return {(event, state, *pair(by)) for event in self.events for state in self.states for by in self.by}


def pair(by: str) -> tuple[str, str]:
    """`institution/own` as a role and a relation."""
    role, _, relation = by.partition("/")
    return role, relation


@cache
def permissions() -> tuple[Permission, ...]:
    """Every row of the table."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return tuple(
            Permission(
                row["operation"],
                row["lifecycle"],
                tuple(row["events"].split()),
                tuple(row["by"].split()),
                tuple(row["states"].split()),
                row["state"] in ("planned", "outside"),
                row["state"] == "outside",
            )
            for row in csv.DictReader(file)
        )


def allowed(lifecycle: str) -> set[Allowed]:
    """What the table allows for a lifecycle by rows that are built."""
    return {
        one
        for row in permissions()
        if row.lifecycle == lifecycle and not row.planned
        for one in row.allowed()
    }
