"""``kaohe serve``: the API over a database, until it is told to stop."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
from typing import TYPE_CHECKING

from kaohe_workflow.application.application import Application
from kaohe_workflow.cli import Subparsers, installation
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.databases import check_database, check_usable, told_in_chinese
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem

if TYPE_CHECKING:
    from kaohe_service.settings import Settings


def add(subparsers: Subparsers) -> None:
    """Add the parser of ``kaohe serve``."""
    parser = subparsers.add_parser(
        "serve",
        help="serve the API",
        description="Serve the API. What is not given here is read from the environment: KAOHE_HOME,"
        " KAOHE_DATABASE, KAOHE_KEYS, KAOHE_ALLOWED_HOSTS, KAOHE_TRUSTED_PROXY, HOST, PORT.",
    )
    parser.add_argument(
        "--database", metavar="URL", help="SQLAlchemy URL; passwords belong into KAOHE_DATABASE"
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on, 0 for any free one (8000)")
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace) -> int:
    """
    Run the service in this process until SIGTERM or SIGINT.

    Raises:
        DefinitionError: the service is not installed, or a setting is wrong.
        InputInvalid: the database cannot be used, or somebody else has the port.
    """
    missing = [name for name in ("falcon", "waitress") if importlib.util.find_spec(name) is None]
    if missing:
        raise DefinitionError(
            [Problem(name, "not-installed", "install kaohe-workflow[service]") for name in missing]
        )
    from kaohe_service import wiring
    from kaohe_service.settings import Settings

    given = {"KAOHE_DATABASE": arguments.database, "HOST": arguments.host, "PORT": arguments.port}
    environment = dict(os.environ) | {name: str(value) for name, value in given.items() if value is not None}
    settings = Settings.of_environment(environment)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kaohe").setLevel(logging.INFO)
    application = _opened(settings, installation.place_of_database(arguments.database))
    try:
        wiring.serve(application, settings, announce=lambda url: print(url, flush=True))
    except OSError as ex:
        message = f"无法监听 {settings.host}:{settings.port}：{cause_of(ex)}"
        raise InputInvalid([Problem("PORT", "port-unusable", message)]) from ex
    finally:
        application.store.close()
    return 0


def _opened(settings: Settings, place: str) -> Application:
    """The application on the database of the settings, once it is known to be usable."""
    from kaohe_service import wiring

    keys = installation.place_of_keys(settings.home)
    installation.make_home(settings.home)
    check_database(settings.database, place)
    with told_in_chinese(place, keys):
        application = wiring.open_from(settings)
    try:
        check_usable(application, place, keys)
    except InputInvalid:
        application.store.close()
        raise
    return application
