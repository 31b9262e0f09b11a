"""
The report of a run: counted from the store, so that it is the same whether the run was cut off or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs

from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.cli.demo.directory import Directory
from kaohe_workflow.cli.demo.organisations import Authorities
from kaohe_workflow.cli.demo.tracing import Trace
from kaohe_workflow.cli.demo.unexpected import Unexpected, unexpected
from kaohe_workflow.values.terms import Stage

ENDS = ("qualified", "unqualified")
"""States that are a result."""

OUTSIDE = ("not_enrolled", "withdrawn")
"""States of who does not take part."""


@attrs.frozen
class BadRow:
    """A row of the roster that was not imported; ``row`` is the sheet's own number."""

    row: int
    code: str
    reason: str


@attrs.frozen
class Certificates:
    """How many certificates have a number, and how many names hold a character that no font covers."""

    printed: int
    unprintable: int


@attrs.frozen
class Result:
    """Where a physician stands at the end; ``stage`` is that of the result, None without one."""

    id_number: str
    state: str
    stage: str | None


@attrs.frozen(kw_only=True)
class Report:
    """Everything that a run tells; ID numbers are given in full."""

    roster_good_rows: int
    bad_rows: tuple[BadRow, ...]
    enrolled: int
    submitted: int
    end_states: dict[str, int]
    qualified_first: int
    qualified_makeup: int
    entered_awaiting_makeup_approval: int
    refused_simplified_attempts: int
    certificates: Certificates
    physicians: tuple[Result, ...]
    unexpected: tuple[Unexpected, ...]

    @property
    def plain(self) -> dict[str, Any]:
        """The report as plain data."""
        return attrs.asdict(self)


def report_of(
    application: Application, directory: Directory, authorities: Authorities, found: Mapping[str, Trace]
) -> Report:
    """The report of the cycle that a directory was run as; ``found`` are the traces of its physicians."""
    # In the order of the roster; a row that is not in the store would show by its absence.
    known = [found[number] for number in directory.roster.people if number in found]
    return Report(
        roster_good_rows=len(known),
        bad_rows=tuple(BadRow(bad.row, bad.code, bad.message) for bad in directory.roster.preview.bad),
        enrolled=sum(trace.state not in OUTSIDE for trace in known),
        submitted=sum(trace.ever_submitted for trace in known),
        end_states=dict(Counter(trace.state for trace in known)),
        qualified_first=_qualified(known, Stage.FIRST),
        qualified_makeup=_qualified(known, Stage.MAKEUP),
        entered_awaiting_makeup_approval=sum("awaiting_makeup_approval" in trace.entered for trace in known),
        refused_simplified_attempts=sum(trace.refused_simplified for trace in known),
        certificates=_certificates(application, authorities.cycle_id),
        physicians=tuple(Result(trace.id_number, trace.state, _stage(trace)) for trace in known),
        unexpected=unexpected(directory, found),
    )


def _qualified(known: list[Trace], stage: Stage) -> int:
    return sum(trace.state == "qualified" and trace.stage is stage for trace in known)


def _stage(trace: Trace) -> str | None:
    return trace.stage.value if trace.state in ENDS and trace.stage is not None else None


def _certificates(application: Application, cycle_id: str) -> Certificates:
    with application.store.begin(write=False) as unit:
        living = _living(unit, cycle_id)
    printed = sum(case.record.number is not None for case in living)
    return Certificates(printed, len(living) - printed)


def _living(unit: UnitOfWork, cycle_id: str) -> list[Case]:
    found = unit.find("certificate", [Where("cycle_id", "eq", cycle_id)])
    return [case for case in found if case.state != "void"]


def unprintable_rows(application: Application, directory: Directory, cycle_id: str) -> tuple[int, ...]:
    """The rows of the roster whose certificates have no number, because a character could not be printed."""
    with application.store.begin(write=False) as unit:
        unprinted = [case for case in _living(unit, cycle_id) if case.record.number is None]
        people = unit.read("affiliation", [case.record.physician_id for case in unprinted])
    numbers = {person.record.id_number for person in people.values()}
    return tuple(row.row for number, row in directory.roster.people.items() if number in numbers)
