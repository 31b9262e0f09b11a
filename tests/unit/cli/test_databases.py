"""A database that cannot be used ends every command with 2 and a Chinese message: place, cause, what to do."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from kaohe_workflow.adapters.sql.migrating import upgrade
from kaohe_workflow.cli import main
from kaohe_workflow.cli.databases import check_database
from kaohe_workflow.errors import InputInvalid
from tests.unit.cli.complaints import CHINESE, COMMANDS, OURS, complaint, filled, sqlite_url

pytestmark = pytest.mark.usefixtures("home")

NOBODY = 65534
"""The user that a test becomes whose real one may do everything."""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that others may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture
def unprivileged() -> Iterator[None]:
    """Somebody whom permissions hold."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def fault(url: str) -> tuple[str, str]:
    """Code and message of what is wrong with a database; the place is the one that was given."""
    with pytest.raises(InputInvalid) as caught:
        check_database(url, "--database")
    (problem,) = caught.value.problems
    assert "--database" == problem.path
    return problem.code, problem.message


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("url", ["mysql://u:secret@host/x", "no url", "sqlite://", "sqlite:///:memory:"])
def test_an_address_of_no_database_of_ours(
    capsys: pytest.CaptureFixture[str], command: list[str], url: str
) -> None:
    """The two kinds that are served are named; the address, which may hold a password, is not repeated."""
    told = complaint(capsys, command, url)

    assert told.startswith("kaohe: --database: 不是可用的数据库地址：应为 sqlite:///文件")
    assert told.endswith("[database-unknown]\n")
    assert "secret" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_file_that_is_no_database(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """It stays as it is."""
    path = tmp_path / "letter.txt"
    path.write_text("这不是数据库" * 100, encoding="utf-8")
    told = complaint(capsys, command, sqlite_url(path))

    assert f"数据库文件 '{path}' 无法使用：文件不是SQLite数据库" in told
    assert "这不是数据库" * 100 == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_directory(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]) -> None:
    """Somebody forgot the file's name."""

    assert "这是一个目录，请写出目录中的文件名" in complaint(capsys, command, sqlite_url(tmp_path))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_missing_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]) -> None:
    """Folders are not made: the path is rather a slip of the pen."""
    told = complaint(capsys, command, sqlite_url(tmp_path / "nowhere" / "data.sqlite3"))

    assert "所在目录不存在，请先建立目录或更正路径" in told
    assert not (tmp_path / "nowhere").exists()


LOOKING = [["serve", "--port", "0"], ["sweep"], ["verify"], ["province", "--login", "office"]]
"""Commands that begin nothing."""


@pytest.mark.parametrize("command", LOOKING, ids=lambda words: words[0])
def test_a_mistyped_file_is_no_new_database(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """An empty one would answer as if all were well; what makes one is told."""
    path = tmp_path / "mistyped.sqlite3"
    told = complaint(capsys, command, sqlite_url(path))

    assert told.startswith(f"kaohe: --database: 没有数据库文件 '{path}'：请检查路径是否写错")
    assert "kaohe province --name" in told
    assert told.endswith("[database-missing]\n")
    assert not path.exists()


@pytest.mark.parametrize("command", LOOKING, ids=lambda words: words[0])
def test_whoever_names_no_database_is_told_which_there_are(
    capsys: pytest.CaptureFixture[str], home: Path, command: list[str]
) -> None:
    """The demonstration's have names of their own."""
    home.mkdir(mode=0o700)
    for name in ("demo-1.sqlite3", "demo-2.sqlite3", "demo-2.sqlite3-wal", "keys.txt"):
        (home / name).touch()

    assert 2 == main(command)
    told = capsys.readouterr().err

    assert told.startswith(f"kaohe: KAOHE_HOME: 没有数据库文件 '{home / 'kaohe.sqlite3'}'")
    assert "另有 demo-1.sqlite3、demo-2.sqlite3：" in told
    assert f"--database sqlite:///{home / 'demo-1.sqlite3'} [database-missing]" in told


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_server_that_does_not_answer(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """Nobody listens at this port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told = complaint(capsys, command, f"postgresql://u:secret@127.0.0.1:{port}/x")

    assert "连接被拒绝：请检查主机、端口" in told
    assert "secret" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_newer_schema(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]) -> None:
    """A database that a newer version has taken over is left alone."""
    path = tmp_path / "newer.sqlite3"
    upgrade(sqlite_url(path))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    told = complaint(capsys, command, sqlite_url(path))

    assert "数据库的结构版本是 9999" in told
    assert "请升级 kaohe，或换一个数据库" in told


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_a_database_that_another_process_keeps(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """It is waited for a moment, not for ever."""
    path = tmp_path / "kept.sqlite3"
    upgrade(sqlite_url(path))
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        told = complaint(capsys, command, sqlite_url(path))
    other.close()

    assert "数据库正被另一进程占用：请等它结束，或先停止它" in told


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"name":1}'])
def test_a_record_that_was_written_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, record: str
) -> None:
    """It is told where, and what finds out more."""
    database = tmp_path / "changed.sqlite3"
    filled(sqlite_url(database), OURS)
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE institution SET record = ?", (record,))
    connection.close()
    monkeypatch.setenv("KAOHE_KEYS", OURS.text)

    assert "数据表 institution 中有记录被改动过" in complaint(capsys, ["sweep"], sqlite_url(database))


@pytest.mark.parametrize("table", ["session", "throttle", "job", "notice", "assessment", "history"])
def test_a_table_that_is_gone(table: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A request would find it out in the middle of its work; which one it is, is told."""
    path = tmp_path / "torn.sqlite3"
    upgrade(sqlite_url(path))
    with sqlite3.connect(path) as connection:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    told = complaint(capsys, ["sweep"], sqlite_url(path))

    assert f"缺少数据表 {table}：数据库不完整" in told


def test_a_database_of_another_program(tmp_path: Path) -> None:
    """Tables of our names, made by somebody else, are not touched."""
    path = tmp_path / "bank.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE account (number TEXT)")
    connection.close()

    assert ("schema-unknown", "数据库中已有其他程序的同名数据表：请换一个数据库") == fault(sqlite_url(path))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite+foo:///x", "database-unknown"),
        ("postgresql://u@h:abc/x", "database-unknown"),
        ("sqlite+aiosqlite:///x", "driver-missing"),
        ("postgresql://u@127.0.0.1:1/x?bogus=1", "database-unusable"),
        ("sqlite:////tmp/a\0b", "database-file"),
        (f"sqlite:////tmp/{'x' * 300}", "database-file"),
        ("sqlite:////dev/null", "database-file"),
    ],
)
def test_odd_addresses(url: str, code: str) -> None:
    """Whatever the drivers make of them, it is told in Chinese."""
    found, message = fault(url)

    assert code == found
    assert CHINESE.search(message)
    assert "原因不明" not in message


