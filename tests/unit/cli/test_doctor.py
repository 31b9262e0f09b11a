"""`kaohe doctor`: what an installation must have, and a line of its own for each thing that it has not."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.wiring import load_catalogue
from kaohe_workflow.application.accounts.first_password import Fence
from kaohe_workflow.cli import main
from kaohe_workflow.cli.doctor.findings import Finding, Verdict
from kaohe_workflow.cli.doctor.of_database import of_durability, of_postgres, of_schema
from kaohe_workflow.cli.doctor.of_machine import (
    APART,
    BEHIND,
    FULL_BYTES,
    SHORT_BYTES,
    of_clock,
    of_disk,
)
from kaohe_workflow.cli.doctor.of_settings import of_authority, of_first_password
from kaohe_workflow.testing.provinces import with_parameters

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
TICK = timedelta(microseconds=1)
PRODUCTION = {
    "KAOHE_TRUSTED_PROXY": "127.0.0.1",
    "KAOHE_ALLOWED_HOSTS": "kaohe.example.cn",
    "KAOHE_VERIFICATION_BASE": "https://kaohe.example.cn/verify",
}

SHIPPED = Path(__file__).parents[3] / "statecharts" / "parameters" / "guangxi.yaml"
PRIVILEGED = "[administration, agency, auditor]"
ONE_PASSWORD = ("initial_password_policy, value: code", "initial_password_policy, value: fixed")

Arrange = Callable[[Path, pytest.MonkeyPatch], None]


def of_its_own(home: Path, patch: pytest.MonkeyPatch, before: str, after: str) -> None:
    """A file of parameters of the own from here on, with one value other than in the file until now."""
    text = Path(os.environ.get("KAOHE_PROVINCE", SHIPPED)).read_text(encoding="utf-8")
    # A file of a name is read once in a process.
    place = home.parent / sha256(after.encode()).hexdigest()[:8] / "guangxi.yaml"
    place.parent.mkdir()
    place.write_text(text.replace(before, after), encoding="utf-8")
    patch.setenv("KAOHE_PROVINCE", str(place))

    assert before in text


@pytest.fixture
def installed(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """An installation of a province, set for production: its home."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    of_its_own(home, monkeypatch, "second_factor_for, value: []", f"second_factor_for, value: {PRIVILEGED}")
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    assert 0 == main(["province", "--name", "省卫生健康委员会", "--login", "province-01"])
    capsys.readouterr()
    return home


def looked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    """The exit code, and the lines, but what they say of the room on the machine that the tests run on."""
    code = main(["doctor", *options])
    *lines, last = capsys.readouterr().out.splitlines()

    assert last.startswith(f"{len(lines)} 项，")
    return code, [line for line in lines if "磁盘空间" not in line]


def failing(lines: list[str]) -> list[str]:
    """What the lines are about that begin with FAIL."""
    return [line.removeprefix("FAIL ").partition("：")[0] for line in lines if line.startswith("FAIL")]


