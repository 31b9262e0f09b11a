"""A case for each row of a department, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from kaohe_workflow.lifecycles.department.events import CreateDepartment, EditDepartment
from kaohe_workflow.testing.organisations import MEDICINE, NOW, DepartmentAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

INSTITUTION = ("institution", "own")
CREATE = CreateDepartment("hospital", "内科", ("03",))
EDIT = EditDepartment("心内科", ("03", "03.04"))


def case(state, event, target, record=MEDICINE, *, refused=None, **more):
    """A row's case: the department in a state, the event sent to it, and what refuses it."""
    return RowCase(
        trial=Trial(lifecycle="department", state=state, record=record),
        sending=Sending(event=event, by=INSTITUTION, now=NOW, around=DepartmentAround(), **more),
        target=target,
        refused=refused or {},
    )


TAKEN = {"around": DepartmentAround(other_names=frozenset({"内科", "心内科"}))}
UNKNOWN = DepartmentAround(known_subjects=frozenset({"04"}))
EMPTY = {
    "no_physicians": {"around": DepartmentAround(has_physicians=True)},
    "no_draft": {"around": DepartmentAround(has_drafts=True)},
    "no_filing": {"around": DepartmentAround(has_filings=True)},
}
CASES = (
    case(
        "none",
        "create",
        "enabled",
        None,
        payload=CREATE,
        refused={
            "institution_open": {"around": DepartmentAround(institution_state="closed")},
            "name_free": TAKEN,
            "subjects_known": {"around": UNKNOWN},
        },
    ),
    *(
        case(
            state,
            "edit",
            state,
            payload=EDIT,
            refused={"name_free": TAKEN, "subjects_known": {"around": UNKNOWN}},
        )
        for state in ("enabled", "disabled")
    ),
    case("enabled", "disable", "disabled"),
    case("disabled", "enable", "enabled"),
    *(case(state, "delete", "deleted", refused=EMPTY) for state in ("enabled", "disabled")),
)
