"""
What files that are reviewed have in common: the claim, the decision that may be recalled, who is held off (回避).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeVar

import attrs

from kaohe_workflow.lifecycles.shape import Decider, Facts, Moment, Step
from kaohe_workflow.values.terms import ReturnCode


@attrs.frozen
class Return:
    """The coded reason of a return; what it comes to stands in the reason's text."""

    code: ReturnCode


@attrs.frozen(kw_only=True)
class Decided:
    """
    What two decide upon, one after the other: the organisations that have decided last, None where none has.

    ``reviewed_by`` is who has reviewed it (审核), ``rechecked_by`` who has decided after that (复核, or the
    administration). Whatever becomes of it afterwards, they have decided it (已审核); a decision that is recalled was
    none.
    """

    reviewed_by: str | None = None
    rechecked_by: str | None = None


def deciders(of: Decided | Decision) -> dict[str, Any]:
    """Who had decided: of a record, or before a decision."""
    return {"reviewed_by": of.reviewed_by, "rechecked_by": of.rechecked_by}


@attrs.frozen(kw_only=True)
class Reviewed(Decided):
    """A file on its way; ``opened``: whoever must act has opened it since it came into its state."""

    opened: bool = False


@attrs.frozen(kw_only=True)
class Claimed(Reviewed):
    """
    A file that a reviewer may have on the desk (打开审核), so that two do not work on one (design).

    ``claimed_by`` is the account, ``claimed_operator`` the natural person, None for a shared account, among whose
    users a claim makes no difference. It lapses after `claim_minutes`, and binds nobody who decides without opening.
    """

    claimed_by: str | None = None
    claimed_operator: str | None = None
    claimed_at: datetime | None = None

    def is_claimed_by_another(self, sender: Decider | None, moment: Moment) -> bool:
        """Say whether somebody else has opened the file less than `claim_minutes` ago; an unknown sender is another."""
        if self.claimed_by is None or self.claimed_at is None:
            return False
        lapses_at = self.claimed_at + timedelta(minutes=moment.parameters.claim_minutes)
        return moment.now < lapses_at and not self.is_claimed_by(sender)

    def is_claimed_by(self, sender: Decider | None) -> bool:
        """Say whether the sender has opened the file, however long ago."""
        if self.claimed_by is None or sender is None:
            return False
        return not Decider(self.claimed_by, self.claimed_operator).is_another(sender)


UNCLAIMED: Mapping[str, Any] = MappingProxyType(
    {"claimed_by": None, "claimed_operator": None, "claimed_at": None}
)
"""What a file has that nobody works on; it has so whenever it goes on."""


@attrs.frozen(kw_only=True)
class Decision:
    """
    A decision that may be recalled (撤回本人决定): by whom, when (an aware UTC instant), in which state.

    ``reviewed_by`` and ``rechecked_by`` are those of the record before it, which hold again once it is recalled.
    """

    decided_by: Decider
    decided_at: datetime
    decided_in: str
    reviewed_by: str | None = None
    rechecked_by: str | None = None

    @classmethod
    def of(cls, record: Decided, step: Step) -> Self:
        """The decision that a step is, on the record as it was before."""
        return cls(
            decided_by=step.decider,
            decided_at=step.moment.now,
            decided_in=step.source,
            **deciders(record),
        )

    def may_recall(self, sender: Decider | None, moment: Moment) -> bool:
        """
        Say whether the sender made this decision at most `recall_minutes` ago, the last instant included.

        Account and natural person must both be the same: of a shared account it is the account.
        """
        in_time = moment.now - self.decided_at <= timedelta(minutes=moment.parameters.recall_minutes)
        return in_time and sender == self.decided_by


class Conflict(Enum):
    """Whether whoever acts is held off (回避, 考核办法 第十六条); ``UNKNOWN``: a shared account tells nobody apart."""

    NONE = "none"
    RECUSED = "recused"
    UNKNOWN = "unknown"


def conflict_of(sender: Decider | None, held_off: Iterable[Decider]) -> Conflict:
    """Say whether the sender is one of those who are held off, or may be one for want of a named account."""
    others = tuple(held_off)
    if not others:
        return Conflict.NONE
    if sender is None or sender.operator_id is None:
        return Conflict.UNKNOWN
    return Conflict.NONE if all(sender.is_another(other) for other in others) else Conflict.RECUSED


class HasDecision(Protocol):
    """A record that says what brought it where it is; ``decision`` is None where no review did."""

    @property
    def opened(self) -> bool:
        """Whether whoever must act has opened it since."""

    @property
    def decision(self) -> Decision | None:
        """The review that brought it into its state."""


