"""
Which cases are joined to rows for pages and exports.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.projection.shapes import Join, View

_INSTITUTION = Join("institution", "institution", "base.institution_id")
_SCOPE = {
    "id": "base.id",
    "institution_id": "base.institution_id",
    "agency_id": "institution.agency_id",
    "superior_id": "institution.superior_id",
    "path": "institution.path",
    "institution_name": "institution.name",
    "state": "base.state",
    "version": "base.version",
}
_PERSON = Join("person", "affiliation", "base.physician_id")


def _of_person(filed: str) -> dict[str, str]:
    """Fields of the joined person; level and category as in the filing of the assessment ``filed``, if it counts."""
    return {
        "name": "person.name",
        "initials": "person.initials",
        "id_number": "person.id_number!",
        "phone": "person.phone!",
        "id_hash": "person.id_hash",
        "level": f"{filed}.level or person.level",
        "category": f"{filed}.category or person.category",
        "birth_date": "person.birth_date",
        "licensed_on": "person.licensed_on",
        "first_registered_on": "person.first_registered_on",
    }


def _department(filed: str) -> Join:
    """
    The department of the filing, else that of the roster.

    A case that has ended stays where it was while the physician goes on: of where that is, it tells nothing.
    """
    return Join("department", "department", f"{filed}.department_id or person.department_id", within=filed)


_DEPARTMENT = {"department_id": "department.id", "department": "department.name"}


def _in_cycle(lifecycle: str, **fields: str) -> View:
    """Cases of an organisation in one cycle."""
    cycle = {"physician_id": "base.id", "cycle_id": "base.cycle_id", "cycle_name": "cycle.name"}
    return View(lifecycle, (_INSTITUTION, Join("cycle", "cycle", "base.cycle_id")), _SCOPE | cycle | fields)


def _of_assessment(lifecycle: str, *joins: Join, **fields: str) -> View:
    """Cases that belong to an assessment: with the physician, and the department of its filing."""
    assessment = {
        "physician_id": "base.physician_id",
        "cycle_id": "base.cycle_id",
        "assessment_id": "base.assessment_id",
    }
    return View(
        lifecycle,
        (
            _INSTITUTION,
            _PERSON,
            Join("assessment", "assessment", "base.assessment_id"),
            _department("assessment"),
            *joins,
        ),
        _SCOPE | _of_person("assessment") | _DEPARTMENT | assessment | fields,
    )


VIEWS: dict[str, View] = {
    "cycle": View(
        "cycle",
        (_INSTITUTION,),
        _SCOPE
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "first_day": "base.first_day",
            "last_day": "base.last_day",
        },
    ),
    "institution": View(
        "institution",
        (),
        {field: source.replace("institution.", "base.") for field, source in _SCOPE.items()}
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "kind": "base.kind",
            "is_agency": "base.is_agency",
            "self_review": "base.assesses_itself",
        },
    ),
    "agency_application": _in_cycle(
        "agency_application",
        submitted_at="base.submitted_at",
        decided_at="base.decided_at",
        correction_reported="base.correction_reported",
    ),
    "result_report": _in_cycle(
        "result_report",
        submitted_at="base.submitted_at",
        overdue="base.overdue",
        late="base.late",
        registered="base.registered",
    ),
    "enrolment_list": _in_cycle(
        "enrolment_list",
        number="base.number",
        number_added="base.number_added",
        return_code="base.return_code",
        submitted_at="base.submitted_at",
        decided_at="base.decided_at",
        decided_by="base.decided_by",
    ),
    "spot_check": _in_cycle(
        "spot_check",
        subject="base.subject",
        procedure="base.procedure",
        population="base.population",
        faulty="base.faulty",
        drawn_at="base.drawn_at",
    ),
    "announcement": View(
        "announcement",
        (_INSTITUTION,),
        _SCOPE | {"physician_id": "base.id", "title": "base.title", "published_on": "base.published_on"},
    ),
    "department": View(
        "department",
        (_INSTITUTION,),
        _SCOPE | {"physician_id": "base.id", "name": "base.name", "subjects": "base.subjects"},
    ),
    "account": View(
        "account",
        (_INSTITUTION, attrs.evolve(_PERSON, within="base")),
        _SCOPE
        | {
            "physician_id": "base.physician_id",
            "name": "person.name or base.label",
            "phone": "person.phone!",
            "initials": "person.initials or base.initials",
            "login": "base.login!",
            "kind": "base.kind",
            "listed_as": "base.listed_as",
            "used": "base.used",
            "first_used_at": "base.first_used_at",
            "first_used_from": "base.first_used_from",
        },
    ),
    "physician": View(
        "affiliation",
        (_INSTITUTION, Join("department", "department", "base.department_id")),
        _SCOPE
        | {
            "physician_id": "base.id",
            "name": "base.name",
            "initials": "base.initials",
            "id_number": "base.id_number!",
            "phone": "base.phone!",
            "id_hash": "base.id_hash",
            "department_id": "base.department_id",
            "department": "department.name",
            "level": "base.level",
            "category": "base.category",
            "birth_date": "base.birth_date",
            "licensed_on": "base.licensed_on",
            "first_registered_on": "base.first_registered_on",
            "penalised_on": "base.penalised_on",
            "penalty_kind": "base.penalty_kind",
            "penalty_unrecorded": "base.penalty_unrecorded",
        },
    ),
    "amendment": View(
        "amendment",
        (_INSTITUTION, _PERSON, Join("department", "department", "person.department_id")),
        _SCOPE
        | {
            "physician_id": "base.physician_id",
            "name": "person.name",
            "initials": "person.initials",
            "id_number": "person.id_number!",
            "phone": "person.phone!",
            "id_hash": "person.id_hash",
            "level": "person.level",
            "category": "person.category",
            "birth_date": "person.birth_date",
            "first_registered_on": "person.first_registered_on",
            "department_id": "person.department_id",
            "department": "department.name",
            "field": "base.field",
            "by_institution": "base.by_institution",
            "requested_at": "base.requested_at",
            "reviewed_by": "base.reviewed_by",
            "rechecked_by": "base.rechecked_by",
        },
    ),
    "assessment": View(
        "assessment",
        (
            _INSTITUTION,
            _PERSON,
            _department("base"),
            Join("exemption", "exemption", "base.id", "assessment_id"),
            Join("deferral", "deferral", "base.id", "assessment_id"),
        ),
        _SCOPE
        | _of_person("base")
        | _DEPARTMENT
        | {
            "physician_id": "base.physician_id",
            "cycle_id": "base.cycle_id",
            "procedure": "base.procedure",
            "stage": "base.stage",
            "ever_submitted": "base.ever_submitted",
            "filing_step": "base.filing_step",
            "ground_lost": "base.ground_lost",
            "finding": "base.finding",
            "self_review": "base.self_rechecked or institution.assesses_itself",
            "claimed_by": "base.claimed_by",
            "claimed_at": "base.claimed_at",
            "return_code": "base.return_code",
            "overdue": "base.overdue",
            "returned_once": "base.returned_once",
            "reviewed_late": "base.reviewed_late",
            "reviewed_by": "base.reviewed_by",
            "rechecked_by": "base.rechecked_by",
            "early_on": "base.early_on",
            "person_state": "person.state",
            "makeup_door": "base.makeup_door",
            "trained_days": "base.trained_days",
            "decided_on": "base.decided_on",
            "exemption_state": "exemption.state",
            "exemption_id": "exemption.id",
            "deferral_state": "deferral.state",
            "deferral_id": "deferral.id",
        },
    ),
    "paper": _of_assessment(
        "evaluation",
        Join("mark", "cheating", "base.id", "marked_paper"),
        early_on="assessment.early_on",
        procedure="assessment.procedure",
        kind="base.kind",
        stage="base.stage",
        score="base.score",
        usable_photos="base.usable_photos",
        similarity_minimum="base.similarity_minimum",
        similarity_mean="base.similarity_mean",
        low_similarity="base.low_similarity",
        photos_sparse="base.photos_sparse",
        photos_kept="base.photos_kept",
        decided_on="assessment.decided_on",
        force_majeure="base.force_majeure",
        mark_id="mark.id",
        mark_state="mark.state",
    ),
    "mark": _of_assessment(
        "cheating",
        evaluation_id="base.evaluation_id",
        procedure="assessment.procedure",
        kind="base.kind",
        stage="base.stage",
        manner="base.manner",
        told="base.told",
    ),
    "deferral": _of_assessment(
        "deferral",
        early_on="assessment.early_on",
        procedure="assessment.procedure",
        ground="base.ground",
        return_code="base.return_code",
        reviewed_by="base.reviewed_by",
        rechecked_by="base.rechecked_by",
    ),
    "recusal": _of_assessment(
        "recusal",
        member="base.member",
    ),
    "exemption": _of_assessment(
        "exemption",
        early_on="assessment.early_on",
        procedure="assessment.procedure",
        kind="base.kind",
        self_review="base.self_rechecked or institution.assesses_itself",
        claimed_by="base.claimed_by",
        claimed_at="base.claimed_at",
        return_code="base.return_code",
        reviewed_by="base.reviewed_by",
        rechecked_by="base.rechecked_by",
    ),
    "result_review": _of_assessment(
        "result_review",
        assessment_state="assessment.state",
        procedure="assessment.procedure",
        result_version="base.result_version",
        applied_on="base.applied_on",
    ),
    "follow_up": _of_assessment(
        "follow_up",
        result_version="base.result_version",
        ends_on="base.ends_on",
        ground_known_on="base.ground_known_on",
        reported_on="base.reported_on",
        reported="base.reported",
        reported_late="base.reported_late",
        barred_until="base.barred_until",
    ),
    "certificate": _of_assessment(
        "certificate",
        number="base.number",
        result_version="base.result_version",
    ),
}
