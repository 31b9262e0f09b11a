"""What is of the wrong kind is answered at the door, in every store alike, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.lines import Item
from kaohe_workflow.errors import InputInvalid
from kaohe_workflow.lifecycles.affiliation.events import EditPhysician
from kaohe_workflow.lifecycles.assessment.events import Enrol, Return, Save
from kaohe_workflow.lifecycles.cycle.events import ChangeWindows
from kaohe_workflow.testing.journeys import FILING_DAY, Journeys
from kaohe_workflow.testing.people import people
from kaohe_workflow.testing.workbooks import roster_cells, roster_workbook
from kaohe_workflow.testing.worlds import WINDOWS, World, filing
from kaohe_workflow.values.terms import ReturnCode


def told(ask: Callable[[], Any]) -> list[tuple[str, str]]:
    """Where and what the problems are that a call is refused with."""
    with pytest.raises(InputInvalid) as caught:
        ask()
    assert all(any("\u4e00" <= char <= "\u9fff" for char in one.message) for one in caught.value.problems)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def around(value: Any, **wrong: Any) -> Any:
    """A value with attributes that its class was not asked about."""
    other = attrs.evolve(value)
    for name, each in wrong.items():
        object.__setattr__(other, name, each)
    return other


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"procedure": "zz"}, "term-expected"),
        ({"procedure": "general"}, "term-expected"),
        ({"bad_record": "no"}, "boolean-expected"),
        ({"department_id": 5}, "text-expected"),
        ({"statement": 5}, "text-expected"),
        ({"posts": []}, "tuple-expected"),
        ({"posts": "abc"}, "tuple-expected"),
        ({"work": {}}, "object-expected"),
    ],
)
def test_a_filing_of_wrong_kinds_is_not_stored(stored: Journeys, wrong: dict[str, Any], code: str) -> None:
    """A draft is kept as it is sent, so what is wrong in it would be there for good: the case stays readable."""
    world, traveller = stored.world, stored.to("awaiting_registration")
    before = world.application.cases.get(traveller.principal, "assessment", traveller.case_id)
    payload = Save(around(filing(stored.department_id), **wrong))

    problems = told(lambda: world.send(traveller.principal, "assessment", traveller.case_id, "save", payload))

    assert [(f"$[0].payload.filing.{name}", code) for name in wrong] == problems
    assert world.application.door.explain(traveller.principal, "assessment", traveller.case_id)
    assert before == world.application.cases.get(traveller.principal, "assessment", traveller.case_id)
    assert () == world.application.verification.run().findings


@pytest.mark.parametrize(
    ("lifecycle", "event", "payload", "place", "code"),
    [
        ("assessment", "enrol", Enrol("yes"), "voluntary", "boolean-expected"),
        ("assessment", "return", Return("filing", code=ReturnCode.INCOMPLETE), "concern", "term-expected"),
        (
            "affiliation",
            "edit",
            around(EditPhysician(), qualified_on="2018-01-01"),
            "qualified_on",
            "date-expected",
        ),
        (
            "cycle",
            "change_windows",
            ChangeWindows(
                around(
                    WINDOWS,
                    review=around(WINDOWS.review, opens_at=WINDOWS.review.opens_at.replace(tzinfo=None)),
                )
            ),
            "windows.review.opens_at",
            "instant-expected",
        ),
    ],
)
def test_any_payload_is_looked_at(
    world: World, lifecycle: str, event: str, payload: Any, place: str, code: str
) -> None:
    """Before the case is looked for: whatever the id, the place in the payload is told."""
    problems = told(lambda: world.send(world.province, lifecycle, "0" * 26, event, payload))

    assert [(f"$[0].payload.{place}", code)] == problems


def test_a_bulk_names_the_rows(stored: Journeys) -> None:
    """All rows at once by their numbers, and the good ones have not gone in either."""
    world, traveller = stored.world, stored.newcomer()
    world.at(FILING_DAY)
    items: list[Any] = [
        Item(traveller.case_id, Enrol()),
        Item(7, Enrol("yes"), b"", True),
        ("id", Enrol()),
    ]

    problems = told(lambda: world.application.door.send_many(world.hospital, "assessment", "enrol", items))

    assert [
        ("$[1].case_id", "text-expected"),
        ("$[1].reason", "text-expected"),
        ("$[1].expected_version", "integer-expected"),
        ("$[1].payload.voluntary", "boolean-expected"),
        ("$[2]", "object-expected"),
    ] == problems
    assert "not_enrolled" == stored.state(traveller)


WRONG_ARGUMENTS: list[tuple[str, Callable[[World], Any], list[tuple[str, str]]]] = [
    (
        "send: principal and event",
        lambda w: w.send(None, "assessment", "x", None),  # type: ignore[arg-type]
        [("principal", "object-expected"), ("event", "text-expected")],
    ),
    (
        "send: principal inside",
        lambda w: w.send(Principal(account_id=5, kind="physician"), "assessment", "x", "claim"),  # type: ignore[arg-type]
        [("principal.account_id", "text-expected"), ("principal.kind", "term-expected")],
    ),
    (
        "send: lifecycle",
        lambda w: w.send(w.hospital, "nope", "x", "claim"),
        [("lifecycle", "lifecycle-unknown")],
    ),
    (
        "send: lifecycle none",
        lambda w: w.send(w.hospital, None, "x", "claim"),  # type: ignore[arg-type]
        [("lifecycle", "text-expected")],
    ),
    (
        "send: event list",
        lambda w: w.send(w.hospital, "assessment", "x", []),  # type: ignore[arg-type]
        [("event", "text-expected")],
    ),
    (
        "send: version",
        lambda w: w.send(w.hospital, "assessment", "x", "claim", expected_version="1"),
        [("$[0].expected_version", "integer-expected")],
    ),
    (
        "send: key",
        lambda w: w.send(w.hospital, "assessment", "x", "claim", idempotency_key=5),
        [("idempotency_key", "text-expected")],
    ),
    (
        "send_many: text",
        lambda w: w.application.door.send_many(w.hospital, "assessment", "claim", "abc"),  # type: ignore[arg-type]
        [("items", "list-expected")],
    ),
    (
        "send_many: none",
        lambda w: w.application.door.send_many(w.hospital, "assessment", "claim", None, all_or_nothing=1),  # type: ignore[arg-type]
        [("items", "list-expected"), ("all_or_nothing", "boolean-expected")],
    ),
    (
        "explain: lifecycle",
        lambda w: w.application.door.explain(w.hospital, "nope", "x"),
        [("lifecycle", "lifecycle-unknown")],
    ),
    (
        "explain: both",
        lambda w: w.application.door.explain(None, "assessment", None),  # type: ignore[arg-type]
        [("principal", "object-expected"), ("case_id", "text-expected")],
    ),
    (
        "get: lifecycle",
        lambda w: w.application.cases.get(w.hospital, "nope", "x"),
        [("lifecycle", "lifecycle-unknown")],
    ),
    (
        "get: both",
        lambda w: w.application.cases.get(None, "assessment", 5),  # type: ignore[arg-type]
        [("principal", "object-expected"), ("case_id", "text-expected")],
    ),
    (
        "history: lifecycle",
        lambda w: w.application.cases.history(w.hospital, "nope", "x"),
        [("lifecycle", "lifecycle-unknown")],
    ),
    (
        "list: name",
        lambda w: w.application.lists.page(w.hospital, "nope", {}),
        [("list", "list-unknown")],
    ),
    (
        "list: principal and filters",
        lambda w: w.application.lists.page(None, "assessments", None),  # type: ignore[arg-type]
        [("principal", "object-expected"), ("filters", "mapping-expected")],
    ),
    (
        "list: filter",
        lambda w: w.application.lists.page(w.hospital, "assessments", {"nope": "x", "state": None, 5: "x"}),  # type: ignore[dict-item]
        [("nope", "filter-unknown"), ("state", "filter-invalid"), ("5", "filter-unknown")],
    ),
    (
        "list: order",
        lambda w: w.application.lists.page(w.hospital, "assessments", {}, order=None),  # type: ignore[arg-type]
        [("order", "text-expected")],
    ),
    (
        "list: order unknown",
        lambda w: w.application.lists.page(w.hospital, "assessments", {}, order="--id"),
        [("order", "order-unknown")],
    ),
    (
        "list: after",
        lambda w: w.application.lists.page(w.hospital, "assessments", {}, after=("x",)),  # type: ignore[arg-type]
        [("after", "list-length")],
    ),
    (
        "list: after a wrong value",
        lambda w: w.application.lists.page(w.hospital, "cycles", {}, order="first_day", after=("x", "y")),
        [("after[0]", "date-expected")],
    ),
    (
        "list: after an unstorable value",
        lambda w: w.application.lists.page(w.hospital, "cycles", {}, after=("a\0", "a\0")),
        [("after[0]", "text-control"), ("after[1]", "text-control")],
    ),
    (
        "log in",
        lambda w: w.application.accounts.log_in(None, b"x", wanted="x", device=5, address=5),  # type: ignore[arg-type]
        [
            ("login", "text-expected"),
            ("secret", "text-expected"),
            ("wanted", "choice-unknown"),
            ("device", "text-expected"),
            ("address", "text-expected"),
        ],
    ),
    (
        "authenticate",
        lambda w: w.application.accounts.authenticate(None),  # type: ignore[arg-type]
        [("token", "text-expected")],
    ),
    (
        "log out",
        lambda w: w.application.accounts.log_out(5),  # type: ignore[arg-type]
        [("token", "text-expected")],
    ),
    (
        "activate",
        lambda w: w.application.accounts.activate("x", None),  # type: ignore[arg-type]
        [("new_password", "text-expected")],
    ),
    (
        "change password",
        lambda w: w.application.accounts.change_password("x", 5, None),  # type: ignore[arg-type]
        [("old_password", "text-expected"), ("new_password", "text-expected")],
    ),
    (
        "count: name",
        lambda w: w.application.lists.count(w.hospital, "nope", {}),
        [("list", "list-unknown")],
    ),
    (
        "count: by",
        lambda w: w.application.lists.count(w.hospital, "assessments", {}, by=("state", "nope", "id_number")),
        [("by[1]", "field-unknown"), ("by[2]", "field-unknown")],
    ),
    (
        "count: by a word",
        lambda w: w.application.lists.count(w.hospital, "assessments", {}, by="state"),
        [("by", "list-expected")],
    ),
    (
        "search",
        lambda w: w.application.people.by_number(w.hospital, None),  # type: ignore[arg-type]
        [("id_number", "text-expected")],
    ),
    (
        "search: principal",
        lambda w: w.application.people.by_number(None, "x"),  # type: ignore[arg-type]
        [("principal", "object-expected")],
    ),
    (
        "preview",
        lambda w: w.application.intake.preview_roster(None, None, "text"),  # type: ignore[arg-type]
        [
            ("principal", "object-expected"),
            ("institution_id", "text-expected"),
            ("data", "bytes-expected"),
        ],
    ),
    (
        "preview scores",
        lambda w: w.application.intake.preview_scores(w.province, None),  # type: ignore[arg-type]
        [("data", "bytes-expected")],
    ),
    (
        "import scores",
        lambda w: w.application.intake.import_scores(w.province, b"", mode="nope"),  # type: ignore[arg-type]
        [("mode", "choice-unknown")],
    ),
]


@pytest.mark.parametrize(
    ("ask", "problems"),
    [pytest.param(ask, problems, id=name) for name, ask, problems in WRONG_ARGUMENTS],
)
def test_a_wrong_argument_is_named(
    world: World, ask: Callable[[World], Any], problems: list[tuple[str, str]]
) -> None:
    """What a caller in Python has mixed up is a problem of the input, under the name of the argument."""

    assert problems == told(lambda: ask(world))


@pytest.mark.parametrize("limit", [0, -1, 201, 10**9])
def test_a_page_has_1_to_200_rows(world: World, limit: int) -> None:
    """What is asked for is given or refused, never cut."""
    problems = told(lambda: world.application.lists.page(world.hospital, "departments", {}, limit=limit))

    assert [("limit", "limit-out-of-range")] == problems
    for good in (1, 200):
        assert () == world.application.lists.page(world.hospital, "departments", {}, limit=good).rows


@pytest.mark.parametrize("limit", [True, "20", None, 2.0])
def test_a_limit_is_a_number(world: World, limit: Any) -> None:
    """True is none."""
    problems = told(lambda: world.application.lists.page(world.hospital, "departments", {}, limit=limit))

    assert [("limit", "integer-expected")] == problems


@pytest.mark.parametrize("name", ["age_from", "age_to"])
@pytest.mark.parametrize("age", ["-1", "+1", " 1", "1_0", "１", "1.0", ""])
def test_an_age_is_written_in_digits(world: World, name: str, age: str) -> None:
    """Full years, not negative."""

    assert [(name, "filter-invalid")] == told(
        lambda: world.application.lists.page(world.hospital, "assessments", {name: age})
    )
    for good in ("0", "40"):
        assert () == world.application.lists.page(world.hospital, "assessments", {name: good}).rows


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"mode": "nope"}, ("mode", "choice-unknown")),
        ({"mode": None}, ("mode", "choice-unknown")),
        ({"create_departments": "no"}, ("create_departments", "boolean-expected")),
        ({"idempotency_key": 5}, ("idempotency_key", "text-expected")),
    ],
)
def test_an_import_of_no_mode_writes_nothing(
    stored: Journeys, more: dict[str, Any], problem: tuple[str, str]
) -> None:
    """`valid` and `whole` differ in what is written, so a third word is neither."""
    world = stored.world
    data = roster_workbook([roster_cells(one) for one in people(2, 400)])
    hospital_id = str(world.hospital.organisation_id)

    problems = told(lambda: world.application.intake.import_roster(world.hospital, hospital_id, data, **more))

    assert [problem] == problems
    assert {(): 0} == world.application.lists.count(world.province, "physicians", {})
