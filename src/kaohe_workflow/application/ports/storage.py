"""
What the application needs of a store.

A `Store` opens units of work. A `UnitOfWork` holds cases, their history, and the few tables beside them;
nothing it wrote is seen by anyone before `commit`, and leaving the block without it undoes everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from kaohe_workflow.application.conditions import Order, Scope, Where
from kaohe_workflow.application.jobs.kept import Errands
from kaohe_workflow.application.notices.kept import Inboxes
from kaohe_workflow.application.platform_keys import PlatformKeys
from kaohe_workflow.application.stored import (
    Attachment,
    Case,
    Channel,
    Dispatch,
    Due,
    Enclosure,
    HistoryRow,
    Job,
    Kept,
    Recipient,
    Refusal,
    Remembered,
    Session,
    Throttle,
    Unreadable,
    Written,
)


class UnitOfWork(PlatformKeys, Errands, Inboxes, Protocol):
    """One transaction. Reads see what it wrote itself."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """
        Make everything durable.

        Raises:
            ConcurrentTransition: another unit of work was first.
            StoreUnavailable: the store does not answer; nothing was kept.
        """

    def lock(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """
        The cases of these ids, locked until the end; missing ids are left out, and those that no store can hold.

        Rows are locked in id order. For a lifecycle whose records name a physician, the physician's
        affiliation is locked as well (first): everything about one person is serialised by that row.
        """

    def read(self, lifecycle: str, ids: Sequence[str]) -> dict[str, Case]:
        """
        The cases of these ids without a lock; one that is locked or written here comes as it is here.

        Missing ids are left out, and those that no store can hold.
        """

    def find(
        self, lifecycle: str, where: Sequence[Where], *, limit: int | None = None, hold: bool = False
    ) -> list[Case]:
        """
        The cases whose columns (see `projection.COLUMNS`, also `id`, `state`) meet all conditions, by id.

        Cases written in this unit of work come as they are now.

        ``hold`` keeps them from being changed by others until the end, while others may hold them too: for what
        many decisions read and hardly anybody changes. A unit of work that only reads holds nothing.

        Raises:
            InputInvalid: a value that no store can hold.
        """

    def gone_from(self, lifecycle: str, institution_id: str) -> list[str]:
        """The ids of the cases that have belonged to an institution and belong to another one now, in order."""

    def serialise(self, *names: str) -> None:
        """
        Let no other writing unit of work that gives one of these names go on until this one ends.

        Raises:
            InputInvalid: a name that no store can hold.
        """

    def savepoint(self) -> AbstractContextManager[None]:
        """A block that undoes its own writes if it raises, and only those; its locks stay."""

    def write(self, steps: Sequence[Written]) -> None:
        """
        Store transitions: case rows (compare-and-swap on version), history, enclosures, deadlines.

        Grouped statements, never one a row for many. A case whose institution changed is inserted there and
        removed here.

        Raises:
            ConcurrentTransition: a version or a unique key says that someone was first.
        """

    def reschedule(self, dues: Sequence[Due], cleared: Sequence[tuple[str, str]]) -> None:
        """Replace the deadlines of cases without a transition; ``cleared`` are (lifecycle, case id)."""

    def drop(self, dues: Sequence[Due]) -> None:
        """Remove these deadlines; one that has been set in the place of another meanwhile stays."""

    def due(self, now: datetime, limit: int) -> list[Due]:
        """Deadlines at or before ``now``, earliest first."""

    def page(
        self,
        view: str,
        scope: Scope,
        where: Sequence[Where],
        *,
        order: Order,
        after: tuple[Any, str] | None,
        limit: int,
    ) -> list[Mapping[str, Any]]:
        """Rows of a view (`projection.VIEWS`), each with its fields; keyset after (order value, id)."""

    def count(
        self, view: str, scope: Scope, where: Sequence[Where], *, by: Sequence[str] = ()
    ) -> dict[tuple[Any, ...], int]:
        """How many rows, grouped by fields; without ``by`` one entry under ``()``."""

    def history(self, case: Case) -> list[HistoryRow]:
        """Every step of the case, oldest first."""

    def enclosures(self, case: Case) -> list[Enclosure]:
        """What the steps carried, oldest first, decrypted."""

    def every_case(self, lifecycle: str, *, after: str, limit: int) -> list[Case]:
        """All cases by id; ``after`` is the last id seen, empty at first."""

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Append refused attempts."""

    def refusals(self, account_id: str, *, last: int | None = None) -> list[Refusal]:
        """The refused attempts of an account, oldest first; ``last`` keeps only the newest so many."""

    def every_refusing_account(self) -> list[str]:
        """The accounts that have refusals, in order."""

    def recall(self, account_id: str, key: str) -> Remembered | None:
        """The answer under an idempotency key, if there is one."""

    def remember(self, account_id: str, key: str, answer: Remembered, at: datetime) -> None:
        """
        Keep an answer.

        Raises:
            ConcurrentTransition: the key was taken meanwhile.
            InputInvalid: no store can hold such a key.
        """

    def forget(self, before: datetime) -> None:
        """Drop remembered answers older than ``before``, and what nobody has touched since: sessions, throttles."""

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Add jobs; they exist only if this unit of work commits."""

    def jobs(self, limit: int, *, free: datetime | None = None) -> list[Job]:
        """
        Waiting jobs, oldest first, locked until the end of this unit of work (those locked by others are left out).

        ``free`` keeps only those that may be handed to somebody at that instant.
        """

    def job(self, job_id: str, *, wait: bool = False) -> Job | None:
        """
        The waiting job of an id, locked until the end; None if there is none.

        One that others have locked is None, too; with ``wait`` it comes as soon as they let it go.
        """

    def keep_job(self, job: Job) -> None:
        """Store how far a job that waits has come."""

    def finish(self, job_ids: Sequence[str]) -> None:
        """Remove finished jobs."""

    def noted(self, names: Sequence[str]) -> frozenset[str]:
        """Which of these names have been noted."""

    def note(self, name: str, at: datetime) -> None:
        """
        Note a name for good: of what is done once.

        Raises:
            ConcurrentTransition: it is noted already.
        """

    def channels(self, recipients: Sequence[Recipient]) -> list[Channel]:
        """Where the notices of these inboxes go as well, by id."""

    def channel(self, channel_id: str) -> Channel | None:
        """The channel of an id."""

    def add_channel(self, channel: Channel) -> None:
        """
        Keep a channel.

        Raises:
            ConcurrentTransition: the id is taken.
        """

    def drop_channel(self, channel_id: str) -> None:
        """Remove a channel and what is on its way through it."""

    def send_out(self, dispatches: Sequence[Dispatch]) -> None:
        """Put dispatches on their way; what is on its way, or was, through the same channel is left as it is."""

    def due_dispatches(self, now: datetime, limit: int) -> list[Dispatch]:
        """
        Dispatches that are due, earliest first, locked until the end (those locked by others are left out).

        What goes through a channel that rests at ``now`` is not among them.
        """

    def keep_dispatches(self, dispatches: Sequence[Dispatch]) -> None:
        """Store how far dispatches have come."""

    def keep_channel(self, channel: Channel) -> None:
        """Store how often in a row a channel has failed, and until when it rests."""

    def give_up_dispatches(self, channel_id: str, before: datetime, problem: str) -> None:
        """Give up what is on its way through a channel and was made before that instant."""

    def count_done_dispatches(self, before: datetime) -> int:
        """How many dispatches have arrived, or were made and are given up, before that instant."""

    def drop_done_dispatches(self, before: datetime, limit: int) -> int:
        """Remove those dispatches, so many at most; how many."""

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1."""

    def session(self, token_hash: str) -> Session | None:
        """The session of a token's hash."""

    def sessions(self, account_id: str) -> list[Session]:
        """The sessions of an account, oldest first."""

    def save_session(self, session: Session) -> None:
        """Insert or update a session."""

    def end_sessions(self, token_hashes: Sequence[str]) -> None:
        """Delete sessions."""

    def throttle(self, bucket: str) -> Throttle | None:
        """The failures counted in a bucket."""

    def save_throttle(self, throttle: Throttle) -> None:
        """Insert or update a bucket."""

    def clear_throttle(self, bucket: str) -> None:
        """Forget a bucket's failures."""

    def add_attachment(self, attachment: Attachment) -> None:
        """
        Keep what is known of a file.

        Raises:
            ConcurrentTransition: the id is taken.
            InputInvalid: its name is a text that no store can hold.
        """

    def attachments(self, ids: Sequence[str]) -> dict[str, Attachment]:
        """The attachments of these ids; missing ids are left out, and those that no store can hold."""

    def use_attachments(self, ids: Sequence[str]) -> None:
        """
        Note that a case names these.

        Raises:
            ConcurrentTransition: one of them is gone.
        """

    def disuse_attachments(self, ids: Sequence[str]) -> None:
        """Note that no case names these any more, so that they may be dropped; those that are gone change nothing."""

    def unused_attachments(self, before: datetime, limit: int) -> list[Attachment]:
        """Attachments from before that instant that no case names, oldest first."""

    def count_unused_attachments(self, before: datetime) -> int:
        """How many of those there are."""

    def drop_attachments(self, ids: Sequence[str]) -> None:
        """Remove those of these that no case names."""

    def named_contents(self, digests: Sequence[str]) -> frozenset[str]:
        """Which of these digests an attachment has, or an errand as a file of its result."""

    def audit(self) -> AbstractContextManager[Audit]:
        """Everything that is stored, for verification, while the block lasts."""


