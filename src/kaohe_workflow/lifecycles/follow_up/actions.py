"""
What the rows of a follow-up do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.follow_up.case import FollowUp, bar_ends
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution
from kaohe_workflow.values.months import months_after
from kaohe_workflow.values.review_clocks import REVIEW_DAYS
from kaohe_workflow.values.windows import local_date


def open_follow_up(record: None, step: Step) -> FollowUp:
    """Make the follow-up of the version that the payload names; a cycle that is missed has nothing to object to."""
    result, payload, today = step.around.result, step.payload, local_date(step.moment.now)
    missed = result.state == "missed"
    objecting = timedelta(days=step.moment.parameters.deemed_receipt_days + REVIEW_DAYS + 1)
    return FollowUp(
        order_from=None if missed else today + objecting,
        ground_known_on=today if missed else None,
        institution_id=result.institution_id,
        assessment_id=payload.assessment_id,
        cycle_id=result.cycle_id,
        physician_id=result.physician_id,
        result_version=payload.result_version,
    )


def order_suspension(record: FollowUp, step: Step) -> FollowUp:
    """
    Practice is suspended from the first day for so many months, the last day included.

    Where the province reads 补考 as the 再次考核 of the law, the order fixes the papers: nobody can object to the
    result any more, and the physician knows what to prepare for.
    """
    starts_on = step.payload.starts_on or local_date(step.moment.now)
    return attrs.evolve(
        record,
        starts_on=starts_on,
        ends_on=months_after(starts_on, step.payload.months),
        papers=step.around.papers_again if step.moment.parameters.reassesses_by_papers else (),
    )


def keep_training(record: FollowUp, step: Step) -> FollowUp:
    """Keep the training; the same one entered twice is one."""
    training = step.payload.training
    known = record.trainings
    return attrs.evolve(record, trainings=known if training in known else (*known, training))


def keep_results(record: FollowUp, step: Step) -> FollowUp:
    """Keep what came of each paper, in the order in which they are sat."""
    results = sorted(step.payload.results, key=lambda result: record.papers.index(result.kind))
    return attrs.evolve(record, results=tuple(results))


def pass_again(record: FollowUp, step: Step) -> FollowUp:
    """Practice goes on; no 评优 and no 晋升 to the end of the cycle of this day (考核办法 第二十六条)."""
    today = local_date(step.moment.now)
    return attrs.evolve(record, assessed_again_on=today, no_honours_until=step.around.cycle_ends_on)


def fail_again(record: FollowUp, step: Step) -> FollowUp:
    """The second verdict is 不合格, absence included."""
    today = local_date(step.moment.now)
    return attrs.evolve(record, assessed_again_on=today, ground_known_on=today)


def know_ground(record: FollowUp, step: Step) -> FollowUp:
    """From today on it is known that the registration is to be cancelled."""
    return attrs.evolve(record, ground_known_on=local_date(step.moment.now))


def note_report(record: FollowUp, step: Step) -> FollowUp:
    """The institution has reported; the first report counts, and a late one is taken and marked (医师法 第十七条)."""
    if record.reported_on is not None:
        return record
    today, due = local_date(step.moment.now), record.report_due_on
    return attrs.evolve(record, reported_on=today, reported_late=due is not None and today > due)


def cancel_registration(record: FollowUp, step: Step) -> FollowUp:
    """The registration is cancelled today; the bar of one year begins (医师法 第十六条)."""
    today = local_date(step.moment.now)
    return attrs.evolve(record, cancelled_on=today, barred_until=bar_ends(today))


def end_bar(record: FollowUp, step: Step) -> FollowUp:
    """What rested on the result falls with it."""
    return attrs.evolve(record, barred_until=None, no_honours_until=None)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "open_follow_up": open_follow_up,
        "order_suspension": order_suspension,
        "keep_training": keep_training,
        "keep_results": keep_results,
        "pass_again": pass_again,
        "fail_again": fail_again,
        "know_ground": know_ground,
        "note_report": note_report,
        "cancel_registration": cancel_registration,
        "end_bar": end_bar,
        "change_institution": change_institution,
    }
)
"""Name in the chart's ``do`` → function."""
