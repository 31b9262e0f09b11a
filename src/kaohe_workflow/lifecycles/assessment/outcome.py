"""
What the papers of a stage amount to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from kaohe_workflow.lifecycles.assessment.papers import OPEN, PASSED, PaperView, passed_kinds
from kaohe_workflow.values.terms import PaperKind, Stage

PapersOutcome = Literal["none", "open", "all_passed", "some_failed"]

# 缺考待确认 is a paper not sat that a sweep has come across: what may be done must not hang on the sweep.
_UNTOUCHED = frozenset({"not_sat", "absence_pending", "exempt_pass", "cancelled"})
_NOT_SAT = _UNTOUCHED | {"absent", "not_opened"}


def papers_outcome(
    papers: Iterable[PaperView], stage: Stage, required: Collection[PaperKind] | None = None
) -> PapersOutcome:
    """
    Say what the papers of a stage amount to; cancelled ones are left aside.

    ``open`` as long as one may still change: a result is settled once, when the last paper has closed, never
    while another is open. Then ``all_passed`` if each is 合格 or 合格(免考), else ``some_failed``: 不合格,
    缺考 and 未开考 alike. ``none`` means that there is no paper, which is never a pass (考核办法 第二十二条).

    ``required`` are kinds that must be among them: a paper of the first stage may turn out not passed, by a
    corrected line or a revoked exemption, after the make-up was assigned without it. It may as well turn out passed
    after all: then nobody fails by the make-up of its kind, be it failed, missed or fallen away, unless the province's
    list asks for that kind in any case (考核办法 第二十二条; design). None looks at the papers of the stage alone.
    """
    known = tuple(papers)
    assigned = [paper for paper in known if paper.stage is stage]
    living = [paper for paper in assigned if paper.state != "cancelled"]
    if {paper.state for paper in living} & OPEN:
        return "open"
    needless = _needless(known, stage, required)
    counted = [paper for paper in living if paper.kind not in needless]
    # Nobody passes by a make-up that there never was.
    if not counted and not (assigned and needless and not required and _all_passed(known)):
        return "none" if not living else "some_failed"
    complete = {paper.kind for paper in counted}.issuperset(required or ())
    return "all_passed" if complete and all(paper.state in PASSED for paper in counted) else "some_failed"


def _needless(
    papers: Iterable[PaperView], stage: Stage, required: Collection[PaperKind] | None
) -> frozenset[PaperKind]:
    """The kinds of which a paper of the make-up decides nothing: passed in the first stage, and not required."""
    if stage is Stage.FIRST or required is None:
        return frozenset()
    return passed_kinds(papers).difference(required)


def _all_passed(papers: Iterable[PaperView]) -> bool:
    return papers_outcome(papers, Stage.FIRST) == "all_passed"


def cut_short(papers: Iterable[PaperView], required: Collection[PaperKind]) -> bool:
    """Say whether of a kind that the make-up requires every paper was cancelled, and there was one."""
    makeup = [paper for paper in papers if paper.stage is Stage.MAKEUP]
    living = {paper.kind for paper in makeup if paper.state != "cancelled"}
    return not living.issuperset({paper.kind for paper in makeup}.intersection(required))


def any_sat(papers: Iterable[PaperView]) -> bool:
    """Say whether a paper of any stage was sat, be it not to the end; who was absent from one has not sat it."""
    return any(paper.attempted or paper.state not in _NOT_SAT for paper in papers)


def any_started(papers: Iterable[PaperView], stage: Stage) -> bool:
    """Say whether a paper of the stage has been started or has any result but an exemption."""
    return any(paper.attempted or paper.state not in _UNTOUCHED for paper in papers if paper.stage is stage)
