"""
What the rows of a physician's case do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from kaohe_workflow.lifecycles.affiliation.case import Affiliation, FacePhoto, Filled, Penalty, Withdrawal
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.shape import Action, Step
from kaohe_workflow.values.locked_fields import read_locked
from kaohe_workflow.values.windows import local_date


def create_affiliation(_: Affiliation | None, step: Step) -> Affiliation:
    """Make the record; date of birth and sex come from the number where it tells them."""
    given = step.payload
    identity = given.identity
    resident = identity.resident
    name, phone = given.called
    return Affiliation(
        institution_id=given.institution_id,
        name=name,
        id_type=given.id_type,
        id_number=identity.number,
        id_original=identity.original,
        phone=phone,
        department_id=given.department_id,
        level=given.level,
        category=given.category,
        qualification_number=given.qualification_number,
        qualified_on=given.qualified_on,
        licence_number=given.licence_number,
        licensed_on=given.licensed_on,
        first_registered_on=given.first_registered_on,
        title=given.title,
        education=given.education,
        practice_situation=given.practice_situation,
        birth_date=resident.birth_date if resident else given.birth_date,
        sex=resident.sex if resident else given.sex,
    )


def edit_affiliation(physician: Affiliation, step: Step) -> Affiliation:
    """Take over what is given; an empty text clears."""
    changes: dict[str, Any] = {
        field.name: value or None
        for field in attrs.fields(EditPhysician)
        if (value := getattr(step.payload, field.name)) is not None
    }
    return attrs.evolve(physician, **changes)


def amend(physician: Affiliation, step: Step) -> Affiliation:
    """Take over the value of a locked field; with a number go the date of birth and the sex that it tells."""
    given = step.payload
    identity = given.identity
    if identity is None:
        return attrs.evolve(physician, **{given.field.value: read_locked(given.field, given.value)})
    resident = identity.resident
    return attrs.evolve(
        physician,
        id_type=identity.id_type,
        id_number=identity.number,
        id_original=identity.original,
        birth_date=resident.birth_date if resident else physician.birth_date,
        sex=resident.sex if resident else physician.sex,
    )


def fill_blanks(physician: Affiliation, step: Step) -> Affiliation:
    """
    Take over what the roster does not know yet, and nothing that it knows (手册 2.2.5).

    The department only while it is an enabled one of the institution: who is put into one that is out of use would keep
    it from being deleted.
    """
    given, department = step.payload, step.around.department
    fits = department is not None and department.state == "enabled"
    here = fits and department.institution_id == physician.institution_id
    filled = Filled(
        assessment_id=given.assessment_id,
        department_id=given.department_id if here and physician.department_id is None else None,
        level=given.level if physician.level is None else None,
        category=given.category if physician.category is None else None,
    )
    return attrs.evolve(
        physician,
        department_id=physician.department_id or filled.department_id,
        level=physician.level or filled.level,
        category=physician.category or filled.category,
        filled=filled,
    )


def unfill(physician: Affiliation, step: Step) -> Affiliation:
    """
    The pass is recalled: what it has filled in is blank again, unless somebody has written something else meanwhile.
    """
    filled = physician.filled
    if filled is None or filled.assessment_id != step.payload.assessment_id:
        return physician
    blank: dict[str, Any] = {
        name: None
        for name in ("department_id", "level", "category")
        if getattr(filled, name) is not None and getattr(physician, name) == getattr(filled, name)
    }
    return attrs.evolve(physician, filled=None, **blank)


def report_penalty(physician: Affiliation, step: Step) -> Affiliation:
    """Keep what an institution or an agency reports."""
    return _reported(physician, _entered(step))


def record_penalty(physician: Affiliation, step: Step) -> Affiliation:
    """Keep what the administration records, which counts as 不良行为记录 (考核办法 第十七条, 第十九条)."""
    return _recorded(physician, _entered(step))


def withdraw_penalty(physician: Affiliation, step: Step) -> Affiliation:
    """Mark the penalty of that number as entered by mistake; it stays where it is, and its number its own."""
    said = Withdrawal(by=step.around.sender_organisation, at=step.moment.now, reason=step.reason or "")

    def without(penalties: tuple[Penalty, ...]) -> tuple[Penalty, ...]:
        return tuple(
            attrs.evolve(one, withdrawal=said) if one.number == step.payload.number else one
            for one in penalties
        )

    return attrs.evolve(
        physician,
        reported_penalties=without(physician.reported_penalties),
        recorded_penalties=without(physician.recorded_penalties),
    )


def _entered(step: Step) -> Penalty:
    """What the sender enters; its number is given where it is kept."""
    entered: Penalty = step.payload.penalty(0, step.around.sender_organisation, step.moment.now)
    return entered


def _reported(physician: Affiliation, penalty: Penalty) -> Affiliation:
    reported = _with(physician, physician.reported_penalties, penalty)
    return attrs.evolve(physician, reported_penalties=reported)


def _recorded(physician: Affiliation, penalty: Penalty) -> Affiliation:
    recorded = _with(physician, physician.recorded_penalties, penalty)
    return attrs.evolve(physician, recorded_penalties=recorded)


def _with(physician: Affiliation, known: tuple[Penalty, ...], penalty: Penalty) -> tuple[Penalty, ...]:
    """The same penalty entered twice is one; after it was withdrawn it is a new one, under a number of its own."""
    if any(one.stands and one.is_same(penalty) for one in known):
        return known
    number = max((one.number for one in physician.penalties), default=0) + 1
    return (*known, attrs.evolve(penalty, number=number))


def keep_face_photo(physician: Affiliation, step: Step) -> Affiliation:
    """Keep the 人脸底照, in place of one that was there."""
    given = FacePhoto(given_at=step.moment.now, file=step.payload.file)
    return attrs.evolve(physician, face_photo=given)


def forget_face(physician: Affiliation, step: Step) -> Affiliation:
    """Drop the file; that there was one stays known."""
    kept = physician.face_photo
    return attrs.evolve(physician, face_photo=attrs.evolve(kept, file=None) if kept is not None else None)


def clear_face_photo(physician: Affiliation, step: Step) -> Affiliation:
    """Make room for another one."""
    return attrs.evolve(physician, face_photo=None)


def leave(physician: Affiliation, step: Step) -> Affiliation:
    """Note why the institution lets the physician go."""
    return attrs.evolve(physician, leave_reason=step.payload.reason_code)


def attach(physician: Affiliation, step: Step) -> Affiliation:
    """Attach to the payload's institution; the department is chosen again (手册 2.2.5)."""
    return attrs.evolve(
        physician,
        institution_id=step.payload.institution_id,
        department_id=step.payload.department_id or None,
        leave_reason=None,
        end_reason=None,
    )


