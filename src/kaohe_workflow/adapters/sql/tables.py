"""
The tables: one a lifecycle, built from `projection.COLUMNS`, and the few beside them.

No index mentions `state`, `version` or a time of change: PostgreSQL then updates a case within its page
(HOT), for which fillfactor 80 leaves room. Text compares by code point everywhere (`COLLATE "C"`), so
ranges and prefixes use indexes and both databases sort alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kaohe_workflow.adapters.sql.listings import COUNTED, LISTINGS, Listing
from kaohe_workflow.application.projection import COLUMNS, Kind, Projection

SCHEMA = "0001"
"""The migration that these tables need; `ready` compares it."""

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
"""On SQLite text of one width (`2024-01-03T00:00:00.000000Z`), which sorts as time does."""

DATE = sa.Text().with_variant(sa.Date(), "postgresql")

_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    "text": TEXT,
    "blind": TEXT,
    "integer": sa.Integer(),
    "boolean": sa.Boolean(),
    "date": DATE,
    "instant": INSTANT,
}

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

CASE_COLUMNS = (
    "id",
    "institution_id",
    "state",
    "version",
    "chart_version",
    "record",
    "hands",
    "homes",
    "head",
)
"""What a case is read from; the projected columns follow."""


def _column(name: str, kind: Kind, *, nullable: bool) -> sa.Column[Any]:
    return sa.Column(name, _TYPES[kind], nullable=nullable, info={"kind": kind})


def _required(name: str, kind: Kind = "text") -> sa.Column[Any]:
    return _column(name, kind, nullable=False)


def _case_table(lifecycle: str, projection: Projection) -> sa.Table:
    key = ("institution_id", "id") if projection.by_institution else ("id",)
    # By id alone a case is found without its institution; to be dropped where a store is distributed, which
    # cannot keep an index without the institution.
    unique = (("id",), *projection.unique) if projection.by_institution else projection.unique
    return sa.Table(
        lifecycle,
        METADATA,
        _required("id"),
        _required("institution_id"),
        _required("state"),
        _required("version", "integer"),
        _required("chart_version", "integer"),
        _required("record"),
        _required("hands"),
        _required("homes"),
        _required("head"),
        *(_column(column.name, column.kind, nullable=True) for column in projection.columns),
        sa.PrimaryKeyConstraint(*key),
        *(sa.UniqueConstraint(*columns) for columns in unique),
        *(sa.Index(None, *columns) for columns in projection.indexes),
        *([moved_index(lifecycle)] if projection.traced else []),
        postgresql_with={"fillfactor": 80},
    )


def moved_index(lifecycle: str) -> sa.Index:
    """The few cases that have belonged to more than one institution, whose list of homes has a comma."""
    on_postgres, on_sqlite = sa.text("strpos(homes, ',') > 0"), sa.text("instr(homes, ',') > 0")
    return sa.Index(f"ix_{lifecycle}_moved", "id", postgresql_where=on_postgres, sqlite_where=on_sqlite)


CASES: dict[str, sa.Table] = {
    lifecycle: _case_table(lifecycle, projection) for lifecycle, projection in COLUMNS.items()
}
"""The table of each lifecycle."""


def _listing_table(listing: Listing) -> sa.Table:
    columns = {column: _column(column, kind, nullable=column != "id") for column, kind in listing.columns()}
    return sa.Table(
        listing.table,
        METADATA,
        *columns.values(),
        sa.PrimaryKeyConstraint("id"),
        *(sa.Index(None, *each) for each in listing.indexes()),
        *_by_name(listing, columns),
        postgresql_with={"fillfactor": 80},
    )


def _by_name(listing: Listing, columns: dict[str, sa.Column[Any]]) -> Iterator[sa.Index]:
    """
    The index that gives rows in the order of names.

    SQLite goes through it alone, since it holds whatever may be asked, but what has an index of its own; PostgreSQL
    would have to write it at every change of a state, and finds the few rows of a page in the table.
    """
    title, first, last = f"ix_{listing.table}_by_name", listing.by_name, ("id",)
    apart = {*first, *last, *listing.sought} - {"institution_id"}
    # Ids are long and seldom asked for: what comes after them in a row is found later.
    rest = sorted(
        (column for column in columns if column not in apart), key=lambda column: column.endswith("_id")
    )
    yield sa.Index(title, *first, *last, *rest).ddl_if(dialect="sqlite")
    # The home page counts by state, figures by organisation as well; SQLite would sort everybody for that.
    if listing.within:
        counted = [column for column in COUNTED if column in columns]
        yield sa.Index(f"ix_{listing.table}_by_state", listing.within, *counted).ddl_if(dialect="sqlite")
    yield sa.Index(title, *first[:-1], columns[first[-1]].nulls_first(), *last).ddl_if(dialect="postgresql")


for _each in LISTINGS.values():
    _listing_table(_each)

HISTORY = sa.Table(
    "history",
    METADATA,
    _required("institution_id"),
    _required("case_id"),
    _required("seq", "integer"),
    _required("lifecycle"),
    _required("event"),
    _required("at", "instant"),
    _required("body"),
    _required("prev"),
    _required("hash"),
    sa.PrimaryKeyConstraint("institution_id", "case_id", "seq"),
)

ENCLOSURE = sa.Table(
    "enclosure",
    METADATA,
    _required("institution_id"),
    _required("case_id"),
    _required("seq", "integer"),
    _required("salt"),
    _required("content"),
    sa.PrimaryKeyConstraint("institution_id", "case_id", "seq"),
)

DEADLINE = sa.Table(
    "deadline",
    METADATA,
    _required("lifecycle"),
    _required("case_id"),
    _required("event"),
    _required("at", "instant"),
    sa.PrimaryKeyConstraint("lifecycle", "case_id"),
    sa.Index(None, "at", "lifecycle", "case_id"),
)

REFUSAL = sa.Table(
    "refusal",
    METADATA,
    _required("account_id"),
    _required("seq", "integer"),
    _required("at", "instant"),
    _required("body"),
    _required("prev"),
    _required("hash"),
    sa.PrimaryKeyConstraint("account_id", "seq"),
)

IDEMPOTENCY = sa.Table(
    "idempotency",
    METADATA,
    _required("account_id"),
    _required("key"),
    _required("fingerprint"),
    _required("answer"),
    _required("at", "instant"),
    sa.PrimaryKeyConstraint("account_id", "key"),
    sa.Index(None, "at"),
)

JOB = sa.Table(
    "job",
    METADATA,
    _required("id"),
    _required("kind"),
    _required("content"),
    _required("created_at", "instant"),
    _required("turn", "integer"),
    _column("free_at", "instant", nullable=True),
    _required("failures", "integer"),
    sa.PrimaryKeyConstraint("id"),
    sa.Index(None, "created_at", "id"),
)

NOTE = sa.Table(
    "note",
    METADATA,
    _required("name"),
    _required("at", "instant"),
    sa.PrimaryKeyConstraint("name"),
)

ERRAND = sa.Table(
    "errand",
    METADATA,
    _required("id"),
    _required("account_id"),
    _required("kind"),
    _required("standing"),
    _required("total", "integer"),
    _required("created_at", "instant"),
    _required("done", "integer"),
    _required("refused", "integer"),
    _column("ended_at", "instant", nullable=True),
    _required("problem"),
    _required("parts"),
    sa.PrimaryKeyConstraint("id"),
    sa.Index(None, "account_id", "id"),
)

OPENING = sa.Table(
    "opening",
    METADATA,
    _required("cycle_id"),
    _required("standing"),
    _required("expected", "integer"),
    _required("opened", "integer"),
    _required("refused", "integer"),
    _required("went_on_at", "instant"),
    sa.PrimaryKeyConstraint("cycle_id"),
)

CHANNEL = sa.Table(
    "channel",
    METADATA,
    _required("id"),
    _required("recipient_kind"),
    _required("recipient_id"),
    _required("kind"),
    _required("address"),
    _required("secret"),
    _required("created_at", "instant"),
    _required("failures", "integer"),
    _column("rests_until", "instant", nullable=True),
    sa.PrimaryKeyConstraint("id"),
    sa.Index(None, "recipient_kind", "recipient_id"),
)

PLATFORM_KEY = sa.Table(
    "platform_key",
    METADATA,
    _required("id"),
    _required("platform"),
    _required("secret"),
    _required("created_at", "instant"),
    _column("ends_at", "instant", nullable=True),
    sa.PrimaryKeyConstraint("id"),
)

DISPATCH = sa.Table(
    "dispatch",
    METADATA,
    _required("id"),
    _required("channel_id"),
    _required("notice_id"),
    _required("kind"),
    _required("lifecycle"),
    _required("case_id"),
    _required("created_at", "instant"),
    _column("due_at", "instant", nullable=True),
    _required("tries", "integer"),
    _column("delivered_at", "instant", nullable=True),
    _required("problem"),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("channel_id", "notice_id"),
    sa.Index(None, "due_at", "id"),
)

NOTICE = sa.Table(
    "notice",
    METADATA,
    _required("id"),
    _required("recipient_kind"),
    _required("recipient_id"),
    _required("cause"),
    _required("kind"),
    _required("text"),
    _required("lifecycle"),
    _required("case_id"),
    _required("created_at", "instant"),
    _required("delivered_at", "instant"),
    _column("opened_at", "instant", nullable=True),
    _column("result_version", "integer", nullable=True),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("recipient_kind", "recipient_id", "cause"),
    sa.Index(None, "recipient_kind", "recipient_id", "id"),
    sa.Index(None, "case_id"),
)

ATTACHMENT = sa.Table(
    "attachment",
    METADATA,
    _required("id"),
    _required("account_id"),
    _column("institution_id", "text", nullable=True),
    _column("physician_id", "text", nullable=True),
    _required("digest"),
    _required("kind"),
    _required("size", "integer"),
    _required("at", "instant"),
    _required("used", "boolean"),
    _required("sealed"),
    sa.PrimaryKeyConstraint("id"),
    sa.Index(None, "digest"),
    sa.Index(None, "used", "at"),
)

NUMBER_SERIES = sa.Table(
    "number_series",
    METADATA,
    _required("series"),
    _required("number", "integer"),
    sa.PrimaryKeyConstraint("series"),
)

SESSION = sa.Table(
    "session",
    METADATA,
    _required("token_hash"),
    _required("account_id"),
    _required("created_at", "instant"),
    _required("seen_at", "instant"),
    _required("init_only", "boolean"),
    sa.PrimaryKeyConstraint("token_hash"),
    sa.Index(None, "account_id"),
    sa.Index(None, "seen_at"),
)

THROTTLE = sa.Table(
    "throttle",
    METADATA,
    _required("bucket"),
    _required("failures", "integer"),
    _required("failed_at", "instant"),
    _column("blocked_until", "instant", nullable=True),
    sa.PrimaryKeyConstraint("bucket"),
    sa.Index(None, "failed_at"),
)
