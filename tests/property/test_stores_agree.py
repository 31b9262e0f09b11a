"""Memory, SQLite and PostgreSQL in lock-step: whatever is done, all three answer the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kaohe_workflow.adapters.columns import filterable, kinds_of
from kaohe_workflow.adapters.memory import MemoryStore
from kaohe_workflow.adapters.sql import SqlStore
from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.adapters.sql.tables import METADATA
from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.projection import VIEWS
from kaohe_workflow.application.stored import Case, Due, Job, Refusal, Remembered, Session, Throttle, Written
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.testing.contracts import NOW, RECORDS, changed, made
from tests.property.stored_records import (
    CODEC,
    DATA,
    DUE,
    LIFECYCLES,
    NUMBERS,
    PERSONS,
    SECRETS,
    STATES,
    TEXTS,
    conditions,
)


def _scope(clauses: list[list[Where]]) -> Scope:
    return Scope(tuple(tuple(clause) for clause in clauses))


Act = Callable[[UnitOfWork], Any]


class Stores(RuleBasedStateMachine):
    """Each step is done in every store; what they return, or refuse, is compared."""

    open_stores: Callable[[ExitStack], list[Store]]

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self.stores: list[Store] = []
        self.known: dict[tuple[str, str], Case] = {}
        self.older: list[Case] = []

    @initialize(data=st.data())
    def start(self, data: st.DataObject) -> None:
        """Begin with some cases of every lifecycle, as far as their keys do not meet."""
        self.stores = type(self).open_stores(self._stack)
        for lifecycle, records in DATA.items():
            for number, record in enumerate(data.draw(st.lists(records, max_size=3)), 1):
                due_in = data.draw(DUE)
                self._write([made(lifecycle, f"{lifecycle}{number}", due_in=due_in, **record)])

    def teardown(self) -> None:
        self._stack.close()

    def _all(self, act: Act, *, write: bool = False) -> Any:
        """What the act returns, the same in all stores; conflicts are answers too."""
        answers = []
        for store in self.stores:
            try:
                with store.begin(write=write) as unit:
                    answers.append(act(unit))
                    if write:
                        unit.commit()
            except ConcurrentTransition:
                answers.append("conflict")

        assert [answers[0]] * len(answers) == answers
        return answers[0]

    def _write(self, steps: list[Written]) -> None:
        if self._all(lambda unit: unit.write(steps), write=True) != "conflict":
            for step in steps:
                self.older += [step.before] if step.before else []
                self.known[step.after.lifecycle, step.after.id] = step.after

    @rule(lifecycle=LIFECYCLES, number=NUMBERS, data=st.data(), due_in=DUE, state=STATES, content=TEXTS)
    def make(
        self,
        lifecycle: str,
        number: int,
        data: st.DataObject,
        due_in: timedelta | None,
        state: str,
        content: str,
    ) -> None:
        """Make a case, perhaps one that is there already or takes another's key."""
        step = made(
            lifecycle,
            f"{lifecycle}{number}",
            state=state,
            due_in=due_in,
            content=content,
            **data.draw(DATA[lifecycle]),
        )
        self._write([step])

    @rule(data=st.data(), count=st.integers(1, 4))
    def change(self, data: st.DataObject, count: int) -> None:
        """Change some cases in one write; they may move, lose their deadline, or take another's key."""
        if not self.known:
            return
        keys = st.lists(st.sampled_from(sorted(self.known)), max_size=count, min_size=1, unique=True)
        steps = [
            changed(
                self.known[key],
                state=data.draw(STATES),
                due_in=data.draw(DUE),
                content=data.draw(TEXTS),
                **data.draw(DATA[key[0]]),
            )
            for key in data.draw(keys)
        ]
        if len(steps) == len({step.after.lifecycle for step in steps}):
            # In which order rows of one table give up and take keys within a statement is the database's choice.
            self._write(steps)

    @rule(data=st.data())
    def change_what_has_changed(self, data: st.DataObject) -> None:
        """A version that is no longer there is a conflict everywhere."""
        if self.older:
            before = data.draw(st.sampled_from(self.older))
            self._write([changed(before, **data.draw(DATA[before.lifecycle]))])

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Find cases of every lifecycle, and look at pages and counts of every view."""
        for lifecycle in DATA:
            wanted = data.draw(st.lists(conditions(dict(kinds_of(lifecycle))), max_size=2))
            limit = data.draw(st.none() | st.integers(1, 3))
            self._all(lambda unit, of=lifecycle, by=wanted, limit=limit: unit.find(of, by, limit=limit))  # type: ignore[misc]  # defaults
        for view in sorted(set(VIEWS) - {"cycle", "certificate"}):
            self._look(view, data)

    def _look(self, view: str, data: st.DataObject) -> None:
        """A page, those after it, and the counts."""
        fields = dict(filterable(view))
        clauses = st.lists(st.lists(conditions(fields), max_size=2), max_size=2)
        scope = data.draw(st.just(Scope.everything()) | clauses.map(_scope))
        where = data.draw(st.lists(conditions(fields), max_size=1))
        order = Order(data.draw(st.sampled_from(sorted(fields))), data.draw(st.booleans()))
        by = data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=2, unique=True))
        after, seen = None, 0
        while rows := self._all(
            lambda unit, after=after: unit.page(view, scope, where, order=order, after=after, limit=2)  # type: ignore[misc]  # a default
        ):
            after, seen = (rows[-1][order.field], rows[-1]["id"]), seen + len(rows)
        counted = self._all(lambda unit: unit.count(view, scope, where, by=by))

        assert seen == sum(counted.values())

    @rule(data=st.data())
    def beside(self, data: st.DataObject) -> None:
        """One of the things that do not concern cases."""
        acts: list[Callable[..., None]] = [
            self._reschedule,
            self._refuse,
            self._remember,
            self._work,
            self._draw_number,
            self._log_in,
            self._throttle,
        ]
        data.draw(st.sampled_from(acts))(data)

    def _reschedule(self, data: st.DataObject) -> None:
        number, clear, at = data.draw(NUMBERS), data.draw(NUMBERS), data.draw(DUE.filter(bool))
        dues = [Due("assessment", f"assessment{number}", "lapse", NOW + at)]
        self._all(lambda unit: unit.reschedule(dues, [("assessment", f"assessment{clear}")]), write=True)

    def _refuse(self, data: st.DataObject) -> None:
        account, last = data.draw(PERSONS), data.draw(st.none() | NUMBERS)
        row = Refusal(account, data.draw(NUMBERS), NOW, "{}", "0" * 64, "1" * 64)
        self._all(lambda unit: unit.refuse([row]), write=True)
        self._all(lambda unit: (unit.refusals(account, last=last), unit.every_refusing_account()))

    def _remember(self, data: st.DataObject) -> None:
        account, key, answer = data.draw(PERSONS), data.draw(TEXTS.filter(bool)), data.draw(TEXTS)
        made_at, forgotten_at = (NOW - timedelta(days=data.draw(NUMBERS)) for _ in range(2))
        self._all(lambda unit: unit.remember(account, key, Remembered("f", answer), made_at), write=True)
        self._all(lambda unit: unit.forget(forgotten_at), write=True)
        self._all(lambda unit: unit.recall(account, key))

    def _work(self, data: st.DataObject) -> None:
        at = NOW + timedelta(seconds=data.draw(NUMBERS))
        job = Job(f"j{data.draw(NUMBERS)}", "k", data.draw(TEXTS), at)
        limit, finished = (
            data.draw(NUMBERS),
            [f"j{each}" for each in data.draw(st.lists(NUMBERS, max_size=2))],
        )
        self._all(lambda unit: unit.enqueue([job]), write=True)
        self._all(lambda unit: unit.jobs(limit), write=True)
        self._all(lambda unit: unit.finish(finished), write=True)

    def _draw_number(self, data: st.DataObject) -> None:
        series = data.draw(TEXTS)
        self._all(lambda unit: unit.next_number(series), write=True)

    def _log_in(self, data: st.DataObject) -> None:
        number, account = data.draw(NUMBERS), data.draw(PERSONS)
        session = Session(
            f"t{number}", account, NOW + timedelta(seconds=number), NOW, data.draw(st.booleans())
        )
        ended = [f"t{each}" for each in data.draw(st.lists(NUMBERS, max_size=2))]
        self._all(lambda unit: unit.save_session(session), write=True)
        self._all(lambda unit: unit.end_sessions(ended), write=True)
        self._all(lambda unit: (unit.session(f"t{number}"), unit.sessions(account)))

    def _throttle(self, data: st.DataObject) -> None:
        bucket, cleared = data.draw(TEXTS), data.draw(TEXTS)
        row = Throttle(bucket, data.draw(NUMBERS), NOW, data.draw(st.none() | st.just(NOW)))
        self._all(lambda unit: unit.save_throttle(row), write=True)
        self._all(lambda unit: unit.clear_throttle(cleared), write=True)
        self._all(lambda unit: unit.throttle(bucket))

    @invariant()
    def the_same_cases_histories_and_deadlines(self) -> None:
        if not self.stores:
            return
        cases = list(self.known.values())
        for lifecycle in DATA:
            ids = [case.id for case in cases if case.lifecycle == lifecycle]
            found = self._all(lambda unit, of=lifecycle, ids=ids: unit.read(of, ids))  # type: ignore[misc]  # a default

            assert {case.id: case for case in cases if case.lifecycle == lifecycle} == found
        histories = self._all(lambda unit: unit.histories(cases))
        self._all(lambda unit: [unit.enclosures(case) for case in cases])
        self._all(lambda unit: unit.due(NOW, 10))

        assert {case.id: case.version for case in cases} == {id: len(rows) for id, rows in histories.items()}


@pytest.fixture
def opening(fresh_postgres: str) -> Iterator[Callable[[ExitStack], list[Store]]]:
    """Opens three empty stores: a new SQLite file, the emptied PostgreSQL, memory."""
    upgrade(fresh_postgres)
    postgres = SqlStore(fresh_postgres, records=RECORDS, codec=CODEC, secrets=SECRETS)
    where = sa.make_url(fresh_postgres)
    host = str(where.query["host"])
    with (
        TemporaryDirectory() as folder,
        psycopg.connect(host=host, user=where.username, dbname=where.database, autocommit=True) as bare,
    ):
        template = Path(folder) / "template.db"
        upgrade(f"sqlite:///{template}")
        bare.execute("SET session_replication_role = replica")  # the rows of an example may be thrown away
        tables = ", ".join(METADATA.tables)

        def open_stores(stack: ExitStack) -> list[Store]:
            bare.execute(f"TRUNCATE {tables}")
            path = Path(stack.enter_context(TemporaryDirectory(dir=folder))) / "kaohe.db"
            shutil.copy(template, path)
            sqlite = SqlStore(f"sqlite:///{path}", records=RECORDS, codec=CODEC, secrets=SECRETS)
            stack.callback(sqlite.close)
            return [MemoryStore(records=RECORDS, secrets=SECRETS), sqlite, postgres]

        yield open_stores
    postgres.close()


def test_stores_agree(opening: Callable[[ExitStack], list[Store]]) -> None:
    """Any sequence of steps gives the same answers, conflicts included, in all three stores."""
    machine = type("Machine", (Stores,), {"open_stores": staticmethod(opening)})
    deep = settings().max_examples // 100
    run_state_machine_as_test(machine, settings=settings(max_examples=20 * deep, stateful_step_count=12))
