"""The initials of names: every reading, rare characters, marks, Latin letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.values.initials import MOST, spellings, typed

_NAMES = st.text(st.sampled_from("单曾张重乐行朴仇解阿卜杜拉买提·○〇𠮷𬀩ALi é '-"), min_size=0, max_size=50)


def _found(name: str, text: str) -> bool:
    letters = typed(text)
    return letters is not None and " " + letters in spellings(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("韦晓梅", "wxm"),
        ("韦晓梅", "W"),
        ("韦晓梅", "ｗｘ"),
        ("单雄信", "sxx"),
        ("单雄信", "dxx"),
        ("曾乐行", "zyx"),
        ("曾乐行", "clh"),
        ("吕岩", "ly"),
        ("〇一", "ly"),
        ("阿卜杜拉·买买提", "abdlmmt"),
        ("阿卜杜拉·买买提", "abdl·mmt"),
        ("Anna Li", "al"),
        ("Anna Li", "Anna L"),
        ("Anna Li", "annali"),
        ("José Núñez", "jn"),
        ("José Núñez", "josen"),
        ("李A", "la"),
        ("Maria Ana Luisa da Silva Souza Lima", "mal"),
        ("Maria Ana Luisa da Silva Souza Lima", "MariaAnaLuisadaSilvaSouzaL"),
        ("Maria Ana Luisa da Silva Souza Lima", "Maria Ana Luisa da Silva Souza Lima"),
        ("José Luiz Ângelo da Conceição e Araújo", "Jose Luiz Angelo da Conceicao e Ara"),
    ],
)
def test_a_name_is_found_by_what_is_typed(name: str, text: str) -> None:
    """A clerk knows one reading of each character, or the beginning of them, in letters of either case."""
    assert _found(name, text)


@pytest.mark.parametrize(
    ("name", "text"), [("韦晓梅", "xm"), ("韦晓梅", "wm"), ("韦晓梅", "wei"), ("Anna Li", "li"), ("单", "b")]
)
def test_what_is_not_the_beginning_finds_nobody(name: str, text: str) -> None:
    """A filter asks for how a name begins, by initials as by characters."""
    assert not _found(name, text)


@pytest.mark.parametrize(
    "rare", ["\U00020000", "\U0002a700", "\U0002b740", "\U0002b820", "\U0002ceb0", "\U00030000"]
)
def test_a_rare_character_hides_nobody(rare: str) -> None:
    """
    Of extensions B to G some characters have a reading in the table, some have none: who has one of these in the name
    is found by the others.
    """
    assert _found("王" + rare, "w")
    assert _found("王" + rare + "明", "w")


@pytest.mark.parametrize("text", ["", " ", "韦", "韦x", "188", "w1", "w%", "é"])
def test_what_is_not_letters_alone_is_no_initials(text: str) -> None:
    """Characters and digits are looked for as they stand."""
    assert typed(text) is None


def test_digits_have_none() -> None:
    """手册 2.2.9: a number may stand where a name is not known yet."""
    assert spellings("18811594425") == ""


@given(_NAMES)
def test_spellings_are_few_and_whole(name: str) -> None:
    """However many readings a name has, few are kept, each once, in capitals; any of them finds the name."""
    kept = spellings(name).split(" ")[1:]

    assert len(kept) <= MOST + 1
    assert kept == sorted(set(kept))
    assert all(_found(name, one.lower()) for one in kept)


@given(st.lists(st.text(st.sampled_from("ALi-."), min_size=1, max_size=8), min_size=1, max_size=12))
def test_letters_find_a_name_by_its_beginning(words: list[str]) -> None:
    """Of a name in Latin letters every beginning finds it, however many words it has."""
    name = " ".join(words)

    assert all(_found(name, name[:end]) for end in range(len(name) + 1) if typed(name[:end]) is not None)
