"""A sample is drawn, looked at one by one, and ended: over the store."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.errors import NotFound, NotPermitted
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Return, Submit
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.lifecycles.spot_check.case import Finding, draw
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import BAD, FILING_DAY, SIMPLIFIED, Journeys, Traveller
from kaohe_workflow.testing.worlds import World, filing, make_organisation
from kaohe_workflow.values.terms import OrganisationKind, Procedure, ReturnCode, ReturnConcern, Verdict
from tests.unit.application.world.samples import drawn, find, ids, passed
from tests.unit.application.world.steps import case_of, refused


def told(world: World, principal: Principal) -> list[str]:
    """What an inbox says."""
    return [notice.text for notice in world.application.inbox.page(principal, limit=200).notices]


def fail(world: World, traveller: Traveller, home: Principal, department: str) -> None:
    """A result of the agency's: both opinions are 不合格."""
    file = ("assessment", traveller.case_id)
    world.send(home, *file, "enrol", Enrol())
    world.send(traveller.principal, *file, "submit", Submit(filing(department)))
    world.send(home, *file, "submit_opinion", BAD)
    world.send(world.agency, *file, "confirm_fail")


def test_results_of_an_agency_are_not_for_whoever_assesses_its_own(stored: Journeys) -> None:
    """They are of other people: neither the list nor the sample shows them to the agency of the agency."""
    world = stored.world
    other = make_organisation(
        world.application, world.county, world.county, "第三医院", OrganisationKind.MEDICAL
    )
    world.entrust(other)
    assigned = AssignAgency(str(other.organisation_id))
    world.send(world.county, "institution", world.agency.organisation_id, "assign_agency", assigned)
    stored.to("qualified", **SIMPLIFIED)
    check = drawn(world, world.county, "draw_results", world.agency, 5)

    with pytest.raises(NotFound):
        world.application.cases.get(other, "spot_check", check)
    assert () == tuple(world.application.lists.page(other, "spot-checks", {}).rows)
    assert [check] == [
        row["id"] for row in world.application.lists.page(world.agency, "spot-checks", {}).rows
    ]


@pytest.mark.manual("N-3.11", "R-10.1")
def test_an_administration_checks_results_of_an_agency(stored: Journeys) -> None:
    """考核办法 第十条: some of them, that anybody can draw again; what was found is kept and told."""
    world = stored.world
    decided = [stored.to("qualified", **SIMPLIFIED).case_id for _ in range(1)]
    waiting = [stored.newcomer().case_id for _ in range(1)]
    check = drawn(world, world.county, "draw_results", world.agency, 5)
    record = case_of(world, "spot_check", check).record
    unfinished = refused(world, world.county, "spot_check", check, "conclude")
    proof = hand_in(world.application, world.county)
    fault = RecordFinding(
        assessment_id=decided[0], finding=Finding.FAULTY, note="病历与申报不符", evidence=(proof,)
    )
    world.send(world.county, "spot_check", check, "record_finding", fault)
    world.send(world.county, "spot_check", check, "conclude")
    (row,) = world.application.lists.page(world.agency, "spot-checks", {"state": "concluded"}).rows

    assert list(draw(check, decided, 5)) == ids(world, check)
    assert waiting[0] not in ids(world, check)
    assert 1 == record.population
    assert {"all_found"} == set(unfinished) - {"of_opinions", "faults_followed"}
    assert (1, 1) == (row["population"], row["faulty"])
    assert any("发现问题1件" in text for text in told(world, world.agency))
    assert "qualified" == world.state_of("assessment", decided[0])
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-2.7")
def test_an_agency_checks_some_of_the_files_that_wait(stored: Journeys) -> None:
    """A file with a fault is returned before the check can end; the others are passed in bulk."""
    world = stored.world
    files = [stored.to("awaiting_agency_review").case_id for _ in range(4)]
    stored.to("awaiting_institution_review")
    check = drawn(world, world.agency, "draw_opinions", world.hospital, 2)
    first, second = ids(world, check)
    find(world, world.agency, check, first, Finding.IN_ORDER)
    find(world, world.agency, check, second, Finding.FAULTY, "工作量无依据")
    waiting = refused(world, world.agency, "spot_check", check, "conclude")
    returned = Return(code=ReturnCode.OPINION_UNFOUNDED, concern=ReturnConcern.OPINION)
    world.send(world.agency, "assessment", second, "return", returned, reason="工作量无依据")
    world.send(world.agency, "spot_check", check, "conclude")

    assert {first, second} < set(files)
    assert "faults_followed" in waiting
    assert 4 == case_of(world, "spot_check", check).record.population
    assert "concluded" == world.state_of("spot_check", check)


