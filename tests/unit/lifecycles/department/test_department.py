"""A department: who moves it, what its facts say, and what is kept."""

from __future__ import annotations

import attrs
import pytest

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.department.case import Department
from kaohe_workflow.lifecycles.department.events import CreateDepartment, EditDepartment
from kaohe_workflow.lifecycles.department.facts import DepartmentFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.organisations import MEDICINE, NOW, DepartmentAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from tests.unit.lifecycles.department.rows import CASES, INSTITUTION


@pytest.mark.manual("S-25")
@pytest.mark.parametrize("row", CASES, ids=str)
@pytest.mark.parametrize(
    "by",
    [
        ("institution", "any"),
        ("administration", "subtree"),
        ("province", "subtree"),
        ("agency", "assigned"),
        ("physician", "self"),
        ("system", "any"),
    ],
)
def test_other_roles_are_refused(row, by):
    """An institution's departments are its own affair (手册 2.2.3)."""
    outcome = row.trial.decide(attrs.evolve(row.sending, by=by))

    assert isinstance(outcome, Refused)
    assert outcome.not_permitted


@pytest.mark.parametrize("event", ["edit", "disable", "enable", "delete"])
def test_deleted_department_stays(event):
    """A deleted department is gone for good; its name is free for a new one."""
    row = next(row for row in CASES if row.sending.event == event)
    outcome = attrs.evolve(row.trial, state="deleted").decide(row.sending)

    assert isinstance(outcome, Refused)


@pytest.mark.manual("S-31", "S-29")
def test_department_with_a_physician_is_disabled_and_not_deleted():
    """With one physician in it deleting is refused and disabling allowed (手册 2.2.3)."""
    full = DepartmentAround(has_physicians=True)
    trial = Trial(lifecycle="department", state="enabled", record=MEDICINE)
    delete, disable = (
        trial.decide(Sending(event=event, by=INSTITUTION, now=NOW, around=full))
        for event in ("delete", "disable")
    )

    assert (Refused, "disabled") == (type(delete), disable.target)


def facts(payload=None, **around):
    """The facts of the department."""
    return DepartmentFacts(
        MEDICINE, payload or NoPayload(), DepartmentAround(**around), Moment(NOW, DEFAULTS)
    )


@pytest.mark.parametrize(
    ("state", "is_open"), [(None, False), ("incomplete", True), ("active", True), ("closed", False)]
)
def test_institution_is_open(state, is_open):
    """A department is made for an institution that is there and not closed, complete or not."""

    assert is_open is facts(institution_state=state).institution_open


@pytest.mark.parametrize(
    ("name", "free"), [("内科", True), ("外科", False), (" 外科 ", False), ("外 科", True)]
)
def test_name_is_unique_within_the_institution(name, free):
    """No two departments have one name; spaces around it make no other name."""

    assert free is facts(EditDepartment(name)).name_free


@pytest.mark.manual("S-25", "S-30")
@pytest.mark.parametrize(
    ("subjects", "known"), [(None, True), ((), True), (("03", "04"), True), (("03", "99"), False)]
)
def test_subjects_are_on_the_list(subjects, known):
    """One department links any number of known subjects, also none (手册 2.2.3)."""

    assert known is facts(EditDepartment("内科", subjects)).subjects_known


def test_nothing_to_judge_grants_nothing():
    """Without a name or subjects the facts about them refuse."""

    assert (False, False) == (facts().name_free, facts().subjects_known)


@pytest.mark.manual("S-25")
def test_create_makes_the_record():
    """The department is the institution's, with each subject once."""
    given = CreateDepartment("hospital", " 内科\t病区 ", ("03", "04", "03"))
    made = CASES[0].trial.send(attrs.evolve(CASES[0].sending, payload=given))

    assert Department("hospital", "内科 病区", ("03", "04")) == made.record


@pytest.mark.manual("S-28")
def test_edit_changes_name_and_subjects():
    """Editing replaces both."""
    changed = CASES[1].trial.send(CASES[1].sending)

    assert Department("hospital", "心内科", ("03", "03.04")) == changed.record


@pytest.mark.manual("S-28", "S-30")
@pytest.mark.parametrize(("given", "kept"), [(None, MEDICINE.subjects), ((), ()), (("04",), ("04",))])
def test_who_renames_a_department_keeps_its_subjects(given, kept):
    """Subjects that are not given stay; that there are none from now on is said (手册 2.2.3)."""
    sending = attrs.evolve(CASES[1].sending, payload=EditDepartment("心内科", given))

    assert kept == CASES[1].trial.send(sending).record.subjects


@pytest.mark.parametrize("name", ["", " \t"])
def test_name_is_required(name):
    """A department without a name is no department."""
    with pytest.raises(InputInvalid) as refused:
        CreateDepartment("hospital", name)

    assert ["name-missing"] == [problem.code for problem in refused.value.problems]
