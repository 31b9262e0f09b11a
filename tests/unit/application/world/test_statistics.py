"""总体进度 and 考核统计: counted within the scope, rolled up by the tree, and the total is the sum of the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.queries.rates import Rate
from kaohe_workflow.application.queries.statistics import COUNTED, PAGED, Figures, Tally, area_of
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.lifecycles.assessment.case import FilingStep
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, OpenMakeup
from kaohe_workflow.testing.journeys import LAST_DAY, RESULT_DAY, SIMPLIFIED, Journeys
from kaohe_workflow.testing.worlds import WINDOWS
from kaohe_workflow.values.terms import AccountKind, Category, Level, Stage
from tests.unit.application.world.conftest import CountedStore
from tests.unit.application.world.steps import leave, record_of, take_in
from tests.unit.application.world.test_findings import confirm, report

STATES = (
    "not_enrolled",
    "awaiting_registration",
    "registration_returned",
    "awaiting_institution_review",
    "returned_by_agency",
    "awaiting_agency_review",
    "awaiting_assessment",
    "awaiting_makeup_approval",
    "awaiting_makeup",
    "qualified",
    "unqualified",
    "withdrawn",
    "deferred",
    "missed",
)


def sum_of(tallies: list[Tally]) -> Tally:
    """Column by column."""
    return Tally(*(sum(column) for column in zip(*map(attrs.astuple, tallies), strict=True)))


def figures(stored: Journeys, principal: Principal, by: str) -> Figures:
    return stored.world.application.statistics.figures(principal, stored.world.cycle_id, by)


def taking_part(stored: Journeys, principal: Principal, by: str) -> dict[str | None, int]:
    """Label → taking part."""
    return {line.label: line.tally.taking_part for line in figures(stored, principal, by).lines}


@pytest.fixture
def busy(stored: Journeys) -> Journeys:
    """Six of the hospital, five of them taking part, and one elsewhere who does not (yet)."""
    stored.newcomer()
    stored.newcomer(stored.elsewhere, level=Level.ASSISTANT, category=Category.TCM)
    stored.to("awaiting_agency_review", **SIMPLIFIED)
    stored.to("awaiting_institution_review")
    stored.to("registration_returned")
    stored.to("awaiting_registration")
    stored.to("qualified")
    return stored


STEPS = (None, *FilingStep)


@given(
    st.lists(
        st.dictionaries(st.tuples(st.sampled_from(STATES), st.sampled_from(STEPS)), st.integers(0, 99)),
        min_size=1,
    )
)
def test_a_tally_of_a_sum_is_the_sum_of_the_tallies(groups: list[dict[tuple[str, str | None], int]]) -> None:
    """Whatever the numbers, and who has filed takes part."""
    everybody = Counter[tuple[str, str | None]]()
    for numbers in groups:
        everybody.update(numbers)
    total = Tally.of(everybody)

    assert total == sum_of([Tally.of(numbers) for numbers in groups])
    assert total.finished == total.qualified + total.unqualified
    assert total.finished == sum(everybody[state, step] for state in DECIDED for step in STEPS)
    assert total.reviewed <= total.filed <= total.taking_part


@pytest.mark.manual("S-21")
@pytest.mark.parametrize(
    ("state", "step", "counted"),
    [
        ("not_enrolled", None, (0, 0, 0)),
        ("awaiting_registration", "enrolled", (1, 0, 0)),
        ("registration_returned", "enrolled", (1, 0, 0)),
        ("awaiting_institution_review", "filed", (1, 1, 0)),
        ("returned_by_agency", "filed", (1, 1, 0)),
        ("awaiting_agency_review", "reviewed", (1, 1, 1)),
        ("qualified", "reviewed", (1, 1, 1)),
        ("unqualified", "enrolled", (1, 0, 0)),
        ("unqualified", "filed", (1, 1, 0)),
        ("deferred", "enrolled", (1, 0, 0)),
        ("missed", None, (0, 0, 0)),
        ("missed", "enrolled", (1, 0, 0)),
        ("missed", "filed", (1, 1, 0)),
        ("missed", "reviewed", (1, 1, 1)),
        ("withdrawn", "reviewed", (0, 0, 0)),
    ],
)
def test_who_counts_as_taking_part_filed_and_reviewed(
    state: str, step: str | None, counted: tuple[int, int, int]
) -> None:
    """By how far the file has come, wherever the case has ended."""
    tally = Tally.of({(state, step): 1})

    assert counted == (tally.taking_part, tally.filed, tally.reviewed)


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_rate_is_rounded_down(passed: int, failed: int) -> None:
    """100 means all, and 0 of 0 is no rate."""
    done = FilingStep.REVIEWED
    percent = Tally.of({("qualified", done): passed, ("unqualified", done): failed}).passed.percent

    assert (percent is None) == (passed + failed == 0)
    assert (percent == 100) == (failed == 0 < passed)


@pytest.mark.parametrize(
    ("path", "above", "area"),
    [
        ("/p/c/k/h/", "/p/", "c"),
        ("/p/c/k/h/", "/p/c/", "k"),
        ("/p/c/k/h/", "/p/c/k/", "h"),
        ("/p/c/k/h/", "/p/c/k/h/", "h"),
        ("/p/c/", "/p/c/", "c"),
        ("/p/c/k/h/", "/p/c/k/h2/", "k"),
        ("/p/cc/k/h/", "/p/c/", "k"),
        ("/p/", "/p/c/", "p"),
        ("/p/c/k/h/", None, "p"),
    ],
)
def test_what_lies_below_is_rolled_up_to_the_next_organisation(
    path: str, above: str | None, area: str
) -> None:
    """By whole ids of the path; what lies elsewhere counts to its own superior."""

    assert area == area_of(path, above)


@pytest.mark.manual("N-3.12")
def test_every_heading_counts_the_same_people(busy: Journeys) -> None:
    """The total is the sum of the rows, under each heading and for each caller."""
    world = busy.world
    auditor = attrs.evolve(world.province, account_id="auditor", kind=AccountKind.AUDITOR)
    for principal in (world.province, world.city, world.county, world.hospital, world.agency, auditor):
        found = [figures(busy, principal, by) for by in COUNTED]

        assert [one.total for one in found] == [sum_of([line.tally for line in one.lines]) for one in found]
        assert {Tally(5, 3, 2, 1, 1, 0)} == {one.total for one in found}


@pytest.mark.manual("N-3.12")
def test_figures_are_rolled_up_upward(busy: Journeys) -> None:
    """The province sees its cities, a city its counties, a county its institutions, each with all that is below."""
    world = busy.world
    city, county, hospital = "市卫生健康委员会", "区卫生健康局", "第一人民医院"

    assert {city: 5} == taking_part(busy, world.province, "area")
    assert {county: 5, "邻区卫生健康局": 0} == taking_part(busy, world.city, "area")
    assert {hospital: 5} == taking_part(busy, world.county, "area")
    assert {hospital: 5} == taking_part(busy, world.hospital, "area")
    assert {county: 5} == taking_part(busy, world.agency, "area")


@pytest.mark.manual("N-3.12")
def test_figures_by_each_heading(busy: Journeys) -> None:
    """By institution, department, procedure, category and level; who has not filed has neither of the former two."""
    province = busy.world.province
    departments = figures(busy, province, "department").lines

    assert {"第一人民医院": 5, "第二人民医院": 0} == taking_part(busy, province, "institution")
    assert [("第一人民医院", "内科", 4), ("第一人民医院", None, 1), ("第二人民医院", None, 0)] == [
        (line.institution, line.label, line.tally.taking_part) for line in departments
    ]
    assert {"一般程序": 3, "简易程序": 1, None: 1} == taking_part(busy, province, "procedure")
    assert {"临床": 5, "中医": 0} == taking_part(busy, province, "category")
    assert {"执业医师": 5, "执业助理医师": 0} == taking_part(busy, province, "level")


def test_nobody_is_counted_whom_the_caller_does_not_see(busy: Journeys) -> None:
    """A neighbour has its own one, who takes no part; a physician counts only himself."""
    world = busy.world
    himself = busy.newcomer().principal

    assert {"第二人民医院": 0} == taking_part(busy, busy.neighbour, "institution")
    assert {"第一人民医院": 0} == taking_part(busy, himself, "institution")
    assert () == figures(busy, attrs.evolve(world.agency, path=None, organisation_id="other"), "level").lines


@pytest.mark.manual("N-3.12", "S-78")
def test_progress_has_every_state_and_the_rates_of_the_home_page(busy: Journeys) -> None:
    """Each 考核状态, with those that hold nobody; the rates are the home page's."""
    world = busy.world
    progress = world.application.statistics.progress(world.province, world.cycle_id)
    home = world.application.home.show(world.province)
    tally = progress.tally
    held: dict[str, Any] = {state: number for state, number in progress.states.items() if number}

    assert set(STATES) == set(progress.states)
    assert {
        "not_enrolled": 2,
        "awaiting_registration": 1,
        "registration_returned": 1,
        "awaiting_institution_review": 1,
        "awaiting_agency_review": 1,
        "qualified": 1,
    } == held
    assert (Rate(3, 5), Rate(2, 5), Rate(1, 5)) == (tally.registered, tally.examined, tally.done)
    assert (home.current.registered, home.current.reviewed, home.current.finished) == (
        tally.registered,
        tally.examined,
        tally.done,
    )


