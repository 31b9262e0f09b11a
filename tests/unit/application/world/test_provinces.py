"""A cycle in each province whose parameters are shipped: the same charts, other papers, other duties."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.assessment.events import ConfirmMakeup
from kaohe_workflow.lifecycles.cycle.events import PublishLine
from kaohe_workflow.lifecycles.evaluation.events import AssessStatement
from kaohe_workflow.testing.journeys import (
    CONFIRMING_DAY,
    HIGH,
    LAST_DAY,
    MAKEUP_DAY,
    RESULT_DAY,
    SIMPLIFIED,
    SITTING_DAY,
    Journeys,
    Traveller,
)
from kaohe_workflow.testing.worlds import LINES, START, World
from kaohe_workflow.values.terms import Level, PaperKind, Procedure, Stage, Verdict
from kaohe_workflow.values.windows import local_date

HUMANITIES, PROFESSIONAL, PUBLIC = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL, PaperKind.PUBLIC
COMBINED, STATEMENT = PaperKind.COMBINED, PaperKind.STATEMENT

MAKEUP = {
    ("guangxi", Procedure.GENERAL): {PROFESSIONAL},
    ("guangxi", Procedure.SIMPLIFIED): {HUMANITIES},
    ("sichuan", Procedure.GENERAL): {PROFESSIONAL, PUBLIC},
    ("sichuan", Procedure.SIMPLIFIED): {STATEMENT},
    ("gansu", Procedure.GENERAL): {COMBINED},
    ("gansu", Procedure.SIMPLIFIED): {HUMANITIES},
}
"""Province and procedure → the papers of the make-up of somebody who has failed the last paper of the first stage."""

TRAINED = {"guangxi": False, "sichuan": False, "gansu": True}
"""Whether training comes before the make-up."""

FILED: dict[Procedure, dict[str, Any]] = {Procedure.GENERAL: {}, Procedure.SIMPLIFIED: dict(SIMPLIFIED)}


@pytest.fixture(params=list(TRAINED))
def journeys(request: pytest.FixtureRequest) -> Iterator[Journeys]:
    """People on their way through a cycle of one province."""
    with World.open("memory:", province=request.param) as world:
        yield Journeys.of(world)


def province_of(journeys: Journeys) -> str:
    return journeys.world.application.catalogue.timeline.province


def publish(journeys: Journeys, stage: Stage, kinds: set[PaperKind]) -> None:
    """The lines of these papers, 60 and for 执业助理医师 55."""
    world = journeys.world
    for kind in sorted(kinds):
        for level, score in LINES.items():
            line = PublishLine(stage, kind, level, score)
            world.send(world.province, "cycle", world.cycle_id, "publish_line", line)
    world.settle()


def read(journeys: Journeys, traveller: Traveller) -> None:
    """The agency has read the 述职报告 of the make-up and finds it 合格."""
    world, paper = journeys.world, journeys.papers(traveller)[Stage.MAKEUP, STATEMENT]
    world.send(world.agency, "evaluation", paper, "assess_statement", AssessStatement(Verdict.QUALIFIED))


def failed(journeys: Journeys, procedure: Procedure) -> Traveller:
    """Somebody who has failed the last paper of the first stage and passed the others."""
    traveller = journeys.to("awaiting_assessment", **FILED[procedure])
    journeys.not_before(SITTING_DAY)
    kinds = list(journeys.paper_states(traveller))
    scores = dict.fromkeys(kinds, HIGH) | {kinds[-1]: Decimal("59.99")}
    journeys.score(traveller, Stage.FIRST, **{kind.value: score for kind, score in scores.items()})
    journeys.not_before(RESULT_DAY)
    publish(journeys, Stage.FIRST, set(kinds))
    journeys.not_before(CONFIRMING_DAY)
    return traveller


@pytest.mark.manual("S-82", "S-78")
@pytest.mark.parametrize("procedure", Procedure)
def test_a_cycle(journeys: Journeys, procedure: Procedure) -> None:
    """Who fails sits the make-up papers of the province, is 合格 with them, and everything is proven."""
    world, province = journeys.world, province_of(journeys)
    traveller = failed(journeys, procedure)
    waiting = journeys.state(traveller)
    attested = ConfirmMakeup(training_attested=TRAINED[province])
    world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", attested)
    papers = set(journeys.paper_states(traveller, Stage.MAKEUP))
    journeys.not_before(MAKEUP_DAY)
    scored = papers - {STATEMENT}
    journeys.score(traveller, Stage.MAKEUP, **{kind.value: Decimal(60) for kind in scored})
    if STATEMENT in papers:
        read(journeys, traveller)
    journeys.not_before(LAST_DAY)
    publish(journeys, Stage.MAKEUP, scored)

    assert "awaiting_makeup_approval" == waiting
    assert MAKEUP[province, procedure] == papers
    assert "qualified" == journeys.state(traveller)
    assert ["printable"] == list(journeys.certificates(traveller).values())
    assert () == world.application.verification.run().findings


@pytest.mark.manual("N-3.7", "R-M2")
def test_training_comes_first_where_the_province_asks_for_it(journeys: Journeys) -> None:
    """A make-up that is confirmed without the attested training is refused in 甘肃, and nowhere else."""
    world = journeys.world
    traveller = failed(journeys, Procedure.GENERAL)
    refused = []
    try:
        world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", ConfirmMakeup())
    except TransitionRefused as ex:
        refused = [getattr(reason, "name", "") for reason in ex.reasons]

    assert (["training_done"] if TRAINED[province_of(journeys)] else []) == refused


@pytest.mark.manual("R-5.1")
@pytest.mark.parametrize(("score", "state"), [("54.99", "failed"), ("55", "passed")])
def test_the_line_of_assistants(journeys: Journeys, score: str, state: str) -> None:
    """执业助理医师 pass with 55, and not with a hundredth less."""
    traveller = journeys.newcomer(level=Level.ASSISTANT)
    journeys.lead(traveller, "awaiting_assessment", level=Level.ASSISTANT)
    journeys.not_before(SITTING_DAY)
    journeys.score(traveller, Stage.FIRST, professional=Decimal(score))
    journeys.not_before(RESULT_DAY)
    publish(journeys, Stage.FIRST, {PROFESSIONAL})

    assert state == journeys.paper_states(traveller)[PROFESSIONAL]


@pytest.mark.manual("S-72")
@pytest.mark.parametrize("province", TRAINED)
def test_what_spares_a_paper(province: str) -> None:
    """In every shipped province 规培 does and 全科医师转岗培训 does not; 助理 who become 执业医师 sit it, too."""
    parameters = load_catalogue(province).parameters(local_date(START))
    excluded = {ground.code: set(ground.exclusions) for ground in parameters.exemption_grounds}

    assert {
        "residency_training": {"全科医师转岗培训"},
        "title_promotion": {"执业助理医师取得执业医师资格"},
    } == excluded


FOURTH = """\
province: elsewhere
label: 另一省
instruments:
  - {code: elsewhere_makeup, title: 另一省医师定期考核补考通知, number: 2023年第9号}