@pytest.mark.manual("N-2.7")
def test_what_was_drawn_is_not_passed_on_before_the_check_has_ended(stored: Journeys) -> None:
    """Alone or in bulk, the files of an open sample are refused, and those beside it go on; ended, all may go on."""
    world = stored.world
    files = [stored.to("awaiting_agency_review").case_id for _ in range(3)]
    check = drawn(world, world.agency, "draw_opinions", world.hospital, 2)
    sample = set(ids(world, check))
    alone = refused(world, world.agency, "assessment", min(sample), "pass")
    (said,) = [
        one
        for one in world.application.door.explain(world.agency, "assessment", min(sample))
        if one.event == "pass"
    ]
    in_bulk = passed(world, files)
    for one in sample:
        find(world, world.agency, check, one, Finding.IN_ORDER)
    found = passed(world, sorted(sample))
    world.send(world.agency, "spot_check", check, "conclude")
    ended = passed(world, sorted(sample))

    assert "sample_judged" in alone
    assert "材料未被抽中，或该次抽查已经结束" in {unmet.label for unmet in said.reasons}
    assert {one: one not in sample for one in files} == in_bulk
    assert dict.fromkeys(sorted(sample), False) == found
    assert dict.fromkeys(sorted(sample), True) == ended


@pytest.mark.manual("N-2.7")
def test_a_fault_in_what_was_drawn_is_not_made_final_before_the_check_has_ended(journeys: Journeys) -> None:
    """不合格 waits as well; an abandoned check holds nothing."""
    world = journeys.world
    file = journeys.to("awaiting_institution_review").case_id
    bad = GiveOpinion(work=Verdict.UNQUALIFIED, ethics=Verdict.QUALIFIED, work_reason="未完成工作量")
    world.send(world.hospital, "assessment", file, "submit_opinion", bad)
    check = drawn(world, world.agency, "draw_opinions", world.hospital, 1)
    held = refused(world, world.agency, "assessment", file, "confirm_fail")
    world.send(world.agency, "spot_check", check, "abandon", reason="抽取有误")
    world.send(world.agency, "assessment", file, "confirm_fail")

    assert "sample_judged" in held
    assert "unqualified" == world.state_of("assessment", file)


def test_a_check_of_results_holds_no_file(journeys: Journeys) -> None:
    """An administration that looks at results keeps nobody's file."""
    world = journeys.world
    file = journeys.to("awaiting_agency_review").case_id
    journeys.to("qualified", **SIMPLIFIED)
    drawn(world, world.county, "draw_results", world.hospital, 1)

    assert {file: True} == passed(world, [file])


def test_a_sample_is_of_one_procedure_where_that_is_asked(journeys: Journeys) -> None:
    """山东 draws from 简易程序, institution by institution."""
    world = journeys.world
    simplified = journeys.to("awaiting_agency_review", **SIMPLIFIED).case_id
    journeys.to("awaiting_agency_review")
    check = drawn(world, world.agency, "draw_opinions", world.hospital, 9, procedure=Procedure.SIMPLIFIED)

    assert [simplified] == ids(world, check)


def test_results_of_who_assesses_nobody_are_its_own(journeys: Journeys) -> None:
    """An institution is checked by those of its own physicians."""
    world = journeys.world
    result = journeys.to("qualified").case_id

    assert [result] == ids(world, drawn(world, world.county, "draw_results", world.hospital, 1))


@pytest.mark.manual("N-3.11", "R-10.1", "N-2.10")
def test_results_of_who_assesses_itself_are_drawn_first(stored: Journeys) -> None:
    """The agency assesses the hospital and its own physicians: whoever checks it looks at its own before all others."""
    world = stored.world
    agency = world.agency.organisation_id
    world.send(world.county, "institution", agency, "assign_agency", AssignAgency(agency))
    failed = [stored.newcomer(world.agency), *(stored.newcomer() for _ in range(3))]
    made = CreateDepartment(str(agency), "内科", ("03",))
    department = world.send(world.agency, "department", None, "create", made).id
    stored.not_before(FILING_DAY)
    for traveller, home in zip(failed, (world.agency, *[world.hospital] * 3), strict=True):
        fail(world, traveller, home, department if home is world.agency else stored.department_id)
    record = case_of(world, "spot_check", drawn(world, world.county, "draw_results", world.agency, 1)).record

    assert failed[0].case_id == record.items[0].assessment_id
    assert (4, 1) == (record.population, record.self_reviewed)


@pytest.mark.manual("N-3.11", "R-10.1")
def test_results_are_of_who_has_come_to_them(stored: Journeys) -> None:
    """Also when the institution is assigned to another since, which has come to none of them (考核办法 第十条)."""
    world = stored.world
    other = make_organisation(
        world.application, world.county, world.county, "第三医院", OrganisationKind.MEDICAL
    )
    world.entrust(other)
    result = stored.to("qualified", **SIMPLIFIED).case_id
    assigned = AssignAgency(str(other.organisation_id))
    world.send(world.county, "institution", world.hospital.organisation_id, "assign_agency", assigned)
    payload = Draw(institution_id=str(other.organisation_id), cycle_id=world.cycle_id, number=1)

    assert [result] == ids(world, drawn(world, world.county, "draw_results", world.agency, 5))
    assert ["results_decided"] == refused(world, world.county, "spot_check", None, "draw_results", payload)


