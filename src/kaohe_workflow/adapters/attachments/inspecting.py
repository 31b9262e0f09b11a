"""
From the bytes of a file to its kind, without trusting the file: it is looked into in a child process.
"""

from __future__ import annotations

import json
import subprocess
from importlib.util import find_spec

from kaohe_workflow.adapters.attachments.refusing import too_costly, unreadable
from kaohe_workflow.adapters.children import WAIT_SECONDS, WALL_SECONDS, Turns, run_child
from kaohe_workflow.adapters.confining import OUT_OF_MEMORY
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import DefinitionError, InputInvalid, Problem
from kaohe_workflow.values.terms import AttachmentKind

_NEEDED = ("PIL", "pypdf")


class FileInspector(Turns):
    """
    Tells the kind of a file by its content, with no more than a few child processes at a time.

    ``wait_seconds`` is how long one more waits for its turn, ``wall_seconds`` how long a child may take.
    """

    def __init__(
        self, clock: Clock, *, wait_seconds: float = WAIT_SECONDS, wall_seconds: float = WALL_SECONDS
    ) -> None:
        super().__init__(clock, wait_seconds)
        self._wall_seconds = wall_seconds

    def __call__(self, content: bytes) -> AttachmentKind:
        """
        The kind of a file that is sound and cannot do anything.

        Raises:
            InputInvalid: ``attachment-kind``, ``attachment-unreadable``, ``attachment-unsafe`` or
                ``attachment-too-large`` (for whoever opens it).
            TooManyTries: too many files are being looked into.
            DefinitionError: ``extra-missing``: Pillow and pypdf are not installed.
        """
        if any(find_spec(name) is None for name in _NEEDED):
            message = "files can be taken only where kaohe-workflow[attachments] is installed"
            raise DefinitionError([Problem("attachments", "extra-missing", message)])
        with self.turn():
            return self._look(content)

    def _look(self, content: bytes) -> AttachmentKind:
        try:
            done = run_child("kaohe_workflow.adapters.attachments.child", content, self._wall_seconds)
        except subprocess.TimeoutExpired as ex:
            raise too_costly() from ex
        if done.returncode == OUT_OF_MEMORY:
            raise too_costly()
        if done.returncode != 0:
            raise unreadable()
        answer = json.loads(done.stdout)
        if "refused" in answer:
            code, message = answer["refused"]
            raise InputInvalid([Problem("$", code, message)])
        return AttachmentKind(answer["kind"])
