"""Certificate numbers, credit codes, dates and years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.testing.people import Person
from kaohe_workflow.testing.people_strategies import persons
from kaohe_workflow.values.credit_code import CreditCode, check_character, organisation_check
from kaohe_workflow.values.dates import parse_date
from kaohe_workflow.values.licence import LicenceNumber, QualificationNumber
from kaohe_workflow.values.terms import Category, Level
from kaohe_workflow.values.years import full_years

ID = "450302196701176720"


@pytest.mark.parametrize("length", [24, 27])
def test_qualification_numbers_have_two_lengths(length: int) -> None:
    """27 with an 18-digit number, 24 with a 15-digit one."""

    assert length == len(QualificationNumber.parse("1" * length).number)


@pytest.mark.parametrize("text", ["", "1" * 23, "1" * 25, "1" * 26, "1" * 28, "12345", "资" * 24])
def test_other_lengths_are_refused(text: str) -> None:
    """Neither 24 nor 27: the only thing that blocks."""
    with pytest.raises(InputInvalid) as refused:
        QualificationNumber.parse(text)

    assert "qualification-length" == refused.value.problems[0].code


@pytest.mark.parametrize(
    ("number", "year", "codes"),
    [
        (f"199945110{ID}", 1999, []),
        (f"199945110{ID}", 2000, ["qualification-year-differs"]),
        ("199945110450103198001011233", 1999, ["qualification-id-differs"]),
        (f"199999110{ID}", 1999, ["qualification-province-unknown"]),
    ],
)
def test_other_parts_only_warn(number: str, year: int, codes: list[str]) -> None:
    """Identity number, year and province inside differ: warnings."""
    warnings = QualificationNumber.parse(number).warnings(ID, date(year, 6, 1))

    assert codes == [warning.code for warning in warnings]


def test_an_old_certificate_holds_the_fifteen_digit_number() -> None:
    """The 24-character form names the same person."""
    number = QualificationNumber.parse("199945110" + "110105491231002")

    assert () == number.warnings("11010519491231002X", None)


@given(persons())
def test_the_numbers_of_a_synthetic_person_agree(person: Person) -> None:
    """Generated people have nothing to warn about, and their numbers tell level and category."""
    qualification = QualificationNumber.parse(person.qualification_number)
    licence = LicenceNumber.parse(person.licence_number)

    assert ((), ()) == (
        qualification.warnings(person.id_number, person.qualified_on),
        licence.warnings(person.level),
    )
    assert (person.level, person.category) == (qualification.level, qualification.category)


@pytest.mark.parametrize(("code", "category"), [("42", Category.TCM), ("99", None)])
def test_unsettled_categories_are_none_or_tcm(code: str, category: Category | None) -> None:
    """42 and 43 are kinds of 中医; others tell nothing."""

    assert category is QualificationNumber.parse(f"1999451{code}{ID}").category


@pytest.mark.parametrize("text", ["1" * 15, "１" * 15])
def test_licence_numbers_have_fifteen_characters(text: str) -> None:
    """Length 15, letters and digits; full-width ones are the same."""

    assert "1" * 15 == LicenceNumber.parse(text).number


@pytest.mark.parametrize("text", ["1" * 14, "1" * 16])
def test_a_licence_number_of_another_length_is_refused(text: str) -> None:
    """One too few, one too many."""
    with pytest.raises(InputInvalid) as refused:
        LicenceNumber.parse(text)

    assert "licence-length" == refused.value.problems[0].code


def test_a_licence_of_the_other_level_warns() -> None:
    """The first digit is the level; an assistant's begins with 2."""
    warnings = LicenceNumber.parse("210430122000123").warnings(Level.LICENSED)

    assert ["licence-level-differs"] == [warning.code for warning in warnings]


