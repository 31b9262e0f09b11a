"""
What was reported as a ground for 直接认定不合格 (考核办法 第二十七条).
"""

from __future__ import annotations

from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.lifecycles.assessment.findings import (
    DirectGround,
    Finding,
    FindingStanding,
    in_cycle,
    numbered,
)
from kaohe_workflow.lifecycles.assessment.procedure import was_penalised


class FindingFacts(Seen):
    """Findings, and the one that the event names."""

    @property
    def _named(self) -> Finding | None:
        """The finding that the event names."""
        if self._record is None or not isinstance(self._payload, DecideFinding):
            return None
        return numbered(self._record.findings, self._payload.number)

    @property
    def finding(self) -> str:
        """How the finding that the event names stands; ``none`` where there is no such one."""
        named = self._named
        return named.standing.value if named is not None else "none"

    @property
    def finding_by_another(self) -> bool:
        """Who sends the event is another person than who reported the finding (考核办法 第二十七条; design)."""
        named, sender = self._named, self._around.sender
        if self._record is None or named is None or sender is None:
            return False
        return sender.is_another(self._record.reporters[named.number - 1])

    @property
    def finding_unfounded(self) -> bool:
        """
        The finding that the event names is a penalty (考核办法 第二十七条 第十四项), one of the cycle was withdrawn as
        a mistake, and none stands in it (考核办法 第十七条; that the finding may then fall: design).
        """
        named, person, cycle = self._named, self._around.person, self._around.cycle
        if named is None or person is None or cycle is None or named.ground is not DirectGround.PENALISED:
            return False
        cleared = any(cycle.first_day <= day <= cycle.last_day for day in person.cleared_on)
        return cleared and not was_penalised(person, cycle)

    @property
    def finding_in_cycle(self) -> bool:
        """What is reported happened in the cycle (考核办法 第二十七条: 考核周期内); see `findings.in_cycle`."""
        cycle, given = self._around.cycle, self._payload
        if cycle is None or not isinstance(given, ReportFinding):
            return False
        return in_cycle(given.ground, given.found_on, cycle.first_day, cycle.last_day, self._today)

    @property
    def finding_evidence(self) -> bool:
        """At least one file proves what is reported (design)."""
        return isinstance(self._payload, ReportFinding) and bool(self._payload.evidence)

    @property
    def direct_finding(self) -> bool:
        """A confirmed finding stands: the result is 不合格 whatever the papers are (考核办法 第二十七条)."""
        return self._record is not None and self._record.finding is FindingStanding.CONFIRMED

    @property
    def cut_off(self) -> bool:
        """
        A finding has given the present result before the agency had judged the file (考核办法 第二十七条).

        Where the finding falls, nothing else has decided anything (design).
        """
        return self._record is not None and self._record.cut_off
