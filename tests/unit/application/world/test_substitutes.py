"""替考 has two sides: who sat for another is named with the finding, heard, and answers for it with an own paper."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.send import Done
from kaohe_workflow.lifecycles.cheating.events import Confirm, StateCase
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.testing.files import hand_in
from kaohe_workflow.testing.journeys import HIGH, SITTING_DAY, Journeys, Traveller
from kaohe_workflow.values.terms import AccountKind, CheatingManner, PaperKind, Stage
from kaohe_workflow.values.windows import local_date
from tests.unit.application.world.steps import case_of, cause_of_last, found, refused
from tests.unit.application.world.test_marks import several
from tests.unit.application.world.test_outlived_marks import HEARING

pytestmark = pytest.mark.manual("S-84")
HUMANITIES, PROFESSIONAL = PaperKind.HUMANITIES, PaperKind.PROFESSIONAL


def named(journeys: Journeys, suspect: Traveller, substitute: Traveller) -> str:
    """A finding that somebody sat for the suspect; the id of the suspect's mark."""
    mark = journeys.mark(suspect, HUMANITIES)
    journeys.confirm(mark, substitute_id=substitute.physician_id)
    return mark


def carried(journeys: Journeys, substitute: Traveller) -> list[Any]:
    """The marks of who sat for another."""
    return found(journeys.world, "cheating", "physician_id", substitute.physician_id)


def decide(journeys: Journeys, mark: str, event: str, by: Principal | None = None, **more: Any) -> None:
    """The province decides the mark of the substitute, who has been heard."""
    world = journeys.world
    if event == "confirm":
        more = {"evidence": (hand_in(world.application, world.province),)} | more
    payload = Confirm(**more) if event == "confirm" else NoPayload()
    world.send(by or journeys.colleague, "cheating", mark, event, payload, reason="已核实")


def heard(journeys: Journeys, substitute: Traveller, mark: str) -> None:
    statement = StateCase(statement="当日本人在值班。")
    journeys.world.send(substitute.principal, "cheating", mark, "state_case", statement)


def texts(journeys: Journeys, reader: Principal, word: str) -> list[str]:
    page = journeys.world.application.inbox.page(reader, limit=200)
    return [one.text for one in page.notices if word in one.text]


def findings(journeys: Journeys) -> tuple[object, ...]:
    return journeys.world.application.verification.run().findings


def test_mark_substitute(stored: Journeys) -> None:
    """Named, the substitute's own paper is marked, not void: it is before the province, and the person is heard."""
    world = stored.world
    suspect, substitute = several(stored, 2)
    finding = named(stored, suspect, substitute)
    (mark,) = carried(stored, substitute)

    assert stored.papers(substitute)[Stage.FIRST, HUMANITIES] == mark.record.evaluation_id
    assert ("awaiting_province", finding, ()) == (mark.state, mark.record.finding_id, mark.record.evidence)
    assert local_date(world.clock.now()) + HEARING > (mark.record.heard_until or SITTING_DAY)
    assert "mark_substitute" == cause_of_last(world, "cheating", mark.id)
    assert "void" == stored.paper_states(suspect)[HUMANITIES]
    assert "handed_in" == stored.paper_states(substitute)[HUMANITIES]
    assert texts(stored, substitute.principal, "被认定为代考人")
    assert texts(stored, world.hospital, "被认定为他人代考")
    assert [] == texts(stored, world.county, "目前没有可以据此标记的试卷")

    heard(stored, substitute, mark.id)
    decide(stored, mark.id, "confirm")

    assert "void" == stored.paper_states(substitute)[HUMANITIES]
    assert () == findings(stored)


def test_without_a_name_nobody_else_is_marked(journeys: Journeys) -> None:
    """Who sat for the suspect need not be known."""
    suspect, other = several(journeys, 2)
    journeys.confirm(journeys.mark(suspect, HUMANITIES))

    assert [] == carried(journeys, other)


