"""What the guards of a physician's case look at, and what happens to the record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.case import Affiliation, EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import (
    LOCKED,
    AddPhysician,
    EditPhysician,
    End,
    Leave,
    TakeIn,
)
from kaohe_workflow.lifecycles.affiliation.facts import (
    AffiliationFacts,
    AssessmentView,
    DepartmentView,
    InstitutionView,
)
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.testing.organisations import CLINIC_VIEW, DOCTOR, HOSPITAL_VIEW, NOW, AffiliationAround
from kaohe_workflow.testing.people_strategies import as_typed, resident_ids
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial, shipped_chart
from kaohe_workflow.values.resident_id import Sex
from kaohe_workflow.values.terms import Category, IdType, Level, OrganisationKind


def facts(payload=None, record=DOCTOR, now=NOW, **around):
    """The facts of a physician's case."""
    return AffiliationFacts(
        record, payload or NoPayload(), AffiliationAround(**around), Moment(now, DEFAULTS)
    )


def new(**changes):
    """A new physician of the clinic."""
    given = {"institution_id": "clinic", "name": "韦晓梅", "id_number": "450103800101123"}
    return AddPhysician(**(given | changes))


K = OrganisationKind


@pytest.mark.parametrize(
    ("kind", "state", "active"),
    [
        (K.MEDICAL, "active", True),
        (K.PREVENTION, "active", True),
        (K.MEDICAL, "incomplete", False),
        (K.MEDICAL, "closed", False),
        (K.SOCIETY, "active", False),
        (K.COUNTY, "active", False),
    ],
)
def test_target_is_an_active_institution(kind, state, active):
    """Physicians are attached to health institutions that work, never to a 学术组织 or an administration."""
    view = InstitutionView("x", kind, "/province/x/", state)

    assert (active, active) == (facts(target=view).target_active, facts(home=view).institution_active)


def test_unknown_institution_is_not_active():
    """An institution that is not there takes nobody in."""
    found = facts(target=None, home=None)

    assert [False] * 4 == [
        found.target_active,
        found.institution_active,
        found.target_elsewhere,
        found.same_province,
    ]


@pytest.mark.parametrize(
    ("path", "same"), [("/province/x/", True), ("/province2/x/", False), ("/x/province/", False)]
)
def test_same_province(path, same):
    """Two institutions are of one province if one root is above both."""

    assert same is facts(target=attrs.evolve(CLINIC_VIEW, path=path)).same_province


@pytest.mark.parametrize(("target", "elsewhere"), [(CLINIC_VIEW, True), (HOSPITAL_VIEW, False)])
def test_forced_move_leads_elsewhere(target, elsewhere):
    """Nobody is moved to where he is."""

    assert elsewhere is facts(target=target).target_elsewhere


@pytest.mark.manual("S-29")
@pytest.mark.parametrize(
    ("payload", "department", "fits"),
    [
        (TakeIn("clinic"), None, True),
        (TakeIn("clinic", ""), None, True),
        (TakeIn("clinic", "ward"), DepartmentView("clinic", "enabled"), True),
        (TakeIn("clinic", "ward"), DepartmentView("clinic", "disabled"), False),
        (TakeIn("clinic", "ward"), DepartmentView("clinic", "deleted"), False),
        (TakeIn("clinic", "ward"), DepartmentView("hospital", "enabled"), False),
        (TakeIn("clinic", "ward"), None, False),
        (EditPhysician(department_id="ward"), DepartmentView("hospital", "enabled"), True),
        (EditPhysician(department_id="ward"), DepartmentView("clinic", "enabled"), False),
        (EditPhysician(department_id="old"), DepartmentView("hospital", "disabled"), False),
        (EditPhysician(phone="13800138000"), DepartmentView("hospital", "enabled"), True),
        (EditPhysician(phone="13800138000"), DepartmentView("hospital", "disabled"), False),
        (EditPhysician(phone="13800138000", department_id=""), None, True),
    ],
)
def test_department_fits(payload, department, fits):
    """Only an enabled department of the institution is chosen, or kept by an edit (手册 2.2.3)."""
    record = attrs.evolve(DOCTOR, department_id="old")

    assert fits is facts(payload, record, department=department).department_fits


