"""Two cycles side by side: who is entrusted in one is nobody in the other, where the superior acts (手册 2.2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.queries.assessors import Committee
from kaohe_workflow.application.queries.home import Home
from kaohe_workflow.errors import InputInvalid, NotFound
from kaohe_workflow.lifecycles.agency_application.case import CommitteePosition, Fault
from kaohe_workflow.lifecycles.agency_application.events import (
    Disqualify,
    OpenPermission,
    ReportCorrection,
    SaveCommittee,
    SaveMaterial,
    Seat,
)
from kaohe_workflow.lifecycles.assessment.events import Enrol, Submit
from kaohe_workflow.lifecycles.cycle.events import CreateCycle
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.journeys import GOOD, Journeys, Traveller
from kaohe_workflow.testing.worlds import World, filing, make_organisation
from kaohe_workflow.values.attachment import AttachmentId
from kaohe_workflow.values.terms import OrganisationKind
from tests.unit.application.world.steps import case_of, refused, shifted

FIRST, SECOND = "first", "second"
REPORT = ReportCorrection((AttachmentId("report"),))
FILED_ON = date(2023, 12, 9)
"""Registration and review are open in both cycles, institutions have applied in both."""


@attrs.frozen
class Beside:
    """A world with two cycles of which the windows overlap, and a physician whose files wait in both."""

    journeys: Journeys
    cycles: Mapping[str, str]

    @property
    def world(self) -> World:
        return self.journeys.world

    def application(self, of: str) -> str | None:
        """The agency's application for a cycle."""
        filters = {
            "institution_id": str(self.world.agency.organisation_id),
            "cycle_id": self.cycles[of],
        }
        rows = self.world.application.lists.page(self.world.province, "agency-applications", filters).rows
        return next((str(row["id"]) for row in rows), None)

    def permitted(self) -> str:
        opened = OpenPermission(str(self.world.agency.organisation_id), self.cycles[SECOND])
        made = self.world.send(self.world.county, "agency_application", None, "open_permission", opened).id
        self.world.send(
            self.world.agency, "agency_application", made, "save_material", SaveMaterial(MATERIAL)
        )
        return made

    def submitted(self) -> str:
        made = self.permitted()
        self.world.send(self.world.agency, "agency_application", made, "submit")
        return made

    def approved(self) -> str:
        made = self.submitted()
        self.world.send(self.world.county, "agency_application", made, "pass")
        return made

    def files(self) -> dict[str, str]:
        """The files of one physician that wait for the agency's review, by cycle."""
        self.journeys.not_before(FILED_ON)
        person = self.journeys.newcomer()
        return {of: self._file(person, cycle) for of, cycle in self.cycles.items()}

    def _file(self, person: Traveller, cycle_id: str) -> str:
        world, filters = self.world, {"physician_id": person.physician_id, "cycle_id": cycle_id}
        rows = world.application.lists.page(world.province, "assessments", filters).rows
        case_id = str(rows[0]["id"])
        world.send(world.hospital, "assessment", case_id, "enrol", Enrol())
        world.send(
            person.principal, "assessment", case_id, "submit", Submit(filing(self.journeys.department_id))
        )
        world.send(world.hospital, "assessment", case_id, "submit_opinion", GOOD)
        return case_id

    def reminded(self, reader: Principal) -> set[str]:
        """The cycles of which a reader was reminded that files wait for the agency's review."""
        texts = [one.text for one in self.world.application.inbox.page(reader, limit=200).notices]
        names = {FIRST: "第一周期", SECOND: "第二周期"}
        return {
            of
            for of, name in names.items()
            if any(name in one and "复核" in one and "份" in one for one in texts)
        }

    def listed(self, reader: Principal) -> set[str]:
        """The ids of the files that wait for the agency and that a reader's list has."""
        filters = {"state": "awaiting_agency_review"}
        page = self.world.application.lists.page(reader, "assessments", filters, limit=100)
        return {str(row["id"]) for row in page.rows}

    def waiting(self, reader: Principal) -> dict[str, int]:
        """How many files the home page says wait for a reader as the agency, by cycle."""
        found = {one.cycle_id: one for one in self.world.application.home.show(reader).cycles}
        return {of: found[id].general_agency_awaiting for of, id in self.cycles.items()}


@pytest.fixture
def beside(stored: Journeys) -> Beside:
    """Two running cycles; the agency is entrusted in the first."""
    world = stored.world
    payload = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(5)
    )
    second = world.send(world.province, "cycle", None, "create", payload).id
    world.send(world.province, "cycle", second, "publish")
    world.at(date(2023, 12, 1))
    return Beside(stored, {FIRST: world.cycle_id, SECOND: second})


def _called(home: Home) -> str:
    """Whom the home page says to call as the agency."""
    return next(one.organisation for one in home.contacts if one.role == "agency")


def _name(world: World, organisation: Principal) -> str:
    found: str = case_of(world, "institution", str(organisation.organisation_id)).record.name
    return found


