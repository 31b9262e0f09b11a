"""
Around applications to be an assessment institution.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from kaohe_workflow.application.around.batch import BatchCase
from kaohe_workflow.lifecycles.agency_application.case import Bar
from kaohe_workflow.lifecycles.agency_application.facts import CycleView, InstitutionView


@attrs.frozen
class AgencyApplicationAround:
    """Around an institution's application for a cycle."""

    at: BatchCase

    @property
    def institution(self) -> InstitutionView | None:
        """The institution, None where there is none."""
        case = self.at.batch.institutions.get(self.at.named("institution_id"))
        if case is None:
            return None
        return InstitutionView(kind=case.record.kind, state=case.state, beds=case.record.beds)

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""
        case = self.at.batch.cycles.get(self.at.named("cycle_id"))
        if case is None:
            return None
        return CycleView(state=case.state, first_day=case.record.first_day, windows=case.record.windows)

    @property
    def physicians(self) -> int:
        """How many physicians are attached to the institution."""
        return self.at.batch.attached.get(self.at.named("institution_id")).total()

    @property
    def applied_already(self) -> bool:
        """Whether the institution has another case in the cycle than this one."""
        cycle_id = self.at.named("cycle_id")
        return any(
            one.record.cycle_id == cycle_id and one.id != self.at.case_id
            for one in self.at.batch.applications.get(self.at.named("institution_id"))
        )

    def operator_of(self, account_id: str | None) -> str | None:
        """The natural person of an account of this institution, None where it has no such named account."""
        account = self.at.batch.accounts.get(account_id)
        if account is None or account.institution_id != self.at.named("institution_id"):
            return None
        is_own = account.record.physician_id is None and account.state != "disabled"
        person: str | None = account.record.person_id if is_own else None
        return person

    @property
    def bars(self) -> Sequence[Bar]:
        """The institution's disqualifications in all cycles."""
        found = []
        for one in self.at.batch.applications.get(self.at.named("institution_id")):
            cycle = self.at.batch.cycles.get(one.record.cycle_id) if one.state == "disqualified" else None
            if cycle is not None:
                found.append(Bar(first_day=cycle.record.first_day, cycles=one.record.barred_cycles))
        return found

    @property
    def published_days(self) -> Sequence[date]:
        """The first days of all cycles that were published and are not discarded, in any order."""
        return [case.record.first_day for case in self.at.batch.published_cycles]
