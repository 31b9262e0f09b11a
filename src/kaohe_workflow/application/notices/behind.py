"""
Whom a cycle waits for, a page at a time: what reminders go to. Who has nothing to do is not reminded.

Each function finds those of one page, organisations with the number of files or papers that wait there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.notices.recipients import PagedRecipients, Told
from kaohe_workflow.application.phases import DRAFTED, FILED, UNREPORTED
from kaohe_workflow.application.policies import Occurrence, Page, Reading
from kaohe_workflow.application.stored import Case, Recipient
from kaohe_workflow.lifecycles.result_report.timing import CycleView, last_window
from kaohe_workflow.values.notices import RecipientKind
from kaohe_workflow.values.parameter_kinds import DeferralOffice
from kaohe_workflow.values.terms import Stage

UNREGISTERED = ("not_enrolled", *DRAFTED)
"""Of an assessment: nothing is filed."""

OWN_REVIEW = ("awaiting_institution_review", "returned_by_agency")
AGENCY_REVIEW = ("awaiting_agency_review",)
TAKING_PART = tuple(dict.fromkeys((*DRAFTED, *FILED)))
UNSAT = ("not_sat", "sitting")
"""Of a paper: it can be sat, and is not handed in."""


def _numbers(
    reading: Reading, cycle_id: str, institutions: Sequence[str], view: str, states: Sequence[str]
) -> Counter[str]:
    """How many cases of a cycle are in these states, by institution."""
    where = [
        Where("cycle_id", "eq", cycle_id),
        Where("state", "in", tuple(states)),
        Where("institution_id", "in", tuple(institutions)),
    ]
    found = (
        reading.unit.count(view, Scope.everything(), where, by=("institution_id",)) if institutions else {}
    )
    return Counter({str(key[0]): number for key, number in found.items()})


def _told(numbers: Counter[str], last: str | None) -> Told:
    inboxes = {
        Recipient(RecipientKind.ORGANISATION, id): number for id, number in sorted(numbers.items()) if number
    }
    return Told(list(inboxes), last, inboxes)


def _institutions(view: str, states: Sequence[str]) -> PagedRecipients:
    """The institutions with cases in these states."""

    def found(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
        cases, last = page.read(reading.unit, "institution", [])
        ids = [case.id for case in cases if case.state != "closed"]
        return _told(_numbers(reading, occurrence.after.id, ids, view, states), last)

    return found


def _agencies(view: str, states: Sequence[str]) -> PagedRecipients:
    """The agencies, and administrations that act as such, of institutions with cases in these states."""

    def found(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
        cases, last = page.read(reading.unit, "institution", [])
        ids = tuple(case.id for case in cases if case.state != "closed")
        charges = _charges(reading, ids)
        waiting = _numbers(reading, occurrence.after.id, [case.id for case in charges], view, states)
        numbers: Counter[str] = Counter()
        for case in charges:
            numbers[case.record.agency_id or case.record.superior_id] += waiting[case.id]
        return _told(numbers, last)

    return found


def _charges(reading: Reading, agencies: tuple[str, ...]) -> list[Case]:
    """The institutions that one of these assesses for: assigned, or directly below where none is."""
    if not agencies:
        return []
    assigned = reading.unit.find("institution", [Where("agency_id", "in", agencies)])
    unassigned = reading.unit.find(
        "institution", [Where("superior_id", "in", agencies), Where("agency_id", "null")]
    )
    return [*assigned, *unassigned]


def _physicians(lifecycle: str, states: Sequence[str], *more: Where) -> PagedRecipients:
    """The physicians with a case in these states."""

    def found(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
        where = [Where("cycle_id", "eq", occurrence.after.id), *more]
        cases, last = page.read(reading.unit, lifecycle, where)
        persons = dict.fromkeys(case.record.physician_id for case in cases if case.state in states)
        return Told([Recipient(RecipientKind.PHYSICIAN, id) for id in persons], last)

    return found


def _whose_cycle(view: str, states: Sequence[str]) -> PagedRecipients:
    """The organisation that the cycle belongs to, while there are cases in these states anywhere."""

    def found(reading: Reading, occurrence: Occurrence, _: Page) -> Told:
        where = [Where("cycle_id", "eq", occurrence.after.id), Where("state", "in", tuple(states))]
        number = reading.unit.count(view, Scope.everything(), where)[()]
        return _told(Counter({occurrence.after.institution_id: number}), None)

    return found


def _offices(view: str, states: Sequence[str]) -> PagedRecipients:
    """Whoever puts deferrals on record: the agencies, or the province, as a parameter says."""
    agencies, province = _agencies(view, states), _whose_cycle(view, states)

    def found(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
        by_agency = reading.moment.parameters.deferral_office is DeferralOffice.AGENCY
        return (agencies if by_agency else province)(reading, occurrence, page)

    return found


def _sitting(stage: Stage) -> PagedRecipients:
    return _physicians("evaluation", UNSAT, Where("stage", "eq", stage))


def _unreported(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """The agencies that have not reported on the cycle, once its assessment has ended."""
    where = [Where("cycle_id", "eq", occurrence.after.id)]
    cases, last = page.read(reading.unit, "result_report", where)
    cycle = CycleView(state=occurrence.after.state, windows=occurrence.after.record.windows)
    if last_window(cycle, reading.moment.parameters) is None:
        return Told([], last)
    return _told(Counter(case.institution_id for case in cases if case.state in UNREPORTED), last)


BEHIND: Mapping[str, PagedRecipients] = {
    "institutions_unregistered": _institutions("assessment", UNREGISTERED),
    "institutions_taking_part": _institutions("assessment", TAKING_PART),
    "institutions_reviewing": _institutions("assessment", OWN_REVIEW),
    "agencies_reviewing": _agencies("assessment", AGENCY_REVIEW),
    "institutions_reviewing_exemptions": _institutions("exemption", ("awaiting_institution",)),
    "agencies_reviewing_exemptions": _agencies("exemption", ("awaiting_agency",)),
    "institutions_reviewing_deferrals": _institutions("deferral", ("awaiting_institution",)),
    "offices_filing_deferrals": _offices("deferral", ("awaiting_office",)),
    "agencies_with_unconfirmed_absences": _agencies("paper", ("absence_pending",)),
    "agencies_unreported": _unreported,
    "province_of_unconfirmed_absences": _whose_cycle("paper", ("absence_pending",)),
    "physicians_unregistered": _physicians("assessment", DRAFTED),
    "physicians_sitting_first": _sitting(Stage.FIRST),
    "physicians_sitting_makeup": _sitting(Stage.MAKEUP),
}
"""Whom a reminder goes to, by the names that the table uses."""

COUNTED: frozenset[str] = frozenset(
    name for name in BEHIND if name.startswith(("institutions_", "agencies_", "offices_", "province_"))
)
"""Those whose texts may say how many files or papers wait there."""