class Audit(Protocol):
    """
    What lies in the store, row by row, whoever has written it there.

    A row that cannot be read comes as `Unreadable`, an instant as `NEVER`, and the rest still comes.
    """

    def defects(self) -> list[str]:
        """What guards the tables (only growing, uniqueness) and is not as this version made it: a line each."""

    def cases(self, lifecycle: str, portion: int) -> Iterator[list[Kept | Unreadable]]:
        """All cases of a lifecycle, at most ``portion`` at a time; one that lies there twice comes twice."""

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""

    def enclosures(self, cases: Sequence[Case]) -> dict[str, list[Enclosure | Unreadable]]:
        """What the steps of many cases carried, by case id, oldest first, decrypted."""

    def chapters(self) -> list[tuple[str, str, str]]:
        """Where steps are kept: lifecycle, institution and case id, each once."""

    def loose_enclosures(self) -> list[tuple[str, int]]:
        """Case id and seq of what is enclosed and belongs to no step."""

    def dues(self) -> list[Due]:
        """All deadlines."""

    def refusals(self) -> Iterator[Refusal]:
        """All refused attempts; those of one account oldest first."""

    def numbers(self) -> dict[str, int]:
        """Series → the number it has reached."""

    def attachments(self) -> Iterator[Attachment | Unreadable]:
        """All attachments; one whose columns say something else than was sealed with it is unreadable."""

    def sealed_shut(self) -> list[Unreadable]:
        """The waiting jobs, remembered answers, notices and channels that cannot be opened."""


class Store(Protocol):
    """Where units of work come from."""

    def begin(self, *, write: bool = True, wait: bool = True) -> UnitOfWork:
        """
        A new unit of work, to be used as a context manager.

        ``write=False`` promises to change nothing (SQLite then takes no write lock). With ``wait=False`` what another
        unit of work has locked is not waited for.

        Raises:
            StoreUnavailable: the store does not answer; or another writes, and it was not to be waited for.
        """

    def ready(self) -> None:
        """
        Check that the store answers and has the schema of this version.

        Raises:
            StoreUnavailable: it does not, or it has not.
        """

    def close(self) -> None:
        """Give back what the store holds (connections, files); it is not used afterwards."""
