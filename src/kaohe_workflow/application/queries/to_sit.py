"""
What an evaluation platform has to know of a paper that somebody is to sit on it (手册 2.2.9).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import attrs

from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.evaluation.facts import EvaluationFacts, stage_window
from kaohe_workflow.lifecycles.evaluation.ordering import Prerequisite, order_of
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.values.parameter_kinds import Sitter

ORDER: tuple[Prerequisite, ...] = ("met", "waiting", "lost")
"""What the papers before one, in the province's order, leave open."""


@attrs.frozen(kw_only=True)
class PaperToSit:
    """
    A paper that waits or is being sat, and how.

    It may be started from ``opens_at`` to before ``closes_at``, both None while the time is not set; one that is being
    sat is over at ``ends_at``. ``minutes`` are those for answering, ``attempt`` is the present one of ``attempts``,
    both counted from 1, and a usable photo is to be taken each ``photo_interval_seconds``. ``place`` is the paper's in
    the province's order, from 1, and ``prerequisite`` whether those before it are passed; where the province has no
    order, None and ``met``. ``face_check`` says that whoever starts it must have been looked at.
    """

    paper: Case
    opens_at: datetime | None
    closes_at: datetime | None
    ends_at: datetime | None
    minutes: int
    attempt: int
    attempts: int
    photo_interval_seconds: int
    face_check: bool
    place: int | None
    prerequisite: Literal["met", "waiting", "lost"]


def papers_to_sit(surroundings: Surroundings, papers: Iterable[Case]) -> tuple[PaperToSit, ...]:
    """Return the papers with how they are sat as things are; what is around all of them is fetched together."""
    cases = tuple(papers)
    views = surroundings.views("evaluation", [(case.id, case, NoPayload()) for case in cases])
    return tuple(_to_sit(case, view, view.at.moment) for case, view in zip(cases, views, strict=True))


def _to_sit(case: Case, around: Any, moment: Moment) -> PaperToSit:
    record, parameters = case.record, moment.parameters
    facts = EvaluationFacts(record, NoPayload(), around, moment)
    window = record.own_window or stage_window(around.windows, record.stage)
    return PaperToSit(
        paper=case,
        opens_at=window.opens_at if window is not None else None,
        closes_at=window.closes_at if window is not None else None,
        ends_at=facts.sitting_ends_at,
        minutes=parameters.paper_minutes,
        attempt=len(record.earlier_scores) + 1,
        attempts=parameters.paper_attempts,
        photo_interval_seconds=parameters.photo_interval_seconds,
        face_check=parameters.face_check,
        place=_place(case, around, moment),
        prerequisite=next(one for one in ORDER if one == facts.prerequisite),
    )


def _place(case: Case, around: Any, moment: Moment) -> int | None:
    assessment = around.assessment
    if not moment.parameters.papers_in_order or assessment is None or assessment.procedure is None:
        return None
    sitter = Sitter(assessment.procedure, assessment.level, assessment.category)
    order = order_of(case.record.stage, sitter, moment.parameters)
    return order.index(case.record.kind) + 1 if case.record.kind in order else None