@pytest.mark.parametrize("field", ["qualified_on", "licensed_on", "first_registered_on", "birth_date"])
@pytest.mark.parametrize(
    ("now", "past"),
    [
        (datetime(2023, 12, 1, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2023, 12, 1, 16, 0, tzinfo=UTC), True),
    ],
)
def test_days_are_not_in_the_future(field, now, past):
    """A day counts from its first instant in China."""

    assert past is facts(new(**{field: date(2023, 12, 2)}), None, now).dates_past


FILLED = attrs.evolve(
    DOCTOR,
    level=Level.LICENSED,
    category=Category.CLINICAL,
    qualification_number="1" * 24,
    licence_number="2" * 15,
    licensed_on=date(2010, 5, 1),
    first_registered_on=date(2010, 6, 1),
)
OTHERS = {
    "name": "韦小梅",
    "level": Level.ASSISTANT,
    "category": Category.TCM,
    "qualification_number": "3" * 24,
    "licence_number": "4" * 15,
    "licensed_on": date(2011, 5, 1),
    "first_registered_on": date(2011, 6, 1),
}


@pytest.mark.manual("S-I7")
@pytest.mark.parametrize("field", LOCKED)
def test_locked_field_is_filled_once(field):
    """A locked field is filled where it is blank, may be given again as it is, and never becomes another."""
    blank = attrs.evolve(FILLED, **{field: "" if field == "name" else None})
    other, same = EditPhysician(**{field: OTHERS[field]}), EditPhysician(**{field: getattr(FILLED, field)})

    assert [False, False, True] == [
        facts(other, blank).locked_changed,
        facts(same, FILLED).locked_changed,
        facts(other, FILLED).locked_changed,
    ]


@pytest.mark.manual("S-I7")
@given(st.sets(st.sampled_from(LOCKED)), st.sets(st.sampled_from(LOCKED)))
def test_locked_fields_together(blank, given_fields):
    """An edit is refused exactly when one of its locked fields is filled in with something else."""
    record = attrs.evolve(FILLED, **{field: "" if field == "name" else None for field in blank})
    payload = EditPhysician(**{field: OTHERS[field] for field in given_fields})

    assert bool(given_fields - blank) is facts(payload, record).locked_changed


@pytest.mark.manual("S-I7")
def test_number_is_not_edited():
    """The identity number is changed by no edit at all."""

    assert not {"id_number", "id_type", "id_original"} & {field.name for field in attrs.fields(EditPhysician)}


def seen(state, *, archived=False, submitted=False):
    """A case of the physician in some cycle."""
    return AssessmentView(state, archived, submitted)


FINISHED = ("qualified", "unqualified", "withdrawn", "missed")
LEAVES = [leaf for leaf in shipped_chart("assessment").leaves if leaf != "none"]


@pytest.mark.manual("S-37")
@pytest.mark.parametrize("state", LEAVES)
def test_only_who_is_in_no_assessment_leaves(state):
    """调离 is for who has not been enrolled or has finished; every other state binds."""
    expected = {"not_enrolled": "not_enrolled"} | dict.fromkeys(FINISHED, "finished")

    assert expected.get(state, "in_progress") == facts(assessments=[seen(state)]).assessment


@given(st.lists(st.builds(AssessmentView, st.sampled_from(LEAVES), st.booleans(), st.booleans())))
def test_worst_case_counts(cases):
    """One binding case of a cycle that is not archived is enough; archived cycles never bind."""
    live = {case.state for case in cases if not case.cycle_archived}

    assert (facts(assessments=cases).assessment == "in_progress") is bool(live - {"not_enrolled", *FINISHED})
    assert (facts(assessments=cases).assessment == "none") is (not live)


@pytest.mark.manual("S-37")
@pytest.mark.parametrize(
    ("cases", "used", "never"),
    [
        ([], False, True),
        ([seen("not_enrolled")], False, True),
        ([seen("withdrawn")], False, True),
        ([seen("withdrawn", submitted=True)], False, False),
        ([seen("awaiting_registration")], False, False),
        ([seen("qualified", archived=True)], False, False),
        ([seen("missed", archived=True)], False, False),
        ([], True, False),
    ],
)
def test_never_assessed(cases, used, never):
    """Deleting is for rows that nothing has come of: no filing, no enrolment, no log-in."""

    assert never is facts(assessments=cases, account_used=used).never_assessed


