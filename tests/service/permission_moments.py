"""
A cycle from the first filings to the archive, in moments: at each there are cases in states that there were not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from kaohe_workflow.application.access import Principal
from kaohe_workflow.lifecycles.affiliation.case import EndReason, LeaveReason
from kaohe_workflow.lifecycles.affiliation.events import End, Leave
from kaohe_workflow.lifecycles.agency_application.events import OpenPermission, SaveCommittee, Seat
from kaohe_workflow.lifecycles.amendment.events import CreateAmendment
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.cheating.events import Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.cycle.events import CreateCycle, DeclareDelivery, OpenMakeup
from kaohe_workflow.lifecycles.deferral.events import Apply as ApplyForDeferral
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.recusal.events import HoldOff
from kaohe_workflow.lifecycles.reviewing import Return as ReturnApplication
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    FILING_DAY,
    HIGH,
    LOW,
    MAKEUP_DAY,
    RESULT_DAY,
    SITTING_DAY,
    UNDISPUTED_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import World
from kaohe_workflow.values.locked_fields import LockedField
from kaohe_workflow.values.terms import CheatingManner, PaperKind, ReturnCode, Stage
from tests.service.permission_aftermath import (
    Course,
    announce_some,
    assess_again,
    check_some,
    colleague,
    entrust_others,
    fail_some,
    object_late,
    report_some,
    suspend_some,
)
from tests.service.permission_organisations import APPLICANTS, apply_some, found_some, list_some, merge_some
from tests.unit.application.world.steps import shifted

UNPROVEN = ReturnApplication(ReturnCode.PROOF_UNSUITABLE)

ACCOUNT_STATES = frozenset({"not_activated", "active", "disabled"})

STATES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "filing": {
        "cycle": frozenset({"draft", "discarded", "running"}),
        "institution": frozenset({"active"}),
        "department": frozenset({"enabled", "disabled", "deleted"}),
        "account": ACCOUNT_STATES,
        "affiliation": frozenset({"attached", "unattached", "left", "deleted", "merged"}),
        "assessment": frozenset(
            {"not_enrolled", "awaiting_registration", "registration_returned", "awaiting_institution_review"}
            | {"returned_by_agency", "awaiting_agency_review", "awaiting_assessment", "withdrawn"}
            | {"deferred"}
        ),
        "exemption": frozenset(
            {
                "awaiting_institution",
                "institution_refused",
                "awaiting_agency",
                "agency_refused",
                "granted",
                "revoked",
                "withdrawn",
            }
        ),
        "deferral": frozenset({"awaiting_institution", "refused", "awaiting_office", "filed", "withdrawn"}),
        "evaluation": frozenset({"not_sat", "exempt_pass", "cancelled"}),
        "amendment": frozenset({"pending", "awaiting_administration", "effective", "refused", "withdrawn"}),
        "agency_application": frozenset({"may_apply"}),
        "recusal": frozenset({"requested", "recused", "refused", "withdrawn"}),
        "enrolment_list": frozenset({"awaiting_approval"}),
        "spot_check": frozenset({"drawn", "concluded", "abandoned"}),
        "result_review": frozenset({"submitted", "upheld", "changed"}),
        "result_report": frozenset({"awaiting_report"}),
        "follow_up": frozenset({"order_due", "lifted", "closed"}),
        "announcement": frozenset({"draft", "published", "withdrawn", "discarded"}),
    },
    "sitting": {
        "result_review": frozenset({"escalated"}),
        "evaluation": frozenset({"sitting", "handed_in"}),
        "agency_application": frozenset({"expired"}),
    },
    "results": {
        "cycle": frozenset({"first_ended"}),
        "enrolment_list": frozenset({"lapsed"}),
        "assessment": frozenset({"awaiting_makeup_approval", "qualified"}),
        "exemption": frozenset({"expired"}),
        "deferral": frozenset({"expired"}),
        "evaluation": frozenset({"passed", "failed", "absence_pending", "absent", "not_opened", "void"}),
        "certificate": frozenset({"printable", "generated", "stamped", "frozen", "void"}),
        "cheating": frozenset({"suspected", "awaiting_province", "confirmed", "excluded", "unmarked"}),
        "result_review": frozenset({"rejected", "superseded"}),
    },
    "makeup": {
        "cycle": frozenset({"makeup"}),
        "assessment": frozenset({"awaiting_makeup", "unqualified"}),
        "follow_up": frozenset({"suspended"}),
    },
    "afterwards": {
        "result_report": frozenset({"submitted", "returned", "filed", "lapsed"}),
        "follow_up": frozenset({"awaiting_reassessment", "resumed", "to_cancel", "cancelled"}),
    },
    "end": {
        "cycle": frozenset({"archived", "published"}),
        "assessment": frozenset({"missed"}),
    },
}
"""Moment → lifecycle → the states that a case is in, for the first time in this order, at the place of its kind."""

BESIDE: Mapping[str, Mapping[str, frozenset[str]]] = {
    "institution": {
        "lonely": frozenset({"incomplete", "closed"}),
        "reporter": frozenset({"incomplete", "closed"}),
        "bureau": frozenset({"incomplete", "closed"}),
        "county": frozenset({"active"}),
        "province": frozenset({"active"}),
    },
    "agency_application": {"reporter": frozenset(APPLICANTS)},
    "enrolment_list": {"reporter": frozenset({"approved", "returned"})},
    "account": dict.fromkeys(("shared", "operator", "office", "audit"), ACCOUNT_STATES),
}
"""Lifecycle → place → the states that cases at other places are in from the first moment on."""


def _filing(course: Course) -> None:
    """Day after day, so that each case is in its state when the next ones come; who is early stays where he is."""
    journeys, world = course.journeys, course.journeys.world
    hospital, county = world.hospital, world.county
    world.send(hospital, "department", world.department("停用科"), "disable")
    world.send(hospital, "department", world.department("撤销科"), "delete")
    found_some(course)
    leaving, ending, deleted = (journeys.newcomer() for _ in range(3))
    world.send(hospital, "affiliation", leaving.physician_id, "leave", Leave(LeaveReason.RESIGNED))
    world.send(county, "affiliation", ending.physician_id, "end", End(EndReason.RETIRED), reason="退休")
    world.send(hospital, "affiliation", deleted.physician_id, "delete")
    draft = CreateCycle(
        str(world.province.organisation_id), "第二周期", date(2023, 1, 1), date(2025, 12, 31), shifted(365)
    )
    world.send(world.province, "cycle", None, "create", draft)
    discarded = world.send(world.province, "cycle", None, "create", draft).id
    world.send(world.province, "cycle", discarded, "discard", reason="重复创建")
    permitted = OpenPermission(str(hospital.organisation_id), world.cycle_id)
    world.send(county, "agency_application", None, "open_permission", permitted)
    entrust_others(course)
    merge_some(course)
    journeys.not_before(FILING_DAY)
    for state in sorted(STATES["filing"]["assessment"] - {"deferred"}):
        journeys.to(state)
    course.ready.extend(journeys.to("awaiting_assessment") for _ in range(24))
    apply_some(course)
    _applications(course)
    _deferrals(course)
    _amendments(course)
    _recusals(course)
    fail_some(course)
    check_some(course)
    announce_some(course)
    list_some(course)


def _recusals(course: Course) -> None:
    """Four members of the committee, whom one physician wants out of the file."""
    world, file = course.journeys.world, course.ready[-1]
    names = ("李委员", "王委员", "张委员", "赵委员")
    roster = SaveCommittee(tuple(Seat(name=name) for name in names))
    application = world.application_of(world.agency)
    world.send(world.agency, "agency_application", application, "save_committee", roster)
    asked = (HoldOff(member=name, assessment_id=file.case_id) for name in names)
    _, granted, refused, withdrawn = (
        world.send(file.principal, "recusal", None, "request", one, reason="有利害关系").id for one in asked
    )
    world.send(world.agency, "recusal", granted, "grant")
    world.send(world.agency, "recusal", refused, "refuse", reason="理由不成立")
    world.send(file.principal, "recusal", withdrawn, "withdraw")


def _applications(course: Course) -> None:
    """Two wait, each for one who decides, and each has refused one; one is withdrawn, one granted, one revoked."""
    journeys, world = course.journeys, course.journeys.world
    applicants = [course.ready.pop() for _ in range(7)]
    ids = [journeys.apply_for_exemption(one) for one in applicants]
    world.send(world.hospital, "exemption", ids[1], "return", UNPROVEN, reason="证明不符")
    world.send(applicants[2].principal, "exemption", ids[2], "withdraw")
    for id in ids[3:]:
        world.send(world.hospital, "exemption", id, "pass")
    world.send(world.agency, "exemption", ids[4], "return", UNPROVEN, reason="证明不符")
    for id in ids[5:]:
        world.send(world.agency, "exemption", id, "pass")
    world.send(colleague(world.county), "exemption", ids[6], "revoke", reason="证明系伪造")


def _deferrals(course: Course) -> None:
    """One waits for the institution, one for the office, one is refused, one withdrawn, and one on record."""
    journeys, world = course.journeys, course.journeys.world
    applicants = [journeys.to("awaiting_assessment") for _ in range(5)]
    ids = [
        world.send(
            one.principal,
            "deferral",
            None,
            "apply",
            ApplyForDeferral(
                ground="illness",
                attachments=(hand_in(world.application, one.principal),),
                assessment_id=one.case_id,
            ),
        ).id
        for one in applicants
    ]
    refusal = ReturnApplication(ReturnCode.PROOF_UNSUITABLE)
    world.send(world.hospital, "deferral", ids[1], "return", refusal, reason="证明不符")
    world.send(applicants[2].principal, "deferral", ids[2], "withdraw")
    for id in ids[3:]:
        world.send(world.hospital, "deferral", id, "pass")
    world.send(world.agency, "deferral", ids[4], "file")


def _amendments(course: Course) -> None:
    """One waits for the institution, one for the administration; one is effective, one refused, one withdrawn."""
    journeys, world = course.journeys, course.journeys.world
    people = [journeys.newcomer() for _ in range(5)]
    wishes = [
        CreateAmendment(
            physician_id=one.physician_id,
            field=LockedField.LICENSED_ON,
            value="1991-07-01",
            attachments=("licence",),
        )
        for one in people
    ]
    own = [one.principal for one in people]
    senders = [own[0], world.hospital, world.hospital, own[3], own[4]]
    ids = [
        world.send(sender, "amendment", None, "create", wish).id
        for sender, wish in zip(senders, wishes, strict=True)
    ]
    world.send(world.county, "amendment", ids[2], "pass")
    world.send(world.hospital, "amendment", ids[3], "return", reason="证明不符")
    world.send(own[4], "amendment", ids[4], "withdraw")


def _sitting(course: Course) -> None:
    """One sits, one has handed in."""
    journeys, world = course.journeys, course.journeys.world
    journeys.not_before(SITTING_DAY)
    sitting, done = course.ready.pop(), course.ready.pop()
    for one in (sitting, done):
        for paper in journeys.papers(one).values():
            journeys.start(paper)
    for paper in journeys.papers(done).values():
        world.send(done.principal, "evaluation", paper, "hand_in")


def _results(course: Course) -> None:
    """Three have passed, three have failed, three stayed away, of whom one is confirmed to have and one excused."""
    journeys, world = course.journeys, course.journeys.world
    passing, failing = ([course.ready.pop() for _ in range(3)] for _ in range(2))
    for score, people in ((HIGH, passing), (LOW, failing)):
        for one in people:
            journeys.score(one, Stage.FIRST, humanities=score, professional=score)
    *watched, doubtful = [course.ready.pop() for _ in range(6)]
    for one in (*watched, doubtful):
        journeys.score(one, Stage.FIRST, humanities=HIGH, professional=HIGH)
    _, away, excused = (course.ready.pop() for _ in range(3))
    journeys.not_before(RESULT_DAY)
    journeys.publish(Stage.FIRST)
    world.send(world.province, "cycle", world.cycle_id, "declare_delivery", DeclareDelivery(Stage.FIRST))
    for paper in list(journeys.papers(away).values())[:1]:
        world.send(world.agency, "evaluation", paper, "confirm_absence", ConfirmAbsence(reminded=True))
    for paper in list(journeys.papers(excused).values())[:1]:
        world.send(world.province, "evaluation", paper, "excuse_absence", reason="在外援助")
    certificates = [id for one in passing for id in journeys.certificates(one)]
    for certificate in certificates[1:]:
        world.application.certificates.issue(world.hospital, certificate)
    world.send(world.county, "certificate", certificates[2], "stamp")
    _marks(journeys, watched)
    object_late(course, doubtful)


def _marks(journeys: Journeys, watched: list[Traveller]) -> None:
    """One is suspected, one may state the case; one is confirmed, one excluded, one was marked by mistake."""
    world = journeys.world
    ids = []
    for one in watched:
        paper = journeys.papers(one)[Stage.FIRST, PaperKind.PROFESSIONAL]
        mark = Mark(
            manner=CheatingManner.SUBSTITUTE,
            evidence=("photo",),
            assessment_id=one.case_id,
            evaluation_id=paper,
        )
        ids.append(world.send(world.agency, "cheating", None, "mark", mark, reason="面部不符").id)
    for id in ids[1:4]:
        world.send(world.county, "cheating", id, "report")
    world.send(watched[2].principal, "cheating", ids[2], "state_case", StateCase(statement="是本人"))
    confirmed = Confirm(evidence=("photo",))
    world.send(journeys.colleague, "cheating", ids[2], "confirm", confirmed, reason="替考")
    world.send(world.province, "cheating", ids[3], "exclude", reason="系本人")
    world.send(world.county, "cheating", ids[4], "unmark", reason="误标")


def _makeup(course: Course) -> None:
    """One who has failed may try again, one may not, one is not decided on."""
    journeys, world = course.journeys, course.journeys.world
    journeys.not_before(CONFIRMING_DAY)
    may, may_not, *_ = of_state(world, "assessments", "awaiting_makeup_approval")
    world.send(world.province, "assessment", may, "confirm_makeup", ConfirmMakeup())
    world.send(world.province, "assessment", may_not, "refuse_makeup", reason="未参加培训")
    journeys.not_before(MAKEUP_DAY)
    world.send(world.province, "cycle", world.cycle_id, "open_makeup", OpenMakeup())
    suspend_some(course)


def _afterwards(course: Course) -> None:
    """The make-up is over: suspensions end, and who assesses reports."""
    assess_again(course)
    report_some(course)


def _end(course: Course) -> None:
    """Marks are decided, whoever still sits is taken out, the cycle is archived and the next one published."""
    journeys, world = course.journeys, course.journeys.world
    journeys.not_before(UNDISPUTED_DAY)
    for mark in of_state(world, "marks", "suspected"):
        world.send(world.county, "cheating", mark, "report")
    for mark in of_state(world, "marks", "awaiting_province"):
        world.send(world.province, "cheating", mark, "exclude", reason="系本人")
    for review in of_state(world, "reviews", "escalated"):
        world.send(world.county, "result_review", review, "uphold", reason="评定无误")
    for state in ("awaiting_assessment", "awaiting_makeup_approval", "awaiting_makeup"):
        for case in of_state(world, "assessments", state):
            world.send(world.county, "assessment", case, "withdraw", reason="离开本省")
    world.send(world.province, "cycle", world.cycle_id, "archive")
    world.settle()
    (draft,) = of_state(world, "cycles", "draft", by=world.province)
    world.send(world.province, "cycle", draft, "publish")


def of_state(world: World, collection: str, state: str, *, by: Principal | None = None) -> list[str]:
    """The ids of the hospital's cases that are in a state, or of those that somebody else sees."""
    page = world.application.lists.page(by or world.hospital, collection, {"state": state}, limit=200)
    return [str(row["id"]) for row in page.rows]


MOMENTS: Mapping[str, Callable[[Course], None]] = {
    "filing": _filing,
    "sitting": _sitting,
    "results": _results,
    "makeup": _makeup,
    "afterwards": _afterwards,
    "end": _end,
}
"""In their order; each goes on from the one before."""
