"""Resets that one account asks for at the same moment are counted as if one had been first."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
import pytest

from kaohe_workflow.application.access import SYSTEM, Principal
from kaohe_workflow.application.accounts.activation import IssuedCode
from kaohe_workflow.application.application import Application
from kaohe_workflow.errors import TransitionRefused
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.values.terms import AccountKind
from tests.faults.places import Place, at_once, overtaken

ALONE = 10
"""Resets of ten minutes that need no second person."""

PASSWORD = "Qing-xiu-shan-22"


def account(place: Place, home: Principal, login: str) -> str:
    """The account of somebody who works for an organisation, in use."""
    accounts = place.world.application.accounts
    given = CreateAccount(
        institution_id=str(home.organisation_id),
        kind=AccountKind.ORGANISATION,
        login=login,
        operator_id=f"person-of-{login}",
        shared=False,
    )
    account_id = place.world.send(SYSTEM, "account", None, "create", given).id
    session = accounts.log_in(login, accounts.issue_code(SYSTEM, account_id).code)
    accounts.activate(session.token, PASSWORD)
    return account_id


@pytest.mark.parametrize("meet", ["at once", "before the commit"])
def test_of_two_resets_the_tenth_is_one(place: Place, meet: str) -> None:
    """Nine have gone: of two more at once one goes, and the other waits for a second person."""
    world = place.world
    office = attrs.evolve(
        world.county, account_id=account(place, world.county, "office-01"), operator_id="person-of-office-01"
    )
    targets = [account(place, world.hospital, f"ward-{number:02}") for number in range(ALONE + 2)]

    def reset(target: str, application: Application = world.application) -> Any:
        return application.accounts.issue_code(office, target, reason="忘记密码")

    for target in targets[3:]:
        reset(target)
    if meet == "at once":
        ends = at_once(lambda: reset(targets[0]), lambda: reset(targets[1]))
    else:
        ends = overtaken(place, lambda slow: reset(targets[0], slow), lambda: reset(targets[1]))

    assert {IssuedCode: 1, TransitionRefused: 1} == Counter(
        IssuedCode if isinstance(end, IssuedCode) else TransitionRefused
        for end in ends
        if isinstance(end, IssuedCode | TransitionRefused)
    )
    with pytest.raises(TransitionRefused):
        reset(targets[2])
    place.assert_sound()
