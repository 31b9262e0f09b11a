"""What a store does with the keys of evaluation platforms."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from kaohe_workflow.application.platform_keys import PlatformKey
from kaohe_workflow.application.ports import Store
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.testing.contracts.records import NOW

FIRST = PlatformKey("k1", "examiner", "s\u00e9cret", NOW)
SECOND = PlatformKey("k2", "other", "another", NOW, NOW + timedelta(days=1))


class PlatformsContract:
    """Keys of platforms."""

    def test_keys_are_kept_and_ended(self, store: Store) -> None:
        """By their id, with their secrets; an id is taken once; what is ended stays known."""
        with store.begin() as unit:
            for key in (SECOND, FIRST):
                unit.add_platform_key(key)
            unit.commit()
        with store.begin() as unit, pytest.raises(ConcurrentTransition):
            unit.add_platform_key(attrs.evolve(SECOND, id="k1"))
        ending = NOW + timedelta(hours=1)
        with store.begin() as unit:
            unit.end_platform_key("k1", ending)
            unit.end_platform_key("k9", ending)
            unit.commit()
        with store.begin(write=False) as unit:
            found = unit.platform_keys()
            known = [unit.platform_key(id) for id in ("k2", "k9", "k\x00")]

        assert [attrs.evolve(FIRST, ends_at=ending), SECOND] == found
        assert [SECOND, None, None] == known
