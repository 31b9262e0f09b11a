"""
How migrations write tables: types of columns, conventional names, what every table of cases has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DATE = sa.Text().with_variant(sa.Date(), "postgresql")
INTEGER = sa.Integer()
BOOLEAN = sa.Boolean()


def text(name: str) -> sa.Column[Any]:
    """A text that may be missing."""
    return sa.Column(name, TEXT)


def required(name: str, kind: Any = TEXT) -> sa.Column[Any]:
    """A column that always has a value."""
    return sa.Column(name, kind, nullable=False)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """The primary key, by its conventional name."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def index(table: str, *columns: str) -> None:
    """An index, by its conventional name."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def cases(
    table: str,
    *columns: sa.Column[Any],
    by: Sequence[str] = ("institution_id", "id"),
    unique: Sequence[Sequence[str]] = (("id",),),
    indexes: Sequence[Sequence[str]] = (),
    traced: bool = False,
) -> None:
    """A table of cases: what each has, its columns, its key, what is unique, its indexes (of what has moved, too)."""
    op.create_table(
        table,
        required("id"),
        required("institution_id"),
        required("state"),
        required("version", INTEGER),
        required("chart_version", INTEGER),
        required("record"),
        required("hands"),
        required("homes"),
        required("head"),
        *columns,
        key(table, *by),
        *(sa.UniqueConstraint(*each, name=f"uq_{table}_{'_'.join(each)}") for each in unique),
        postgresql_with={"fillfactor": 80},
    )
    for each in indexes:
        index(table, *each)
    if traced:
        op.create_index(
            f"ix_{table}_moved",
            table,
            ("id",),
            postgresql_where=sa.text("strpos(homes, ',') > 0"),
            sqlite_where=sa.text("instr(homes, ',') > 0"),
        )
