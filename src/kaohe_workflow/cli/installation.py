"""
Where an installation keeps its data, and with which keys: the same for every command.

| variable | meaning | default |
|---|---|---|
| ``KAOHE_HOME`` | folder for database, keys and files | ``~/.kaohe`` |
| ``KAOHE_DATABASE`` | SQLAlchemy URL, where ``--database`` is not given | the SQLite file in the home |
| ``KAOHE_KEYS`` | the keys themselves | the file ``keys`` in the home, made once |
| ``KAOHE_PROVINCE`` | whose parameters are in force: a shipped province, or a file | the manual's |
| ``KAOHE_ATTACHMENT_DIR`` | folder of files that people hand in, of one database alone | beside the SQLite file |
| ``KAOHE_FONT_DIR`` | folder of fonts for names that the shipped fonts do not cover | none |
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from kaohe_workflow.adapters.crypto import ENVIRONMENT, FILE, Keys
from kaohe_workflow.adapters.wiring import PROVINCE, attachment_folder_of, open_application
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.cli.causes import cause_of, may
from kaohe_workflow.cli.databases import HOME, check_database, check_usable, told_in_chinese
from kaohe_workflow.errors import InputInvalid, Problem

DATABASE = "kaohe.sqlite3"
"""The database file of a home."""

OPTION = "--database"


def home() -> Path:
    """
    The folder of this installation; made, and closed to others, if it is not there.

    Raises:
        InputInvalid: ``home-unusable``: it cannot be made, or not be written to.
    """
    folder = named_home()
    make_home(folder)
    return folder


def named_home() -> Path:
    """The folder of this installation, for who only reads: whether it is there or not, it stays so."""
    return Path(os.environ.get("KAOHE_HOME") or Path.home() / ".kaohe").expanduser().absolute()


def make_home(folder: Path) -> None:
    """
    Make a folder, closed to others, if it is not there.

    Raises:
        InputInvalid: ``home-unusable``: it cannot be made, or not be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = may(folder, os.W_OK | os.X_OK)
        cause = None if writable else "对该目录没有写入权限"
    except OSError as ex:
        cause = cause_of(ex)
    if cause is not None:
        message = f"目录 {str(folder)!r} 无法使用：{cause}；请更正 KAOHE_HOME 或目录的权限"
        raise InputInvalid([Problem("KAOHE_HOME", "home-unusable", message)])


def keys(folder: Path, *, makes: bool = False) -> Keys:
    """
    The keys of this installation; made, if ``makes``, where there are none.

    Raises:
        DefinitionError: there are none, they are malformed, or others may read them.
    """
    given = os.environ.get(ENVIRONMENT)
    return Keys.parse(given) if given else Keys.in_home(folder, makes=makes)


def place_of_keys(folder: Path) -> str:
    """Where the keys come from: the variable or the file."""
    return ENVIRONMENT if os.environ.get(ENVIRONMENT) else str(folder / FILE)


def database_of(folder: Path) -> str:
    """The URL of the database file of a home."""
    return f"sqlite:///{folder / DATABASE}"


def attachment_folder(url: str, folder: Path) -> Path | None:
    """Where the files of a database lie: as the environment says, or beside it."""
    named = os.environ.get("KAOHE_ATTACHMENT_DIR")
    return Path(named).expanduser() if named else attachment_folder_of(url, folder)


def add_database(parser: argparse.ArgumentParser) -> None:
    """Give a command its ``--database``, the same for all."""
    parser.add_argument(
        OPTION,
        metavar="URL",
        help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        " (default: KAOHE_DATABASE, or the SQLite file in KAOHE_HOME)",
    )


def place_of_database(option: str | None) -> str:
    """Where the address of the database was given: the option, the variable, or nowhere, which means the home."""
    if option:
        return OPTION
    return "KAOHE_DATABASE" if os.environ.get("KAOHE_DATABASE") else HOME


def open_from(arguments: argparse.Namespace, *, makes: bool = False) -> Application:
    """
    The application on the database that a command line or the environment names.

    ``makes`` says that a file that is not there is made.

    Raises:
        DefinitionError: keys, charts, policies or parameters are wrong.
        InputInvalid: the database cannot be used; told with where it was named.
    """
    folder = home()
    url = arguments.database or os.environ.get("KAOHE_DATABASE") or database_of(folder)
    return open_at(url, folder, place=place_of_database(arguments.database), makes=makes)


def open_at(
    url: str, folder: Path, clock: Clock | None = None, *, place: str = OPTION, makes: bool = False
) -> Application:
    """
    The application on a database, with the keys of a home and the province and fonts of the environment.

    ``makes`` says that a file that is not there is made, and keys for a database that is new.

    Raises:
        DefinitionError: keys, charts, policies or parameters are wrong.
        InputInvalid: the database cannot be used; ``place`` is where it was named.
    """
    there = check_database(url, place, makes=makes)
    fonts = os.environ.get("KAOHE_FONT_DIR")
    with told_in_chinese(place, place_of_keys(folder)):
        application = open_application(
            url,
            keys(folder, makes=makes and not there),
            clock=clock,
            province=os.environ.get("KAOHE_PROVINCE") or PROVINCE,
            font_folder=Path(fonts).expanduser() if fonts else None,
            attachment_folder=attachment_folder(url, folder),
        )
    try:
        check_usable(application, place, place_of_keys(folder))
    except InputInvalid:
        application.store.close()
        raise
    return application
