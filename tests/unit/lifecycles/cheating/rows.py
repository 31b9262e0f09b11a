"""A case for each row of a mark (疑似作弊), with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.cheating.case import Cheating
from kaohe_workflow.lifecycles.cheating.events import Carry, Confirm, Mark, StateCase
from kaohe_workflow.lifecycles.shape import Move
from kaohe_workflow.testing.assessments import SAT_PAPER, CheatingAround, china
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.terms import CheatingManner, PaperKind, Stage

MARKED = china(date(2024, 1, 5), 9)
REPORT_DUE = china(date(2024, 1, 16), 0)
REPORTED = china(date(2024, 1, 16), 9)
HEARING = china(date(2024, 1, 21), 23, 59, 59)
HEARD = china(date(2024, 1, 22), 0)

PHYSICIAN = ("physician", "self")
INSTITUTION = ("institution", "own")
AGENCY = ("agency", "assigned")
ADMINISTRATION = ("administration", "subtree")
PROVINCE = ("province", "subtree")
SYSTEM = ("system", "any")

MARK = Mark(
    manner=CheatingManner.SUBSTITUTE,
    evidence=("photo-1",),
    assessment_id="assessment",
    evaluation_id="paper",
)
STATEMENT = StateCase(statement="当日因病面部浮肿。", files=("record",))
RECORD = Cheating(
    institution_id="hospital",
    assessment_id="assessment",
    evaluation_id="paper",
    cycle_id="cycle",
    physician_id="doctor",
    kind=PaperKind.PROFESSIONAL,
    stage=Stage.FIRST,
    manner=CheatingManner.SUBSTITUTE,
    evidence=("photo-1",),
    marked_at=MARKED,
)
WAITING = attrs.evolve(RECORD, reported_at=REPORTED, heard_until=date(2024, 1, 21))
CARRY = Carry(assessment_id="assessment", evaluation_id="paper", finding_id="finding")
CARRIED = attrs.evolve(
    WAITING,
    evidence=(),
    marked_at=REPORTED,
    told=True,
    finding_id="finding",
    manner=CheatingManner.SUBSTITUTE,
)
STATED = attrs.evolve(WAITING, statement="当日因病面部浮肿。", statement_files=("record",))

AROUND = CheatingAround()
NOT_SAT = CheatingAround(paper=attrs.evolve(SAT_PAPER, state="not_sat"))
ARCHIVED = CheatingAround(cycle_running=False)


def case(state, event, target, by, record=RECORD, *, now=MARKED, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="cheating", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=AROUND, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    *(
        case(
            "none",
            "mark",
            "suspected",
            by,
            None,
            payload=MARK,
            reason="照片与本人明显不符",
            refused={
                "paper_sat": {"around": NOT_SAT},
                "cycle_running": {"around": ARCHIVED},
                "not_marked": {"around": CheatingAround(marked_already=True)},
            },
        )
        for by in (INSTITUTION, AGENCY, ADMINISTRATION)
    ),
    case(
        "excluded",
        "mark",
        "suspected",
        ADMINISTRATION,
        payload=attrs.evolve(MARK, evidence=("photo-2",)),
        reason="发现新的照片",
        refused={
            "paper_sat": {"around": NOT_SAT},
            "cycle_running": {"around": ARCHIVED},
            "evidence_is_new": {"payload": MARK},
        },
    ),
    case("suspected", "unmark", "unmarked", ADMINISTRATION, reason="系误标"),
    case("suspected", "report", "awaiting_province", ADMINISTRATION),
    case(
        "suspected",
        "report",
        "awaiting_province",
        SYSTEM,
        now=REPORT_DUE,
        refused={"report_due": {"now": china(date(2024, 1, 15), 23, 59, 59)}},
    ),
    case(
        "awaiting_province",
        "state_case",
        "awaiting_province",
        PHYSICIAN,
        WAITING,
        now=HEARING,
        payload=STATEMENT,
        refused={
            "hearing_open": {"now": HEARD},
            "statement_given": {"payload": StateCase(statement=" ")},
        },
    ),
    case(
        "awaiting_province",
        "confirm",
        "confirmed",
        PROVINCE,
        WAITING,
        now=HEARD,
        payload=Confirm(),
        reason="经比对系他人代考",
        refused={
            "evidence_given": {"record": attrs.evolve(WAITING, evidence=())},
            "heard": {"now": HEARING},
            "substitute_sound": {"payload": Confirm(substitute_id="nobody")},
            "named_by_another": {"around": CheatingAround(named_by_sender=True)},
        },
    ),
    case("awaiting_province", "exclude", "excluded", PROVINCE, WAITING, reason="经核实为本人"),
    case("confirmed", "correct", "excluded", PROVINCE, WAITING, reason="申诉成立"),
    case(
        "none",
        "carry",
        "awaiting_province",
        SYSTEM,
        None,
        payload=CARRY,
        reason="被认定为代考人",
        refused={
            "paper_sat": {"around": NOT_SAT},
            "cycle_running": {"around": ARCHIVED},
            "not_marked": {"around": CheatingAround(marked_already=True)},
        },
    ),
    *(
        case(state, "fall", "unmarked", SYSTEM, CARRIED, reason="原认定已更正")
        for state in ("suspected", "awaiting_province", "confirmed")
    ),
    *(
        case(state, "move", state, SYSTEM, WAITING, payload=Move("clinic"))
        for state in ("suspected", "awaiting_province", "confirmed", "excluded")
    ),
)
