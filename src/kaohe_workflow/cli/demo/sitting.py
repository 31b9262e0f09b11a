"""
Exemptions, the two sittings, and what decides about them: scores, absences, pass lines, make-up.

Every function looks at the cases as they are and sends only what is missing.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import attrs

from kaohe_workflow.cli.demo import timetable
from kaohe_workflow.cli.demo.calling import Asked, Row
from kaohe_workflow.cli.demo.proofs import prove
from kaohe_workflow.cli.demo.script import Makeup, Waiver
from kaohe_workflow.cli.demo.world import World
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.cycle.events import DeclareDelivery, OpenMakeup, PublishLine
from kaohe_workflow.lifecycles.evaluation.events import ConfirmAbsence
from kaohe_workflow.lifecycles.exemption.events import Apply
from kaohe_workflow.lifecycles.reviewing import Return
from kaohe_workflow.values.terms import Level, ReturnCode, Stage

EXEMPTION_GROUND = "residency_training"
CERTIFICATE_ON = date(2021, 9, 1)
EXEMPTION_REFUSED = "证明材料不符合免考条件。"
MAKEUP_REFUSED = "经研究，不同意参加补考。"


def apply_for_exemption(world: World) -> None:
    """Who asks for an exemption applies for it, once."""
    world.caller.move(timetable.EXEMPTION_ASKED)
    waiting = [
        case
        for case in world.cases("awaiting_assessment")
        if case.line.exemption is not None and case.row["exemption_state"] is None
    ]
    with world.telling.stage("免考申请", len(waiting)) as stage:
        for case in waiting:
            payload = Apply(
                ground=EXEMPTION_GROUND,
                certificate_on=CERTIFICATE_ON,
                none_excluded=True,
                attachments=(prove(world.caller, case.who, "规范化培训合格证书.pdf"),),
                assessment_id=case.row["id"],
            )
            with suppress(TransitionRefused):  # the report finds out
                world.caller.send(case.who, "exemption", None, "apply", payload)
            stage.advance()


def review_exemptions(world: World, by: str, moment: datetime) -> None:
    """The institution decides first (``by`` "hospital"), the agency second (``by`` "agency")."""
    world.caller.move(moment)
    state, refusing, label = _REVIEWS[by]
    passed, refused = [], []
    for case in world.cases(state, collection="exemptions"):
        if case.line.exemption is refusing:
            refused.append(case.asked(Return(ReturnCode.PROOF_UNSUITABLE), EXEMPTION_REFUSED))
        else:
            passed.append(case.asked())
    with world.telling.stage(label, len(passed) + len(refused)) as stage:
        stage.advance(world.send_many(world.who(by), "exemption", "return", refused))
        stage.advance(world.send_many(world.who(by), "exemption", "pass", passed))


_REVIEWS = {
    "hospital": ("awaiting_institution", Waiver.REFUSED_BY_INSTITUTION, "免考机构审核"),
    "agency": ("awaiting_agency", Waiver.REFUSED_BY_AGENCY, "免考复核"),
}


@attrs.frozen(kw_only=True)
class Sitting:
    """When each step of a sitting happens; ``label`` is for people."""

    stage: Stage
    label: str
    scores_imported: datetime
    scores_delivered: datetime
    absences_confirmed: datetime
    lines_published: datetime


FIRST = Sitting(
    stage=Stage.FIRST,
    label="首次考核",
    scores_imported=timetable.SCORES_IMPORTED,
    scores_delivered=timetable.SCORES_DELIVERED,
    absences_confirmed=timetable.ABSENCES_CONFIRMED,
    lines_published=timetable.LINES_PUBLISHED,
)
MAKEUP = Sitting(
    stage=Stage.MAKEUP,
    label="补考",
    scores_imported=timetable.MAKEUP_SCORES_IMPORTED,
    scores_delivered=timetable.MAKEUP_SCORES_DELIVERED,
    absences_confirmed=timetable.MAKEUP_ABSENCES_CONFIRMED,
    lines_published=timetable.MAKEUP_LINES_PUBLISHED,
)


def import_scores(world: World, sitting: Sitting) -> None:
    """Import the scores of a sitting after its window, and declare that there are no more."""
    world.caller.move(sitting.scores_imported)
    results = world.directory.results[sitting.stage]
    with world.telling.stage(f"{sitting.label}成绩导入", len(results.preview.good)) as stage:
        if sitting.stage not in _cycle(world)["delivered"]:
            world.caller.import_scores(world.who("province"), results.data)
            world.caller.move(sitting.scores_delivered)
            payload = DeclareDelivery(sitting.stage)
            world.caller.send(world.who("province"), "cycle", world.cycle_id, "declare_delivery", payload)
        stage.advance(len(results.preview.good))


def confirm_absences(world: World, sitting: Sitting) -> None:
    """Whoever has no score by now was absent; the agency confirms it."""
    world.caller.move(sitting.absences_confirmed)
    asked = [
        Asked(row["id"], row["version"], ConfirmAbsence(reminded=True))
        for row in _papers(world, sitting, "not_sat", "absence_pending")
    ]
    with world.telling.stage(f"{sitting.label}缺考确认", len(asked)) as stage:
        stage.advance(world.send_all(world.who("agency"), "evaluation", "confirm_absence", asked))


def publish_lines(world: World, sitting: Sitting) -> None:
    """Publish the pass line of every paper and level; the papers are judged by it."""
    world.caller.move(sitting.lines_published)
    known = {(line["stage"], line["kind"], line["level"]) for line in _cycle(world)["lines"]}
    missing = [
        PublishLine(sitting.stage, kind, level, timetable.LINES[level])
        for kind in timetable.PAPERS
        for level in Level
        if (sitting.stage, kind, level) not in known
    ]
    with world.telling.stage(f"{sitting.label}合格线", len(missing)) as stage:
        for line in missing:
            world.caller.send(world.who("province"), "cycle", world.cycle_id, "publish_line", line)
            stage.advance()
        world.caller.settle(lambda: not _papers(world, sitting, "handed_in"))


def _cycle(world: World) -> Row:
    return world.caller.case(world.who("province"), "cycle", world.cycle_id)


def _papers(world: World, sitting: Sitting, *states: str) -> list[Row]:
    rows = world.caller.rows(
        world.who("hospital"), "papers", cycle_id=world.cycle_id, stage=sitting.stage.value
    )
    return [row for row in rows if row["state"] in states]


def open_makeup(world: World) -> None:
    """The province opens the make-up, in the windows that the cycle has."""
    world.caller.move(timetable.MAKEUP_OPENED)
    rows = world.caller.rows(world.who("province"), "cycles")
    closed = [row for row in rows if row["id"] == world.cycle_id and row["state"] != "makeup"]
    with world.telling.stage("开放补考", len(closed)) as stage:
        for row in closed:
            world.caller.send(world.who("province"), "cycle", row["id"], "open_makeup", OpenMakeup())
            stage.advance()


def decide_makeup(world: World) -> None:
    """The province confirms whom the script confirms, and refuses whom it refuses."""
    province = world.who("province")
    waiting = world.cases("awaiting_makeup_approval")
    confirmed = [case.asked(ConfirmMakeup()) for case in waiting if case.line.makeup is Makeup.CONFIRMED]
    refused = [case.asked(reason=MAKEUP_REFUSED) for case in waiting if case.line.makeup is Makeup.REFUSED]
    with world.telling.stage("确认补考", len(confirmed) + len(refused)) as stage:
        world.caller.move(timetable.MAKEUP_CONFIRMED)
        stage.advance(world.send_many(province, "assessment", "confirm_makeup", confirmed))
        world.caller.move(timetable.MAKEUP_REFUSED)
        stage.advance(world.send_many(province, "assessment", "refuse_makeup", refused))