@pytest.mark.manual("N-3.11", "R-10.1")
def test_results_are_drawn_from_the_own_area(stored: Journeys) -> None:
    """An agency assesses for two counties: each draws from its own alone, who is above both from all."""
    world, elsewhere = stored.world, stored.elsewhere
    assigned = AssignAgency(str(world.agency.organisation_id))
    world.send(world.city, "institution", elsewhere.organisation_id, "assign_agency", assigned)
    theirs = stored.newcomer(elsewhere)
    ours = stored.newcomer()
    made = CreateDepartment(str(elsewhere.organisation_id), "内科", ("03",))
    department = world.send(elsewhere, "department", None, "create", made).id
    stored.not_before(FILING_DAY)
    for traveller, home, at in (
        (theirs, elsewhere, department),
        (ours, world.hospital, stored.department_id),
    ):
        fail(world, traveller, home, at)
    draws = [(world.county, world.agency), (stored.neighbour, elsewhere), (world.city, world.agency)]
    county, neighbour, city = (set(ids(world, drawn(world, by, "draw_results", of, 5))) for by, of in draws)

    assert ({ours.case_id}, {theirs.case_id}) == (county, neighbour)
    assert {ours.case_id, theirs.case_id} == city


def test_results_of_an_administration_that_stands_in_are_its_own(journeys: Journeys) -> None:
    """Nobody is assigned: the superior has come to the result, and is checked by it."""
    world = journeys.world
    hospital = world.hospital.organisation_id
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(None))
    failed = journeys.to("awaiting_institution_review").case_id
    world.send(world.hospital, "assessment", failed, "submit_opinion", BAD)
    world.send(world.county, "assessment", failed, "confirm_fail")
    world.send(
        world.county,
        "institution",
        hospital,
        "assign_agency",
        AssignAgency(str(world.agency.organisation_id)),
    )

    assert [failed] == ids(world, drawn(world, world.city, "draw_results", world.county, 5))


def test_results_that_others_have_come_to_were_not_reviewed_by_their_own(stored: Journeys) -> None:
    """A hospital that assesses itself since has reviewed none of those that its former agency has decided."""
    world = stored.world
    hospital = world.hospital.organisation_id
    stored.to("qualified", **SIMPLIFIED)
    world.entrust(world.hospital)
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(hospital))
    of_agency = drawn(world, world.county, "draw_results", world.agency, 5)
    of_hospital = drawn(world, world.county, "draw_results", world.hospital, 5)

    assert [(1, 0)] * 2 == [
        (record.population, record.self_reviewed)
        for record in (case_of(world, "spot_check", one).record for one in (of_agency, of_hospital))
    ]


@pytest.mark.manual("N-2.7")
def test_a_check_with_a_fault_is_not_given_up_before_the_file_is_returned(journeys: Journeys) -> None:
    """Else the file that the sample holds would be free, and the fault forgotten."""
    world = journeys.world
    file = journeys.to("awaiting_agency_review").case_id
    check = drawn(world, world.agency, "draw_opinions", world.hospital, 1)
    find(world, world.agency, check, file, Finding.FAULTY, "工作量无依据")
    waiting = refused(world, world.agency, "spot_check", check, "abandon", reason="抽取有误")
    returned = Return(code=ReturnCode.OPINION_UNFOUNDED, concern=ReturnConcern.OPINION)
    world.send(world.agency, "assessment", file, "return", returned, reason="工作量无依据")

    assert "faults_followed" in waiting
    assert "abandoned" == world.send(world.agency, "spot_check", check, "abandon", reason="抽取有误").state


def test_each_checks_what_it_oversees(journeys: Journeys) -> None:
    """An agency draws from files and not from results; nobody draws from what is not below, or checks for another."""
    world = journeys.world
    journeys.to("qualified")
    check = drawn(world, world.county, "draw_results", world.agency, 1)
    (one,) = ids(world, check)
    with pytest.raises(NotPermitted):
        drawn(world, world.agency, "draw_results", world.hospital, 1)
    with pytest.raises(NotPermitted):
        drawn(world, world.hospital, "draw_opinions", world.hospital, 1)
    with pytest.raises(NotFound):
        drawn(world, journeys.neighbour, "draw_results", world.agency, 1)
    with pytest.raises(NotPermitted):
        find(world, world.agency, check, one, Finding.IN_ORDER)
    with pytest.raises(NotFound):
        find(world, journeys.elsewhere, check, one, Finding.IN_ORDER)

    assert "drawn" == world.state_of("spot_check", check)


def test_there_is_nothing_to_draw(journeys: Journeys) -> None:
    """An empty population is refused; a check that was drawn by mistake ends with a reason."""
    world = journeys.world
    payload = Draw(institution_id=str(world.agency.organisation_id), cycle_id=world.cycle_id, number=1)
    nothing = refused(world, world.county, "spot_check", None, "draw_results", payload)
    journeys.to("qualified")
    check = drawn(world, world.county, "draw_results", world.agency, 1)
    world.send(world.county, "spot_check", check, "abandon", reason="抽取有误")

    assert ["results_decided"] == nothing
    assert "abandoned" == world.state_of("spot_check", check)
