"""
Listings: beside the cases that a whole province looks through, a narrow row for each.

A case's own row is wide, since it holds the record, and half of what lists ask for lies in other tables: what the
person is called, how an exemption stands. A listing holds just what rows are chosen, sorted and counted by. Triggers
keep it: each writes the columns of its own table from the new row and no others, so that what two units of work change
at once in two tables does not meet. A page then reads the cases that it shows from their own tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from kaohe_workflow.adapters.columns import SOURCES, kinds_of
from kaohe_workflow.adapters.sql.text import name, sql
from kaohe_workflow.application.projection import VIEWS, Join, Kind, View, places

LISTED: Mapping[str, str] = {
    "assessment": "cycle_id",
    "paper": "cycle_id",
    "certificate": "cycle_id",
    "account": "",
    "physician": "",
}
"""Views with a listing → the column within which its rows are sorted by name; empty: none."""

COUNTED = ("state", "filing_step", "institution_id", "stage", "overdue", "returned_once", "reviewed_late")
"""Columns that home pages and figures count by, the first three, or under a condition."""

_ELSEWHERE = frozenset({"agency_id", "superior_id", "path", "institution_name", "department"})
"""Fields of organisations and departments, whose tables are asked themselves."""


@attrs.frozen
class Copied:
    """Columns of the ``lifecycle`` that a view joins as ``alias``: ``left`` of the base equals its ``right``."""

    alias: str
    lifecycle: str
    left: str
    right: str
    columns: tuple[str, ...]

    def listed(self, column: str) -> str:
        """The listing's name of a column."""
        return f"{self.alias}_{column}"


@attrs.frozen
class Listing:
    """What the listing of ``view`` holds: ``own`` columns of the cases, and those ``copied`` from elsewhere."""

    view: str
    base: str
    own: tuple[str, ...]
    copied: tuple[Copied, ...]
    within: str
    withins: Mapping[str, str]

    @property
    def table(self) -> str:
        """The table's name."""
        return f"listing_{self.view}"

    def columns(self) -> Iterator[tuple[str, Kind]]:
        """Every column with what it holds."""
        kinds = kinds_of(self.base)
        yield from ((column, kinds[column]) for column in self.own)
        for one in self.copied:
            theirs = kinds_of(one.lifecycle)
            yield from ((one.listed(column), theirs[column]) for column in one.columns)

    def indexes(self) -> Iterator[tuple[str, ...]]:
        """Columns by which rows are found: those that point elsewhere, and within what all are looked through."""
        for column in self.sought:
            yield (column,)
        if self.within:
            yield (self.within, "id")

    @property
    def sought(self) -> tuple[str, ...]:
        """Columns of which few rows have the same: an organisation, a person, or what else the cases point to."""
        pointing = {"institution_id", *(one.left for one in self.copied)}
        if VIEWS[self.view].places("physician_id") == (("base", "id"),):
            pointing.add("department_id")
        blind = {column for column, kind in self.columns() if kind == "blind"}
        return (*sorted(pointing - {"id"}), *sorted(blind))

    @property
    def by_name(self) -> tuple[str, ...]:
        """Columns that rows are sorted by first: within what all are looked through, the person's name."""
        named = next((one.listed("name") for one in self.copied if one.alias == "person"), "name")
        return (self.within, named) if self.within else (named,)

    def seeks(self, alias: str, column: str) -> bool:
        """Whether rows are found by a column of the view's joined rows, through an index of its own."""
        return (column if alias == "base" else f"{alias}_{column}") in self.sought

    def place(self, alias: str, column: str) -> str | None:
        """The text that stands for a column of the view's joined rows; None where it is not in the listing."""
        if alias == "base":
            return name(column, "base")
        for one in self.copied:
            if one.alias == alias and column in one.columns:
                return self._within(one, name(one.listed(column), "base"))
        return None

    def _within(self, one: Copied, column: str) -> str:
        if not self.withins.get(one.alias):
            return column
        same = sql(name(one.listed("institution_id"), "base"), "=", name("institution_id", "base"))
        return sql("CASE WHEN", same, "THEN", column, "END")


def _listing(view: str) -> Listing:
    shape = VIEWS[view]
    direct = {
        join.alias: join for join in shape.joins if join.left.startswith("base.") and " or " not in join.left
    }
    wanted = _wanted(view, shape, direct)
    copied = tuple(
        Copied(alias, join.lifecycle, places(join.left)[0][1], join.right, tuple(sorted(wanted[alias])))
        for alias, join in direct.items()
        if wanted.get(alias)
    )
    own = sorted({"id", "institution_id", *wanted["base"], *(one.left for one in copied)})
    withins = {alias: join.within for alias, join in direct.items() if join.within}
    return Listing(view, shape.base, tuple(own), copied, LISTED[view], withins)


def _wanted(view: str, shape: View, direct: Mapping[str, Join]) -> dict[str, set[str]]:
    """Alias → the columns that fields and further joins ask for, of the base and of what stands directly on it."""
    asked = [
        place
        for field, source in SOURCES[view].items()
        if not source.sealed and field not in _ELSEWHERE
        for place in source.places
    ]
    for join in shape.joins:
        if join.alias not in direct:
            asked += places(join.left)
        if join.within:
            asked.append((join.alias if join.alias in direct else join.within, "institution_id"))
    wanted: dict[str, set[str]] = {"base": set()}
    for alias, column in asked:
        if alias == "base" or alias in direct:
            wanted.setdefault(alias, set()).add(column)
    return wanted


LISTINGS: Mapping[str, Listing] = {view: _listing(view) for view in LISTED}
"""View → its listing."""
