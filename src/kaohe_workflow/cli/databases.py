"""
Whether the database that a command line names can be used: looked at before anything is done with it.

What is in the way is told in Chinese, with where the address was given, the cause, and what to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from kaohe_workflow.adapters.sql.engine import engine_of
from kaohe_workflow.adapters.sql.tables import METADATA, SCHEMA
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.cli.causes import cause_of, may
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem, RecordDamaged, StoreUnavailable

PATIENCE_SECONDS = 5.0
"""How long it is waited for another process to let go of the database."""

HOME = "KAOHE_HOME"
"""The place of an address that nobody gave: that of the database file in the home."""

_MAGIC = b"SQLite format 3\0"
_KEYS = frozenset({"key-unknown", "seal-broken", "seal-malformed"})
"""What opening a sealed value says if the keys are not those it was sealed with."""

_VERSIONS = "alembic_version"


def check_database(
    url: str, place: str, patience_seconds: float | None = None, *, makes: bool = False
) -> bool:
    """
    Say whether a database has tables of ours.

    Nothing is changed, but that a file that is not there is made if ``makes`` says so.

    Only what begins something makes one: to everybody else a missing file is a slip of the pen, and an empty database
    in its place would answer as if all were well. ``place`` is where the address was given: an option, or a variable.

    Raises:
        InputInvalid: ``database-unknown`` (no address of a database of ours), ``driver-missing``, ``database-file``
            (the file cannot be one), ``database-missing``, ``database-unusable`` (it does not answer),
            ``schema-unknown`` (made by a newer version, or by another program).
    """
    if url == "memory:":
        return False
    engine = _engine(url, place, PATIENCE_SECONDS if patience_seconds is None else patience_seconds)
    try:
        if engine.dialect.name == "sqlite":
            _check_file(str(engine.url.database), place, makes=makes)
        return _check_schema(engine, place)
    except sa.exc.SQLAlchemyError as ex:
        raise _refused(place, "database-unusable", f"数据库无法使用：{cause_of(ex)}") from ex
    finally:
        engine.dispose()


def _refused(place: str, code: str, message: str) -> InputInvalid:
    return InputInvalid([Problem(place, code, message)])


def _engine(url: str, place: str, patience_seconds: float) -> sa.Engine:
    try:
        return engine_of(url, patience_seconds)
    except ImportError as ex:
        message = f"缺少该数据库的驱动程序（{ex.name}）：PostgreSQL 请安装 kaohe-workflow[postgres]"
        raise _refused(place, "driver-missing", message) from ex
    except (InputInvalid, sa.exc.SQLAlchemyError, ValueError) as ex:
        message = "不是可用的数据库地址：应为 sqlite:///文件 或 postgresql+psycopg://用户@主机/库名"
        raise _refused(place, "database-unknown", message) from ex


def _check_file(name: str, place: str, *, makes: bool) -> None:
    """
    What a file tells before SQLite is asked, which only says that it cannot be opened.

    A new one is made here, closed to others: SQLite would let everybody on the machine read it.
    """
    if name.startswith("file:"):
        # SQLite reads it as an address of its own, with settings that make files or none.
        raise _refused(place, "database-unknown", "请写出文件的路径：sqlite:///文件")
    path = Path(name).absolute()
    try:
        fault = _fault_of(path)
        missing = fault is None and not path.exists()
        if missing and makes:
            path.touch(mode=0o600)
    except OSError as ex:
        fault, missing = f"{cause_of(ex)}，请更正路径或权限", False
    if fault is not None:
        raise _refused(place, "database-file", f"数据库文件 {name!r} 无法使用：{fault}")
    if missing and not makes:
        raise _refused(place, "database-missing", f"没有数据库文件 {str(path)!r}：{_instead_of(path, place)}")


def _instead_of(missing: Path, place: str) -> str:
    """What to do about a file that is not there; the other databases of the home, where none was named."""
    advice = (
        "请检查路径是否写错；新的数据库先用 kaohe province --name 名称 --login 账号 建立，"
        "演示用的由 kaohe demo 建立"
    )
    others = sorted(missing.parent.glob("*.sqlite3")) if place == HOME else []
    if not others:
        return advice
    names = "、".join(path.name for path in others)
    return f"{advice}。该目录中另有 {names}：请用 --database 指定，如 --database sqlite:///{others[0]}"


def _fault_of(path: Path) -> str | None:
    """
    What keeps a path from being, or becoming, a database file; None for nothing.

    Raises:
        OSError: it cannot even be looked at.
    """
    if "\0" in str(path):
        return "路径中有不允许的字符，请更正路径"
    if path.is_dir():
        return "这是一个目录，请写出目录中的文件名"
    if not path.parent.is_dir():
        return "所在目录不存在，请先建立目录或更正路径"
    if not may(path.parent, os.W_OK | os.X_OK):
        return "对所在目录没有写入权限（SQLite要在其中新建文件），请更正权限或换一个目录"
    if not path.exists():
        return None
    if not path.is_file():
        return "这不是普通文件，请更正路径"
    if not may(path, os.R_OK | os.W_OK):
        return "对该文件没有读写权限，请更正权限"
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
    return "文件不是SQLite数据库，请检查路径是否写错" if start and start != _MAGIC else None


def _check_schema(engine: sa.Engine, place: str) -> bool:
    """Whether it is one of ours, that this version can bring up to date, and not a new one."""
    with engine.connect() as connection:
        # Taking and giving back the write lock finds who keeps it.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "BEGIN")
        tables = set(sa.inspect(connection).get_table_names())
        versions = versions_of(connection)
        connection.exec_driver_sql("ROLLBACK")
    ours = set(METADATA.tables)
    if versions == {SCHEMA} and not ours <= tables:
        missing = "、".join(sorted(ours - tables))
        message = f"缺少数据表 {missing}：数据库不完整，请用备份恢复，或换一个数据库"
        raise _refused(place, "database-unusable", message)
    if not versions and tables & ours:
        message = "数据库中已有其他程序的同名数据表：请换一个数据库"
        raise _refused(place, "schema-unknown", message)
    if unknown := versions - {SCHEMA} - _older(versions):
        message = (
            f"数据库的结构版本是 {'、'.join(sorted(unknown))}，本版本只认识到 {SCHEMA}："
            "它由更新的版本或其他程序建立，请升级 kaohe，或换一个数据库"
        )
        raise _refused(place, "schema-unknown", message)
    return bool(versions)


def versions_of(connection: sa.Connection) -> set[str]:
    """The versions of the schema that a database says it has; none where it has no tables of ours."""
    if _VERSIONS not in sa.inspect(connection).get_table_names():
        return set()
    found = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}")
    return {str(version) for (version,) in found}


def _older(versions: set[str]) -> set[str]:
    """The versions of the schema that can be brought up to date; Alembic is loaded only for another than today's."""
    if versions <= {SCHEMA}:
        return set()
    from alembic.script import ScriptDirectory

    from kaohe_workflow.adapters.sql.migrating import alembic_config

    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


