"""A value is what its class declares, down to the last attribute; every problem has its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any, Literal, NewType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe_workflow.adapters.converters import JsonCodec
from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.application.payloads import MAXIMUM_INTEGER, payload_problems, problems_of
from kaohe_workflow.application.stored import Remembered
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.lifecycles.account.events import IssueCode, LogIn
from kaohe_workflow.lifecycles.assessment.events import Enrol, Save
from kaohe_workflow.lifecycles.assessment.filing import GoodRecord, GoodRecordKind
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.testing.worlds import WINDOWS, filing
from kaohe_workflow.values.terms import AccountKind, Level, RecordLevel, Stage, Verdict

Ticket = NewType("Ticket", str)


class Weight(IntEnum):
    """A term whose code is a number."""

    LIGHT = 1


@attrs.frozen
class Part:
    """Something inside something."""

    verdict: Verdict | None = None
    day: date | None = None


@attrs.frozen
class Whole:
    """Attributes of every kind that payloads have, and of some that they may have one day."""

    text: str = ""
    number: int = 0
    flag: bool = False
    score: Decimal | None = None
    at: datetime | None = None
    weight: Weight | None = None
    ticket: Ticket = Ticket("")
    part: Part = Part()
    parts: tuple[Part, ...] = ()
    pair: tuple[str, int] = ("", 0)
    names: frozenset[str] = frozenset()
    by_name: Mapping[str, Part] = attrs.field(factory=dict)
    either: str | int | None = None
    mode: Literal["valid", "whole"] = "valid"
    anything: Any = None
    vouched: str | None = attrs.field(default=None, init=False)


def told(value: Any, declared: Any = Whole) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in problems_of(value, declared)]


@pytest.mark.parametrize(
    ("name", "value", "path", "code"),
    [
        ("text", 5, "", "text-expected"),
        ("text", None, "", "text-expected"),
        ("text", Verdict.QUALIFIED, "", "text-expected"),
        ("number", True, "", "integer-expected"),
        ("number", 1.0, "", "integer-expected"),
        ("number", "1", "", "integer-expected"),
        ("number", MAXIMUM_INTEGER + 1, "", "integer-expected"),
        ("flag", 1, "", "boolean-expected"),
        ("flag", "no", "", "boolean-expected"),
        ("score", 60, "", "decimal-expected"),
        ("score", 60.0, "", "decimal-expected"),
        ("score", Decimal("NaN"), "", "decimal-expected"),
        ("score", Decimal("-Infinity"), "", "decimal-expected"),
        ("score", Decimal("1E15"), "", "decimal-expected"),
        ("score", Decimal("1E-11"), "", "decimal-expected"),
        ("at", datetime(2024, 1, 3, tzinfo=UTC).replace(tzinfo=None), "", "instant-expected"),
        ("at", date(2024, 1, 3), "", "instant-expected"),
        ("at", "2024-01-03T00:00:00Z", "", "instant-expected"),
        ("weight", 1, "", "term-expected"),
        ("weight", "LIGHT", "", "term-expected"),
        ("ticket", 1, "", "text-expected"),
        ("part", None, "", "object-expected"),
        ("part", {"verdict": None}, "", "object-expected"),
        ("part", Part("qualified"), ".verdict", "term-expected"),
        ("part", Part(Level.LICENSED), ".verdict", "term-expected"),
        ("part", Part(day="2024-01-03"), ".day", "date-expected"),
        ("part", Part(day=datetime(2024, 1, 3, tzinfo=UTC)), ".day", "date-expected"),
        ("parts", [Part()], "", "tuple-expected"),
        ("parts", "abc", "", "tuple-expected"),
        ("parts", (Part(), "x"), "[1]", "object-expected"),
        ("parts", (Part(), Part(5)), "[1].verdict", "term-expected"),
        ("pair", ["", 0], "", "tuple-expected"),
        ("pair", ("",), "", "list-length"),
        ("pair", ("", ""), "[1]", "integer-expected"),
        ("names", {"a"}, "", "set-expected"),
        ("names", frozenset({1}), "", "text-expected"),
        ("by_name", [], "", "mapping-expected"),
        ("by_name", {"a": Part(5)}, ".a.verdict", "term-expected"),
        ("by_name", {1: Part()}, ".1", "text-expected"),
        ("either", True, "", "text-expected"),
        ("either", (), "", "text-expected"),
        ("mode", "nope", "", "choice-unknown"),
        ("mode", None, "", "choice-unknown"),
        ("mode", [], "", "choice-unknown"),
    ],
)
def test_a_wrong_attribute_is_named_with_its_place(name: str, value: Any, path: str, code: str) -> None:
    """Nothing is bent into shape: True is no number, text no term, an instant no day, a list no tuple."""

    assert [(f"$.{name}{path}", code)] == told(Whole(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", MAXIMUM_INTEGER),
        ("number", -MAXIMUM_INTEGER),
        ("score", Decimal("-999999999999999.9999999999")),
        ("at", datetime(2024, 1, 3, tzinfo=UTC)),
        ("weight", Weight.LIGHT),
        ("part", Part(Verdict.QUALIFIED, date(2024, 1, 3))),
        ("parts", (Part(), Part(Verdict.UNQUALIFIED))),
        ("names", frozenset({"a"})),
        ("by_name", {"a": Part()}),
        ("either", 1),
        ("either", "1"),
        ("mode", "whole"),
        ("anything", object()),
    ],
)
def test_what_is_declared_is_good(name: str, value: Any) -> None:
    """Bounds included."""

    assert [] == told(Whole(**{name: value}))


def test_all_problems_are_told_at_once() -> None:
    """A form is corrected once."""
    whole = Whole(text=1, part=Part(1, 2), parts=(Part(3),))

    assert ["$.text", "$.part.verdict", "$.part.day", "$.parts[0].verdict"] == [
        path for path, _ in told(whole)
    ]


def test_what_no_input_sets_is_looked_at_as_well() -> None:
    """A field that only a use case fills is of its kind, or blank; it may have been filled around the class."""
    whole = Whole()
    object.__setattr__(whole, "vouched", 5)

    assert [] == told(Whole())
    assert [("$.vouched", "text-expected")] == told(whole)


def test_a_value_made_around_its_class_lacks_attributes() -> None:
    """What is not there is of no kind."""

    assert [
        ("$.case_id", "text-expected"),
        ("$.reason", "text-expected"),
        ("$.expected_version", "integer-expected"),
    ] == told(object.__new__(Item), Item)


def test_a_subclass_is_another_class() -> None:
    """It may have attributes that nobody can read again."""

    @attrs.frozen
    class More(Part):
        """A part with more to it."""

        more: str = ""

    assert [("$.part", "object-expected")] == told(Whole(part=More()))


def test_a_kind_that_cannot_be_checked_is_a_mistake_of_ours() -> None:
    """Nothing is let through because nobody has thought of it."""
    with pytest.raises(TypeError, match="no way to check"):
        problems_of([], list[str])


@pytest.mark.parametrize("lifecycle", sorted(LIFECYCLES))
def test_every_payload_can_be_checked(lifecycle: str) -> None:
    """What the events carry has attributes of kinds that are known, and none else."""
    for kind in LIFECYCLES[lifecycle].payloads.values():
        assert {"object-expected"} == {problem.code for problem in problems_of(None, kind)}


PAYLOADS = sorted(
    {kind for one in LIFECYCLES.values() for kind in one.payloads.values()}, key=lambda kind: kind.__name__
)
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=3),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.sampled_from([*Verdict, *Level, *Stage, AccountKind.PHYSICIAN, WINDOWS, filing("x"), (), [], {}, 1.5]),
    st.lists(st.text(max_size=2), max_size=2).map(tuple),
)


@given(st.data(), st.sampled_from(PAYLOADS))
def test_what_is_good_comes_back_from_a_store(data: st.DataObject, kind: type) -> None:
    """
    Anything at all in a payload is either told, or written out and read again as the same value.

    Text that no store can hold is told by what writes it, where the payload's own construction has been gone round.
    """
    codec, payload = JsonCodec(), object.__new__(kind)
    for field in attrs.fields(kind):
        if not field.init:
            object.__setattr__(payload, field.name, field.default)
        else:
            object.__setattr__(payload, field.name, data.draw(JUNK, label=field.name))

    if problems_of(payload, kind):
        return
    text, refused = _written(codec, payload)

    assert {"text-control", "text-surrogate"} >= refused
    assert refused or payload == codec.restore(codec.parse(text), kind)


def _written(codec: JsonCodec, payload: object) -> tuple[str, set[str]]:
    """A payload written out, or the codes of why no store could hold it."""
    try:
        return codec.canonical(payload), set()
    except InputInvalid as ex:
        return "", {problem.code for problem in ex.problems}


def test_an_item_is_looked_at_by_its_number() -> None:
    """`send_many`: the row, the attribute, all rows at once; a row that is no item has nothing below it."""
    record = GoodRecord(
        level=RecordLevel.CITY, issuer="局", given_on=date(2020, 1, 1), kind=GoodRecordKind.AWARD
    )
    bad = attrs.evolve(filing("x"), posts=[], good_records=(record, record))
    object.__setattr__(bad, "good_records", (record, 5))
    items = [
        Item("a", Save(filing("x")), "理由", 3),
        Item(5, Save(filing("x")), 7, True),
        "item",
        Item("a", Save(bad)),
        Item("a", Enrol()),
        Item("a"),
    ]

    assert [
        ("$[1].case_id", "text-expected"),
        ("$[1].reason", "text-expected"),
        ("$[1].expected_version", "integer-expected"),
        ("$[2]", "object-expected"),
        ("$[3].payload.filing.good_records[1]", "object-expected"),
        ("$[3].payload.filing.posts", "tuple-expected"),
        ("$[4].payload", "payload-class"),
        ("$[5].payload", "payload-class"),
    ] == [(problem.path, problem.code) for problem in payload_problems(items, Save, "save")]


@pytest.mark.parametrize(
    "payload",
    [
        IssueCode(),
        IssueCode.of("hash", datetime(2024, 1, 3, tzinfo=UTC)),
        LogIn.of(password_right=True),
        NoPayload(),
    ],
)
def test_what_a_use_case_vouches_for_is_good(payload: Any) -> None:
    """The fields that no input can set are set by their use cases, rightly."""

    assert [] == payload_problems([Item("a", payload)], type(payload), "event")


@pytest.mark.parametrize("kind", [AccountKind.PHYSICIAN, "system"])
def test_a_principal_is_of_an_accounts_kind_or_the_system(kind: Any) -> None:
    """A union of a term and a word."""

    assert [] == told(Principal(account_id="a", kind=kind), Principal)
    assert [("$.kind", "term-expected")] == told(Principal(account_id="a", kind="physician"), Principal)


@pytest.mark.parametrize("values", [(), [], (Remembered("a", "b"),), [Remembered("a", "b")]])
def test_any_sequence_of_arguments_will_do(values: Any) -> None:
    """Arguments are not stored: a list is as good as a tuple there; text is no list."""

    assert [] == told(values, Sequence[Remembered])
    assert [("$", "list-expected")] == told("ab", Sequence[Any])