def _assigned(world: World) -> str | None:
    """Whom the hospital names as its agency."""
    found: str | None = case_of(world, "institution", str(world.hospital.organisation_id)).record.agency_id
    return found


def _disqualified(beside: Beside, of: str) -> None:
    second = attrs.evolve(beside.world.county, account_id="account-of-second", operator_id="second")
    lost = Disqualify((Fault.FRAUD,), 2)
    case_id = beside.application(of)
    beside.world.send(second, "agency_application", case_id, "disqualify", lost, reason="弄虚作假")


def _resigned(beside: Beside, of: str) -> None:
    world = beside.world
    world.send(world.county, "agency_application", beside.application(of), "resign", reason="不再承担")


def _approved_and_disqualified(beside: Beside) -> None:
    beside.approved()
    _disqualified(beside, SECOND)


def _approved_and_resigned(beside: Beside) -> None:
    beside.approved()
    _resigned(beside, SECOND)


def _refused(beside: Beside) -> None:
    world = beside.world
    world.send(world.county, "agency_application", beside.submitted(), "refuse", reason="条件不符")


def _returned(beside: Beside) -> None:
    world = beside.world
    world.send(world.county, "agency_application", beside.submitted(), "return", reason="材料不全")


def _expired(beside: Beside) -> None:
    made = beside.permitted()
    beside.world.at(FILED_ON)
    assert "expired" == beside.world.state_of("agency_application", made)


WITHOUT: Mapping[str, Callable[[Beside], object]] = {
    "disqualified": _approved_and_disqualified,
    "resigned": _approved_and_resigned,
    "refused": _refused,
    "returned": _returned,
    "submitted": Beside.submitted,
    "expired": _expired,
    "never": lambda _: None,
}
"""How it comes that the agency has no application that stands for the second cycle."""


@pytest.mark.manual("R-29.1")
@pytest.mark.parametrize("how", WITHOUT)
def test_no_agency_assesses_in_a_cycle_in_which_it_is_not_entrusted(beside: Beside, how: str) -> None:
    """Its application for the first cycle stands; the file of the second goes to the administration above at once."""
    world = beside.world
    WITHOUT[how](beside)
    files = beside.files()
    listed = {reader: beside.listed(reader) for reader in (world.agency, world.county)}
    waiting = [beside.waiting(reader) for reader in (world.agency, world.county)]

    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", files[SECOND], "pass")
    with pytest.raises(NotFound):
        world.application.cases.get(world.agency, "assessment", files[SECOND])
    assert {files[FIRST]} == listed[world.agency]
    assert set(files.values()) == listed[world.county]
    assert [{FIRST: 1, SECOND: 0}, {FIRST: 0, SECOND: 1}] == waiting
    assert "awaiting_assessment" == world.send(world.county, "assessment", files[SECOND], "pass").state
    assert "awaiting_assessment" == world.send(world.agency, "assessment", files[FIRST], "pass").state
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-29.1")
def test_who_resigns_in_one_cycle_stays_in_the_next(beside: Beside) -> None:
    """The other way round: the file of the first cycle goes to the administration, that of the second does not."""
    world = beside.world
    beside.approved()
    files = beside.files()
    _resigned(beside, FIRST)
    listed = beside.listed(world.agency)

    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", files[FIRST], "pass")
    assert {files[SECOND]} == listed
    assert "awaiting_assessment" == world.send(world.county, "assessment", files[FIRST], "pass").state
    assert "awaiting_assessment" == world.send(world.agency, "assessment", files[SECOND], "pass").state


@pytest.mark.manual("R-29.1")
def test_who_is_disqualified_in_one_cycle_is_so_in_the_next(beside: Beside) -> None:
    """Two cycles or more (考核办法 第二十九条): what was approved for the next one ends too, and with it everything."""
    world = beside.world
    beside.approved()
    files = beside.files()
    _disqualified(beside, FIRST)

    assert set() == beside.listed(world.agency)
    for file in files.values():
        with pytest.raises(NotFound):
            world.send(world.agency, "assessment", file, "pass")
        assert "awaiting_assessment" == world.send(world.county, "assessment", file, "pass").state


def test_files_go_with_the_application_to_the_moment(beside: Beside) -> None:
    """What was passed before stands; what waits goes back and forth with the application, correction included."""
    world = beside.world
    application = beside.submitted()
    before = beside.files()[SECOND]
    unentrusted = beside.waiting(world.agency)[SECOND]
    world.send(world.county, "agency_application", application, "pass")
    entrusted = beside.waiting(world.agency)[SECOND]
    passed = world.send(world.agency, "assessment", before, "pass").state
    world.send(world.county, "agency_application", application, "order_correction", reason="公示不及时")
    correcting = world.send(world.agency, "assessment", beside.files()[SECOND], "pass").state
    after = beside.files()[SECOND]
    _resigned(beside, SECOND)

    assert (0, 1) == (unentrusted, entrusted)
    assert ["awaiting_assessment"] * 2 == [passed, correcting]
    assert "awaiting_assessment" == world.state_of("assessment", before)
    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", after, "pass")


