"""An institution becomes an assessment institution, is one, and is none any more: over the store."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.agency_application.case import CommitteeShortfall, Fault, Rank, Shortfall
from kaohe_workflow.lifecycles.agency_application.events import (
    Disqualify,
    OpenPermission,
    ReportCorrection,
    SaveCommittee,
    SaveMaterial,
    Seat,
)
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.lifecycles.institution.case import Grade
from kaohe_workflow.lifecycles.institution.events import AssignAgency, SaveProfile
from kaohe_workflow.testing.agencies import MATERIAL
from kaohe_workflow.testing.journeys import CONFIRMING_DAY, LAST_DAY, RESULT_DAY, Journeys
from kaohe_workflow.testing.worlds import APPLICATION_DAY, WINDOWS, World, make_organisation
from kaohe_workflow.values.terms import OrganisationKind, Stage
from tests.unit.application.world.steps import case_of, cause_of_last, refused, second_cycle

FRAUD = Disqualify((Fault.FRAUD,), 2)


def permitted(world: World, institution: Principal) -> str:
    """The id of an application whose permission the county has just opened."""
    payload = OpenPermission(str(institution.organisation_id), world.cycle_id)
    return world.send(world.county, "agency_application", None, "open_permission", payload).id


def submitted(world: World, institution: Principal) -> str:
    """The id of an application that has been handed in."""
    world.at(APPLICATION_DAY)
    application = permitted(world, institution)
    world.send(institution, "agency_application", application, "save_material", SaveMaterial(MATERIAL))
    world.send(institution, "agency_application", application, "submit")
    return application


def is_agency(world: World, institution: Principal) -> bool:
    """Whether an institution is marked."""
    return bool(case_of(world, "institution", str(institution.organisation_id)).record.is_agency)


def agency_of(world: World, institution: Principal) -> str | None:
    """Whom an institution is assigned to."""
    found: str | None = case_of(world, "institution", str(institution.organisation_id)).record.agency_id
    return found


@pytest.mark.manual(
    "S-32", "S-33", "S-34", "S-35", "N-3.2", "M: open body-application permission, review it", "S-I1", "N-0.2"
)
def test_an_institution_applies_and_is_entrusted(stored: Journeys) -> None:
    """Permission, material within the window, agreement: from then on it may be assigned."""
    world = stored.world
    application = submitted(world, world.hospital)
    assign = AssignAgency(world.hospital.organisation_id)
    before = refused(
        world, world.county, "institution", world.hospital.organisation_id, "assign_agency", assign
    )
    world.send(world.county, "agency_application", application, "pass")
    world.send(world.county, "institution", world.hospital.organisation_id, "assign_agency", assign)
    (row,) = world.application.lists.page(
        world.hospital, "agency-applications", {"cycle_id": world.cycle_id}
    ).rows

    assert ["agency_approved"] == before
    assert is_agency(world, world.hospital)
    assert ("第一周期", "approved") == (row["cycle_name"], row["state"])
    assert row["submitted_at"] is not None
    assert row["decided_at"] is not None
    assert () == world.application.verification.run().findings


@pytest.mark.manual("R-9.1", "N-2.7")
def test_what_a_committee_lacks_is_told_and_blocks_nothing(journeys: Journeys) -> None:
    """An empty roster is noted with the submission, an incomplete one when it is written; both are entrusted."""
    world = journeys.world
    application = submitted(world, world.hospital)
    empty = case_of(world, "agency_application", application).record.committee_warnings
    world.send(world.county, "agency_application", application, "pass")
    roster = SaveCommittee((Seat(name="李委员", title="主治医师", rank=Rank.INTERMEDIATE),))
    world.send(world.hospital, "agency_application", application, "save_committee", roster)
    (member,) = case_of(world, "agency_application", application).record.committee
    lacking = case_of(world, "agency_application", application).record.committee_warnings

    assert (CommitteeShortfall.EMPTY,) == empty
    assert (Rank.INTERMEDIATE, False) == (member.rank, member.administers)
    assert (CommitteeShortfall.NO_HEALTH_ADMINISTRATOR,) == lacking
    assert "approved" == world.state_of("agency_application", application)


def test_nobody_applies_unasked(journeys: Journeys) -> None:
    """The permission is the administration's above, for its own institutions and for no administration."""
    world = journeys.world
    payload = OpenPermission(str(world.hospital.organisation_id), world.cycle_id)
    with pytest.raises(NotPermitted):
        world.send(world.hospital, "agency_application", None, "open_permission", payload)
    with pytest.raises(NotFound):
        world.send(journeys.neighbour, "agency_application", None, "open_permission", payload)
    office = OpenPermission(str(world.county.organisation_id), world.cycle_id)

    assert ["health_institution"] == refused(
        world, world.city, "agency_application", None, "open_permission", office
    )


