"""Resident identity numbers: the public vectors, the boundaries, and what typing does to a number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import resident_number
from kaohe_workflow.testing.people_strategies import as_typed, resident_ids
from kaohe_workflow.values.resident_id import (
    ResidentId,
    Sex,
    check_character,
    lengthen,
    mask,
    normalise,
    shorten,
)

PUBLIC = "11010519491231002X"


def code_of(text: str) -> str:
    with pytest.raises(InputInvalid) as refused:
        ResidentId.parse(text)
    return refused.value.problems[0].code


def codes_of(text: str) -> list[str]:
    """The codes of what is wrong with a number: none if nothing is."""
    try:
        ResidentId.parse(text)
    except InputInvalid as ex:
        return [problem.code for problem in ex.problems]
    return []


@pytest.mark.parametrize(
    ("short", "long"),
    [("110105491231002", PUBLIC), ("450103800101123", "450103198001011233")],
)
def test_fifteen_digits_become_eighteen(short: str, long: str) -> None:
    """15 digits: 19 after position 6, the check added."""

    assert long == lengthen(short) == normalise(short)


@given(resident_ids())
def test_every_valid_number_is_accepted(number: str) -> None:
    """A number whose parts and check are right is accepted whatever its area."""

    assert number == ResidentId.parse(number).number


@given(resident_ids(), st.integers(0, 17), st.integers(1, 9))
def test_every_change_of_one_character_is_refused(number: str, place: int, step: int) -> None:
    """MOD 11-2 finds every single wrong character, where the birth date does not show it before."""
    alphabet = "0123456789X" if place == 17 else "0123456789"
    wrong = alphabet[(alphabet.index(number[place]) + step) % len(alphabet)]
    changed = number[:place] + wrong + number[place + 1 :]

    expected = "id-check-digit" if is_day(changed[6:14]) else "id-birth-date"

    assert expected == code_of(changed)


def is_day(text: str) -> bool:
    """Whether eight digits are a day since 1900."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1900
    except ValueError:
        return False


@pytest.mark.manual("S-50")
@given(resident_ids())
def test_shortening_and_lengthening_is_a_round_trip(number: str) -> None:
    """A person born in the 1900s is found by either form of the number."""
    short = shorten(number)

    assert (number if number[6:8] == "19" else None) == (lengthen(short) if short else None)


@given(st.data(), resident_ids())
def test_typing_does_not_matter(data: st.DataObject, number: str) -> None:
    """Width, letter case, spaces, hyphens and white space around are normalised before checking."""
    typed = data.draw(as_typed(number))

    assert number == ResidentId.parse(typed).number


@given(st.text())
def test_normalising_is_idempotent(text: str) -> None:
    """What is normal already stays as it is, number or not."""

    assert normalise(text) == normalise(normalise(text))


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    """No text makes the reader fail otherwise than by a refusal."""
    try:
        parsed = ResidentId.parse(text)
    except InputInvalid:
        return

    assert 18 == len(parsed.number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "²" * 17 + "1",
        "٤" * 17 + "4",
        PUBLIC + "1",
        PUBLIC[:-1],
        "4501031980010112",
        "4.5E+17",
        PUBLIC[:9] + "\n" + PUBLIC[9:],
        PUBLIC[:9] + "\u200b" + PUBLIC[9:],
    ],
)
def test_what_has_not_the_shape_is_malformed(text: str) -> None:
    """Digits are ASCII digits: superscripts and other scripts are none; nothing invisible hides inside."""

    assert "id-malformed" == code_of(text)


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        ("19830228", []),
        ("19830229", ["id-birth-date"]),
        ("19840229", []),
        ("19830230", ["id-birth-date"]),
        ("19001301", ["id-birth-date"]),
        ("19000101", []),
        ("18991231", ["id-birth-date"]),
    ],
)
def test_the_birth_date_is_a_day_of_the_calendar(day: str, codes: list[str]) -> None:
    """30 February is no date of birth; 29 February only in leap years; none before 1900."""
    body = f"450102{day}111"

    assert codes == codes_of(body + check_character(body))


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("18700101", "证件号码中的出生日期早于1900年，请核对"),
        ("18991231", "证件号码中的出生日期早于1900年，请核对"),
        ("18990230", "证件号码中的出生日期不存在，请核对"),
        ("19830230", "证件号码中的出生日期不存在，请核对"),
    ],
)
def test_a_wrong_birth_date_says_what_is_wrong(day: str, message: str) -> None:
    """A day of long ago is a day all the same."""
    with pytest.raises(InputInvalid) as refused:
        ResidentId.parse(f"450102{day}0011")

    assert [message] == [problem.message for problem in refused.value.problems]


def test_a_wrong_birth_date_is_told_before_a_wrong_check() -> None:
    """One problem a number: shape, then birth date, then check."""

    assert "id-birth-date" == code_of("450102198302301110")


@pytest.mark.parametrize(
    ("sequence", "sex"), [(1, Sex.MALE), (2, Sex.FEMALE), (999, Sex.MALE), (998, Sex.FEMALE)]
)
def test_digit_seventeen_tells_the_sex(sequence: int, sex: Sex) -> None:
    """Odd male, even female."""

    assert sex is ResidentId.parse(resident_number("450102", date(1980, 1, 1), sequence)).sex


def test_birth_date_and_area() -> None:
    """The parts of the public vector."""
    parsed = ResidentId.parse(PUBLIC)

    assert (date(1949, 12, 31), "110105", True) == (parsed.birth_date, parsed.area_code, parsed.area_known)


def test_an_unknown_area_is_accepted_and_told() -> None:
    """Area codes change and numbers keep the old ones: a warning, never an error."""

    assert not ResidentId.parse(resident_number("990101", date(1980, 1, 1), 1)).area_known


@pytest.mark.parametrize("sequence", ["996", "997", "998", "999"])
def test_the_old_sequences_do_not_crash(sequence: str) -> None:
    """996–999 once marked births in the 1800s; ignored."""

    assert 18 == len(ResidentId.parse(f"450103800101{sequence}").number)


@pytest.mark.manual("S-77")
@pytest.mark.parametrize(
    ("number", "masked"),
    [(PUBLIC, "11**************2X"), ("", ""), ("1234", "****"), ("12345", "12*45")],
)
def test_lists_show_the_first_and_last_two(number: str, masked: str) -> None:
    """The one mask of lists; too short a number shows nothing."""

    assert masked == mask(number)
