"""
What the demonstration needs of the system, whichever way it is reached: in this process, or over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from kaohe_workflow.errors import KaoheError
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.attachment import AttachmentId

Row = Mapping[str, Any]
"""A row of a list, or the data of a case, as plain values."""


@attrs.frozen
class Who:
    """
    An account that the demonstration acts for.

    ``issuer`` is who gives this account its activation code; None for those that the operator made.
    """

    account_id: str
    login: str = attrs.field(repr=False)
    issuer: Who | None = None


@attrs.frozen
class Asked:
    """One case to send an event to, the version of it that was seen, and what the event carries."""

    case_id: str
    version: int
    payload: Any = attrs.field(factory=NoPayload)
    reason: str | None = None


@attrs.frozen
class Step:
    """One step of a case's history."""

    event: str
    source: str
    target: str


class Caller(Protocol):
    """Sends events and reads lists, each time for a named account."""

    def move(self, moment: datetime) -> None:
        """Move the demonstration's clock to an aware instant, never back, and let happen what time brings."""

    def settle(self, done: Callable[[], bool]) -> None:
        """Let everything happen that follows from what was sent, until ``done``."""

    def rows(self, who: Who, collection: str, **filters: str) -> Sequence[Row]:
        """Every row of a list within the account's scope."""

    def case(self, who: Who, lifecycle: str, case_id: str) -> Row:
        """The data of one case."""

    def history(self, who: Who, lifecycle: str, case_id: str) -> Sequence[Step]:
        """Every step of a case, oldest first."""

    def send(
        self,
        who: Who,
        lifecycle: str,
        case_id: str | None,
        event: str,
        payload: Any = NoPayload(),  # noqa: B008 - frozen and empty
        *,
        reason: str | None = None,
    ) -> str:
        """
        Send one event; the case's id.

        Raises:
            KaoheError: it was refused; nothing has changed.
        """

    def send_many(
        self, who: Who, lifecycle: str, event: str, asked: Sequence[Asked]
    ) -> Sequence[KaoheError | None]:
        """Send one event to many cases; for each None, or why it was refused."""

    def hand_in(self, who: Who, name: str, content: bytes) -> AttachmentId:
        """Hand in a file; its id."""

    def import_roster(self, who: Who, institution_id: str, data: bytes) -> None:
        """Import the good rows of a physician list, with the departments that it names."""

    def import_scores(self, who: Who, data: bytes) -> None:
        """Import the good rows of a score file."""

    def print_certificate(self, who: Who, certificate_id: str) -> bytes | None:
        """A certificate as PDF; None if it holds a character that no font covers."""

    def refused_submissions(self, who: Who) -> int:
        """How many filings of this account were refused so far."""