@contextmanager
def told_in_chinese(place: str, keys: str) -> Iterator[None]:
    """
    Opening a database, with its errors told as `check_database` tells them; ``keys`` is where the keys come from.

    Raises:
        InputInvalid: ``database-unusable``, ``keys-unfit``, ``keys-unreadable``, ``record-unreadable``.
    """
    try:
        yield
    except StoreUnavailable as ex:
        raise _refused(place, "database-unusable", f"数据库无法使用：{cause_of(ex)}") from ex
    except RecordDamaged as ex:
        if _is_of_keys(ex.__cause__):
            raise _unfit(place, keys) from ex
        message = f"数据表 {ex.lifecycle} 中有记录被改动过，读不出来：请用 kaohe verify 查明，用备份恢复"
        raise _refused(place, "record-unreadable", message) from ex
    except DefinitionError as ex:
        if not _is_of_keys(ex):
            raise
        raise _unfit(place, keys) from ex
    except (OSError, UnicodeError) as ex:
        cause = cause_of(ex) if isinstance(ex, OSError) else "内容不是文本"
        message = f"密钥无法读取：{cause}；请检查 KAOHE_KEYS 与 KAOHE_HOME"
        raise _refused(keys, "keys-unreadable", message) from ex


def _is_of_keys(error: BaseException | None) -> bool:
    return isinstance(error, DefinitionError) and not _KEYS.isdisjoint(one.code for one in error.problems)


def _unfit(place: str, keys: str) -> InputInvalid:
    message = (
        f"密钥与该数据库不符，其中的数据打不开（现用密钥：{keys}）："
        "请检查 KAOHE_KEYS 与 KAOHE_HOME 是否为建立该数据库时所用，或换一个数据库"
    )
    return _refused(place, "keys-unfit", message)


def check_usable(application: Application, place: str, keys: str) -> None:
    """
    Try an opened database: whether it is whole, and whether the keys are those it was written with.

    Raises:
        InputInvalid: ``database-unusable``, ``keys-unfit``, ``record-unreadable``.
    """
    with told_in_chinese(place, keys):
        application.store.ready()
        with application.store.begin(write=False) as unit:
            for lifecycle in application.catalogue.lifecycles:
                unit.find(lifecycle, [], limit=1)
            for account in unit.find("account", [Where("state", "eq", "active")], limit=1):
                # Sealing and looking up have keys of their own: a sealed value may open and nobody be found.
                hashed = application.lists.secrets.blind("login_hash", account.record.login)
                if not unit.find("account", [Where("login_hash", "eq", hashed)], limit=1):
                    raise _unfit(place, keys)
