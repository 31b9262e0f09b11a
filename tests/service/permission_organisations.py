"""Who applies to assess, and who has an account, in the world of the permissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.affiliation.events import Merge
from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify, OpenPermission, SaveMaterial
from kaohe_workflow.lifecycles.assessment.events import Enrol
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.enrolment_lists import approving_lists, hand_in_list
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.terms import AccountKind, OrganisationKind, ReturnCode
from tests.service.callers import Caller
from tests.service.conftest import Site
from tests.service.permission_aftermath import Course, colleague
from tests.service.permission_places import Subject

Decision = Callable[[World, str], object]


def _lose(world: World, case_id: str) -> None:
    lost = Disqualify((Fault.FRAUD,), 2)
    by = colleague(world.county)
    world.send(by, "agency_application", case_id, "disqualify", lost, reason="弄虚作假")


def _decided(event: str) -> Decision:
    def decide(world: World, case_id: str) -> None:
        world.send(world.county, "agency_application", case_id, event, reason="材料不全")

    return decide


def _correct(world: World, case_id: str) -> None:
    _decided("pass")(world, case_id)
    _decided("order_correction")(world, case_id)


def _pass_and_lose(world: World, case_id: str) -> None:
    _decided("pass")(world, case_id)
    _lose(world, case_id)


APPLICANTS: Mapping[str, Decision] = {
    "may_apply": lambda _world, _id: None,
    "not_opened": _decided("close_permission"),
    "submitted": lambda _world, _id: None,
    "returned": _decided("return"),
    "refused": _decided("refuse"),
    "approved": _decided("pass"),
    "correcting": _correct,
    "disqualified": _pass_and_lose,
}
"""State of an application to assess → what the county decides about it; one institution of the county for each."""

UNSENT = frozenset({"may_apply", "not_opened"})
"""States of an application that nobody has handed in."""


def apply_some(course: Course) -> None:
    """One institution for each state of an application; the applicants are kept with those who report."""
    world = course.journeys.world
    for state, decide in APPLICANTS.items():
        applicant = make_organisation(
            world.application, world.county, world.county, f"申请机构{state}", OrganisationKind.MEDICAL
        )
        permitted = OpenPermission(str(applicant.organisation_id), world.cycle_id)
        case_id = world.send(world.county, "agency_application", None, "open_permission", permitted).id
        if state not in UNSENT:
            world.send(applicant, "agency_application", case_id, "save_material", SaveMaterial(MATERIAL))
            world.send(applicant, "agency_application", case_id, "submit")
        decide(world, case_id)
        course.reporters[case_id] = applicant


LISTS = ("approved", "returned")
"""States of lists of who takes part of institutions of the county, one each; the hospital's own waits."""


def list_some(course: Course) -> None:
    """The county, which assesses there, approves one list and returns one; one waits for the hospital's agency."""
    world = approving_lists(course.journeys.world)
    hand_in_list(world)
    for state in LISTS:
        home = make_organisation(
            world.application, world.county, world.county, f"报送机构{state}", OrganisationKind.MEDICAL
        )
        traveller = course.journeys.newcomer(home)
        world.send(home, "assessment", traveller.case_id, "enrol", Enrol())
        list_id = hand_in_list(world, home)
        if state == "approved":
            world.send(world.county, "enrolment_list", list_id, "approve")
        else:
            wrong = Return(ReturnCode.WRONG)
            world.send(world.county, "enrolment_list", list_id, "return", wrong, reason="漏报一人")
        course.reporters[list_id] = home


LONELY = ("无名医院", "旧医院")
"""Names of institutions of the county that nobody has to do with: one without a profile, one that is closed."""


def found_some(course: Course) -> None:
    """Lonely institutions; others, and counties, of which somebody has a session: one without a profile, one closed."""
    world = course.journeys.world
    for closed, name in enumerate(LONELY):
        _found(world, world.county, name, OrganisationKind.MEDICAL, closed=bool(closed))
        for place, (superior, kind) in _founded(world).items():
            founded = _found(world, superior, f"{name}之{place}", kind, closed=bool(closed))
            course.founded[str(founded.organisation_id)] = (place, founded)


def _founded(world: World) -> Mapping[str, tuple[Principal, OrganisationKind]]:
    return {
        "reporter": (world.county, OrganisationKind.MEDICAL),
        "bureau": (world.city, OrganisationKind.COUNTY),
    }


def _found(
    world: World, superior: Principal, name: str, kind: OrganisationKind, *, closed: bool
) -> Principal:
    made = CreateInstitution(superior_id=str(superior.organisation_id), name=name, kind=kind)
    id = world.send(superior, "institution", None, "create", made).id
    if closed:
        world.send(superior, "institution", id, "close", reason="停业")
    return attrs.evolve(
        superior,
        account_id=f"account-of-{id}",
        organisation_id=id,
        organisation_kind=kind,
        path=f"{superior.path}{id}/",
        operator_id=f"person-of-{id}",
    )


def merge_some(course: Course) -> None:
    """One person has two records, of which one is kept."""
    journeys, world = course.journeys, course.journeys.world
    kept, merged = journeys.newcomer(), journeys.newcomer()
    into = Merge(kept.physician_id)
    world.send(colleague(world.county), "affiliation", merged.physician_id, "merge", into, reason="重复建档")
    course.kept[merged.physician_id] = kept.physician_id


def accounts_of_organisations(site: Site, department: str) -> Iterator[tuple[Subject, Caller | None]]:
    """
    An account in each state: one that several people of the hospital share, one of its operators, one of the county's
    office, and one of an auditor there; with the session of whoever has one.
    """
    hospital, county = site.world.hospital, site.world.county
    kinds: Mapping[str, tuple[Principal, Mapping[str, object]]] = {
        "shared": (hospital, {"shared": True}),
        "operator": (hospital, {"operator_id": "one-operator", "department_ids": (department,)}),
        "office": (county, {"operator_id": "one-official"}),
        "audit": (county, {"operator_id": "one-auditor", "kind": AccountKind.AUDITOR}),
    }
    for place, (organisation, more) in kinds.items():
        for state in ("not_activated", "active", "disabled"):
            given = {"kind": AccountKind.ORGANISATION, "login": f"{place}-{state}"} | dict(more)
            made = CreateAccount(institution_id=str(organisation.organisation_id), **given)  # type: ignore[arg-type]
            id = site.world.send(SYSTEM, "account", None, "create", made).id
            if state == "disabled":
                site.world.send(colleague(site.world.city), "account", id, "disable", reason="不再使用")
            session = site.session_of(id, f"{place}-{state}") if state == "active" else None
            yield Subject("account", "accounts", id, state, None, place), session
