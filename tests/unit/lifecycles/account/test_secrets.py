"""Passwords, codes and login names: what is accepted, and which spellings are one."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase, digits, punctuation

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.lifecycles.account.activation_code import canonical_code, is_grouped
from kaohe_workflow.lifecycles.account.password_rule import (
    MANUAL,
    PROFILES,
    normalised_password,
    password_problems,
)
from kaohe_workflow.testing.trials import DEFAULTS
from kaohe_workflow.values.login_name import normalised_login
from kaohe_workflow.values.parameter_kinds import PasswordRule

LOGIN = "450103198001011233"


def codes(password: str, login: str = LOGIN, old: str | None = None) -> list[str]:
    """The codes of what is wrong with a password."""
    return [problem.code for problem in password_problems(password, login, old=old)]


@pytest.mark.manual("S-12")
@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Abcdef1!", ["password-common"]),
        ("Zhuang7x", []),
        ("Zhuang7", ["password-short"]),
        ("zhuang77", ["password-kinds"]),
        ("zhuang7!", []),
        ("ZHUANG7!", []),
        ("Zhuang!!", []),
        ("壮乡Zhuang", []),
        ("666666", ["password-short", "password-kinds", "password-common"]),
        ("Aa-666666", ["password-common"]),
        ("MyPassWord7", ["password-common"]),
        ("Zh7" + "x" * 125, []),
        ("Zh7" + "x" * 126, ["password-long"]),
        ("Zhuang7\tx", ["password-control"]),
        ("Zhuang 7x", []),
        ("ZHUA-NG77-0123-4567", ["password-code-like"]),
        ("Xy-011233", ["password-login"]),
        (f"Xy-{LOGIN}", ["password-login"]),
    ],
)
def test_password_table(password, expected):
    """Eight characters of three of four kinds (手册 2.2.1), nothing guessed first, no part of the account."""

    assert expected == codes(password)


LONGER = attrs.evolve(MANUAL, minimum_characters=12, kinds_needed=4, guessed_first=("zhuang",))


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Miao-hua-77x", []),
        ("Miao-hua-77", ["password-short"]),
        ("Miaojhuaj77x", ["password-kinds"]),
        ("Zhuang-77-xx", ["password-common"]),
        ("Miao-666666x", []),
    ],
)
def test_a_profile_is_a_value(password, expected):
    """Another one asks for what it says and for nothing else; what every password must not be holds in each."""
    problems = password_problems(password, LOGIN, profile=LONGER)

    assert expected == [problem.code for problem in problems]
    assert ["password-login"] == [
        one.code for one in password_problems("Xy-011233-ab", LOGIN, profile=LONGER)
    ]


def test_a_profile_tells_what_it_asks_for():
    """In its own numbers."""
    told = " ".join(one.message for one in password_problems("miaohua77", LOGIN, profile=LONGER))

    assert "不得少于12个字符，还差3个" in told
    assert "大写字母、小写字母、数字、特殊符号中的至少四种，还须2种中的2种：大写字母、特殊符号" in told


@pytest.mark.manual("S-12")
def test_the_manuals_profile_holds_where_nobody_says_otherwise():
    """手册 2.2.1: eight characters, three kinds of four; every name of a rule has its profile."""
    assert (8, 3, "操作手册 2.2.1") == (
        MANUAL.minimum_characters,
        MANUAL.kinds_needed,
        MANUAL.cites.label,
    )
    assert MANUAL is PROFILES[DEFAULTS.password_rule]
    assert set(PasswordRule) == set(PROFILES)


@pytest.mark.parametrize(
    ("login", "expected"), [("GXNN1", []), ("GXNN01", ["password-login"]), ("GXNNHOSPITAL01", [])]
)
def test_short_login_name_is_no_part(login, expected):
    """A login name of six characters or more, or its last six, must not be in the password."""

    assert expected == codes("Xy-gxnn01-9", login)


@pytest.mark.parametrize(("old", "expected"), [("Zhuang7x", ["password-unchanged"]), ("Zhuang7y", [])])
def test_new_password_differs(old, expected):
    """The new password is not the old one."""

    assert expected == codes("Zhuang7x", old=old)


_KINDS = (ascii_uppercase, ascii_lowercase, digits, punctuation)


@pytest.mark.manual("S-12")
@given(st.sets(st.sampled_from(range(4)), min_size=1), st.data())
def test_three_of_four_kinds(kinds, data):
    """Whatever the characters are, exactly the number of their kinds decides."""
    each = [data.draw(st.sampled_from(_KINDS[kind])) for kind in kinds]
    rest = data.draw(st.text("".join(_KINDS[kind] for kind in sorted(kinds)), min_size=8, max_size=20))

    assert ("password-kinds" in codes("".join(each) + rest, "")) is (len(kinds) < 3)


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("zh7", "密码不得少于8个字符，还差5个"),
        ("zhuang7", "密码不得少于8个字符，还差1个"),
        ("zhuang77", "还须2种中的1种：大写字母、特殊符号"),
        ("zhuangzu", "还须3种中的2种：大写字母、数字、特殊符号"),
        ("        ", "还须4种中的3种：大写字母、小写字母、数字、特殊符号"),
    ],
)
def test_each_thing_that_a_password_lacks_is_named(password, told):
    """手册 2.2.1: how many characters are missing, and which kinds there could be besides."""

    assert any(problem.message.endswith(told) for problem in password_problems(password, LOGIN))


def test_composed_and_decomposed_are_one_password():
    """The same characters typed on another system are the same password (NFC)."""

    assert normalised_password("e\u0301-Zhuang7") == normalised_password("é-Zhuang7")


@pytest.mark.parametrize(
    "typed", ["AB0D-1EFG-HJKM-NPQR", "ab0d 1efg hjkm npqr", "ＡＢ０Ｄ-1efg-hjkm-npqr", "ABOD-LEFG-HJKM-NPQR"]
)
def test_code_as_people_type_it(typed):
    """Case, width, separators and look-alike letters do not matter."""

    assert canonical_code(typed) == "AB0D1EFGHJKMNPQR"
    assert is_grouped(typed)


@pytest.mark.parametrize(
    "text", ["", "AB0D1EFGHJKMNPQR", "AB0D-1EFG-HJKM", "AB0D-1EFG-HJKM-NPQ!", "AB0D-1EFG-HJKM-NPQR-STVW"]
)
def test_not_written_as_a_code(text):
    """Only four groups of four are taken for a code without knowing the account."""

    assert not is_grouped(text)


@pytest.mark.manual("N-1.1")
@pytest.mark.parametrize("typed", ["450103800101123", "450103198001011233", "４５０１０３ 19800101 1233"])
def test_both_forms_of_a_number_log_in(typed):
    """A physician logs in with 15 or 18 digits, however typed (手册 2.2.5)."""

    assert LOGIN == normalised_login(typed)


@given(st.text(max_size=40))
def test_login_name_is_normalised_once(text):
    """Normalising again changes nothing: what is stored is what is looked up."""

    assert normalised_login(normalised_login(text)) == normalised_login(text)
