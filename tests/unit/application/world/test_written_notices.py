"""书面通知: the result as a document for the physician and the institution (考核办法 第十五条)."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.printing import Unprintable
from kaohe_workflow.application.written_notices import ResultUndecided
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.assessment.events import DecideFinding, ReportFinding
from kaohe_workflow.lifecycles.assessment.findings import DirectGround
from kaohe_workflow.lifecycles.institution.events import AssignAgency
from kaohe_workflow.testing.journeys import BAD, Journeys, Traveller
from kaohe_workflow.testing.people import person
from kaohe_workflow.testing.printers import PlainPrinter
from tests.unit.application.world.following import failed

WRITTEN = pytest.mark.manual("R-15.1", "N-2.9")


def written(journeys: Journeys, caller: Principal, traveller: Traveller) -> list[str]:
    """The texts of the notice, with those of its table: label and value in one."""
    notices = journeys.world.application.written_notices
    return notices.of_result(caller, traveller.case_id).decode().splitlines()


def find(journeys: Journeys, traveller: Traveller) -> None:
    """直接认定: reported by the county, confirmed by the agency."""
    world = journeys.world
    report = ReportFinding(
        ground=DirectGround.POOR_ETHICS, found_on=date(2021, 7, 1), text="医德考评较差", evidence=("file",)
    )
    world.send(world.county, "assessment", traveller.case_id, "report_finding", report)
    world.send(world.agency, "assessment", traveller.case_id, "confirm_finding", DecideFinding(1))


@WRITTEN
def test_a_result_of_qualified_in_writing(stored: Journeys) -> None:
    """What was found on each count, the result, the right to object; the same for whoever sees the case."""
    world, traveller = stored.world, stored.to("qualified")
    texts = written(stored, traveller.principal, traveller)

    for office in (world.hospital, world.agency, world.county, world.province):
        assert texts == written(stored, office, traveller)

    for text in ("工作成绩合格", "职业道德合格", "考核结果合格", "考核机构：考核医院"):
        assert any(one.startswith(text) for one in texts), text

    assert {"医学人文已完成(合格)", "业务水平专业知识已完成(合格)"} <= set(texts)
    assert any("30日内" in one and "复核" in one for one in texts)
    assert not any("暂停执业" in one for one in texts)
    assert not any(traveller.id_number in one for one in texts)


@WRITTEN
def test_a_result_of_unqualified_says_why_and_what_follows(journeys: Journeys) -> None:
    """An opinion of 不合格: no paper is named, the suspension is, and so are the days to object."""
    traveller = failed(journeys)
    texts = written(journeys, traveller.principal, traveller)

    assert {"职业道德不合格", "工作成绩合格", "考核结果不合格"} <= set(texts)
    assert not any(one.startswith("医学人文") for one in texts)
    assert any("三个月至六个月" in one for one in texts)
    assert any("30日内" in one for one in texts)


@WRITTEN
def test_a_confirmed_finding_is_named_with_its_item(journeys: Journeys) -> None:
    """直接认定: the item of 第二十七条."""
    world, traveller = journeys.world, journeys.to("awaiting_assessment")
    find(journeys, traveller)
    texts = written(journeys, world.hospital, traveller)

    assert any(one.startswith("直接认定第二十七条第12项") for one in texts)
    assert "考核结果不合格" in texts


@WRITTEN
def test_whoever_has_assessed_signs(stored: Journeys) -> None:
    """Also once the institution is assigned to another, by its administration or since the entrusting has ended."""
    world, traveller = stored.world, stored.to("qualified")
    world.send(
        world.county, "institution", world.hospital.organisation_id, "assign_agency", AssignAgency(None)
    )
    texts = written(stored, traveller.principal, traveller)

    assert ["考核机构：考核医院"] == [one for one in texts if one.startswith("考核机构")]


@WRITTEN
def test_an_administration_that_assesses_signs(journeys: Journeys) -> None:
    """Where no agency is assigned, the direct superior is the one that has assessed, whoever is assigned afterwards."""
    world = journeys.world
    hospital, agency = world.hospital.organisation_id, world.agency.organisation_id
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(None))
    traveller = journeys.to("awaiting_institution_review")
    world.send(world.hospital, "assessment", traveller.case_id, "submit_opinion", BAD)
    world.send(world.county, "assessment", traveller.case_id, "confirm_fail")
    world.send(world.county, "institution", hospital, "assign_agency", AssignAgency(agency))
    texts = written(journeys, traveller.principal, traveller)

    assert ["考核机构：区卫生健康局"] == [one for one in texts if one.startswith("考核机构")]


@WRITTEN
@pytest.mark.parametrize(
    "state", ["awaiting_registration", "awaiting_assessment", "awaiting_makeup_approval"]
)
def test_without_a_result_there_is_nothing_to_tell(journeys: Journeys, state: str) -> None:
    """Not before the result."""
    traveller = journeys.to(state)
    with pytest.raises(ResultUndecided):
        written(journeys, journeys.world.hospital, traveller)


def test_nobody_else_is_told(journeys: Journeys) -> None:
    """Another hospital, and another physician, learn nothing of it."""
    traveller, other = journeys.to("qualified"), journeys.newcomer()
    for caller in (journeys.elsewhere, other.principal):
        with pytest.raises(NotFound):
            written(journeys, caller, traveller)


def test_a_name_that_cannot_be_printed_is_told(journeys: Journeys) -> None:
    """Worse than none is a notice with a mutilated name."""
    traveller = journeys.to("qualified")
    notices = attrs.evolve(journeys.world.application.written_notices, printer=PlainPrinter("医"))
    with pytest.raises(Unprintable) as caught:
        notices.of_result(traveller.principal, traveller.case_id)

    assert "$.title" in [problem.path for problem in caught.value.problems]


@pytest.mark.manual("S-79", "R-15.1")
def test_a_notice_to_whose_name_is_unknown(journeys: Journeys) -> None:
    """A finding decides before the name is known (考核办法 第二十七条); the notice shows the number masked."""
    world = journeys.world
    principal = world.physician(person(900).id_number, name="18811594425")
    traveller = Traveller(principal, world.assessment_of(principal), person(900).id_number)
    journeys.lead(traveller, "awaiting_registration")
    find(journeys, traveller)
    texts = written(journeys, principal, traveller)

    assert any("188****4425医师" in one for one in texts)
    assert not any("18811594425" in one for one in texts)
