"""Conditions as SQL: text of names and places, and the values beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from kaohe_workflow.adapters.columns import checked, checked_scope
from kaohe_workflow.adapters.sql.engine import Dialect
from kaohe_workflow.adapters.sql.text import json_list, name, sql
from kaohe_workflow.application.conditions import Clause, Scope, Where
from kaohe_workflow.application.projection import Kind

_COMPARISONS = {"eq": "=", "ne": "<>", "ge": ">=", "le": "<=", "lt": "<", "gt": ">"}
_LAST_BEFORE_SURROGATES, _FIRST_AFTER_SURROGATES = 0xD7FF, 0xE000
_LAST_CHARACTER = 0x10FFFF

Place = Callable[[str], str]
"""Field → the column's quoted name in the statement at hand."""

_OF_ORGANISATIONS = {
    "institution_id": "id",
    "agency_id": "agency_id",
    "superior_id": "superior_id",
    "path": "path",
}
"""Field of every view that says what the caller is to a case's organisation → the organisation's own column."""


def asks_of_organisations(clauses: Collection[Clause]) -> bool:
    """Whether each of these clauses asks what an organisation is or names one, and not all only name one."""
    named = [_named(clause) for clause in clauses]
    return not all(named) and all(
        one or _of_organisation(clause) for one, clause in zip(named, clauses, strict=True)
    )


def _column_of_organisation(field: str) -> str:
    return name(_OF_ORGANISATIONS[field], "o")


def _named(clause: Clause) -> bool:
    """Whether a clause does nothing but name one organisation, which need not have a row of its own."""
    return [(where.field, where.operator) for where in clause] == [("institution_id", "eq")]


def _of_organisation(clause: Clause) -> bool:
    """Whether only a row of an organisation can satisfy this; a lack alone is there without any row, too."""
    return all(where.field in _OF_ORGANISATIONS for where in clause) and any(
        where.field != "institution_id" and where.operator != "null" for where in clause
    )


class Conditions:
    """
    A WHERE clause under construction.

    ``place`` names the column of a field, ``kinds`` what it holds. Values are translated for the database.
    """

    def __init__(self, dialect: Dialect, place: Place, kinds: Mapping[str, Kind]) -> None:
        self._dialect = dialect
        self._place = place
        self._kinds = kinds
        self._parts: list[str] = []
        self.values: list[Any] = []

    @property
    def text(self) -> str:
        """The clause with its keyword, empty if there is no condition."""
        return sql("WHERE", " AND ".join(self._parts)) if self._parts else ""

    def add(self, conditions: Sequence[Where]) -> None:
        """Demand all of these."""
        self._parts += [self._one(checked(where, self._kinds), self._place) for where in conditions]

    def add_there(self, where: Where, here: str, found: str, column: str) -> None:
        """Demand what a table that is not joined says: that it holds, of the rows ``found`` there, what stands here."""
        asked = self._one(checked(where, self._kinds), lambda _: column)
        self._parts.append(sql(here, "IN", "(" + found, asked + ")"))

    def add_scope(self, scope: Scope, owner: str) -> None:
        """
        Demand one of the scope's clauses; a clause without conditions lets everything through.

        What clauses say of organisations is asked of their own table, whose rows are few, and the rows then by the
        column ``owner`` that names their organisation: as a condition over joined rows no index would serve it.
        """
        clauses = list(checked_scope(scope, self._kinds))
        if () in clauses:
            return
        theirs = [clause for clause in clauses if _named(clause) or _of_organisation(clause)]
        parts = []
        if asks_of_organisations(theirs):
            parts.append(sql(owner, "IN", "(" + self._organisations(theirs) + ")"))
            clauses = [clause for clause in clauses if clause not in theirs]
        if clauses:
            parts.append(self._any(clauses, self._place))
        self._parts.append("(" + " OR ".join(parts) + ")" if parts else "1 = 0")

    def _organisations(self, clauses: Sequence[Clause]) -> str:
        """The ids of those that clauses describe, and those that they name."""
        described = self._any([one for one in clauses if not _named(one)], _column_of_organisation)
        parts = [sql("SELECT", name("id", "o"), "FROM", name("institution"), "AS o WHERE", described)]
        for clause in clauses:
            if _named(clause):
                self.values.append(clause[0].value)
                parts.append(sql("UNION ALL SELECT", self._dialect.mark))
        return " ".join(parts)

    def _any(self, clauses: Sequence[Clause], place: Place) -> str:
        each = (" AND ".join(self._one(where, place) for where in clause) for clause in clauses)
        return " OR ".join("(" + one + ")" for one in each)

    def add_text(self, text: str, *values: Any) -> None:
        """Demand what the text says, with its values as they are."""
        self._parts.append(text)
        self.values += [self._dialect.to(value) for value in values]

    def _one(self, where: Where, place: Place) -> str:
        column, mark = place(where.field), self._dialect.mark
        if where.operator == "null":
            return sql(column, "IS NULL")
        if where.operator == "not_null":
            return sql(column, "IS NOT NULL")
        if where.operator == "in":
            return self._member(column, self._kinds[where.field], where.value)
        if where.operator == "prefix":
            return self._prefix(column, where.value)
        if where.operator == "word":
            self.values.append(" " + where.value)
            return sql("strpos(" if self._dialect.postgres else "instr(", column, ",", mark, ") > 0")
        self.values.append(self._dialect.to(where.value))
        return sql(column, _COMPARISONS[where.operator], mark)

    def _member(self, column: str, kind: Kind, members: Sequence[Any]) -> str:
        if not members:
            return "1 = 0"
        text, value = member_of(self._dialect, kind, members)
        self.values.append(value)
        return sql(column, text)

    def _prefix(self, column: str, prefix: str) -> str:
        """
        A range: everything from the prefix to what comes after all texts that begin with it.

        Unlike LIKE it has no wildcards to escape, tells small letters from capitals in both databases, and
        uses a plain index. Both sort text by code point.
        """
        if not prefix:
            return sql(column, "IS NOT NULL")
        self.values.append(prefix)
        text = sql(column, ">=", self._dialect.mark)
        end = following(prefix)
        if end is None:
            return text
        self.values.append(end)
        return sql(text, "AND", column, "<", self._dialect.mark)


def member_of(dialect: Dialect, kind: Kind, members: Sequence[Any]) -> tuple[str, Any]:
    """The text behind a column that asks whether it is one of ``members``, and its one value."""
    if dialect.postgres:
        return sql("= ANY(", dialect.mark, ")"), list(members)
    # One value, however many members: the statement's text stays the same and is prepared once.
    return "IN (SELECT value FROM json_each(?))", json_list([dialect.to(member) for member in members])


def following(prefix: str) -> str | None:
    """The smallest text greater than every text that begins with ``prefix``; None if there is none."""
    stem = prefix.rstrip(chr(_LAST_CHARACTER))
    if not stem:
        return None
    last = ord(stem[-1])
    after = _FIRST_AFTER_SURROGATES if last == _LAST_BEFORE_SURROGATES else last + 1
    return stem[:-1] + chr(after)
