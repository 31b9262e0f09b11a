"""Sheets go through the one door: good rows in, bad rows named, nothing by halves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO

import attrs
import pytest
import xlsxwriter

from kaohe_workflow.application.intake.imported import Imported
from kaohe_workflow.application.intake.importing import Intake
from kaohe_workflow.application.intake.roster import ALREADY_HERE, RosterPreview
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.errors import InputInvalid, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.testing.journeys import (
    FILING_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.people import people, person
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import World, noon
from kaohe_workflow.values.terms import PaperKind, Stage

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def hospital_id(world: World) -> str:
    return str(world.hospital.organisation_id)


def attached(world: World) -> int:
    return world.application.lists.count(world.province, "physicians", {})[()]


def departments(world: World) -> set[str]:
    page = world.application.lists.page(world.hospital, "departments", {}, limit=50)
    return {str(row["name"]) for row in page.rows}


def mixed_list(count: int) -> bytes:
    """A list whose third row is bad and whose last row repeats the first."""
    cells = [roster_cells(one) for one in people(count, 400)]
    cells[2]["level"] = "主任"
    return roster_workbook([*cells, cells[0]])


@pytest.mark.manual("S-I6")
def test_good_rows_go_in_and_bad_ones_are_named(stored: Journeys) -> None:
    """批量导入医师: physicians, their accounts and cases; each bad row with its number in the sheet and its reason."""
    world = stored.world
    world.clock.set(noon(FILING_DAY))

    imported = world.application.intake.import_roster(world.hospital, hospital_id(world), mixed_list(6))

    # Row 1 is the title, row 2 the headings.
    assert ((3, 4, 6, 7, 8), (), ()) == (imported.done, imported.refused, imported.unknown)
    assert [(5, "level-unknown"), (9, "duplicate")] == [(row.row, row.code) for row in imported.bad]
    assert 5 == attached(world)
    assert 5 == world.application.lists.count(world.province, "assessments", {})[()]
    assert () == world.application.verification.run().findings


def test_a_whole_list_goes_in_whole_or_not_at_all(stored: Journeys) -> None:
    """`whole`: one bad row keeps everybody out, departments included."""
    world = stored.world
    world.clock.set(noon(FILING_DAY))
    intake = world.application.intake

    kept_out = intake.import_roster(
        world.hospital, hospital_id(world), mixed_list(6), mode="whole", create_departments=True
    )
    between = attached(world), departments(world)
    good = roster_workbook([roster_cells(one) for one in people(4, 400)])
    imported = intake.import_roster(
        world.hospital, hospital_id(world), good, mode="whole", create_departments=True
    )

    assert ((), 2) == (kept_out.done, len(kept_out.bad))
    assert (0, {"内科"}) == between
    assert (4, 4) == (len(imported.done), attached(world))


def test_departments_are_made_once(stored: Journeys) -> None:
    """Departments that the list names and the institution lacks are made; those it has are used."""
    world = stored.world
    world.clock.set(noon(FILING_DAY))
    cells = [roster_cells(one) for one in people(3, 400)]
    for cell, name in zip(cells, ("内科", "外科", "外科"), strict=True):
        cell["department"] = name

    world.application.intake.import_roster(
        world.hospital, hospital_id(world), roster_workbook(cells), create_departments=True
    )

    assert {"内科", "外科"} == departments(world)
    rows = world.application.lists.page(world.hospital, "physicians", {}).rows

    assert {"内科", "外科"} == {row["department"] for row in rows}


def department_notes(told: RosterPreview | Imported) -> list[tuple[int, str, str]]:
    return [(note.row, note.code, note.message) for note in told.warnings if note.column == "科室"]


def test_departments_that_are_not_in_use_stay_blank_and_are_told(journeys: Journeys) -> None:
    """Unless they are to be made, which a disabled one cannot be: the physician then chooses when filing."""
    world, intake = journeys.world, journeys.world.application.intake
    world.clock.set(noon(FILING_DAY))
    disabled = world.department("皮肤科")
    world.send(world.hospital, "department", disabled, "disable")
    names = ("内科", "外科", "皮肤科", "外科", None)
    cells = [
        roster_cells(one) | {"department": name} for one, name in zip(people(5, 400), names, strict=True)
    ]
    data = roster_workbook(cells)
    unknown = "本机构没有科室“外科”（导入时可选择新建），涉及2行：科室留空，由医师报名时选择"
    closed = "科室“皮肤科”已停用，涉及1行：科室留空，由医师报名时选择"
    both = [(4, "department-unknown", unknown), (5, "department-disabled", closed)]

    preview = intake.preview_roster(world.hospital, hospital_id(world), data)
    imported = intake.import_roster(world.hospital, hospital_id(world), data)

    assert (both, both) == (department_notes(preview), department_notes(imported))
    rows = world.application.lists.page(world.hospital, "physicians", {}).rows
    assert {"内科": 1, None: 4} == Counter(row["department"] for row in rows)


def test_departments_that_are_made_are_not_told(journeys: Journeys) -> None:
    """A disabled one is: nothing is made beside it."""
    world, intake = journeys.world, journeys.world.application.intake
    world.clock.set(noon(FILING_DAY))
    world.send(world.hospital, "department", world.department("皮肤科"), "disable")
    cells = [
        roster_cells(one) | {"department": name}
        for one, name in zip(people(2, 400), ("外科", "皮肤科"), strict=True)
    ]

    imported = intake.import_roster(
        world.hospital, hospital_id(world), roster_workbook(cells), create_departments=True
    )

    assert [(4, "department-disabled")] == [(row, code) for row, code, _ in department_notes(imported)]
    assert {"内科", "外科", "皮肤科"} == departments(world)


def test_who_is_there_already_is_a_bad_row(journeys: Journeys) -> None:
    """A second import of the same list adds nobody, and says why; so does the preview."""
    world = journeys.world
    world.clock.set(noon(FILING_DAY))
    data = roster_workbook([roster_cells(one) for one in people(2, 400)])
    intake = world.application.intake
    intake.import_roster(world.hospital, hospital_id(world), data)

    again = intake.import_roster(world.hospital, hospital_id(world), data)
    preview = intake.preview_roster(world.hospital, hospital_id(world), data)

    assert ((), ["duplicate"] * 2) == (again.done, [row.code for row in again.bad])
    assert again.bad == preview.bad


@pytest.mark.parametrize("who", ["elsewhere", "agency", "physician"])
def test_nobody_imports_into_another_institution(journeys: Journeys, who: str) -> None:
    """An import, and a preview, are for who could bring somebody there."""
    world = journeys.world
    traveller = journeys.newcomer()
    caller = {"elsewhere": journeys.elsewhere, "agency": world.agency, "physician": traveller.principal}[who]
    data = roster_workbook([roster_cells(person(400))])

    for ask in (world.application.intake.import_roster, world.application.intake.preview_roster):
        with pytest.raises((NotFound, NotPermitted)):
            ask(caller, hospital_id(world), data)

    assert 1 == attached(world)


def test_an_administration_adds_nobody_to_itself(journeys: Journeys) -> None:
    """新增医师 is for the institution, or for an administration above it: preview and import say the same."""
    world = journeys.world
    data = roster_workbook([roster_cells(person(400))])

    for ask in (world.application.intake.import_roster, world.application.intake.preview_roster):
        with pytest.raises(NotPermitted):
            ask(world.county, str(world.county.organisation_id), data)


@attrs.define
class ListeningStore:
    """A store that does something before a unit of work begins."""

    store: Store
    before: Callable[[], object]

    def begin(self, *, write: bool = True, wait: bool = True) -> UnitOfWork:
        self.before()
        return self.store.begin(write=write, wait=wait)

    def ready(self) -> None:
        self.store.ready()

    def close(self) -> None:
        self.store.close()


def listening(world: World, reading: Callable[[], object], writing: Callable[[], object]) -> Intake:
    """The world's imports, with something done before each unit of work that reads, or that writes."""
    intake, store = world.application.intake, world.application.store
    door = attrs.evolve(intake.door, store=ListeningStore(store, writing))
    return attrs.evolve(intake, store=ListeningStore(store, reading), door=door)


