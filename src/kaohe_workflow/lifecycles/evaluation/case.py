"""
What a paper (测评) of one physician keeps between events.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from kaohe_workflow.lifecycles.evaluation.photos import Photo, Proctoring, Sitting
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import Category, LabelledEnum, Level, PaperKind, Stage
from kaohe_workflow.values.windows import Window


class ForceMajeureStanding(LabelledEnum):
    """For whom a report of 不可抗力 waits."""

    REPORTED = "reported", "待考核机构上报"
    FORWARDED = "forwarded", "待省级决定"


@attrs.frozen(kw_only=True)
class ForceMajeure:
    """
    What kept the physician from sitting, or from finishing (不可抗力).

    ``forwarded`` says that the assessment institution has reported it: what only the physician has reported waits for
    that. ``evidence`` are ids of stored files.
    """

    text: str
    evidence: tuple[AttachmentId, ...]
    reported_at: datetime
    forwarded: bool = False


@attrs.frozen(kw_only=True)
class Evaluation:
    """
    One paper of one stage.

    ``round`` counts from 1: a paper that was cancelled and is assigned anew is a new round. ``level`` and
    ``category`` are those of the filing on the day of assignment and stay; so do ``subjects``, the codes of its
    department's 诊疗科目, by which questions may be chosen. ``score`` is 0–100 with at most two places,
    None until one is recorded in the present attempt, and in the end the one that counts; ``earlier_scores`` are those
    of the attempts before, in their order, ``scores_set_aside`` those that count no more since a re-sit: by
    these a score file that comes again is known. ``force_majeure`` is the last report, None once a re-sit was granted;
    ``own_window`` the time of this paper alone, where one was granted with other times than the stage's.
    ``started_at`` and ``ended_at`` are those of the present attempt, see `Sitting`; ``earlier_sittings`` the attempts
    before. ``ended_with_time`` says that the end is that of the time for answering, and nobody has told when the paper
    was handed in. ``own_line`` is the pass line of this paper alone, where it was sat early and got one (考核办法
    第十八条). ``deliveries`` are the starts, hand-ins and scores that platforms have delivered, through all attempts
    and re-sits, each by whose it is and the platform's own name of it. ``statement`` is the 述职报告 of a paper that
    is one. ``photos`` are in the order in which they came, ``proctored`` is what they come to.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    kind: PaperKind
    stage: Stage
    round: int = 1
    level: Level | None = None
    category: Category | None = None
    subjects: tuple[str, ...] = ()
    score: Decimal | None = None
    earlier_scores: tuple[Decimal, ...] = ()
    scores_set_aside: tuple[Decimal, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_with_time: bool = False
    earlier_sittings: tuple[Sitting, ...] = ()
    deliveries: tuple[str, ...] = ()
    force_majeure: ForceMajeure | None = None
    own_window: Window | None = None
    own_line: Decimal | None = None
    statement: str | None = None
    statement_files: tuple[AttachmentId, ...] = ()
    photos: tuple[Photo, ...] = ()
    proctored: Proctoring | None = None

    @property
    def sittings(self) -> tuple[Sitting, ...]:
        """Every time that the paper was started, in order."""
        if self.started_at is None:
            return self.earlier_sittings
        return (*self.earlier_sittings, Sitting(self.started_at, self.ended_at))

    @property
    def was_sat(self) -> bool:
        """Whether anything was ever done in it: it was started, has or had a score, or a statement was handed in."""
        scores = (*self.earlier_scores, *self.scores_set_aside)
        return bool(self.sittings or scores or self.statement) or self.score is not None

    @property
    def force_majeure_standing(self) -> ForceMajeureStanding | None:
        """For whom the last report waits, None without one."""
        report = self.force_majeure
        if report is None:
            return None
        return ForceMajeureStanding.FORWARDED if report.forwarded else ForceMajeureStanding.REPORTED

    @property
    def own_first_day(self) -> date | None:
        """The first day, in China, of the time of this paper alone; None without one."""
        return self.own_window.first_day if self.own_window is not None else None

    @property
    def own_last_day(self) -> date | None:
        """The last day, in China, of the time of this paper alone, included; None without one."""
        return self.own_window.last_day if self.own_window is not None else None

    @property
    def own_only_day(self) -> date | None:
        """The day, in China, of a time of this paper alone that begins and ends on it; None without one."""
        return self.own_first_day if self.own_first_day == self.own_last_day else None

    @property
    def photo_files(self) -> frozenset[AttachmentId]:
        """The stored photos."""
        return frozenset(photo.file for photo in self.photos if photo.file is not None)

    @property
    def photos_kept(self) -> bool:
        """Whether photos are stored, and not only what they came to."""
        return bool(self.photo_files)

    @property
    def usable_photos(self) -> int:
        """How many photos a person can be recognised on (手册 2.2.9)."""
        return self.proctored.usable if self.proctored is not None else 0

    @property
    def similarity_minimum(self) -> Decimal | None:
        """The lowest similarity, None without a usable photo."""
        return self.proctored.minimum if self.proctored is not None else None

    @property
    def similarity_mean(self) -> Decimal | None:
        """The mean similarity, None without a usable photo."""
        return self.proctored.mean if self.proctored is not None else None

    @property
    def low_similarity(self) -> bool:
        """The similarity by which the province asks lies below its mark."""
        return self.proctored is not None and self.proctored.low

    @property
    def photos_sparse(self) -> bool:
        """More time than the interval lies between photos."""
        return self.proctored is not None and self.proctored.sparse
