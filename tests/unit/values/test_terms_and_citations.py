"""Code lists and citations."""

from __future__ import annotations

import copy
import inspect
import pickle
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.errors import DefinitionError, InputInvalid
from kaohe_workflow.values import parameter_kinds, resident_id, terms, windows
from kaohe_workflow.values.citations import Citation, chinese_numeral
from kaohe_workflow.values.terms import Category, LabelledEnum, Level, RecordLevel

LISTS = sorted(
    {
        kind
        for module in (terms, windows, parameter_kinds, resident_id)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, LabelledEnum) and kind is not LabelledEnum
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", LISTS)
def test_labels_and_codes_are_one_to_one(kind: type[LabelledEnum]) -> None:
    """Every label and alias leads to one term; codes are snake_case and survive storing."""
    for term in kind:
        for spelling in (term.label, *term.aliases):
            assert term is kind.from_label(f" {spelling}　")

        assert term is kind(str(term)) is copy.deepcopy(term) is pickle.loads(pickle.dumps(term))
        assert term.value.isascii()
        assert term.value == term.value.lower()


def test_an_unknown_label_names_the_list() -> None:
    """The code of the refusal is the list's name."""
    with pytest.raises(InputInvalid) as refused:
        Level.from_label("主任")

    assert "level-unknown" == refused.value.problems[0].code
    assert Category.find_label("兽医") is None


def test_record_levels_go_by_rank() -> None:
    """unit < county < city < province < national, not by the letters of the codes."""
    ordered = list(RecordLevel)

    assert ordered[::-1] == sorted(ordered, reverse=True)
    assert all(low < high and high > low and low <= high and high >= low for low, high in pairwise(ordered))
    assert RecordLevel.CITY >= RecordLevel.CITY <= RecordLevel.CITY


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("measures/21", "《医师定期考核管理办法》第二十一条"),
        ("measures/27(13)", "《医师定期考核管理办法》第二十七条第（十三）项"),
        ("law/42", "《中华人民共和国医师法》第四十二条"),
        ("law", "《中华人民共和国医师法》"),
        ("manual/2.2.5", "操作手册 2.2.5"),
        ("design", "本系统设计"),
        ("gb11643", "GB 11643-1999"),
    ],
)
def test_citations_are_written_as_people_do(text: str, label: str) -> None:
    """Articles in Chinese numerals, sections as they are; the source reads back."""
    citation = Citation.parse(text)

    assert (label, text) == (citation.label, str(citation))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("constitution/1", "unknown-instrument"),
        ("measures/", "malformed-citation"),
        ("", "unknown-instrument"),
        ("measures/0", "malformed-citation"),
        ("measures/2.2", "malformed-citation"),
        ("law/²", "malformed-citation"),
        ("manual/ 2", "malformed-citation"),
    ],
)
def test_wrong_citations_are_definition_errors(text: str, code: str) -> None:
    """An instrument nobody knows and a place that is none are refused with their place."""
    with pytest.raises(DefinitionError) as wrong:
        Citation.parse(text, "v1.yaml:12")

    assert ("v1.yaml:12", code) == (wrong.value.problems[0].path, wrong.value.problems[0].code)


@given(st.integers(1, 999))
def test_numerals_are_different(number: int) -> None:
    """No two numbers are written alike: a numeral reads back."""
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")}
    total, last = 0, 0
    for char in chinese_numeral(number):
        if char in digits:
            last = digits[char]
        else:
            total, last = total + (last or 1) * (10 if char == "十" else 100), 0

    assert number == total + last


@pytest.mark.parametrize("number", [0, 1000, -1])
def test_numerals_end_at_999(number: int) -> None:
    """No law has more articles."""
    with pytest.raises(ValueError, match="outside"):
        chinese_numeral(number)
