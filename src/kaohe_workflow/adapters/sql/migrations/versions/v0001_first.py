"""
The first schema: a table a lifecycle, the history and what belongs to it, and the tables beside.

Text compares by code point (`COLLATE "C"`) and case tables leave room for updates within the page
(fillfactor 80) on PostgreSQL; on SQLite dates and instants are text. History and refusals only grow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaohe_workflow.adapters.sql.guards import postgres_statements, sqlite_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
DATE = sa.Text().with_variant(sa.Date(), "postgresql")
INTEGER = sa.Integer()
BOOLEAN = sa.Boolean()


def upgrade() -> None:
    """Make all tables in an empty database."""
    _organisations()
    _people()
    _assessments()
    _results()
    _history()
    _requests()
    _logins()
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in postgres_statements() if postgres else sqlite_statements().values():
        op.execute(statement)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, TEXT)


def _required(name: str, kind: Any = TEXT) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _cases(
    table: str,
    *columns: sa.Column[Any],
    key: Sequence[str] = ("institution_id", "id"),
    unique: Sequence[Sequence[str]] = (("id",),),
    indexes: Sequence[Sequence[str]] = (),
) -> None:
    op.create_table(
        table,
        _required("id"),
        _required("institution_id"),
        _required("state"),
        _required("version", INTEGER),
        _required("chart_version", INTEGER),
        _required("record"),
        _required("hands"),
        _required("homes"),
        _required("head"),
        *columns,
        _key(table, *key),
        *(sa.UniqueConstraint(*each, name=f"uq_{table}_{'_'.join(each)}") for each in unique),
        postgresql_with={"fillfactor": 80},
    )
    for each in indexes:
        _index(table, *each)


def _organisations() -> None:
    _cases("cycle", _text("name"), sa.Column("first_day", DATE), sa.Column("last_day", DATE))
    _cases(
        "institution",
        _text("name"),
        _text("kind"),
        _text("superior_id"),
        _text("path"),
        _text("agency_id"),
        sa.Column("is_agency", BOOLEAN),
        key=("id",),
        unique=(),
        indexes=(("path",), ("agency_id",)),
    )
    _cases(
        "department",
        _text("name"),
        _text("live_name"),
        unique=(("id",), ("institution_id", "live_name")),
    )


def _people() -> None:
    _cases(
        "account",
        _text("kind"),
        _text("physician_id"),
        _text("label"),
        _text("login_hash"),
        key=("id",),
        unique=(("login_hash",), ("physician_id",)),
        indexes=(("institution_id",),),
    )
    _cases(
        "affiliation",
        _text("name"),
        _text("id_hash"),
        _text("department_id"),
        _text("level"),
        _text("category"),
        sa.Column("birth_date", DATE),
        sa.Column("licensed_on", DATE),
        sa.Column("first_registered_on", DATE),
        key=("id",),
        unique=(("id_hash",),),
        indexes=(("institution_id", "id"),),
    )


def _assessments() -> None:
    _cases(
        "assessment",
        _text("cycle_id"),
        _text("physician_id"),
        _text("department_id"),
        _text("level"),
        _text("category"),
        _text("procedure"),
        _text("stage"),
        sa.Column("ever_submitted", BOOLEAN),
        unique=(("id",), ("physician_id", "cycle_id")),
        indexes=(("cycle_id", "id"),),
    )
    _cases(
        "exemption",
        _text("assessment_id"),
        _text("cycle_id"),
        _text("physician_id"),
        _text("kind"),
        unique=(("id",), ("assessment_id",)),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )


def _results() -> None:
    _cases(
        "evaluation",
        _text("assessment_id"),
        _text("cycle_id"),
        _text("physician_id"),
        _text("kind"),
        _text("stage"),
        sa.Column("round", INTEGER),
        _text("level"),
        sa.Column("score", INTEGER),
        unique=(("id",), ("assessment_id", "stage", "kind", "round")),
        indexes=(("physician_id",), ("cycle_id", "id"), ("cycle_id", "stage", "kind")),
    )
    _cases(
        "certificate",
        _text("assessment_id"),
        _text("cycle_id"),
        _text("physician_id"),
        _text("number"),
        sa.Column("result_version", INTEGER),
        unique=(("id",), ("assessment_id", "result_version"), ("number",)),
        indexes=(("physician_id",),),
    )


def _history() -> None:
    op.create_table(
        "history",
        _required("institution_id"),
        _required("case_id"),
        _required("seq", INTEGER),
        _required("lifecycle"),
        _required("event"),
        _required("at", INSTANT),
        _required("body"),
        _required("prev"),
        _required("hash"),
        _key("history", "institution_id", "case_id", "seq"),
    )
    op.create_table(
        "enclosure",
        _required("institution_id"),
        _required("case_id"),
        _required("seq", INTEGER),
        _required("salt"),
        _required("content"),
        _key("enclosure", "institution_id", "case_id", "seq"),
    )
    op.create_table(
        "refusal",
        _required("account_id"),
        _required("seq", INTEGER),
        _required("at", INSTANT),
        _required("body"),
        _required("prev"),
        _required("hash"),
        _key("refusal", "account_id", "seq"),
    )


def _requests() -> None:
    op.create_table(
        "deadline",
        _required("lifecycle"),
        _required("case_id"),
        _required("event"),
        _required("at", INSTANT),
        _key("deadline", "lifecycle", "case_id"),
    )
    _index("deadline", "at", "lifecycle", "case_id")
    op.create_table(
        "idempotency",
        _required("account_id"),
        _required("key"),
        _required("fingerprint"),
        _required("answer"),
        _required("at", INSTANT),
        _key("idempotency", "account_id", "key"),
    )
    _index("idempotency", "at")
    op.create_table(
        "job",
        _required("id"),
        _required("kind"),
        _required("content"),
        _required("created_at", INSTANT),
        _key("job", "id"),
    )
    _index("job", "created_at", "id")
    op.create_table(
        "number_series", _required("series"), _required("number", INTEGER), _key("number_series", "series")
    )


def _logins() -> None:
    op.create_table(
        "session",
        _required("token_hash"),
        _required("account_id"),
        _required("created_at", INSTANT),
        _required("seen_at", INSTANT),
        _required("init_only", BOOLEAN),
        _key("session", "token_hash"),
    )
    _index("session", "account_id")
    _index("session", "seen_at")
    op.create_table(
        "throttle",
        _required("bucket"),
        _required("failures", INTEGER),
        _required("failed_at", INSTANT),
        sa.Column("blocked_until", INSTANT),
        _key("throttle", "bucket"),
    )
    _index("throttle", "failed_at")
