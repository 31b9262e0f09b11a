"""
What the guards of a recusal look at.
"""

from __future__ import annotations

from typing import Protocol

import attrs

from kaohe_workflow.lifecycles.recusal.case import Recusal
from kaohe_workflow.lifecycles.reviewing import Conflict, KnowsSender, conflict_of
from kaohe_workflow.lifecycles.shape import Decider, Facts

BEFORE = frozenset(
    {
        "not_enrolled",
        "awaiting_registration",
        "registration_returned",
        "awaiting_institution_review",
        "returned_by_agency",
        "awaiting_agency_review",
        "awaiting_assessment",
        "deferred",
        "awaiting_makeup_approval",
        "awaiting_makeup",
    }
)
"""States of an assessment that is still to come (考核办法 第十六条: 考核前), as long as no paper was sat."""


@attrs.frozen(kw_only=True)
class AssessmentView:
    """The assessment, with whose it is; ``started``: a paper of any stage was sat."""

    id: str
    state: str
    institution_id: str
    cycle_id: str
    physician_id: str
    started: bool


@attrs.frozen(kw_only=True)
class MemberView:
    """
    A member on the roster of the agency that assesses the physician's institution in the cycle, or a person of the
    administration that does.
    """

    agency_id: str
    account_id: str | None
    operator_id: str | None

    @property
    def person(self) -> Decider:
        """Who it is, as `Recusal.person` says it."""
        return Decider(self.account_id or "", self.operator_id)


class Around(KnowsSender, Protocol):
    """What a recusal needs of its surroundings; for one to be made, what its payload names."""

    @property
    def assessment(self) -> AssessmentView | None:
        """The assessment, None where there is no such case."""

    @property
    def member(self) -> MemberView | None:
        """The member, None where the roster has no such name."""

    @property
    def held_off_already(self) -> bool:
        """Whether the member has another recusal in this assessment that was not withdrawn."""

    @property
    def cycle_running(self) -> bool:
        """Whether the cycle is published and neither archived nor discarded."""


class RecusalFacts(Facts[Recusal, Around]):
    """The facts of the chart ``recusal``."""

    @property
    def cycle_running(self) -> bool:
        """The cycle is published and not over."""
        return self._around.cycle_running

    @property
    def before_assessment(self) -> bool:
        """The physician has not sat yet: an assessor is challenged before, not after (考核办法 第十六条)."""
        assessment = self._around.assessment
        return assessment is not None and assessment.state in BEFORE and not assessment.started

    @property
    def on_roster(self) -> bool:
        """
        The committee of the agency that assesses the physician has such a member (考核办法 第九条), or the
        administration that does has such a person with a named account.
        """
        return self._around.member is not None

    @property
    def held_off_already(self) -> bool:
        """There is another recusal of this member in this assessment."""
        return self._around.held_off_already

    @property
    def decider_concerned(self) -> bool:
        """
        The sender is the member, or may be: nobody decides on the own recusal (考核办法 第十六条).

        A shared account cannot be told apart from a member, whether the member has a named one or none.
        """
        held_off = (self._record.person,) if self._record is not None else ()
        return conflict_of(self._around.sender, held_off) is not Conflict.NONE