@pytest.mark.parametrize(
    ("reason", "died"), [(None, False), (EndReason.RETIRED, False), (EndReason.DEATH, True)]
)
def test_died(reason, died):
    """Only death rules out that somebody comes back."""

    assert died is facts(record=attrs.evolve(DOCTOR, end_reason=reason)).died


def after(state, event, payload, record=DOCTOR, by=("administration", "subtree"), **around):
    """The record after an event."""
    sending = Sending(
        event=event, by=by, now=NOW, around=AffiliationAround(**around), payload=payload, reason="说明"
    )
    return Trial(lifecycle="affiliation", state=state, record=record).send(sending).record


@pytest.mark.manual("S-50")
def test_add_normalises_the_number():
    """15 digits are kept as typed and stored as 18; birth date and sex come from the number."""
    expected = Affiliation(
        institution_id="clinic",
        name="韦晓梅",
        id_type=IdType.RESIDENT_ID,
        id_number="450103198001011233",
        id_original="450103800101123",
        birth_date=date(1980, 1, 1),
        sex=Sex.MALE,
    )

    assert expected == after("none", "add", new(), None)


@given(st.data())
def test_every_spelling_is_one_number(data):
    """However a number is typed, the physician is stored under one."""
    number = data.draw(resident_ids())
    typed = data.draw(as_typed(number))
    made = after("none", "add", new(id_number=typed), None)

    assert (number, typed) == (made.id_number, made.id_original)


def test_passport_tells_no_birth_date():
    """Where the number tells nothing, what was given stands."""
    payload = new(id_type=IdType.PASSPORT, id_number="e1234567", birth_date=date(1975, 3, 4), sex=Sex.FEMALE)
    made = after("none", "add", payload, None)

    assert ("E1234567", date(1975, 3, 4), Sex.FEMALE) == (made.id_number, made.birth_date, made.sex)


def test_edit_takes_over_what_is_given():
    """None leaves a field, an empty text clears it."""
    record = attrs.evolve(FILLED, phone="13800138000", title="chief")
    payload = EditPhysician(phone="", education="bachelor")

    assert attrs.evolve(record, phone=None, education="bachelor") == after(
        "attached", "edit", payload, record, ("institution", "own")
    )


@pytest.mark.manual("S-I5")
def test_leave_keeps_the_former_institution():
    """Who waits to be taken in still belongs to the area of the institution that let go."""
    gone = after("attached", "leave", Leave(LeaveReason.RETIRED), by=("institution", "own"))

    assert attrs.evolve(DOCTOR, leave_reason=LeaveReason.RETIRED) == gone


@pytest.mark.manual("S-50")
def test_take_in_chooses_the_department_again():
    """The old department does not come along (手册 2.2.5); the day is kept, for the registration is there since."""
    record = attrs.evolve(DOCTOR, department_id="old", leave_reason=LeaveReason.RESIGNED)
    taken = after("unattached", "take_in", TakeIn("clinic"), record, ("institution", "any"))

    assert attrs.evolve(DOCTOR, institution_id="clinic", entered_on=date(2023, 12, 1)) == taken


def test_end_keeps_its_reason():
    """Why somebody is gone is kept."""

    assert EndReason.DEATH is after("attached", "end", End(EndReason.DEATH)).end_reason


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "name-missing"),
        ({"name": "18811594425", "phone": "13800138000"}, "name-malformed"),
        ({"id_number": "450103198001011234"}, "id-check-digit"),
        ({"phone": "123"}, "phone-malformed"),
        ({"qualification_number": "1" * 25}, "qualification-length"),
        ({"licence_number": "1" * 14}, "licence-length"),
        ({"title": "x" * 201}, "text-too-long"),
    ],
)
def test_new_physician_is_checked(changes, code):
    """Name and number must be there; whatever else is given must be valid."""
    with pytest.raises(InputInvalid) as refused:
        new(**changes)

    assert [code] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"phone": "123"}, "phone-malformed"),
        ({"name": "18811594425"}, "name-malformed"),
        ({"title": "x\0"}, "text-control"),
    ],
)
def test_edit_is_checked(changes, code):
    """Whatever is given must be valid."""
    with pytest.raises(InputInvalid) as refused:
        EditPhysician(**changes)

    assert [code] == [problem.code for problem in refused.value.problems]
