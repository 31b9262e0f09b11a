"""What a store must do when several work at once. Each test is a race; no order of it may break the rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, Thread
from time import monotonic

import attrs
import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Job, Remembered, Throttle
from kaohe_workflow.errors import ConcurrentTransition, StoreUnavailable
from kaohe_workflow.testing.contracts.records import NOW, case_of, changed, made, stored


def together(tasks: Sequence[Callable[[], None]]) -> list[Exception]:
    """Run all tasks at the same time; the errors of those that failed."""
    errors: list[Exception] = []
    start = Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        start.wait()
        try:
            task()
        except Exception as ex:
            errors.append(ex)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


class ConcurrencyContract:
    """Locks, conflicts, queues."""

    def test_no_update_is_lost(self, store: Store) -> None:
        """Who locks first goes first, and the next one sees what he did."""
        stored(store, made("department", "d1", name="0"))

        def count() -> None:
            for _ in range(5):
                with store.begin() as unit:
                    case = unit.lock("department", ["d1"])["d1"]
                    unit.write([changed(case, name=str(int(case.record.name) + 1))])
                    unit.commit()

        errors = together([count] * 4)
        case = case_of(store, "department", "d1")

        assert [] == errors
        assert case is not None
        assert ("20", 21) == (case.record.name, case.version)

    def test_who_serialises_by_a_name_goes_one_by_one(self, store: Store) -> None:
        """Counting in a row that is not there yet loses nothing: there is no row to lock."""

        def count() -> None:
            for _ in range(5):
                with store.begin() as unit:
                    unit.serialise("b", "a")
                    held = unit.throttle("b")
                    unit.save_throttle(Throttle("b", held.failures + 1 if held else 1, NOW, None))
                    unit.commit()

        errors = together([count] * 4)
        with store.begin() as unit:
            counted = unit.throttle("b")

        assert [] == errors
        assert counted is not None
        assert 20 == counted.failures

    def test_what_is_held_is_not_changed_by_others(self, store: Store) -> None:
        """A held case may be held by others too, and is written by nobody until the end."""
        stored(store, made("department", "d1", name="0"))
        order: list[str] = []

        def change() -> None:
            with store.begin() as unit:
                case = unit.lock("department", ["d1"])["d1"]
                unit.write([changed(case, name="1")])
                order.append("changed")
                unit.commit()

        writer = Thread(target=change)
        with store.begin() as unit:
            held = unit.find("department", [Where("id", "eq", "d1")], hold=True)
            writer.start()
            writer.join(timeout=0.2)
            order.append("held")
            unit.commit()
        writer.join()

        assert (["0"], ["held", "changed"]) == ([case.record.name for case in held], order)

    def test_who_is_not_to_wait_gives_up_at_once(self, store: Store) -> None:
        """Another one writes: what can be left for another time does not delay who does it by the way."""
        stored(store, made("department", "d1"))
        with store.begin() as first:
            first.lock("department", ["d1"])
            begun = monotonic()
            with pytest.raises(StoreUnavailable), store.begin(wait=False) as second:
                second.lock("department", ["d1"])
            taken = monotonic() - begun
        with store.begin(wait=False) as unit:
            unit.write([changed(unit.lock("department", ["d1"])["d1"])])
            unit.commit()
        case = case_of(store, "department", "d1")

        assert taken < 5  # seconds; whoever waits does so for ten
        assert case is not None
        assert 2 == case.version

    def test_locks_in_any_order_asked_do_not_block_each_other(self, store: Store) -> None:
        """Rows are locked in id order, whatever the order of the ids."""
        cases = stored(store, *(made("assessment", f"a{n}", physician_id=f"p{9 - n}") for n in range(8)))
        stored(store, *(made("affiliation", f"p{9 - n}", id_number=f"n{n}") for n in range(8)))
        ids = [case.id for case in cases]

        def lock(order: list[str]) -> Callable[[], None]:
            def task() -> None:
                for _ in range(5):
                    with store.begin() as unit:
                        found = unit.lock("assessment", order)
                        unit.write([changed(case) for case in found.values()])
                        unit.commit()

            return task

        errors = together([lock(ids), lock(ids[::-1]), lock(ids[4:] + ids[:4])])

        assert [] == errors

    def test_decisions_about_one_person_queue_up(self, store: Store) -> None:
        """Two cases of one physician are never decided upon at once: of two that exclude each other one fires."""
        for number in range(10):
            person, first, second = f"p{number}", f"a{number}", f"e{number}"
            stored(
                store,
                made("affiliation", person, id_number=person),
                made("assessment", first, physician_id=person),
                made("evaluation", second, physician_id=person, assessment_id=first),
            )
            together(
                [
                    _fires_unless(store, ("assessment", first), ("evaluation", second)),
                    _fires_unless(store, ("evaluation", second), ("assessment", first)),
                ]
            )
            states = [
                case.state
                for case in (case_of(store, "assessment", first), case_of(store, "evaluation", second))
                if case is not None
            ]

            assert ["fired", "open"] == sorted(states)

    def test_of_two_that_make_the_same_one_wins(self, store: Store) -> None:
        """A unique key decides between cases that did not exist when both looked."""

        def make(case_id: str) -> Callable[[], None]:
            return lambda: _discard(stored(store, made("department", case_id, name="内科")))

        errors = together([make("d1"), make("d2"), make("d3")])

        assert [ConcurrentTransition] * 2 == [type(error) for error in errors]

    def test_a_case_is_found_while_it_moves(self, store: Store) -> None:
        """Who waits for a case that moves to another institution gets it from there."""
        stored(store, made("affiliation", "p1"), made("assessment", "a1"))
        missed: list[int] = []

        def move() -> None:
            for number in range(10):
                with store.begin() as unit:
                    case = unit.lock("assessment", ["a1"]).get("a1")
                    if case is None:
                        missed.append(number)
                        return
                    home = "i1" if case.institution_id == "i2" else "i2"
                    unit.write([changed(case, institution_id=home)])
                    unit.commit()

        errors = together([move, move])

        assert ([], []) == (missed, errors)

    def test_a_key_is_remembered_once(self, store: Store) -> None:
        """Of two requests under one idempotency key the second is told to try again, and finds the answer."""

        def remember(answer: str) -> Callable[[], None]:
            def task() -> None:
                with store.begin() as unit:
                    unit.remember("k1", "key", Remembered("f", answer), NOW)
                    unit.commit()

            return task

        errors = together([remember("1"), remember("2")])
        with store.begin(write=False) as unit:
            found = unit.recall("k1", "key")

        assert [ConcurrentTransition] == [type(error) for error in errors]
        assert found is not None
        assert found.answer in "12"

    def test_two_workers_never_get_the_same_job(self, store: Store) -> None:
        """Every job is done once."""
        with store.begin() as unit:
            unit.enqueue([Job(f"j{n:02}", "k", "{}", NOW + timedelta(seconds=n)) for n in range(20)])
            unit.commit()
        done: list[str] = []

        def work() -> None:
            while True:
                with store.begin() as unit:
                    jobs = unit.jobs(2)
                    if not jobs:
                        return
                    unit.finish([job.id for job in jobs])
                    unit.commit()
                done.extend(job.id for job in jobs)

        errors = together([work] * 3)

        assert [] == errors
        assert [f"j{n:02}" for n in range(20)] == sorted(done)

    def test_who_waits_for_a_job_gets_it_as_the_others_leave_it(self, store: Store) -> None:
        """None that is there is missed, and no change of another is lost."""
        with store.begin() as unit:
            unit.enqueue([Job("j1", "k", "{}", NOW)])
            unit.commit()

        def fail() -> None:
            for _ in range(5):
                with store.begin() as unit:
                    job = unit.job("j1", wait=True)
                    assert job is not None
                    unit.keep_job(attrs.evolve(job, failures=job.failures + 1))
                    unit.commit()

        errors = together([fail] * 3)
        with store.begin() as unit:
            (job,) = unit.jobs(2)

        assert [] == errors
        assert 15 == job.failures

    def test_numbers_of_a_series_have_no_gap_and_no_double(self, store: Store) -> None:
        """What is rolled back gives its number back."""
        numbers: list[int] = []

        def draw() -> None:
            for turn in range(6):
                with store.begin() as unit:
                    number = unit.next_number("2024")
                    if turn % 3 != 2:
                        unit.commit()
                        numbers.append(number)

        errors = together([draw] * 3)

        assert [] == errors
        assert list(range(1, 13)) == sorted(numbers)


def _discard(_: object) -> None:
    """Return nothing."""


def _fires_unless(store: Store, own: tuple[str, str], other: tuple[str, str]) -> Callable[[], None]:
    """Fire one case unless the other has fired; it is read without a lock, as a fact is."""

    def task() -> None:
        with store.begin() as unit:
            case = unit.lock(own[0], [own[1]])[own[1]]
            if unit.read(other[0], [other[1]])[other[1]].state == "open":
                unit.write([changed(case, state="fired")])
                unit.commit()

    return task
