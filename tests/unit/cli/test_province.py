"""`kaohe province`: the first account of an installation, which nobody above could make."""

from __future__ import annotations

import os
import re
import stat
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import open_application
from kaohe_workflow.cli import main
from kaohe_workflow.errors import LogInRefused

KEYS = Keys.fresh()
NAME = "广西壮族自治区卫生健康委员会"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database that is not there yet."""
    for name in [name for name in os.environ if name.startswith("KAOHE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KAOHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAOHE_KEYS", KEYS.text)
    return f"sqlite:///{tmp_path}/new.sqlite3"


def code_of(capsys: pytest.CaptureFixture[str], database: str, *words: str) -> str:
    """The activation code that the command prints."""
    assert 0 == main(["province", "--login", "office", *words, "--database", database])
    found = re.search("激活码：([0-9A-Z-]+)", capsys.readouterr().out)
    assert found is not None
    return found[1]


def activate(database: str, code: str, password: str) -> str:
    """Log in with the code and set a password; the name of the organisation of the session."""
    application = open_application(database, KEYS)
    with closing(application.store):
        opened = application.accounts.log_in("office", code)
        principal = application.accounts.authenticate(
            application.accounts.activate(opened.token, password).token
        )
        assert principal is not None
        assert principal.administers
        root = str(principal.organisation_id)
        with application.store.begin(write=False) as unit:
            return str(unit.read("institution", [root])[root].record.name)


@pytest.mark.manual("S-7", "S-11")
def test_the_first_account_opens_with_its_code(capsys: pytest.CaptureFixture[str], database: str) -> None:
    """The administration, its account, and a code that is good for one first password."""
    code = code_of(capsys, database, "--name", NAME)

    assert NAME == activate(database, code, "Blue-Hill-47")


def test_a_new_database_is_closed_to_others(
    capsys: pytest.CaptureFixture[str], database: str, tmp_path: Path
) -> None:
    """Nobody else on the machine reads the file, wherever it lies."""
    code_of(capsys, database, "--name", NAME)

    assert [0o600] == [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("new.sqlite3")]


@pytest.mark.manual("S-10")
def test_a_lost_password_is_reset(capsys: pytest.CaptureFixture[str], database: str) -> None:
    """Without a name a new code is given; the code before it, and the password, are void."""
    first = code_of(capsys, database, "--name", NAME)
    activate(database, first, "Blue-Hill-47")
    second = code_of(capsys, database)

    for void in (first, "Blue-Hill-47"):
        with pytest.raises(LogInRefused):
            activate(database, void, "Red-Hill-48")

    assert NAME == activate(database, second, "Red-Hill-48")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--login", "office"], "--name: .*[province-missing]"),
        (["--login", "office", "--name", " "], "--name: .*[name-missing]"),
        (["--login", " ", "--name", NAME], "--login: .*[login-missing]"),
        (["--login", "450103198001011233", "--name", NAME], "--login: .*[login-is-number]"),
    ],
)
def test_what_makes_no_province(
    capsys: pytest.CaptureFixture[str], database: str, words: list[str], told: str
) -> None:
    """Place and reason, and 2; nothing has been made."""
    Path(database.removeprefix("sqlite:///")).touch()
    code = main(["province", *words, "--database", database])
    place, _, problem = told.partition(".*")
    error = capsys.readouterr().err

    assert (2, True, True) == (code, error.startswith(f"kaohe: {place}"), error.endswith(f"{problem}\n"))
    assert NAME == activate(database, code_of(capsys, database, "--name", NAME), "Blue-Hill-47")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--login", "other", "--name", "另一个卫生健康委员会"], "province-there"),
        (["--login", "other"], "account-unknown"),
    ],
)
def test_there_is_one_province(
    capsys: pytest.CaptureFixture[str], database: str, words: list[str], problem: str
) -> None:
    """A second one is refused, and so is a code for an account that is not the province's."""
    code_of(capsys, database, "--name", NAME)
    code = main(["province", *words, "--database", database])

    assert (2, True) == (code, f"[{problem}]" in capsys.readouterr().err)


@pytest.mark.manual("S-10")
def test_a_lost_second_factor_is_taken_away(capsys: pytest.CaptureFixture[str], database: str) -> None:
    """Nobody is above the province: the command takes it away, says why, and leaves the password; not twice."""
    activate(database, code_of(capsys, database, "--name", NAME), "Blue-Hill-47")
    bind_factor(database, "Blue-Hill-47")
    words = [
        "province",
        "--login",
        "office",
        "--second-factor",
        "--reason",
        "手机遗失",
        "--database",
        database,
    ]
    done = main(words)
    printed = capsys.readouterr().out
    application = open_application(database, KEYS)
    with closing(application.store):
        opened = application.accounts.log_in("office", "Blue-Hill-47")
        principal = application.accounts.authenticate(opened.token)
        assert principal is not None
        steps = application.cases.history(principal, "account", principal.account_id)
        (reset,) = (step for step in steps if step.event == "reset_factor")

    assert (0, True) == (done, "动态口令已重置" in printed)
    assert ("手机遗失", "系统") == (reset.reason, reset.actor)
    assert 0 != main(words)


def test_what_is_being_made_has_no_second_factor(capsys: pytest.CaptureFixture[str], database: str) -> None:
    """--second-factor is for an account that is there."""
    assert 0 != main(
        ["province", "--login", "office", "--name", NAME, "--second-factor", "--database", database]
    )
    assert "--second-factor" in capsys.readouterr().err


def bind_factor(database: str, password: str) -> None:
    """Set up a second factor for the province's account."""
    application = open_application(database, KEYS)
    with closing(application.store):
        accounts = application.accounts
        token = accounts.log_in("office", password).token
        secret = accounts.propose_factor(token, password).secret
        accounts.confirm_factor(token, pyotp.TOTP(secret).at(accounts.clock.now()))
