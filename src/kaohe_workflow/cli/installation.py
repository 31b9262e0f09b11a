"""
Where an installation keeps its data, and with which keys: the same for every command.

| variable | meaning | default |
|---|---|---|
| ``KAOHE_HOME`` | folder for database, keys and files | ``~/.kaohe`` |
| ``KAOHE_KEYS`` | the keys themselves | the file ``keys`` in the home, made once |
| ``KAOHE_PROVINCE`` | whose parameters are in force | ``guangxi`` |
| ``KAOHE_FONT_DIR`` | folder of fonts for names that the shipped fonts do not cover | none |
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import PROVINCE, open_application
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.ports import Clock

DATABASE = "kaohe.sqlite3"
"""The database file of a home."""


def home() -> Path:
    """The folder of this installation; made, and closed to others, if it is not there."""
    folder = Path(os.environ.get("KAOHE_HOME") or Path.home() / ".kaohe").expanduser().absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keys(folder: Path) -> Keys:
    """
    The keys of this installation.

    Raises:
        DefinitionError: they are malformed, or others may read them.
    """
    given = os.environ.get("KAOHE_KEYS")
    return Keys.parse(given) if given else Keys.in_home(folder)


def database_of(folder: Path) -> str:
    """The URL of the database file of a home."""
    return f"sqlite:///{folder / DATABASE}"


def add_database(parser: argparse.ArgumentParser) -> None:
    """Give a command its ``--database``, the same for all."""
    parser.add_argument(
        "--database",
        metavar="URL",
        help="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME (default: the SQLite file in KAOHE_HOME)",
    )


def open_from(arguments: argparse.Namespace, clock: Clock | None = None) -> Application:
    """
    The application on the database that a command line names.

    Raises:
        DefinitionError: keys, charts, policies or parameters are wrong.
        StoreUnavailable: the database does not answer.
    """
    folder = home()
    return open_at(arguments.database or database_of(folder), folder, clock)


def open_at(url: str, folder: Path, clock: Clock | None = None) -> Application:
    """
    The application on a database, with the keys of a home and the province and fonts of the environment.

    Raises:
        DefinitionError: keys, charts, policies or parameters are wrong.
        StoreUnavailable: the database does not answer.
    """
    fonts = os.environ.get("KAOHE_FONT_DIR")
    return open_application(
        url,
        keys(folder),
        clock=clock,
        province=os.environ.get("KAOHE_PROVINCE") or PROVINCE,
        font_folder=Path(fonts).expanduser() if fonts else None,
    )
