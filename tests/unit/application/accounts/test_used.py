"""Accounts that nobody has ever used are found: whoever gave them asks again (手册 2.2.1)."""

from __future__ import annotations

import pytest

from tests.unit.application.accounts.conftest import NUMBER

MASKED = f"{NUMBER[:2]}{'*' * 14}{NUMBER[-2:]}"


def used(house, **asked):
    """The accounts that the hospital sees, by login → whether somebody has set a password."""
    rows = house.world.application.lists.page(house.world.hospital, "accounts", asked).rows
    return {row["login"]: row["used"] for row in rows}


@pytest.mark.manual("N-3.1", "S-7")
def test_an_account_is_used_once_a_password_is_set(house):
    """Neither the code nor a log-in with it; and a reset does not make it a new one."""
    before = used(house, used="false")
    opened = house.accounts.log_in(NUMBER, house.code())
    with_code = used(house, used="false")
    house.accounts.activate(opened.token, "Zhuang7x")
    house.code()

    assert {MASKED: False, "HOSPITAL01": False} == before == with_code
    assert {"HOSPITAL01": False} == used(house, used="false")
    assert {MASKED: True} == used(house, used="true")
    assert {MASKED: True, "HOSPITAL01": False} == used(house)
