"""
``kaohe province``: make the first organisation, the province's administration, and give its account a code.

Everybody else is made by somebody above, over the service. Nobody is above the province: whoever runs the
installation makes its account, and resets it when the password or the second factor is lost.
"""

from __future__ import annotations

import argparse
from contextlib import closing

import attrs

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case
from kaohe_workflow.cli import Subparsers
from kaohe_workflow.cli.installation import add_database, open_from
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.values.login_name import normalised_login
from kaohe_workflow.values.terms import AccountKind, OrganisationKind
from kaohe_workflow.values.windows import CHINA

RESET = "由系统运行方重置"
"""Why, where whoever runs the installation says nothing else."""


def add(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "province",
        help="make the province's administration, give its account a new activation code, or reset its second factor",
        description="Make the province's administration and its account, on a new database or an empty one, and print"
        " the account's one-time activation code. Without --name, print a new code for an account that is there: its"
        " password is void from then on. With --second-factor, take the second factor of its account away instead: the"
        " password stays, every session ends.",
    )
    parser.add_argument("--login", metavar="LOGIN", required=True, help="login name of its account")
    parser.add_argument(
        "--name", metavar="NAME", help="name of the administration; without it a new code is given"
    )
    parser.add_argument(
        "--second-factor",
        action="store_true",
        help="reset the second factor of the account, not its password",
    )
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        default=RESET,
        help="why password or second factor is reset; the account's owner is told it (%(default)s)",
    )
    add_database(parser)
    parser.set_defaults(run=province)


def province(arguments: argparse.Namespace) -> int:
    """
    Print a one-time activation code of the province's account, or take its second factor away.

    With a name the administration and its account are made first, in one step, on a database that has none. Without,
    the password that the account may have is void from now on.

    Raises:
        InputInvalid: ``province-there``, ``province-missing``, ``account-unknown``; a name or login that is none;
            ``factor-and-name``: what is being made has no second factor.
        TransitionRefused: the account has no second factor, or the reason says nothing.
    """
    if arguments.second_factor:
        return _reset_factor(arguments)
    # A new code is asked of a database that is there; one is made only together with the province.
    application = open_from(arguments, makes=arguments.name is not None)
    with closing(application.store):
        if arguments.name is not None:
            _make(application, arguments.name, arguments.login)
        account = _account(application, arguments.login)
        issued = application.accounts.issue_code(SYSTEM, account.id, reason=arguments.reason)
    expires = issued.expires_at.astimezone(CHINA)
    print(
        f"账户：{account.record.login}\n激活码：{issued.code}\n有效至：{expires:%Y-%m-%d %H:%M}（北京时间）"
    )
    return 0


def _reset_factor(arguments: argparse.Namespace) -> int:
    if arguments.name is not None:
        message = "--second-factor 用于已有的账户，不与 --name 同用"
        raise InputInvalid([Problem("--second-factor", "factor-and-name", message)])
    application = open_from(arguments, makes=False)
    with closing(application.store):
        account = _account(application, arguments.login)
        application.door.send(SYSTEM, "account", account.id, "reset_factor", reason=arguments.reason)
    print(f"账户：{account.record.login}\n动态口令已重置，请以密码登录后重新绑定。")
    return 0


def _make(application: Application, name: str, login: str) -> None:
    if _roots(application):
        message = "数据库中已有省级卫生健康行政部门；为其账户换发激活码时，不要写 --name"
        raise InputInvalid([Problem("--name", "province-there", message)])
    try:
        payload = CreateInstitution(
            superior_id=None, name=name, kind=OrganisationKind.PROVINCE, login=login, shared=False
        )
    except InputInvalid as ex:
        told = [attrs.evolve(problem, path=problem.path.replace("$.", "--")) for problem in ex.problems]
        raise InputInvalid(told) from ex
    application.door.send(SYSTEM, "institution", None, "create", payload)


def _account(application: Application, login: str) -> Case:
    """The account of that login that belongs to the province itself."""
    roots = _roots(application)
    if not roots:
        message = "数据库中还没有省级卫生健康行政部门，请用 --name 写出其名称"
        raise InputInvalid([Problem("--name", "province-missing", message)])
    where = [Where("institution_id", "eq", roots[0].id), Where("kind", "eq", AccountKind.ORGANISATION)]
    with application.store.begin(write=False) as unit:
        found = unit.find("account", where)
    for account in found:
        if account.record.login == normalised_login(login):
            return account
    message = f"{roots[0].record.name}没有账号为 {login} 的账户"
    raise InputInvalid([Problem("--login", "account-unknown", message)])


def _roots(application: Application) -> list[Case]:
    with application.store.begin(write=False) as unit:
        return unit.find("institution", [Where("superior_id", "null")])
