"""What comes of files and results in the world of the permissions: samples, objections, reports, and follow-ups."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.affiliation.case import EndReason
from kaohe_workflow.lifecycles.affiliation.events import End, Reenter
from kaohe_workflow.lifecycles.agency_application.case import Fault
from kaohe_workflow.lifecycles.agency_application.events import Disqualify
from kaohe_workflow.lifecycles.announcement.events import CreateAnnouncement
from kaohe_workflow.lifecycles.assessment.events import RevokeResult
from kaohe_workflow.lifecycles.follow_up.events import OrderSuspension, RecordTraining
from kaohe_workflow.lifecycles.result_report.events import Submit
from kaohe_workflow.lifecycles.result_review.case import OpinionItem
from kaohe_workflow.lifecycles.result_review.events import Apply, Change
from kaohe_workflow.lifecycles.spot_check.case import Finding
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import Journeys, Traveller
from kaohe_workflow.testing.worlds import World, make_organisation
from kaohe_workflow.values.terms import OrganisationKind

AFTERWARDS = date(2024, 5, 6)
"""A suspension of three months that was ordered during the make-up has ended."""

REPORTS = ("submitted", "returned", "filed", "lapsed")
"""States of the reports of the county's other assessment institutions, one each."""


@attrs.define
class Course:
    """
    Journeys, and physicians who are ready to be assessed: the moments use them up.

    ``unqualified`` are those whose opinions were 不合格, ``reporters`` who reports or applies, by the id of the case;
    ``founded`` are organisations with the place that is theirs, by their ids; ``kept`` says which record of a person is
    kept, by the one that is merged into it.
    """

    journeys: Journeys
    ready: list[Traveller] = attrs.field(factory=list)
    unqualified: list[Traveller] = attrs.field(factory=list)
    reporters: dict[str, Principal] = attrs.field(factory=dict)
    founded: dict[str, tuple[str, Principal]] = attrs.field(factory=dict)
    kept: dict[str, str] = attrs.field(factory=dict)


def colleague(principal: Principal) -> Principal:
    """Another named person of the same organisation."""
    return attrs.evolve(principal, operator_id=f"second-{principal.operator_id}")


def fail_some(course: Course) -> None:
    """Eight are 不合格 by an opinion: one objects in vain, one rightly, one waits; the follow-up of another ends."""
    journeys, world = course.journeys, course.journeys.world
    failed = [journeys.to("awaiting_institution_review") for _ in range(8)]
    for one in failed:
        journeys.fail_opinion(one)
    upheld, *_, closed = failed[:4]
    reviewer = colleague(world.agency)
    vain, right, _ = (apply(world, one) for one in failed[:3])
    world.send(reviewer, "result_review", vain, "uphold", reason="评定无误")
    change = Change(opinions=(OpinionItem.ETHICS,))
    world.send(reviewer, "result_review", right, "change", change, reason="评定有误")
    ended = End(EndReason.RETIRED)
    world.send(world.county, "affiliation", closed.physician_id, "end", ended, reason="退休")
    world.send(world.county, "follow_up", follow_up(world, closed), "close", reason="医师已退休")
    back = Reenter(str(world.hospital.organisation_id))
    world.send(world.hospital, "affiliation", closed.physician_id, "reenter", back)
    course.unqualified.extend([upheld, *failed[4:]])


def apply(world: World, traveller: Traveller) -> str:
    """An objection to a result; its id."""
    payload = Apply(assessment_id=traveller.case_id, grounds="对结果有异议")
    return world.send(traveller.principal, "result_review", None, "apply", payload).id


def follow_up(world: World, traveller: Traveller) -> str:
    """The id of what follows somebody's result."""
    filters = {"assessment_id": traveller.case_id}
    return str(world.application.lists.page(world.county, "follow-ups", filters).rows[-1]["id"])


