"""
Who is told of what: the rows of `statecharts/notices.yaml`, as values.

A row is like a policy, but what follows is a message and no event: *when* something has happened to a case, a text
goes *to* some recipients; at once, in the same unit of work, or by a job that goes through a population page by page.
"""

from __future__ import annotations

from typing import Literal

import attrs

from kaohe_workflow.application.policies import Occurrence
from kaohe_workflow.values.notices import NoticeKind


@attrs.frozen
class NoticeRule:
    """
    One row of the table.

    ``events``, ``entered`` and ``left`` are those of a policy. ``recipients`` name functions of
    `recipients.RECIPIENTS`, for a job one of `recipients.POPULATIONS`. ``text`` is what is said, with places in braces
    that `texts` fills in. ``place`` is where the row is written, as file and line.
    """

    name: str
    lifecycle: str
    events: tuple[str, ...]
    entered: tuple[str, ...]
    left: tuple[str, ...]
    recipients: tuple[str, ...]
    kind: NoticeKind
    text: str
    how: Literal["once", "job"]
    cites: tuple[str, ...] = ()
    place: str = attrs.field(default="", eq=False)

    def at(self, key: str = "") -> str:
        """What a problem of the row, or of one of its keys, is found by."""
        name = f"notices.{self.name}.{key}" if key else f"notices.{self.name}"
        return f"{self.place} {name}" if self.place else name

    def answers(self, occurrence: Occurrence) -> bool:
        """Whether somebody is told of what happened."""
        return occurrence.is_of(self.lifecycle, self.events, self.entered, self.left)
