"""
Pages and counts over `projection.VIEWS`: one statement each, joining only what its fields need.

A row that lacks an order value comes before all that have one; descending turns everything round, ids
included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kaohe_workflow.adapters.columns import SOURCES, Source, filterable, plain_source
from kaohe_workflow.adapters.sql.conditions import Conditions, asks_of_organisations
from kaohe_workflow.adapters.sql.engine import Dialect, Row
from kaohe_workflow.adapters.sql.joined import CHOSEN, WHOLE, Rows
from kaohe_workflow.adapters.sql.rows import CaseTable
from kaohe_workflow.adapters.sql.text import name, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.projection import VIEWS, Kind
from kaohe_workflow.application.proving import UNREADABLE
from kaohe_workflow.errors import RecordDamaged

_NEVER_NULL = frozenset({"id", "institution_id", "state", "version", "path"})
"""Columns of a base that always have a value."""


class Views:
    """`page` and `count` over one database; shared by all units of work."""

    def __init__(self, dialect: Dialect, tables: Mapping[str, CaseTable]) -> None:
        self._dialect = dialect
        self._tables = tables
        self._loads: Mapping[Kind, Callable[[Any], Any]] = {
            "boolean": dialect.flag,
            "date": dialect.day,
            "instant": dialect.instant,
        }

    def page(
        self,
        wire: Wire,
        view: str,
        scope: Scope,
        where: Sequence[Where],
        order: Order,
        after: tuple[Any, str] | None,
        limit: int,
    ) -> list[Mapping[str, Any]]:
        """See `UnitOfWork.page`."""
        sources, whole = SOURCES[view], WHOLE[view]
        conditions = self._conditions(view, scope, where)
        sorted_by = plain_source(view, order.field)
        self._add_keyset(conditions, CHOSEN[view].column(sorted_by), order, after)
        picked, aliases = self._picked(whole, sources)
        id = name("id", "base")
        # Which rows first, by what they are chosen and sorted by alone; what else they show only for those.
        chosen = sql(
            sql("SELECT", id, self._from(view, scope, where, [sorted_by]), conditions.text),
            self._order(CHOSEN[view], sorted_by, order, aside=self._sorts_what_is_found(view, scope, where)),
            sql("LIMIT", self._dialect.mark),
        )
        text = sql(
            sql("SELECT", ", ".join(picked), whole.from_(sources.values())),
            sql("WHERE", id, "IN", "(" + chosen + ")"),
            self._order(whole, sorted_by, order),
        )
        rows = wire.rows(text, [*conditions.values, limit])
        return [self._read(view, sources, aliases, row) for row in rows]

    def count(
        self, wire: Wire, view: str, scope: Scope, where: Sequence[Where], by: Sequence[str]
    ) -> dict[tuple[Any, ...], int]:
        """See `UnitOfWork.count`."""
        conditions = self._conditions(view, scope, where)
        grouped = [plain_source(view, field) for field in by]
        first = CHOSEN[view].grouped(grouped)
        if first is None:
            columns = [CHOSEN[view].column(source) for source in grouped]
            text = _counted("count(*)", columns, self._from(view, scope, where, grouped), conditions.text)
        else:
            number, base = name("number"), name("base")
            rows_of = self._from(view, scope, where, ())
            inner = _counted(sql("count(*) AS", number), first.keys, rows_of, conditions.text)
            selected = ", ".join([number, *first.columns])
            text = sql("SELECT", selected, "FROM (" + inner + ") AS", base, *first.joins)
        return self._numbers(grouped, wire.rows(text, conditions.values))

    def _numbers(self, grouped: Sequence[Source], rows: Iterable[Row]) -> dict[tuple[Any, ...], int]:
        """The numbers of rows by what follows them, those of equal values together."""
        loads = any(source.kind in self._loads for source in grouped)
        found = dict[tuple[Any, ...], int]()
        for number, *values in rows:
            key = tuple(map(self._loaded, grouped, values)) if loads else tuple(values)
            found[key] = found.get(key, 0) + number
        return found

    def _conditions(self, view: str, scope: Scope, where: Sequence[Where]) -> Conditions:
        sources, rows = SOURCES[view], CHOSEN[view]
        aside = self._finds_few(view, scope, where)

        def column(field: str) -> str:
            return ("+" if aside and field == "cycle_id" else "") + rows.column(sources[field])

        conditions = Conditions(self._dialect, column, filterable(view))
        # An organisation's own id is what names its organisation.
        owner = "id" if VIEWS[view].base == "institution" else "institution_id"
        conditions.add_scope(scope, name(owner, "base"))
        for one in where:
            elsewhere = self._there(view, one)
            if elsewhere is None:
                conditions.add([one])
            else:
                conditions.add_there(one, *elsewhere)
        return conditions

    @staticmethod
    def _there(view: str, where: Where) -> tuple[str, str, str] | None:
        """
        How the beginning of a joined row's text is asked of its own table, as `Rows.there` says; None for all else.

        Those rows are few beside the cases that belong to them, each of which would have to look its own up.
        """
        source = SOURCES[view].get(where.field)
        if source is None or where.operator != "prefix" or not where.value:
            return None
        return CHOSEN[view].there(source)

    @staticmethod
    def _from(view: str, scope: Scope, where: Sequence[Where], more: Iterable[Source]) -> str:
        """Where rows are chosen from, by conditions and ``more``; what is asked of organisations joins nothing."""
        of_scope = () if asks_of_organisations(scope.clauses) else scope.clauses
        joined = [one for one in where if Views._there(view, one) is None]
        fields = {one.field for one in (*joined, *(each for clause in of_scope for each in clause))}
        return CHOSEN[view].from_([*(SOURCES[view][field] for field in fields), *more])

    def _finds_few(self, view: str, scope: Scope, where: Sequence[Where]) -> bool:
        """
        Whether SQLite has to be told that few rows can meet these, since it knows nothing of how many there are.

        It would go through all rows by id, or all of the cycle, rather than sort those of one person or some
        organisations; a sign before a column takes its index out of the choice. PostgreSQL counts.
        """
        if self._dialect.postgres:
            return False
        return (
            CHOSEN[view].finds_few(where)
            or asks_of_organisations(scope.clauses)
            or (bool(scope.clauses) and all(map(CHOSEN[view].finds_few, scope.clauses)))
        )

    def _sorts_what_is_found(self, view: str, scope: Scope, where: Sequence[Where]) -> bool:
        """
        Whether SQLite has to be told to find first, and sort by id then.

        Of a listing one index holds all that is asked for; by id it would look up each row until a page is full, and
        all of them where hardly any meets the conditions.
        """
        if self._dialect.postgres:
            return False
        listing = CHOSEN[view].listing
        chosen = listing is not None and any(one.field != listing.within for one in where)
        return chosen or asks_of_organisations(scope.clauses)

    @staticmethod
    def _picked(whole: Rows, sources: Mapping[str, Source]) -> tuple[list[str], list[str]]:
        """
        What is selected: every plain field, then case id and record of each alias with sealed fields.
        """
        aliases = sorted(
            {alias for source in sources.values() if source.sealed for alias, _ in source.places}
        )
        plain = [whole.column(source) for source in sources.values() if not source.sealed]
        records = [part for alias in aliases for part in (name("id", alias), name("record", alias))]
        return plain + records, aliases

    def _add_keyset(
        self, conditions: Conditions, column: str, order: Order, after: tuple[Any, str] | None
    ) -> None:
        if after is None:
            return
        value, last_id = after
        mark, sign = self._dialect.mark, "<" if order.descending else ">"
        id = name("id", "base")
        next_id = sql(id, sign, mark)
        if order.field == "id":
            conditions.add_text(next_id, last_id)
        elif value is None:
            rest = sql("OR", column, "IS NOT NULL") if not order.descending else ""
            conditions.add_text(sql("(", column, "IS NULL AND", next_id, rest, ")"), last_id)
        else:
            rest = sql("OR", column, "IS NULL") if order.descending else ""
            # The bound stands by itself, so that an index is entered there and not at its beginning.
            bound, beyond = sql(column, sign + "=", mark), sql("(", column, sign, mark, "OR", next_id, ")")
            conditions.add_text(sql("(", bound, "AND", beyond, rest, ")"), value, value, last_id)

    def _order(self, rows: Rows, source: Source, order: Order, *, aside: bool = False) -> str:
        way = "DESC" if order.descending else "ASC"
        last = sql(name("id", "base"), way)
        if order.field == "id":
            return sql("ORDER BY", ("+" if aside else "") + last)
        # PostgreSQL holds NULL for the greatest value, SQLite for the least; where there is none, saying
        # nothing lets an index give the order.
        nulls = sql("NULLS", "LAST" if order.descending else "FIRST") if self._dialect.postgres else ""
        alias, column = source.places[0]
        if alias == "base" and column in _NEVER_NULL:
            nulls = ""
        return sql("ORDER BY", rows.column(source), way, nulls + ",", last)

    def _read(
        self, view: str, sources: Mapping[str, Source], aliases: Sequence[str], row: Row
    ) -> Mapping[str, Any]:
        try:
            return self._fields(view, sources, aliases, row)
        except RecordDamaged:
            raise
        except UNREADABLE as ex:
            plain = [field for field, source in sources.items() if not source.sealed]
            raise RecordDamaged(VIEWS[view].base, str(row[plain.index("id")])) from ex

    def _fields(
        self, view: str, sources: Mapping[str, Source], aliases: Sequence[str], row: Row
    ) -> Mapping[str, Any]:
        plain = [field for field, source in sources.items() if not source.sealed]
        found = {field: self._loaded(sources[field], value) for field, value in zip(plain, row, strict=False)}
        records = {
            alias: row[len(plain) + 2 * number : len(plain) + 2 * number + 2]
            for number, alias in enumerate(aliases)
        }
        for field, source in sources.items():
            if source.sealed:
                ((alias, attribute),) = source.places
                found[field] = self._unsealed(VIEWS[view].lifecycle(alias), attribute, *records[alias])
        return {field: found[field] for field in sources}

    def _unsealed(self, lifecycle: str, attribute: str, case_id: str | None, record: str | None) -> Any:
        if case_id is None or record is None:
            return None
        return self._tables[lifecycle].unsealed(attribute, case_id, record)

    def _loaded(self, source: Source, value: Any) -> Any:
        load = self._loads.get(source.kind)
        return value if value is None or load is None else load(value)


def _counted(number: str, columns: Sequence[str], *rows: str) -> str:
    """A number for each combination of the columns, over rows."""
    places = ", ".join(str(place) for place in range(2, 2 + len(columns)))
    return sql(sql("SELECT", ", ".join([number, *columns]), *rows), sql("GROUP BY", places) if places else "")
