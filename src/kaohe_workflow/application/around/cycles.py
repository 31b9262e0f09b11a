"""
Around cycles: the others beside one, and what of it is not settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.phases import DECIDED, PENDING_REVIEW, SAT, UNDECIDED_MARK, UNDER_WAY
from kaohe_workflow.lifecycles.assessment.findings import FindingStanding
from kaohe_workflow.lifecycles.cycle.facts import CycleView
from kaohe_workflow.values.review_clocks import first_day_of_objections, last_day
from kaohe_workflow.values.windows import day_starts_at, local_date


@attrs.frozen
class CycleAround:
    """Around a cycle."""

    at: BatchCase

    @property
    def other_cycles(self) -> Sequence[CycleView]:
        """The other cycles that are not discarded."""
        found = self.at.batch.unit.find("cycle", [])
        return [
            CycleView(case.id, case.record.first_day, case.record.last_day)
            for case in found
            if case.id != self.at.case_id and case.state != "discarded"
        ]

    @property
    def open_assessments(self) -> int:
        """How many cases of the cycle are in 待参加考核, 待确认补考 or 待参加补考."""
        return self._count("assessment", Where("state", "in", SAT))

    @property
    def undecided_marks(self) -> int:
        """How many marks (疑似作弊) of the cycle's papers are undecided."""
        return self._count("mark", Where("state", "in", UNDECIDED_MARK))

    @property
    def pending_reviews(self) -> int:
        """How many applications for review (复核申请) of results of the cycle are not answered."""
        return self._count("result_review", Where("state", "in", PENDING_REVIEW))

    @property
    def pending_findings(self) -> int:
        """How many cases of the cycle have a finding that is neither confirmed nor dismissed, and none confirmed."""
        pending = Where("finding", "eq", FindingStanding.PENDING.value)
        return self._count("assessment", pending, Where("state", "in", (*UNDER_WAY, *DECIDED)))

    @property
    def objections_possible(self) -> bool:
        """
        Whether the time to apply for review of some result of the cycle is not over.

        The notice of a result is delivered on the day of the verdict. Those decided long ago are told apart by that
        day alone, in a count: of a whole province's results, few are looked at one by one.
        """
        moment = self.at.moment
        heard_from = first_day_of_objections(local_date(moment.now))
        decided_from = heard_from - timedelta(days=moment.parameters.deemed_receipt_days)
        recent = (Where("state", "in", DECIDED), Where("decided_on", "ge", decided_from))
        return self._count("assessment", *recent) > 0 and self.at.batch.unit.unheard(
            str(self.at.case_id),
            decided_from=decided_from,
            opened_from=day_starts_at(heard_from),
            delivered_from=day_starts_at(decided_from),
        )

    @property
    def objections_end_on(self) -> date | None:
        """The last day, at the latest, on which somebody may apply for review; None where there is no result."""
        rows = self.at.batch.unit.page(
            "assessment",
            Scope.everything(),
            [Where("cycle_id", "eq", self.at.case_id), Where("state", "in", DECIDED)],
            order=Order("decided_on", descending=True),
            after=None,
            limit=1,
        )
        deemed = timedelta(days=self.at.moment.parameters.deemed_receipt_days)
        return last_day(rows[0]["decided_on"] + deemed) if rows else None

    def _count(self, view: str, *where: Where) -> int:
        in_cycle = Where("cycle_id", "eq", self.at.case_id)
        return self.at.batch.unit.count(view, Scope.everything(), [in_cycle, *where])[()]

    @property
    def any_filing(self) -> bool:
        """Whether a case of the cycle was ever submitted."""
        return self.at.batch.any(
            "assessment",
            Where("cycle_id", "eq", self.at.case_id),
            Where("ever_submitted", "eq", True),
        )

    @property
    def caller(self) -> str | None:
        """The natural person who sends the event; None under a shared account, and for the system."""
        return self.at.batch.operator_id
