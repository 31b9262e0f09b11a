"""What the environment may say, whichever command is run."""

from __future__ import annotations

import os

from kaohe_service.settings import unknown_settings
from kaohe_workflow.errors import DefinitionError


def check_environment() -> None:
    """
    Refuse a variable that begins as ours and is none: a slip of the pen must not mean the default.

    Raises:
        DefinitionError: ``setting-unknown``, of each.
    """
    if problems := unknown_settings(os.environ):
        raise DefinitionError(problems)
