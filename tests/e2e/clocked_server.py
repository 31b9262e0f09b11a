"""
The service as a process of its own, whose clock stands where a file says.

    python clocked_server.py DATABASE CLOCK_FILE

The home is KAOHE_HOME, the port any free one; the address is printed. Passwords are hashed in one quick pass: a cycle
has hundreds of log-ins, and a core would do little else; that of `kaohe serve` is slow, and tested where it is.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import attrs
from argon2 import PasswordHasher

from kaohe_service import wiring
from kaohe_service.settings import Settings
from kaohe_workflow.adapters.clock import FileClock
from kaohe_workflow.adapters.crypto import Keys
from kaohe_workflow.adapters.passwords import Argon2Passwords
from kaohe_workflow.adapters.wiring import attachment_folder_of, open_application


class QuickPasswords(Argon2Passwords):
    """The same hashes, one pass over eight KiB."""

    def __init__(self, keys: Keys, clock: FileClock) -> None:
        super().__init__(keys.pepper, clock)
        self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def main(database: str, clock_file: str) -> None:
    """Serve until a signal comes."""
    settings = Settings.of_environment(dict(os.environ) | {"KAOHE_DATABASE": database, "PORT": "0"})
    keys, clock = Keys.in_home(settings.home), FileClock(Path(clock_file))
    application = open_application(
        settings.database,
        keys,
        clock=clock,
        attachment_folder=attachment_folder_of(settings.database, settings.home),
    )
    accounts = attrs.evolve(application.accounts, passwords=QuickPasswords(keys, clock))
    application = attrs.evolve(application, accounts=accounts)
    with closing(application.store):
        wiring.serve(application, settings, announce=lambda address: print(address, flush=True))


main(*sys.argv[1:])
