"""The command itself: open the empty database, fill it, and tell with which accounts to look at it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing

from kaohe_workflow.adapters.clock import SettableClock, SystemClock
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.cli import installation
from kaohe_workflow.cli.seed.filling import Filling, Seeded
from kaohe_workflow.cli.seed.shape import PROVINCE
from kaohe_workflow.cli.seed.timetable import Timetable
from kaohe_workflow.cli.telling import telling
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.terms import AccountKind, Role
from kaohe_workflow.values.windows import CHINA, local_date

HEADING = "建立一个模拟的省（人员均为虚构）："


def seed(arguments: argparse.Namespace) -> int:
    """
    Fill, and print the accounts.

    Raises:
        InputInvalid: ``share-invalid``, ``database-not-empty``, or the database cannot be used; nothing was changed.
    """
    shape = PROVINCE.part(_share(arguments.share))
    present = SystemClock().now()
    clock = SettableClock(present)
    application = _opened(arguments, clock)
    with closing(application.store):
        _check_empty(application)
        with telling(HEADING) as teller:
            seeded = Filling(application, clock, Timetable(local_date(present)), teller).fill(shape)
        clock.set(present)
        _print_accounts(application, seeded)
    return 0


def _share(given: str) -> float:
    try:
        share = float(given)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        message = f"{given!r} 不是大于0、不超过1的数，例如 0.01"
        raise InputInvalid([Problem("--share", "share-invalid", message)])
    return share


def _opened(arguments: argparse.Namespace, clock: SettableClock) -> Application:
    folder = installation.home()
    url = arguments.database or os.environ.get("KAOHE_DATABASE") or installation.database_of(folder)
    place = installation.place_of_database(arguments.database)
    return installation.open_at(url, folder, clock, place=place, makes=True)


def _check_empty(application: Application) -> None:
    with application.store.begin(write=False) as unit:
        found = unit.find("institution", [], limit=1)
    if found:
        message = "数据库中已有机构：模拟数据只写入空的数据库，请另选一个"
        raise InputInvalid([Problem(installation.OPTION, "database-not-empty", message)])


def _print_accounts(application: Application, seeded: Seeded) -> None:
    print("可登录的账户（激活码只能用一次）：")
    for role, account_id, login in _accounts(application, seeded):
        issued = application.accounts.issue_code(SYSTEM, account_id)
        expires = issued.expires_at.astimezone(CHINA)
        print(f"{role}\t{login}\t{issued.code}\t有效至 {expires:%Y-%m-%d %H:%M}（北京时间）")


def _accounts(application: Application, seeded: Seeded) -> Iterator[tuple[str, str, str]]:
    """Role, account and login of those whom people look at first."""
    tree = seeded.tree
    chosen = [
        (Role.PROVINCE.label, tree.province.organisation_id, AccountKind.ORGANISATION),
        (Role.AUDITOR.label, tree.province.organisation_id, AccountKind.AUDITOR),
        (Role.ADMINISTRATION.label, tree.counties[0].organisation_id, AccountKind.ORGANISATION),
        (Role.AGENCY.label, seeded.agency.id, AccountKind.ORGANISATION),
        (Role.INSTITUTION.label, seeded.largest.id, AccountKind.ORGANISATION),
        (Role.INSTITUTION.label, seeded.smallest.id, AccountKind.ORGANISATION),
        (Role.PHYSICIAN.label, seeded.largest.id, AccountKind.PHYSICIAN),
    ]
    for role, organisation, kind in chosen:
        where = [Where("institution_id", "eq", organisation), Where("kind", "eq", kind)]
        with application.store.begin(write=False) as unit:
            (account,) = unit.find("account", where, limit=1)
        yield role, account.id, account.record.login
