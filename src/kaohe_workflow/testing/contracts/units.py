"""What a store must do with units of work: everything or nothing, and nothing before its time."""

from __future__ import annotations

import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store, UnitOfWork
from kaohe_workflow.application.stored import Job, Remembered, Session, Throttle
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.testing.contracts.records import NOW, case_of, changed, made, stored


class UnitsContract:
    """Beginning, ending and failing."""

    def test_a_store_is_ready(self, store: Store) -> None:
        """An opened store answers and has the schema of this version."""
        store.ready()

    def test_nothing_is_kept_without_a_commit(self, store: Store) -> None:
        """Leaving the block undoes cases and everything beside them."""
        with store.begin() as unit:
            unit.write([made("department", "d1")])
            unit.enqueue([Job("j1", "k", "{}", NOW)])
            unit.remember("k1", "key", Remembered("f", "a"), NOW)
            unit.save_session(Session("t1", "k1", NOW, NOW))
            unit.save_throttle(Throttle("b1", 1, NOW, None))
            first = unit.next_number("s")
        with store.begin() as unit:
            left = (
                unit.read("department", ["d1"]),
                unit.jobs(1),
                unit.recall("k1", "key"),
                unit.session("t1"),
                unit.throttle("b1"),
            )
            second = unit.next_number("s")

        assert ({}, [], None, None, None) == left
        assert first == second

    def test_an_error_in_the_block_undoes_it(self, store: Store) -> None:
        """The error itself comes through."""

        def fail_half_way() -> None:
            with store.begin() as unit:
                unit.write([made("department", "d1")])
                raise LookupError("something else went wrong")

        with pytest.raises(LookupError):
            fail_half_way()

        assert case_of(store, "department", "d1") is None

    def test_a_savepoint_undoes_its_own_writes_alone(self, store: Store) -> None:
        """What was written before and after it stays; what is read inside the unit agrees."""

        def fail_in_part(unit: UnitOfWork) -> None:
            with unit.savepoint():
                unit.write([made("department", "d2", name="外科")])
                unit.enqueue([Job("j1", "k", "{}", NOW)])
                raise LookupError("this part did not work")

        with store.begin() as unit:
            unit.write([made("department", "d1", name="内科")])
            with pytest.raises(LookupError):
                fail_in_part(unit)
            seen = sorted(unit.read("department", ["d1", "d2"]))
            with unit.savepoint():
                unit.write([made("department", "d3", name="儿科")])
            unit.commit()
        with store.begin() as unit:
            kept, jobs = sorted(unit.read("department", ["d1", "d2", "d3"])), unit.jobs(1)

        assert (["d1"], ["d1", "d3"], []) == (seen, kept, jobs)

    def test_a_conflict_that_was_caught_still_prevents_the_commit(self, store: Store) -> None:
        """What happened before it must not be kept by itself."""
        [first] = stored(store, made("department", "d1"))
        stored(store, changed(first))
        with store.begin() as unit:
            unit.write([made("department", "d2", name="外科")])
            with pytest.raises(ConcurrentTransition):
                unit.write([changed(first)])
            with pytest.raises(ConcurrentTransition):
                unit.find("department", [])
            with pytest.raises(ConcurrentTransition):
                unit.commit()

        assert case_of(store, "department", "d2") is None

    def test_after_its_end_a_unit_of_work_does_nothing(self, store: Store) -> None:
        """What came after a commit would be kept at once, or lost."""
        with store.begin() as unit:
            unit.commit()
            with pytest.raises(RuntimeError):
                unit.write([made("department", "d1")])
        with pytest.raises(RuntimeError):
            unit.find("department", [])

        assert case_of(store, "department", "d1") is None

    def test_one_that_only_reads_cannot_write(self, store: Store) -> None:
        """Neither write nor lock: it has promised to change nothing."""
        with store.begin(write=False) as unit:
            for act in (
                lambda: unit.write([made("department", "d1")]),
                lambda: unit.lock("department", ["d1"]),
                lambda: unit.jobs(1),
                lambda: unit.next_number("s"),
                lambda: unit.enqueue([Job("j1", "k", "{}", NOW)]),
            ):
                with pytest.raises(RuntimeError):
                    act()

    def test_a_reader_sees_one_moment(self, store: Store) -> None:
        """What others commit meanwhile does not mix with what has been read."""
        [first] = stored(store, made("department", "d1"))
        with store.begin(write=False) as reader:
            before = reader.find("department", [Where("state", "eq", "open")])
            [second] = stored(store, changed(first, state="deleted"))
            after = reader.find("department", [Where("state", "eq", "open")])
            history = reader.history(second)

        assert ([first], [first], 1) == (before, after, len(history))
        assert second == case_of(store, "department", "d1")

    def test_nothing_to_write_is_nothing_to_do(self, store: Store) -> None:
        """Empty groups are allowed everywhere."""
        with store.begin() as unit:
            unit.write([])
            unit.reschedule([], [])
            unit.drop([])
            unit.refuse([])
            unit.enqueue([])
            unit.finish([])
            unit.end_sessions([])
            empty = (unit.lock("department", []), unit.read("department", []), unit.histories([]))
            unit.commit()

        assert ({}, {}, {}) == empty
