"""
Whom a cycle waits for, a page at a time: what reminders go to. Who has nothing to do is not reminded.

Organisations are told how many files or papers wait there. Whoever has windows of the own (提前考核) is reminded by
these, one case at a time, and is not among those whom the cycle's windows remind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import attrs

from kaohe_workflow.application.conditions import Clause, Order, Scope, Where
from kaohe_workflow.application.entrusting import Entrusted
from kaohe_workflow.application.notices.recipients import RECIPIENTS, PagedRecipients, Told
from kaohe_workflow.application.phases import DRAFTED, ENDED, FILED, UNREPORTED
from kaohe_workflow.application.policies import Occurrence, Page, Reading
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case, Recipient
from kaohe_workflow.lifecycles.result_report.timing import CycleView, last_window
from kaohe_workflow.values.notices import RecipientKind
from kaohe_workflow.values.parameter_kinds import DeferralOffice
from kaohe_workflow.values.person_name import shown_name
from kaohe_workflow.values.terms import Stage

OWN_REVIEW = ("awaiting_institution_review", "returned_by_agency")
AGENCY_REVIEW = ("awaiting_agency_review",)
TAKING_PART = tuple(dict.fromkeys((*DRAFTED, *FILED)))
UNSAT = ("not_sat", "sitting")
"""Of a paper: it can be sat, and is not handed in."""

MOST_NAMED = 30
"""So many names stand in a text; of more it says how many there are."""

IN_FORCE = date(2007, 5, 1)
"""提前考核 is ordered under the Measures (考核办法 第十八条), which have been in force since then."""

_VIEWS: Mapping[str, str] = {"evaluation": "paper"}
"""Lifecycle → the view that counts its cases, where that has another name."""


@attrs.frozen
class Behind:
    """
    Cases of a cycle in some states, and who is behind with them: a name of `RECIPIENTS`.

    ``stage`` is that of papers, None for both. ``called_up`` adds who has not been enrolled and must take part
    (考核办法 第三条). ``named`` says that an organisation is told the names. With ``alone`` they are papers that have a
    score and are sat in windows of their own (提前考核); the cycle's windows remind nobody of these.
    """

    whose: Literal["physician", "institution", "agency", "deferral_office", "province"]
    lifecycle: str
    states: tuple[str, ...]
    stage: Stage | None = None
    called_up: bool = False
    named: bool = False
    alone: bool = False

    def __call__(self, reading: Reading, occurrence: Occurrence, page: Page) -> Told:
        """Those of one page whom the cycle's windows remind; organisations with the number that waits there."""
        cycle, whose = occurrence.after, self.whose
        if whose == "deferral_office":
            parameters = reading.moment.of(cycle.record.first_day).parameters
            by_agency = parameters.deferral_office is DeferralOffice.AGENCY
            whose = "agency" if by_agency else "province"
        if whose == "physician":
            return self._physicians(reading, cycle, page)
        if whose == "province":
            return _told(Counter({cycle.institution_id: sum(self._count(reading, cycle).values())}), None)
        cases, last = page.read(reading.unit, "institution", [])
        ids = tuple(case.id for case in cases if case.state != "closed")
        if whose == "agency":
            return _told(self._by_agency(reading, cycle, ids), last)
        numbers = self._count(reading, cycle, Where("institution_id", "in", ids)) if ids else Counter[str]()
        return _told(numbers, last, self._names(reading, cycle, numbers) if self.named else {})

    def of_case(self, reading: Reading, cycle: Case, assessment: Case) -> Told:
        """Who is behind with one assessment alone, whatever windows it has."""
        if self.alone and self.stage not in assessment.record.early.stages:
            return Told([], None)
        which = Where("id" if self.lifecycle == "assessment" else "assessment_id", "eq", assessment.id)
        number = reading.unit.count(self._view, self._within(reading, cycle), [which]).get((), 0)
        happened = Occurrence("assessment", "", assessment.state, assessment.state, None, assessment, None)
        (recipient,) = RECIPIENTS[self.whose](reading, [happened])
        if not number or recipient is None:
            return Told([], None)
        person = reading.unit.read("affiliation", [assessment.record.physician_id])
        names = [one.record.called for one in person.values()] if self.named else []
        return Told([recipient], None, {recipient: number}, {recipient: "".join(names)})

    @property
    def _view(self) -> str:
        return _VIEWS.get(self.lifecycle, self.lifecycle)

    def _within(self, reading: Reading, cycle: Case) -> Scope:
        waiting: Clause = (Where("state", "in", self.states),)
        if self.stage is not None:
            waiting = (*waiting, Where("stage", "eq", self.stage))
        if self.alone:
            waiting = (*waiting, Where("score", "not_null"))
        if not self.called_up:
            return Scope((waiting,))
        limit = reading.moment.of(cycle.record.first_day).parameters.eligible_if_registered_by
        eligible = () if limit is None else (Where("first_registered_on", "le", limit),)
        outside = (Where("state", "eq", "not_enrolled"), Where("person_state", "eq", "attached"), *eligible)
        return Scope((waiting, outside))

    def _where(self, cycle: Case) -> list[Where]:
        return [Where("cycle_id", "eq", cycle.id), Where("early_on", "null")]

    def _count(self, reading: Reading, cycle: Case, *where: Where) -> Counter[str]:
        """How many wait, by institution."""
        asked = [*self._where(cycle), *where]
        found = reading.unit.count(self._view, self._within(reading, cycle), asked, by=("institution_id",))
        return Counter({str(key[0]): number for key, number in found.items()})

    def _by_agency(self, reading: Reading, cycle: Case, ids: tuple[str, ...]) -> Counter[str]:
        """How many wait, by the agency or the administration that acts as such, of those of these ids."""
        missing = Entrusted.of(reading.unit).missing_in(cycle.id)
        charges = _charges(reading, ids, missing)
        theirs = Where("institution_id", "in", tuple(case.id for _, case in charges))
        waiting = self._count(reading, cycle, theirs) if charges else Counter[str]()
        numbers: Counter[str] = Counter()
        for agency_id, case in charges:
            numbers[agency_id] += waiting[case.id]
        return numbers

    def _names(self, reading: Reading, cycle: Case, numbers: Counter[str]) -> dict[str, str]:
        """Of each institution the names of those who wait there, as a text has them."""
        return {
            id: _named(
                [
                    shown_name(row["name"], row["phone"])
                    for row in reading.unit.page(
                        self._view,
                        self._within(reading, cycle),
                        [*self._where(cycle), Where("institution_id", "eq", id)],
                        order=Order("name"),
                        after=None,
                        limit=MOST_NAMED,
                    )
                ],
                number,
            )
            for id, number in sorted(numbers.items())
        }

    def _physicians(self, reading: Reading, cycle: Case, page: Page) -> Told:
        where = [Where("cycle_id", "eq", cycle.id)]
        if self.stage is not None:
            where.append(Where("stage", "eq", self.stage))
        cases, last = page.read(reading.unit, self.lifecycle, where)
        waiting = [case for case in cases if case.state in self.states]
        if self.lifecycle == "assessment":
            assessments = {case.id: case for case in waiting}
        else:
            assessments = reading.unit.read(
                "assessment", tuple(dict.fromkeys(case.record.assessment_id for case in waiting))
            )
        persons = dict.fromkeys(
            case.record.physician_id
            for case in waiting
            if assessments[getattr(case.record, "assessment_id", case.id)].record.early is None
        )
        return Told([Recipient(RecipientKind.PHYSICIAN, id) for id in persons], last)


