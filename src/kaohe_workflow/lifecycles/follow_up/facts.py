"""
What the guards of a follow-up look at.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Protocol

import attrs

from kaohe_workflow.lifecycles.follow_up.case import FollowUp
from kaohe_workflow.lifecycles.follow_up.events import Open, OrderSuspension, Reassess, RecordTraining
from kaohe_workflow.lifecycles.reviewing import KnowsReviewers, ReviewerFacts
from kaohe_workflow.lifecycles.shape import Aside
from kaohe_workflow.values.registration import Registration, registration_of
from kaohe_workflow.values.review_clocks import last_day
from kaohe_workflow.values.terms import PaperKind
from kaohe_workflow.values.windows import day_label, day_starts_at

FOLLOWED = ("unqualified", "missed")
"""What a follow-up may be about."""

MAXIMUM_MONTHS = 120
"""What the chart's fact allows."""


@attrs.frozen(kw_only=True)
class ResultView:
    """
    The assessment whose result the follow-up is about.

    ``absent``: a paper of the stage that decided is 缺考, or it is found that the physician took no part (考核办法
    第二十七条(十三)) and no paper was sat; either is confirmed.
    """

    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    absent: bool = False
    cycle_archived: bool = False


class Around(KnowsReviewers, Protocol):
    """What a follow-up needs of its surroundings; for one to be made, what its payload names."""

    @property
    def result(self) -> ResultView | None:
        """The assessment, None where there is no such case."""

    @property
    def received_on(self) -> date | None:
        """The day on which the physician has received this version, None while it is not received."""

    @property
    def review_pending(self) -> bool:
        """Whether a review of this version is applied for and not answered."""

    @property
    def missed_before(self) -> bool:
        """Whether the physician has missed the cycle before that of the assessment, too."""

    @property
    def barred_until(self) -> tuple[date, ...]:
        """The ends of the bars of the person's cancellations that stand, under whichever of the records."""

    @property
    def entered_on(self) -> date | None:
        """The day on which an institution took the person in last, None where none has since the first entry."""

    @property
    def person_gone(self) -> bool:
        """Whether an administration has ended the person's record: 死亡, 注销注册, 转出本省, 退休."""

    @property
    def cycle_ends_on(self) -> date | None:
        """The last day of the cycle that today lies in, published or to come; None where there was none before."""

    @property
    def papers_again(self) -> tuple[PaperKind, ...]:
        """The papers of a make-up: what the physician has not passed, or the province's list."""

    def line(self, kind: PaperKind) -> Decimal:
        """The score that a paper of the re-assessment asks for."""


