"""What a physician has filed fills the blanks of the roster when the agency has passed it, and changes nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.testing.journeys import FILING_DAY, GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import WINDOWS, filing
from kaohe_workflow.values.terms import Category, Level
from tests.unit.application.world.steps import case_of, cause_of_last, events_of, refused

BLANK: dict[str, Any] = {"level": None, "category": None}
FILED: dict[str, Any] = {"level": Level.ASSISTANT, "category": Category.DENTAL}


def roster(journeys: Journeys, traveller: Traveller) -> tuple[Any, Any, Any]:
    """Level, category and department, as the roster says."""
    record = case_of(journeys.world, "affiliation", traveller.physician_id).record
    return record.level, record.category, record.department_id


def passed(journeys: Journeys, known: dict[str, Any], **filed: Any) -> Traveller:
    """Somebody of whom the roster knows this, and whose file says that, at 待参加考核."""
    traveller = journeys.newcomer(**known)
    journeys.lead(traveller, "awaiting_assessment", **filed)
    return traveller


@pytest.mark.manual("S-48", "S-I6")
def test_fill_roster(stored: Journeys) -> None:
    """Level, category and department: in the list of physicians as on the file, by the system, for the pass."""
    traveller = passed(stored, BLANK, **FILED)
    filters = {"level": "assistant", "category": "dental", "department_id": stored.department_id}
    rows = stored.world.application.lists.page(stored.world.hospital, "physicians", filters).rows

    assert (Level.ASSISTANT, Category.DENTAL, stored.department_id) == roster(stored, traveller)
    assert [traveller.physician_id] == [row["id"] for row in rows]
    assert "fill_roster" == cause_of_last(stored.world, "affiliation", traveller.physician_id)
    assert () == stored.world.application.verification.run().findings


@pytest.mark.manual("S-48")
def test_what_the_roster_knows_stays(stored: Journeys) -> None:
    """A blank beside it is filled; where nothing is blank, nothing happens to the roster at all."""
    other = stored.world.department("外科")
    known = {"category": Category.DENTAL, "department_id": other}
    some = passed(stored, {"level": None, **known}, **FILED)
    full = passed(stored, {"level": Level.ASSISTANT, **known}, **FILED)

    assert (Level.ASSISTANT, Category.DENTAL, other) == roster(stored, some)
    assert (Level.ASSISTANT, Category.DENTAL, other) == roster(stored, full)
    assert ["add"] == events_of(stored.world, "affiliation", full.physician_id)


@pytest.mark.parametrize(
    "state",
    ["awaiting_institution_review", "awaiting_agency_review", "registration_returned", "returned_by_agency"],
)
def test_before_it_is_passed_the_roster_stays_blank(journeys: Journeys, state: str) -> None:
    """What was only filed, or only reviewed by the institution, may still be returned and filed otherwise."""
    traveller = journeys.newcomer(**BLANK)
    journeys.lead(traveller, state, **FILED)

    assert (None, None, None) == roster(journeys, traveller)


def test_what_the_file_does_not_say_stays_blank(journeys: Journeys) -> None:
    """The category need not be filed."""
    traveller = passed(journeys, BLANK, level=Level.ASSISTANT, category=None)

    assert (Level.ASSISTANT, None, journeys.department_id) == roster(journeys, traveller)


def test_nobody_is_put_into_a_department_that_is_out_of_use(stored: Journeys) -> None:
    """Disabled since it was filed: the rest is filled; once everything else is known, nothing is sent."""
    world = stored.world
    first = stored.newcomer(**BLANK)
    second = stored.newcomer()
    for traveller in (first, second):
        stored.lead(traveller, "awaiting_agency_review", level=Level.LICENSED, category=Category.CLINICAL)
    world.send(world.hospital, "department", stored.department_id, "disable")
    for traveller in (first, second):
        world.send(world.agency, "assessment", traveller.case_id, "pass")

    assert (Level.LICENSED, Category.CLINICAL, None) == roster(stored, first)
    assert ["add"] == events_of(world, "affiliation", second.physician_id)


def test_a_bulk_fills_each_with_the_own_file(stored: Journeys) -> None:
    """Passed together, of two departments; who is known is left alone."""
    world, other = stored.world, stored.world.department("外科")
    blank = [stored.newcomer(**BLANK) for _ in range(2)]
    known = stored.newcomer(department_id=other)
    stored.not_before(FILING_DAY)
    for traveller, department in zip((*blank, known), (stored.department_id, other, other), strict=True):
        case = ("assessment", traveller.case_id)
        world.send(world.hospital, *case, "enrol", Enrol())
        world.send(traveller.principal, *case, "submit", Submit(filing(department)))
        world.send(world.hospital, *case, "submit_opinion", GOOD)
    items = [Item(traveller.case_id) for traveller in (*blank, known)]
    done = world.application.door.send_many(world.agency, "assessment", "pass", items)

    assert [True] * 3 == [isinstance(one, Done) for one in done]
    assert [stored.department_id, other] == [roster(stored, one)[2] for one in blank]
    assert ["add"] == events_of(world, "affiliation", known.physician_id)
    assert () == world.application.verification.run().findings


def test_the_next_cycle_asks_no_more(journeys: Journeys) -> None:
    """Its registration has level and department from the roster, as the institution would have written them."""
    world = journeys.world
    traveller = passed(journeys, BLANK, **FILED)
    later = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    cycle = world.send(world.province, "cycle", None, "create", later).id
    world.send(world.province, "cycle", cycle, "publish")
    world.settle()
    page = world.application.lists.page(traveller.principal, "assessments", {"cycle_id": cycle})
    case = ("assessment", str(page.rows[0]["id"]))
    world.send(world.hospital, *case, "enrol", Enrol())
    world.send(traveller.principal, *case, "submit", Submit(filing("", level=None, category=None)))
    filed = case_of(world, *case).record.filing

    assert (Level.ASSISTANT, Category.DENTAL, journeys.department_id) == (
        filed.level,
        filed.category,
        filed.department_id,
    )


def test_a_file_of_another_cycle_that_says_otherwise_goes_back(journeys: Journeys) -> None:
    """Two cycles run: filed as 执业医师 in one and as 执业助理医师 in the other, one of them was filed wrongly."""
    world = journeys.world
    traveller = journeys.newcomer(**BLANK)
    later = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    cycle = world.send(world.province, "cycle", None, "create", later).id
    world.send(world.province, "cycle", cycle, "publish")
    world.settle()
    journeys.lead(traveller, "awaiting_agency_review", **FILED)
    page = world.application.lists.page(traveller.principal, "assessments", {"cycle_id": cycle})
    case = ("assessment", str(page.rows[0]["id"]))
    world.send(world.hospital, *case, "enrol", Enrol())
    other = Submit(filing(journeys.department_id, level=Level.LICENSED))
    world.send(traveller.principal, *case, "submit", other)
    world.send(world.agency, "assessment", traveller.case_id, "pass")

    assert "awaiting_assessment" == journeys.state(traveller)
    assert "registration_returned" == world.state_of(*case)
    assert "return_fallen_file" == cause_of_last(world, *case)


def test_what_was_filled_is_locked_as_if_written(journeys: Journeys) -> None:
    """From then on it is changed by 医师信息修改申请 alone (手册 2.2.2)."""
    world = journeys.world
    traveller = passed(journeys, BLANK, **FILED)
    reasons = refused(
        world,
        world.hospital,
        "affiliation",
        traveller.physician_id,
        "edit",
        EditPhysician(level=Level.LICENSED),
    )

    assert ["locked_kept"] == reasons


@pytest.mark.manual("S-48", "M: claim; recall one's own decision")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    knows_level=st.booleans(),
    category=st.none() | st.sampled_from(Category),
    in_ward=st.booleans(),
    filed=st.sampled_from([FILED, {"level": Level.LICENSED, "category": None}]),
)
def test_restore_roster(
    journeys: Journeys,
    knows_level: bool,
    category: Category | None,
    in_ward: bool,
    filed: dict[str, Any],
) -> None:
    """Passed and recalled, the roster is as it was, and so are list and checks; passed again it is filled again."""
    world = journeys.world
    home = journeys.department_id if in_ward else None
    level = filed["level"] if knows_level else None
    # Nobody files what the roster contradicts.
    known = category if category is None or filed["category"] is None else filed["category"]
    traveller = journeys.newcomer(level=level, category=known, department_id=home)
    journeys.lead(traveller, "awaiting_agency_review", **filed)
    case, at = ("assessment", traveller.case_id), ("affiliation", traveller.physician_id)
    before = case_of(world, *at).record
    world.send(world.agency, *case, "pass")
    filled = case_of(world, *at).record
    world.send(world.agency, *case, "recall")

    assert before == case_of(world, *at).record
    world.send(world.agency, *case, "pass")

    assert filled == case_of(world, *at).record
    assert () == world.application.verification.run().findings


def test_what_the_institution_wrote_after_the_pass_stays(journeys: Journeys) -> None:
    """Another department, chosen within the minutes of the recall, is no longer what was filled in."""
    world, other = journeys.world, journeys.world.department("外科")
    traveller = passed(journeys, BLANK, **FILED)
    edit = EditPhysician(department_id=other)
    world.send(world.hospital, "affiliation", traveller.physician_id, "edit", edit)
    world.send(world.agency, "assessment", traveller.case_id, "recall")

    assert (None, None, other) == roster(journeys, traveller)
