"""``kaohe serve``: the API over a database, until it is told to stop."""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys

from kaohe_workflow.cli import Subparsers
from kaohe_workflow.errors import DefinitionError, Problem


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
        DefinitionError: the service is not installed, a setting is wrong, or somebody else has the port.
        StoreUnavailable: the database does not answer.
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
    application = wiring.open_from(settings)
    try:
        wiring.serve(application, settings, announce=lambda url: print(url, flush=True))
    except OSError as ex:
        message = f"cannot listen on {settings.host}:{settings.port}: {ex.strerror or ex}"
        raise DefinitionError([Problem("PORT", "port-unusable", message)]) from ex
    finally:
        application.store.close()
    return 0