class KnowsSender(Protocol):
    """Surroundings that know who acts."""

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""


class KnowsReviewers(KnowsSender, Protocol):
    """Surroundings that know, too, who may not review."""

    @property
    def held_off(self) -> tuple[Decider, ...]:
        """The members of the committee who have nothing to do with this physician's file (回避)."""


RecordT = TypeVar("RecordT")
HasDecisionT = TypeVar("HasDecisionT", bound=HasDecision)
DecidedT = TypeVar("DecidedT", bound=Decided)
SenderT = TypeVar("SenderT", bound=KnowsSender)
ClaimedT = TypeVar("ClaimedT", bound=Claimed)
ReviewersT = TypeVar("ReviewersT", bound=KnowsReviewers)
ReviewedT = TypeVar("ReviewedT", bound=Reviewed)


class RecallFacts(Facts[HasDecisionT, SenderT]):
    """What is asked before a decision is recalled (撤回本人决定)."""

    @property
    def recall_open(self) -> bool:
        """The sender has just decided, and who must act next has not opened it; see `Decision.may_recall` (design)."""
        record = self._record
        if record is None or record.decision is None or record.opened:
            return False
        return record.decision.may_recall(self._around.sender, self._moment)


class ReviewerFacts(Facts[RecordT, ReviewersT]):
    """What is asked of whoever decides on something of one physician's for the assessment institution."""

    @property
    def reviewer_conflict(self) -> str:
        """Whether the sender is held off from the file (考核办法 第十六条); see `conflict_of`."""
        return conflict_of(self._around.sender, self._around.held_off).value


class ClaimFacts(ReviewerFacts[ClaimedT, ReviewersT]):
    """What is asked of whoever reviews a file."""

    @property
    def claimed_by_another(self) -> bool:
        """Another reviewer has the file on the desk; see `Claimed` (design)."""
        record = self._record
        return record is not None and record.is_claimed_by_another(self._around.sender, self._moment)

    @property
    def claimed_by_sender(self) -> bool:
        """The sender has opened the file (design)."""
        return self._record is not None and self._record.is_claimed_by(self._around.sender)


def mark_opened(record: ReviewedT, step: Step) -> ReviewedT:
    """Whoever must act has opened the file."""
    return attrs.evolve(record, opened=True)


def note_reviewer(record: DecidedT, step: Step) -> DecidedT:
    """The sender's organisation has reviewed it (审核)."""
    return attrs.evolve(record, reviewed_by=step.organisation_id)


def note_rechecker(record: DecidedT, step: Step) -> DecidedT:
    """The sender's organisation has decided on what another one had reviewed, or had left to it (复核)."""
    return attrs.evolve(record, rechecked_by=step.organisation_id)


def take_file(record: ClaimedT, step: Step) -> ClaimedT:
    """A reviewer has it on the desk."""
    return attrs.evolve(
        record,
        claimed_by=step.account_id,
        claimed_operator=step.operator_id,
        claimed_at=step.moment.now,
    )


def release_file(record: ClaimedT, step: Step) -> ClaimedT:
    """Nobody has it on the desk any more; it stays opened."""
    return attrs.evolve(record, **UNCLAIMED)


def note_decision(record: ReviewedT, step: Step) -> ReviewedT:
    """The application has gone on by a decision, which its decider may recall (撤回本人决定)."""
    return _gone_on(record, decision=Decision.of(record, step))


def note_return(record: ReviewedT, step: Step) -> ReviewedT:
    """The application goes back, for a coded reason; its decider may recall that."""
    return _gone_on(record, decision=Decision.of(record, step), return_code=step.payload.code)


def close_application(record: ReviewedT, step: Step) -> ReviewedT:
    """Nothing but that the application has gone on, by nobody's review."""
    return _gone_on(record, decision=None)


def recall_decision(record: ReviewedT, step: Step) -> ReviewedT:
    """
    Nothing was decided after all.

    The row asks for a decision to recall.
    """
    application: Any = record
    return _gone_on(record, decision=None, return_code=None, **deciders(application.decision))


def _gone_on(record: ReviewedT, **more: Any) -> ReviewedT:
    """Nobody who must act next has opened it yet, nor has it on the desk."""
    application: Any = record  # an application keeps a decision and a return code beside what is reviewed
    desk = UNCLAIMED if isinstance(record, Claimed) else {}
    gone_on: ReviewedT = attrs.evolve(application, opened=False, **desk, **more)
    return gone_on
