"""Canonical JSON, strict reading, quick restoring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from typing import Any
from unicodedata import is_normalized, normalize
from uuid import UUID

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kaohe_workflow.adapters.converters import JsonCodec, plain_json
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.terms import Stage, Verdict
from kaohe_workflow.values.windows import Window

CODEC = JsonCodec()


class Weight(IntEnum):
    """A term whose code is a number."""

    LIGHT = 1
    HEAVY = 2


def _not_empty(instance: object, attribute: Any, value: str) -> None:
    if not value:
        raise InputInvalid([Problem("$.first", "empty", "不得为空")])


@attrs.frozen
class Part:
    """Something inside something."""

    name: str = attrs.field(default="a", validator=_not_empty)
    verdict: Verdict | None = None


@attrs.frozen
class Whole:
    """Every kind of attribute that records and payloads have."""

    text: str
    number: int = 0
    flag: bool = False
    score: Decimal | None = None
    day: date | None = None
    at: datetime | None = None
    stage: Stage = Stage.FIRST
    weight: Weight | None = None
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    names: tuple[str, ...] = ()
    pair: tuple[str, int] | None = None
    kinds: frozenset[Stage] = frozenset()
    facts: Mapping[str, str | int | bool] = attrs.field(factory=dict)
    window: Window | None = None
    anything: Any = None


def _texts() -> st.SearchStrategy[str]:
    """Texts that stores can hold, as the strict reader leaves them."""
    letters = st.characters(exclude_categories=("Cs", "Cc"))
    return st.text(letters | st.sampled_from("\n\t\"\\'{}")).map(lambda text: normalize("NFC", text))


_INSTANTS = st.datetimes(timezones=st.just(UTC))
_PARTS = st.builds(Part, _texts().filter(bool), st.none() | st.sampled_from(Verdict))
WHOLES = st.builds(
    Whole,
    text=_texts(),
    number=st.integers(),
    flag=st.booleans(),
    score=st.none() | st.decimals(min_value=-1000, max_value=1000, places=2),
    day=st.none() | st.dates(),
    at=st.none() | _INSTANTS,
    stage=st.sampled_from(Stage),
    weight=st.none() | st.sampled_from(Weight),
    part=st.none() | _PARTS,
    parts=st.lists(_PARTS, max_size=3).map(tuple),
    names=st.lists(_texts(), max_size=3).map(tuple),
    pair=st.none() | st.tuples(_texts(), st.integers()),
    kinds=st.frozensets(st.sampled_from(Stage)),
    facts=st.dictionaries(_texts(), _texts() | st.integers() | st.booleans(), max_size=3),
    window=st.none() | st.builds(Window, _INSTANTS, _INSTANTS),
)


@given(WHOLES)
def test_what_is_written_is_read_again(whole: Whole) -> None:
    """Strictly from outside, quickly from a store: the same value, of the same classes, written the same."""
    text = CODEC.canonical(whole)
    strict, quick = CODEC.structure(CODEC.parse(text), Whole), CODEC.restore(plain_json(text), Whole)

    assert (whole, whole) == (strict, quick)
    assert (text, text) == (CODEC.canonical(strict), CODEC.canonical(quick))
    assert {Stage} == {type(strict.stage), type(quick.stage)}
    assert CODEC.parse(text) == CODEC.parse(CODEC.canonical(CODEC.unstructure(whole)))


@given(WHOLES)
def test_canonical_text_is_canonical(whole: Whole) -> None:
    """Sorted keys and no white space, as anybody's JSON would write it so; in NFC."""
    text = CODEC.canonical(whole)
    expected = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert expected == text
    assert normalize("NFC", text) == text


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | _TEXTS,
        lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner),
        max_leaves=12,
    )
)
def test_plain_data_is_written_as_anybody_would(plain: Any) -> None:
    """Every character and every size of number: byte for byte what the standard library writes, and back."""
    text = CODEC.written(plain)
    written = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assume(is_normalized("NFC", written))

    assert written == text
    assert plain == plain_json(text)


@pytest.mark.parametrize("text", ["", "{", "[1] 2", "{'a':1}", "\ud800"])
def test_what_is_no_json_is_not_read(text: str) -> None:
    """A row that somebody has written over says so."""
    with pytest.raises(ValueError, match=r"JSON|surrogates|truncated"):
        plain_json(text)


