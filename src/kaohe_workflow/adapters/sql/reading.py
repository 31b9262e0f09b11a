"""
The statements that read cases, with and without a lock.

Locks are taken in one statement, in id order. For a case about one person the person's affiliation comes
first: the statement joins it and locks both rows, so that all decisions about one person queue up at one
row. In READ COMMITTED the join is safe: when a row had to be waited for, PostgreSQL takes the newest
version of every locked row and checks the conditions again, so what comes back is what is locked. (A
sub-select would come from the older snapshot.)
"""

from __future__ import annotations

from collections.abc import Iterator

from kaohe_workflow.adapters.sql.bulk import TableShape
from kaohe_workflow.adapters.sql.conditions import member_of
from kaohe_workflow.adapters.sql.engine import Dialect, Row
from kaohe_workflow.adapters.sql.tables import CASE_COLUMNS
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.projection import PERSONAL

PERSON = "affiliation"
"""The lifecycle whose cases are the persons that PERSONAL lifecycles are about."""


class Selects:
    """Texts for one lifecycle; each takes the ids as its one value, but `gone`."""

    def __init__(self, dialect: Dialect, lifecycle: str) -> None:
        of_ids, _ = member_of(dialect, "text", ())
        columns = names(CASE_COLUMNS, "c")
        table = sql(name(lifecycle), "AS c")
        wanted = sql("WHERE", name("id", "c"), of_ids)
        self.plain = sql("SELECT", columns, "FROM", table, wanted)
        self.locking = sql(self.plain, "ORDER BY", name("id", "c"))
        self.personal = lifecycle in PERSONAL
        if dialect.postgres:
            self.locking = sql(self.locking, "FOR UPDATE")
        self.gone = _gone(dialect, lifecycle)
        self.locking_person = ""
        if self.personal:
            self.locking_person = sql(
                "SELECT",
                columns + ",",
                names(CASE_COLUMNS, "p"),
                "FROM",
                table,
                "JOIN",
                sql(name(PERSON), "AS p ON", name("id", "p"), "=", name("physician_id", "c")),
                wanted,
                "ORDER BY",
                names(("id",), "p") + ",",
                names(("id",), "c"),
                # In this order: the person's row, then the case's.
                "FOR UPDATE OF p, c" if dialect.postgres else "",
            )


def _gone(dialect: Dialect, lifecycle: str) -> str:
    """
    The ids of cases that were once of an institution; its id as homes are written, and plain, are the two values.

    What asks for a comma is what the index of the cases that have moved asks for, to the letter.
    """
    position, mark = "strpos(" if dialect.postgres else "instr(", dialect.mark
    return sql(
        "SELECT id FROM",
        name(lifecycle),
        f"WHERE {position}homes, ',') > 0 AND {position}homes, {mark}) > 0 AND institution_id <> {mark} ORDER BY id",
    )


def of_cases(dialect: Dialect, shape: TableShape) -> str:
    """
    The rows of history or enclosures under pairs of institution and case, by case and seq.

    The pairs are two arrays for PostgreSQL, one JSON list of pairs for SQLite.
    """
    on = sql(name("institution_id", "h"), "=", name("institution_id", "k"), "AND", name("case_id", "h"), "=")
    if dialect.postgres:
        pairs = "unnest(%s::text[], %s::text[]) AS k (institution_id, case_id)"
    else:
        pairs = (
            "(SELECT json_extract(value, '$[0]') AS institution_id, json_extract(value, '$[1]') AS case_id"
            " FROM json_each(?)) AS k"
        )
    return sql(
        "SELECT",
        names(shape.columns, "h"),
        "FROM",
        pairs,
        # SQLite keeps the order of a cross join: for each pair a look-up by the key.
        sql("JOIN" if dialect.postgres else "CROSS JOIN", name(shape.table), "AS h ON"),
        sql(on, name("case_id", "k")),
        sql("ORDER BY", name("case_id", "h") + ",", name("seq", "h")),
    )


def portions(wire: Wire, shape: TableShape, size: int) -> Iterator[list[Row]]:
    """
    All rows of a table, so many at a time, each as the values of its columns.

    They come by key; on SQLite by rowid, since a key that somebody has written over need not even be text there.
    """
    key = names(shape.key) if wire.dialect.postgres else "rowid"
    width = len(shape.key) if wire.dialect.postgres else 1
    begin = sql("SELECT", key + ",", names(shape.columns), "FROM", name(shape.table))
    end = sql("ORDER BY", key, "LIMIT", str(size))
    marks = ", ".join([wire.dialect.mark] * width)
    rows = wire.rows(sql(begin, end))
    while rows:
        yield [row[width:] for row in rows]
        rows = wire.rows(sql(begin, "WHERE (" + key + ") > (" + marks + ")", end), rows[-1][:width])
