"""
The service as a process of its own, whose clock stands where a file says.

    python clocked_server.py DATABASE CLOCK_FILE

The home is KAOHE_HOME, the port any free one; the address is printed.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

from kaohe_service import wiring
from kaohe_service.settings import Settings
from kaohe_workflow.adapters.clock import FileClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.wiring import attachment_folder_of, open_application


def main(database: str, clock_file: str) -> None:
    """Serve until a signal comes."""
    settings = Settings.of_environment(dict(os.environ) | {"KAOHE_DATABASE": database, "PORT": "0"})
    application = open_application(
        settings.database,
        Keys.in_home(settings.home),
        clock=FileClock(Path(clock_file)),
        attachment_folder=attachment_folder_of(settings.database, settings.home),
    )
    with closing(application.store):
        wiring.serve(application, settings, announce=lambda address: print(address, flush=True))


main(*sys.argv[1:])