def pages(stored: Journeys, principal: Principal, by: str, limit: int) -> list[Figures]:
    """Every page, as a caller turns them."""
    statistics, found, after = stored.world.application.statistics, [], None
    while not found or after is not None:
        page = statistics.figures(principal, stored.world.cycle_id, by, after=after, limit=limit)
        found.append(page)
        after = page.next
    return found


@pytest.mark.manual("N-3.12")
@pytest.mark.parametrize("by", sorted(PAGED))
@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_pages_of_figures_hold_every_line_once_in_order(stored: Journeys, by: str, limit: int) -> None:
    """Lines as all at once, the total on each, also for a physician whose case lies where the physician is no more."""
    world = stored.world
    stored.newcomer(stored.elsewhere)
    stored.to("awaiting_institution_review")
    moved = stored.to("qualified")
    leave(stored, moved)
    take_in(stored, moved)
    auditor = attrs.evolve(world.province, account_id="auditor", kind=AccountKind.AUDITOR)
    organisations = (world.province, world.city, world.hospital, stored.neighbour, world.agency)
    callers = (*organisations, auditor, moved.principal)
    for principal in callers:
        whole, turned = figures(stored, principal, by), pages(stored, principal, by, limit)

        assert whole.lines == tuple(line for page in turned for line in page.lines)
        assert {whole.total} == {page.total for page in turned}
        assert whole.next is None


