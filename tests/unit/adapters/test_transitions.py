"""A chart on one's own models, with the triggers that the library transitions gives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kaohe_workflow.adapters.statechart_files import read_statechart
from kaohe_workflow.adapters.transitions import build_machine
from kaohe_workflow.errors import DefinitionError
from kaohe_workflow.statechart.deciding import Actor, GuardUnmet, NoRow, ReasonMissing, RoleMissing
from kaohe_workflow.statechart.model import By

CHART = read_statechart("""
chart: loan
version: 1
label: 借阅
initial: shelved
facts:
  overdue_days: {type: integer, minimum: 0, unit: 天, label: 逾期天数}
guards:
  in_time: {fact: overdue_days, at_most: {parameter: grace}, label: 未逾期}
states:
  shelved: {label: 在架}
  lent: {label: 借出}
  lost: {label: 遗失, final: true}
transitions:
  - {event: lend, label: 借出, from: shelved, to: lent, by: [{role: reader, relation: self}]}
  - {event: give_back, label: 归还, from: lent, to: shelved, by: [{role: reader, relation: self}], when: [in_time]}
  - {event: renew, label: 续借, from: lent, by: [{role: reader, relation: self}], when: [in_time]}
  - {event: lose, label: 报失, from: lent, to: lost, by: [{role: librarian, relation: own}], reason: required}
""")


class Book:
    """A model of somebody's own; `grace` is also the name of a parameter, which must not matter."""

    state: str
    in_time = False

    def __init__(self, role: tuple[str, str] = ("reader", "self"), days: int = 0) -> None:
        self.role = role
        self.days = days

    def actor(self) -> Actor:
        return Actor(frozenset({self.role}))

    def facts(self) -> Any:
        return SimpleNamespace(overdue_days=self.days)


def test_events_become_triggers_of_the_model() -> None:
    """The model starts in the chart's initial state and has a method for each event, and one that asks."""
    book: Any = Book(days=3)
    build_machine(CHART, {"grace": 3}, book)

    assert ("shelved", True, False) == (book.state, book.may_lend(), book.may_give_back())
    assert book.lend()
    assert ("lent", True) == (book.state, book.may_give_back())
    assert book.give_back()
    assert "shelved" == book.state


def test_a_refused_event_answers_false_and_changes_nothing() -> None:
    """One day over the grace is too late, and the machine can say so; a guard is not shadowed by an attribute."""
    book: Any = Book(days=4)
    machine = build_machine(CHART, {"grace": 3}, book)
    book.lend()

    assert (False, False, "lent") == (book.may_give_back(), book.give_back(), book.state)
    (reason,) = machine.reasons(book, "give_back")

    assert isinstance(reason, GuardUnmet)
    assert ("in_time", "≤ 3", 4) == (reason.name, reason.unmet[0].wanted, reason.unmet[0].actual)


def test_an_event_without_a_row_here_answers_false() -> None:
    """It is a refusal like any other, no exception."""
    book: Any = Book()
    machine = build_machine(CHART, {"grace": 3}, book)

    assert (False, "shelved") == (book.lose(reason="找不到"), book.state)
    assert (NoRow("lose", "shelved", ("lent",)),) == machine.reasons(book, "lose")


def test_roles_are_the_machine_s_business() -> None:
    """Who may not send an event cannot fire it."""
    book: Any = Book(role=("librarian", "own"))
    machine = build_machine(CHART, {"grace": 3}, book)

    assert not book.lend()
    assert (RoleMissing((By("reader", "self"),), 0),) == machine.reasons(book, "lend")


@pytest.mark.parametrize(("reason", "fires"), [(None, False), (" ", False), ("找不到", True)])
def test_a_reason_is_a_keyword_of_the_trigger(reason: str | None, fires: bool) -> None:
    """Where a row demands one, the trigger takes it, and so does the question beforehand."""
    book: Any = Book(role=("librarian", "own"))
    machine = build_machine(CHART, {"grace": 3}, book)
    book.state = "lent"

    assert fires == book.may_lose(reason=reason)
    assert (() if fires else (ReasonMissing(3),)) == machine.reasons(book, "lose", reason=reason)
    assert fires == book.lose(reason=reason)


def test_an_internal_transition_moves_nothing() -> None:
    """It fires, and the state stays."""
    book: Any = Book()
    build_machine(CHART, {"grace": 3}, book)
    book.lend()

    assert (True, "lent") == (book.renew(), book.state)


def test_one_machine_serves_models_that_it_does_not_know() -> None:
    """A population is never registered: a machine without a model sends to any."""
    machine = build_machine(CHART, {"grace": 3})
    books = [Book(days=days) for days in (3, 4)]
    for book in books:
        book.state = "lent"

    assert [True, False] == [machine.send(book, "give_back") for book in books]
    assert ["shelved", "lent"] == [book.state for book in books]
    assert [] == machine.models


def test_a_model_must_not_have_an_event_s_name() -> None:
    """The library would leave such an event out and say nothing."""

    class Lender(Book):
        def lend(self) -> None:
            raise AssertionError("this is not the event")

    with pytest.raises(DefinitionError, match="the model has an attribute 'lend'"):
        build_machine(CHART, {"grace": 3}, Lender())
