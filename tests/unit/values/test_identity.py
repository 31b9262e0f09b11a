"""Identity documents other than the resident card."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import resident_number
from kaohe_workflow.testing.people_strategies import resident_ids
from kaohe_workflow.values.identity import IdentityNumber, identify
from kaohe_workflow.values.terms import IdType

PERMIT = resident_number("830000", date(1980, 1, 1), 1)
NEW_FOREIGN = resident_number("911156", date(1980, 1, 1), 1)


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (IdType.HK_MACAO_PERMIT, "h12345678", "H12345678"),
        (IdType.HK_MACAO_PERMIT, "M1234567801", "M1234567801"),
        (IdType.TAIWAN_PERMIT, "１２３４５６７８", "12345678"),
        (IdType.HMT_RESIDENCE, PERMIT, PERMIT),
        (IdType.FOREIGN_RESIDENT, "usa123456789012", "USA123456789012"),
        (IdType.FOREIGN_RESIDENT, NEW_FOREIGN, NEW_FOREIGN),
        (IdType.PASSPORT, "E1234 5678", "E12345678"),
        (IdType.OFFICER_CARD, "军字第1234567号", "军字第1234567号"),
    ],
)
def test_each_kind_has_its_shape(kind: IdType, text: str, number: str) -> None:
    """The kinds of document a registered physician may hold."""

    assert number == IdentityNumber.parse(kind, text).number


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (IdType.HK_MACAO_PERMIT, "A12345678", "id-malformed"),
        (IdType.HK_MACAO_PERMIT, "H123456789", "id-malformed"),
        (IdType.TAIWAN_PERMIT, "1234567", "id-malformed"),
        (IdType.HMT_RESIDENCE, resident_number("450102", date(1980, 1, 1), 1), "id-malformed"),
        (IdType.HMT_RESIDENCE, PERMIT[:-1] + ("0" if PERMIT[-1] != "0" else "1"), "id-check-digit"),
        (IdType.FOREIGN_RESIDENT, "9" * 18, "id-birth-date"),
        (IdType.PASSPORT, "护照123456", "id-malformed"),
        (IdType.RESIDENT_ID, "E12345678", "id-malformed"),
    ],
)
def test_another_shape_is_refused(kind: IdType, text: str, code: str) -> None:
    """Check digits exist only in the 18-character kinds; the others are judged by shape."""
    with pytest.raises(InputInvalid) as refused:
        IdentityNumber.parse(kind, text)

    assert [code] == [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("H12345678", IdType.HK_MACAO_PERMIT),
        ("12345678", IdType.TAIWAN_PERMIT),
        (PERMIT, IdType.HMT_RESIDENCE),
        (NEW_FOREIGN, IdType.FOREIGN_RESIDENT),
        ("E12345678", IdType.PASSPORT),
        ("110105491231002", IdType.RESIDENT_ID),
        ("567891234", IdType.PASSPORT),
        ("AB1234567X", IdType.PASSPORT),
        ("C1234", IdType.PASSPORT),
        ("1234567", IdType.PASSPORT),
        ("A2345678901234", IdType.PASSPORT),
        ("军字第1234567号", IdType.OFFICER_CARD),
    ],
)
def test_a_number_alone_tells_its_kind(text: str, kind: IdType) -> None:
    """Searches and score files hold a number without its kind."""

    assert kind is identify(text).id_type


@pytest.mark.parametrize(
    "text", ["A23456789012345", "4501021967010100", "45010219670101OO12", "A23", "123456", ""]
)
def test_what_may_be_a_slip_in_a_resident_number_is_refused_as_one(text: str) -> None:
    """From fifteen characters on, and below five, or seven bare digits, nothing is taken for a passport."""
    with pytest.raises(InputInvalid):
        identify(text)


@given(resident_ids())
def test_the_birth_date_is_that_of_the_number(number: str) -> None:
    """The day of birth is digits 7–14."""

    assert f"{IdentityNumber.parse(IdType.RESIDENT_ID, number).birth_date:%Y%m%d}" == number[6:14]


def test_a_passport_tells_no_birth_date() -> None:
    """Unknown stays unknown."""

    assert IdentityNumber.parse(IdType.PASSPORT, "E12345678").birth_date is None


@pytest.mark.manual("S-50")
def test_what_was_typed_is_kept_and_not_compared() -> None:
    """Two spellings of one number are the same person."""

    assert IdentityNumber.parse(IdType.RESIDENT_ID, "110105491231002") == IdentityNumber.parse(
        IdType.RESIDENT_ID, "11010519491231002x"
    )


@given(st.sampled_from(list(IdType)), st.text())
def test_any_text_is_a_number_or_refused(kind: IdType, text: str) -> None:
    """No text makes a reader fail otherwise than by a refusal."""
    try:
        parsed = IdentityNumber.parse(kind, text)
    except InputInvalid:
        return

    assert parsed.number