def check_some(course: Course) -> None:
    """Of the files that wait one sample was looked at, one is given up, and one is still open."""
    world = course.journeys.world
    hospital = str(world.hospital.organisation_id)
    draw = Draw(institution_id=hospital, cycle_id=world.cycle_id, number=1)
    done, given_up, _ = (
        world.send(world.agency, "spot_check", None, "draw_opinions", draw).id for _ in range(3)
    )
    (item,) = world.application.cases.get(world.agency, "spot_check", done).record.items
    found = RecordFinding(assessment_id=item.assessment_id, finding=Finding.IN_ORDER)
    world.send(world.agency, "spot_check", done, "record_finding", found)
    world.send(world.agency, "spot_check", done, "conclude")
    world.send(world.agency, "spot_check", given_up, "abandon", reason="抽取有误")


def announce_some(course: Course) -> None:
    """Of four announcements of the county one is a draft, one published, one withdrawn, and one discarded."""
    world = course.journeys.world
    county = str(world.county.organisation_id)
    words = CreateAnnouncement(institution_id=county, title="关于报名的公告", text="请按时完成报名。")
    _, *public, discarded = (
        world.send(world.county, "announcement", None, "create", words).id for _ in range(4)
    )
    for one in public:
        world.send(world.county, "announcement", one, "publish")
    world.send(world.county, "announcement", public[1], "withdraw", reason="内容有误")
    world.send(world.county, "announcement", discarded, "discard")


def entrust_others(course: Course) -> None:
    """As many assessment institutions in the county as there are states of a report, and the hospital's own."""
    world = course.journeys.world
    others = [
        make_organisation(
            world.application, world.county, world.county, f"考核机构{name}", OrganisationKind.MEDICAL
        )
        for name in REPORTS
    ]
    for one in others:
        world.entrust(one)
    for one in (world.agency, *others):
        course.reporters[str(world.report_of(one))] = one


def object_late(course: Course, doubtful: Traveller) -> None:
    """One objects too late, and one to a result that is revoked meanwhile."""
    world = course.journeys.world
    apply(world, course.unqualified[1])
    apply(world, doubtful)
    proof = RevokeResult(evidence=(hand_in(world.application, world.county),))
    world.send(
        colleague(world.county), "assessment", doubtful.case_id, "revoke_result", proof, reason="伪造材料"
    )


def suspend_some(course: Course) -> None:
    """All but one of those who are still 不合格 are suspended."""
    world = course.journeys.world
    for one in course.unqualified[1:]:
        order = OrderSuspension(3)
        world.send(
            world.county, "follow_up", follow_up(world, one), "order_suspension", order, reason="考核不合格"
        )


def assess_again(course: Course) -> None:
    """Of those whose suspension has ended one waits, one is back, one is to be cancelled, and one is."""
    world = course.journeys.world
    course.journeys.not_before(AFTERWARDS)
    waiting, back, failed, cancelled = (follow_up(world, one) for one in course.unqualified[1:])
    training = RecordTraining(trainer="省人民医院", first_day=AFTERWARDS, last_day=AFTERWARDS)
    for one in (waiting, back):
        world.send(world.hospital, "follow_up", one, "record_training", training)
    world.send(world.agency, "follow_up", back, "pass")
    for one in (failed, cancelled):
        world.send(world.agency, "follow_up", one, "fail", reason="仍不合格")
    world.send(world.county, "follow_up", cancelled, "cancel", reason="再次考核不合格")


def report_some(course: Course) -> None:
    """One assessment institution has reported, one is to report anew, one's report is filed, and one's is not due."""
    world = course.journeys.world
    reports = list(course.reporters.items())[1:]
    for id, reporter in reports[:3]:
        world.send(reporter, "result_report", id, "submit", Submit(work="考核工作已完成。"))
    world.send(world.county, "result_report", reports[1][0], "return", reason="人数有误")
    world.send(world.county, "result_report", reports[2][0], "file")
    application = world.application_of(reports[3][1])
    lost = Disqualify((Fault.FRAUD,), 2)
    world.send(
        colleague(world.county), "agency_application", application, "disqualify", lost, reason="弄虚作假"
    )
