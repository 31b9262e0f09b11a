"""Certificates: each row, its conditions, and what the first print gives."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.certificate.case import CODE_LENGTH, Certificate, Face, verification_code
from kaohe_workflow.lifecycles.certificate.events import Allow, Print
from kaohe_workflow.lifecycles.certificate.facts import CertificateFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import RESULT, CertificateAround, china
from kaohe_workflow.testing.trials import DEFAULTS, RowCase, Sending, Trial, events_without_case

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
    verification_base="https://kaohe.example/v",
)
NUMBERED = attrs.evolve(RECORD, number="YSDK20240000001", face=FACE, issued_on=date(2024, 2, 1))

AROUND = CertificateAround()
REVOKED = CertificateAround(result=attrs.evolve(RESULT, state="awaiting_makeup_approval", result_version=2))
REPEATED = CertificateAround(result=attrs.evolve(RESULT, result_version=3))
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
    case("none", "allow", "printable", SYSTEM, None, payload=Allow("assessment", 1), refused=NO_LONGER),
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
        case(state, "void", "void", SYSTEM, NUMBERED, REVOKED, refused={"result_gone": {"around": AROUND}})
        for state in ("printable", "generated", "stamped")
    ),
)


@pytest.mark.parametrize("row", CASES, ids=str)
def test_takes_the_row(row):
    """Inside all of its conditions the row fires and leads where the table of states says."""
    after = row.trial.send(row.sending)

    assert row.target == after.state


@pytest.mark.parametrize("row", CASES, ids=str)
def test_every_condition_has_its_refusal(row):
    """No condition of a row goes unproven."""
    assert row.conditions == set(row.refused)


@pytest.mark.parametrize(
    ("row", "guard"),
    [pytest.param(row, guard, id=f"{row}-{guard}") for row in CASES for guard in row.refused],
)
def test_refuses_outside_one_condition(row, guard):
    """Outside one condition alone, the row refuses with just that condition."""
    assert {guard} == row.unmet(guard)


@pytest.mark.parametrize("row", CASES, ids=str)
def test_lets_nobody_else_through(row):
    """Another role is refused."""
    assert [] == row.admitted()


def test_every_row_has_a_case():
    """No row goes unproven."""
    assert set() == events_without_case("certificate", CASES)


def test_a_certificate_is_made_for_its_result():
    """It keeps the name and the day of the result; number and date are still to come."""
    made = CASES[0].trial.send(CASES[0].sending)

    assert RECORD == made.record


def test_the_first_print_gives_number_and_date_and_fixes_the_text():
    """The date is the day of printing in China; printing again changes nothing (手册 2.3.0)."""
    payload = Print.of("YSDK20240000001", FACE)
    sending = Sending(event="print", by=PRINTERS[0], now=NOW, around=AROUND, payload=payload)
    first = Trial(lifecycle="certificate", state="printable", record=RECORD).send(sending)
    other = Print.of("YSDK20240000002", attrs.evolve(FACE, institution="中心医院"))
    second = first.send(attrs.evolve(sending, payload=other))

    assert NUMBERED == first.record
    assert first == second


def test_a_void_certificate_is_never_printed():
    """Once void it can neither be printed nor stamped, nor come back (手册 2.3.0)."""
    void = Trial(lifecycle="certificate", state="void", record=NUMBERED)

    for event, by, payload in (
        ("print", PRINTERS[0], Print.of("YSDK20240000003", FACE)),
        ("stamp", ADMINISTRATION, NoPayload()),
        ("allow", SYSTEM, Allow("assessment", 1)),
    ):
        sending = Sending(event=event, by=by, now=NOW, around=AROUND, payload=payload)

        assert isinstance(void.decide(sending), Refused)


@pytest.mark.parametrize(
    ("around", "qualified"),
    [(AROUND, True), (REVOKED, False), (REPEATED, False), (CertificateAround(result=None), False)],
)
def test_a_certificate_belongs_to_one_version(around, qualified):
    """A later 合格 of the same assessment is another version, with another certificate."""
    moment = Moment(NOW, DEFAULTS)

    assert qualified == CertificateFacts(RECORD, NoPayload(), around, moment).qualified
    assert qualified == CertificateFacts(None, Allow("assessment", 1), around, moment).qualified


def test_without_a_record_or_its_making_nothing_is_certified():
    """An event that names no result certifies none."""
    assert not CertificateFacts(None, NoPayload(), AROUND, Moment(NOW, DEFAULTS)).qualified


@given(one=st.text(max_size=30), other=st.text(max_size=30))
def test_codes_tell_certificates_apart(one, other):
    """A code is ten letters or digits, the same for the same certificate, another for another."""
    code = verification_code(one)

    assert CODE_LENGTH == len(code)
    assert code.isalnum()
    assert (one == other) == (code == verification_code(other))


def test_a_number_is_plain_text():
    """A control character in a number is an error of the input."""
    with pytest.raises(InputInvalid):
        Print.of("a\x00", FACE)


def test_a_number_without_digits_numbers_nothing():
    """A blank number is none."""
    facts = CertificateFacts(RECORD, Print.of(" ", FACE), AROUND, Moment(NOW, DEFAULTS))

    assert not facts.number_given


def test_no_input_sets_number_or_text():
    """Only the use case vouches for them."""
    assert [] == [field.name for field in attrs.fields(Print) if field.init]
