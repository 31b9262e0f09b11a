"""
The cases that a reminder is about: those in a state whose record keeps the day that it counts from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.notices.inbox import receipt_of
from kaohe_workflow.application.notices.reminders import ReminderRule
from kaohe_workflow.application.policies import Page, Reading
from kaohe_workflow.application.same_person import kept_records_of, records_of
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.registration import Registration, registration_of
from kaohe_workflow.values.review_clocks import REVIEW_DAYS
from kaohe_workflow.values.windows import local_date

Kept = tuple[Case, date]
"""A case, and the day that its reminder counts from."""

Waiting = tuple[list[Kept], str | None]
"""Those of a page, and the id after which the next begins: None if there is none."""

Finder = Callable[[Reading, ReminderRule, Sequence[date], Page], Waiting]


def _column(name: str) -> Finder:
    def found(reading: Reading, rule: ReminderRule, anchors: Sequence[date], page: Page) -> Waiting:
        cases, last = _page(reading, rule, [Where(name, "in", tuple(anchors))], page)
        return [(case, getattr(case.record, name)) for case in cases], last

    return found


def _of_registered(name: str) -> Finder:
    """
    The same, of those who are registered: once the registration is cancelled, under this follow-up or another, there is
    nothing left to order, to assess or to report (医师法 第十七条).
    """

    def found(reading: Reading, rule: ReminderRule, anchors: Sequence[date], page: Page) -> Waiting:
        kept, last = _column(name)(reading, rule, anchors, page)
        registered = _registered(reading, [case.record.physician_id for case, _ in kept])
        return [(case, day) for case, day in kept if case.record.physician_id in registered], last

    return found


def _registered(reading: Reading, physicians: Sequence[str]) -> Collection[str]:
    """Those of the physicians whose registration is valid, under whichever record it may have been cancelled."""
    unit, ends = reading.unit, defaultdict[str, list[date]](list)
    kept = kept_records_of(unit, physicians)
    every = records_of(unit, tuple(dict.fromkeys(kept.values())))
    where = [Where("physician_id", "in", tuple(every)), Where("state", "eq", "cancelled")]
    for case in unit.find("follow_up", where) if every else ():
        if case.record.barred_until is not None:
            ends[every[case.record.physician_id]].append(case.record.barred_until)
    persons, today = unit.read("affiliation", tuple(ends)), local_date(reading.moment.now)
    return {
        physician
        for physician, last in kept.items()
        if last not in ends
        or registration_of(ends[last], persons[last].record.entered_on, today) is Registration.VALID
    }


def _of_one_day(reading: Reading, rule: ReminderRule, anchors: Sequence[date], page: Page) -> Waiting:
    """Papers with a time of their own of one day alone, counted from that."""
    kept, last = _column("own_last_day")(reading, rule, anchors, page)
    return [(case, day) for case, day in kept if case.record.own_only_day is not None], last


def _received(reading: Reading, rule: ReminderRule, anchors: Sequence[date], page: Page) -> Waiting:
    """
    Those whose physician has received the result on one of these days, and has not asked for a review of it.

    The day is no column: it is that of a notice. ``order_from`` of the follow-up lies after it by the days to object,
    and by those at most after which a notice counts as received.
    """
    objecting = timedelta(days=REVIEW_DAYS + 1)
    deemed = timedelta(days=reading.moment.parameters.deemed_receipt_days)
    near = [
        Where("order_from", "ge", min(anchors) + objecting),
        Where("order_from", "le", max(anchors) + objecting + deemed),
    ]
    cases, last = _page(reading, rule, near, page)
    reviewed, moments = _reviewed(reading, cases), reading.moments(cases)
    found: list[Kept] = []
    for case in cases:
        record = case.record
        received = receipt_of(
            reading.unit,
            moments[record.cycle_id],
            record.physician_id,
            record.assessment_id,
            record.result_version,
        )
        if (
            received is not None
            and received in anchors
            and (record.assessment_id, record.result_version) not in reviewed
        ):
            found.append((case, received))
    return found, last


def _reviewed(reading: Reading, cases: Sequence[Case]) -> Collection[tuple[str, int]]:
    results = tuple(dict.fromkeys(case.record.assessment_id for case in cases))
    found = reading.unit.find("result_review", [Where("assessment_id", "in", results)]) if results else []
    return {(one.record.assessment_id, one.record.result_version) for one in found}


def _page(
    reading: Reading, rule: ReminderRule, where: Sequence[Where], page: Page
) -> tuple[list[Case], str | None]:
    states = Where("state", "in", rule.states)
    cases, last = page.read(reading.unit, rule.notice.lifecycle, [*where, states])
    silent = [case for case in cases if rule.unless is None or getattr(case.record, rule.unless) is None]
    return silent, last


ANCHORS: Mapping[str, Mapping[str, Finder]] = {
    "follow_up": {
        **{name: _of_registered(name) for name in ("order_from", "starts_on", "ends_on", "ground_known_on")},
        "barred_until": _column("barred_until"),
        "received_on": _received,
    },
    "evaluation": {
        **{name: _column(name) for name in ("own_first_day", "own_last_day")},
        "own_only_day": _of_one_day,
    },
    "result_review": {"applied_on": _column("applied_on")},
}
"""Lifecycle → day that a reminder may count from → who finds the cases."""


def waiting(reading: Reading, rule: ReminderRule, anchors: Sequence[date], page: Page) -> Waiting:
    """The cases of a page that a row is about, counted from one of these days; ``anchors`` has one at least."""
    return ANCHORS[rule.notice.lifecycle][rule.anchor](reading, rule, anchors, page)
