"""
How far a cycle is (总体进度) and its figures by one heading (考核统计): grouped counts within the scope.

The manual names the menu 考核统计 and does not show it; the headings and columns are `design`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_known
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.queries.asked import check_rows
from kaohe_workflow.application.queries.cases import Cases
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE
from kaohe_workflow.application.queries.rates import (
    STANDING,
    Numbers,
    Rate,
    filed,
    in_states,
    reviewed_by_institution,
    taking_part,
)
from kaohe_workflow.application.queries.reach import organisations_of, reached, seen_of_cycles
from kaohe_workflow.statechart.model import INITIAL
from kaohe_workflow.values.terms import Category, LabelledEnum, Level, OrganisationKind, Procedure

COUNTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "area": ("path",),
        "institution": ("institution_id", "institution_name"),
        "department": ("department_id", "department", "institution_id", "institution_name"),
        "procedure": ("procedure",),
        "category": ("category",),
        "level": ("level",),
    }
)
"""Heading → the fields of an assessment that are counted by; ``area`` rolls up by the tree of organisations."""

PAGED = frozenset({"institution", "department"})
"""Headings with as many lines as there are organisations, or more: a page at a time."""

_HOLDING = tuple(kind.value for kind in OrganisationKind if not kind.is_administration)
"""Kinds of organisation that physicians belong to."""

_TERMS: Mapping[str, type[LabelledEnum]] = MappingProxyType(
    {"procedure": Procedure, "category": Category, "level": Level}
)


@attrs.frozen
class Tally:
    """
    Physicians of a cycle: taking part, filed and not returned, out of the institution's review, with a result.

    The same readings as the three rates of the home page (手册 2.2.2): ``not_enrolled`` and ``withdrawn`` take no
    part.

    >>> ended = {("withdrawn", None): 1, ("qualified", "reviewed"): 2, ("unqualified", "enrolled"): 1}
    >>> Tally.of(ended).passed, Tally.of(ended).registered
    (Rate(done=2, all=3), Rate(done=2, all=3))
    """

    taking_part: int
    filed: int
    reviewed: int
    finished: int
    qualified: int
    unqualified: int

    @classmethod
    def of(cls, numbers: Numbers) -> Self:
        """The tally of numbers by the state of the assessment and the step of its file."""
        return cls(
            taking_part=taking_part(numbers),
            filed=filed(numbers),
            reviewed=reviewed_by_institution(numbers),
            finished=in_states(numbers, DECIDED),
            qualified=in_states(numbers, ("qualified",)),
            unqualified=in_states(numbers, ("unqualified",)),
        )

    @property
    def registered(self) -> Rate:
        """报名完成率: who has filed, of those who take part."""
        return Rate(self.filed, self.taking_part)

    @property
    def examined(self) -> Rate:
        """审核完成率: who has left the institution's review, of those who take part."""
        return Rate(self.reviewed, self.taking_part)

    @property
    def done(self) -> Rate:
        """最终完成率: who has a result, of those who take part."""
        return Rate(self.finished, self.taking_part)

    @property
    def passed(self) -> Rate:
        """合格率: 合格 of those who have a result (`design`)."""
        return Rate(self.qualified, self.finished)


@attrs.frozen
class Progress:
    """总体进度: how many are in each 考核状态, in the order of the chart and with those that hold nobody."""

    states: Mapping[str, int]
    tally: Tally


@attrs.frozen
class Line:
    """
    One row of 考核统计.

    ``id`` is an organisation's or department's id or the code of a term, None for those of whom it is not known (yet);
    ``label`` is its name, None with the id. ``institution`` names a department's institution and is else None.
    """

    id: str | None
    label: str | None
    institution: str | None
    tally: Tally


@attrs.frozen
class Figures:
    """
    考核统计 by one heading; ``total`` is the sum of the lines, on all pages together.

    ``next`` is the key to continue after, None where no lines follow.
    """

    by: str
    lines: tuple[Line, ...]
    total: Tally
    next: tuple[str, str] | None = None


Key = tuple[str | None, str | None, str | None]
"""Id, label and institution of a line."""


