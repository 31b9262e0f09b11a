"""What a store must do with cases: keep them whole, find them, and never overwrite what somebody else wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Case, Due, Enclosure
from kaohe_workflow.errors import ConcurrentTransition, InputInvalid
from kaohe_workflow.testing.contracts.records import NOW, case_of, changed, made, stored
from kaohe_workflow.values.terms import Procedure, Stage


class CasesContract:
    """Cases, their history and their deadlines."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty store for `RECORDS`; to be overridden."""
        pytest.fail("a subclass of the contract gives the store")

    def test_a_case_comes_back_as_it_was_written(self, store: Store) -> None:
        """Every part of a case survives: texts in any script, decimals, instants, hands and homes."""
        data: dict[str, Any] = {
            "stage": Stage.MAKEUP,
            "note": 'é 𠮷 "\\" \n\t,{}\\u0000 NULL',
            "marks": (Decimal("87.50"), Decimal("0")),
            "at": datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
        }
        [case] = stored(store, made("assessment", "a1", hands=("h1", "h2"), **data))

        assert case == case_of(store, "assessment", "a1")

    def test_sealed_attributes_come_back_opened(self, store: Store) -> None:
        """What is encrypted at rest is plain again in the record."""
        [case] = stored(store, made("affiliation", "p1", phone="13800000000", qualification_number=None))

        assert case == case_of(store, "affiliation", "p1")

    def test_missing_ids_are_left_out(self, store: Store) -> None:
        """Reading and locking return what there is; an id that was asked for twice comes once."""
        [case] = stored(store, made("institution", "i1"))
        with store.begin() as unit:
            found = (unit.lock("institution", ["x", "i1", "i1"]), unit.read("institution", ["i1", "x", "i1"]))

        assert ({"i1": case}, {"i1": case}) == found

    def test_own_writes_are_seen(self, store: Store) -> None:
        """Read, lock and find return cases as they are in this unit of work."""
        [before] = stored(store, made("assessment", "a1"))
        with store.begin() as unit:
            unit.lock("assessment", ["a1"])
            step = changed(before, state="submitted", procedure=Procedure.SIMPLIFIED)
            unit.write([step, made("assessment", "a2", physician_id="p2")])
            found = unit.find("assessment", [Where("procedure", "eq", Procedure.SIMPLIFIED)])
            all_found = unit.find("assessment", [Where("cycle_id", "eq", "c1")])
            seen = (unit.read("assessment", ["a1"]), unit.lock("assessment", ["a1"]), found)

        assert ({"a1": step.after}, {"a1": step.after}, [step.after]) == seen
        assert ["a1", "a2"] == [case.id for case in all_found]

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (Where("state", "eq", "open"), ["a1", "a3"]),
            (Where("id", "in", ("a3", "a1", "zz")), ["a1", "a3"]),
            (Where("id", "in", ()), []),
            (Where("department_id", "eq", None), []),
            (Where("department_id", "null"), ["a1", "a3"]),
            (Where("department_id", "not_null"), ["a2"]),
            (Where("department_id", "in", ("d1", None)), ["a2"]),
            (Where("department_id", "ne", "d2"), ["a2"]),
            (Where("department_id", "ne", None), []),
            (Where("id", "ne", "a2"), ["a1", "a3"]),
            (Where("stage", "eq", Stage.FIRST), ["a2"]),
            (Where("ever_submitted", "eq", True), ["a3"]),
            (Where("ever_submitted", "in", (True, False)), ["a1", "a2", "a3"]),
            (Where("id", "ge", "a2"), ["a2", "a3"]),
            (Where("id", "gt", "a2"), ["a3"]),
            (Where("id", "le", "a2"), ["a1", "a2"]),
            (Where("id", "lt", "a2"), ["a1"]),
            (Where("version", "eq", 1), ["a1", "a2", "a3"]),
            (Where("institution_id", "eq", "i2"), ["a3"]),
        ],
    )
    def test_find_by_condition(self, store: Store, where: Where, expected: list[str]) -> None:
        """What is not there meets no condition but ``null``; results come by id."""
        stored(
            store,
            made("assessment", "a3", physician_id="p3", ever_submitted=True, institution_id="i2"),
            made("assessment", "a1", physician_id="p1"),
            made("assessment", "a2", physician_id="p2", department_id="d1", stage=Stage.FIRST, state="done"),
        )
        with store.begin(write=False) as unit:
            found = unit.find("assessment", [where])

        assert expected == [case.id for case in found]

    def test_find_stops_at_the_limit(self, store: Store) -> None:
        """The first by id are returned."""
        stored(store, *(made("department", f"d{number}", name=f"科{number}") for number in (3, 1, 2)))
        with store.begin(write=False) as unit:
            found = unit.find("department", [], limit=2)

        assert ["d1", "d2"] == [case.id for case in found]

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("/p/", ["i1", "i2", "i3"]),
            ("/p/%", []),
            ("/p/_", ["i3"]),
            ("/p/A", ["i2"]),
            ("/p/中", ["i1"]),
            ("", ["i0", "i1", "i2", "i3", "i4"]),
            ("\U0010ffff", ["i4"]),
        ],
    )
    def test_a_prefix_is_literal(self, store: Store, prefix: str, expected: list[str]) -> None:
        """No wildcards, and small letters differ from capitals."""
        paths = ("/p", "/p/中/", "/p/A", "/p/_a", "\U0010ffff!")
        stored(store, *(made("institution", f"i{number}", path=path) for number, path in enumerate(paths)))
        with store.begin(write=False) as unit:
            found = unit.find("institution", [Where("path", "prefix", prefix)])

        assert expected == [case.id for case in found]

    @pytest.mark.parametrize(("text", "code"), [("a\0b", "text-control"), ("\ud800", "text-surrogate")])
    def test_what_no_store_can_hold_is_refused_as_input(self, store: Store, text: str, code: str) -> None:
        """A NUL or half a pair in a condition is the caller's problem, the same in every store."""
        with store.begin(write=False) as unit, pytest.raises(InputInvalid) as caught:
            unit.find("institution", [Where("name", "eq", text)])

        assert [code] == [problem.code for problem in caught.value.problems]

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", "中\0"])
    @pytest.mark.parametrize("lifecycle", ["institution", "assessment"])
    def test_nothing_has_an_id_that_no_store_can_hold(self, store: Store, text: str, lifecycle: str) -> None:
        """Such an id is missing like any other, and the ids beside it are found."""
        case, _ = stored(store, made(lifecycle, "x1"), made("affiliation", "p1"))
        ids = [text, "x1"]
        with store.begin() as unit:
            found = (unit.read(lifecycle, ids), unit.lock(lifecycle, [text]), unit.lock(lifecycle, ids))
            unit.commit()

        assert ({"x1": case}, {}, {"x1": case}) == found

    def test_decimals_are_found_by_hundredths(self, store: Store) -> None:
        """A score of 59.99 is below 60."""
        stored(store, made("evaluation", "e1", score=Decimal("59.99")))
        with store.begin(write=False) as unit:
            below = unit.find("evaluation", [Where("score", "lt", Decimal("60"))])
            above = unit.find("evaluation", [Where("score", "ge", Decimal("60"))])

        assert (["e1"], []) == ([case.id for case in below], [case.id for case in above])

    def test_dates_are_compared_as_dates(self, store: Store) -> None:
        """The bounds of ``ge`` and ``le`` are included."""
        stored(store, made("affiliation", "p1", licensed_on=date(2011, 10, 2)))
        day = date(2011, 10, 2)
        with store.begin(write=False) as unit:
            found = [
                len(unit.find("affiliation", [where]))
                for where in (
                    Where("licensed_on", "ge", day),
                    Where("licensed_on", "le", day),
                    Where("licensed_on", "gt", day),
                    Where("licensed_on", "lt", day),
                )
            ]

        assert [1, 1, 0, 0] == found

    def test_a_stale_version_is_a_conflict(self, store: Store) -> None:
        """A case is changed only from the version it was read at."""
        [first] = stored(store, made("department", "d1"))
        stored(store, changed(first, name="外科"))
        with store.begin() as unit, pytest.raises(ConcurrentTransition) as caught:
            unit.write([changed(first, name="儿科")])

        assert ("department", "d1", 1) == (caught.value.lifecycle, caught.value.id, caught.value.expected)
        assert "外科" == _name(case_of(store, "department", "d1"))

    def test_one_stale_version_among_many_undoes_all(self, store: Store) -> None:
        """A grouped write keeps everything or nothing."""
        cases = stored(store, *(made("department", f"d{n}", name=f"科{n}") for n in range(4)))
        stored(store, changed(cases[2], name="外科"))
        with store.begin() as unit:
            with pytest.raises(ConcurrentTransition):
                unit.write([changed(case, state="deleted") for case in cases])
            with pytest.raises(ConcurrentTransition):
                unit.commit()
        with store.begin(write=False) as unit:
            states = {case.state for case in unit.find("department", [])}

        assert {"open"} == states

    @pytest.mark.parametrize(
        ("lifecycle", "first", "second"),
        [
            ("assessment", {"institution_id": "i1"}, {"institution_id": "i2"}),
            ("account", {"login": "同"}, {"login": "同", "physician_id": "p2"}),
            ("certificate", {"number": "1"}, {"number": "1", "result_version": 2}),
            ("department", {}, {}),
        ],
    )
    def test_a_taken_key_is_a_conflict(
        self, store: Store, lifecycle: str, first: dict[str, Any], second: dict[str, Any]
    ) -> None:
        """Two cases cannot share the columns that the projection calls unique."""
        stored(store, made(lifecycle, "x1", **first))
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.write([made(lifecycle, "x2", **second)])

        assert case_of(store, lifecycle, "x2") is None

    def test_an_id_is_taken_once(self, store: Store) -> None:
        """The same id at another institution is the same case."""
        stored(store, made("department", "d1"))
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.write([made("department", "d1", institution_id="i2")])

    def test_a_gap_takes_no_key(self, store: Store) -> None:
        """Any number of cases may lack a unique value."""
        stored(store, made("certificate", "x1"), made("certificate", "x2", result_version=2))

        assert case_of(store, "certificate", "x2") is not None

    def test_a_deleted_name_is_free_again(self, store: Store) -> None:
        """A column is null in the states that its declaration excepts; also within one write."""
        [first] = stored(store, made("department", "d1", name="内科"))
        stored(store, changed(first, state="deleted"), made("department", "d2", name="内科"))

        assert "内科" == _name(case_of(store, "department", "d2"))

    def test_many_at_once(self, store: Store) -> None:
        """A grouped write of several lifecycles, of cases new and changed."""
        old = stored(store, *(made("assessment", f"a{n:03}", physician_id=f"p{n}") for n in range(150)))
        changes = [changed(case, state="submitted", note="x" * (n % 3)) for n, case in enumerate(old)]
        new = [made("evaluation", f"e{n:03}", assessment_id=f"a{n:03}", content="{}") for n in range(150)]
        stored(store, *changes, *new)
        with store.begin(write=False) as unit:
            assessments, papers = unit.find("assessment", []), unit.find("evaluation", [])
            histories = unit.histories(assessments)

        assert [step.after for step in changes] == assessments
        assert [step.after for step in new] == papers
        assert {2} == {len(rows) for rows in histories.values()}

    def test_two_steps_of_one_case_in_one_write(self, store: Store) -> None:
        """They are stored one after the other."""
        first = made("department", "d1")
        second = changed(first.after, name="外科")
        stored(store, first, second, changed(second.after, name="儿科"))

        assert ("儿科", 3) == (_name(case := case_of(store, "department", "d1")), case and case.version)

    def test_history_is_kept_in_order(self, store: Store) -> None:
        """Every step is there, oldest first, as it was written."""
        steps = [made("assessment", "a1")]
        for state in ("submitted", "reviewed"):
            steps.append(changed(steps[-1].after, state=state))
        for step in steps:
            stored(store, step)
        with store.begin(write=False) as unit:
            history = unit.history(steps[-1].after)

        assert [step.history for step in steps] == history

    def test_enclosures_come_back_plain(self, store: Store) -> None:
        """Only steps that carried something have one."""
        first = made("assessment", "a1", content='{"reason":"材料不全"}')
        second = changed(first.after)
        third = changed(second.after, content="{}")
        stored(store, first, second, third)
        with store.begin(write=False) as unit:
            enclosures = unit.enclosures(third.after)

        expected: list[Enclosure | None] = [first.enclosure, third.enclosure]
        assert expected == enclosures

    def test_every_case_in_portions(self, store: Store) -> None:
        """All cases by id, each once."""
        stored(store, *(made("account", f"k{n}", login=f"l{n}") for n in range(5)))
        seen: list[str] = []
        with store.begin(write=False) as unit:
            while portion := unit.every_case("account", after=seen[-1] if seen else "", limit=2):
                seen += [case.id for case in portion]

        assert ["k0", "k1", "k2", "k3", "k4"] == seen

    def test_a_deadline_follows_its_case(self, store: Store) -> None:
        """The newest step sets it; a step without one removes it."""
        hour = timedelta(hours=1)
        [a1, a2] = stored(
            store,
            made("assessment", "a1", due_in=hour),
            made("assessment", "a2", physician_id="p2", due_in=2 * hour),
        )
        first = _due(store)
        stored(store, changed(a1, due_in=3 * hour))
        second = _due(store)
        stored(store, changed(a2))
        third = _due(store)

        assert ["a1", "a2"] == [due.case_id for due in first]
        assert ["a2", "a1"] == [due.case_id for due in second]
        assert [Due("assessment", "a1", "lapse", NOW + 3 * hour)] == third

    def test_only_what_is_due_comes_earliest_first(self, store: Store) -> None:
        """A deadline at this very instant has come; one a microsecond later has not."""
        tick = timedelta(microseconds=1)
        stored(
            store,
            made("assessment", "a1", due_in=tick),
            made("assessment", "a2", physician_id="p2", due_in=timedelta()),
            made("evaluation", "e1", due_in=-tick),
        )
        with store.begin(write=False) as unit:
            all_due, one_due = unit.due(NOW, 10), unit.due(NOW, 1)

        assert (["e1", "a2"], ["e1"]) == ([due.case_id for due in all_due], [due.case_id for due in one_due])

    def test_deadlines_are_rescheduled_without_a_transition(self, store: Store) -> None:
        """Windows have changed: deadlines are set anew or cleared, the cases stay as they are."""
        stored(
            store,
            made("assessment", "a1", due_in=timedelta()),
            made("assessment", "a2", physician_id="p2", due_in=timedelta()),
        )
        new = Due("assessment", "a3", "lapse", NOW)
        moved = Due("assessment", "a1", "close", NOW - timedelta(days=1))
        with store.begin() as unit:
            unit.reschedule([new, moved], [("assessment", "a2")])
            unit.commit()

        assert [moved, new] == _due(store)

    def test_a_deadline_is_dropped_as_it_was_read(self, store: Store) -> None:
        """One that has been set anew meanwhile, with another instant or event, stays; one that is gone is gone."""
        stored(
            store,
            made("assessment", "a1", due_in=timedelta()),
            made("assessment", "a2", physician_id="p2", due_in=timedelta()),
        )
        first, second = _due(store)
        later = attrs.evolve(second, at=second.at + timedelta(hours=1))
        with store.begin() as unit:
            unit.reschedule([later], [])
            unit.drop([first, first, second, attrs.evolve(first, case_id="gone")])
            unit.commit()

        assert [later] == _due(store)


def _name(case: Case | None) -> str | None:
    return case.record.name if case else None


def _due(store: Store) -> list[Due]:
    with store.begin(write=False) as unit:
        return unit.due(NOW + timedelta(days=1), 10)
