"""
What the way to a make-up does to a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.assessment.case import Assessment
from kaohe_workflow.lifecycles.assessment.makeup import MakeupDoor, door_of
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.terms import Verdict


def note_door(record: Assessment, step: Step) -> Assessment:
    """Note by which door the case comes to the make-up; an opinion given anew does not change it."""
    opinions = record.opinions
    stand = opinions is not None and {opinions.work, opinions.ethics} == {Verdict.QUALIFIED}
    door = door_of(step.around.papers, deferred=record.deferred, opinions_stand=stand)
    renewed = record.makeup_door is MakeupDoor.OPINION and door is MakeupDoor.LATE
    return record if renewed else attrs.evolve(record, makeup_door=door)


def forget_door(record: Assessment, step: Step) -> Assessment:
    """The case does not come to the make-up after all."""
    return attrs.evolve(record, makeup_door=None)


def keep_training(record: Assessment, step: Step) -> Assessment:
    """Keep a training; the same one entered twice is one."""
    training = step.payload.training
    kept = record.trainings if training in record.trainings else (*record.trainings, training)
    return attrs.evolve(record, trainings=kept)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {"note_door": note_door, "forget_door": forget_door, "keep_training": keep_training}
)
"""Name in the chart's ``do`` → function."""
