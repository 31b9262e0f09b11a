"""
Who takes part, in which cycle.
"""

from __future__ import annotations

from kaohe_workflow.lifecycles.assessment.events import Enrol, OrderEarly
from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.values.registration import Registration, registration_of

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
