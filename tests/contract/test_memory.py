"""What only the store in memory has: copies."""

from __future__ import annotations

from datetime import UTC, datetime

from kaohe_workflow.adapters.crypto import KeyedSecrets, Keys
from kaohe_workflow.adapters.memory import MemoryStore
from kaohe_workflow.testing.contracts import RECORDS

NOW = datetime(2024, 1, 3, tzinfo=UTC)


def note(store: MemoryStore, name: str) -> None:
    """Commit a note."""
    with store.begin() as unit:
        unit.note(name, NOW)
        unit.commit()


def noted(store: MemoryStore) -> frozenset[str]:
    """Which of the notes are there."""
    with store.begin(write=False) as unit:
        return unit.noted(["before", "original", "copy", "open"])


def test_a_copy_has_what_was_committed_and_nothing_that_comes_later() -> None:
    """What is written to either is not in the other; what is not committed yet is in neither."""
    original = MemoryStore(records=RECORDS, secrets=KeyedSecrets(Keys.fresh()))
    note(original, "before")
    with original.begin() as unit:
        unit.note("open", NOW)
        copied = original.copy()
    note(original, "original")
    note(copied, "copy")

    assert {"before", "original"} == noted(original)
    assert {"before", "copy"} == noted(copied)
