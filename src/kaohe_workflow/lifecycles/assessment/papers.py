"""
Which papers a physician sits: the table of procedure, stage and exemption.

    procedure   stage    exempt   papers
    一般        first    no       医学人文 and 业务水平专业知识
    一般        first    yes      医学人文; 业务水平专业知识 counts as passed
    简易        first    no       医学人文
    简易        first    yes      医学人文 counts as passed
    any         makeup   –        each kind of the first stage that was not passed, or a list of the province

(手册 2.2.8, 2.2.9.) The kinds are the province's parameters; the table shows those of the manual. A province may have
some levels (医师级别) or categories (执业类别) sit others (`papers_otherwise`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import PaperKind, Stage

PASSED = frozenset({"passed", "exempt_pass"})
"""States of a paper that count as 合格."""

OPEN = frozenset({"not_sat", "sitting", "handed_in", "absence_pending"})
"""States of a paper that may still change without a correction."""


@attrs.frozen
class PaperView:
    """
    A paper as the assessment sees it: its kind, its stage, the state of its case.

    ``attempted`` says that it was sat before and may be sat again.
    """

    kind: PaperKind
    stage: Stage
    state: str
    attempted: bool = False


def required_papers(
    sitter: Sitter,
    stage: Stage,
    waived: Collection[PaperKind],
    parameters: Parameters,
    papers: Iterable[PaperView] = (),
) -> tuple[PaperKind, ...]:
    """
    Return the kinds of paper that a stage requires, in the province's order.

    Args:
        waived: the kinds that granted exemptions waive. In the first stage a waived kind is required all the
            same: it is assigned and counts as passed at once. There is no exemption in the make-up, but what
            was waived stays waived.
        papers: the papers assigned so far, of any stage; only those of the first are looked at. A kind of which one is
            void is not passed, also where it was sat once more and passed, in a round after the one with the cheating.

    A make-up by the province's list drops what is waived. Where the list tests everything in one paper
    (combined), someone with a waived kind sits the kinds of the first stage that are not waived instead.
    """
    first = parameters.papers(sitter)
    if stage is Stage.FIRST:
        return first
    not_waived = tuple(kind for kind in first if kind not in waived)
    listed = parameters.makeup_papers(sitter)
    if listed:
        return _from_list(listed, not_waived, waived)
    passed = passed_kinds(papers)
    return tuple(kind for kind in not_waived if kind not in passed)


def passed_kinds(papers: Iterable[PaperView]) -> frozenset[PaperKind]:
    """The kinds that are passed in the first stage, and of which no paper is void."""
    first = [paper for paper in papers if paper.stage is Stage.FIRST]
    void = {paper.kind for paper in first if paper.state == "void"}
    return frozenset(paper.kind for paper in first if paper.state in PASSED) - void


def _from_list(
    listed: tuple[PaperKind, ...], not_waived: tuple[PaperKind, ...], waived: Collection[PaperKind]
) -> tuple[PaperKind, ...]:
    kinds: list[PaperKind] = []
    for kind in listed:
        if kind is PaperKind.COMBINED and waived:
            kinds += not_waived
        elif kind not in waived:
            kinds.append(kind)
    return tuple(dict.fromkeys(kinds))