@pytest.mark.parametrize("code", ["91350100M000100Y43", "1245010049850001XN", "９１３５0100m000100y43"])
def test_credit_codes_are_accepted(code: str) -> None:
    """The public vectors of GB 32100."""

    assert 18 == len(CreditCode.parse(code).code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("91350100M000100Y44", "credit-code-check"),
        ("91350100I000100Y43", "credit-code-malformed"),
        ("91350100M000100Y4", "credit-code-malformed"),
        ("", "credit-code-malformed"),
    ],
)
def test_other_credit_codes_are_refused(text: str, code: str) -> None:
    """A wrong check, a letter that no code has, a wrong length."""
    with pytest.raises(InputInvalid) as refused:
        CreditCode.parse(text)

    assert code == refused.value.problems[0].code


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17),
    st.integers(0, 16),
    st.integers(1, 30),
)
def test_a_changed_credit_code_is_refused(body: str, place: int, step: int) -> None:
    """The check finds every single wrong character."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    changed = alphabet[(alphabet.index(body[place]) + step) % 31]
    code = body[:place] + changed + body[place + 1 :] + check_character(body)
    with pytest.raises(InputInvalid) as refused:
        CreditCode.parse(code)

    assert "credit-code-check" == refused.value.problems[0].code


def test_the_organisation_code_has_its_own_check() -> None:
    """GB 11714: D2143569-X."""

    assert "X" == organisation_check("D2143569")


@pytest.mark.manual("S-49")
@pytest.mark.parametrize(
    "text",
    [
        "2011-05-12",
        "2011/05/12",
        "2011/5/12",
        "2011.05.12",
        "2011.5.12",
        "2011年5月12日",
        "2011 年 05 月 12 日",
        "２０１１－０５－１２",
        " 2011-05-12 ",
        "2011-05-12 00:00:00",
    ],
)
def test_the_usual_notations_are_one_day(text: str) -> None:
    """手册 2.2.5 shows 2011/05/12 and 2011-05-12 mixed; sheets bring the rest."""

    assert date(2011, 5, 12) == parse_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2011",
        "2011-05",
        "2011-02-29",
        "2011-13-01",
        "2011-05/12",
        "12-05-2011",
        "40675",
        "20110512",
        "2011-05-12 08:30",
        "2011年5月",
        "1899-12-31",
        "昨天",
        "²011-05-12",
    ],
)
def test_other_dates_are_invalid(text: str) -> None:
    """No day of the calendar, another notation, or before 1900."""
    with pytest.raises(InputInvalid) as refused:
        parse_date(text)

    assert "date-invalid" == refused.value.problems[0].code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2005-13-41", "“2005-13-41”不是有效日期，格式如2011-05-12"),
        ("昨天", "“昨天”不是有效日期，格式如2011-05-12"),
        ("1899-12-31", "“1899-12-31”早于1900年，请核对"),
    ],
)
def test_a_wrong_date_says_what_is_wrong(text: str, message: str) -> None:
    """The day that is shown is an example of the notation, not the one that is meant; an early day is a day."""
    with pytest.raises(InputInvalid) as refused:
        parse_date(text)

    assert [message] == [problem.message for problem in refused.value.problems]


@given(
    st.dates(date(1900, 1, 1)),
    st.sampled_from(["{0}-{1}-{2}", "{0}/{1:02}/{2:02}", "{0}.{1}.{2}", "{0}年{1}月{2}日"]),
)
def test_every_day_reads_back(day: date, form: str) -> None:
    """Writing and reading is a round trip in each notation."""

    assert day == parse_date(form.format(day.year, day.month, day.day))


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (date(2017, 12, 31), date(2022, 12, 31), 5),
        (date(2018, 1, 1), date(2022, 12, 31), 4),
        (date(2016, 2, 29), date(2021, 2, 28), 4),
        (date(2016, 2, 29), date(2021, 3, 1), 5),
        (date(2016, 2, 29), date(2020, 2, 29), 4),
        (date(2022, 12, 31), date(2022, 12, 31), 0),
        (date(2023, 1, 1), date(2022, 12, 31), 0),
    ],
)
def test_full_years_at_the_boundary(since: date, until: date, years: int) -> None:
    """4 years and 364 days are less than 5; exactly 5 are 5."""

    assert years == full_years(since, until)


@given(st.dates(date(1950, 1, 1), date(2020, 1, 1)), st.integers(0, 20_000))
def test_a_day_later_is_never_fewer_years(since: date, days: int) -> None:
    """Years grow by one at a time, on one day a year."""
    until = since + timedelta(days=days)
    step = full_years(since, until + timedelta(days=1)) - full_years(since, until)

    assert step in {0, 1}