def test_who_assesses_in_a_cycle_is_told_and_reminded_of_it(beside: Beside) -> None:
    """Notices of a file and reminders of what waits go to the agency in its cycle, and to the superior in the other."""
    world = beside.world
    beside.files()
    files = beside.files()
    for file in files.values():
        world.send(world.hospital, "assessment", file, "recall")
    told = {
        reader: {one.case_id for one in world.application.inbox.page(reader, limit=200).notices}
        & set(files.values())
        for reader in (world.agency, world.county)
    }
    for day in (date(2024, 1, 9), date(2024, 1, 14)):
        world.at(day)

    assert {world.agency: {files[FIRST]}, world.county: {files[SECOND]}} == told
    assert {FIRST} == beside.reminded(world.agency)
    assert {SECOND} == beside.reminded(world.county)


def test_the_committee_of_a_cycle_is_that_of_who_assesses_in_it(beside: Beside) -> None:
    """Who may ask that a member stay out is shown the roster of the cycle; where an administration acts, none."""
    world = beside.world
    roster = SaveCommittee((Seat(name="李委员", position=CommitteePosition.MEMBER),))
    world.send(world.agency, "agency_application", beside.application(FIRST), "save_committee", roster)
    files = beside.files()
    found = {of: world.application.assessors.of(world.county, id) for of, id in files.items()}

    assert ("李委员",) == tuple(one.name for one in found[FIRST].members)
    assert Committee(None, ()) == found[SECOND]


def test_the_home_page_names_who_assesses_in_its_cycle(beside: Beside) -> None:
    """联系方式, of the cycle that it begins with: who is assigned if that acts there, else the administration."""
    world = beside.world
    home = world.application.home.show(world.hospital)
    beside.approved()
    after = world.application.home.show(world.hospital)

    assert (beside.cycles[SECOND], beside.cycles[SECOND]) == (home.current.cycle_id, after.current.cycle_id)
    assert (_name(world, world.county), _name(world, world.agency)) == (_called(home), _called(after))


def test_papers_name_who_assesses_in_their_cycle(beside: Beside) -> None:
    """考核机构 of a row is who acts in its cycle (手册 2.2.9), and rows are not counted by who is assigned."""
    world = beside.world
    files = beside.files()
    world.send(world.agency, "assessment", files[FIRST], "pass")
    world.send(world.county, "assessment", files[SECOND], "pass")
    rows = world.application.lists.page(world.province, "papers", {}, limit=200).rows

    with pytest.raises(InputInvalid):
        world.application.lists.count(world.province, "papers", {}, by=("agency_name",))
    assert {
        (beside.cycles[FIRST], _name(world, world.agency)),
        (beside.cycles[SECOND], _name(world, world.county)),
    } == {(row["cycle_id"], row["agency_name"]) for row in rows}


def test_whom_an_agency_leaves_in_one_cycle_is_told(beside: Beside) -> None:
    """It goes on in the other cycle, so that nothing is assigned anew; who acts now must be known all the same."""
    world = beside.world
    _approved_and_resigned(beside)
    world.settle()
    told = {
        reader: [
            one.text
            for one in world.application.inbox.page(reader, limit=200).notices
            if "第二周期" in one.text and "上级" in one.text
        ]
        for reader in (world.hospital, world.county, beside.journeys.elsewhere)
    }

    assert [1, 1, 0] == [len(texts) for texts in told.values()]
    assert world.agency.organisation_id == _assigned(world)


@pytest.mark.manual("R-29.1")
def test_who_is_to_correct_in_one_cycle_gets_nobody_new(beside: Beside) -> None:
    """Whoever were assigned now would be so in both cycles, though it is approved in the other."""
    world = beside.world
    application = beside.approved()
    clinic = make_organisation(
        world.application, world.county, world.county, "第三人民医院", OrganisationKind.MEDICAL
    )
    arguments = (world.county, "institution", str(clinic.organisation_id), "assign_agency")
    assign = AssignAgency(world.agency.organisation_id)
    world.send(world.county, "agency_application", application, "order_correction", reason="公示不及时")

    assert ["takes_new"] == refused(world, *arguments, assign)
    world.send(world.agency, "agency_application", application, "report_correction", REPORT)
    world.send(world.county, "agency_application", application, "accept_correction")
    assert "incomplete" != world.send(*arguments, assign).state


def test_past_results_are_asked_of_whom_the_agency_sees(beside: Beside) -> None:
    """历史考核结果 are those of physicians, whom an agency sees whatever cycle it acts in; it asks for no cycle."""
    world = beside.world

    assert () == tuple(world.application.lists.page(world.agency, "results", {}).rows)
