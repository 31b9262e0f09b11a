"""Tries at the same time, in every store: each of them counts."""

from __future__ import annotations

from kaohe_workflow.application.accounts.throttle import reserve, untrusted_bucket
from kaohe_workflow.errors import TooManyTries
from kaohe_workflow.testing.contracts.concurrency import together
from kaohe_workflow.testing.journeys import Journeys


def test_tries_at_the_same_time_do_not_pass_on_one_count(stored: Journeys) -> None:
    """Of eight simultaneous tries five are free and the other three wait, whoever comes first."""
    application = stored.world.application
    now = application.clock.now()

    def guess() -> None:
        with application.store.begin() as unit:
            reserve(unit, [untrusted_bucket("account")], now)
            unit.commit()

    errors = together([guess] * 8)

    assert [TooManyTries] * 3 == [type(error) for error in errors]
