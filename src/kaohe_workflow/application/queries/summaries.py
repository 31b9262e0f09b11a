"""
考核工作总结: the figures of a cycle, or of those assessed in a year, by administration and rolled up level by level.

Each figure is a grouped count within the scope. Whoever is asked for sees the single cases behind every number, so
small numbers are shown as they are. Which figures there are is `design`, after yearly reports of appraisal elsewhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, scope
from kaohe_workflow.application.around.publication import TOLD_TO_PERSON
from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.intake.cells import Cell
from kaohe_workflow.application.phases import DRAFTED, RUNNING
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.home import AGENCY_REVIEW, OWN_REVIEW
from kaohe_workflow.application.queries.rates import STANDING, in_states
from kaohe_workflow.application.queries.reach import reached
from kaohe_workflow.application.queries.statistics import Tally
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.terms import Stage
from kaohe_workflow.values.windows import local_date

FIGURES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "not_enrolled": ("assessment", ("not_enrolled",)),
        "unfiled": ("assessment", DRAFTED),
        "in_review": ("assessment", (*OWN_REVIEW, *AGENCY_REVIEW)),
        "in_papers": ("assessment", ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup")),
        "deferred": ("assessment", ("deferred",)),
        "missed": ("assessment", ("missed",)),
        "withdrawn": ("assessment", ("withdrawn",)),
        "makeup_qualified": ("makeup", ("qualified",)),
        "makeup_unqualified": ("makeup", ("unqualified",)),
        "overdue": ("overdue", ()),
        "returned": ("returned", ()),
        "reviewed_late": ("reviewed_late", ()),
        "papers_absent": ("paper", ("absent",)),
        "papers_not_opened": ("paper", ("not_opened",)),
        "papers_void": ("paper", ("void",)),
        "exemptions": ("exemption", ("granted",)),
        "marks": ("mark", ("suspected", "awaiting_province", "confirmed", "excluded")),
        "cheating": ("mark", ("confirmed",)),
        "reviews": ("result_review", ("submitted", "escalated", "upheld", "changed")),
        "reviews_changed": ("result_review", ("changed",)),
    }
)
"""
Figure → what is counted, and in which states; none: in any.

