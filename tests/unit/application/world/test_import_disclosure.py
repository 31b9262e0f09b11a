"""A file of numbers finds nobody out: a preview tells what the institution may know, and a try is audited."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.intake.imported import Imported
from kaohe_workflow.application.intake.roster import ALREADY_ELSEWHERE, ALREADY_HERE
from kaohe_workflow.application.stored import Refusal
from kaohe_workflow.errors import TooManyTries, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import End, Leave
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import noon
from kaohe_workflow.values.terms import OrganisationKind

pytestmark = pytest.mark.manual("S-I6")

STRANGER = 500
FIRST_ROW = 3
"""Row 1 is the title, row 2 the headings."""


def nothing(journeys: Journeys, traveller: Traveller) -> None:
    """The physician stays attached."""


def leave(journeys: Journeys, traveller: Traveller) -> None:
    payload = Leave(LeaveReason.CHANGED_INSTITUTION)
    journeys.world.send(journeys.world.hospital, "affiliation", traveller.physician_id, "leave", payload)


def end(journeys: Journeys, traveller: Traveller) -> None:
    payload = End(EndReason.RETIRED)
    journeys.world.send(
        journeys.world.county, "affiliation", traveller.physician_id, "end", payload, reason="已核实"
    )


WAYS = pytest.mark.parametrize("way", [nothing, leave, end], ids=["attached", "unattached", "left"])
Way = Callable[[Journeys, Traveller], None]


def import_into(journeys: Journeys, principal: Principal, place: Principal, *indices: int) -> Imported:
    data = roster_workbook([roster_cells(person(index)) for index in indices])
    intake = journeys.world.application.intake
    return intake.import_roster(principal, str(place.organisation_id), data)


def previewed(
    journeys: Journeys, principal: Principal, place: Principal, *indices: int
) -> tuple[list[int], list[tuple[int, str, str]]]:
    """The good rows, and the bad ones with code and message."""
    data = roster_workbook([roster_cells(person(index)) for index in indices])
    found = journeys.world.application.intake.preview_roster(principal, str(place.organisation_id), data)
    bad = [(row.row, row.code, row.problems[0].message) for row in found.bad]
    return [row.row for row in found.good], bad


def refusals(journeys: Journeys, principal: Principal) -> list[Refusal]:
    with journeys.world.application.store.begin(write=False) as unit:
        return unit.refusals(principal.account_id)


@pytest.fixture
def known(journeys: Journeys) -> Traveller:
    """Person 0 is a physician of the hospital; the day is one on which lists are imported."""
    journeys.world.clock.set(noon(FILING_DAY))
    return journeys.newcomer()


@WAYS
def test_a_preview_tells_no_other_hospital_who_is_in_the_province(
    journeys: Journeys, known: Traveller, way: Way
) -> None:
    """Whoever has the number, and in whatever state: the preview is that of a number which nobody has."""
    way(journeys, known)
    elsewhere = journeys.elsewhere

    assert previewed(journeys, elsewhere, elsewhere, STRANGER) == previewed(journeys, elsewhere, elsewhere, 0)
    assert [] == refusals(journeys, elsewhere)


@WAYS
def test_an_import_says_the_same_of_everybody_who_is_taken(
    journeys: Journeys, known: Traveller, way: Way
) -> None:
    """调入 is the way for whoever is registered elsewhere; the try is a bad row, keeps nobody out, and is audited."""
    way(journeys, known)
    elsewhere = journeys.elsewhere

    imported = import_into(journeys, elsewhere, elsewhere, STRANGER, 0)

    assert ((FIRST_ROW,), ()) == (imported.done, imported.refused)
    assert [(FIRST_ROW + 1, "duplicate", f"证件号码：{ALREADY_ELSEWHERE}")] == [
        (row.row, row.code, row.message) for row in imported.bad
    ]
    assert 1 == len(refusals(journeys, elsewhere))


def test_a_whole_list_with_somebody_elses_physician_stays_out(journeys: Journeys, known: Traveller) -> None:
    """`whole`: nobody goes in, and the try is audited all the same."""
    elsewhere = journeys.elsewhere
    data = roster_workbook([roster_cells(person(index)) for index in (STRANGER, 0)])
    intake = journeys.world.application.intake
    imported = intake.import_roster(elsewhere, str(elsewhere.organisation_id), data, mode="whole")

    assert ((), [FIRST_ROW + 1]) == (imported.done, [row.row for row in imported.bad])
    assert 1 == len(refusals(journeys, elsewhere))


def test_the_institution_knows_its_own(journeys: Journeys, known: Traveller) -> None:
    """Who is attached here is told at once; who was let go from here comes back by 调入."""
    hospital = journeys.world.hospital
    attached = previewed(journeys, hospital, hospital, 0)
    leave(journeys, known)
    gone = previewed(journeys, hospital, hospital, 0)

    assert ([], [(FIRST_ROW, "duplicate", ALREADY_HERE)]) == attached
    assert ([], [(FIRST_ROW, "duplicate", ALREADY_ELSEWHERE)]) == gone


def renamed(journeys: Journeys, principal: Principal, place: Principal) -> list[str]:
    """What is said of the number of person 0 under another name, by a preview and by an import."""
    data = roster_workbook([roster_cells(person(0)) | {"name": "王五"}])
    intake, institution = journeys.world.application.intake, str(place.organisation_id)
    told = (
        intake.preview_roster(principal, institution, data),
        intake.import_roster(principal, institution, data),
    )
    return [row.problems[0].message for found in told for row in found.bad]


def test_another_name_of_a_known_number_is_told(journeys: Journeys, known: Traveller) -> None:
    """Where the person is attached, to the institution and to whoever is above it; the stored name is not repeated."""
    world = journeys.world
    message = f"{ALREADY_HERE}；与系统中该证件号码的姓名不符，请核对"

    assert [message] * 2 == renamed(journeys, world.hospital, world.hospital)
    assert [message] * 2 == renamed(journeys, world.province, world.hospital)


@WAYS
def test_another_name_is_told_to_nobody_else(journeys: Journeys, known: Traveller, way: Way) -> None:
    """A name with a number would find out whose it is: elsewhere the same is said of every name."""
    way(journeys, known)
    elsewhere = journeys.elsewhere

    assert [ALREADY_ELSEWHERE] == renamed(journeys, elsewhere, elsewhere)


def test_who_was_let_go_is_told_without_a_name(journeys: Journeys, known: Traveller) -> None:
    """The number is nobody's of this institution any more."""
    leave(journeys, known)
    hospital = journeys.world.hospital

    assert [ALREADY_ELSEWHERE] * 2 == renamed(journeys, hospital, hospital)


