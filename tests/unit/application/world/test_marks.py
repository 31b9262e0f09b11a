"""疑似作弊 in a world: who marks, who may take a mark away, who decides and when, and what waits meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.certificates import CertificateFrozen
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.errors import NotFound, NotPermitted, TransitionRefused
from kaohe_workflow.lifecycles.affiliation.events import ForceMove
from kaohe_workflow.lifecycles.certificate.case import verification_code
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.cycle.events import OpenMakeup
from kaohe_workflow.testing.contracts import changed
from kaohe_workflow.testing.journeys import (
    HIGH,
    LOW,
    RESULT_DAY,
    SITTING_DAY,
    UNDISPUTED_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.values.terms import AccountKind, CertificateStanding, CheatingManner, PaperKind, Stage
from tests.unit.application.world.steps import TICK, end_of, refused

HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def several(journeys: Journeys, number: int) -> list[Traveller]:
    """People who have handed in one paper of two."""
    travellers = [journeys.to("awaiting_assessment") for _ in range(number)]
    journeys.not_before(SITTING_DAY)
    for traveller in travellers:
        journeys.score(traveller, Stage.FIRST, humanities=HIGH)
    return travellers


def sat(journeys: Journeys) -> Traveller:
    """Somebody who has handed in one paper of two."""
    (traveller,) = several(journeys, 1)
    return traveller


def mark(journeys: Journeys, traveller: Traveller, by: Principal, kind: PaperKind = HUMANITIES) -> str:
    payload = Mark(
        manner=CheatingManner.SUBSTITUTE,
        evidence=("photo",),
        assessment_id=traveller.case_id,
        evaluation_id=journeys.papers(traveller)[Stage.FIRST, kind],
    )
    return journeys.world.send(by, "cheating", None, "mark", payload, reason="照片与本人不符").id


@pytest.mark.manual("S-84", "M: mark 疑似作弊")
def test_who_sees_the_sitting_marks(journeys: Journeys) -> None:
    """The institution, the agency that is assigned, and each administration above; nobody else (手册 2.2.9)."""
    world = journeys.world
    traveller, *others = several(journeys, 6)
    callers = (world.hospital, world.agency, world.county, world.city, world.province)
    for by, other in zip(callers, others, strict=True):
        assert "suspected" == world.state_of("cheating", mark(journeys, other, by))
    with pytest.raises(NotFound):
        mark(journeys, traveller, journeys.elsewhere)
    with pytest.raises(NotPermitted):
        mark(journeys, traveller, traveller.principal)


@pytest.mark.manual("S-84")
def test_a_mark_says_why(journeys: Journeys) -> None:
    """A mark without a reason, of a paper that was not sat, or of one that is marked, is refused."""
    world = journeys.world
    traveller = sat(journeys)
    mark(journeys, traveller, world.hospital)
    payload = Mark(
        manner=CheatingManner.OTHER,
        assessment_id=traveller.case_id,
        evaluation_id=journeys.papers(traveller)[Stage.FIRST, HUMANITIES],
    )
    other = attrs.evolve(payload, evaluation_id=journeys.papers(traveller)[Stage.FIRST, PROFESSIONAL])

    assert ["not_marked"] == refused(world, world.agency, "cheating", None, "mark", payload, reason="离开")
    assert ["paper_sat"] == refused(world, world.agency, "cheating", None, "mark", other, reason="离开")
    assert "reason-missing" in refused(world, world.agency, "cheating", None, "mark", payload)


def test_a_paper_of_somebody_else_is_not_marked(journeys: Journeys) -> None:
    """The paper must be one of the assessment that is named."""
    world = journeys.world
    one, other = several(journeys, 2)
    payload = Mark(
        manner=CheatingManner.OTHER,
        assessment_id=one.case_id,
        evaluation_id=journeys.papers(other)[Stage.FIRST, HUMANITIES],
    )

    assert ["paper_sat"] == refused(world, world.hospital, "cheating", None, "mark", payload, reason="离开")


@pytest.mark.manual("S-86", "N-3.6", "M: unmark", "S-I1")
def test_only_the_administration_takes_a_mark_away(journeys: Journeys) -> None:
    """Neither institution nor agency, nor who has set it; the superior of another person does (手册 2.2.9)."""
    world = journeys.world
    one, other = several(journeys, 2)
    set_by_county = mark(journeys, one, world.county)
    set_by_hospital = mark(journeys, other, world.hospital)
    for by in (world.hospital, world.agency):
        with pytest.raises(NotPermitted):
            world.send(by, "cheating", set_by_hospital, "unmark", reason="误标")
    with pytest.raises(TransitionRefused):
        world.send(world.county, "cheating", set_by_county, "unmark", reason="误标")
    colleague = attrs.evolve(world.county, account_id="second", operator_id="second")
    for by, case_id in ((world.county, set_by_hospital), (colleague, set_by_county)):
        world.send(by, "cheating", case_id, "unmark", reason="误标")

        assert "unmarked" == world.state_of("cheating", case_id)


@pytest.mark.manual("S-86")
def test_what_was_unmarked_may_be_marked_anew(journeys: Journeys) -> None:
    """A new mark is a new case."""
    world = journeys.world
    traveller = sat(journeys)
    first = mark(journeys, traveller, world.hospital)
    world.send(world.county, "cheating", first, "unmark", reason="误标")
    second = mark(journeys, traveller, world.hospital)

    assert first != second
    assert ("unmarked", "suspected") == tuple(world.state_of("cheating", one) for one in (first, second))


@pytest.mark.manual("M: report cheating upward")
def test_the_administration_reports(journeys: Journeys) -> None:
    """The own administration or one above it; not the institution, and not the agency."""
    world = journeys.world
    last, *travellers = several(journeys, 4)
    for by, traveller in zip((world.county, world.city, world.province), travellers, strict=True):
        case_id = mark(journeys, traveller, world.hospital)
        world.send(by, "cheating", case_id, "report")

        assert "awaiting_province" == world.state_of("cheating", case_id)
    waiting = mark(journeys, last, world.hospital)
    for by in (world.hospital, world.agency):
        with pytest.raises(NotPermitted):
            world.send(by, "cheating", waiting, "report")


def test_what_nobody_reports_is_reported(stored: Journeys) -> None:
    """Marked on 4 January, day 0: the system reports after the end of 14 January, and not before."""
    world = stored.world
    case_id = mark(stored, sat(stored), world.hospital)
    world.clock.set(end_of(date(2024, 1, 14)) - TICK)
    world.settle()
    before = world.state_of("cheating", case_id)
    world.clock.set(end_of(date(2024, 1, 14)))
    world.settle()

    assert ("suspected", "awaiting_province") == (before, world.state_of("cheating", case_id))


@pytest.mark.manual("S-85", "N-3.6", "M: adjudicate cheating, correct the decision", "S-I1")
def test_the_province_decides_after_the_hearing(journeys: Journeys) -> None:
    """Not before the time to be heard is over, and only another person than whoever reported."""
    world = journeys.world
    traveller = sat(journeys)
    case_id = mark(journeys, traveller, world.hospital)
    world.send(world.province, "cheating", case_id, "report")
    early = refused(world, journeys.colleague, "cheating", case_id, "confirm", Confirm(), reason="代考")
    world.clock.set(end_of(SITTING_DAY + timedelta(days=5)))
    with pytest.raises(TransitionRefused):
        world.send(world.province, "cheating", case_id, "confirm", Confirm(), reason="代考")
    with pytest.raises(NotPermitted):
        world.send(world.county, "cheating", case_id, "confirm", Confirm(), reason="代考")
    world.send(journeys.colleague, "cheating", case_id, "confirm", Confirm(), reason="代考")

    assert ["heard"] == early
    assert "confirmed" == world.state_of("cheating", case_id)


@pytest.mark.manual("M: state one's case before a cheating decision")
def test_the_physician_is_heard(journeys: Journeys) -> None:
    """Who is suspected says so before the decision, to the last instant of the term; then the province may decide."""
    world = journeys.world
    traveller = sat(journeys)
    case_id = mark(journeys, traveller, world.hospital)
    world.send(world.county, "cheating", case_id, "report")
    statement = StateCase(statement="当日因病面部浮肿。", files=("record",))
    for by in (world.hospital, world.agency, world.county):
        with pytest.raises(NotPermitted):
            world.send(by, "cheating", case_id, "state_case", statement)
    world.clock.set(end_of(SITTING_DAY + timedelta(days=5)) - TICK)
    world.send(traveller.principal, "cheating", case_id, "state_case", statement)
    world.send(world.province, "cheating", case_id, "confirm", Confirm(), reason="代考")

    assert (
        "当日因病面部浮肿。"
        == world.application.cases.get(world.province, "cheating", case_id).record.statement
    )
    assert "confirmed" == world.state_of("cheating", case_id)


def test_after_the_term_nothing_is_stated(journeys: Journeys) -> None:
    """The first instant of the sixth day is too late."""
    world = journeys.world
    traveller = sat(journeys)
    case_id = mark(journeys, traveller, world.hospital)
    world.send(world.county, "cheating", case_id, "report")
    world.clock.set(end_of(SITTING_DAY + timedelta(days=5)))
    statement = StateCase(statement="当日因病面部浮肿。")

    assert ["hearing_open"] == refused(
        world, traveller.principal, "cheating", case_id, "state_case", statement
    )


def test_what_was_excluded_needs_new_evidence(journeys: Journeys) -> None:
    """Marked again by the administration, with a file that was not known, and heard again."""
    world = journeys.world
    traveller = sat(journeys)
    case_id = mark(journeys, traveller, world.hospital)
    journeys.report(case_id)
    world.send(world.province, "cheating", case_id, "exclude", reason="系本人")
    again = Mark(manner=CheatingManner.SUBSTITUTE, evidence=("photo",))
    known = refused(world, world.county, "cheating", case_id, "mark", again, reason="再核")
    with pytest.raises(NotPermitted):
        world.send(world.hospital, "cheating", case_id, "mark", again, reason="再核")
    world.send(
        world.county, "cheating", case_id, "mark", attrs.evolve(again, evidence=("other",)), reason="新证据"
    )

    assert ["evidence_is_new"] == known
    assert "suspected" == world.state_of("cheating", case_id)


def test_a_cycle_with_an_undecided_mark_is_not_archived(journeys: Journeys) -> None:
    """Who is qualified waits for the province before the books are closed; a decided mark holds nothing."""
    world = journeys.world
    traveller = journeys.to("qualified")
    case_id = mark(journeys, traveller, world.hospital)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    held = refused(world, world.province, "cycle", world.cycle_id, "archive")
    journeys.report(case_id)
    still_held = refused(world, world.province, "cycle", world.cycle_id, "archive")
    world.send(world.province, "cheating", case_id, "exclude", reason="系本人")
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")

    assert [["makeup_over", "no_mark_undecided", "objections_over"]] * 2 == [held, still_held]
    assert "archived" == world.state_of("cycle", world.cycle_id)


def test_an_archived_cycle_takes_no_marks(journeys: Journeys) -> None:
    """What is decided then is decided outside this rule; a correction after an appeal still goes through."""
    world = journeys.world
    marked, clean = (journeys.to("awaiting_assessment") for _ in range(2))
    journeys.not_before(SITTING_DAY)
    for traveller in (marked, clean):
        journeys.score(traveller, Stage.FIRST, humanities=HIGH, professional=HIGH)
    journeys.lead(marked, "qualified")
    case_id = mark(journeys, marked, world.hospital)
    journeys.confirm(case_id)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    world.at(UNDISPUTED_DAY)
    world.send(world.province, "cycle", world.cycle_id, "archive")
    payload = Mark(
        manner=CheatingManner.OTHER,
        assessment_id=clean.case_id,
        evaluation_id=journeys.papers(clean)[Stage.FIRST, HUMANITIES],
    )
    late = refused(world, world.hospital, "cheating", None, "mark", payload, reason="离开")
    world.send(journeys.colleague, "cheating", case_id, "correct", reason="申诉成立")

    assert ["cycle_running"] == late
    assert "qualified" == journeys.state(marked)
    assert () == world.application.verification.run().findings


def test_a_province_may_only_void_the_paper() -> None:
    """`cheating_consequence: makeup`: the paper counts as failed, and the make-up remains."""
    with open_world(cheating_consequence="makeup") as world:
        journeys = Journeys.of(world)
        traveller = sat(journeys)
        journeys.score(traveller, Stage.FIRST, professional=HIGH)
        world.at(RESULT_DAY)
        journeys.publish(Stage.FIRST)
        journeys.confirm(mark(journeys, traveller, world.hospital))

        assert "awaiting_makeup_approval" == journeys.state(traveller)
        assert ["void"] == list(journeys.certificates(traveller).values())


def test_a_makeup_that_decided_frees_the_certificate() -> None:
    """`makeup`: found in a first paper that was failed anyway, the result of the make-up and its certificate stand."""
    with open_world(cheating_consequence="makeup") as world:
        journeys = Journeys.of(world)
        traveller = sat(journeys)
        journeys.score(traveller, Stage.FIRST, professional=LOW)
        journeys.lead(traveller, "awaiting_makeup")
        world.at(date(2024, 1, 23))
        journeys.score(traveller, Stage.MAKEUP, professional=HIGH)
        world.at(date(2024, 1, 27))
        journeys.publish(Stage.MAKEUP)
        case_id = mark(journeys, traveller, world.hospital, PROFESSIONAL)
        frozen = list(journeys.certificates(traveller).values())
        journeys.confirm(case_id)

        assert ["frozen"] == frozen
        assert ("qualified", ["printable"]) == (
            journeys.state(traveller),
            list(journeys.certificates(traveller).values()),
        )
        assert () == world.application.verification.run().findings


def test_a_frozen_certificate_is_told_as_frozen(stored: Journeys) -> None:
    """Whoever scans it is told; neither print nor file until the province has decided (手册 2.3.0)."""
    world = stored.world
    traveller = stored.to("qualified")
    (certificate,) = stored.certificates(traveller)
    world.application.certificates.issue(traveller.principal, certificate)
    world.send(world.county, "certificate", certificate, "stamp")
    mark(stored, traveller, world.hospital)
    checked = world.application.genuineness.by_code(verification_code(certificate))
    with pytest.raises(TransitionRefused):
        world.application.certificates.issue(traveller.principal, certificate)
    with pytest.raises(CertificateFrozen):
        world.application.certificates.document(traveller.principal, certificate, "pdf")

    assert (CertificateStanding.FROZEN, None, False) == (checked.standing, checked.result, checked.stamped)


@pytest.mark.manual("S-84")
def test_marked_papers_are_found(stored: Journeys) -> None:
    """查看状态 finds the marked ones, and those that are not (手册 2.2.9)."""
    world = stored.world
    marked, unmarked = several(stored, 2)
    case_id = mark(stored, marked, world.hospital)
    taken_away = mark(stored, unmarked, world.hospital)
    world.send(world.county, "cheating", taken_away, "unmark", reason="误标")

    def found(state: str) -> set[str]:
        page = world.application.lists.page(world.hospital, "papers", {"mark_state": state}, limit=20)
        return {str(row["id"]) for row in page.rows}

    papers = {*stored.papers(marked).values(), *stored.papers(unmarked).values()}
    one = stored.papers(marked)[Stage.FIRST, HUMANITIES]
    marks = world.application.lists.page(world.hospital, "marks", {"manner": "substitute"}).rows

    assert ({one}, papers - {one}) == (found("suspected"), found("none"))
    assert {case_id, taken_away} == {row["id"] for row in marks}


@pytest.mark.parametrize(
    ("lifecycle", "state", "code"),
    [("certificate", "printable", "invariant-2"), ("cheating", "confirmed", "invariant-1")],
)
def test_a_certificate_that_is_free_beside_a_mark_is_reported(
    journeys: Journeys, lifecycle: str, state: str, code: str
) -> None:
    """1 and 2 of the invariants: verification tells of what somebody has put right by hand."""
    world = journeys.world
    traveller = journeys.to("qualified")
    case_id = mark(journeys, traveller, world.hospital)
    (certificate,) = journeys.certificates(traveller)
    changed_id = certificate if lifecycle == "certificate" else case_id
    with world.application.store.begin() as unit:
        for case in unit.find(lifecycle, [Where("id", "eq", changed_id)]):
            unit.write([changed(case, state=state)])
        unit.commit()

    assert code in {finding.code for finding in world.application.verification.run().findings}


def test_who_only_audits_marks_nothing(journeys: Journeys) -> None:
    """The auditor sees the mark and sends no event."""
    world = journeys.world
    case_id = mark(journeys, sat(journeys), world.hospital)
    auditor = attrs.evolve(world.county, kind=AccountKind.AUDITOR, account_id="auditor", operator_id=None)

    assert "suspected" == world.application.cases.get(auditor, "cheating", case_id).state
    with pytest.raises(NotPermitted):
        world.send(auditor, "cheating", case_id, "report")


def test_an_undecided_mark_goes_along_with_a_forced_move(journeys: Journeys) -> None:
    """The physician's new institution owns the case of it, like the assessment."""
    world, traveller = journeys.world, journeys.to("awaiting_makeup_approval")
    marked = mark(journeys, traveller, world.hospital)
    elsewhere = ForceMove(str(journeys.elsewhere.organisation_id))
    world.send(world.city, "affiliation", traveller.physician_id, "force_move", elsewhere, reason="机构注销")

    assert (
        journeys.elsewhere.organisation_id
        == world.application.cases.get(SYSTEM, "cheating", marked).institution_id
    )
