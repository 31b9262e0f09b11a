"""Certificates: what they are made of, and what the first print gives."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.certificate.case import CODE_LENGTH, verification_code
from kaohe_workflow.lifecycles.certificate.events import Allow, Print
from kaohe_workflow.lifecycles.certificate.facts import CertificateFacts
from kaohe_workflow.lifecycles.shape import Moment, NoPayload
from kaohe_workflow.statechart.deciding import Refused
from kaohe_workflow.testing.assessments import CertificateAround
from kaohe_workflow.testing.trials import DEFAULTS, Sending, Trial
from tests.unit.lifecycles.certificate.rows import (
    ADMINISTRATION,
    AROUND,
    CASES,
    FACE,
    NOW,
    NUMBERED,
    PRINTERS,
    RECORD,
    REPEATED,
    REVOKED,
    SYSTEM,
)


def test_a_certificate_is_made_for_its_result():
    """It keeps the name and the day of the result; number and date are still to come."""
    made = CASES[0].trial.send(CASES[0].sending)

    assert RECORD == made.record


@pytest.mark.manual("S-88")
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