def with_own_windows(unit: UnitOfWork) -> list[Case]:
    """The assessments with windows of their own (提前考核) that have not ended, of all cycles."""
    # By nothing else: there are few of all cycles together, and very many of one cycle.
    found = unit.find("assessment", [Where("early_on", "ge", IN_FORCE)])
    return [case for case in found if case.state not in ENDED]


def _told(numbers: Counter[str], last: str | None, names: Mapping[str, str] | None = None) -> Told:
    inboxes = {
        Recipient(RecipientKind.ORGANISATION, id): number for id, number in sorted(numbers.items()) if number
    }
    named = {inbox: names[inbox.id] for inbox in inboxes} if names else {}
    return Told(list(inboxes), last, inboxes, named)


def _named(names: Sequence[str], number: int) -> str:
    """
    Names as a text has them.

    >>> _named(["张三", "李四"], 2), _named(["张三"], 5)
    ('张三、李四', '张三等5人')
    """
    told = "、".join(names)
    return told if number <= len(names) else f"{told}等{number}人"


def _charges(reading: Reading, agencies: tuple[str, ...], missing: tuple[str, ...]) -> list[tuple[str, Case]]:
    """
    The institutions that one of these assesses for, each with who does: assigned, or directly above where nobody is,
    or only one of those that are ``missing`` in the cycle.
    """
    acting = tuple(id for id in agencies if id not in missing)
    if not agencies:
        return []
    assigned = reading.unit.find("institution", [Where("agency_id", "in", acting)])
    above = Where("superior_id", "in", agencies)
    unserved = reading.unit.find("institution", [above, Where("agency_id", "null")])
    if missing:
        unserved += reading.unit.find("institution", [above, Where("agency_id", "in", missing)])
    return [
        *((case.record.agency_id, case) for case in assigned),
        *((case.record.superior_id, case) for case in unserved),
    ]


