"""
From the roster to the reviewed file: import, enrolment, filing, the reviews of institution and agency.

Every function looks at the cases as they are and sends only what is missing.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from kaohe_workflow.cli.demo import timetable
from kaohe_workflow.cli.demo.calling import Asked, Who
from kaohe_workflow.cli.demo.filings import attempts
from kaohe_workflow.cli.demo.proofs import prove
from kaohe_workflow.cli.demo.script import Review
from kaohe_workflow.cli.demo.world import Participant, Standing, World
from kaohe_workflow.errors import InputInvalid, Problem, TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import Enrol, GiveOpinion, Return, Submit
from kaohe_workflow.lifecycles.assessment.filing import Filing
from kaohe_workflow.lifecycles.department.events import CreateDepartment
from kaohe_workflow.values.terms import Procedure, ReturnCode, ReturnConcern, Verdict

RETURN_REASON = "材料不完整，请补充后重新提交。"
AGENCY_RETURN_REASON = "报名信息与证明材料不一致，请核实。"
FAIL_REASONS = {
    Review.FAIL_WORK: "未完成本周期规定的工作数量。",
    Review.FAIL_ETHICS: "考核周期内查实违反职业道德规范的行为。",
}


def import_roster(world: World) -> World:
    """
    Import the roster once; the world with its participants.

    Raises:
        InputInvalid: the database holds the physicians of another directory.
    """
    world.caller.move(timetable.ROSTER_IMPORTED)
    hospital, roster = world.who("hospital"), world.directory.roster
    with world.telling.stage("导入医师名单", len(roster.people)) as stage:
        # An import is one unit of work: either everybody is there or nobody.
        if roster.people and not world.caller.rows(hospital, "physicians"):
            world.caller.import_roster(hospital, world.authorities.ids["hospital"], roster.data)
        participants = _participants(world)
        stage.advance(len(participants))
    return attrs.evolve(world, participants=participants)


def _participants(world: World) -> dict[str, Participant]:
    hospital, people = world.who("hospital"), world.directory.roster.people
    accounts = world.caller.rows(hospital, "accounts", kind="physician")
    account_ids = {row["physician_id"]: row["id"] for row in accounts}
    found = {}
    for number, person in people.items():
        rows = world.caller.rows(hospital, "physicians", id_number=number)
        for row in rows:
            who = Who(account_ids[row["id"]], number, hospital)
            line = world.directory.script.get(number)
            found[row["id"]] = Participant(physician_id=row["id"], person=person, line=line, who=who)
    if len(found) != len(people) or len(account_ids) != len(people):
        message = "数据库中的医师与该目录的名单不同：请使用原来的目录，或换一个数据库"
        raise InputInvalid([Problem("--database", "another-directory", message)])
    return found


def create_departments(world: World) -> None:
    """Make the departments that the script names for people whose roster row names none."""
    names = {
        participant.line.department
        for participant in world.participants.values()
        if participant.person.department is None and participant.line and participant.line.department
    }
    missing = sorted(names - set(_departments(world)))
    with world.telling.stage("建立科室", len(missing)) as stage:
        for name in missing:
            payload = CreateDepartment(world.authorities.ids["hospital"], name)
            world.caller.send(world.who("hospital"), "department", None, "create", payload)
            stage.advance()


def _departments(world: World) -> dict[str, str]:
    rows = world.caller.rows(world.who("hospital"), "departments", state="enabled")
    return {row["name"]: row["id"] for row in rows}


def enrol(world: World) -> None:
    """允许报名, for everyone whom the script enrols."""
    world.caller.move(timetable.ENROLLED)
    asked = [case.asked(Enrol()) for case in world.cases("not_enrolled") if case.line.enrol]
    with world.telling.stage("允许报名", len(asked)) as stage:
        stage.advance(world.send_many(world.who("hospital"), "assessment", "enrol", asked))


def file(world: World) -> None:
    """The physicians file, those first who are to be refused 简易程序; a refused attempt is not made again."""
    world.caller.move(timetable.FILED)
    waiting = [case for case in world.cases("awaiting_registration") if case.line.submits]
    departments = _departments(world)
    with world.telling.stage("医师报名", len(waiting)) as stage:
        for case in waiting:
            filings = attempts(case.line, case.participant.person, departments)
            for filing in filings[world.caller.refused_submissions(case.who) :]:
                if _submit(world, case, filing):
                    break
            stage.advance()


def _submit(world: World, case: Standing, filing: Filing) -> bool:
    if filing.procedure is Procedure.SIMPLIFIED:
        filing = attrs.evolve(filing, attachments=(prove(world.caller, case.who),))
    payload = Submit(filing)
    try:
        world.caller.send(case.who, "assessment", case.row["id"], "submit", payload)
    except TransitionRefused:
        return False
    return True


def file_again(world: World, moment: datetime) -> None:
    """Whose file was returned files it again."""
    world.caller.move(moment)
    waiting = world.cases("registration_returned")
    departments = _departments(world)
    with world.telling.stage("退回后重新报名", len(waiting)) as stage:
        for case in waiting:
            filing = attempts(case.line, case.participant.person, departments)[-1]
            _submit(world, case, filing)
            stage.advance()


@attrs.frozen
class _Trail:
    """Who has returned this file so far."""

    by_institution: bool
    by_agency: bool


def _trail(world: World, case: Standing) -> _Trail:
    if Review.RETURN_THEN_PASS not in (case.line.institution, case.line.agency):
        return _Trail(by_institution=False, by_agency=False)
    steps = world.caller.history(world.who("hospital"), "assessment", case.row["id"])
    sources = {step.source for step in steps if step.event == "return"}
    return _Trail("awaiting_institution_review" in sources, "awaiting_agency_review" in sources)


def review_by_institution(world: World, moment: datetime) -> None:
    """The institution returns once whom the script has returned, and gives its opinion on the others."""
    world.caller.move(moment)
    returns, opinions = [], []
    for case in world.cases("awaiting_institution_review"):
        if case.line.institution is None:
            continue
        trail = _trail(world, case)
        if case.line.institution is Review.RETURN_THEN_PASS and not trail.by_institution:
            returns.append(case.asked(Return(code=ReturnCode.INCOMPLETE), RETURN_REASON))
        else:
            opinions.append(case.asked(_opinion(case, trail)))
    hospital = world.who("hospital")
    with world.telling.stage("机构审核", len(returns) + len(opinions)) as stage:
        stage.advance(world.send_many(hospital, "assessment", "return", returns))
        stage.advance(world.send_many(hospital, "assessment", "submit_opinion", opinions))


def _fails(case: Standing, trail: _Trail) -> bool:
    """Whether the opinion is 不合格; once the agency has returned the file, both pass."""
    return case.line.institution in FAIL_REASONS and not trail.by_agency


def _opinion(case: Standing, trail: _Trail) -> GiveOpinion:
    passed = GiveOpinion(work=Verdict.QUALIFIED, ethics=Verdict.QUALIFIED)
    if not _fails(case, trail):
        return passed
    if case.line.institution is Review.FAIL_WORK:
        reason = FAIL_REASONS[Review.FAIL_WORK]
        return attrs.evolve(passed, work=Verdict.UNQUALIFIED, work_reason=reason)
    reason = FAIL_REASONS[Review.FAIL_ETHICS]
    return attrs.evolve(passed, ethics=Verdict.UNQUALIFIED, ethics_reason=reason)


def review_by_agency(world: World, moment: datetime) -> None:
    """The agency returns once whom the script has returned, confirms what is 不合格 and passes the others."""
    world.caller.move(moment)
    returns: list[Asked] = []
    failed: list[Asked] = []
    passed: list[Asked] = []
    for case in world.cases("awaiting_agency_review"):
        if case.line.agency is None:
            continue
        trail = _trail(world, case)
        if case.line.agency is Review.RETURN_THEN_PASS and not trail.by_agency:
            returns.append(
                case.asked(Return(ReturnConcern.FILING, code=ReturnCode.INCOMPLETE), AGENCY_RETURN_REASON)
            )
        else:
            (failed if _fails(case, trail) else passed).append(case.asked())
    agency = world.who("agency")
    with world.telling.stage("考核机构复核", len(returns) + len(failed) + len(passed)) as stage:
        stage.advance(world.send_many(agency, "assessment", "return", returns))
        stage.advance(world.send_many(agency, "assessment", "confirm_fail", failed))
        stage.advance(world.send_many(agency, "assessment", "pass", passed))


def pass_on_returns(world: World) -> None:
    """The institution returns to the physicians what the agency has returned to it."""
    world.caller.move(timetable.RETURNED_ON)
    asked = [
        case.asked(Return(code=ReturnCode.INCOMPLETE), AGENCY_RETURN_REASON)
        for case in world.cases("returned_by_agency")
    ]
    with world.telling.stage("机构退回医师", len(asked)) as stage:
        stage.advance(world.send_many(world.who("hospital"), "assessment", "return", asked))