def test_an_administration_knows_its_range_and_no_more(journeys: Journeys, known: Traveller) -> None:
    """The county sees its hospital's physician in a list for another one of its own; its neighbour does not."""
    world = journeys.world
    here = previewed(journeys, world.county, world.agency, 0)
    there = previewed(journeys, journeys.neighbour, journeys.elsewhere, 0)

    assert ([], [(FIRST_ROW, "duplicate", ALREADY_ELSEWHERE)]) == here
    assert ([FIRST_ROW], []) == there


def import_whole(journeys: Journeys, *indices: int) -> Imported:
    data = roster_workbook([roster_cells(person(index)) for index in indices])
    institution = str(journeys.elsewhere.organisation_id)
    return journeys.world.application.intake.import_roster(
        journeys.elsewhere, institution, data, mode="whole"
    )


def outcome(imported: Imported) -> tuple[int, int, list[type]]:
    """How many went in, how many numbers are told to be taken, and what the other rows are refused with."""
    return len(imported.done), len(imported.bad), [type(row.error) for row in imported.refused]


def test_an_import_tells_as_many_as_are_looked_up(journeys: Journeys, known: Traveller) -> None:
    """Thirty at once, as 调入医师, whoever is let in with them; the rows after them are put off, free or taken."""
    others = [known, *(journeys.newcomer() for _ in range(30))]
    everybody = range(len(others))
    imported = import_into(
        journeys, journeys.elsewhere, journeys.elsewhere, STRANGER, *everybody, STRANGER + 1
    )
    again = import_into(journeys, journeys.elsewhere, journeys.elsewhere, 0, STRANGER + 1)

    assert (1, 30, [TooManyTries] * 2) == outcome(imported)
    assert (0, 0, [TooManyTries] * 2) == outcome(again)


def test_a_whole_list_that_stays_out_has_asked_for_its_free_numbers(
    journeys: Journeys, known: Traveller
) -> None:
    """Nothing is kept, so that a number is free was told for nothing: it counts, in the order of the list."""
    strangers = range(STRANGER, STRANGER + 31)
    imported = import_whole(journeys, *strangers[:29], 0, strangers[29])
    again = import_whole(journeys, strangers[30])

    assert (0, 1, [TooManyTries]) == outcome(imported)
    assert (0, 0, [TooManyTries]) == outcome(again)


def test_a_list_that_goes_in_has_asked_for_nothing(journeys: Journeys, known: Traveller) -> None:
    """More physicians than may be looked up, in either mode: all are on the own list now."""
    first = import_into(journeys, journeys.elsewhere, journeys.elsewhere, *range(STRANGER, STRANGER + 31))
    second = import_whole(journeys, *range(STRANGER + 31, STRANGER + 62))
    found = journeys.world.application.people.by_number(journeys.elsewhere, known.id_number)

    assert [(31, 0, [])] * 2 == [outcome(first), outcome(second)]
    assert found is not None


def test_where_nobody_can_come_in_nothing_is_told_of_the_numbers(
    journeys: Journeys, known: Traveller
) -> None:
    """An institution that is not in use lets nobody in, in either mode: a taken number is refused as a free one is."""
    county = journeys.world.county
    payload = CreateInstitution(
        superior_id=county.organisation_id, name="新医院", kind=OrganisationKind.MEDICAL
    )
    made = journeys.world.send(county, "institution", None, "create", payload)
    new = attrs.evolve(
        journeys.elsewhere, account_id="new", organisation_id=made.id, path=f"{county.path}{made.id}/"
    )
    imported = import_into(journeys, new, new, 0, STRANGER)
    taken, free = (row.error for row in imported.refused)

    assert ((), ()) == (imported.done, imported.bad)
    assert isinstance(taken, TransitionRefused)
    assert isinstance(free, TransitionRefused)
    assert free.reasons == taken.reasons
