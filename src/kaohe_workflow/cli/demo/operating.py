"""
What only the operator of an installation can do: make the first organisation and its account, and look at a database
as a whole.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.stored import Case
from kaohe_workflow.cli.demo.calling import Who
from kaohe_workflow.cli.demo.organisations import ORGANISATIONS
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.values.terms import AccountKind

AUDITOR_LOGIN = "demo-auditor"

Stage = Literal["empty", "unfinished", "finished"]

_PAGE = 500


def first_accounts(application: Application) -> Who:
    """
    Make the province's administration, its account and its auditor's, if they are not there; the administration's.

    Raises:
        InputInvalid: the database belongs to something else than a demonstration.
    """
    root = ORGANISATIONS[0]
    found = _institutions(application)
    if found and not any(case.record.name == root.name for case in found):
        message = "该数据库不是演示数据库，请另选一个"
        raise InputInvalid([Problem("--database", "not-a-demonstration", message)])
    if found:
        root_id = next(case.id for case in found if case.record.name == root.name)
    else:
        payload = CreateInstitution(superior_id=None, name=root.name, kind=root.kind)
        root_id = application.door.send(SYSTEM, "institution", None, "create", payload).id
    _account(application, root_id, AccountKind.AUDITOR, AUDITOR_LOGIN, "审计员（演示）")
    return _account(application, root_id, AccountKind.ORGANISATION, root.login, root.name)


def _institutions(application: Application) -> list[Case]:
    with application.store.begin(write=False) as unit:
        return unit.find("institution", [])


def _account(application: Application, institution_id: str, kind: AccountKind, login: str, label: str) -> Who:
    where = [Where("institution_id", "eq", institution_id), Where("kind", "eq", kind)]
    with application.store.begin(write=False) as unit:
        found = unit.find("account", where)
    if found:
        return Who(found[0].id, login)
    payload = CreateAccount(
        institution_id=institution_id, kind=kind, login=login, label=label, operator_id=f"{login}-operator"
    )
    return Who(application.door.send(SYSTEM, "account", None, "create", payload).id, login)


def stage_of(application: Application) -> Stage:
    """
    How far a database is.

    The auditor's account is activated last of all, when the report is written: from then on a run is over.
    """
    with application.store.begin(write=False) as unit:
        auditors = unit.find("account", [Where("kind", "eq", AccountKind.AUDITOR)])
    if not _institutions(application):
        return "empty"
    return "finished" if any(case.state == "active" for case in auditors) else "unfinished"


def latest_step(application: Application) -> datetime | None:
    """When the last recorded step happened: a run that goes on must not be earlier. None for no step at all."""
    latest = None
    with application.store.begin(write=False) as unit:
        for lifecycle in application.catalogue.lifecycles:
            after = ""
            while page := unit.every_case(lifecycle, after=after, limit=_PAGE):
                after = page[-1].id
                steps = (row.at for rows in unit.histories(page).values() for row in rows)
                latest = max(filter(None, (latest, *steps)), default=None)
    return latest