Physicians who have no result are told by reason, 延考 apart from every failure; ``overdue`` are files that wait longer
than their window now, ``returned`` those ever returned, ``reviewed_late`` those ever decided upon after their time;
``papers_…`` count papers; ``marks`` leave out what was taken away, ``reviews`` what came late or fell away.
"""

COUNTED: Mapping[str, tuple[str, tuple[Where, ...]]] = MappingProxyType(
    {
        "assessment": ("assessment", ()),
        "makeup": ("assessment", (Where("stage", "eq", Stage.MAKEUP.value),)),
        "overdue": ("assessment", (Where("overdue", "eq", True),)),
        "returned": ("assessment", (Where("returned_once", "eq", True),)),
        "reviewed_late": ("assessment", (Where("reviewed_late", "eq", True),)),
        "paper": ("paper", ()),
        "exemption": ("exemption", ()),
        "mark": ("mark", ()),
        "result_review": ("result_review", ()),
    }
)
"""What is counted → the view and the condition."""

WriteFigures = Callable[[str, Sequence[str], Sequence[Sequence[Cell]]], bytes]
"""A workbook of one sheet from its name, headings and rows; texts stay texts, never formulas."""

Standing = tuple[str, str | None]
"""A state, and of an assessment the step that its file has come to."""

Numbers = defaultdict[str, Counter[Standing]]
"""What is counted → number by state and step."""


@attrs.frozen
class Account:
    """What a summary tells of some organisations: the tally of 考核统计, and ``figures`` as `FIGURES` names them."""

    tally: Tally
    figures: Mapping[str, int]

    @classmethod
    def of(cls, numbers: Mapping[str, Counter[Standing]]) -> Account:
        """The account of numbers by what is counted, by state and by the step of the file."""

        def figure(of: str, states: Sequence[str]) -> int:
            counted = numbers.get(of, Counter())
            return in_states(counted, tuple(states)) if states else counted.total()

        return cls(
            Tally.of(numbers.get("assessment", {})),
            {name: figure(of, states) for name, (of, states) in FIGURES.items()},
        )


@attrs.frozen
class Area:
    """
    One line: an organisation with everything below it, itself included.

    ``depth`` is 0 for the caller's own and one more for each step down, so that a line holds the sum of those below.
    """

    id: str
    name: str
    depth: int
    account: Account


@attrs.frozen
class Summary:
    """``cycles`` are (id, name) by first day; ``areas`` go down the tree, by name among equals."""

    cycles: tuple[tuple[str, str], ...]
    areas: tuple[Area, ...]
    total: Account


@attrs.frozen
class Summaries:
    """Summaries over a store; ``cases`` says which cycles a caller may know of, ``write_table`` makes sheets."""

    store: Store
    cases: Cases
    write_table: WriteFigures

    def of_cycle(self, principal: Principal, cycle_id: str) -> Summary:
        """
        The summary of one cycle over everybody who belongs to the caller's organisation or lies below it.

        Raises:
            NotFound: no such cycle, or none that the caller may know of.
        """
        cycle = self.cases.get(principal, "cycle", cycle_id)
        with self.store.begin(write=False) as unit:
            return _summary(unit, principal, (cycle,))

    def of_year(self, principal: Principal, year: int) -> Summary:
        """
        The summary of the cycles whose 计划测评考核时间 begins in a year of China's calendar, over everybody who
        belongs to the caller's organisation or lies below it.

        31 December 24:00 in China ends the year. Where no cycle begins in it, all figures are 0. Drafts and discarded
        cycles count in no year.
        """
        with self.store.begin(write=False) as unit:
            published = unit.find("cycle", [Where("state", "in", (*RUNNING, "archived"))])
            return _summary(unit, principal, [one for one in published if _assessed_in(one, year)])


def _assessed_in(cycle: Case, year: int) -> bool:
    return bool(local_date(cycle.record.windows.evaluation.opens_at).year == year)


def _summary(unit: UnitOfWork, principal: Principal, cycles: Sequence[Case]) -> Summary:
    ordered = sorted(cycles, key=lambda cycle: (cycle.record.first_day, cycle.id))
    by_area = _counted(unit, principal, [cycle.id for cycle in ordered])
    names = _names(unit, by_area)
    summed = defaultdict[tuple[str, ...], Numbers](_no_numbers)
    total = _no_numbers()
    for path, numbers in by_area.items():
        _add(total, numbers)
        for above in _above(path, principal):
            _add(summed[above], numbers)
    base = _depth(principal)
    shown = sorted(summed, key=lambda place: [(names[id], id) for id in place])
    areas = tuple(
        Area(place[-1], names[place[-1]], len(place) - base, Account.of(summed[place])) for place in shown
    )
    return Summary(tuple((one.id, one.record.name) for one in ordered), areas, Account.of(total))


def _counted(unit: UnitOfWork, principal: Principal, cycle_ids: Sequence[str]) -> Mapping[str, Numbers]:
    """
    Path of an administration → the numbers of the organisations directly below it; those of the caller's own
    organisation stand by its own path. Whom the caller only assesses is not among them.
    """
    found = defaultdict[str, Numbers](_no_numbers)
    if not cycle_ids:
        return found
    seen: Scope = reached(unit, scope(principal, assessed=False))
    marks: Scope = reached(unit, scope(principal, assessed=False, person_if=TOLD_TO_PERSON))
    # Asked for one cycle, a store finds its rows in the order in which they are counted.
    one = len(cycle_ids) == 1
    of_cycles = Where("cycle_id", "eq", cycle_ids[0]) if one else Where("cycle_id", "in", tuple(cycle_ids))
    for what, (view, conditions) in COUNTED.items():
        by = STANDING if view == "assessment" else ("state",)
        counted: Any = unit.count(
            view, marks if view == "mark" else seen, [of_cycles, *conditions], by=("path", *by)
        )
        for (path, state, *step), number in counted.items():
            area = path if path == principal.path else _superior(path)
            found[area][what][state, step[0] if step else None] += number
    return found


def _no_numbers() -> Numbers:
    return defaultdict(Counter)


def _superior(path: str) -> str:
    """The path of what stands directly above; the path itself where nothing does."""
    superior = path[: path.rfind("/", 0, -1) + 1]
    return superior if superior != "/" else path


def _depth(principal: Principal) -> int:
    return len(_places(principal.path)) if principal.path else 1


def _places(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _above(path: str, principal: Principal) -> Iterable[tuple[str, ...]]:
    """The places on the way from the caller's organisation down to a path, both included."""
    places = _places(path)
    return (places[:end] for end in range(_depth(principal), len(places) + 1))


def _names(unit: UnitOfWork, paths: Iterable[str]) -> dict[str, str]:
    """Id → name of everything on the way."""
    found = unit.read("institution", sorted({id for path in paths for id in _places(path)}))
    return {id: case.record.name for id, case in found.items()}


def _add(to: Numbers, numbers: Numbers) -> None:
    for what, counted in numbers.items():
        to[what].update(counted)