def enter(physician: Affiliation, step: Step) -> Affiliation:
    """Attach, and note the day: since then an institution says that the physician is registered with it."""
    return attrs.evolve(attach(physician, step), entered_on=local_date(step.moment.now))


def restore(physician: Affiliation, step: Step) -> Affiliation:
    """Come back; to the department, too, unless that is gone or not in use any more."""
    department = step.around.department
    stays = department is not None and department.state == "enabled"
    return attrs.evolve(physician, department_id=physician.department_id if stays else None)


def end(physician: Affiliation, step: Step) -> Affiliation:
    """Note why the physician is no longer on the list."""
    return attrs.evolve(physician, end_reason=step.payload.reason_code)


def merge(physician: Affiliation, step: Step) -> Affiliation:
    """Note which record of the same person is kept."""
    return attrs.evolve(physician, merged_into=step.payload.into_id)


def absorb(physician: Affiliation, step: Step) -> Affiliation:
    """Take over the penalties of a record of the same person, under new numbers; what is known of both is one."""
    for penalty in step.payload.reported_penalties:
        physician = _reported(physician, penalty) if penalty.stands else physician
    for penalty in step.payload.recorded_penalties:
        physician = _recorded(physician, penalty) if penalty.stands else physician
    return physician


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_affiliation": create_affiliation,
        "edit_affiliation": edit_affiliation,
        "amend": amend,
        "fill_blanks": fill_blanks,
        "unfill": unfill,
        "report_penalty": report_penalty,
        "record_penalty": record_penalty,
        "withdraw_penalty": withdraw_penalty,
        "keep_face_photo": keep_face_photo,
        "forget_face": forget_face,
        "clear_face_photo": clear_face_photo,
        "leave": leave,
        "attach": attach,
        "enter": enter,
        "restore": restore,
        "end": end,
        "merge": merge,
        "absorb": absorb,
    }
)
"""Name in the chart → what it does."""