def test_a_list_is_read_before_others_have_to_wait(journeys: Journeys) -> None:
    """Who may, and what the list says, is asked while others write; the import itself only writes."""
    world = journeys.world
    world.clock.set(noon(FILING_DAY))
    seen: list[str] = []
    intake = listening(world, lambda: seen.append("read"), lambda: seen.append("write"))
    intake.import_roster(world.hospital, hospital_id(world), roster_workbook([roster_cells(person(400))]))

    assert ["read", "read", "write"] == seen


def test_who_came_in_meanwhile_is_a_bad_row(journeys: Journeys) -> None:
    """Good when the list was read, and there when it is written: told as a preview tells it now."""
    world = journeys.world
    world.clock.set(noon(FILING_DAY))
    data = roster_workbook([roster_cells(person(400))])
    first: list[Imported] = []

    def overtake() -> None:
        if not first:
            first.append(world.application.intake.import_roster(world.hospital, hospital_id(world), data))

    intake = listening(world, lambda: None, overtake)
    imported = intake.import_roster(world.hospital, hospital_id(world), data)

    assert ((3,), ()) == (first[0].done, imported.done)
    assert [ALREADY_HERE] == [row.problems[0].message for row in imported.bad]
    assert 1 == attached(world)


def test_a_file_that_is_no_list_is_refused(journeys: Journeys) -> None:
    """A sheet without the headings imports nothing."""
    world = journeys.world

    with pytest.raises(InputInvalid):
        world.application.intake.import_roster(
            world.hospital, hospital_id(world), roster_workbook([], headings={"phone": "电话"}, title=None)
        )