def test_there_is_one_application_a_cycle(journeys: Journeys) -> None:
    """Once opened it is opened again, not anew."""
    world = journeys.world
    world.at(APPLICATION_DAY)
    application = permitted(world, world.hospital)
    payload = OpenPermission(str(world.hospital.organisation_id), world.cycle_id)
    arguments = (world.county, "agency_application")
    world.send(*arguments, application, "close_permission", reason="开错机构")

    assert ["only_application"] == refused(world, *arguments, None, "open_permission", payload)
    assert "may_apply" == world.send(*arguments, application, "open_permission", OpenPermission()).state


def test_its_agency_does_not_see_what_an_institution_applies_for(journeys: Journeys) -> None:
    """The agency assesses the hospital's physicians; the hospital's application is none of its business."""
    world = journeys.world
    world.at(APPLICATION_DAY)
    application = permitted(world, world.hospital)
    with pytest.raises(NotFound):
        world.application.cases.get(world.agency, "agency_application", application)
    listed = world.application.lists.page(world.agency, "agency-applications", {}).rows

    assert [world.agency.organisation_id] == [row["institution_id"] for row in listed]


@pytest.mark.manual("R-7.1")
@pytest.mark.parametrize(
    ("beds", "warnings"), [(None, (Shortfall.BEDS_UNKNOWN,)), (99, (Shortfall.FEW_BEDS,)), (100, ())]
)
def test_thresholds_warn_and_block_nothing(
    journeys: Journeys, beds: int | None, warnings: tuple[Shortfall, ...]
) -> None:
    """考核办法 第七条: the administration decides knowing that there are fewer than 100 beds, or none are told."""
    world = journeys.world
    profile = SaveProfile(name="第一人民医院", address="民族大道1号", grade=Grade.THIRD_A, beds=beds)
    world.send(world.hospital, "institution", world.hospital.organisation_id, "save_profile", profile)
    application = submitted(world, world.hospital)
    shown = world.application.cases.get(world.county, "agency_application", application).record.warnings

    assert warnings == shown
    assert "approved" == world.send(world.county, "agency_application", application, "pass").state


def test_what_is_returned_is_submitted_again_after_the_window(journeys: Journeys) -> None:
    """Five days after the return, though the window is over; then it expires."""
    world = journeys.world
    first, second = submitted(world, world.hospital), submitted(world, another(journeys))
    world.at(date(2023, 12, 2))
    for application in (first, second):
        world.send(world.county, "agency_application", application, "return", reason="缺实施方案")
    world.at(date(2023, 12, 7))
    again = world.send(world.hospital, "agency_application", first, "submit")
    world.at(date(2023, 12, 8))

    assert "submitted" == again.state
    assert "expired" == world.state_of("agency_application", second)


def another(journeys: Journeys) -> Principal:
    """Another institution of the county."""
    world = journeys.world
    return make_organisation(
        world.application, world.county, world.county, "第三人民医院", OrganisationKind.MEDICAL
    )


