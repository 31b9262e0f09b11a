"""
What institution and agency have decided on a filing.
"""

from __future__ import annotations

from typing import ClassVar

from kaohe_workflow.lifecycles.assessment.case import Assessment, Opinions
from kaohe_workflow.lifecycles.assessment.facts.seen import Around, Seen
from kaohe_workflow.lifecycles.reviewing import ClaimFacts, RecallFacts
from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.telling import listed


class ReviewFacts(Seen, ClaimFacts[Assessment, Around], RecallFacts[Assessment, Around]):
    """Opinions, returns, and the decision that may be recalled."""

    @property
    def opened(self) -> bool:
        """Whoever must act has opened the file since it came into its state."""
        return self._record is not None and self._record.opened

    @property
    def opinion_stands(self) -> bool:
        """
        The institution has submitted its opinion and the administration has not returned the file since
        (手册 2.2.5: a reviewed physician can be taken out only after that).
        """
        return self._record is not None and self._record.opinion_stands

    @property
    def opinion_given(self) -> str:
        """The opinions that the event brings: ``missing`` unless both are there (手册 2.2.6)."""
        return _verdict(self._given, "missing")

    @property
    def opinion_reasons(self) -> bool:
        """Each 不合格 that the event brings has a reason (手册 2.2.6)."""
        return self._given.reasoned

    @property
    def other_opinions(self) -> bool:
        """
        Where the province demands it, the event brings an opinion of each other institution that the filing
        names (手册 2.2.6, 新增意见), however its name is spaced or its brackets are typed.
        """
        if not self._parameters.other_opinions_required:
            return True
        return not self._missing_others

    @property
    def concern(self) -> str:
        """What the agency's last return was about."""
        concern = self._record.concern if self._record is not None else None
        return concern.value if concern is not None else "none"

    @property
    def opinion(self) -> str:
        """The institution's opinion of this filing; one 不合格 makes it unqualified (考核办法 第二十二条)."""
        opinions = self._record.opinions if self._record is not None else None
        return _verdict(opinions or Opinions(), "none")

    @property
    def agency_passed(self) -> bool:
        """The agency has passed this filing (考核办法 第十一条)."""
        return self._record is not None and self._record.agency_passed

    @property
    def in_open_sample(self) -> bool:
        """
        The file was drawn to be checked, and that check has not ended (考核办法 第十条).

        Read: the agency looks at all that it drew before any of them goes on, in bulk or alone, so that what it passes
        without a look was measured by what it did look at.
        """
        return self._around.in_open_sample

    @property
    def decided_in(self) -> str:
        """The state in which the review was made that brought the case here; ``none`` where no review did."""
        decision = self._record.decision if self._record is not None else None
        return decision.decided_in if decision is not None else "none"

    @property
    def _missing_others(self) -> list[str]:
        """The other institutions that the filing names and of which the event brings no opinion, as they are named."""
        filing = self._record.filing if self._record is not None else None
        given = {compact_identifier(other.institution) for other in self._given.others}
        sites = dict.fromkeys(site.institution for site in filing.other_sites) if filing is not None else ()
        return [site for site in sites if compact_identifier(site) not in given]

    def _told_other_opinions(self) -> str:
        return f"尚缺：{listed(self._missing_others)}"

    _ASIDES: ClassVar = {"other_opinions": _told_other_opinions}


def _verdict(opinions: Opinions, missing: str) -> str:
    if not opinions.given:
        return missing
    return "qualified" if opinions.qualified else "unqualified"
