"""What commands say about a database that they cannot use, and a database that they can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.application.access import SYSTEM
from kaohe_workflow.cli import main
from kaohe_workflow.lifecycles.account.events import CreateAccount
from kaohe_workflow.lifecycles.institution.events import CreateInstitution
from kaohe_workflow.values.terms import AccountKind, OrganisationKind

COMMANDS = [["demo", "--run"], ["serve", "--port", "0"], ["sweep"]]
CHINESE = re.compile("[\u4e00-\u9fff]")
OURS = Keys.fresh()
"""Keys of the database that is there; any others are another installation's."""


def complaint(capsys: pytest.CaptureFixture[str], command: list[str], url: str) -> str:
    """What a command says about a database, once it is sure that it says it in Chinese and ends with 2."""
    assert 2 == main([*command, "--database", url])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert CHINESE.search(told.err)
    return told.err


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def filled(url: str, keys: Keys) -> None:
    """A database with somebody's account in it, that has a password."""
    application = open_application(url, keys)
    send = application.door.send
    made = CreateInstitution(superior_id=None, name="省卫生健康委员会", kind=OrganisationKind.PROVINCE)
    province = send(SYSTEM, "institution", None, "create", made).id
    account = CreateAccount(institution_id=province, kind=AccountKind.ORGANISATION, login="office")
    account_id = send(SYSTEM, "account", None, "create", account).id
    accounts = application.accounts
    session = accounts.log_in("office", accounts.issue_code(SYSTEM, account_id).code)
    accounts.activate(session.token, "Blue-Hill-47")
    application.store.close()
