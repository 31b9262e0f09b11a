"""Names, telephone numbers and free texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.values.person_name import PersonName, entered, shown_name
from kaohe_workflow.values.phone import Phone
from kaohe_workflow.values.plain_text import (
    plain_text,
    says_something,
    storable,
    text_problems,
    tidy_line,
    unstorable,
)


def name_code(text: str) -> str:
    with pytest.raises(InputInvalid) as refused:
        PersonName.parse(text)
    return refused.value.problems[0].code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("韦𬎆", "韦𬎆"),
        ("䶮㛃", "䶮㛃"),
        ("王\U000323b0", "王\U000323b0"),
        ("王\ue863", "王\ue863"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("John O'Neil-Smith Jr.", "John O'Neil-Smith Jr."),
        ("张　三", "张三"),
        ("  张三 ", "张三"),
        ("Zoe\u0308 Li", "Zoë Li"),
        ("李〇", "李〇"),
        ("张" * 50, "张" * 50),
    ],
)
def test_names_are_kept_as_they_are(typed: str, kept: str) -> None:
    """Rare characters of every plane stay, dots get one form, padding spaces go."""

    assert kept == PersonName.parse(typed).text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "name-missing"),
        (" 　\t", "name-missing"),
        ("张\u202e三", "name-control"),
        ("张\u200b三", "name-control"),
        ("\ufeff张三", "name-control"),
        ("张\x00三", "name-control"),
        ("张三\n", "name-control"),
        ("张\ud800三", "name-control"),
        ("张\u3164三", "name-control"),
        ("张", "name-malformed"),
        ("张" * 51, "name-malformed"),
        ("张3", "name-malformed"),
        ("=1+1", "name-malformed"),
        ("张三（大）", "name-malformed"),
        ("·张三", "name-malformed"),
        ("12345678901", "name-malformed"),
        ("张三;--", "name-malformed"),
    ],
)
def test_what_is_no_name_says_why(text: str, code: str) -> None:
    """Nothing invisible, 2–50 characters, letters and what stands between names."""

    assert code == name_code(text)


@pytest.mark.manual("S-79")
def test_a_mobile_number_may_stand_in_for_a_name() -> None:
    """手册 2.2.9 shows such a row: the account exists before the name is known, and the name is blank."""
    known = entered("１８８11594425", None)

    assert ("", "18811594425") == known
    assert "188****4425" == shown_name(*known)
    assert "name-malformed" == name_code("１８８11594425")


@given(st.text())
def test_any_text_is_a_name_or_refused(text: str) -> None:
    """An accepted name is read again as itself."""
    try:
        name = PersonName.parse(text)
    except InputInvalid:
        return

    assert name == PersonName.parse(name.text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13000000000", "13000000000"),
        ("１９９ 9999 9999", "19999999999"),
        ("138-0013-8000", "13800138000"),
        ("0771-5801234", "0771-5801234"),
        ("(0771)5801234", "(0771)5801234"),
        ("010 65801234", "010 65801234"),
        ("07715801234", "07715801234"),
        ("5801234", "5801234"),
        ("0771-5801234-802", "0771-5801234-802"),
    ],
)
def test_mobile_and_landline_are_accepted(typed: str, kept: str) -> None:
    """1[3-9] and nine digits, or a landline."""

    assert kept == Phone.parse(typed).number


@pytest.mark.parametrize(
    "text",
    ["", "12345678901", "1380013800", "138001380000", "12800138000", "²" * 11, "021-123", "电话", "580123"],
)
def test_other_numbers_are_malformed(text: str) -> None:
    """One digit more or less, a wrong second digit, no digits."""
    with pytest.raises(InputInvalid) as refused:
        Phone.parse(text)

    assert "phone-malformed" == refused.value.problems[0].code


@pytest.mark.parametrize(("number", "masked"), [("13800138000", "138****8000"), ("5801234", "5801234")])
def test_lists_mask_a_phone(number: str, masked: str) -> None:
    """First three and last four."""

    assert masked == Phone.parse(number).masked


@pytest.mark.parametrize("text", ["", "一行\n两行\t制表", "𬎆", "a" * 200])
def test_plain_texts_pass_unchanged(text: str) -> None:
    """Newline and tab are the only controls; the cap is included."""

    assert text == plain_text(text, "$.reason")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a\x00b", ["text-control"]),
        ("a\r\nb", ["text-control"]),
        ("a\x85b", ["text-control"]),
        ("a\ud800", ["text-surrogate"]),
        ("a" * 201, ["text-too-long"]),
        ("\x00\ud800" + "a" * 200, ["text-control", "text-surrogate", "text-too-long"]),
    ],
)
def test_what_stores_disagree_on_is_refused(text: str, codes: list[str]) -> None:
    """NUL and lone surrogates differ from store to store; every problem is told at once."""
    with pytest.raises(InputInvalid) as refused:
        plain_text(text, "$.reason")

    assert codes == [problem.code for problem in refused.value.problems]


@given(st.text())
def test_a_plain_text_survives_utf8(text: str) -> None:
    """What passes can be encoded, so every store takes it."""
    try:
        passed = plain_text(text, "$", maximum=1000)
    except InputInvalid:
        return

    assert passed == passed.encode().decode()


@given(st.text())
def test_a_tidy_line_is_storable_and_stays(text: str) -> None:
    """Tidying is idempotent and leaves nothing a store refuses."""
    tidy = tidy_line(text)

    assert tidy == tidy_line(tidy) == plain_text(tidy, "$", maximum=10_000)


@given(st.text(alphabet=st.characters(), max_size=20))
def test_storable_is_what_has_a_form_in_utf_8_and_no_nul(text: str) -> None:
    """Exactly what one of the stores refuses is not storable, and why is told."""
    encodes = text.encode(errors="ignore").decode() == text

    assert storable(text) == (encodes and "\0" not in text) == (not list(unstorable(text, "$")))


@pytest.mark.parametrize("text", ["", " \n", "\u3000", "\u200b", "\u2060 \ufeff"])
def test_what_is_not_seen_says_nothing(text: str) -> None:
    """A required text is one in which a character is seen."""
    assert not says_something(text)
    assert ["text-empty"] == [problem.code for problem in text_problems(text, "$.text", required=True)]
    assert says_something(text + "有")
