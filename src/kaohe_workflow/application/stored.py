"""
What a store keeps, as values: cases, the steps of their history, and the rows beside them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs

from kaohe_workflow.values.errands import ErrandKind, ErrandStanding, OpeningStanding
from kaohe_workflow.values.notices import ChannelKind, NoticeKind, RecipientKind

NEVER = datetime.min.replace(tzinfo=UTC)
"""What an `Audit` tells in the place of an instant that cannot be read."""


@attrs.frozen
class Case:
    """
    One run of a lifecycle, as stored.

    ``version`` counts the transitions so far and is what If-Match carries; ``head`` is the hash of the
    newest history row; ``hands`` are the natural persons who sent the last event by which a person brought the
    case into another state, or any since: what the system moves hides nobody (the input of ``four_eyes``);
    ``homes`` are the institutions the case has belonged to, the present one last: its history lies under each.
    """

    lifecycle: str
    id: str
    state: str
    version: int
    chart_version: int
    record: Any
    head: str
    hands: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()

    @property
    def institution_id(self) -> str:
        """The organisation that the case belongs to now."""
        return str(self.record.institution_id)


@attrs.frozen
class HistoryRow:
    """
    One step of a case, append-only.

    ``seq`` is the version reached, from 1. ``body`` is the canonical JSON that was hashed:
    ``hash = SHA-256(0x10 || prev || body)`` in lower-case hex, ``prev`` the hash of the row before
    (64 zeros for the first).
    """

    institution_id: str
    case_id: str
    seq: int
    lifecycle: str
    event: str
    at: datetime
    body: str
    prev: str
    hash: str


@attrs.frozen
class Enclosure:
    """
    What a step carried, kept beside the history and encrypted: reason text and payload.

    The history row holds only a commitment to it (HMAC under ``salt``), so that it can be erased without
    breaking the chain. ``content`` is plain JSON here; the store encrypts it.
    """

    institution_id: str
    case_id: str
    seq: int
    salt: str
    content: str


@attrs.frozen
class Due:
    """The deadline of a case's present state: ``event`` is to be sent by the system at ``at``."""

    lifecycle: str
    case_id: str
    event: str
    at: datetime


@attrs.frozen
class Written:
    """
    One transition to be stored: the case before (None when the event made it) and after, its history row.

    ``due`` replaces the stored deadline of the case; None removes it.
    """

    before: Case | None
    after: Case
    history: HistoryRow
    enclosure: Enclosure | None = None
    due: Due | None = None


@attrs.frozen
class Remembered:
    """The answer that an idempotency key got, and the fingerprint of the request it belongs to."""

    fingerprint: str
    answer: str


@attrs.frozen
class Refusal:
    """
    A refused attempt, for the audit: chained per account, holding codes and facts but no personal data.

    ``seq`` counts the account's refusals from 1.
    """

    account_id: str
    seq: int
    at: datetime
    body: str
    prev: str
    hash: str


@attrs.frozen
class Job:
    """
    Work that follows from a committed transition and may be repeated without harm.

    ``turn`` is how often it has been handed to somebody who does it; until ``free_at`` nobody else is handed it (None:
    it is free). ``failures`` counts those since it last went on.
    """

    id: str
    kind: str
    content: str
    created_at: datetime
    turn: int = 0
    free_at: datetime | None = None
    failures: int = 0


TAKEN = "-"
"""Stands in the place of a file's digest, once it was given out or dropped."""


@attrs.frozen
class Errand:
    """
    A job that somebody has asked for, as the asker sees it; its work is the `Job` of the same id.

    ``done`` of ``total`` things have been done, ``refused`` of them could not be. ``parts`` are the digests of the
    files that it has made so far, `TAKEN` for one that is given out once and was. ``problem`` is the code of what ended
    it, where it failed.
    """

    id: str
    account_id: str
    kind: ErrandKind
    standing: ErrandStanding
    total: int
    created_at: datetime
    done: int = 0
    refused: int = 0
    ended_at: datetime | None = None
    problem: str = ""
    parts: tuple[str, ...] = ()

    @property
    def kept_parts(self) -> tuple[str, ...]:
        """The digests of the files that are still there."""
        return tuple(digest for digest in self.parts if digest != TAKEN)


