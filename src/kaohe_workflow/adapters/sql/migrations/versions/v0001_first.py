"""
The first schema: a table a lifecycle, the history and what belongs to it, and the tables beside.

Text compares by code point (`COLLATE "C"`) and case tables leave room for updates within the page
(fillfactor 80) on PostgreSQL; on SQLite dates and instants are text. History and refusals only grow.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kaohe_workflow.adapters.sql.guards import postgres_statements, sqlite_statements
from kaohe_workflow.adapters.sql.listings import LISTINGS
from kaohe_workflow.adapters.sql.migrations.making import BOOLEAN, DATE, INSTANT, INTEGER, cases, text
from kaohe_workflow.adapters.sql.migrations.v0001_beside import tables_beside
from kaohe_workflow.adapters.sql.tables import METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables in an empty database."""
    _organisations()
    _in_cycles()
    _people()
    _amendments()
    _assessments()
    _exemptions()
    _deferrals()
    _papers()
    _marks()
    _results()
    _afterwards()
    _recusals()
    _oversight()
    _announcements()
    tables_beside()
    for listing in LISTINGS.values():
        METADATA.tables[listing.table].create(op.get_bind())
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in postgres_statements() if postgres else sqlite_statements().values():
        op.execute(statement)


def _organisations() -> None:
    cases("cycle", text("name"), sa.Column("first_day", DATE), sa.Column("last_day", DATE))
    cases(
        "institution",
        text("name"),
        text("kind"),
        text("superior_id"),
        text("path"),
        text("agency_id"),
        sa.Column("is_agency", BOOLEAN),
        sa.Column("assesses_itself", BOOLEAN),
        text("credit_code"),
        by=("id",),
        unique=(("credit_code",),),
        indexes=(("path",), ("agency_id",), ("name", "id")),
    )
    cases(
        "department",
        text("name"),
        text("live_name"),
        text("subjects"),
        unique=(("id",), ("institution_id", "live_name")),
    )


def _in_cycles() -> None:
    cases(
        "agency_application",
        text("cycle_id"),
        sa.Column("submitted_at", INSTANT),
        sa.Column("decided_at", INSTANT),
        sa.Column("correction_reported", BOOLEAN),
        unique=(("id",), ("institution_id", "cycle_id")),
        indexes=(("cycle_id", "id"),),
    )
    cases(
        "result_report",
        text("cycle_id"),
        sa.Column("submitted_at", INSTANT),
        sa.Column("overdue", BOOLEAN),
        sa.Column("late", BOOLEAN),
        sa.Column("registered", BOOLEAN),
        unique=(("id",), ("institution_id", "cycle_id")),
        indexes=(("cycle_id", "id"),),
    )
    cases(
        "enrolment_list",
        text("cycle_id"),
        sa.Column("number", INTEGER),
        sa.Column("number_added", INTEGER),
        text("return_code"),
        sa.Column("submitted_at", INSTANT),
        sa.Column("decided_at", INSTANT),
        text("decided_by"),
        unique=(("id",), ("institution_id", "cycle_id")),
        indexes=(("cycle_id", "id"),),
    )


def _people() -> None:
    cases(
        "account",
        text("kind"),
        text("physician_id"),
        text("listed_as"),
        text("label"),
        text("initials"),
        sa.Column("used", BOOLEAN),
        sa.Column("first_used_at", INSTANT),
        text("first_used_from"),
        text("login_hash"),
        by=("id",),
        unique=(("login_hash",), ("physician_id",)),
        indexes=(("institution_id",),),
    )
    cases(
        "affiliation",
        text("name"),
        text("initials"),
        text("id_hash"),
        text("department_id"),
        text("level"),
        text("category"),
        sa.Column("birth_date", DATE),
        sa.Column("licensed_on", DATE),
        sa.Column("first_registered_on", DATE),
        sa.Column("penalised_on", DATE),
        text("penalty_kind"),
        sa.Column("penalty_unrecorded", BOOLEAN),
        text("merged_into"),
        by=("id",),
        unique=(("id_hash",),),
        indexes=(("institution_id", "id"), ("merged_into",)),
    )


def _amendments() -> None:
    cases(
        "amendment",
        text("physician_id"),
        text("field"),
        text("open_field"),
        sa.Column("by_institution", BOOLEAN),
        sa.Column("requested_at", INSTANT),
        text("reviewed_by"),
        text("rechecked_by"),
        unique=(("id",), ("physician_id", "open_field")),
        indexes=(("physician_id",),),
    )


