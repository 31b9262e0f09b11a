"""
What of a record is also a column: one declaration for every store.

A store keeps each case as its record plus these columns; queries and uniqueness rest on nothing else.
No index mentions `state`, `version` or a time of change (PostgreSQL's HOT updates would be lost).
"""

from __future__ import annotations

from kaohe_workflow.application.phases import NOT_CORRECTING, SETTLED_PAPER
from kaohe_workflow.application.projection.shapes import Column, Projection

COLUMNS: dict[str, Projection] = {
    "cycle": Projection(
        columns=(Column("name"), Column("first_day", "date"), Column("last_day", "date")),
    ),
    "institution": Projection(
        columns=(
            Column("name"),
            Column("kind"),
            Column("superior_id"),
            Column("path"),
            Column("agency_id"),
            Column("is_agency", "boolean"),
            Column("assesses_itself", "boolean"),
        ),
        by_institution=False,
        indexes=(("path",), ("agency_id",)),
        sealed=("contact_phone",),
    ),
    "agency_application": Projection(
        columns=(
            Column("cycle_id"),
            Column("submitted_at", "instant"),
            Column("decided_at", "instant"),
            Column("correction_reported", "boolean", unless=NOT_CORRECTING),
        ),
        unique=(("institution_id", "cycle_id"),),
        indexes=(("cycle_id", "id"),),
    ),
    "department": Projection(
        columns=(
            Column("name"),
            Column("live_name", source="name", unless=("deleted",)),
            Column("subjects", source="linked"),
        ),
        unique=(("institution_id", "live_name"),),
    ),
    "account": Projection(
        columns=(
            Column("kind"),
            Column("physician_id"),
            Column("listed_as"),
            Column("label"),
            Column("initials"),
            Column("used", "boolean"),
            Column("first_used_at", "instant"),
            Column("first_used_from"),
            Column("login_hash", "blind", source="login", unless=("disabled",)),
        ),
        by_institution=False,
        unique=(("login_hash",), ("physician_id",)),
        indexes=(("institution_id",),),
        sealed=("login", "factor_secret", "factor_proposed", "reset_reason"),
    ),
    "affiliation": Projection(
        columns=(
            Column("name"),
            Column("initials"),
            Column("id_hash", "blind", source="id_number", unless=("deleted",)),
            Column("department_id"),
            Column("level"),
            Column("category"),
            Column("birth_date", "date"),
            Column("licensed_on", "date"),
            Column("first_registered_on", "date"),
            Column("penalised_on", "date"),
            Column("penalty_kind"),
            Column("penalty_unrecorded", "boolean"),
            Column("merged_into"),
        ),
        by_institution=False,
        unique=(("id_hash",),),
        indexes=(("institution_id", "id"), ("merged_into",)),
        sealed=(
            *("id_number", "id_original", "phone", "qualification_number"),
            *("reported_penalties", "recorded_penalties"),
        ),
    ),
    "amendment": Projection(
        columns=(
            Column("physician_id"),
            Column("field"),
            Column("open_field", source="field", unless=("effective", "refused", "withdrawn")),
            Column("by_institution", "boolean"),
            Column("requested_at", "instant"),
        ),
        unique=(("physician_id", "open_field"),),
        indexes=(("physician_id",),),
        sealed=("value", "original", "former"),
    ),
    "assessment": Projection(
        columns=(
            Column("cycle_id"),
            Column("physician_id"),
            Column("department_id"),
            Column("level"),
            Column("category"),
            Column("procedure"),
            Column("stage"),
            Column("ever_submitted", "boolean"),
            Column("filing_step"),
            Column("ground_lost", "boolean"),
            Column("finding"),
            Column("return_code"),
            Column("overdue", "boolean"),
            Column("returned_once", "boolean"),
            Column("reviewed_late", "boolean"),
            Column("early_on", "date"),
            Column("makeup_door"),
            Column("trained_days", "integer"),
            Column("result_version", "integer"),
            Column("decided_on", "date"),
            Column("assessed_by"),
            Column("claimed_by"),
            Column("claimed_at", "instant"),
        ),
        unique=(("physician_id", "cycle_id"),),
        indexes=(("cycle_id", "id"), ("early_on",), ("assessed_by", "cycle_id")),
        sealed=("findings",),
        traced=True,
    ),
    "exemption": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("kind"),
            Column("return_code"),
            Column("claimed_by"),
            Column("claimed_at", "instant"),
        ),
        unique=(("assessment_id",),),
        indexes=(("physician_id",), ("cycle_id", "id")),
    ),
    "deferral": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("ground"),
            Column("return_code"),
        ),
        unique=(("assessment_id",),),
        indexes=(("physician_id",), ("cycle_id", "id")),
    ),
    "evaluation": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("kind"),
            Column("stage"),
            Column("round", "integer"),
            Column("level"),
            Column("score", "integer"),
            Column("usable_photos", "integer"),
            Column("similarity_minimum", "integer"),
            Column("similarity_mean", "integer"),
            Column("low_similarity", "boolean"),
            Column("photos_sparse", "boolean"),
            Column("photos_kept", "boolean"),
            Column("force_majeure", source="force_majeure_standing", unless=SETTLED_PAPER),
            Column("own_first_day", "date"),
            Column("own_last_day", "date"),
        ),
        unique=(("assessment_id", "stage", "kind", "round"),),
        indexes=(
            ("physician_id",),
            ("cycle_id", "id"),
            ("cycle_id", "stage", "kind"),
            ("own_first_day",),
            ("own_last_day",),
        ),
        sealed=("statement", "force_majeure"),
    ),
    "cheating": Projection(
        columns=(
            Column("assessment_id"),
            Column("evaluation_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("kind"),
            Column("stage"),
            Column("manner"),
            Column("marked_paper", source="evaluation_id", unless=("unmarked",)),
        ),
        unique=(("marked_paper",),),
        indexes=(("assessment_id",), ("physician_id",), ("cycle_id", "id")),
        sealed=("statement",),
    ),
    "recusal": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("agency_id"),
            Column("member"),
            Column("standing_member", source="member", unless=("withdrawn",)),
        ),
        unique=(("assessment_id", "standing_member"),),
        indexes=(("physician_id",), ("cycle_id", "id")),
    ),
    "result_review": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("result_version", "integer"),
            Column("applied_on", "date"),
        ),
        unique=(("assessment_id", "result_version"),),
        indexes=(("physician_id",), ("cycle_id", "id")),
        sealed=("grounds", "answer"),
    ),
    "result_report": Projection(
        columns=(
            Column("cycle_id"),
            Column("submitted_at", "instant"),
            Column("overdue", "boolean"),
            Column("late", "boolean"),
            Column("registered", "boolean"),
        ),
        unique=(("institution_id", "cycle_id"),),
        indexes=(("cycle_id", "id"),),
    ),
    "spot_check": Projection(
        columns=(
            Column("cycle_id"),
            Column("subject"),
            Column("procedure"),
            Column("population", "integer"),
            Column("faulty", "integer"),
            Column("drawn_at", "instant"),
        ),
        indexes=(("cycle_id", "id"),),
    ),
    "follow_up": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("result_version", "integer"),
            Column("order_from", "date"),
            Column("starts_on", "date"),
            Column("ends_on", "date"),
            Column("ground_known_on", "date"),
            Column("reported_on", "date"),
            Column("reported", "boolean"),
            Column("reported_late", "boolean"),
            Column("barred_until", "date"),
        ),
        unique=(("assessment_id", "result_version"),),
        indexes=(("physician_id",), ("cycle_id", "id")),
    ),
    "announcement": Projection(
        columns=(Column("title"), Column("published_on", "date")),
    ),
    "certificate": Projection(
        columns=(
            Column("assessment_id"),
            Column("cycle_id"),
            Column("physician_id"),
            Column("number"),
            Column("result_version", "integer"),
            Column("edition", "integer"),
            Column("code_hash", "blind", source="code"),
        ),
        unique=(("assessment_id", "result_version", "edition"), ("number",)),
        indexes=(("physician_id",), ("code_hash",)),
    ),
}
"""Columns of every lifecycle beside `id`, `institution_id`, `state` and `version`."""

PERSONAL: frozenset[str] = frozenset(
    {
        "amendment",
        "assessment",
        "exemption",
        "deferral",
        "evaluation",
        "certificate",
        "cheating",
        "result_review",
        "recusal",
        "follow_up",
    }
)
"""Lifecycles about one physician: their cases are locked together with the physician's affiliation."""
