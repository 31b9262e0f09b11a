"""
The same people in memory, in SQLite and in PostgreSQL: every answer, refusal, list, count and history is the same.

The three worlds have the same keys and make the same ids, so what is compared is compared to the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.statistics import COUNTED
from kaohe_workflow.errors import KaoheError
from kaohe_workflow.lifecycles import LIFECYCLES
from kaohe_workflow.testing.plays import Move, Outcome, Play
from kaohe_workflow.testing.provinces import open_world
from kaohe_workflow.testing.repertoire import PARTS
from kaohe_workflow.testing.worlds import World
from tests.property.application.machine import CycleMachine

if TYPE_CHECKING:
    from tests.conftest import Databases

SEED = 4
ORDERS = sorted({order for listed in LISTS.values() for order in listed.sorts})


def told(ask: Callable[[], Any]) -> Any:
    """What is answered, or with which error it is refused."""
    try:
        return ask()
    except KaoheError as ex:
        return ex.code, str(ex)


def whole_list(
    play: Play, principal: Principal, name: str, filters: Mapping[str, str], order: str, limit: int
) -> Any:
    """Every row of a list, page by page, and how many there are."""
    lists, rows, after = play.journeys.world.application.lists, list[Any](), None
    while True:
        page = lists.page(principal, name, filters, order=order, after=after, limit=limit)
        rows += page.rows
        after = page.next
        if after is None:
            return rows, lists.count(principal, name, filters)


def stored(play: Play) -> Iterator[tuple[Any, ...]]:
    """All cases with their histories and what these enclose, then deadlines, and what was refused to whom."""
    with play.journeys.world.application.store.begin(write=False) as unit:
        for lifecycle in LIFECYCLES:
            for case in unit.every_case(lifecycle, after="", limit=1000):
                yield case, unit.history(case), unit.enclosures(case)
        yield tuple(sorted(unit.due(datetime.max.replace(tzinfo=UTC), 1000), key=str))
        for account in unit.every_refusing_account():
            yield account, unit.refusals(account)


class ThreeStores(CycleMachine):
    """Each step is done in every store; whoever looks afterwards sees the same."""

    databases: ClassVar[Databases]

    def open(self) -> list[AbstractContextManager[World]]:
        self.lent = ExitStack()
        folder = self.lent.enter_context(TemporaryDirectory())
        postgres = self.lent.enter_context(self.databases.fresh())
        keys = Keys.fresh()
        urls = ("memory:", f"sqlite:///{Path(folder) / 'world.sqlite3'}", postgres)
        return [open_world(url, keys, seed=SEED, face_check=False) for url in urls]

    def compare_told(self, outcomes: list[Outcome]) -> None:
        assert [outcomes[0]] * len(outcomes) == outcomes

    def same(self, ask: Callable[[Play], Any]) -> Any:
        """What is answered in every world."""
        answers = [told(lambda play=play: ask(play)) for play in self.plays]  # type: ignore[misc]  # a default

        assert [answers[0]] * len(answers) == answers
        return answers[0]

    def as_part(self, part: str, person: int) -> Principal:
        """Who looks; in each world another colleague, of the same name."""
        move = Move(part, "", "", person % len(self.play.people))
        principal, *_ = [play.principal(move) for play in self.plays]
        return principal

    @rule(
        part=st.sampled_from(PARTS),
        person=st.integers(0, 4),
        name=st.sampled_from(sorted(LISTS)),
        order=st.sampled_from(ORDERS),
        descending=st.booleans(),
        limit=st.integers(1, 4),
        of_person=st.booleans(),
        data=st.data(),
    )
    def page_through(
        self,
        part: str,
        person: int,
        name: str,
        order: str,
        descending: bool,
        limit: int,
        of_person: bool,
        data: st.DataObject,
    ) -> None:
        """A list in any order, perhaps narrowed by what one of its rows says; and its rows counted by a field."""
        principal, listed = self.as_part(part, person), LISTS[name]
        first = self.same(lambda play: play.journeys.world.application.lists.page(principal, name, {}))
        filters: dict[str, str] = {}
        if of_person and getattr(first, "rows", ()):
            row = data.draw(st.sampled_from(first.rows))
            equal = [
                one.name
                for one in listed.filters
                if one.operator == "eq" and isinstance(row.get(one.field), str) and row[one.field]
            ]
            if equal:
                chosen = data.draw(st.sampled_from(equal))
                filters = {chosen: row[next(one.field for one in listed.filters if one.name == chosen)]}
        wanted = f"-{order}" if descending else order
        self.same(lambda play: whole_list(play, principal, name, filters, wanted, limit))
        by = data.draw(st.lists(st.sampled_from(sorted(listed.shows)), max_size=2, unique=True))
        self.same(lambda play: play.journeys.world.application.lists.count(principal, name, filters, by=by))

    @rule(part=st.sampled_from(PARTS), person=st.integers(0, 4), by=st.sampled_from(sorted(COUNTED)))
    def look(self, part: str, person: int, by: str) -> None:
        """Home page, progress, figures, inbox and what may be done next."""
        principal, cycle_id = self.as_part(part, person), self.play.journeys.world.cycle_id
        case_id = self.play.people[person % len(self.play.people)].case_id
        asked: tuple[Callable[[Any], Any], ...] = (
            lambda application: application.home.show(principal),
            lambda application: application.statistics.progress(principal, cycle_id),
            lambda application: application.statistics.figures(principal, cycle_id, by),
            lambda application: application.inbox.page(principal),
            lambda application: application.cases.get(principal, "assessment", case_id),
            lambda application: application.cases.history(principal, "assessment", case_id),
            lambda application: application.door.explain(principal, "assessment", case_id),
        )
        for ask in asked:
            self.same(lambda play, ask=ask: ask(play.journeys.world.application))  # type: ignore[misc]  # a default

    def compare(self) -> None:
        """In the end all that is stored is the same, and every list of everybody."""
        for rows in zip_longest(*map(stored, self.plays)):
            assert [rows[0]] * len(rows) == list(rows)
        for part in PARTS:
            principal = self.as_part(part, 0)
            for name in LISTS:
                self.same(lambda play, of=name, by=principal: whole_list(play, by, of, {}, "id", 100))  # type: ignore[misc]  # defaults
        self.same(lambda play: play.journeys.world.application.inbox.page(SYSTEM))

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.lent.close()


def test_three_stores(postgres_databases: Databases) -> None:
    """Whatever anybody does on whatever day, every store answers the same and keeps what must hold."""
    machine = type("Machine", (ThreeStores,), {"databases": postgres_databases})
    run_state_machine_as_test(machine, settings=settings(max_examples=settings().max_examples // 5))