class FollowUpFacts(ReviewerFacts[FollowUp, Around]):
    """The facts of the chart ``follow_up``."""

    @property
    def outcome(self) -> str:
        """What the version of the result says that the follow-up is about; ``other`` where it has been superseded."""
        result = self._around.result
        owner = self._record if self._record is not None else self._payload
        if result is None or not isinstance(owner, FollowUp | Open):
            return "other"
        stands = result.state in FOLLOWED and result.result_version == owner.result_version
        return result.state if stands else "other"

    @property
    def absent(self) -> bool:
        """The physician took no part, which is confirmed: 缺考, or found so (考核办法 第二十七条(十三))."""
        result = self._around.result
        return result is not None and result.absent

    @property
    def cycle_archived(self) -> bool:
        """The cycle of the result is archived: nobody takes part in it any more."""
        result = self._around.result
        return result is not None and result.cycle_archived

    @property
    def missed_before(self) -> bool:
        """The physician took no part in the cycle before, either (医师执业注册管理办法; what counts: design)."""
        return self._around.missed_before

    @property
    def months(self) -> int:
        """For how many months the order suspends; 0 where it says nothing sensible."""
        months = self._payload.months if isinstance(self._payload, OrderSuspension) else 0
        return months if 0 <= months <= MAXIMUM_MONTHS else 0

    @property
    def starts_today_or_later(self) -> bool:
        """The suspension does not begin before it is ordered."""
        payload = self._payload
        if not isinstance(payload, OrderSuspension):
            return False
        return payload.starts_on is None or payload.starts_on >= self._today

    @property
    def objection_over(self) -> bool:
        """
        Nobody can ask for a review any more, and none is pending (考核办法 第二十四条).

        The day of receipt is day 0, on day 30 a review may still be asked for; a result that is not received leaves
        the period open.
        """
        received = self._around.received_on
        if received is None or self._around.review_pending:
            return False
        return self._today > last_day(received)

    @property
    def training_complete(self) -> bool:
        """Trainer and days are given, in their order, and not after today (考核办法 第二十六条)."""
        payload = self._payload
        if not isinstance(payload, RecordTraining):
            return False
        return bool(payload.trainer.strip()) and payload.first_day <= payload.last_day <= self._today

    @property
    def papers_due(self) -> bool:
        """The order has papers sat again: 补考 is the 再次考核 of the law here, and some are not passed."""
        return self._record is not None and bool(self._record.papers)

    @property
    def paper_results(self) -> str:
        """
        What the papers show: each of those to be sat has one result; all of them meet their lines, or one does not.

        ``none_due`` where the order names none; ``incomplete`` where one is missing, is given twice, is none of
        them, or has no score that can be.
        """
        record, payload = self._record, self._payload
        if record is None or not isinstance(payload, Reassess):
            return "incomplete"
        if not record.papers:
            return "none_due"
        kinds = [result.kind for result in payload.results]
        if sorted(kinds) != sorted(record.papers) or not all(one.readable for one in payload.results):
            return "incomplete"
        met = all(result.met(self._around.line(result.kind)) for result in payload.results)
        return "meets" if met else "below"

    @property
    def trained(self) -> bool:
        """A training is recorded: who is suspended is to be trained before being assessed again (医师法 第四十二条)."""
        return self._record is not None and bool(self._record.trainings)

    @property
    def registration(self) -> str:
        """
        What cancellations leave of the registration (医师法 第十六条, 第十七条): who has none has nothing to suspend,
        and nothing to be assessed again for.
        """
        return registration_of(self._around.barred_until, self._around.entered_on, self._today).value

    @property
    def person_gone(self) -> bool:
        """The person has died, or practises here no more: there is nobody to suspend (医师法 第十七条; design)."""
        return self._around.person_gone

    @property
    def end_reached(self) -> bool:
        """The last day of the suspension, which still counts, is over."""
        ends_at = self.suspension_ends_at
        return ends_at is not None and self._now >= ends_at

    @property
    def suspension_ends_at(self) -> datetime | None:
        """The end of the last day of the suspension."""
        ends_on = self._record.ends_on if self._record is not None else None
        return day_starts_at(ends_on + timedelta(days=1)) if ends_on is not None else None

    def _told_end(self) -> str:
        ends_on = self._record.ends_on if self._record is not None else None
        return f"暂停执业到{day_label(ends_on)}" if ends_on is not None else ""

    def _told_objection(self) -> str:
        received = self._around.received_on
        if received is None:
            return "医师尚未收到结果，申请复核的期限尚未开始"
        if self._around.review_pending:
            return "医师申请的复核尚未答复"
        return f"申请复核的期限到{day_label(last_day(received))}"

    def _told_months(self) -> str | Aside:
        given = self._payload.months if isinstance(self._payload, OrderSuspension) else self.months
        return Aside(f"所填为{given}个月", known=given == self.months)

    def _told_registration(self) -> str:
        return "已在另一考核结果的后续处理中注销" if self.registration != Registration.VALID.value else ""

    _ASIDES: ClassVar = {
        "registration": _told_registration,
        "end_reached": _told_end,
        "objection_over": _told_objection,
        "months": _told_months,
    }
