"""
What was found of one thing that an installation must have.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs

from kaohe_workflow.errors import Problem


class Verdict(StrEnum):
    """How it stands with it; the word that the line begins with."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@attrs.frozen
class Finding:
    """One line: what was looked at (``name``), how it stands, and what it is or what to do about it."""

    name: str
    verdict: Verdict
    text: str

    def __str__(self) -> str:
        return f"{self.verdict:<4} {self.name}：{self.text}"


def ok(name: str, text: str) -> Finding:
    """It is as it must be."""
    return Finding(name, Verdict.OK, text)


def fail(name: str, text: str) -> Finding:
    """Nobody may work with it so."""
    return Finding(name, Verdict.FAIL, text)


def warn(name: str, text: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(name, Verdict.WARN, text)


def unfit(name: str, text: str, *, strict: bool) -> Finding:
    """Good enough to try things out, and not for work: only a production installation fails by it."""
    return fail(name, text) if strict else warn(name, text)


def failed(name: str, problems: Iterable[Problem]) -> list[Finding]:
    """A line for each problem, with its place."""
    return [fail(name, f"{problem.path}：{problem.message}") for problem in problems]