def test_mark_substitute_when_sitting(stored: Journeys) -> None:
    """Who has sat nothing yet is marked with the first paper that is sat; until then the administration knows."""
    world = stored.world
    substitute = stored.to("awaiting_assessment")
    (suspect,) = several(stored, 1)
    named(stored, suspect, substitute)
    before = carried(stored, substitute), texts(stored, world.county, "目前没有可以据此标记的试卷")
    stored.score(substitute, Stage.FIRST, professional=HIGH)
    stored.score(substitute, Stage.FIRST, humanities=HIGH)
    (mark,) = carried(stored, substitute)

    assert [] == before[0]
    assert 1 == len(before[1])
    assert (PROFESSIONAL, "awaiting_province") == (mark.record.kind, mark.state)
    assert "mark_substitute_when_sitting" == cause_of_last(world, "cheating", mark.id)
    assert () == findings(stored)


def test_who_takes_no_part_is_left_to_the_administration(journeys: Journeys) -> None:
    """The one above the substitute's own institution is told whom it is about, and no other."""
    (suspect,) = several(journeys, 1)
    substitute = journeys.newcomer(journeys.elsewhere)
    named(journeys, suspect, substitute)
    person = case_of(journeys.world, "affiliation", substitute.physician_id).record
    told = texts(journeys, journeys.neighbour, "目前没有可以据此标记的试卷")

    assert 1 == len(told)
    assert person.name in told[0]
    assert [] == texts(journeys, journeys.world.county, "目前没有可以据此标记的试卷")


@pytest.mark.parametrize("decided", [None, "confirm", "exclude"])
def test_clear_substitute(journeys: Journeys, decided: str | None) -> None:
    """Nobody sat for who sat himself: the mark falls, decided or not, and its paper is back; but what was excluded."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    finding = named(journeys, suspect, substitute)
    (mark,) = carried(journeys, substitute)
    if decided:
        heard(journeys, substitute, mark.id)
        decide(journeys, mark.id, decided)
    world.send(journeys.colleague, "cheating", finding, "correct", reason="申诉成立")

    assert {None: "unmarked", "confirm": "unmarked", "exclude": "excluded"}[decided] == world.state_of(
        "cheating", mark.id
    )
    assert {HUMANITIES: "handed_in", PROFESSIONAL: "not_sat"} == journeys.paper_states(substitute)
    assert (decided != "exclude") == bool(texts(journeys, substitute.principal, "标记已取消"))
    assert case_of(world, "cheating", finding).record.substitute_id is None
    assert () == findings(journeys)


def test_a_paper_with_a_mark_of_its_own_is_not_marked_twice(journeys: Journeys) -> None:
    """Another paper that was sat answers for it; where there is none the administration is told."""
    suspect, second, both, one = several(journeys, 4)
    journeys.score(both, Stage.FIRST, professional=HIGH)
    for substitute in (both, one):
        journeys.mark(substitute, HUMANITIES)
    named(journeys, suspect, both)
    named(journeys, second, one)

    assert {HUMANITIES, PROFESSIONAL} == {mark.record.kind for mark in carried(journeys, both)}
    assert [HUMANITIES] == [mark.record.kind for mark in carried(journeys, one)]
    assert 1 == len(texts(journeys, journeys.world.county, "目前没有可以据此标记的试卷"))


def test_each_finding_of_a_bulk_has_a_paper_of_its_own(journeys: Journeys) -> None:
    """Who sat for two is marked twice, as far as there are papers."""
    world = journeys.world
    *suspects, substitute = several(journeys, 4)
    journeys.score(substitute, Stage.FIRST, professional=HIGH)
    marks = [journeys.mark(suspect, HUMANITIES) for suspect in suspects]
    for mark in marks:
        journeys.report(mark)
    journeys.not_before(local_date(world.clock.now()) + HEARING)
    items = [
        Item(mark, Confirm(substitute_id=substitute.physician_id), reason="系他人代考") for mark in marks
    ]
    outcomes = world.application.door.send_many(world.province, "cheating", "confirm", items)

    assert [Done] * 3 == [type(outcome) for outcome in outcomes]
    assert {HUMANITIES, PROFESSIONAL} == {mark.record.kind for mark in carried(journeys, substitute)}
    assert 2 == len({mark.record.finding_id for mark in carried(journeys, substitute)})
    assert () == findings(journeys)


def test_whoever_is_named_is_another_physician_of_the_list(journeys: Journeys) -> None:
    """Not the suspect, nobody who is not there, and no name where the mark is not about 替考."""
    world = journeys.world
    suspect, other = several(journeys, 2)
    gone = journeys.newcomer()
    world.send(world.hospital, "affiliation", gone.physician_id, "delete")
    substitution = journeys.mark(suspect, HUMANITIES)
    alone = journeys.mark(other, HUMANITIES, manner=CheatingManner.MATERIAL)
    for mark in (substitution, alone):
        journeys.report(mark)
    journeys.not_before(local_date(world.clock.now()) + HEARING)

    def told(mark: str, id: str) -> list[str]:
        payload = Confirm(substitute_id=id)
        return refused(world, world.province, "cheating", mark, "confirm", payload, reason="代考")

    for id in (suspect.physician_id, gone.physician_id, "nobody", world.cycle_id):
        assert ["substitute_sound"] == told(substitution, id)
    assert ["substitute_sound"] == told(alone, suspect.physician_id)
    assert "awaiting_province" == world.state_of("cheating", substitution)


def test_only_who_lies_below_the_administration_is_reached(journeys: Journeys) -> None:
    """The province reaches everybody below it, a county nobody of its neighbour's, and the system no one."""
    world = journeys.world
    here, there = journeys.newcomer(), journeys.newcomer(journeys.elsewhere)
    application = world.application
    with application.store.begin(write=False) as unit:
        moment = application.catalogue.moment(world.clock.now())

        def reached(principal: Principal) -> list[bool]:
            surroundings = Surroundings(unit, moment, application.door.tools.secrets)
            surroundings.batch.organisation_id = principal.organisation_id
            (view,) = surroundings.views("cheating", [("mark", None, Confirm())])
            return [view.reaches_physician(one.physician_id) for one in (here, there)]

        seen = [
            reached(one) for one in (world.province, world.city, world.county, journeys.neighbour, SYSTEM)
        ]

    assert [[True, True], [True, True], [True, False], [False, True], [False, False]] == seen