@attrs.frozen
class Opening:
    """
    How far the job is that opens the cases of a published cycle; kept from its first page on, in its own commits.

    Of ``expected`` physicians ``opened`` have a case now and ``refused`` were given none; who joins or leaves while it
    goes on moves ``expected`` only at the end. ``went_on_at`` is when the last page was done. It is running, ended, or
    stopped because the cycle ended first.
    """

    cycle_id: str
    standing: OpeningStanding
    expected: int
    opened: int
    refused: int
    went_on_at: datetime


@attrs.frozen
class Recipient:
    """Whose inbox a notice lies in."""

    kind: RecipientKind
    id: str


@attrs.frozen
class Notice:
    """
    A message in somebody's inbox.

    ``cause`` names what it follows from, so that nobody is told of one thing twice; ``lifecycle`` and ``case_id`` are
    the case that it is about. ``text`` never holds an identity number; the store encrypts it. ``created_at`` is when
    the cause happened, ``delivered_at`` when the notice came into the inbox, ``opened_at`` when somebody whose inbox
    it is read it first. ``result_version`` is that of the result that is told, for a notice of one.
    """

    id: str
    recipient: Recipient
    cause: str
    kind: NoticeKind
    text: str = attrs.field(repr=False)
    lifecycle: str
    case_id: str
    created_at: datetime
    delivered_at: datetime
    opened_at: datetime | None = None
    result_version: int | None = None


@attrs.frozen
class Channel:
    """
    Where the notices of an inbox go as well: a mail address, or an https address of another system.

    ``secret`` signs what a webhook is sent; empty for mail. After ``failures`` in a row nothing is sent there before
    ``rests_until``.
    """

    id: str
    recipient: Recipient
    kind: ChannelKind
    address: str = attrs.field(repr=False)
    secret: str = attrs.field(repr=False)
    created_at: datetime
    failures: int = 0
    rests_until: datetime | None = None


@attrs.frozen
class Dispatch:
    """
    One notice on its way through one channel. Its ``id`` goes along, so that whoever gets it twice can tell.

    It is tried from ``due_at`` on, ``tries`` times so far, until it is ``delivered_at``, or given up: then ``problem``
    says why, and ``due_at`` is None.
    """

    id: str
    channel_id: str
    notice_id: str
    kind: NoticeKind
    lifecycle: str
    case_id: str
    created_at: datetime
    due_at: datetime | None
    tries: int = 0
    delivered_at: datetime | None = None
    problem: str = ""


@attrs.frozen
class Session:
    """
    A log-in. ``token_hash`` is the SHA-256 of the token, which is never stored.

    ``init_only`` sessions may set the first password and nothing else.
    """

    token_hash: str
    account_id: str
    created_at: datetime
    seen_at: datetime
    init_only: bool = False


@attrs.frozen
class Throttle:
    """Failures counted in one bucket and the instant before which it takes no further try."""

    bucket: str
    failures: int
    failed_at: datetime
    blocked_until: datetime | None


@attrs.frozen(kw_only=True)
class Attachment:
    """
    A file that somebody has handed in: what it is and whose; its bytes lie in `Contents`, under ``digest``.

    ``digest`` is the SHA-256 of the bytes in lower-case hex, ``size`` counts them. ``institution_id`` and
    ``physician_id`` are those of the account that gave it. ``used`` says that a case has named it, now or once.
    """

    id: str
    account_id: str
    institution_id: str | None
    physician_id: str | None
    digest: str
    kind: str
    size: int
    name: str = attrs.field(repr=False)
    at: datetime
    used: bool = False


@attrs.frozen
class Kept:
    """A case as it lies in the store; ``strays`` are the columns that say something else than the case does."""

    case: Case
    strays: tuple[str, ...] = ()


@attrs.frozen
class Unreadable:
    """A row that somebody has written over: where it lies (``lifecycle/case`` for a case), and what reading said."""

    where: str
    why: str
