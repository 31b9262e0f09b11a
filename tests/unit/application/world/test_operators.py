"""
Named operators of an institution, each limited to some departments, beside the account that is shared (S-I13).

A ward's operator sees and decides what is about the ward's physicians, in every list, count, file, event and figure,
and nothing else; every step names the operator.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.errors import InputInvalid, KaoheError, NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.account.events import AssignDepartments, CreateAccount
from kaohe_workflow.lifecycles.affiliation.events import AddPhysician, EditPhysician
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.testing.journeys import FILING_DAY
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import AccountKind, Verdict

pytestmark = pytest.mark.manual("S-I13")

HERE, THERE = "450103198001011233", "450103198101011230"
GOOD = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)


@attrs.define
class House:
    """A hospital with two wards, a physician in each, both filed, and the operator of the first."""

    world: World
    wards: tuple[str, str]
    people: tuple[Principal, Principal]
    files: tuple[str, str]
    account_id: str

    @property
    def operator(self) -> Principal:
        """The first ward's operator, with the departments of the account as it is."""
        account = self.world.application.cases.get(self.world.hospital, "account", self.account_id)
        return attrs.evolve(
            self.world.hospital,
            account_id=self.account_id,
            operator_id=account.record.operator_id,
            department_ids=account.record.department_ids,
        )

    def rows(self, name: str, principal: Principal | None = None, **filters: str) -> list[Any]:
        """The ids of a list, as the operator sees it."""
        page = self.world.application.lists.page(principal or self.operator, name, filters, limit=50)
        return [row["id"] for row in page.rows]