@pytest.mark.manual("M: agency: correction order, accept, disqualify, resign", "R-29.1")
def test_who_is_to_correct_keeps_whom_it_has_and_gets_nobody_new(stored: Journeys) -> None:
    """责令改正: reviews go on; after the report is accepted it may be assigned again."""
    world = stored.world
    application = world.application_of(world.agency)
    waiting = stored.to("awaiting_agency_review")
    arguments = (world.county, "agency_application", application)
    world.send(*arguments, "order_correction", reason="未按方案组织考核")
    clinic = another(stored)
    assign = AssignAgency(world.agency.organisation_id)
    new = refused(world, world.county, "institution", clinic.organisation_id, "assign_agency", assign)
    early = refused(world, *arguments, "accept_correction")
    world.send(world.agency, "agency_application", application, "report_correction", ReportCorrection(("r",)))
    passed = world.send(world.agency, "assessment", waiting.case_id, "pass")
    world.send(*arguments, "accept_correction")
    world.send(world.county, "institution", clinic.organisation_id, "assign_agency", assign)

    assert (["takes_new"], ["report_given"]) == (new, early)
    assert "awaiting_assessment" == passed.state
    assert world.agency.organisation_id == agency_of(world, clinic)
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-3.10", "R-29.1")
def test_a_disqualified_agency_assesses_nobody(stored: Journeys) -> None:
    """取消资格 by a second person: whom it assessed falls to the superior at once, open files with them."""
    world = stored.world
    application = world.application_of(world.agency)
    waiting = stored.to("awaiting_agency_review")
    world.send(world.county, "agency_application", application, "order_correction", reason="弄虚作假")
    arguments = ("agency_application", application, "disqualify", FRAUD)
    same = refused(world, world.county, *arguments, reason="弄虚作假")
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    world.send(second, *arguments, reason="弄虚作假")

    with pytest.raises(NotFound):
        world.send(world.agency, "assessment", waiting.case_id, "pass")
    assert ["second-person-needed"] == same
    assert not is_agency(world, world.agency)
    assert agency_of(world, world.hospital) is None
    assert "take_over_from_lost_agency" == cause_of_last(
        world, "institution", str(world.hospital.organisation_id)
    )
    assert "awaiting_assessment" == world.send(world.county, "assessment", waiting.case_id, "pass").state
    assert () == world.application.verification.run().findings


def test_who_lost_the_status_is_barred_from_the_next_cycles(journeys: Journeys) -> None:
    """Looked at when the permission is opened for the next cycle."""
    world = journeys.world
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    application = world.application_of(world.agency)
    world.send(second, "agency_application", application, "disqualify", FRAUD, reason="弄虚作假")
    following = second_cycle(journeys)
    world.send(world.province, "cycle", following, "publish")
    refusing = [
        refused(
            world,
            world.county,
            "agency_application",
            None,
            "open_permission",
            OpenPermission(str(world.agency.organisation_id), following),
        )
    ]
    allowed = OpenPermission(str(world.hospital.organisation_id), following)

    assert [["not_barred"]] == refusing
    assert (
        "may_apply" == world.send(world.county, "agency_application", None, "open_permission", allowed).state
    )


@pytest.mark.parametrize("approved", [False, True])
def test_only_who_was_an_agency_loses_the_status(journeys: Journeys, approved: bool) -> None:
    """R-29.1: a body loses its status, also in hindsight; an institution that never handed in anything has none."""
    world = journeys.world
    second = attrs.evolve(world.county, account_id="account-of-second", operator_id="second")
    if approved:
        application = world.application_of(world.agency)
        world.send(world.county, "agency_application", application, "resign", reason="不再承担")
    else:
        world.at(APPLICATION_DAY)
        application = permitted(world, world.hospital)
        journeys.not_before(RESULT_DAY)
        world.settle()
    assert "expired" == world.state_of("agency_application", application)
    arguments = ("agency_application", application, "disqualify", FRAUD)

    if approved:
        assert "disqualified" == world.send(second, *arguments, reason="弄虚作假").state
    else:
        assert ["was_approved"] == refused(world, second, *arguments, reason="弄虚作假")


