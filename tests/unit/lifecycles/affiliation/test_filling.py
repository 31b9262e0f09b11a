"""What a file that was passed fills in, and what of it goes back (手册 2.2.5)."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.affiliation.actions import ACTIONS
from kaohe_workflow.lifecycles.affiliation.events import FillBlanks, Unfill
from kaohe_workflow.lifecycles.affiliation.facts import DepartmentView
from kaohe_workflow.lifecycles.shape import Moment, Step
from kaohe_workflow.testing.organisations import DOCTOR, NOW, AffiliationAround
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.terms import Category, Level

LEVELS, CATEGORIES = st.none() | st.sampled_from(Level), st.none() | st.sampled_from(Category)
WARDS = st.none() | st.sampled_from(["ward", "clinic"])


@given(
    st.builds(
        FillBlanks, assessment_id=st.just("file"), department_id=WARDS, level=LEVELS, category=CATEGORIES
    ),
    st.tuples(WARDS, LEVELS, CATEGORIES),
    st.none()
    | st.builds(
        DepartmentView, st.sampled_from(["hospital", "clinic"]), st.sampled_from(["enabled", "disabled"])
    ),
)
def test_what_was_filed_fills_blanks_alone(given, known, department):
    """What the roster knows stays; a department fills it only while it is an enabled one of the institution."""
    record = attrs.evolve(DOCTOR, department_id=known[0], level=known[1], category=known[2])
    filled = ACTIONS["fill_blanks"](record, by_system("fill_blanks", given, department))
    ward = given.department_id if department == DepartmentView("hospital", "enabled") else None

    assert (known[0] or ward, known[1] or given.level, known[2] or given.category) == (
        filled.department_id,
        filled.level,
        filled.category,
    )
    assert record == attrs.evolve(
        filled, department_id=known[0], level=known[1], category=known[2], filled=None
    )


def by_system(event, payload, department=None):
    """A step of the system with a physician who is attached."""
    return Step(
        case_id="case",
        event=event,
        source="attached",
        target="attached",
        payload=payload,
        around=AffiliationAround(department=department),
        moment=Moment(NOW, DEFAULTS),
        account_id="system",
    )


@given(
    st.builds(
        FillBlanks, assessment_id=st.just("file"), department_id=WARDS, level=LEVELS, category=CATEGORIES
    ),
    st.tuples(WARDS, LEVELS, CATEGORIES),
    st.none() | st.just(DepartmentView("hospital", "enabled")),
    LEVELS,
)
def test_what_a_recalled_pass_filled_in_goes_back(given, known, department, meanwhile):
    """The record is as before; what was written meanwhile stays, and so does what another file has filled in."""
    record = attrs.evolve(DOCTOR, department_id=known[0], level=known[1], category=known[2])
    filled = ACTIONS["fill_blanks"](record, by_system("fill_blanks", given, department))
    amended = attrs.evolve(filled, level=meanwhile) if meanwhile not in (None, filled.level) else filled
    kept = record if amended is filled else attrs.evolve(record, level=meanwhile)

    assert kept == ACTIONS["unfill"](amended, by_system("unfill", Unfill("file")))
    assert amended == ACTIONS["unfill"](amended, by_system("unfill", Unfill("another")))