@pytest.fixture(params=["memory:", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    """The same in both kinds of store."""
    url = "memory:" if request.param == "memory:" else f"sqlite:///{tmp_path / 'world.sqlite3'}"
    with World.open(url) as world:
        wards = world.department("内科"), world.department("外科")
        world.at(FILING_DAY)
        people = (
            world.physician(HERE, department_id=wards[0]),
            world.physician(THERE, "黄小红", department_id=wards[1]),
        )
        files = (world.file(people[0], wards[0]), world.file(people[1], wards[1]))
        made = world.send(world.hospital, "account", None, "create", operators(world, wards[:1]))
        yield House(world, wards, people, files, made.id)


def operators(world: World, departments: tuple[str, ...], **more: Any) -> CreateAccount:
    """The account of an operator of departments."""
    given = {"login": "ward-01", "operator_id": "li-07"} | more
    return CreateAccount(
        institution_id=str(world.hospital.organisation_id),
        kind=AccountKind.ORGANISATION,
        department_ids=departments,
        **given,
    )


def test_lists_and_counts_hold_the_own_departments(house: House) -> None:
    """Every list of people and files shows the ward's physician and not the other's; the office sees both."""
    counted = house.world.application.lists.count(house.operator, "assessments", {}, by=("state",))

    assert [house.files[0]] == house.rows("assessments")
    assert sorted(house.files) == sorted(house.rows("assessments", house.world.hospital))
    assert [house.people[0].physician_id] == house.rows("physicians")
    assert [] == house.rows("accounts")
    assert 1 == sum(counted.values())


@pytest.mark.parametrize("name", LISTS)
def test_no_list_shows_what_is_of_another_department(house: House, name: str) -> None:
    """Nothing that names the other physician, in any list; departments and the institution are there to read."""
    page = house.world.application.lists.page(house.operator, name, {}, limit=50)

    assert house.people[1].physician_id not in {row.get("physician_id") for row in page.rows}
    if name == "departments":
        assert set(house.wards) == {row["id"] for row in page.rows}


def test_a_file_of_another_department_is_not_found(house: House) -> None:
    """Neither the case nor its history nor its events; the own one is there with all of them."""
    cases, door = house.world.application.cases, house.world.application.door
    for look in (cases.get, cases.history, door.explain):
        with pytest.raises(NotFound):
            look(house.operator, "assessment", house.files[1])
        assert look(house.operator, "assessment", house.files[0])


def test_the_operator_decides_the_own_files_by_name(house: House) -> None:
    """The review of the own ward goes through, and its step names account and operator."""
    house.world.send(house.operator, "assessment", house.files[0], "submit_opinion", GOOD)
    with pytest.raises(NotFound):
        house.world.send(house.operator, "assessment", house.files[1], "submit_opinion", GOOD)
    with house.world.application.store.begin(write=False) as unit:
        case = unit.read("assessment", [house.files[0]])[house.files[0]]
        body = house.world.application.codec.parse(unit.history(case)[-1].body)

    assert "awaiting_agency_review" == house.world.state_of("assessment", house.files[0])
    assert (house.account_id, "li-07") == (body["actor"]["account"], body["actor"]["operator"])
    assert "li-07" in case.hands


def test_home_and_figures_count_the_own_departments(house: House) -> None:
    """待处理任务, rates and statistics are the ward's; nobody's queue as an agency is."""
    application, operator = house.world.application, house.operator
    home, whole = application.home.show(operator), application.home.show(house.world.hospital)
    figures = application.statistics.progress(operator, house.world.cycle_id)
    all_figures = application.statistics.progress(house.world.hospital, house.world.cycle_id)

    assert (1, 2) == (home.current.general_awaiting, whole.current.general_awaiting)
    assert (1, 2) == (home.current.registered.all, whole.current.registered.all)
    assert figures != all_figures


@pytest.mark.parametrize(
    ("lifecycle", "event", "payload"),
    [
        (
            "account",
            "create",
            lambda h: operators(h.world, h.wards[:1], login="ward-02", operator_id="wang-01"),
        ),
        (
            "department",
            "create",
            lambda h: CreateDepartment(h.world.hospital.organisation_id, "儿科", ("04",)),
        ),
        (
            "affiliation",
            "add",
            lambda h: AddPhysician(
                institution_id=h.world.hospital.organisation_id, name="新人", id_number="450103198201011238"
            ),
        ),
        (
            "amendment",
            "create",
            lambda h: CreateAmendment(
                physician_id=h.people[1].physician_id,
                field=LockedField.NAME,
                value="黄红",
                attachments=("a",),
            ),
        ),
    ],
)
def test_what_is_not_about_the_own_physicians_is_not_made(
    house: House, lifecycle: str, event: str, payload: Any
) -> None:
    """No account, no department, nobody new, and nothing about a physician of another ward."""
    with pytest.raises(KaoheError) as error:
        house.world.application.door.send(house.operator, lifecycle, None, event, payload(house))

    assert isinstance(error.value, NotFound | NotPermitted)


def test_no_account_is_opened_again(house: House) -> None:
    """Not the own physician's, not another operator's, not the own: whoever is limited gives no codes."""
    world, operator = house.world, house.operator
    rows = world.application.lists.page(world.hospital, "accounts", {}, limit=50).rows
    for row in rows:
        with pytest.raises((NotFound, NotPermitted, TransitionRefused)):
            world.application.accounts.issue_code(operator, str(row["id"]))


def test_nobody_is_looked_up_or_taken_in(house: House) -> None:
    """调入 is the institution's affair: whom it is about is of no department yet."""
    with pytest.raises(NotPermitted):
        house.world.application.people.by_number(house.operator, THERE)


def test_the_institutions_inbox_is_the_offices(house: House) -> None:
    """Notices to the institution are about all departments."""
    inbox = house.world.application.inbox

    assert () == inbox.page(house.operator).notices
    assert inbox.page(house.world.hospital).notices


def test_the_file_stays_with_the_department_it_names(house: House) -> None:
    """A registration that names the ward is the ward's, whatever the roster says later; list and case agree."""
    edited = EditPhysician(department_id=house.wards[1])
    house.world.send(house.world.hospital, "affiliation", house.people[0].physician_id, "edit", edited)

    assert [house.files[0]] == house.rows("assessments")
    assert [] == house.rows("physicians")
    assert house.world.application.cases.get(house.operator, "assessment", house.files[0])
    with pytest.raises(NotFound):
        house.world.application.cases.get(house.operator, "affiliation", house.people[0].physician_id)


def test_departments_may_be_assigned_anew(house: House) -> None:
    """By the institution: the next request sees the other ward and no more the first; never by the operator."""
    assigned = AssignDepartments(house.wards[1:])
    with pytest.raises((NotFound, NotPermitted)):
        house.world.send(house.operator, "account", house.account_id, "assign_departments", assigned)
    house.world.send(house.world.hospital, "account", house.account_id, "assign_departments", assigned)

    assert [house.files[1]] == house.rows("assessments")


def test_a_limit_is_not_taken_away(house: House) -> None:
    """An operator of no department would be one of all."""
    with pytest.raises(TransitionRefused):
        house.world.send(
            house.world.hospital, "account", house.account_id, "assign_departments", AssignDepartments(())
        )

    assert house.operator.is_limited


def test_departments_are_the_institutions_own(house: House) -> None:
    """Of another hospital, of none and a disabled one limit nobody."""
    world = house.world
    other = CreateDepartment(str(world.agency.organisation_id), "外科", ("04",))
    elsewhere = world.send(world.agency, "department", None, "create", other).id
    closed = world.department("旧科室")
    world.send(world.hospital, "department", closed, "disable")
    for id in (elsewhere, closed, "nowhere"):
        given = operators(world, (id,), login="ward-03", operator_id="wei-01")
        with pytest.raises(TransitionRefused):
            world.send(world.hospital, "account", None, "create", given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"shared": True}, "operator-unnamed"),
        ({"operator_id": None}, "operator-unnamed"),
        ({"department_ids": ("a", "a")}, "department-twice"),
        ({"department_ids": ("a", "\0")}, "text-control"),
    ],
)
def test_an_operator_is_one_person(given: dict[str, Any], code: str) -> None:
    """A shared account is limited to nothing; a department is named once."""
    whole = {
        "institution_id": "hospital",
        "kind": AccountKind.ORGANISATION,
        "login": "ward-01",
        "operator_id": "li-07",
        "department_ids": ("ward",),
    } | given
    with pytest.raises(InputInvalid) as error:
        CreateAccount(**whole)

    assert code in [problem.code for problem in error.value.problems]


