"""A case for each row of a physician's case, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.affiliation.case import (
    EndReason,
    FacePhoto,
    LeaveReason,
    PenaltyKind,
    Withdrawal,
)
from kaohe_workflow.lifecycles.affiliation.events import (
    Absorb,
    AddPhysician,
    Amend,
    EditPhysician,
    End,
    EnterPenalty,
    FillBlanks,
    ForceMove,
    GiveFacePhoto,
    Leave,
    Merge,
    Reenter,
    TakeIn,
    Unfill,
    WithdrawPenalty,
)
from kaohe_workflow.lifecycles.affiliation.facts import AssessmentView, DepartmentView
from kaohe_workflow.testing.organisations import CLINIC_VIEW, DOCTOR, NOW, AffiliationAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import AttachmentKind, Level

OWN = ("institution", "own")
ANY = ("institution", "any")
ASSIGNED = ("agency", "assigned")
ABOVE = ("administration", "subtree")
SELF = ("physician", "self")
SYSTEM = ("system", "any")
PRESENT = ("attached", "unattached")

NEW = AddPhysician(
    institution_id="clinic",
    name="韦晓梅",
    id_number="450103800101123",
    department_id="ward",
    licensed_on=date(2010, 5, 1),
)
EDIT = EditPhysician(level=Level.LICENSED, department_id="ward", licensed_on=date(2010, 5, 1))
PENALTY = EnterPenalty(
    decided_on=date(2023, 12, 1),
    authority="县卫生健康局",
    kind=PenaltyKind.WARNING,
    text="违反诊疗规范",
    evidence=("decision",),
)
ENTERED = PENALTY.penalty(1, "hospital", NOW)
PENALISED = attrs.evolve(DOCTOR, reported_penalties=(ENTERED,))
SAID = Withdrawal(by="hospital", at=NOW, reason="登记有误")
MISTAKEN = attrs.evolve(DOCTOR, reported_penalties=(attrs.evolve(ENTERED, withdrawal=SAID),))
HOSPITAL_WARD = AffiliationAround(department=DepartmentView("hospital", "enabled"))
LICENSED = attrs.evolve(DOCTOR, level=Level.ASSISTANT)
ENROLLED = AssessmentView("awaiting_registration", cycle_archived=False, ever_submitted=False)
DECIDED = AssessmentView("qualified", cycle_archived=False, ever_submitted=True)
FILED = AssessmentView("not_enrolled", cycle_archived=True, ever_submitted=True)
IN_ASSESSMENT = {"around": AffiliationAround(assessments=[ENROLLED])}
TOMORROW = date(2023, 12, 2)
STOPPED = {"around": AffiliationAround(practice_stopped=True)}
BARRED = {"around": AffiliationAround(barred_until=[TOMORROW])}
INCOMPLETE = {"around": AffiliationAround(target=attrs.evolve(CLINIC_VIEW, state="incomplete"))}
DISABLED = {"around": AffiliationAround(department=DepartmentView("clinic", "disabled"))}
WAITING = AssessmentView("awaiting_assessment", False, True)
KNOWN_FACE = attrs.evolve(DOCTOR, face_photo=FacePhoto(given_at=NOW, file="face"))
FOREIGN = {"around": AffiliationAround(target=attrs.evolve(CLINIC_VIEW, path="/abroad/clinic/"))}


def case(state, event, target, by=OWN, record=DOCTOR, *, refused=None, around=None, **more):
    """A row's case: the physician in a state, the event sent, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="affiliation", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=around or AffiliationAround(), **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    *(
        case(
            "none",
            "add",
            "attached",
            by,
            None,
            payload=NEW,
            refused={
                "id_unique": {"around": AffiliationAround(number_taken=True)},
                "target_active": INCOMPLETE,
                "department_fits": DISABLED,
                "dates_past": {"payload": attrs.evolve(NEW, licensed_on=TOMORROW)},
            },
        )
        for by in (OWN, ABOVE)
    ),
    case(
        "attached",
        "edit",
        "attached",
        payload=EDIT,
        around=HOSPITAL_WARD,
        refused={
            "locked_kept": {"record": LICENSED},
            "department_fits": {"around": AffiliationAround()},
            "dates_past": {"payload": attrs.evolve(EDIT, licensed_on=TOMORROW)},
            "stays_known": {"record": attrs.evolve(DOCTOR, name="")},
        },
    ),
    *(
        case(
            state,
            "amend",
            state,
            SYSTEM,
            payload=Amend(field=LockedField.ID_NUMBER, value="110105491231002"),
            refused={"id_unique": {"around": AffiliationAround(number_taken=True)}},
        )
        for state in PRESENT
    ),
    *(
        case(
            state,
            event,
            state,
            by,
            payload=PENALTY,
            refused={
                "evidence_given": {"payload": attrs.evolve(PENALTY, evidence=())},
                "dates_past": {"payload": attrs.evolve(PENALTY, decided_on=TOMORROW)},
            },
        )
        for state in PRESENT
        for event, by in (
            ("report_penalty", OWN),
            ("report_penalty", ASSIGNED),
            ("record_penalty", ABOVE),
        )
    ),
    *(
        case(
            state,
            "withdraw_penalty",
            state,
            by,
            PENALISED,
            payload=WithdrawPenalty(1),
            reason="登记有误",
            refused={
                "penalty_standing": {"record": MISTAKEN},
                "penalty_ours": {"around": AffiliationAround(sender_organisation="clinic")},
            },
        )
        for state in PRESENT
        for by in (OWN, ASSIGNED, ABOVE)
    ),
    *(
        row
        for state in PRESENT
        for row in (
            case(
                state,
                "give_face_photo",
                state,
                SELF,
                payload=GiveFacePhoto(file="face", consented=True),
                refused={
                    "consented": {"payload": GiveFacePhoto(file="face")},
                    "picture_given": {"around": AffiliationAround(file_kind=AttachmentKind.PDF)},
                    "face_photo_free": {
                        "record": KNOWN_FACE,
                        "around": AffiliationAround(assessments=[WAITING]),
                    },
                },
            ),
            case(
                state,
                "withdraw_face_photo",
                state,
                SELF,
                KNOWN_FACE,
                refused={"face_photo_kept": {"record": DOCTOR}},
            ),
            case(
                state,
                "clear_face_photo",
                state,
                OWN,
                KNOWN_FACE,
                reason="看不清面部",
                refused={"face_photo_kept": {"record": DOCTOR}},
            ),
        )
    ),
    case(
        "attached",
        "leave",
        "unattached",
        payload=Leave(LeaveReason.RESIGNED),
        refused={"not_in_assessment": IN_ASSESSMENT, "not_suspended": STOPPED},
    ),
    case(
        "unattached",
        "take_in",
        "attached",
        ANY,
        payload=TakeIn("clinic", "ward"),
        refused={
            "target_active": INCOMPLETE,
            "same_province": FOREIGN,
            "department_fits": DISABLED,
            "not_barred": BARRED,
        },
    ),
    case(
        "attached",
        "force_move",
        "attached",
        ABOVE,
        payload=ForceMove("clinic", "ward"),
        reason="诊所关闭",
        refused={
            "target_active": INCOMPLETE,
            "target_elsewhere": {"record": attrs.evolve(DOCTOR, institution_id="clinic")},
            "department_fits": DISABLED,
        },
    ),
    case(
        "unattached",
        "force_move",
        "attached",
        ABOVE,
        payload=ForceMove("clinic", "ward"),
        reason="原单位不办理",
        refused={
            "target_active": INCOMPLETE,
            "department_fits": DISABLED,
        },
    ),
    case(
        "attached",
        "delete",
        "deleted",
        refused={"never_assessed": {"around": AffiliationAround(assessments=[FILED])}},
    ),
    case(
        "deleted",
        "restore",
        "attached",
        ABOVE,
        refused={
            "id_unique": {"around": AffiliationAround(number_taken=True)},
            "institution_active": {"around": AffiliationAround(home=None)},
        },
    ),
    *(case(state, "end", "left", ABOVE, payload=End(EndReason.RETIRED), reason="退休") for state in PRESENT),
    *(
        case(
            "left",
            "reenter",
            "attached",
            by,
            payload=Reenter("clinic", "ward"),
            refused={
                "living": {"record": attrs.evolve(DOCTOR, end_reason=EndReason.DEATH)},
                "target_active": INCOMPLETE,
                "department_fits": DISABLED,
                "not_barred": BARRED,
            },
        )
        for by in (ANY, ABOVE)
    ),
    *(
        case(
            state,
            "merge",
            "merged",
            ABOVE,
            payload=Merge("kept"),
            reason="同一人的两份档案",
            around=AffiliationAround(kept_state="attached"),
            refused={
                "kept_person": {"around": AffiliationAround(kept_state="left")},
                "cycle_undecided": {
                    "around": AffiliationAround(kept_state="attached", assessments=[DECIDED])
                },
                "kept_takes_part": {
                    "around": AffiliationAround(kept_state="attached", assessments=[ENROLLED])
                },
            },
        )
        for state in (*PRESENT, "deleted", "left")
    ),
    case(
        "attached",
        "fill_blanks",
        "attached",
        SYSTEM,
        payload=FillBlanks(assessment_id="case", level=Level.LICENSED),
    ),
    case("attached", "unfill", "attached", SYSTEM, payload=Unfill("case")),
    *(case(state, "absorb", state, SYSTEM, payload=Absorb(merged_id="other")) for state in PRESENT),
)
