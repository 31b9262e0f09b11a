"""A case for each row of a certificate, with what refuses it; proven in `test_rows.py` one folder up."""

from __future__ import annotations

from datetime import date

import attrs

from kaohe_workflow.lifecycles.certificate.case import Certificate, Face, verification_code
from kaohe_workflow.lifecycles.certificate.events import Allow, Print
from kaohe_workflow.testing.assessments import RESULT, CertificateAround, china
from kaohe_workflow.testing.trials import RowCase, Sending, Trial

NOW = china(date(2024, 2, 1), 1)
PRINTERS = (
    ("physician", "self"),
    ("institution", "own"),
    ("agency", "assigned"),
    ("administration", "subtree"),
)
ADMINISTRATION = ("administration", "subtree")
SYSTEM = ("system", "any")

RECORD = Certificate(
    institution_id="hospital",
    assessment_id="assessment",
    cycle_id="cycle",
    physician_id="doctor",
    result_version=1,
    name="韦晓梅",
    decided_on=date(2024, 1, 15),
    code=verification_code("case"),
)
FACE = Face(
    name="韦晓梅",
    sex="女",
    id_number_masked="45**************33",
    licence_number="110450000000001",
    level="执业医师",
    category="临床",
    institution="第一人民医院",
    department="内科",
    cycle_first_day=date(2020, 1, 1),
    cycle_last_day=date(2022, 12, 31),
    procedure="一般程序",
    issuing_authority="卫生健康委员会",
    statement="上列医师参加本周期医师定期考核，业务水平、工作成绩和职业道德经考核评定",
    note="本证书加盖发证机关印章后生效",
    verification_base="https://kaohe.example/v",
)
NUMBERED = attrs.evolve(RECORD, number="YSDK20240000001", face=FACE, issued_on=date(2024, 2, 1))

AROUND = CertificateAround()
REVOKED = CertificateAround(result=attrs.evolve(RESULT, state="awaiting_makeup_approval", result_version=2))
REPEATED = CertificateAround(result=attrs.evolve(RESULT, result_version=3))
STAMPED = attrs.evolve(NUMBERED, stamped_on=date(2024, 2, 1))
MARKED = CertificateAround(mark_undecided=True)
NO_LONGER = {"qualified": {"around": REVOKED}}


def case(state, event, target, by, record=RECORD, around=AROUND, *, refused=None, **more):
    """A case of a row; ``refused`` maps a condition to what makes it fail."""
    return RowCase(
        trial=Trial(lifecycle="certificate", state=state, record=record),
        sending=Sending(event=event, by=by, now=NOW, around=around, **more),
        target=target,
        refused=refused or {},
    )


CASES = (
    case(
        "none",
        "allow",
        "printable",
        SYSTEM,
        None,
        payload=Allow("assessment", 1),
        refused=NO_LONGER | {"not_held": {"around": MARKED}},
    ),
    case(
        "none",
        "allow",
        "frozen",
        SYSTEM,
        None,
        MARKED,
        payload=Allow("assessment", 1),
        refused={
            "qualified": {"around": attrs.evolve(REVOKED, mark_undecided=True)},
            "held": {"around": AROUND},
        },
    ),
    *(
        case(
            "printable",
            "print",
            "generated",
            by,
            payload=Print.of("YSDK20240000001", FACE),
            refused=NO_LONGER | {"number_given": {"payload": Print()}},
        )
        for by in PRINTERS
    ),
    *(
        case(state, "print", state, by, NUMBERED, payload=Print(), refused=NO_LONGER)
        for state in ("generated", "stamped")
        for by in PRINTERS
    ),
    case("generated", "stamp", "stamped", ADMINISTRATION, NUMBERED, refused=NO_LONGER),
    *(
        case(state, "freeze", "frozen", SYSTEM, NUMBERED, MARKED, refused={"held": {"around": AROUND}})
        for state in ("printable", "generated", "stamped")
    ),
    *(
        case(
            "frozen",
            "release",
            target,
            SYSTEM,
            record,
            refused=NO_LONGER | {"not_held": {"around": MARKED}, condition: {"record": other}},
        )
        for target, record, condition, other in (
            ("printable", RECORD, "without_number", NUMBERED),
            ("generated", NUMBERED, "numbered_unstamped", STAMPED),
            ("stamped", STAMPED, "has_stamp", NUMBERED),
        )
    ),
    *(
        case(
            state,
            "replace",
            "void",
            ADMINISTRATION,
            NUMBERED,
            reason="姓名已更正",
            refused=NO_LONGER | {"has_number": {"record": RECORD}},
        )
        for state in ("generated", "stamped", "frozen")
    ),
    *(
        case(
            state,
            "replace",
            "void",
            SYSTEM,
            NUMBERED,
            refused=NO_LONGER | {"has_number": {"record": RECORD}},
        )
        for state in ("generated", "stamped", "frozen")
    ),
    *(
        case(state, "void", "void", SYSTEM, NUMBERED, REVOKED, refused={"result_gone": {"around": AROUND}})
        for state in ("printable", "generated", "stamped", "frozen")
    ),
)
