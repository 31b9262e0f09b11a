"""A case for each row of a check of a sample, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

import attrs

from kaohe_workflow.lifecycles.spot_check.case import Finding, Item, Subject
from kaohe_workflow.lifecycles.spot_check.events import Draw, RecordFinding
from kaohe_workflow.testing.spot_checks import CHECK, LI, NOW, SpotCheckAround
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

AGENCY = ("agency", "assigned")
ABOVE = ("administration", "subtree")

AROUND = SpotCheckAround()
HELD_OFF = SpotCheckAround(held_off=(LI,))
WAITING = SpotCheckAround(unreturned=("a1",))
NOTHING = SpotCheckAround(drawable=())
DRAW = Draw(institution_id="agency", cycle_id="cycle", number=2)
FAULT = RecordFinding(assessment_id="a1", finding=Finding.FAULTY, note="病历与申报不符")

OPINIONS = attrs.evolve(CHECK, subject=Subject.OPINIONS)
DONE = attrs.evolve(
    CHECK,
    items=(
        Item(assessment_id="a2", finding=Finding.IN_ORDER),
        Item(assessment_id="a1", finding=Finding.FAULTY, note="病历与申报不符"),
    ),
)
DONE_OPINIONS = attrs.evolve(DONE, subject=Subject.OPINIONS)

NOT_DRAWN = {"payload": attrs.evolve(FAULT, assessment_id="a3")}
UNTOLD = {"payload": attrs.evolve(FAULT, note=" ")}


def case(state, event, target, by, record=CHECK, *, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="spot_check", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


def finding(by, record, subject, other):
    """A finding by who has drawn, refused of what another has drawn."""
    held_off = {"not_recused": {"around": HELD_OFF}} if by is AGENCY else {}
    refused = held_off | {"item_drawn": NOT_DRAWN, "fault_told": UNTOLD, subject: {"record": other}}
    return case("drawn", "record_finding", "drawn", by, record, payload=FAULT, refused=refused)


CASES = (
    case(
        "none",
        "draw_opinions",
        "drawn",
        AGENCY,
        None,
        payload=DRAW,
        refused={"files_waiting": {"around": NOTHING}},
    ),
    case(
        "none",
        "draw_results",
        "drawn",
        ABOVE,
        None,
        payload=DRAW,
        refused={"results_decided": {"around": NOTHING}},
    ),
    finding(AGENCY, OPINIONS, "of_opinions", CHECK),
    finding(ABOVE, CHECK, "of_results", OPINIONS),
    case(
        "drawn",
        "conclude",
        "concluded",
        AGENCY,
        DONE_OPINIONS,
        refused={
            "of_opinions": {"record": DONE},
            "all_found": {"record": OPINIONS},
            "faults_followed": {"around": WAITING},
        },
    ),
    case(
        "drawn",
        "conclude",
        "concluded",
        ABOVE,
        DONE,
        refused={"of_results": {"record": DONE_OPINIONS}, "all_found": {"record": CHECK}},
    ),
    case(
        "drawn",
        "abandon",
        "abandoned",
        AGENCY,
        DONE_OPINIONS,
        reason="抽取有误",
        refused={"of_opinions": {"record": DONE}, "faults_followed": {"around": WAITING}},
    ),
    case(
        "drawn",
        "abandon",
        "abandoned",
        ABOVE,
        reason="抽取有误",
        refused={"of_results": {"record": OPINIONS}},
    ),
)
