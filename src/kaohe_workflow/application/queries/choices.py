"""
What a province lets people choose from in a cycle, and by which rules its papers are sat: all that a form must know.

Codes stand beside their labels: an application names a ground by its code, and whoever writes or reviews one reads what
the ground is, what does not count and what proves it (考核办法 第二十一条, 第二十三条).
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.lifecycles.exemption.case import WAIVES
from kaohe_workflow.values.parameter_kinds import PaperRow, ProvincialGround, Sitter
from kaohe_workflow.values.parameters import Parameters
from kaohe_workflow.values.terms import (
    AttachmentKind,
    Category,
    Level,
    PaperKind,
    Procedure,
    RecordLevel,
    Stage,
)


@attrs.frozen(kw_only=True)
class PapersOf:
    """
    The papers of a procedure, in their order, and of them the one that an exemption spares (手册 2.2.8), if any.

    ``level`` and ``category`` say who sits them, None for everybody of whom no other row is. Papers of the make-up are
    those that were not passed where there are none here.
    """

    procedure: Procedure
    stage: Stage
    level: Level | None = None
    category: Category | None = None
    papers: tuple[PaperKind, ...]
    spared: PaperKind | None = None


@attrs.frozen(kw_only=True)
class ProvincialChoices:
    """
    The choices of a cycle, as an event that is sent now would read them.

    Each list of grounds is in the province's order and empty where it has none: of exemption (免考, `exemption.apply`),
    of 简易程序 beside the years of practice (a filing's ``provincial_ground``), of deferral (延考, `deferral.apply`),
    which is empty too where ``deferral`` is not offered. With ``list_approval`` 简易程序, 免考 and 延考 wait for the
    list of who takes part (考核名单). ``papers`` are those of both procedures: first those that hold for some alone,
    then those for everybody else. ``paper_minutes`` is how long a paper is sat, ``recall_minutes`` how long one's own
    decision may be recalled.
    """

    cycle_id: str
    list_approval: bool
    exemption_grounds: tuple[ProvincialGround, ...]
    exemption_with_registration: bool
    simplified_grounds: tuple[ProvincialGround, ...]
    simplified_years_long: int
    simplified_years_with_record: int
    good_record_minimum_level: RecordLevel
    deferral: bool
    deferral_grounds: tuple[ProvincialGround, ...]
    other_opinions_required: bool
    papers: tuple[PapersOf, ...]
    papers_in_order: bool
    paper_minutes: int
    paper_attempts: int
    face_check: bool
    makeup_offered: bool
    makeup_training_days: int
    recall_minutes: int
    attachment_kinds: tuple[AttachmentKind, ...]
    attachment_maximum_mebibytes: int


@attrs.frozen
class Choices:
    """The question over a store, for callers of any role."""

    cases: Cases

    def of_cycle(self, principal: Principal, cycle_id: str) -> ProvincialChoices:
        """
        What there is to choose from in a cycle, for everybody who may see it.

        Raises:
            NotFound: no such cycle, or none that the caller may know of.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(("principal", principal, Principal), ("cycle_id", cycle_id, str))
        case = self.cases.get(principal, "cycle", cycle_id)
        moment = self.cases.catalogue.moment(self.cases.clock.now())
        return _choices(case.id, moment.of(case.record.first_day).parameters, moment.parameters)


def _choices(cycle_id: str, parameters: Parameters, today: Parameters) -> ProvincialChoices:
    return ProvincialChoices(
        cycle_id=cycle_id,
        list_approval=parameters.list_approval,
        exemption_grounds=parameters.exemption_grounds,
        exemption_with_registration=parameters.exemption_with_registration,
        simplified_grounds=parameters.simplified_grounds,
        simplified_years_long=parameters.simplified_years_long,
        simplified_years_with_record=parameters.simplified_years_with_record,
        good_record_minimum_level=parameters.good_record_minimum_level,
        deferral=parameters.deferral,
        deferral_grounds=parameters.deferral_grounds if parameters.deferral else (),
        other_opinions_required=parameters.other_opinions_required,
        papers=(*map(_row, parameters.papers_otherwise), *_for_everybody(parameters)),
        papers_in_order=parameters.papers_in_order,
        paper_minutes=parameters.paper_minutes,
        paper_attempts=parameters.paper_attempts,
        face_check=parameters.face_check,
        makeup_offered=parameters.offers_makeup,
        makeup_training_days=parameters.makeup_training_days,
        recall_minutes=parameters.recall_minutes,
        attachment_kinds=today.attachment_kinds,
        attachment_maximum_mebibytes=today.attachment_maximum_mebibytes,
    )


def _row(row: PaperRow) -> PapersOf:
    return PapersOf(
        procedure=row.procedure,
        stage=row.stage,
        level=row.level,
        category=row.category,
        papers=row.papers,
        spared=_spared(row.procedure, row.stage, row.papers),
    )


def _for_everybody(parameters: Parameters) -> list[PapersOf]:
    stages = (Stage.FIRST, Stage.MAKEUP) if parameters.offers_makeup else (Stage.FIRST,)
    found = []
    for procedure in Procedure:
        sitter = Sitter(procedure)
        for stage in stages:
            first = stage is Stage.FIRST
            papers = parameters.papers(sitter) if first else parameters.makeup_papers(sitter)
            spared = _spared(procedure, stage, papers)
            found.append(PapersOf(procedure=procedure, stage=stage, papers=papers, spared=spared))
    return found


def _spared(procedure: Procedure, stage: Stage, papers: tuple[PaperKind, ...]) -> PaperKind | None:
    """The paper that an exemption spares; none in the make-up, and none that is not to be sat."""
    waived = WAIVES[procedure]
    return waived if stage is Stage.FIRST and waived in papers else None
