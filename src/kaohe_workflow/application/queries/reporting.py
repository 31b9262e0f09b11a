"""
What a report of results says, in words: how many stand how, by institution, and who is not simply 合格, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.reach import seen_of_cycles
from kaohe_workflow.lifecycles.result_report.case import Cause, Exceptional, Outcome, Results
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.resident_id import mask

_PAGE = 500


@attrs.frozen(kw_only=True)
class InstitutionCount:
    """How many physicians of an institution stand so; the name is that of today, None where it is gone."""

    institution_id: str
    institution_name: str | None
    outcome: Outcome
    number: int


@attrs.frozen(kw_only=True)
class ReportedPhysician:
    """
    One physician who is not simply 合格. ``name`` and ``id_number``, masked, are None where the caller may not see the
    assessment: it has gone to where another agency assesses.
    """

    assessment_id: str
    institution_id: str
    name: str | None
    id_number: str | None
    outcome: Outcome
    causes: tuple[Cause, ...]


@attrs.frozen(kw_only=True)
class ReportPackage:
    """
    What was reported last; ``edition`` is 0, and everything is empty, while nothing is reported.

    ``totals`` has every outcome, in order.
    """

    edition: int
    submitted_at: datetime | None
    late: bool
    overdue: bool
    totals: Mapping[Outcome, int]
    institutions: tuple[InstitutionCount, ...]
    exceptional: tuple[ReportedPhysician, ...]


@attrs.frozen
class Reporting:
    """The question over a store, for callers of any role."""

    store: Store
    cases: Cases

    def package(self, principal: Principal, report_id: str) -> ReportPackage:
        """
        What a report says.

        Raises:
            NotFound: no such report, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared.
            RecordDamaged: a case cannot be read any more.
        """
        check_arguments(("principal", principal, Principal), ("report_id", report_id, str))
        with self.store.begin(write=False) as unit:
            case, _ = self.cases.standing(unit, principal, "result_report", report_id)
            record = case.record
            results = record.results or Results()
            ids = sorted({one.institution_id for one in results.counts})
            institutions = unit.read("institution", ids)
            known = _seen(unit, principal, results.exceptional)
        return ReportPackage(
            edition=record.edition,
            submitted_at=record.submitted_at,
            late=record.late,
            overdue=record.overdue,
            totals={outcome: results.total(outcome) for outcome in Outcome},
            institutions=tuple(
                InstitutionCount(
                    institution_id=one.institution_id,
                    institution_name=found.record.name
                    if (found := institutions.get(one.institution_id))
                    else None,
                    outcome=one.outcome,
                    number=one.number,
                )
                for one in results.counts
            ),
            exceptional=tuple(_physicians(results.exceptional, known)),
        )


def _seen(
    unit: UnitOfWork, principal: Principal, asked: Sequence[Exceptional]
) -> dict[str, Mapping[str, Any]]:
    """The rows of these assessments that the caller sees, a page at a time."""
    found: dict[str, Mapping[str, Any]] = {}
    seen = seen_of_cycles(unit, principal) if asked else Scope()
    for start in range(0, len(asked), _PAGE):
        ids = tuple(one.assessment_id for one in asked[start : start + _PAGE])
        rows = unit.page(
            "assessment",
            seen,
            [Where("id", "in", ids)],
            order=Order("id"),
            after=None,
            limit=_PAGE,
        )
        found.update((str(row["id"]), row) for row in rows)
    return found


def _physicians(
    asked: Sequence[Exceptional], known: Mapping[str, Mapping[str, Any]]
) -> Iterator[ReportedPhysician]:
    for one in asked:
        row = known.get(one.assessment_id)
        yield ReportedPhysician(
            assessment_id=one.assessment_id,
            institution_id=one.institution_id,
            name=shown_name(row["name"], row["phone"]) or None if row is not None else None,
            id_number=mask(row["id_number"]) if row is not None and row["id_number"] else None,
            outcome=one.outcome,
            causes=one.causes,
        )