@pytest.mark.parametrize("by", sorted(set(COUNTED) - PAGED))
def test_headings_of_few_lines_are_whole(busy: Journeys, by: str) -> None:
    """A page of one row holds them all."""
    (page,) = pages(busy, busy.world.province, by, 1)

    assert figures(busy, busy.world.province, by) == page


@pytest.mark.parametrize(("limit", "accepted"), [(0, False), (1, True), (200, True), (201, False)])
def test_a_page_of_figures_has_up_to_200_organisations(
    journeys: Journeys, limit: int, accepted: bool
) -> None:
    """From 1 to 200, both included."""
    journeys.newcomer()
    if accepted:
        assert any(page.lines for page in pages(journeys, journeys.world.province, "institution", limit))
        return
    with pytest.raises(InputInvalid) as caught:
        pages(journeys, journeys.world.province, "institution", limit)

    assert ["limit-out-of-range"] == [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize("by", COUNTED)
def test_figures_are_one_grouped_count(journeys: Journeys, by: str) -> None:
    """No case of the physicians is read, however many there are."""
    journeys.to("awaiting_registration")
    store = CountedStore(journeys.world.application.store)
    statistics: Any = attrs.evolve(journeys.world.application.statistics, store=store)

    statistics.figures(journeys.world.province, journeys.world.cycle_id, by)

    assert {"count": 1, "page": 2} | ({"read": 1} if by == "area" else {}) == dict(store.asked)


def test_a_draft_and_an_unknown_cycle_are_not_found(journeys: Journeys) -> None:
    """Only the province may know of the draft of a cycle."""
    world = journeys.world
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), WINDOWS
    )
    draft = world.send(world.province, "cycle", None, "create", payload).id
    statistics = world.application.statistics
    for principal, cycle_id in ((world.hospital, draft), (world.city, draft), (world.province, "none")):
        with pytest.raises(NotFound):
            statistics.progress(principal, cycle_id)
        with pytest.raises(NotFound):
            statistics.figures(principal, cycle_id, "level")

    assert Tally.of({}) == statistics.figures(world.province, draft, "level").total


