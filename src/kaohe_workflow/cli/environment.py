"""What the environment may say, whichever command is run."""

from __future__ import annotations

import os

from kaohe_service.settings import unknown_settings
from kaohe_workflow.errors import DefinitionError


def check_environment() -> None:
    """
    Refuse a variable that begins as ours and is none: a slip of the pen must not mean the default. And refuse keys that
    are none, before a database is made that they were to seal.

    Raises:
        DefinitionError: ``setting-unknown``, of each; ``key-malformed``, ``key-duplicate``, ``key-missing``.
    """
    if problems := unknown_settings(os.environ):
        raise DefinitionError(problems)
    if given := os.environ.get("KAOHE_KEYS"):
        # Only here: without keys to look at, no command waits for the ciphers to be loaded.
        from kaohe_workflow.adapters.crypto import Keys

        Keys.parse(given)