def test_who_has_named_the_substitute_does_not_decide_about_him(journeys: Journeys) -> None:
    """The same person of the province's office is refused, another one decides."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    named(journeys, suspect, substitute)
    (mark,) = carried(journeys, substitute)
    heard(journeys, substitute, mark.id)
    proof = Confirm(evidence=(hand_in(world.application, world.province),))

    assert ["named_by_another"] == refused(
        world, world.province, "cheating", mark.id, "confirm", proof, reason="代考"
    )
    decide(journeys, mark.id, "confirm")

    assert "confirmed" == world.state_of("cheating", mark.id)


def test_neither_side_is_told_of_the_other(journeys: Journeys) -> None:
    """Who sat for whom is between the administrations: blank for both physicians, institution, agency and auditor."""
    world = journeys.world
    suspect, substitute = several(journeys, 2)
    finding = named(journeys, suspect, substitute)
    (mark,) = carried(journeys, substitute)
    auditor = attrs.evolve(world.county, kind=AccountKind.AUDITOR, account_id="auditor", operator_id=None)
    outside = (world.hospital, world.agency, auditor)

    def seen(case_id: str, *readers: Principal) -> set[tuple[str | None, str | None]]:
        records = [world.application.cases.get(one, "cheating", case_id).record for one in readers]
        return {(record.substitute_id, record.finding_id) for record in records}

    def steps_tell(case_id: str, reader: Principal) -> set[str]:
        entries = world.application.cases.history(reader, "cheating", case_id)
        return {"substitute", "named_by_sender"} & {fact for entry in entries for fact in entry.facts}

    assert [set()] * 4 == [steps_tell(finding, one) for one in (suspect.principal, *outside)]
    assert {"substitute", "named_by_sender"} == steps_tell(finding, world.province)
    assert {(None, None)} == seen(finding, suspect.principal, *outside)
    assert {(None, None)} == seen(mark.id, substitute.principal, *outside)
    assert {(substitute.physician_id, None)} == seen(finding, world.county, world.province, SYSTEM)
    assert {(None, finding)} == seen(mark.id, world.county, world.province, SYSTEM)
    for reader, other in ((suspect, substitute), (substitute, suspect)):
        name = case_of(world, "affiliation", other.physician_id).record.name
        assert [] == texts(journeys, reader.principal, name)
