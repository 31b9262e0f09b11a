"""What a store must show of itself to verification."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kaohe_workflow.application.ports import Store
from kaohe_workflow.application.stored import Case, Due, Job, Kept, Refusal, Remembered, Unreadable
from kaohe_workflow.testing.contracts.records import NOW, changed, made, stored


def _cases(store: Store, lifecycle: str, portion: int = 10) -> list[list[Kept | Unreadable]]:
    with store.begin(write=False) as unit, unit.audit() as audit:
        return list(audit.cases(lifecycle, portion))


class AuditContract:
    """Everything is shown, and what the store wrote itself agrees with itself."""

    def test_an_empty_store_shows_nothing(self, store: Store) -> None:
        """No case, no step, nothing wrong."""
        with store.begin(write=False) as unit, unit.audit() as audit:
            shown = (audit.defects(), list(audit.cases("account", 10)), audit.chapters(), audit.dues())
            beside = (list(audit.refusals()), audit.numbers(), audit.sealed_shut(), audit.loose_enclosures())

        assert ([], [], [], []) == shown
        assert ([], {}, [], []) == beside

    @pytest.mark.parametrize("lifecycle", ["account", "assessment"])
    @pytest.mark.parametrize(("count", "expected"), [(4, [2, 2]), (5, [2, 2, 1])])
    def test_cases_come_in_portions(
        self, store: Store, lifecycle: str, count: int, expected: list[int]
    ) -> None:
        """All cases, each once, no portion larger than asked for."""
        data: list[dict[str, Any]] = [{"login": f"l{n}", "physician_id": f"p{n}"} for n in range(count)]
        if lifecycle == "assessment":
            data = [{"physician_id": each["physician_id"]} for each in data]
        cases = stored(store, *(made(lifecycle, f"k{n}", **each) for n, each in enumerate(data)))
        portions = _cases(store, lifecycle, portion=2)

        assert expected == [len(portion) for portion in portions]
        assert {case.id: Kept(case) for case in cases} == {
            row.case.id: row for portion in portions for row in portion if isinstance(row, Kept)
        }

    def test_what_is_written_agrees_with_its_columns(self, store: Store) -> None:
        """Sealed, blind, null, deleted, moved: no column strays from its record."""
        person = made("affiliation", "p1", hands=("h1",), phone="13800000000", licensed_on=NOW.date())
        moved = changed(person.after, institution_id="i2")
        department = made("department", "d1", name="内科“一”\\")
        deleted = changed(department.after, state="deleted")
        stored(store, person, moved, department, deleted)

        assert [[Kept(moved.after)]] == _cases(store, "affiliation")
        assert [[Kept(deleted.after)]] == _cases(store, "department")

    def test_steps_and_what_they_carried_come_for_many_cases(self, store: Store) -> None:
        """By case, oldest first; a case without any comes with nothing."""
        first = made("assessment", "a1", content='{"reason":"一"}')
        second = changed(first.after, institution_id="i2", content="{}")
        other = made("assessment", "a2", physician_id="p2")
        cases: list[Case] = stored(store, first, second, other)[1:]
        with store.begin(write=False) as unit, unit.audit() as audit:
            histories, enclosures = audit.histories(cases), audit.enclosures(cases)
            nothing = (audit.histories([]), audit.enclosures([]))
            chapters, loose = audit.chapters(), audit.loose_enclosures()

        assert {"a1": [first.history, second.history], "a2": [other.history]} == histories
        assert {"a1": [first.enclosure, second.enclosure], "a2": []} == enclosures
        assert ({}, {}) == nothing
        assert {("assessment", "i1", "a1"), ("assessment", "i2", "a1"), ("assessment", "i1", "a2")} == set(
            chapters
        )
        assert (3, []) == (len(chapters), loose)

    def test_what_lies_beside_the_cases_comes(self, store: Store) -> None:
        """Deadlines, refusals by account oldest first, numbers; what is sealed opens."""
        stored(store, made("evaluation", "e1", due_in=timedelta(days=1)))
        refusals = [
            Refusal(account, seq, NOW, "{}", "0" * 64, f"{seq:064}")
            for account, seq in (("k2", 1), ("k1", 1), ("k2", 2))
        ]
        with store.begin() as unit:
            for refusal in refusals:
                unit.refuse([refusal])
            unit.enqueue([Job("j1", "kind", "{}", NOW)])
            unit.remember("k1", "key", Remembered("f", "{}"), NOW)
            unit.next_number("s")
            unit.next_number("s")
            unit.commit()
        with store.begin(write=False) as unit, unit.audit() as audit:
            dues, found, numbers, shut = (
                audit.dues(),
                list(audit.refusals()),
                audit.numbers(),
                audit.sealed_shut(),
            )

        assert [Due("evaluation", "e1", "lapse", NOW + timedelta(days=1))] == dues
        assert {"k1": [1], "k2": [1, 2]} == {
            account: [row.seq for row in found if row.account_id == account] for account in ("k1", "k2")
        }
        assert set(refusals) == set(found)
        assert ({"s": 2}, []) == (numbers, shut)

    def test_the_unit_of_work_goes_on_after_an_audit(self, store: Store) -> None:
        """What was looked at is read as before."""
        [case] = stored(store, made("department", "d1"))
        with store.begin(write=False) as unit:
            with unit.audit() as audit:
                shown = list(audit.cases("department", 1))
            found = unit.read("department", ["d1"])

        assert ([[Kept(case)]], {"d1": case}) == (shown, found)
