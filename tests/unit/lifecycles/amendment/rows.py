"""A case for each row of an application to correct locked data; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.amendment.case import Amendment
from kaohe_workflow.lifecycles.amendment.events import MoveAmendment
from kaohe_workflow.testing.amendments import PERSON, AmendmentAround, correction
from kaohe_workflow.testing.assessments import china
from kaohe_workflow.testing.trials import RowCase, Sending, Trial
from kaohe_workflow.values.locked_fields import LockedField

ASKED = china(date(2023, 12, 1))
LAST_DAY = china(date(2023, 12, 11), 23, 59, 59)
LATE = china(date(2023, 12, 12), 0)

PHYSICIAN = ("physician", "self")
INSTITUTION = ("institution", "own")
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")
OPEN = ("pending", "awaiting_administration")

RECORD = Amendment(
    institution_id="hospital",
    physician_id="doctor",
    field=LockedField.LICENSED_ON,
    value="2006-07-01",
    attachments=("licence",),
    requested_at=ASKED,
)
RENAMING = attrs.evolve(RECORD, field=LockedField.NAME, value="韦晓玫")
BY_INSTITUTION = attrs.evolve(RECORD, by_institution=True)
UNATTACHED = AmendmentAround(person=attrs.evolve(PERSON, state="unattached"))
TAKEN = {"around": AmendmentAround(number_taken=True)}

WORD = "证明材料不足"


def creating(person):
    """What refuses an application of somebody who is ``person``."""
    around = AmendmentAround(person=attrs.evolve(PERSON, state=person))
    elsewhere = AmendmentAround(person=attrs.evolve(PERSON, state="left"))
    return {
        person: {"around": elsewhere},
        "proof_given": {"payload": correction(attachments=())},
        "value_new": {"payload": correction(value="2005-07-01")},
        "date_past": {"payload": correction(value="2023-12-02")},
        "number_free": {"around": attrs.evolve(around, number_taken=True)},
        "only_application": {"around": attrs.evolve(around, other_open=True)},
    }


def case(state, event, target, by, record=RECORD, *, now=LAST_DAY, around=None, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="amendment", state=state, record=record),
        sending=Sending(event=event, by=by, now=now, around=around or AmendmentAround(), **more),
        target=target,
        refused=refused or {},
    )


def create(target, by, person="attached"):
    """A case of a row that makes an application."""
    around = AmendmentAround(person=attrs.evolve(PERSON, state=person))
    return case(
        "none",
        "create",
        target,
        by,
        None,
        now=ASKED,
        around=around,
        payload=correction(),
        refused=creating(person),
    )


IN_HAND = {"attached": {"around": UNATTACHED}, "in_time": {"now": LATE}}
LEFT = {"left_to_administration": {"now": LAST_DAY}}

CASES = (
    create("pending", PHYSICIAN),
    create("awaiting_administration", PHYSICIAN, "unattached"),
    create("awaiting_administration", INSTITUTION),
    case(
        "pending",
        "pass",
        "effective",
        INSTITUTION,
        refused=IN_HAND | {"institution_may_decide": {"record": RENAMING}},
    ),
    case(
        "pending",
        "pass",
        "awaiting_administration",
        INSTITUTION,
        RENAMING,
        refused=IN_HAND | {"administration_must_decide": {"record": RECORD}},
    ),
    case("pending", "pass", "effective", ADMINISTRATION, now=LATE, refused=LEFT | {"number_free": TAKEN}),
    case("awaiting_administration", "pass", "effective", ADMINISTRATION, refused={"number_free": TAKEN}),
    case("pending", "return", "refused", INSTITUTION, reason=WORD, refused=IN_HAND),
    case("pending", "return", "refused", ADMINISTRATION, now=LATE, reason=WORD, refused=LEFT),
    case("awaiting_administration", "return", "refused", ADMINISTRATION, reason=WORD),
    case("pending", "refer", "awaiting_administration", SYSTEM, now=LATE, refused=LEFT),
    *(
        case(
            state,
            "withdraw",
            "withdrawn",
            PHYSICIAN,
            refused={"asked_by_physician": {"record": BY_INSTITUTION}},
        )
        for state in OPEN
    ),
    case(
        "awaiting_administration",
        "withdraw",
        "withdrawn",
        INSTITUTION,
        BY_INSTITUTION,
        refused={"by_institution": {"record": RECORD}},
    ),
    *(case(state, "withdraw", "withdrawn", SYSTEM) for state in OPEN),
    *(case(state, "move", state, SYSTEM, payload=MoveAmendment("clinic")) for state in OPEN),
)
