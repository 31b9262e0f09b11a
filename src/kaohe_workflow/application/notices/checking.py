"""
Whether the table of notices is sound: every name in it exists, and every text can be made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import attrs

from kaohe_workflow.application.notices.behind import COUNTED, NAMED, OF_CASES
from kaohe_workflow.application.notices.recipients import POPULATIONS, RECIPIENTS
from kaohe_workflow.application.notices.reminders import ANCHORS, ReminderRule
from kaohe_workflow.application.notices.rules import NoticeRule
from kaohe_workflow.application.notices.telling import EVERYBODY
from kaohe_workflow.application.notices.texts import SECRET, WORDS, places
from kaohe_workflow.application.notices.waiting import ANCHORS as CASE_ANCHORS
from kaohe_workflow.errors import Problem
from kaohe_workflow.lifecycles.shape import Lifecycle
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.values.parameters import Parameters

OF_CYCLES = frozenset(WORDS) - {
    "physician",
    "substitute",
    "institution",
    "event",
    "state",
    "reason",
    "sitting",
}
"""The words that a cycle alone gives."""

KNOWN: Mapping[str, Collection[str]] = {"once": RECIPIENTS, "job": {**POPULATIONS, **OF_CASES}}
"""Who may be told in which way."""


def check_notices(
    rules: Sequence[NoticeRule], charts: Mapping[str, Statechart], lifecycles: Mapping[str, Lifecycle]
) -> tuple[Problem, ...]:
    """
    What is wrong with a table of notices, over the newest chart of each lifecycle; empty when nothing is.

    Codes: ``lifecycle-unknown``, ``event-unknown``, ``state-unknown``, ``recipient-unknown``, ``recipients-many`` (a
    job goes through one population), ``place-unknown``, ``place-secret``, ``text-malformed``, ``notice-duplicate``.
    """
    return (
        *_duplicates(rules),
        *(problem for rule in rules for problem in _problems(rule, charts, lifecycles)),
    )


def check_reminders(
    rules: Sequence[ReminderRule], charts: Mapping[str, Statechart], lifecycles: Mapping[str, Lifecycle]
) -> tuple[Problem, ...]:
    """
    What is wrong with a table of reminders, over the newest chart of each lifecycle; empty when nothing is.

    Codes as of `check_notices`, and ``anchor-unknown``, ``day-missing`` (a row says no day, or more than one way to
    find it, or one that is not for it), ``parameter-unknown``, ``states-missing`` (a row about cases says of which).
    """
    return (
        *_duplicates([rule.notice for rule in rules]),
        *(
            problem
            for rule in rules
            for problem in (
                *_days(rule),
                *(_of_cases(rule, charts, lifecycles) if rule.of_cases else _of_cycle(rule)),
            )
        ),
    )


def _days(rule: ReminderRule) -> Iterator[Problem]:
    where = rule.notice.at("when")
    named = [name for name in (rule.before, rule.after, rule.working_days_after) if name is not None]
    if len(named) + bool(rule.days) != 1:
        yield Problem(where, "day-missing", "one of days, before, after, working_days_after")
    elif rule.of_cases and rule.working_days_after is not None:
        yield Problem(where, "day-missing", "what is about cases counts whole days")
    for name in named:
        if name not in attrs.fields_dict(Parameters):
            yield Problem(where, "parameter-unknown", f"there is no parameter {name!r}")


def _of_cycle(rule: ReminderRule) -> Iterator[Problem]:
    notice = rule.notice
    for name in notice.recipients:
        if name not in EVERYBODY:
            yield Problem(notice.at("to"), "recipient-unknown", f"nobody is called {name!r}")
    if rule.anchor not in ANCHORS:
        yield Problem(notice.at("when"), "anchor-unknown", f"no day of a cycle is called {rule.anchor!r}")
    yield from _words(rule)


def _of_cases(
    rule: ReminderRule, charts: Mapping[str, Statechart], lifecycles: Mapping[str, Lifecycle]
) -> Iterator[Problem]:
    notice, where = rule.notice, rule.notice.at("when")
    for name in notice.recipients:
        if name not in RECIPIENTS:
            yield Problem(notice.at("to"), "recipient-unknown", f"nobody is called {name!r}")
    chart = charts.get(notice.lifecycle)
    if chart is None:
        yield Problem(where, "lifecycle-unknown", f"there is no lifecycle {notice.lifecycle!r}")
        return
    lifecycle = lifecycles[notice.lifecycle]
    if not rule.states:
        yield Problem(where, "states-missing", "in which states a case waits")
    for state in rule.states:
        if state not in chart.leaves:
            yield Problem(where, "state-unknown", f"{notice.lifecycle} has no state {state!r}")
    if rule.anchor not in CASE_ANCHORS.get(notice.lifecycle, {}):
        yield Problem(where, "anchor-unknown", f"{notice.lifecycle} has no day called {rule.anchor!r}")
    if rule.unless is not None and rule.unless not in _attributes(lifecycle.record):
        yield Problem(where, "place-unknown", f"there is nothing called {rule.unless!r}")
    yield from _text(notice, lifecycle, also=frozenset({"day"}))


def _words(rule: ReminderRule) -> Iterator[Problem]:
    where = rule.notice.at("text")
    told = [
        name for name, whom in (("number", COUNTED), ("names", NAMED)) if whom >= {*rule.notice.recipients}
    ]
    known = {*OF_CYCLES, "day", *told}
    try:
        unknown = [name for name in places(rule.notice.text) if name not in known]
    except ValueError as ex:
        yield Problem(where, "text-malformed", str(ex))
        return
    for name in unknown:
        yield Problem(where, "place-unknown", f"a reminder to these says nothing of {name!r}")


def _duplicates(rules: Sequence[NoticeRule]) -> Iterator[Problem]:
    seen = set[str]()
    for rule in rules:
        if rule.name in seen:
            yield Problem(rule.at(), "notice-duplicate", "two notices have this name")
        seen.add(rule.name)


def _problems(
    rule: NoticeRule, charts: Mapping[str, Statechart], lifecycles: Mapping[str, Lifecycle]
) -> Iterator[Problem]:
    yield from _recipients(rule)
    chart = charts.get(rule.lifecycle)
    if chart is None:
        yield Problem(rule.at("when"), "lifecycle-unknown", f"there is no lifecycle {rule.lifecycle!r}")
        return
    yield from _when(rule, chart)
    yield from _text(rule, lifecycles[rule.lifecycle])


def _when(rule: NoticeRule, chart: Statechart) -> Iterator[Problem]:
    for event in rule.events:
        if event not in chart.events:
            yield Problem(rule.at("when"), "event-unknown", f"{rule.lifecycle} has no event {event!r}")
    for state in (*rule.entered, *rule.left):
        if state not in chart.leaves:
            yield Problem(rule.at("when"), "state-unknown", f"{rule.lifecycle} has no state {state!r}")


def _recipients(rule: NoticeRule) -> Iterator[Problem]:
    for name in rule.recipients:
        if name not in KNOWN.get(rule.how, ()):
            message = f"there is nobody called {name!r} for what is told {rule.how!r}"
            yield Problem(rule.at("to"), "recipient-unknown", message)
    if rule.how == "job" and len(rule.recipients) != 1:
        yield Problem(rule.at("to"), "recipients-many", "a job goes through one population")


def _text(rule: NoticeRule, lifecycle: Lifecycle, also: frozenset[str] = frozenset()) -> Iterator[Problem]:
    where = rule.at("text")
    try:
        named = places(rule.text)
    except ValueError as ex:
        yield Problem(where, "text-malformed", str(ex))
        return
    for name in named:
        source, _, attribute = name.partition(".")
        if attribute in SECRET:
            yield Problem(where, "place-secret", f"no notice may show {attribute!r}")
        elif name not in also and not _is_known(rule, lifecycle, source, attribute):
            yield Problem(where, "place-unknown", f"there is nothing called {name!r}")


def _is_known(rule: NoticeRule, lifecycle: Lifecycle, source: str, attribute: str) -> bool:
    if not attribute:
        return source in WORDS and (source != "sitting" or rule.lifecycle == "evaluation")
    if source == "record":
        return attribute in _attributes(lifecycle.record)
    if source != "payload" or not rule.events:
        return False
    return all(attribute in _attributes(lifecycle.payloads[event]) for event in rule.events)


def _attributes(kind: type) -> frozenset[str]:
    properties = {name for name, value in vars(kind).items() if isinstance(value, property)}
    return frozenset({field.name for field in attrs.fields(kind)} | properties)