def test_the_institution_makes_no_office_of_its_own(house: House) -> None:
    """An account for the whole of it comes from the superior (手册 2.2.1)."""
    given = CreateAccount(
        institution_id=str(house.world.hospital.organisation_id),
        kind=AccountKind.ORGANISATION,
        login="office-9",
    )
    with pytest.raises((TransitionRefused, NotPermitted)):
        house.world.send(house.world.hospital, "account", None, "create", given)


def test_an_operator_logs_in_with_the_own_departments(house: House) -> None:
    """The code comes from the institution; every request has the departments of the account as it stands."""
    accounts = house.world.application.accounts
    code = accounts.issue_code(house.world.hospital, house.account_id).code
    token = accounts.activate(accounts.log_in("ward-01", code).token, "Zhuang7x").token
    principal = accounts.authenticate(token)
    assert principal is not None
    house.world.clock.advance(timedelta(seconds=1))
    house.world.send(house.world.hospital, "account", house.account_id, "disable", reason="离职")

    assert (house.wards[:1], "li-07") == (principal.department_ids, principal.operator_id)
    assert accounts.authenticate(token) is None


def test_enrolling_is_the_own_departments(house: House) -> None:
    """允许报名 of somebody in the ward; of somebody in none it is the office's."""
    here = house.world.physician("450103198301011235", "陆小军", department_id=house.wards[0])
    nowhere = house.world.physician("450103198401011232", "覃小芳")
    house.world.send(house.operator, "assessment", house.world.assessment_of(here), "enrol", Enrol())
    with pytest.raises(NotFound):
        house.world.send(house.operator, "assessment", house.world.assessment_of(nowhere), "enrol", Enrol())
