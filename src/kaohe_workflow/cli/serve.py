"""``kaohe serve``: the API over a database, until it is told to stop."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys

import attrs

from kaohe_service.settings import VARIABLES, Settings
from kaohe_workflow.adapters.wiring import VERIFICATION_BASE
from kaohe_workflow.application.application import Application
from kaohe_workflow.cli import Subparsers, installation
from kaohe_workflow.cli.causes import cause_of
from kaohe_workflow.cli.databases import check_database, check_usable, told_in_chinese
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem

_NEEDED = ("dbos", "falcon", "waitress", "segno", "typst")

_EXAMPLE_ADDRESS = (
    f"KAOHE_VERIFICATION_BASE 未设置：证书上印的核验网址是示例 {VERIFICATION_BASE}，首次打印后不再改变；"
    "请在打印第一张证书之前设置"
)


def add(subparsers: Subparsers) -> None:
    """Add the parser of ``kaohe serve``."""
    parser = subparsers.add_parser(
        "serve",
        help="serve the API",
        description="Serve the API. What is not given here is read from the environment.",
        epilog=_of_environment(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--database", metavar="URL", help="SQLAlchemy URL; passwords belong into KAOHE_DATABASE"
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any free one (8000)")
    parser.set_defaults(run=serve)


def _of_environment() -> str:
    width = max(map(len, VARIABLES))
    lines = (f"  {name.ljust(width)}  {meaning}" for name, meaning in VARIABLES.items())
    return "\n".join(("environment (without it):", *lines))


def serve(arguments: argparse.Namespace) -> int:
    """
    Run the service in this process until SIGTERM or SIGINT.

    Raises:
        DefinitionError: the service is not installed, or a setting is wrong.
        InputInvalid: the database cannot be used, or somebody else has the port.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        message = "install kaohe-workflow[service,certificates]"
        raise DefinitionError([Problem(name, "not-installed", message) for name in missing])
    from kaohe_service import wiring

    settings = _settings(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("kaohe").setLevel(logging.INFO)
    if not settings.verification_base:
        logging.getLogger("kaohe").warning(_EXAMPLE_ADDRESS)
    application = _opened(settings, installation.place_of_database(arguments.database))
    try:
        wiring.serve(application, settings, announce=lambda url: print(url, flush=True))
    except (OSError, ValueError) as ex:
        # An address that no name server knows is a ValueError of waitress.
        cause = cause_of(ex) if isinstance(ex, OSError) else "没有这个主机名或地址"
        message = f"无法监听 {settings.host}:{settings.port}：{cause}"
        place = "PORT" if arguments.port is None else "--port"
        raise InputInvalid([Problem(place, "port-unusable", message)]) from ex
    finally:
        application.store.close()
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    """What options and environment say; a problem names whichever of the two was used."""
    given = {"KAOHE_DATABASE": arguments.database, "HOST": arguments.host, "PORT": arguments.port}
    options = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings.of_environment(dict(os.environ) | options)
    except DefinitionError as ex:
        raise DefinitionError(
            [
                attrs.evolve(problem, path=f"--{problem.path.lower()}")
                if problem.path in options
                else problem
                for problem in ex.problems
            ]
        ) from ex


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
