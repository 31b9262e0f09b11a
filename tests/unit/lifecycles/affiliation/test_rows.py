"""Each row of a physician's case: one case takes it, each of its conditions alone refuses it."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import (
    AddPhysician,
    EditPhysician,
    End,
    ForceMove,
    Leave,
    Reenter,
    TakeIn,
)
from kaohe_workflow.lifecycles.affiliation.facts import AssessmentView, DepartmentView
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.organisations import CLINIC_VIEW, DOCTOR, NOW, AffiliationAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial, events_without_case
from kaohe_workflow.values.terms import Level

OWN = ("institution", "own")
ANY = ("institution", "any")
ABOVE = ("administration", "subtree")
SELF = ("physician", "self")
PRESENT = ("attached", "unattached")

NEW = AddPhysician(
    institution_id="clinic",
    name="韦晓梅",
    id_number="450103800101123",
    department_id="ward",
    licensed_on=date(2010, 5, 1),
)
EDIT = EditPhysician(level=Level.LICENSED, department_id="ward", licensed_on=date(2010, 5, 1))
HOSPITAL_WARD = AffiliationAround(department=DepartmentView("hospital", "enabled"))
LICENSED = attrs.evolve(DOCTOR, level=Level.ASSISTANT)
ENROLLED = AssessmentView("awaiting_registration", cycle_archived=False, ever_submitted=False)
FILED = AssessmentView("not_enrolled", cycle_archived=True, ever_submitted=True)
IN_ASSESSMENT = {"around": AffiliationAround(assessments=[ENROLLED])}
TOMORROW = date(2023, 12, 2)
INCOMPLETE = {"around": AffiliationAround(target=attrs.evolve(CLINIC_VIEW, state="incomplete"))}
DISABLED = {"around": AffiliationAround(department=DepartmentView("clinic", "disabled"))}
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
        },
    ),
    case(
        "attached",
        "leave",
        "unattached",
        payload=Leave(LeaveReason.RESIGNED),
        refused={"not_in_assessment": IN_ASSESSMENT},
    ),
    case(
        "unattached",
        "take_in",
        "attached",
        ANY,
        payload=TakeIn("clinic", "ward"),
        refused={"target_active": INCOMPLETE, "same_province": FOREIGN, "department_fits": DISABLED},
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
            "not_in_assessment": IN_ASSESSMENT,
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
            "not_in_assessment": IN_ASSESSMENT,
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
            },
        )
        for by in (ANY, ABOVE)
    ),
)


def test_every_row_has_a_case():
    """No row of the chart goes unproven."""
    assert set() == events_without_case("affiliation", CASES)


@pytest.mark.parametrize("row", CASES, ids=str)
def test_row_fires(row):
    """The row takes the physician to its target."""
    assert row.target == row.trial.send(row.sending).state


@pytest.mark.parametrize("row", CASES, ids=str)
def test_each_condition_refuses(row):
    """Every condition of the row, on its own, refuses the event."""
    assert {name: {name} for name in row.conditions} == {name: row.unmet(name) for name in row.refused}


@pytest.mark.parametrize("row", CASES, ids=str)
def test_lets_nobody_else_through(row):
    """Another role, or a missing reason, is refused."""
    assert [] == row.admitted()


ALLOWED = {
    "add": {OWN, ABOVE},
    "edit": {OWN},
    "leave": {OWN},
    "take_in": {ANY},
    "delete": {OWN},
    "reenter": {ANY, ABOVE},
}
EVERYBODY = {OWN, ANY, ABOVE, SELF, ("agency", "assigned"), ("administration", "any"), ("system", "any")}


@pytest.mark.parametrize("row", CASES, ids=str)
def test_other_roles_are_refused(row):
    """Institutions keep the data, let go and take in; administrations correct; physicians change nothing."""
    others = EVERYBODY - ALLOWED.get(row.sending.event, {ABOVE})
    outcomes = [row.trial.decide(attrs.evolve(row.sending, by=by)) for by in others]

    assert all(isinstance(outcome, Refused) and outcome.not_permitted for outcome in outcomes)


def test_nobody_gives_himself_years_of_practice():
    """
    A blank 执业证取得时间 is filled in by the institution, never by the physician.

    From it the years are counted that allow 简易程序 (考核办法 第二十一条).
    """
    row = next(row for row in CASES if row.sending.event == "edit")
    sending = attrs.evolve(row.sending, by=SELF, payload=EditPhysician(licensed_on=date(2010, 5, 1)))

    assert row.trial.decide(sending).not_permitted


def test_attached_physician_is_not_taken_in():
    """The former institution lets go first (手册 2.2.5): before that there is no row for 调入."""
    row = next(row for row in CASES if row.sending.event == "take_in")
    outcome = attrs.evolve(row.trial, state="attached").decide(row.sending)

    assert ["no-row"] == [reason.code for reason in outcome.reasons]


def test_former_institution_edits_nothing():
    """Once let go, a physician's data are closed to the institution that let go."""
    row = next(row for row in CASES if row.sending.event == "edit")
    outcome = attrs.evolve(row.trial, state="unattached").decide(row.sending)

    assert ["no-row"] == [reason.code for reason in outcome.reasons]
