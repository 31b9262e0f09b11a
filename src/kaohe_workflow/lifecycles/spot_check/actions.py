"""
What the rows of a check of a sample do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.lifecycles.spot_check.case import Item, SpotCheck, Subject, digest_of, draw


def _drawn(subject: Subject, step: Step) -> SpotCheck:
    given, population = step.payload, step.around.population(subject)
    own = frozenset(step.around.self_reviewed(subject))
    seed = step.around.standing_seed(subject) or step.case_id
    return SpotCheck(
        institution_id=given.institution_id,
        cycle_id=given.cycle_id,
        subject=subject,
        procedure=given.procedure,
        seed=seed,
        population=len(population),
        digest=digest_of(population),
        self_reviewed=len(own),
        drawn_at=step.moment.now,
        drawn_by=step.organisation_id,
        items=tuple(Item(assessment_id=one) for one in draw(seed, population, given.number, own)),
    )


def draw_opinions(record: None, step: Step) -> SpotCheck:
    """Draw from the files that wait for review."""
    return _drawn(Subject.OPINIONS, step)


def draw_results(record: None, step: Step) -> SpotCheck:
    """Draw from the results that were decided."""
    return _drawn(Subject.RESULTS, step)


def record_finding(record: SpotCheck, step: Step) -> SpotCheck:
    """Keep what was found in one assessment."""
    given = step.payload
    found = Item(
        assessment_id=given.assessment_id,
        finding=given.finding,
        note=given.note,
        evidence=given.evidence,
        found_at=step.moment.now,
    )
    items = tuple(found if one.assessment_id == found.assessment_id else one for one in record.items)
    return attrs.evolve(record, items=items)


def note_end(record: SpotCheck, step: Step) -> SpotCheck:
    """Note when the check ended."""
    return attrs.evolve(record, ended_at=step.moment.now)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "draw_opinions": draw_opinions,
        "draw_results": draw_results,
        "record_finding": record_finding,
        "note_end": note_end,
    }
)
"""Name in the chart → what it does."""
