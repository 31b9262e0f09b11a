"""
Which papers somebody may practise (模拟测评), and when.

Notices of provinces open practice before the evaluation, and again for whoever has failed. The questions, and what is
answered, are an evaluation platform's own: nothing of it is delivered, kept or counted, so that practice changes no
paper and no result.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.around.papers import paper_view, waived_kinds
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import RUNNING
from kaohe_workflow.application.ports import Clock, Secrets, Store, UnitOfWork
from kaohe_workflow.application.queries.numbers import looked_for
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.assessment.papers import PASSED, required_papers
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.values.parameter_kinds import Sitter
from kaohe_workflow.values.terms import Category, Level, PaperKind, Procedure, Stage

BEFORE_THE_FIRST = (
    "awaiting_registration",
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
)
"""States of an assessment whose physician takes part and has the papers of the first stage before them."""

BEFORE_THE_MAKEUP = ("awaiting_makeup_approval", "awaiting_makeup")


@attrs.frozen(kw_only=True)
class Offer:
    """
    What somebody may practise in one cycle, from ``opens_at`` to before ``closes_at``, None while that is not set.

    ``kinds`` are the papers of the stage that are still to be passed, in the province's order; ``level``, ``category``
    and ``subjects`` are those by which questions are chosen. ``open`` says whether it is time.
    """

    assessment_id: str
    cycle_id: str
    stage: Stage
    kinds: tuple[PaperKind, ...]
    level: Level | None
    category: Category | None
    subjects: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime | None
    open: bool


@attrs.frozen
class Practice:
    """The question over a store, a clock and the province's parameters."""

    store: Store
    clock: Clock
    catalogue: Catalogue
    secrets: Secrets

    def offers(self, principal: Principal) -> tuple[Offer, ...]:
        """Return what the caller may practise, one offer a running cycle; who is no physician has nothing to."""
        if principal.physician_id is None:
            return ()
        with self.store.begin(write=False) as unit:
            return tuple(self._offers(unit, principal.physician_id))

    def of_number(self, id_number: str) -> tuple[Offer, ...]:
        """
        Return what the person of a number, in either form, may practise now; nothing for a stranger.

        Raises:
            InputInvalid: the number is none.
        """
        hashed = self.secrets.blind("id_hash", looked_for(id_number))
        with self.store.begin(write=False) as unit:
            persons = unit.find("affiliation", [Where("id_hash", "eq", hashed)])
            found = [offer for person in persons for offer in self._offers(unit, person.id)]
        return tuple(offer for offer in found if offer.open)

    def _offers(self, unit: UnitOfWork, physician_id: str) -> Iterable[Offer]:
        moment = self.catalogue.moment(self.clock.now())
        cases = unit.find(
            "assessment",
            [
                Where("physician_id", "eq", physician_id),
                Where("state", "in", (*BEFORE_THE_FIRST, *BEFORE_THE_MAKEUP)),
            ],
        )
        cycles = unit.read("cycle", [case.record.cycle_id for case in cases])
        for case in cases:
            cycle = cycles.get(case.record.cycle_id)
            if cycle is not None and cycle.state in RUNNING:
                offer = _offer(unit, case, cycle, moment.of(cycle.record.first_day))
                if offer is not None:
                    yield offer


def _offer(unit: UnitOfWork, case: Case, cycle: Case, moment: Moment) -> Offer | None:
    """What one assessment leaves to be practised, None where it leaves nothing or the province offers nothing."""
    record, days = case.record, moment.parameters.practice_days
    windows = record.windows(cycle.record.windows)
    again = case.state in BEFORE_THE_MAKEUP
    kinds = _kinds(unit, case, moment)
    if not days or windows.evaluation is None or not kinds:
        return None
    opens_at = windows.evaluation.opens_at - timedelta(days=days)
    last = windows.makeup if again else windows.evaluation
    closes_at = last.closes_at if last is not None else None
    department = record.filing.department_id if record.filing is not None else None
    departments = unit.read("department", [department] if department is not None else [])
    return Offer(
        assessment_id=case.id,
        cycle_id=cycle.id,
        stage=Stage.MAKEUP if again else Stage.FIRST,
        kinds=kinds,
        level=record.level,
        category=record.category,
        subjects=tuple(subject for one in departments.values() for subject in one.record.subjects),
        opens_at=opens_at,
        closes_at=closes_at,
        open=opens_at <= moment.now and (closes_at is None or moment.now < closes_at),
    )


def _kinds(unit: UnitOfWork, case: Case, moment: Moment) -> tuple[PaperKind, ...]:
    """
    The papers of the stage that are neither passed nor waived; a 述职报告 is written, not practised.

    Who has not filed yet practises the papers of 一般程序.
    """
    papers = unit.find("evaluation", [Where("assessment_id", "eq", case.id)])
    waivers = unit.find("exemption", [Where("assessment_id", "eq", case.id), Where("state", "eq", "granted")])
    stage = Stage.MAKEUP if case.state in BEFORE_THE_MAKEUP else Stage.FIRST
    views = [paper_view(paper) for paper in papers]
    waived = waived_kinds(waivers) | {
        view.kind for view in views if view.stage is Stage.FIRST and view.state == "exempt_pass"
    }
    sitter = case.record.sitter or Sitter(Procedure.GENERAL)
    done = {view.kind for view in views if view.stage is stage and view.state in PASSED} | waived
    kinds = required_papers(sitter, stage, waived, moment.parameters, views)
    return tuple(kind for kind in kinds if kind not in done and kind is not PaperKind.STATEMENT)