def test_an_empty_file_may_become_a_database(tmp_path: Path) -> None:
    """It is what SQLite itself leaves before the first table: there is no fault to tell."""
    path = tmp_path / "file"
    path.touch()

    check_database(sqlite_url(path), "--database")


def test_a_file_that_only_begins_like_a_database_is_damaged(tmp_path: Path) -> None:
    """Its first sixteen bytes are right, and that is all."""
    path = tmp_path / "file"
    path.write_bytes(b"SQLite format 3\0")

    assert "database-unusable" == fault(sqlite_url(path))[0]


def test_no_permission_for_the_folder(public_folder: Path, request: pytest.FixtureRequest) -> None:
    """SQLite makes files beside the database."""
    public_folder.chmod(0o555)
    request.getfixturevalue("unprivileged")
    path = public_folder / "data.sqlite3"

    assert "对所在目录没有写入权限" in fault(sqlite_url(path))[1]


def test_no_permission_for_the_file(public_folder: Path, request: pytest.FixtureRequest) -> None:
    """Readable alone is not enough."""
    path = public_folder / "data.sqlite3"
    path.touch(mode=0o444)
    path.chmod(0o444)
    public_folder.chmod(0o777)
    request.getfixturevalue("unprivileged")

    assert "对该文件没有读写权限" in fault(sqlite_url(path))[1]


def test_a_folder_that_may_not_be_entered(public_folder: Path, request: pytest.FixtureRequest) -> None:
    """Nobody can even look."""
    closed = public_folder / "closed"
    closed.mkdir()
    closed.chmod(0)
    request.getfixturevalue("unprivileged")

    assert "没有权限" in fault(sqlite_url(closed / "data" / "data.sqlite3"))[1]


def test_a_newer_schema_in_postgres(fresh_postgres: str) -> None:
    """The same for the other kind."""
    check_database(fresh_postgres, "--database")
    upgrade(fresh_postgres)
    check_database(fresh_postgres, "--database")
    where = make_url(fresh_postgres)
    with psycopg.connect(
        host=str(where.query["host"]), user=where.username, dbname=where.database
    ) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "schema-unknown" == fault(fresh_postgres)[0]


def test_what_postgres_refuses(fresh_postgres: str) -> None:
    """A database that is not there, and a user."""
    where = make_url(fresh_postgres)
    odd = [where.set(database="nowhere"), where.set(username="nobody_known")]
    told = [fault(url.render_as_string(hide_password=False)) for url in odd]

    assert ("database-unusable", "数据库无法使用：没有这个数据库：请先建立") == told[0]
    assert ("database-unusable", "数据库无法使用：没有这个数据库用户") == told[1]


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["sweep"]], ids=lambda words: words[0])
def test_the_variable_names_the_database_of_every_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    """What the service serves is what is swept; the place of a problem is the variable."""
    monkeypatch.setenv("KAOHE_DATABASE", sqlite_url(tmp_path))

    assert 2 == main(command)
    assert capsys.readouterr().err.startswith("kaohe: KAOHE_DATABASE: ")
