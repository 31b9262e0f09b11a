"""
Where the rows of a view lie: in the joined tables of its cases, or in its listing, from which few joins are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from kaohe_workflow.adapters.columns import Source
from kaohe_workflow.adapters.sql.listings import LISTINGS, Listing
from kaohe_workflow.adapters.sql.text import listed, name, sql
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.projection import VIEWS, Join, View, places

FEW = frozenset({"institution", "department"})
"""Lifecycles of which there are few cases beside those that belong to them."""


@attrs.frozen
class Grouped:
    """
    Rows are counted by ``keys``, which they hold themselves, before what some of the keys name is looked up:
    ``columns`` and ``joins`` stand over the counted rows, called `base`.
    """

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    joins: tuple[str, ...]


@attrs.frozen
class Rows:
    """The rows of a view as a statement names them; with a ``listing``, those of the listing."""

    view: View
    listing: Listing | None = None

    def column(self, source: Source) -> str:
        """The text that stands for where a field comes from: the first place that has a value."""
        return self._first(source.places)

    def from_(self, sources: Iterable[Source]) -> str:
        """The base and those joins that the sources need, in order; a join may stand on another."""
        wanted = {alias for source in sources for alias in self._elsewhere(source.places)}
        for join in reversed(self.view.joins):
            if join.alias in wanted:
                wanted.update(self._elsewhere(places(join.left)))
        table = self.listing.table if self.listing else self.view.base
        joins = [self._joined(join) for join in self.view.joins if join.alias in wanted]
        return sql("FROM", name(table), "AS", name("base"), *joins)

    def finds_few(self, conditions: Iterable[Where]) -> bool:
        """Whether one of these asks for what few rows have, and an index finds them by."""
        return any(
            one.operator in ("eq", "in") and self._is_sought(self.view.places(one.field))
            for one in conditions
        )

    def there(self, source: Source) -> tuple[str, str, str] | None:
        """
        How rows are asked by a field of one joined table alone, without joining it: what names its row here, what
        finds that there, and the field's column. None where the field lies here, what names its row does not, or there
        may be more rows there than here.
        """
        if len(source.places) != 1 or not self._elsewhere(source.places):
            return None
        (alias, column), *_ = source.places
        join = next((one for one in self.view.joins if one.alias == alias), None)
        if join is None or join.lifecycle not in FEW or not self._names(join):
            return None
        here, keys = [self._first(places(join.left))], [name(join.right, alias)]
        if join.within:
            here.append(self._place(join.within, "institution_id"))
            keys.append(name("institution_id", alias))
        found = sql("SELECT", ", ".join(keys), "FROM", name(join.lifecycle), "AS", name(alias), "WHERE")
        return listed(here), found, name(column, alias)

    def grouped(self, sources: Iterable[Source]) -> Grouped | None:
        """
        How rows are counted by sources of which some lie in tables that the rows name, looking each up once for a
        group and not for each row. None where all lie here, or one lies further away.
        """
        keys: dict[str, str] = {}
        columns, joins = [], {}

        def key(text: str) -> str:
            return name(keys.setdefault(text, f"key_{len(keys)}"), "base")

        for source in sources:
            if not self._elsewhere(source.places):
                columns.append(key(self.column(source)))
                continue
            (alias, column), *others = source.places
            join = next((one for one in self.view.joins if one.alias == alias), None)
            if others or join is None or not self._names(join):
                return None
            within = key(self._place(join.within, "institution_id")) if join.within else ""
            joins[alias] = _join(join, key(self._first(places(join.left))), within)
            columns.append(name(column, alias))
        if not joins:
            return None
        named = tuple(sql(text, "AS", name(called)) for text, called in keys.items())
        return Grouped(named, tuple(columns), tuple(joins.values()))

    def _names(self, join: Join) -> bool:
        """Whether the base or the listing itself holds what names the joined row."""
        asked = [*places(join.left), *([(join.within, "institution_id")] if join.within else ())]
        return not self._elsewhere(asked)

    def _is_sought(self, asked: Sequence[tuple[str, str]]) -> bool:
        if self.listing is None:
            return asked == (("base", "institution_id"),)
        return len(asked) == 1 and self.listing.seeks(*asked[0])

    def _elsewhere(self, asked: Iterable[tuple[str, str]]) -> list[str]:
        """The aliases of those places that are neither in the base nor in the listing."""
        return [
            alias
            for alias, column in asked
            if alias != "base" and not (self.listing and self.listing.place(alias, column))
        ]

    def _place(self, alias: str, column: str) -> str:
        found = self.listing.place(alias, column) if self.listing else None
        return found or name(column, alias)

    def _first(self, asked: Sequence[tuple[str, str]]) -> str:
        columns = [self._place(alias, column) for alias, column in asked]
        return columns[0] if len(columns) == 1 else "coalesce" + listed(columns)

    def _joined(self, join: Join) -> str:
        within = self._place(join.within, "institution_id") if join.within else ""
        return _join(join, self._first(places(join.left)), within)


def _join(join: Join, left: str, within: str) -> str:
    """The rows of which ``left`` names one each; with ``within``, only those of that organisation."""
    same = ("AND", name("institution_id", join.alias), "=", within)
    return sql(
        sql("LEFT JOIN", name(join.lifecycle), "AS", name(join.alias), "ON"),
        sql(name(join.right, join.alias), "=", left),
        *(same if within else ()),
    )


WHOLE: Mapping[str, Rows] = {view: Rows(shape) for view, shape in VIEWS.items()}
"""View → its rows with everything that they show."""

CHOSEN: Mapping[str, Rows] = {view: Rows(shape, LISTINGS.get(view)) for view, shape in VIEWS.items()}
"""View → its rows as they are chosen, sorted and counted."""
