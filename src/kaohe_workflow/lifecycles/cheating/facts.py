"""
What the guards of a mark look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.cheating.case import Cheating
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.shape import Facts
from kaohe_workflow.values.telling import last_day_before
from kaohe_workflow.values.terms import CheatingManner, PaperKind, Stage
from kaohe_workflow.values.windows import Position, day_label, day_starts_at, local_date

SAT = frozenset({"sitting", "handed_in", "passed", "failed"})
"""States of a paper that was sat, and so can have been sat dishonestly."""


@attrs.frozen(kw_only=True)
class PaperView:
    """The paper that is marked, with whose it is."""

    state: str
    assessment_id: str
    institution_id: str
    cycle_id: str
    physician_id: str
    kind: PaperKind
    stage: Stage


class Around(Protocol):
    """What a mark needs of its surroundings; for one to be made, what its payload names."""

    @property
    def paper(self) -> PaperView | None:
        """The paper, None where there is no such paper in the assessment that is named."""

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""

    @property
    def marked_already(self) -> bool:
        """Whether the paper has another mark that was not taken away."""

    @property
    def named_by_sender(self) -> bool:
        """Whether the natural person who sends the event has decided the finding that the mark was made for."""

    def reaches_physician(self, physician_id: str) -> bool:
        """Whether the sender administers the physician, who is in the list, be it with no institution or gone."""


def last_instant(since: datetime, days: int) -> datetime:
    """
    Return when a term of calendar days is over (design).

    The day on which it begins is day 0; the last day counts to its end in China.
    """
    return day_starts_at(local_date(since) + timedelta(days=days + 1))


class CheatingFacts(Facts[Cheating, Around]):
    """The facts of the chart ``cheating``."""

    @property
    def paper_sat(self) -> bool:
        """The paper belongs to the assessment and was sat or written: there is what to be suspected of (手册 2.2.9)."""
        paper = self._around.paper
        return paper is not None and paper.state in SAT

    @property
    def cycle_running(self) -> bool:
        """The cycle is not archived: marks may be set until then (design)."""
        return self._around.cycle_running

    @property
    def marked_already(self) -> bool:
        """Another mark of this paper stands, decided or not; one that was taken away does not."""
        return self._around.marked_already

    @property
    def evidence_given(self) -> bool:
        """The mark has photos or other files, or the event brings some."""
        brought = isinstance(self._payload, Confirm) and bool(self._payload.evidence)
        return brought or (self._record is not None and bool(self._record.evidence))

    @property
    def evidence_is_new(self) -> bool:
        """The event brings a file that the mark had not when it was excluded."""
        known = set(self._record.evidence) if self._record is not None else set()
        return isinstance(self._payload, Mark) and not known.issuperset(self._payload.evidence)

    @property
    def statement_given(self) -> bool:
        """The event says something."""
        return isinstance(self._payload, StateCase) and bool(self._payload.statement.strip())

    @property
    def report_due(self) -> bool:
        """`cheating_report_days` have gone by since the mark, and nobody has reported it (design)."""
        due_at = self.report_due_at
        return due_at is not None and self._now >= due_at

    @property
    def hearing(self) -> str:
        """The time for the physician to be heard: until the end of the day that was told (design)."""
        until = self._record.heard_until if self._record is not None else None
        if until is None:
            return "none"
        return Position.OVER.value if self._today > until else Position.OPEN.value

    @property
    def stated(self) -> bool:
        """The physician has stated the case."""
        return self._record is not None and self._record.statement is not None

    @property
    def substitute(self) -> str:
        """
        Who sat in place of the physician: another one, whom the sender administers, and only where it is about 替考.

        A mark that was made for who sat for another names no third one. Whom the sender does not reach is not told
        from nobody (design).
        """
        named = self._payload.substitute_id if isinstance(self._payload, Confirm) else None
        record = self._record
        if named is None or record is None:
            return "none"
        if record.manner is not CheatingManner.SUBSTITUTE or record.finding_id is not None:
            return "not_substitution"
        if named == record.physician_id:
            return "same"
        return "named" if self._around.reaches_physician(named) else "unknown"

    @property
    def named_by_sender(self) -> bool:
        """Who has named the physician as sitting for another does not decide alone what comes of it (design)."""
        return self._around.named_by_sender

    @property
    def report_due_at(self) -> datetime | None:
        """From when on the system reports the mark, None while there is none."""
        if self._record is None:
            return None
        return last_instant(self._record.marked_at, self._parameters.cheating_report_days)

    def _told_hearing(self) -> str:
        until = self._record.heard_until if self._record is not None else None
        return f"陈述申辩的期限到{day_label(until)}" if until is not None else ""

    def _told_due(self) -> str:
        due_at = self.report_due_at
        return f"上报的期限到{last_day_before(due_at)}" if due_at is not None else ""

    _ASIDES: ClassVar = {"hearing": _told_hearing, "report_due": _told_due}
