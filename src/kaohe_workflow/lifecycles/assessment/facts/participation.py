"""
Who takes part, in which cycle.
"""

from __future__ import annotations

from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly
from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.lifecycles.shape import Aside
from kaohe_workflow.values.registration import Registration, registration_of, told_bar
from kaohe_workflow.values.windows import day_label

_CYCLE = {
    "draft": "preparing",
    "published": "running",
    "running": "running",
    "first_ended": "running",
    "makeup": "running",
    "archived": "archived",
    "discarded": "discarded",
}


class ParticipationFacts(Seen):
    """Who takes part (考核办法 第三条)."""

    @property
    def cycle(self) -> str:
        """``running`` from publication until the archive (published and neither archived nor discarded)."""
        cycle = self._around.cycle
        return _CYCLE.get(cycle.state, "none") if cycle is not None else "none"

    @property
    def attached(self) -> bool:
        """
        The physician is attached to the case's institution (考核办法 第十三条: each institution grades the
        physicians registered with it).
        """
        person = self._around.person
        record = self._record
        home = record.institution_id if record is not None else getattr(self._payload, "institution_id", None)
        return person is not None and person.attached and person.institution_id == home

    @property
    def registration(self) -> str:
        """
        What cancellations leave of the registration (考核办法 第三条: who is assessed is registered; 医师法 第十六条).
        """
        person = self._around.person
        entered_on = person.entered_on if person is not None else None
        return registration_of(self._around.barred_until, entered_on, self._today).value

    @property
    def eligible(self) -> bool:
        """
        The physician must take part (考核办法 第三条): where the province names a last day of first
        registration, registered on that day or before; an unknown date does not oblige.
        """
        limit = self._parameters.eligible_if_registered_by
        if limit is None:
            return True
        person = self._around.person
        registered_on = person.first_registered_on if person is not None else None
        return registered_on is not None and registered_on <= limit

    @property
    def voluntary(self) -> bool:
        """The event marks the physician as taking part voluntarily, and the province allows it."""
        marked = isinstance(self._payload, Enrol) and self._payload.voluntary
        return marked and self._parameters.voluntary_allowed

    @property
    def must_take_part(self) -> bool:
        """
        Eligible, attached and registered: who is then not enrolled has missed the cycle (考核办法 第二十七条). Whose
        registration is cancelled has nothing to take part for (考核办法 第三条).
        """
        return self.eligible and self.attached and self.registration == Registration.VALID.value

    @property
    def early_windows_fit(self) -> bool:
        """The windows that the event brings are in order, and the filing is not over yet (design)."""
        cycle = self._around.cycle
        if cycle is None or not isinstance(self._payload, OrderEarly):
            return False
        return self._payload.windows.fit(cycle.windows, self._now)

    @property
    def ordered_early(self) -> bool:
        """提前考核 was ordered (考核办法 第十八条): by others than the institution, which does not undo it (design)."""
        return self._record is not None and self._record.early is not None

    def _told_registration(self) -> str:
        return told_bar(self._around.barred_until, Registration(self.registration))

    def _told_eligible(self) -> str | Aside:
        limit, person = self._parameters.eligible_if_registered_by, self._around.person
        if limit is None:
            return ""
        rule = f"本省规定{day_label(limit)}及以前首次注册的医师应参加"
        if person is None or person.first_registered_on is None:
            return Aside(f"{rule}；该医师首次注册时间未登记，请所在机构补全", known=False)
        return f"{rule}；该医师首次注册于{day_label(person.first_registered_on)}"

    _ASIDES: ClassVar = {"registration": _told_registration, "eligible": _told_eligible}