def _unreported(reading: Reading, occurrence: Occurrence, page: Page) -> Told:
    """The agencies that have not reported on the cycle, once its assessment has ended."""
    where = [Where("cycle_id", "eq", occurrence.after.id)]
    cases, last = page.read(reading.unit, "result_report", where)
    cycle = CycleView(state=occurrence.after.state, windows=occurrence.after.record.windows)
    parameters = reading.moment.of(occurrence.after.record.first_day).parameters
    if last_window(cycle, parameters) is None:
        return Told([], last)
    return _told(Counter(case.institution_id for case in cases if case.state in UNREPORTED), last)


OF_CASES: Mapping[str, Behind] = {
    "institutions_unregistered": Behind("institution", "assessment", DRAFTED, called_up=True, named=True),
    "institutions_taking_part": Behind("institution", "assessment", TAKING_PART),
    "institutions_reviewing": Behind("institution", "assessment", OWN_REVIEW),
    "agencies_reviewing": Behind("agency", "assessment", AGENCY_REVIEW),
    "institutions_reviewing_exemptions": Behind("institution", "exemption", ("awaiting_institution",)),
    "agencies_reviewing_exemptions": Behind("agency", "exemption", ("awaiting_agency",)),
    "institutions_reviewing_deferrals": Behind("institution", "deferral", ("awaiting_institution",)),
    "offices_filing_deferrals": Behind("deferral_office", "deferral", ("awaiting_office",)),
    "agencies_with_unconfirmed_absences": Behind("agency", "evaluation", ("absence_pending",)),
    "province_of_unconfirmed_absences": Behind("province", "evaluation", ("absence_pending",)),
    "province_of_early_papers": Behind(
        "province", "evaluation", ("handed_in",), Stage.FIRST, named=True, alone=True
    ),
    "province_of_early_makeup_papers": Behind(
        "province", "evaluation", ("handed_in",), Stage.MAKEUP, named=True, alone=True
    ),
    "physicians_taking_part": Behind("physician", "assessment", TAKING_PART),
    "physicians_unregistered": Behind("physician", "assessment", DRAFTED),
    "physicians_sitting_first": Behind("physician", "evaluation", UNSAT, Stage.FIRST),
    "physicians_sitting_makeup": Behind("physician", "evaluation", UNSAT, Stage.MAKEUP),
}
"""Whom the windows of a case may remind as well, where it has its own."""

BEHIND: Mapping[str, PagedRecipients] = {**OF_CASES, "agencies_unreported": _unreported}
"""Whom a reminder goes to, by the names that the table uses."""

COUNTED: frozenset[str] = frozenset(
    name for name in BEHIND if name not in OF_CASES or OF_CASES[name].whose != "physician"
)
"""Those whose texts may say how many files or papers wait there."""

NAMED: frozenset[str] = frozenset(name for name, behind in OF_CASES.items() if behind.named)
"""Those whose texts may say whose files wait there."""