@pytest.mark.parametrize("renewed", [False, True])
def test_being_an_agency_ends_with_its_cycle(stored: Journeys, renewed: bool) -> None:
    """Per cycle (手册 2.2.4): the archive ends it, unless it is approved for the next one already."""
    world = stored.world
    stored.not_before(RESULT_DAY)
    stored.publish(Stage.FIRST)
    stored.not_before(CONFIRMING_DAY)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    if renewed:
        following = second_cycle(stored)
        world.send(world.province, "cycle", following, "publish")
        world.at(date(2024, 1, 25))
        opened = OpenPermission(str(world.agency.organisation_id), following)
        application = world.send(world.county, "agency_application", None, "open_permission", opened).id
        world.send(world.agency, "agency_application", application, "save_material", SaveMaterial(MATERIAL))
        world.send(world.agency, "agency_application", application, "submit")
        world.send(world.county, "agency_application", application, "pass")
    first = world.application_of(world.agency)
    world.at(LAST_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()

    assert "expired" == world.state_of("agency_application", first)
    assert renewed == is_agency(world, world.agency)
    assert (world.agency.organisation_id if renewed else None) == agency_of(world, world.hospital)
    assert () == world.application.verification.run().findings


def told_of_agencies(world: World, reader: Principal) -> list[str]:
    """What an inbox says of being an assessment institution, oldest first."""
    notices = world.application.inbox.page(reader, limit=200).notices[::-1]
    return [one.text for one in notices if one.lifecycle == "agency_application"]


@pytest.mark.manual("M: open body-application permission, review it")
def test_a_permission_is_told(stored: Journeys) -> None:
    """Who may apply must know of it, and until when; whose permission is closed is told why."""
    world = stored.world
    world.at(APPLICATION_DAY)
    application = permitted(world, world.hospital)
    opened = told_of_agencies(world, world.hospital)
    world.send(world.county, "agency_application", application, "close_permission", reason="开错机构")
    closed = told_of_agencies(world, world.hospital)

    assert ["申请权限" in text and WINDOWS.agency_application.label in text for text in opened] == [True]
    assert 1 == sum("开错机构" in text for text in closed)


@pytest.mark.manual("M: agency: correction order, accept, disqualify, resign", "R-29.1")
def test_a_report_of_correction_is_told(stored: Journeys) -> None:
    """Whoever has ordered it looks at the report; the agency is told once it is accepted."""
    world = stored.world
    arguments = ("agency_application", world.application_of(world.agency))
    world.send(world.county, *arguments, "order_correction", reason="未按方案组织考核")
    world.send(world.agency, *arguments, "report_correction", ReportCorrection(("r",)))
    reported = told_of_agencies(world, world.county)
    world.send(world.county, *arguments, "accept_correction")

    assert 1 == sum("提交" in text and "整改报告" in text for text in reported)
    assert 1 == sum("整改合格" in text for text in told_of_agencies(world, world.agency))


@pytest.mark.manual("M: agency: correction order, accept, disqualify, resign", "R-29.1")
def test_whose_report_waits_is_found_and_counted(stored: Journeys) -> None:
    """
    整改中 with a report is to be looked at, without one not yet; what is over is neither, and the next correction wants
    a report of its own.
    """
    world = stored.world
    application = world.application_of(world.agency)
    arguments = ("agency_application", application)

    def listed(reported: str) -> tuple[list[str], int | None]:
        page = world.application.lists.page(
            world.county, "agency-applications", {"correction_reported": reported}, total=True
        )
        return [str(row["id"]) for row in page.rows], page.total

    before = listed("true"), listed("false")
    world.send(world.county, *arguments, "order_correction", reason="未按方案组织考核")
    ordered = listed("true"), listed("false")
    world.send(world.agency, *arguments, "report_correction", ReportCorrection(("r",)))
    reported = listed("true"), listed("false")
    world.send(world.county, *arguments, "accept_correction")
    accepted = listed("true"), listed("false")
    world.send(world.county, *arguments, "order_correction", reason="仍未按方案组织考核")

    nobody, one = ([], 0), ([application], 1)
    assert [(nobody, nobody), (nobody, one), (one, nobody), (nobody, nobody), (nobody, one)] == [
        before,
        ordered,
        reported,
        accepted,
        (listed("true"), listed("false")),
    ]