def test_canonical_forms() -> None:
    """Instants in UTC with six digits, days, decimals with their zeros, sets sorted, terms by code."""
    china = timezone(timedelta(hours=8))
    value = {
        "at": datetime(2024, 1, 3, 8, tzinfo=china),
        "day": date(2024, 1, 3),
        "score": Decimal("87.50"),
        "large": Decimal("1E+2"),
        "set": frozenset({Stage.MAKEUP, Stage.FIRST}),
        "é": None,
    }

    assert (
        '{"at":"2024-01-03T00:00:00.000000Z","day":"2024-01-03","large":"100","score":"87.50",'
        '"set":["first","makeup"],"é":null}'
    ) == CODEC.canonical(value)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("cafe\u0301", '"caf\u00e9"'),
        ("\n\u0300", '"\\n\u0300"'),
        ("\\u0000", '"\\\\u0000"'),
        ("\\u0000\u00e9", '"\\\\u0000\u00e9"'),
    ],
)
def test_normalising_touches_only_the_texts(text: str, written: str) -> None:
    """An accent does not join the n of an escaped newline; a written-out escape is no NUL."""

    assert written == CODEC.canonical(text)
    assert normalize("NFC", text) == json.loads(written)


@pytest.mark.parametrize("text", ["\0", "a\0é", "\ud800", "é\udfff"])
def test_what_no_store_can_hold_is_not_written(text: str) -> None:
    """A NUL, or half of a pair, is found wherever it is."""
    code = "text-control" if "\0" in text else "text-surrogate"
    with pytest.raises(InputInvalid) as caught:
        CODEC.canonical({"list": [1, {"key": text}]})

    assert [("$.list[1].key", code)] == [(problem.path, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {"a": [1.0]},
        Whole("a", number=1.5),  # type: ignore[arg-type]
        float("nan"),
        object(),
        b"bytes",
        bytearray(b"bytes"),
        memoryview(b"bytes"),
        timedelta(1),
        time(8),
        UUID(int=1),
    ],
)
def test_floats_and_things_that_are_no_data_are_not_written(value: object) -> None:
    """A float would be written differently elsewhere."""
    with pytest.raises(TypeError):
        CODEC.canonical(value)


@pytest.mark.parametrize("value", [datetime(2024, 1, 3), Decimal("NaN"), Decimal("Infinity")])  # noqa: DTZ001
def test_instants_without_zone_and_endless_decimals_are_not_written(value: object) -> None:
    """They mean nothing to whoever reads them."""
    with pytest.raises(ValueError, match="no "):
        CODEC.canonical(value)


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ("text", [("$", "object-expected")]),
        ({}, [("$.text", "missing")]),
        ({"text": 1, "Text": 2}, [("$.text", "text-expected"), ("$.Text", "key-unknown")]),
        ({"text": "a\0"}, [("$.text", "text-control")]),
        ({"text": "a\x1b"}, [("$.text", "text-control")]),
        ({"text": "\ud800"}, [("$.text", "text-surrogate")]),
        ({"text": "a", "number": True}, [("$.number", "integer-expected")]),
        ({"text": "a", "number": "1"}, [("$.number", "integer-expected")]),
        ({"text": "a", "number": 1.0}, [("$.number", "integer-expected")]),
        ({"text": "a", "flag": 1}, [("$.flag", "boolean-expected")]),
        ({"text": "a", "score": 87.5}, [("$.score", "decimal-expected")]),
        ({"text": "a", "score": True}, [("$.score", "decimal-expected")]),
        ({"text": "a", "score": "1e3"}, [("$.score", "decimal-expected")]),
        ({"text": "a", "score": "NaN"}, [("$.score", "decimal-expected")]),
        ({"text": "a", "score": "１"}, [("$.score", "decimal-expected")]),
        ({"text": "a", "day": "2024-02-30"}, [("$.day", "date-expected")]),
        ({"text": "a", "day": "20240203"}, [("$.day", "date-expected")]),
        ({"text": "a", "day": "2024-01-03T00:00:00Z"}, [("$.day", "date-expected")]),
        ({"text": "a", "at": "2024-01-03"}, [("$.at", "instant-expected")]),
        ({"text": "a", "at": "2024-01-03T00:00:00"}, [("$.at", "instant-expected")]),
        ({"text": "a", "at": "0001-01-01T00:00:00+10:00"}, [("$.at", "instant-expected")]),
        ({"text": "a", "stage": "third"}, [("$.stage", "choice-unknown")]),
        ({"text": "a", "stage": None}, [("$.stage", "choice-unknown")]),
        ({"text": "a", "weight": "1"}, [("$.weight", "choice-unknown")]),
        ({"text": "a", "weight": True}, [("$.weight", "choice-unknown")]),
        ({"text": "a", "part": []}, [("$.part", "object-expected")]),
        ({"text": "a", "part": {"name": 1, "x": 1}}, [("$.part.name", "text-expected"), ("$.part.x", "key-unknown")]),
        ({"text": "a", "parts": [{}, {"verdict": "x"}]}, [("$.parts[1].verdict", "choice-unknown")]),
        ({"text": "a", "parts": [3, {}, 3]}, [("$.parts[0]", "object-expected"), ("$.parts[2]", "object-expected")]),
        ({"text": "a", "names": "abc"}, [("$.names", "list-expected")]),
        ({"text": "a", "names": {"a": 1}}, [("$.names", "list-expected")]),
        ({"text": "a", "names": ["a", 1]}, [("$.names[1]", "text-expected")]),
        ({"text": "a", "pair": ["a"]}, [("$.pair", "list-length")]),
        ({"text": "a", "pair": ["a", "b"]}, [("$.pair[1]", "integer-expected")]),
        ({"text": "a", "kinds": ["first", "x"]}, [("$.kinds[1]", "choice-unknown")]),
        ({"text": "a", "window": {"opens_at": 1, "closes_at": "2024"}},
         [("$.window.opens_at", "instant-expected"), ("$.window.closes_at", "instant-expected")]),
    ],
)  # fmt: skip
def test_every_problem_is_named_with_its_place(data: object, problems: list[tuple[str, str]]) -> None:
    """Nothing is bent into shape, and all problems come at once."""
    with pytest.raises(InputInvalid) as caught:
        CODEC.structure(data, Whole)

    assert problems == [(problem.path, problem.code) for problem in caught.value.problems]