parameters:
  - {from: 2023-01-01, parameter: papers_general, value: [humanities, public], cites: [elsewhere_makeup]}
  - {from: 2023-01-01, parameter: makeup_papers_general, value: [combined], cites: [elsewhere_makeup]}
  - {from: 2023-01-01, parameter: makeup_training_days, value: 20, cites: [elsewhere_makeup/2]}
  - {from: 2023-01-01, parameter: certificate_issuing_authority, value: 另一省卫生健康委员会, cites: [design]}
"""


def test_another_province_is_one_file(tmp_path: Path) -> None:
    """Nothing else is written for it, and a whole cycle goes by what it says, to the certificate and its proof."""
    file = tmp_path / "elsewhere.yaml"
    file.write_text(FOURTH, encoding="utf-8")
    with World.open("memory:", province=str(file)) as world:
        journeys = Journeys.of(world)
        traveller = failed(journeys, Procedure.GENERAL)
        first = set(journeys.paper_states(traveller))
        attested = ConfirmMakeup(training_attested=True)
        world.send(world.province, "assessment", traveller.case_id, "confirm_makeup", attested)
        again = set(journeys.paper_states(traveller, Stage.MAKEUP))
        journeys.not_before(MAKEUP_DAY)
        journeys.score(traveller, Stage.MAKEUP, combined=Decimal(60))
        journeys.not_before(LAST_DAY)
        publish(journeys, Stage.MAKEUP, again)
        timeline = world.application.catalogue.timeline
        cited = timeline.source("makeup_training_days", local_date(START))

        assert ("elsewhere", {HUMANITIES, PUBLIC}, {COMBINED}) == (timeline.province, first, again)
        assert ["另一省医师定期考核补考通知 2"] == [cite.label for cite in cited]
        assert "qualified" == journeys.state(traveller)
        assert ["printable"] == list(journeys.certificates(traveller).values())
        assert () == world.application.verification.run().findings