@attrs.frozen
class Statistics:
    """Progress and figures over a store; ``cases`` says which cycles a caller may know of."""

    store: Store
    cases: Cases

    def progress(self, principal: Principal, cycle_id: str) -> Progress:
        """
        总体进度 of a cycle over everybody whom the caller sees.

        Raises:
            NotFound: no such cycle, or none that the caller may know of.
        """
        self.cases.get(principal, "cycle", cycle_id)
        with self.store.begin(write=False) as unit:
            seen = reached(unit, seen_of_cycles(unit, principal))
            numbers: Any = unit.count("assessment", seen, [Where("cycle_id", "eq", cycle_id)], by=STANDING)
        states = Counter(dict.fromkeys(self._states(), 0))
        for (state, _), number in numbers.items():
            states[state] += number
        return Progress(states, Tally.of(numbers))

    def figures(
        self,
        principal: Principal,
        cycle_id: str,
        by: str,
        *,
        after: tuple[str, str] | None = None,
        limit: int | None = None,
    ) -> Figures:
        """
        考核统计 of a cycle by a heading of `COUNTED`, over everybody whom the caller sees.

        ``area`` has one line for each organisation directly below the caller's, with everything below it, and one for
        the caller's own; what the caller assesses elsewhere is counted to the organisation directly above.

        Args:
            after: the `Figures.next` of the page before; of headings in `PAGED` alone, others are whole.
            limit: 1–`MAXIMUM_PAGE` organisations, by name, whose lines a page has; one of which nobody is in the
                cycle has none, so that a page may be short, or empty. None: all lines at once.

        Raises:
            NotFound: no such cycle, or none that the caller may know of.
            InputInvalid: ``by-unknown``, or an argument not as said here.
        """
        check_known("by", by, COUNTED)
        if limit is not None:
            check_rows("name", after, limit, MAXIMUM_PAGE)
        self.cases.get(principal, "cycle", cycle_id)
        where = [Where("cycle_id", "eq", cycle_id)]
        with self.store.begin(write=False) as unit:
            seen = reached(unit, seen_of_cycles(unit, principal))
            if limit is None or by not in PAGED:
                counted = unit.count("assessment", seen, where, by=(*COUNTED[by], *STANDING))
                key = _by_area(unit, principal, counted) if by == "area" else _KEYS[by]
                groups = _grouped(counted, key)
                return Figures(by, _lines(by, groups), _total(groups))
            organisations, following = _organisations(unit, seen, where, after, limit)
            shown = [*where, Where("institution_id", "in", organisations)]
            counted = unit.count("assessment", seen, shown, by=(*COUNTED[by], *STANDING))
            everybody: Any = unit.count("assessment", seen, where, by=STANDING)
        return Figures(by, _lines(by, _grouped(counted, _KEYS[by])), Tally.of(everybody), following)

    def _states(self) -> tuple[str, ...]:
        """The leaves of every version: a case may stay in a state that the newest chart has no more."""
        charts = self.cases.catalogue.charts["assessment"]
        found = (leaf for _, chart in sorted(charts.items()) for leaf in chart.leaves if leaf != INITIAL)
        return tuple(dict.fromkeys(found))


def _organisations(
    unit: UnitOfWork, seen: Scope, where: Sequence[Where], after: tuple[str, str] | None, limit: int
) -> tuple[tuple[str, ...], tuple[str, str] | None]:
    """The ids of the organisations whose lines a page has, and the key to continue after."""
    within = organisations_of(unit, "assessment", seen, where)
    rows = unit.page(
        "institution",
        within,
        [Where("kind", "in", _HOLDING)],
        order=Order("name"),
        after=after,
        limit=limit + 1,
    )
    keys = [(str(row["name"]), str(row["id"])) for row in rows[:limit]]
    return tuple(id for _, id in keys), keys[-1] if len(rows) > limit else None


Groups = Mapping[Key, Counter[tuple[str, str | None]]]
"""Line → the numbers by state and step."""


def _grouped(counted: Mapping[tuple[Any, ...], int], key: Callable[..., Key]) -> Groups:
    groups = defaultdict[Key, Counter[tuple[str, str | None]]](Counter)
    for (*values, state, step), number in counted.items():
        groups[key(*values)][state, step] += number
    return groups


def _total(groups: Groups) -> Tally:
    numbers = Counter[tuple[str, str | None]]()
    for each in groups.values():
        numbers.update(each)
    return Tally.of(numbers)


def _lines(by: str, groups: Groups) -> tuple[Line, ...]:
    lines = [Line(*one, Tally.of(numbers)) for one, numbers in groups.items()]
    return tuple(sorted(lines, key=lambda line: _rank(by, line)))


def _term(by: str) -> Callable[..., Key]:
    labels = _TERMS[by].labels()
    return lambda code: (code, labels[code] if code is not None else None, None)


_KEYS: Mapping[str, Callable[..., Key]] = MappingProxyType(
    {
        "institution": lambda id, name: (id, name, None),
        "department": lambda id, name, _, institution: (id, name, institution),
        **{by: _term(by) for by in _TERMS},
    }
)


def _by_area(
    unit: UnitOfWork, principal: Principal, counted: Iterable[tuple[Any, ...]]
) -> Callable[..., Key]:
    """Which organisation a path is rolled up to; all their names are read at once."""
    paths = {path for path, *_ in counted}
    areas = {path: area_of(path, principal.path) for path in paths}
    found = unit.read("institution", sorted(set(areas.values())))
    keys: dict[str, Key] = {path: (area, found[area].record.name, None) for path, area in areas.items()}
    return keys.__getitem__


def area_of(path: str, above: str | None) -> str:
    """
    The organisation to which one at ``path`` is counted by a caller at ``above``, None for who stands above all.

    >>> [area_of(path, "/p/c/") for path in ("/p/c/", "/p/c/k/", "/p/c/k/h/", "/p/d/h/")]
    ['c', 'k', 'k', 'd']
    >>> area_of("/p/c/k/h/", None)
    'p'
    """
    if above is not None and not path.startswith(above):
        *_, superior, own = ["", *path.strip("/").split("/")]
        return superior or own
    below, _, _ = path[len(above or "/") :].partition("/")
    return below or path.rstrip("/").rpartition("/")[2]


def _rank(by: str, line: Line) -> tuple[Any, ...]:
    """Terms in the order in which they are declared, names by institution and name; what is not known last."""
    if by in _TERMS:
        codes = list(_TERMS[by].labels())
        return (line.id is None, codes.index(line.id) if line.id is not None else 0)
    return (line.institution or "", line.id is None, line.label or "", line.id or "")
