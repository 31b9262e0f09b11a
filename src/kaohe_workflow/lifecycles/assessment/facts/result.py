"""
What the papers amount to, and what else the result rests on.
"""

from __future__ import annotations

from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup, RecordTraining, RevokeResult
from kaohe_workflow.lifecycles.assessment.facts.seen import Seen
from kaohe_workflow.lifecycles.assessment.outcome import any_started, cut_short, papers_outcome
from kaohe_workflow.lifecycles.assessment.papers import required_papers
from kaohe_workflow.values.telling import listed
from kaohe_workflow.values.terms import CheatingConsequence, PaperKind, Stage


class ResultFacts(Seen):
    """Papers of both stages and the make-up (考核办法 第二十二条)."""

    @property
    def papers(self) -> str:
        """
        What the papers of the present stage amount to; see `outcome.papers_outcome`.

        Every kind counts that the stage requires: in the first what the procedure asks for, though its paper was
        cancelled; in the make-up what the first stage has left unpassed as it stands now (考核办法 第二十二条).
        """
        return papers_outcome(self._around.papers, self._stage, self._required_kinds)

    @property
    def _required_kinds(self) -> tuple[PaperKind, ...]:
        """The kinds that the stage requires as the papers of the first one stand now; none without a procedure."""
        sitter = self._record.sitter if self._record is not None else None
        if sitter is None:
            return ()
        papers = self._around.papers
        passed = {
            paper.kind for paper in papers if paper.stage is Stage.FIRST and paper.state == "exempt_pass"
        }
        # Of who was deferred before the papers were assigned, only the exemption itself tells.
        waived = passed | self._around.waived
        return required_papers(sitter, self._stage, waived, self._parameters, papers)

    @property
    def makeup_cut_short(self) -> bool:
        """
        A verdict has ended the make-up that was confirmed before all that it requires was decided (手册 2.2.9).

        Where the verdict falls, since what it rested on is corrected, the make-up goes on.
        """
        in_makeup = self._stage is Stage.MAKEUP
        return in_makeup and cut_short(self._around.papers, self._required_kinds)

    @property
    def paper_started(self) -> bool:
        """A paper of the present stage has been started or has a result other than an exemption."""
        return any_started(self._around.papers, self._stage)

    @property
    def exemption_filed(self) -> bool:
        """An application for exemption stands, decided or not; one that was withdrawn does not."""
        return self._around.exemption_filed

    @property
    def first_papers(self) -> str:
        """What the papers of the first stage amount to, which may change while the make-up is waited for."""
        return papers_outcome(self._around.papers, Stage.FIRST)

    @property
    def revoked(self) -> bool:
        """The result was revoked: the cycle is 不合格 whatever changes (考核办法 第三十一条)."""
        return self._record is not None and self._record.revocation is not None

    @property
    def revocation_proven(self) -> bool:
        """The event brings at least one file that proves the deception (design)."""
        return isinstance(self._payload, RevokeResult) and bool(self._payload.evidence)

    @property
    def stage(self) -> str:
        """The stage whose papers count: ``first`` until a make-up is confirmed (手册 2.2.9)."""
        return self._stage.value

    @property
    def has_makeup(self) -> bool:
        """The province offers a make-up before the verdict."""
        return self._makeup_offered

    @property
    def cheating_final(self) -> bool:
        """
        Cheating was found, and the province lets it decide the result (考核办法 第三十一条; design).

        Where it only voids the paper, that counts as failed and nothing more.
        """
        consequence = self._parameters.cheating_consequence
        return consequence is CheatingConsequence.UNQUALIFIED and self._around.cheating_confirmed

    @property
    def opinion_fail_makeup(self) -> bool:
        """The province lets an opinion of 不合格 be given anew before the make-up (design)."""
        return self._parameters.opinion_fail_makeup

    @property
    def makeup_refused(self) -> bool:
        """The province has refused the make-up (手册 2.2.9)."""
        return self._record is not None and self._record.makeup_refused

    @property
    def training_done(self) -> bool:
        """
        The days of training that the province demands are on record, or the event attests them; deferred ones owe none.
        """
        attested = isinstance(self._payload, ConfirmMakeup) and self._payload.training_attested
        if attested or self._record is None:
            return attested
        return self._record.deferred or self._record.trained_days >= self._parameters.makeup_training_days

    @property
    def training_asked(self) -> bool:
        """The province demands training before a make-up (`makeup_training_days`), and not of who was deferred."""
        owes = self._record is not None and not self._record.deferred
        return owes and self._parameters.makeup_training_days > 0

    @property
    def training_proven(self) -> bool:
        """Somebody has trained, on days that there are in the span, which is past; with the certificate of its test."""
        given = self._payload
        if not isinstance(given, RecordTraining) or not given.trainer.strip() or not given.certificate:
            return False
        span = (given.last_day - given.first_day).days + 1
        return given.last_day <= self._today and 1 <= given.days <= span

    @property
    def sender_level(self) -> str:
        """The level of the administration that the sender acts for; ``none`` for everybody else (design)."""
        kind = self._around.sender_kind
        return kind.value if kind is not None and kind.is_administration else "none"

    @property
    def makeup_delegated_to(self) -> str:
        """The administrations that the province lets confirm the make-up on its behalf (手册 2.2.9; design)."""
        return self._parameters.makeup_delegated_to.value

    @property
    def deferral_filed(self) -> bool:
        """A deferral of this assessment is on record (design)."""
        return self._around.deferral_filed

    def _told_training(self) -> str:
        wanted = self._parameters.makeup_training_days
        trained = self._record.trained_days if self._record is not None else 0
        return f"本省要求补考前培训{wanted}天，已登记{trained}天，尚缺{max(wanted - trained, 0)}天"

    def _told_proof(self) -> str:
        given = self._payload
        if not isinstance(given, RecordTraining):
            return ""
        missing = [
            label
            for label, is_there in (("培训单位", given.trainer.strip()), ("培训考核证明", given.certificate))
            if not is_there
        ]
        if missing:
            return f"尚缺：{listed(missing)}"
        return "培训的起止日期须先后有序、不晚于今日，天数不多于其间的天数"

    _ASIDES: ClassVar = {"training_done": _told_training, "training_proven": _told_proof}
