"""
What the guards of an application to be an assessment institution look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.agency_application.case import (
    REQUIRED_MATERIAL,
    AgencyApplication,
    Bar,
    Material,
)
from kaohe_workflow.lifecycles.agency_application.events import Disqualify, SaveCommittee
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.telling import last_day_before, listed, told
from kaohe_workflow.values.terms import OrganisationKind
from kaohe_workflow.values.windows import LABELS, CycleWindows, Position, Window, day_starts_at, local_date


@attrs.frozen(kw_only=True)
class InstitutionView:
    """The institution that applies: its kind, its state, and its beds where its profile tells them."""

    kind: OrganisationKind
    state: str
    beds: int | None


@attrs.frozen(kw_only=True)
class CycleView:
    """The cycle that is applied for: where it stands, the first day of the span that it assesses, its windows."""

    state: str
    first_day: date
    windows: CycleWindows


class Around(Protocol):
    """What an application needs of its surroundings; for one to be made, what its payload names."""

    @property
    def institution(self) -> InstitutionView | None:
        """The institution, None where there is none."""

    @property
    def cycle(self) -> CycleView | None:
        """The cycle, None where there is none."""

    @property
    def physicians(self) -> int:
        """How many physicians are attached to the institution."""

    @property
    def applied_already(self) -> bool:
        """Whether the institution has another case in the cycle than this one."""

    def operator_of(self, account_id: str | None) -> str | None:
        """The natural person of an account of this institution, None where it has no such named account."""

    @property
    def bars(self) -> Sequence[Bar]:
        """The institution's disqualifications in all cycles."""

    @property
    def published_days(self) -> Sequence[date]:
        """The first days of all cycles that were published and are not discarded, in any order."""


class AgencyApplicationFacts(Facts[AgencyApplication, Around]):
    """The facts of the chart ``agency_application``."""

    @property
    def _window(self) -> Window | None:
        cycle = self._around.cycle
        return cycle.windows.agency_application if cycle is not None else None

    @property
    def application_window(self) -> str:
        """申请考核机构时间 (手册 2.2.4), half-open; over where there is no such cycle."""
        window = self._window
        return Position.OVER.value if window is None else window.position(self._now).value

    @property
    def resubmission(self) -> str:
        """
        Until when a returned application may be submitted again: in the window, or some days after the return.

        ``agency_resubmit_days`` are calendar days of China: the day of the return is day 0, the last day counts whole.
        """
        closes_at = self.resubmission_closes_at
        is_open = closes_at is not None and self._now < closes_at
        return (Position.OPEN if is_open else Position.OVER).value

    @property
    def cycle_running(self) -> bool:
        """The cycle is published and neither archived nor discarded."""
        cycle = self._around.cycle
        return cycle is not None and cycle.state in ("published", "running", "first_ended", "makeup")

    @property
    def cycle_closed(self) -> bool:
        """The cycle is archived, or was discarded: entrusting is per cycle (手册 2.2.4)."""
        cycle = self._around.cycle
        return cycle is not None and cycle.state in ("archived", "discarded")

    @property
    def is_administration(self) -> bool:
        """It is a health administration, or there is no such organisation: neither is entrusted (考核办法 第七条)."""
        institution = self._around.institution
        return institution is None or institution.kind.is_administration

    @property
    def institution_active(self) -> bool:
        """Its profile is complete, and it is not closed."""
        institution = self._around.institution
        return institution is not None and institution.state == "active"

    @property
    def applied_already(self) -> bool:
        """There is a case: it is opened again, there is never a second one a cycle (手册 2.2.4)."""
        return self._around.applied_already

    @property
    def barred(self) -> bool:
        """A disqualification still counts in this cycle (考核办法 第二十九条), see `Bar.covers`."""
        cycle = self._around.cycle
        if cycle is None:
            return True
        published = self._around.published_days
        return any(bar.covers(cycle.first_day, published) for bar in self._around.bars)

    @property
    def material_complete(self) -> bool:
        """Attachments 1 to 4 are there, the fifth is optional (手册 2.2.4)."""
        return self._record is not None and self._record.material.complete

    @property
    def accounts_named(self) -> bool:
        """
        Each account on the roster is a named one of this institution: a shared one shows nobody (考核办法 第九条).
        """
        members = self._payload.members if isinstance(self._payload, SaveCommittee) else ()
        accounts = [member.account_id for member in members if member.account_id is not None]
        return all(self._around.operator_of(account) is not None for account in accounts)

    @property
    def report_given(self) -> bool:
        """The institution has reported on the correction that was ordered."""
        return self._record is not None and bool(self._record.report)

    @property
    def filed_upward(self) -> bool:
        """The entrustment has been reported upward for the record (考核办法 第七条)."""
        return self._record is not None and self._record.filed_at is not None

    @property
    def was_approved(self) -> bool:
        """It is or was an assessment institution of the cycle, and so has a status to lose (考核办法 第二十九条)."""
        return self._record is not None and self._record.approved_at is not None

    @property
    def fault_named(self) -> bool:
        """At least one of the items of 考核办法 第二十九条 is named."""
        return isinstance(self._payload, Disqualify) and bool(self._payload.faults)

    @property
    def bar_long_enough(self) -> bool:
        """At least ``agency_bar_cycles`` cycles (考核办法 第二十九条: two or more)."""
        given = self._payload
        return isinstance(given, Disqualify) and given.cycles >= self._parameters.agency_bar_cycles

    @property
    def application_closes_at(self) -> datetime | None:
        """When 申请考核机构时间 ends."""
        window = self._window
        return window.closes_at if window is not None else None

    @property
    def resubmission_closes_at(self) -> datetime | None:
        """The later of the window's end and the end of the last day for another submission."""
        window = self._window
        if window is None:
            return None
        if self._record is None or self._record.returned_at is None:
            return window.closes_at
        days = self._parameters.agency_resubmit_days
        last = day_starts_at(local_date(self._record.returned_at) + timedelta(days=days + 1))
        return max(window.closes_at, last)

    def _told_window(self) -> str:
        return (
            told(LABELS["agency_application"], self._window, self._now)
            if self._around.cycle is not None
            else ""
        )

    def _told_resubmission(self) -> str:
        closes_at = self.resubmission_closes_at
        return f"再次提交的期限到{last_day_before(closes_at)}" if closes_at is not None else ""

    def _told_material(self) -> str:
        material = self._record.material if self._record is not None else Material()
        return f"尚缺：{listed([label for name, label in REQUIRED_MATERIAL if not getattr(material, name)])}"

    def _told_bar(self) -> str:
        return f"不得少于{self._parameters.agency_bar_cycles}个考核周期"

    _ASIDES: ClassVar = {
        "application_window": _told_window,
        "resubmission": _told_resubmission,
        "material_complete": _told_material,
        "bar_long_enough": _told_bar,
    }
