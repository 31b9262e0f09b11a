"""
Who has done something, in words.
"""

from __future__ import annotations

from collections.abc import Set

from kaohe_workflow.application.access import PLATFORM, SYSTEM
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.values.terms import AccountKind


def in_words(unit: UnitOfWork, account_ids: Set[str]) -> dict[str, str]:
    """
    Account id → who that is (操作日志, 手册 2.2.7): the organisation of the account, and no person of it.

    An account that is not on record has no words.
    """
    accounts = unit.read("account", sorted(account_ids - {SYSTEM.account_id}))
    homes = unit.read("institution", sorted({case.institution_id for case in accounts.values()}))
    words = {SYSTEM.account_id: "系统"}
    words |= {id: f"测评平台{id.removeprefix(PLATFORM)}" for id in account_ids if id.startswith(PLATFORM)}
    for account in accounts.values():
        kind, home = account.record.kind, homes.get(account.institution_id)
        if kind is not AccountKind.ORGANISATION:
            words[account.id] = kind.label
        elif home is not None:
            words[account.id] = home.record.name
    return words
