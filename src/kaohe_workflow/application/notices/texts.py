"""
What a notice says: the text of its row, with the places in braces filled in.

A place is a word of `WORDS` or an attribute of the case's record or of the event's payload (``{record.score}``).
Identity numbers, telephone numbers and secrets have no place: a text is read by whoever may open the inbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any

import attrs

from kaohe_workflow.application.notices.recipients import physician_of
from kaohe_workflow.application.policies import Occurrence, Reading
from kaohe_workflow.application.projection import COLUMNS
from kaohe_workflow.application.stored import Case
from kaohe_workflow.statechart.model import Statechart
from kaohe_workflow.values.terms import LabelledEnum, Stage
from kaohe_workflow.values.windows import CHINA, CycleWindows, local_date

_NUMBER = re.compile(r"(?<![0-9])([0-9]{6})[0-9]{8,11}([0-9Xx]?)(?![0-9Xx])", re.ASCII)

UNSAID = "未说明"
"""Stands where a reason was not given."""

TO_COME = "另行通知"
"""Stands where a window is not set yet."""

SECRET: frozenset[str] = frozenset(
    {attribute for projection in COLUMNS.values() for attribute in projection.sealed}
    | {"password_hash", "code_hash", "operator_id", "recovery_hashes"}
)
"""Attributes that no text may show."""


@attrs.frozen
class About:
    """What a text is made from: what happened, the cases that it names, the labels of its chart, today, and of
    a reminder the ``day`` that it counts from."""

    occurrence: Occurrence
    chart: Statechart
    today: date
    cycle: Case | None = None
    physician: Case | None = None
    institution: Case | None = None
    assessment: Case | None = None
    substitute: Case | None = None
    day: date | None = None


def _called(case: Case | None) -> str:
    return case.record.called if case is not None else UNSAID


def _name(case: Case | None) -> str:
    return str(case.record.name) if case is not None else UNSAID


def _event(about: About) -> str:
    happened = about.occurrence
    for row in about.chart.transitions:
        if row.event == happened.event and happened.source in row.sources:
            return row.label
    return happened.event


def _state(about: About) -> str:
    return about.chart.by_name[about.occurrence.target].label


def _windows(about: About) -> CycleWindows | None:
    """The windows of the cycle; of an assessment, and of what belongs to one, those that hold for it."""
    if about.cycle is None:
        return None
    of_cycle: CycleWindows = about.cycle.record.windows
    return about.assessment.record.windows(of_cycle) if about.assessment is not None else of_cycle


def _sitting(about: About) -> str:
    """When a paper is sat: at its own time where it has one, else in that of its stage."""
    record = about.occurrence.after.record
    if record.own_window is not None:
        return str(record.own_window.label)
    return WORDS["evaluation" if record.stage is Stage.FIRST else "makeup"](about)


def _window(name: str) -> Callable[[About], str]:
    def told(about: About) -> str:
        windows = _windows(about)
        window = getattr(windows, name) if windows is not None else None
        return TO_COME if window is None else str(window.label)

    return told


WORDS: Mapping[str, Callable[[About], str]] = {
    "cycle": lambda about: _name(about.cycle),
    "physician": lambda about: _called(about.physician),
    "substitute": lambda about: _called(about.substitute),
    "institution": lambda about: _name(about.institution),
    "event": _event,
    "state": _state,
    "reason": lambda about: about.occurrence.reason or UNSAID,
    "today": lambda about: written(about.today),
    "sitting": _sitting,
    "agency_application": _window("agency_application"),
    "registration": _window("registration"),
    "review": _window("review"),
    "agency_review": _window("agency_review"),
    "evaluation": _window("evaluation"),
    "makeup_confirm": _window("makeup_confirm"),
    "makeup": _window("makeup"),
}
"""What may stand in braces, beside attributes of record and payload."""


TIMES: frozenset[str] = frozenset(WORDS) - {
    *("cycle", "physician", "substitute", "institution", "event", "state", "reason", "today")
}
"""Those that are windows."""

NUMBER = "{number}"
"""What stands for a number that is known when somebody is told, and not before."""

NAMES = "{names}"
"""What stands for the names of those whose files wait, as `NUMBER` does."""

OF_REMINDERS: Mapping[str, Callable[[About], str]] = {
    "day": lambda about: written(about.day),
    "number": lambda _: NUMBER,
    "names": lambda _: NAMES,
}
"""What may stand in braces in the text of a reminder as well."""


def places(text: str) -> tuple[str, ...]:
    """
    The places of a text, in their order.

    Raises:
        ValueError: a brace stands alone.

    >>> places("{cycle}：{record.score}分")
    ('cycle', 'record.score')
    """
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def filled(text: str, about: About) -> str:
    """
    The text with its places filled in; they were checked when the table was read.

    What looks like a person's number is masked: somebody may have written one into a reason.
    """
    return _NUMBER.sub(r"\1********\2", "".join(_parts(text, about)))


def _parts(text: str, about: About) -> Iterator[str]:
    for plain, name, _, _ in Formatter().parse(text):
        yield plain
        if name is None:
            continue
        source, _, attribute = name.partition(".")
        if not attribute:
            yield (WORDS.get(name) or OF_REMINDERS[name])(about)
        else:
            owner = about.occurrence.after.record if source == "record" else about.occurrence.payload
            yield written(getattr(owner, attribute))


def written(value: Any) -> str:
    """
    A value as people read it.

    >>> written(date(2026, 3, 1)), written(None)
    ('2026年3月1日', '未说明')
    """
    if value is None:
        return UNSAID
    if isinstance(value, LabelledEnum):
        return value.label
    if isinstance(value, datetime):
        return f"{written(local_date(value))}{value.astimezone(CHINA):%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def abouts(
    reading: Reading, occurrences: list[Occurrence], names: frozenset[str], charts: Mapping[int, Statechart]
) -> list[About]:
    """What the texts of many occurrences are made from; each kind of case is read once, and only if it is named."""
    unit = reading.unit
    cycles = [_cycle_of(one) for one in occurrences] if _windowed(names) else [None] * len(occurrences)
    persons = [physician_of(one) if "physician" in names else None for one in occurrences]
    others = [_substitute_of(one) if "substitute" in names else None for one in occurrences]
    homes = [one.after.institution_id if "institution" in names else None for one in occurrences]
    assessments = [_assessment_of(one) if names & TIMES else None for one in occurrences]
    found = {
        lifecycle: unit.read(lifecycle, tuple(wanted)) if (wanted := dict.fromkeys(filter(None, ids))) else {}
        for lifecycle, ids in (
            ("cycle", cycles),
            ("affiliation", [*persons, *others]),
            ("institution", homes),
            ("assessment", assessments),
        )
    }
    today = local_date(reading.moment.now)
    return [
        About(
            occurrence=occurrence,
            chart=charts[occurrence.after.chart_version],
            today=today,
            cycle=occurrence.after if occurrence.lifecycle == "cycle" else found["cycle"].get(cycle or ""),
            physician=found["affiliation"].get(person or ""),
            substitute=found["affiliation"].get(other or ""),
            institution=found["institution"].get(home or ""),
            assessment=occurrence.after
            if occurrence.lifecycle == "assessment"
            else found["assessment"].get(case or ""),
        )
        for occurrence, cycle, person, other, home, case in zip(
            occurrences, cycles, persons, others, homes, assessments, strict=True
        )
    ]


def _cycle_of(occurrence: Occurrence) -> str | None:
    found: str | None = getattr(occurrence.after.record, "cycle_id", None)
    return found


def _substitute_of(occurrence: Occurrence) -> str | None:
    """Who was named as having sat for the person whom a case is about."""
    found: str | None = getattr(occurrence.after.record, "substitute_id", None)
    return found


def _assessment_of(occurrence: Occurrence) -> str | None:
    """The assessment that a case belongs to, whose windows may be its own."""
    found: str | None = getattr(occurrence.after.record, "assessment_id", None)
    return found


def _windowed(names: frozenset[str]) -> bool:
    return not names.isdisjoint({"cycle", *TIMES})