def scores(*rows: tuple[str, str, str, str]) -> bytes:
    """A score file: number, paper, stage, score."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([("证件号码", "试卷名称", "考核阶段", "成绩"), *rows]):
            for place, text in enumerate(row):
                sheet.write_string(number, place, text)
    return output.getvalue()


def both(traveller: Traveller, score: str = "75") -> list[tuple[str, str, str, str]]:
    return [
        (traveller.id_number, kind.label, Stage.FIRST.label, score) for kind in (HUMANITIES, PROFESSIONAL)
    ]


def test_scores_are_recorded_judged_and_settled(stored: Journeys) -> None:
    """成绩导入 after the lines: each paper is judged at once, each physician settled once."""
    world = stored.world
    travellers = [stored.to("awaiting_assessment") for _ in range(2)]
    world.at(RESULT_DAY)
    stored.publish(Stage.FIRST)
    rows = [*both(travellers[0]), *both(travellers[1], "12.5")]

    imported = world.application.intake.import_scores(world.province, scores(*rows))

    assert ((2, 3, 4, 5), ()) == (imported.done, imported.unknown)
    assert ["qualified", "awaiting_makeup_approval"] == [stored.state(one) for one in travellers]
    assert () == world.application.verification.run().findings


def test_a_row_without_an_open_paper_is_unknown(journeys: Journeys) -> None:
    """Nobody of this number, or no such paper: told apart from a score that is there already; the rest goes in."""
    world = journeys.world
    simplified = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(SITTING_DAY)
    stranger = (person(7777).id_number, HUMANITIES.label, Stage.FIRST.label, "80")

    first = world.application.intake.import_scores(world.province, scores(*both(simplified), stranger))
    again = world.application.intake.import_scores(world.province, scores(*both(simplified)))

    assert ((2,), (3, 4)) == (first.done, first.unknown)
    assert ((), (3,), [(2, "already-scored")]) == (
        again.done,
        again.unknown,
        [(row.row, row.code) for row in again.bad],
    )


def test_a_whole_score_file_with_an_unknown_row_stays_out(journeys: Journeys) -> None:
    """`whole`: nothing is recorded while any row is unknown."""
    world = journeys.world
    simplified = journeys.to("awaiting_assessment", **SIMPLIFIED)
    world.at(SITTING_DAY)

    imported = world.application.intake.import_scores(world.province, scores(*both(simplified)), mode="whole")

    assert ((), (3,)) == (imported.done, imported.unknown)
    assert {HUMANITIES: "not_sat"} == journeys.paper_states(simplified)


def test_who_may_not_know_of_a_paper_learns_nothing(journeys: Journeys) -> None:
    """A hospital of another county cannot find out by a score file who sits where: every row is unknown alike."""
    world = journeys.world
    sitting = journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)
    stranger = (person(7777).id_number, HUMANITIES.label, Stage.FIRST.label, "80")

    imported = world.application.intake.import_scores(journeys.elsewhere, scores(*both(sitting), stranger))

    assert ((), (), (2, 3, 4)) == (imported.done, imported.refused, imported.unknown)


def test_a_hospital_does_not_score_its_own(journeys: Journeys) -> None:
    """Who sees the papers but may not score them is told so, and the attempt is audited."""
    world = journeys.world
    sitting = journeys.to("awaiting_assessment")
    world.at(SITTING_DAY)

    imported = world.application.intake.import_scores(world.hospital, scores(*both(sitting)))

    assert [NotPermitted] * 2 == [type(row.error) for row in imported.refused]
    assert 2 == world.application.verification.run().refusals


def test_scores_before_the_sitting_are_refused(journeys: Journeys) -> None:
    """A score proves that a paper was sat: none before the window."""
    world = journeys.world
    sitting = journeys.to("awaiting_assessment")

    imported = world.application.intake.import_scores(world.province, scores(*both(sitting)))

    assert [TransitionRefused] * 2 == [type(row.error) for row in imported.refused]