def test_an_unknown_heading_is_refused(journeys: Journeys) -> None:
    """With the code and the headings that there are."""
    with pytest.raises(InputInvalid) as caught:
        figures(journeys, journeys.world.province, "age")

    assert ["by-unknown"] == [problem.code for problem in caught.value.problems]


STEPS_OF_STATES = {
    "not_enrolled": None,
    "awaiting_registration": "enrolled",
    "awaiting_institution_review": "filed",
    "registration_returned": "enrolled",
    "returned_by_agency": "filed",
    "awaiting_agency_review": "reviewed",
    "awaiting_assessment": "reviewed",
    "awaiting_makeup_approval": "reviewed",
    "awaiting_makeup": "reviewed",
    "qualified": "reviewed",
    "unqualified": "reviewed",
}


@pytest.mark.manual("S-21")
@pytest.mark.parametrize(("state", "step"), STEPS_OF_STATES.items())
def test_how_far_the_file_has_come(journeys: Journeys, state: str, step: str | None) -> None:
    """What the rates go by, along the way to a result."""
    assert step == record_of(journeys.world, journeys.to(state)).filing_step


@pytest.mark.manual("S-21")
@pytest.mark.parametrize("recalled", [False, True])
def test_a_return_takes_the_review_back(journeys: Journeys, recalled: bool) -> None:
    """By the agency or the administration; a return that is recalled has taken nothing back."""
    world, traveller = journeys.world, journeys.to("returned_by_agency")
    before = record_of(world, traveller).filing_step
    if recalled:
        world.send(world.agency, "assessment", traveller.case_id, "recall")
    else:
        world.send(world.county, "assessment", traveller.case_id, "return_to_physician", reason="请重新填报")
    after = record_of(world, traveller).filing_step

    assert ("filed", "reviewed" if recalled else "enrolled") == (before, after)


@pytest.mark.manual("S-21")
def test_the_archive_makes_nobody_filed_or_reviewed(stored: Journeys) -> None:
    """Who has missed the cycle counts as before it; whom the institution never let in does not take part."""
    world = stored.world
    for state in ("not_enrolled", "awaiting_registration", "registration_returned"):
        stored.to(state)
    stored.to("awaiting_institution_review")
    stored.to("awaiting_agency_review")
    before = world.application.home.show(world.hospital)
    stored.not_before(RESULT_DAY)
    stored.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    stored.not_before(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    progress = world.application.statistics.progress(world.hospital, world.cycle_id)

    assert (Rate(2, 4), Rate(1, 4)) == (before.current.registered, before.current.reviewed)
    assert 5 == progress.states["missed"]
    assert (before.current.registered, before.current.reviewed) == (
        progress.tally.registered,
        progress.tally.examined,
    )


@pytest.mark.manual("S-21")
def test_a_finding_makes_nobody_filed_or_reviewed(stored: Journeys) -> None:
    """直接认定 of who has not filed: a result, and no file."""
    traveller = stored.to("awaiting_registration")
    report(stored, traveller)
    confirm(stored, traveller)
    home = stored.world.application.home.show(stored.world.hospital)

    assert (Rate(0, 1), Rate(0, 1), Rate(1, 1)) == (
        home.current.registered,
        home.current.reviewed,
        home.current.finished,
    )
