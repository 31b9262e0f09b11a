"""
What of a record leaves the house: an allowlist, one entry a field.

A field that is in no list is not shown; a test asks that somebody has decided about each. Numbers of persons and
telephones leave masked, everywhere and for everyone (手册 2.2.9). What is not for the caller comes blank already: who
is told which field is a rule, and stands in the library (`application.queries.audience`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_service.reasons import ReasonWriter
from kaohe_workflow.application.catalogue import Catalogue
from kaohe_workflow.application.ports import Codec
from kaohe_workflow.application.queries.audience import told_to_nobody
from kaohe_workflow.application.stored import Case
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.resident_id import mask


@attrs.frozen
class Field:
    """
    A field that is shown, and through which mask.

    ``where`` names another field: only where that has a value is this one masked. A physician logs in with the ID
    number, anybody else with a name. ``told`` is the record's attribute that is shown in its place.
    """

    name: str
    mask: Callable[[str], str] | None = None
    where: str = ""
    told: str = ""


def _fields(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _masked_phone(text: str) -> str:
    return Phone.parse(text).masked


SHOWN: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "cycle": _fields("institution_id", "name", "first_day", "last_day", "windows", "lines", "delivered"),
        "institution": _fields(
            "institution_id",
            "name",
            "kind",
            "superior_id",
            "path",
            "agency_id",
            "is_agency",
            "address",
            "grade",
            "beds",
            "credit_code",
            "contact",
            "contact_phone",
            "confirmed_cycles",
            "working_days",
            "log_in_pace",
        ),
        "agency_application": _fields(
            *("institution_id", "cycle_id", "material", "warnings", "submitted_at", "decided_at"),
            *("returned_at", "approved_at", "filed_at", "report", "committee", "committee_warnings"),
            *("faults", "barred_cycles"),
        ),
        "result_report": _fields(
            *("institution_id", "cycle_id", "work", "attachments", "taken_on", "results", "edition"),
            *("overdue", "late", "submitted_at", "returned_at", "filed_at"),
            *("registered_edition", "registered_at"),
        ),
        "enrolment_list": _fields(
            *("institution_id", "cycle_id", "listed", "approved", "edition"),
            *("submitted_at", "decided_at", "return_code"),
        ),
        "spot_check": _fields(
            *("institution_id", "cycle_id", "subject", "procedure", "seed", "population", "digest"),
            *("self_reviewed", "drawn_at", "drawn_by", "items", "ended_at"),
        ),
        "announcement": _fields(
            *("institution_id", "title", "text", "attachments", "published_at", "withdrawn_at"),
        ),
        "department": _fields("institution_id", "name", "subjects"),
        "account": (
            *_fields("institution_id", "kind", "physician_id", "label", "shared", "operator_id", "used"),
            *_fields("listed_as", "department_ids"),
            Field("login", mask, where="physician_id"),
            *_fields("code_expires_at", "credentials_at", "reset_at", "reset_by", "reset_reason"),
            *_fields("first_password_until", "first_password_misses", "first_used_at", "first_used_from"),
            *_fields("resets_given", "resets_released"),
        ),
        "affiliation": (
            *_fields("institution_id"),
            Field("name", told="called"),
            *_fields("id_type"),
            Field("id_number", mask),
            Field("phone", _masked_phone),
            *_fields("department_id", "level", "category"),
            Field("qualification_number", mask),
            *_fields(
                "qualified_on",
                "licence_number",
                "licensed_on",
                "first_registered_on",
                "title",
                "education",
                "practice_situation",
                "birth_date",
                "sex",
                "leave_reason",
                "end_reason",
                "merged_into",
                "entered_on",
                "reported_penalties",
                "recorded_penalties",
                "face_photo",
            ),
        ),
        "amendment": (
            *_fields("institution_id", "physician_id", "field"),
            Field("value", mask, where="numbered"),
            *_fields("id_type"),
            Field("former", mask, where="numbered"),
            *_fields("attachments", "by_institution", "requested_at"),
        ),
        "assessment": (
            *_fields("institution_id", "cycle_id", "physician_id", "department_id", "procedure", "stage"),
            *_fields(
                "ever_submitted",
                "filing_step",
                "ground_lost",
                "voluntary",
                "early",
                "filing",
                "submitted_at",
                "opened",
                "overdue",
                "returned_once",
                "reviewed_late",
                "makeup_door",
                "trainings",
                "moved",
                "deferred",
                "returned_at",
            ),
            *_fields(
                "concern", "return_code", "opinions", "opinion_stands", "agency_passed", "makeup_refused"
            ),
            *_fields(
                "result_version",
                "decided_on",
                "assessed_by",
                "findings",
                "cut_off",
                "revocation",
                "draft",
                "draft_opinions",
            ),
            *_fields("claimed_by", "claimed_at"),
        ),
        "exemption": _fields(
            "institution_id",
            "assessment_id",
            "cycle_id",
            "physician_id",
            "kind",
            "ground",
            "certificate_on",
            "attachments",
            "disclaimed",
            "return_code",
            "claimed_by",
            "claimed_at",
            "opened",
        ),
        "deferral": _fields(
            "institution_id",
            "assessment_id",
            "cycle_id",
            "physician_id",
            "ground",
            "attachments",
            "return_code",
            "opened",
        ),
        "evaluation": _fields(
            "institution_id",
            "assessment_id",
            "cycle_id",
            "physician_id",
            "kind",
            "stage",
            "round",
            "level",
            "category",
            "subjects",
            "score",
            "earlier_scores",
            "started_at",
            "ended_at",
            "earlier_sittings",
            "force_majeure",
            "own_window",
            "own_line",
            "statement",
            "statement_files",
            "photos",
            "proctored",
        ),
        "cheating": _fields(
            "institution_id",
            "assessment_id",
            "evaluation_id",
            "cycle_id",
            "physician_id",
            "kind",
            "stage",
            "manner",
            "marked_at",
            "evidence",
            "reported_at",
            "heard_until",
            "told",
            "statement",
            "statement_files",
            "substitute_id",
            "finding_id",
        ),
        "follow_up": (
            *_fields("institution_id", "assessment_id", "cycle_id", "physician_id", "result_version"),
            *_fields("starts_on", "ends_on", "trainings", "papers", "results"),
            *_fields("assessed_again_on", "no_honours_until"),
            *_fields(
                "order_from",
                "ground_known_on",
                "reported_on",
                "reported_late",
                "cancelled_on",
                "barred_until",
            ),
        ),
        "result_review": (
            *_fields("institution_id", "assessment_id", "cycle_id", "physician_id", "result_version"),
            *_fields("assessed_by", "received_on", "applied_on", "grounds", "attachments"),
            *_fields("answer", "answered_on", "correction"),
        ),
        "recusal": _fields(
            *("institution_id", "assessment_id", "cycle_id", "physician_id"),
            *("agency_id", "member", "by_physician"),
        ),
        "certificate": _fields(
            "institution_id",
            "assessment_id",
            "cycle_id",
            "physician_id",
            "result_version",
            "edition",
            "name",
            "decided_on",
            "number",
            "face",
            "issued_on",
            "stamped_on",
        ),
    }
)
"""Lifecycle → the fields of its record that are shown."""

UNSHOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "affiliation": frozenset({"id_original", "filled"}),
        "amendment": frozenset({"original"}),
        "certificate": frozenset({"code"}),
        "cheating": frozenset({"evidence_heard"}),
        "evaluation": frozenset({"ended_with_time"}),
    }
)
"""
Lifecycle → the fields of its record that are not shown, though who sees the case may know them: the number as it was
typed, what a file has filled in, the code that proves who holds the paper, how much of the evidence was opened, and
whether a sitting ended by the time alone.
"""

HIDDEN: Mapping[str, frozenset[str]] = MappingProxyType(
    {name: told_to_nobody(name) | UNSHOWN.get(name, frozenset()) for name in SHOWN}
)
"""Lifecycle → the fields of its record that are never shown: what the library tells nobody, and the unshown."""


def show_case(case: Case, codec: Codec, catalogue: Catalogue) -> dict[str, Any]:
    """A case, as the library tells it to its reader, in JSON's types and masked."""
    data = {field.name: _value(case.record, field, codec) for field in SHOWN[case.lifecycle]}
    return {
        "id": case.id,
        "lifecycle": case.lifecycle,
        "state": case.state,
        "state_label": ReasonWriter.of(catalogue, case.lifecycle).state_label(case.state),
        "version": case.version,
        "hash": case.head,
        "data": data,
    }


def _value(record: Any, field: Field, codec: Codec) -> Any:
    value = getattr(record, field.told or field.name)
    if field.mask is not None and value and (not field.where or getattr(record, field.where)):
        return field.mask(value)
    return codec.unstructure(value)