def test_a_whole_installation_passes(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is looked at, and nothing is changed: the same files as before."""
    before = sorted(installed.rglob("*"))
    code, lines = looked(capsys, "--profile", "production")
    names = {line[5:].partition("：")[0] for line in lines}

    assert (0, []) == (code, failing(lines))
    assert {
        *("监听地址", "反向代理", "访问主机名", "证书核验网址", "参数与状态图", "初始密码方式", "动态口令"),
        *(
            "密钥",
            "文件权限",
            "数据库结构",
            "journal_mode",
            "synchronous",
            "时钟",
            "密钥与数据库",
            "发证机关",
        ),
    } == names
    assert before == sorted(installed.rglob("*"))


def _setting(name: str, value: str | None) -> Arrange:
    def arrange(home: Path, patch: pytest.MonkeyPatch) -> None:
        if value is None:
            patch.delenv(name)
        else:
            patch.setenv(name, value)

    return arrange


def _mode(name: str, mode: int) -> Arrange:
    return lambda home, patch: (home / name).chmod(mode)


def _no_keys(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "keys").unlink()


def _other_keys(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "keys").write_text(Keys.fresh().text)


def _torn_keys(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "keys").write_text(Keys.fresh().text.splitlines()[0])


def _sql(statement: str) -> Arrange:
    def arrange(home: Path, patch: pytest.MonkeyPatch) -> None:
        with closing(sqlite3.connect(home / "kaohe.sqlite3")) as connection, connection:
            for trigger in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'history'"
            ).fetchall():
                connection.execute(f'DROP TRIGGER "{trigger[0]}"')
            connection.execute(statement)

    return arrange


def _no_database(home: Path, patch: pytest.MonkeyPatch) -> None:
    (home / "kaohe.sqlite3").unlink()


def _empty_database(home: Path, patch: pytest.MonkeyPatch) -> None:
    for end in ("", "-wal", "-shm"):
        (home / f"kaohe.sqlite3{end}").unlink(missing_ok=True)
    (home / "kaohe.sqlite3").touch(0o600)


def _fixed(home: Path, patch: pytest.MonkeyPatch) -> None:
    """A province of the own that allows one first password, with its fence."""
    of_its_own(home, patch, *ONE_PASSWORD)
    patch.setenv("KAOHE_INITIAL_PASSWORD_NETWORKS", "10.0.0.0/8")
    patch.setenv("KAOHE_INITIAL_PASSWORD_RISK", "李局长")


def _fixed_unfenced(home: Path, patch: pytest.MonkeyPatch) -> None:
    of_its_own(home, patch, *ONE_PASSWORD)


def _without(holder: str) -> Arrange:
    """A second factor for all who decide about others but one, and for somebody who need not have any."""
    others = PRIVILEGED.replace(holder, "institution")
    return lambda home, patch: of_its_own(home, patch, PRIVILEGED, others)


def _not_begun(home: Path, patch: pytest.MonkeyPatch) -> None:
    """A file whose first day lies ahead."""
    place = home.parent / "guangxi.yaml"
    place.write_text(
        re.sub(r"from: \d{4}-", "from: 2999-", SHIPPED.read_text(encoding="utf-8")), encoding="utf-8"
    )
    patch.setenv("KAOHE_PROVINCE", str(place))


EVERYWHERE = [
    ("设置", _setting("KAOHE_TRUSTED_PROXY", "the proxy")),
    ("设置", _setting("KAOHE_PROVINCE", "Nowhere!")),
    ("参数与状态图", _setting("KAOHE_PROVINCE", "nowhere")),
    ("参数与状态图", _not_begun),
    ("初始密码的限制", _fixed_unfenced),
    ("密钥", _no_keys),
    ("密钥", _torn_keys),
    ("密钥", _mode("keys", 0o640)),
    ("密钥与数据库", _other_keys),
    ("文件权限", _mode(".", 0o701)),
    ("文件权限", _mode("kaohe.sqlite3", 0o604)),
    ("数据库", _no_database),
    ("数据库", _sql("UPDATE alembic_version SET version_num = '9999'")),
    ("数据库结构", _empty_database),
    ("时钟", _sql("UPDATE history SET at = '2999-01-01T00:00:00.000000Z'")),
]
"""What nobody may work with, in whichever profile."""

IN_PRODUCTION = [
    ("监听地址", _setting("HOST", "0.0.0.0")),
    ("反向代理", _setting("KAOHE_TRUSTED_PROXY", None)),
    ("访问主机名", _setting("KAOHE_ALLOWED_HOSTS", None)),
    ("证书核验网址", _setting("KAOHE_VERIFICATION_BASE", None)),
    ("证书核验网址", _setting("KAOHE_VERIFICATION_BASE", "http://kaohe.example.cn/verify")),
    ("初始密码方式", _fixed),
    ("动态口令", _setting("KAOHE_PROVINCE", "guangxi")),
    *(("动态口令", _without(holder)) for holder in ("administration", "agency", "auditor")),
]
"""What is good enough to try things out."""


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (None, "OK   发证机关：省卫生健康委员会"),
        ("省卫生健康委员会", "OK   发证机关：省卫生健康委员会"),
        ("另一省卫生健康委员会", "WARN 发证机关：参数 certificate_issuing_authority 为另一省卫生健康委员会"),
    ],
)
def test_who_issues_certificates_is_compared_with_the_province(said: str | None, line: str) -> None:
    """WARN where the parameter names another than the province's organisation: the first print fixes it for good."""
    (finding,) = of_authority(said, {"省卫生健康委员会"})

    assert str(finding).startswith(line)
    assert [] == list(of_authority(said, ()))


@pytest.mark.parametrize(("name", "arrange"), EVERYWHERE)
def test_what_is_wrong_has_a_line_of_its_own(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    arrange: Arrange,
) -> None:
    """FAIL with its name, whatever the profile, and 1; nothing else fails by it."""
    arrange(installed, monkeypatch)
    for options in ((), ("--profile", "production")):
        code, lines = looked(capsys, *options)
        tried = ("初始密码方式", "动态口令") if options else ()
        fails = [one for one in failing(lines) if one not in tried]

        assert (1, [name]) == (code, fails), lines


@pytest.mark.parametrize(("name", "arrange"), IN_PRODUCTION)
def test_what_is_enough_to_try_things_out_is_not_enough_for_work(
    installed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    arrange: Arrange,
) -> None:
    """WARN, and 0; in production FAIL, and 1."""
    arrange(installed, monkeypatch)
    if name == "监听地址":
        monkeypatch.delenv("KAOHE_TRUSTED_PROXY")
    tried, lines = looked(capsys)
    code, told = looked(capsys, "--profile", "production")

    assert (0, []) == (tried, failing(lines))
    assert any(line.startswith(f"WARN {name}") for line in lines)
    assert (1, name) == (code, failing(told)[0])
    assert failing(told)[1:] == (["反向代理"] if name == "监听地址" else [])


def test_a_proxy_on_another_machine_is_let_in_by_a_wall(
    installed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Listening for it is no fault, and something to look at."""
    monkeypatch.setenv("HOST", "0.0.0.0")
    code, lines = looked(capsys, "--profile", "production")

    assert (0, []) == (code, failing(lines))
    assert any(line.startswith("WARN 监听地址") for line in lines)


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """A connection as the service has it."""
    engine = engine_of(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def of(findings: list[Finding]) -> list[tuple[str, Verdict]]:
    """What each is about, and how it stands."""
    return [(one.name, one.verdict) for one in findings]


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("PRAGMA synchronous=EXTRA", [Verdict.OK, Verdict.OK]),
        ("PRAGMA synchronous=NORMAL", [Verdict.OK, Verdict.FAIL]),
        ("PRAGMA synchronous=OFF", [Verdict.OK, Verdict.FAIL]),
        ("PRAGMA journal_mode=DELETE", [Verdict.FAIL, Verdict.OK]),
    ],
)
def test_a_file_that_would_lose_steps(tmp_path: Path, pragma: str, expected: list[Verdict]) -> None:
    """Asked over a connection: the journal is WAL, and what is acknowledged is on the disk."""
    engine = engine_of(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute(pragma))
    with engine.connect() as connection:
        found = list(of_durability(connection))
    engine.dispose()

    assert list(zip(("journal_mode", "synchronous"), expected, strict=True)) == of(found)


GOOD = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "data_checksums": "on"}


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        ("fsync", "off", Verdict.FAIL),
        ("full_page_writes", "off", Verdict.FAIL),
        ("synchronous_commit", "off", Verdict.FAIL),
        ("synchronous_commit", "local", Verdict.OK),
        ("synchronous_commit", "remote_apply", Verdict.OK),
        ("data_checksums", "off", Verdict.WARN),
    ],
)
def test_a_server_that_would_lose_steps(name: str, value: str, verdict: Verdict) -> None:
    """Each setting has its own line; the others stay as they are."""
    found = dict(of(list(of_postgres(GOOD | {name: value}))))

    assert dict.fromkeys(GOOD, Verdict.OK) | {name: verdict} == found


def test_a_server_is_asked_itself(fresh_postgres: str) -> None:
    """Over a connection of the service's kind: what its address sets for it counts."""
    more = "&" if "?" in fresh_postgres else "?"
    with connected(f"{fresh_postgres}{more}options=-c%20synchronous_commit%3Doff") as connection:
        found = dict(of(list(of_durability(connection))))

    assert Verdict.FAIL is found["synchronous_commit"]
    assert set(GOOD) == set(found)


def test_tables_of_an_older_version(tmp_path: Path) -> None:
    """They are brought up to date first."""
    with connected(f"sqlite:///{tmp_path / 'one.sqlite3'}") as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0000')")
        found = of_schema(connection)

    assert Verdict.FAIL is found.verdict
    assert "kaohe sweep" in found.text


@pytest.mark.parametrize(
    ("newest", "server", "expected"),
    [
        (None, None, [Verdict.OK]),
        (NOW + BEHIND, None, [Verdict.OK]),
        (NOW + BEHIND + TICK, None, [Verdict.FAIL]),
        (NOW, NOW - APART, [Verdict.OK, Verdict.OK]),
        (NOW, NOW + APART + TICK, [Verdict.OK, Verdict.FAIL]),
        (NOW, NOW - APART - TICK, [Verdict.OK, Verdict.FAIL]),
    ],
)
def test_the_clock_goes_on_from_the_record(
    newest: datetime | None, server: datetime | None, expected: list[Verdict]
) -> None:
    """A clock that was set back would open windows again; two servers agree to within seconds, the bound inclusive."""
    assert expected == [one.verdict for one in of_clock(NOW, newest, server)]


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (FULL_BYTES - 1, Verdict.FAIL),
        (FULL_BYTES, Verdict.WARN),
        (SHORT_BYTES - 1, Verdict.WARN),
        (SHORT_BYTES, Verdict.OK),
    ],
)
def test_there_is_room(tmp_path: Path, left: int, verdict: Verdict) -> None:
    """A line for each file system, however many folders lie on it, and those that are still to be made."""
    found = list(of_disk([tmp_path, tmp_path / "to" / "be made"], lambda folder: left))

    assert [verdict] == [one.verdict for one in found]


def test_without_its_fence_a_first_password_passes_nowhere() -> None:
    """Two lines: that the province allows it, and that nobody has said from where and on whose account."""
    catalogue = with_parameters(load_catalogue(), {"initial_password_policy": "fixed"})
    found = of(list(of_first_password(catalogue, Fence(), NOW.date(), strict=False)))

    assert [("初始密码方式", Verdict.WARN), ("初始密码的限制", Verdict.FAIL)] == found
