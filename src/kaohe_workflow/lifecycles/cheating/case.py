"""
What a mark (疑似作弊) keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs

from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import CheatingManner, PaperKind, Stage


@attrs.frozen(kw_only=True)
class Cheating:
    """
    One mark of one paper.

    ``kind`` and ``stage`` are the paper's. ``evidence`` are ids of stored files (监考照片 and others), in the order in
    which they came; each new mark and the decision add to them. ``marked_at`` is when the mark that is looked at was
    set, ``reported_at`` when that one went to the province, and ``heard_until`` the last day on which the physician is
    heard. ``told`` is whether the physician knows of the mark, by the report of this one or of an earlier one: who was
    told once goes on being told; of the evidence it is the first ``evidence_heard`` of them that were opened before the
    mark that is looked at. ``statement`` is the physician's case, None while there is none, ``statement_files``
    what goes with it; a later statement takes its place.

    ``substitute_id`` is the physician who sat in place of this one, as the province has found; None where it has named
    nobody. ``finding_id`` is the mark of another's paper in whose decision this physician was named, where that is what
    this mark was made for, until that one falls; None for any other.
    """

    institution_id: str
    assessment_id: str
    evaluation_id: str
    cycle_id: str
    physician_id: str
    kind: PaperKind
    stage: Stage
    manner: CheatingManner
    marked_at: datetime
    evidence: tuple[AttachmentId, ...] = ()
    reported_at: datetime | None = None
    heard_until: date | None = None
    told: bool = False
    evidence_heard: int = 0
    statement: str | None = None
    statement_files: tuple[AttachmentId, ...] = ()
    substitute_id: str | None = None
    finding_id: str | None = None

    @property
    def opened_evidence(self) -> tuple[AttachmentId, ...]:
        """What the physician is told of: all with the hearing, before it what an earlier one has opened."""
        return self.evidence if self.reported_at is not None else self.evidence[: self.evidence_heard]
