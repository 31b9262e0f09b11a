"""
The tables beside the cases, as the first schema has them: history, deadlines, inboxes, jobs, channels, files, log-in.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kaohe_workflow.adapters.sql.migrations.making import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    index,
    key,
    required,
    text,
)


def tables_beside() -> None:
    """Make them in a database that has the tables of cases."""
    _history()
    _requests()
    _inboxes()
    _errands()
    _channels()
    _dispatches()
    _attachments()
    _logins()


def _history() -> None:
    op.create_table(
        "history",
        required("institution_id"),
        required("case_id"),
        required("seq", INTEGER),
        required("lifecycle"),
        required("event"),
        required("at", INSTANT),
        required("body"),
        required("prev"),
        required("hash"),
        key("history", "institution_id", "case_id", "seq"),
    )
    op.create_table(
        "enclosure",
        required("institution_id"),
        required("case_id"),
        required("seq", INTEGER),
        required("salt"),
        required("content"),
        key("enclosure", "institution_id", "case_id", "seq"),
    )
    op.create_table(
        "refusal",
        required("account_id"),
        required("seq", INTEGER),
        required("at", INSTANT),
        required("body"),
        required("prev"),
        required("hash"),
        key("refusal", "account_id", "seq"),
    )


def _requests() -> None:
    op.create_table(
        "deadline",
        required("lifecycle"),
        required("case_id"),
        required("event"),
        required("at", INSTANT),
        key("deadline", "lifecycle", "case_id"),
    )
    index("deadline", "at", "lifecycle", "case_id")
    op.create_table(
        "idempotency",
        required("account_id"),
        required("key"),
        required("fingerprint"),
        required("answer"),
        required("at", INSTANT),
        key("idempotency", "account_id", "key"),
    )
    index("idempotency", "at")
    op.create_table(
        "job",
        required("id"),
        required("kind"),
        required("content"),
        required("created_at", INSTANT),
        required("turn", INTEGER),
        sa.Column("free_at", INSTANT),
        required("failures", INTEGER),
        key("job", "id"),
    )
    index("job", "created_at", "id")
    op.create_table("note", required("name"), required("at", INSTANT), key("note", "name"))
    op.create_table(
        "number_series", required("series"), required("number", INTEGER), key("number_series", "series")
    )


def _inboxes() -> None:
    op.create_table(
        "notice",
        required("id"),
        required("recipient_kind"),
        required("recipient_id"),
        required("cause"),
        required("kind"),
        required("text"),
        required("lifecycle"),
        required("case_id"),
        required("created_at", INSTANT),
        required("delivered_at", INSTANT),
        sa.Column("opened_at", INSTANT),
        sa.Column("result_version", INTEGER),
        key("notice", "id"),
        sa.UniqueConstraint(
            "recipient_kind", "recipient_id", "cause", name="uq_notice_recipient_kind_recipient_id_cause"
        ),
    )
    index("notice", "recipient_kind", "recipient_id", "id")
    index("notice", "case_id")


def _errands() -> None:
    op.create_table(
        "errand",
        required("id"),
        required("account_id"),
        required("kind"),
        required("standing"),
        required("total", INTEGER),
        required("created_at", INSTANT),
        required("done", INTEGER),
        required("refused", INTEGER),
        sa.Column("ended_at", INSTANT),
        required("problem"),
        required("parts"),
        key("errand", "id"),
    )
    index("errand", "account_id", "id")
    op.create_table(
        "opening",
        required("cycle_id"),
        required("standing"),
        required("expected", INTEGER),
        required("opened", INTEGER),
        required("refused", INTEGER),
        required("went_on_at", INSTANT),
        key("opening", "cycle_id"),
    )


def _channels() -> None:
    op.create_table(
        "channel",
        required("id"),
        required("recipient_kind"),
        required("recipient_id"),
        required("kind"),
        required("address"),
        required("secret"),
        required("created_at", INSTANT),
        required("failures", INTEGER),
        sa.Column("rests_until", INSTANT),
        key("channel", "id"),
    )
    index("channel", "recipient_kind", "recipient_id")


def _dispatches() -> None:
    op.create_table(
        "dispatch",
        required("id"),
        required("channel_id"),
        required("notice_id"),
        required("kind"),
        required("lifecycle"),
        required("case_id"),
        required("created_at", INSTANT),
        sa.Column("due_at", INSTANT),
        required("tries", INTEGER),
        sa.Column("delivered_at", INSTANT),
        required("problem"),
        key("dispatch", "id"),
        sa.UniqueConstraint("channel_id", "notice_id", name="uq_dispatch_channel_id_notice_id"),
    )
    index("dispatch", "due_at", "id")
    op.create_table(
        "platform_key",
        required("id"),
        required("platform"),
        required("secret"),
        required("created_at", INSTANT),
        sa.Column("ends_at", INSTANT),
        key("platform_key", "id"),
    )


def _attachments() -> None:
    op.create_table(
        "attachment",
        required("id"),
        required("account_id"),
        text("institution_id"),
        text("physician_id"),
        required("digest"),
        required("kind"),
        required("size", INTEGER),
        required("at", INSTANT),
        required("used", BOOLEAN),
        required("sealed"),
        key("attachment", "id"),
    )
    index("attachment", "digest")
    index("attachment", "used", "at")


def _logins() -> None:
    op.create_table(
        "session",
        required("token_hash"),
        required("account_id"),
        required("created_at", INSTANT),
        required("seen_at", INSTANT),
        required("init_only", BOOLEAN),
        key("session", "token_hash"),
    )
    index("session", "account_id")
    index("session", "seen_at")
    op.create_table(
        "throttle",
        required("bucket"),
        required("failures", INTEGER),
        required("failed_at", INSTANT),
        sa.Column("blocked_until", INSTANT),
        key("throttle", "bucket"),
    )
    index("throttle", "failed_at")
