"""
Comparing faces with a program of the installation's choice: none is shipped, since each has its licence, its model and
its errors.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

from kaohe_workflow.adapters.children import WALL_SECONDS, Turns
from kaohe_workflow.application.likeness import Figure
from kaohe_workflow.application.ports import Clock
from kaohe_workflow.errors import LikenessUnavailable, TooManyTries

_PERCENT = re.compile(rb"(100(?:\.0{1,2})?|[0-9]{1,2}(?:\.[0-9]{1,2})?)")
NO_FACE = b"none"
"""What the program answers where it finds no face, or several."""

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@attrs.frozen
class NoLikeness:
    """Nothing is set up: photos are kept with the platform's own figure, or without one."""

    def compare(self, known: bytes, taken: bytes) -> Figure:
        """Raise `LikenessUnavailable`."""
        raise LikenessUnavailable("not-set-up")


class ProgramLikeness(Turns):
    """
    Runs ``command known taken`` for two picture files, which are gone afterwards.

    The program writes one line: percent, 0–100 with at most two places, or ``none``. It gets nothing of the service's
    environment but where programs and temporary files lie.

    Args:
        command: the program and its first arguments; ``source`` is what its figures are signed with.
        wall_seconds: how long it may take.
    """

    def __init__(
        self, clock: Clock, command: Sequence[str], source: str, *, wall_seconds: float = WALL_SECONDS
    ) -> None:
        super().__init__(clock)
        self._command = tuple(command)
        self._source = source
        self._wall_seconds = wall_seconds

    def compare(self, known: bytes, taken: bytes) -> Figure:
        """
        How like the faces on two pictures are.

        Raises:
            LikenessUnavailable: the program is not there, fails, takes too long, or answers neither.
        """
        try:
            with self.turn(), TemporaryDirectory(prefix="kaohe-") as folder:
                answer = self._run(Path(folder), known, taken)
        except TooManyTries as ex:
            raise LikenessUnavailable("busy") from ex
        if answer == NO_FACE:
            return Figure(None, self._source)
        if not _PERCENT.fullmatch(answer):
            raise LikenessUnavailable("answer-malformed")
        return Figure(Decimal(answer.decode()), self._source)

    def _run(self, folder: Path, known: bytes, taken: bytes) -> bytes:
        places = [folder / "known", folder / "taken"]
        for place, content in zip(places, (known, taken), strict=True):
            place.touch(mode=0o600)
            place.write_bytes(content)
        try:
            done = subprocess.run(
                [*self._command, *map(str, places)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=self._wall_seconds,
                check=False,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
            )
        except subprocess.TimeoutExpired as ex:
            raise LikenessUnavailable("too-slow") from ex
        except OSError as ex:
            raise LikenessUnavailable("program-missing") from ex
        if done.returncode != 0:
            raise LikenessUnavailable("program-failed")
        return done.stdout.strip()
