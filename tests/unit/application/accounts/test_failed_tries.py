"""Failed log-ins in the audit: that they happened, when and from where, and not by whom or with what."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from kaohe_workflow.errors import LogInRefused
from kaohe_workflow.testing.worlds import START

NUMBER = "450103198001011233"
OTHER = "Miao-88-yao"
MINUTE = timedelta(minutes=1)


def fail(house, login, secret=OTHER, address="203.0.113.77"):
    with pytest.raises(LogInRefused):
        house.accounts.log_in(login, secret, address=address)


def lines(house):
    """Every line of the audit that is about a failed log-in: of whom, when, and what it says."""
    with house.world.application.store.begin(write=False) as unit, unit.audit() as audit:
        rows = [(row, json.loads(row.body)) for row in audit.refusals()]
    return [(row, body) for row, body in rows if body["refused"] == ["log-in-refused"]]


def test_a_failed_log_in_leaves_a_line(house):
    """Of the account, at the instant, from the network; nothing of the secret or the address is kept."""
    house.activated()
    fail(house, NUMBER)
    ((row, body),) = lines(house)

    assert ("log_in", None, "203.0.113.0/24") == (body["event"], body["to"], body["actor"]["network"])
    assert START == row.at
    assert row.account_id == body["actor"]["account"] == body["case"]
    assert not any(said in row.body for said in (OTHER, NUMBER, "203.0.113.77"))
    assert () == house.world.application.verification.run().findings


def test_a_minute_of_failures_is_one_line(house):
    """Whoever tries without end does not fill the audit; after a minute there is another line, chained to the first."""
    house.activated()
    for _ in range(3):
        fail(house, NUMBER)
    house.world.clock.set(START + MINUTE - timedelta(milliseconds=1))
    fail(house, NUMBER)
    within = len(lines(house))
    house.world.clock.set(START + MINUTE)
    fail(house, NUMBER)
    rows = [row for row, _ in lines(house)]

    assert (1, 2) == (within, len(rows))
    assert rows[0].hash == rows[1].prev
    assert () == house.world.application.verification.run().findings


def test_a_name_that_nobody_has_leaves_a_line_too(house):
    """Under no account and without the name: known and unknown ones are the same work."""
    fail(house, "invented")
    ((row, body),) = lines(house)

    assert ("nobody", "active") == (row.account_id, body["from"])
    assert "invented" not in row.body
    assert () == house.world.application.verification.run().findings


def test_all_names_that_nobody_has_share_a_line_a_minute(house):
    """Invented names would otherwise fill the audit, each with a line of its own; the chain goes on and holds."""
    for index in range(3):
        fail(house, f"invented{index}")
    house.world.clock.set(START + MINUTE - timedelta(milliseconds=1))
    fail(house, "invented3")
    within = len(lines(house))
    house.world.clock.set(START + MINUTE)
    fail(house, "invented4")
    rows = [row for row, _ in lines(house)]

    assert (1, 2) == (within, len(rows))
    assert rows[0].hash == rows[1].prev
    assert () == house.world.application.verification.run().findings


def test_a_try_without_a_line_is_counted(house):
    """Within the minute every try writes, too: what is quicker for an invented name would tell it from a known one."""
    for login in ("invented0", "invented1", "invented2"):
        fail(house, login)
    with house.world.application.store.begin(write=False) as unit:
        counted = unit.throttle("refused:nobody")

    assert counted is not None
    assert 3 == counted.failures


def test_a_right_log_in_leaves_none(house):
    """Its step stands in the history of the account."""
    house.activated()

    assert [] == lines(house)