def test_what_a_class_checks_itself_is_named_with_its_place() -> None:
    """The class says where in itself; the way to it is put before."""
    with pytest.raises(InputInvalid) as caught:
        CODEC.structure({"text": "a", "parts": [{"name": ""}]}, Whole)

    assert [("$.parts[0].first", "empty")] == [
        (problem.path, problem.code) for problem in caught.value.problems
    ]


def test_text_from_outside_is_composed() -> None:
    """What is decided before storing and after is the same text."""

    assert "caf\u00e9" == CODEC.structure({"text": "cafe\u0301"}, Whole).text


def test_other_writings_of_the_same_instant_and_score_are_read() -> None:
    """Any offset; whole numbers where decimals are meant."""
    whole = CODEC.structure({"text": "a", "at": "2024-01-03T08:00:00+08:00", "score": 60}, Whole)

    assert (datetime(2024, 1, 3, tzinfo=UTC), Decimal(60)) == (whole.at, whole.score)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "json-malformed"),
        ("", "json-malformed"),
        ("[1.5]", "json-float"),
        ("[1e2]", "json-float"),
        ("[NaN]", "json-float"),
        ("[-Infinity]", "json-float"),
        ('{"a":{"b":1,"b":2}}', "json-duplicate-key"),
        ("[" * 65 + "]" * 65, "json-deep"),
        ("[" * 100_000, "json-deep"),
    ],
)
def test_json_that_two_readers_could_take_differently_is_refused(text: str, code: str) -> None:
    """Floats, doubled keys, bottomless nesting."""
    with pytest.raises(InputInvalid) as caught:
        CODEC.parse(text)

    assert [code] == [problem.code for problem in caught.value.problems]


def test_json_at_the_limit_of_depth_is_read() -> None:
    """64 levels are allowed."""

    assert 64 == str(CODEC.parse("[" * 64 + "]" * 64)).count("[")


def test_an_old_record_is_restored_though_rules_have_become_stricter() -> None:
    """A class's checks are for what comes in; what was kept keeps its shape."""

    assert "" == CODEC.restore({"name": "", "verdict": None}, Part).name


def test_attributes_added_since_get_their_defaults() -> None:
    """A record kept before its class had all of today's attributes; what it has lost is ignored."""

    assert Whole("a", number=3) == CODEC.restore({"text": "a", "number": 3, "gone": 1}, Whole)


def test_a_window_may_be_written_in_days() -> None:
    """A date-only end D means before D+1 00:00 in China; a wrong day is told at its place."""
    codec = JsonCodec()
    days = codec.structure({"first_day": "2023-11-27", "last_day": "2023-12-27"}, Window)
    with pytest.raises(InputInvalid) as caught:
        codec.structure({"first_day": "27.11.2023", "last_day": "2023-12-27"}, Window)
    with pytest.raises(InputInvalid) as endless:
        codec.structure({"first_day": "2023-11-27"}, Window)

    assert Window.of_days(date(2023, 11, 27), date(2023, 12, 27)) == days
    assert [("$.first_day", "date-expected")] == [(one.path, one.code) for one in caught.value.problems]
    assert [("$", "window-end")] == [(one.path, one.code) for one in endless.value.problems]


@given(st.lists(st.text(st.characters(exclude_characters="\r", exclude_categories=("Cc", "Cs")), max_size=5)))
def test_a_line_ends_in_one_way(lines: list[str]) -> None:
    """Texts with CR LF, as forms send them, are those with LF; a CR alone is a control character like others."""
    read = [CODEC.structure({"text": end.join(["a", *lines])}, Whole).text for end in ("\r\n", "\n")]

    assert read[0] == read[1]
    with pytest.raises(InputInvalid):
        CODEC.structure({"text": "a\rb"}, Whole)