def _assessments() -> None:
    cases(
        "assessment",
        text("cycle_id"),
        text("physician_id"),
        text("department_id"),
        text("drafted_department_id"),
        text("level"),
        text("category"),
        text("procedure"),
        text("stage"),
        sa.Column("ever_submitted", BOOLEAN),
        text("filing_step"),
        sa.Column("ground_lost", BOOLEAN),
        text("finding"),
        text("return_code"),
        sa.Column("overdue", BOOLEAN),
        sa.Column("returned_once", BOOLEAN),
        sa.Column("reviewed_late", BOOLEAN),
        sa.Column("early_on", DATE),
        text("makeup_door"),
        sa.Column("trained_days", INTEGER),
        sa.Column("result_version", INTEGER),
        sa.Column("decided_on", DATE),
        text("assessed_by"),
        text("reviewed_by"),
        text("rechecked_by"),
        sa.Column("self_rechecked", BOOLEAN),
        text("claimed_by"),
        sa.Column("claimed_at", INSTANT),
        unique=(("id",), ("physician_id", "cycle_id")),
        indexes=(("cycle_id", "id"), ("early_on",), ("assessed_by", "cycle_id")),
        traced=True,
    )


def _exemptions() -> None:
    cases(
        "exemption",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        text("kind"),
        text("return_code"),
        text("reviewed_by"),
        text("rechecked_by"),
        sa.Column("self_rechecked", BOOLEAN),
        text("claimed_by"),
        sa.Column("claimed_at", INSTANT),
        unique=(("id",), ("assessment_id",)),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )


def _deferrals() -> None:
    cases(
        "deferral",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        text("ground"),
        text("return_code"),
        text("reviewed_by"),
        text("rechecked_by"),
        unique=(("id",), ("assessment_id",)),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )


def _papers() -> None:
    cases(
        "evaluation",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        text("kind"),
        text("stage"),
        sa.Column("round", INTEGER),
        text("level"),
        sa.Column("score", INTEGER),
        sa.Column("usable_photos", INTEGER),
        sa.Column("similarity_minimum", INTEGER),
        sa.Column("similarity_mean", INTEGER),
        sa.Column("low_similarity", BOOLEAN),
        sa.Column("photos_sparse", BOOLEAN),
        sa.Column("photos_kept", BOOLEAN),
        text("force_majeure"),
        sa.Column("own_first_day", DATE),
        sa.Column("own_last_day", DATE),
        unique=(("id",), ("assessment_id", "stage", "kind", "round")),
        indexes=(
            ("physician_id",),
            ("cycle_id", "id"),
            ("cycle_id", "stage", "kind"),
            ("own_first_day",),
            ("own_last_day",),
        ),
    )


def _marks() -> None:
    cases(
        "cheating",
        text("assessment_id"),
        text("evaluation_id"),
        text("cycle_id"),
        text("physician_id"),
        text("kind"),
        text("stage"),
        text("manner"),
        sa.Column("told", BOOLEAN),
        text("substitute_id"),
        text("finding_id"),
        text("marked_paper"),
        unique=(("id",), ("marked_paper",)),
        indexes=(
            ("assessment_id",),
            ("physician_id",),
            ("cycle_id", "id"),
            ("substitute_id",),
            ("finding_id",),
        ),
    )


def _results() -> None:
    cases(
        "certificate",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        text("number"),
        sa.Column("result_version", INTEGER),
        sa.Column("edition", INTEGER),
        text("code_hash"),
        unique=(("id",), ("assessment_id", "result_version", "edition"), ("number",)),
        indexes=(("physician_id",), ("code_hash",)),
    )


def _afterwards() -> None:
    cases(
        "follow_up",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        sa.Column("result_version", INTEGER),
        sa.Column("order_from", DATE),
        sa.Column("starts_on", DATE),
        sa.Column("ends_on", DATE),
        sa.Column("ground_known_on", DATE),
        sa.Column("reported_on", DATE),
        sa.Column("reported", BOOLEAN),
        sa.Column("reported_late", BOOLEAN),
        sa.Column("barred_until", DATE),
        unique=(("id",), ("assessment_id", "result_version")),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )
    cases(
        "result_review",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        sa.Column("result_version", INTEGER),
        sa.Column("applied_on", DATE),
        unique=(("id",), ("assessment_id", "result_version")),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )


def _recusals() -> None:
    cases(
        "recusal",
        text("assessment_id"),
        text("cycle_id"),
        text("physician_id"),
        text("agency_id"),
        text("member"),
        text("standing_member"),
        unique=(("id",), ("assessment_id", "agency_id", "standing_member")),
        indexes=(("physician_id",), ("cycle_id", "id")),
    )


def _announcements() -> None:
    cases("announcement", text("title"), sa.Column("published_on", DATE))


def _oversight() -> None:
    cases(
        "spot_check",
        text("cycle_id"),
        text("subject"),
        text("procedure"),
        sa.Column("population", INTEGER),
        sa.Column("faulty", INTEGER),
        sa.Column("drawn_at", INSTANT),
        indexes=(("cycle_id", "id"),),
    )
