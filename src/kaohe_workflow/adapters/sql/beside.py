"""The tables beside the cases: refusals, remembered answers, jobs, numbers, sessions, throttles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kaohe_workflow.adapters.columns import must_be_storable
from kaohe_workflow.adapters.sql.bulk import PlainBulk, TableShape
from kaohe_workflow.adapters.sql.tables import (
    IDEMPOTENCY,
    JOB,
    NOTE,
    NUMBER_SERIES,
    REFUSAL,
    SESSION,
    THROTTLE,
)
from kaohe_workflow.adapters.sql.text import name, names, sql
from kaohe_workflow.adapters.sql.wire import Wire
from kaohe_workflow.application.ports import Secrets
from kaohe_workflow.application.stored import Job, Refusal, Remembered, Session, Throttle
from kaohe_workflow.values.plain_text import storable

_REFUSALS = TableShape.of(REFUSAL)
_ANSWERS = TableShape.of(IDEMPOTENCY)
_JOBS = TableShape.of(JOB)
_NOTES = TableShape.of(NOTE)
_NUMBERS = TableShape.of(NUMBER_SERIES)
_SESSIONS = TableShape.of(SESSION)
_THROTTLES = TableShape.of(THROTTLE)


class Beside:
    """The part of a unit of work that does not concern cases."""

    _wire: Wire
    _bulk: PlainBulk
    _secrets: Secrets

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Append refused attempts."""
        rows = [(row.account_id, row.seq, row.at, row.body, row.prev, row.hash) for row in refusals]
        self._bulk.insert(self._wire, _REFUSALS, rows, about=("refusal", rows[0][0] if rows else "", None))

    def refusals(self, account_id: str, *, last: int | None = None) -> list[Refusal]:
        """The refused attempts of an account, oldest first; ``last`` keeps only the newest so many."""
        limit = () if last is None else (last,)
        text = sql(
            _select(_REFUSALS, "account_id", self._mark),
            "ORDER BY seq DESC",
            sql("LIMIT", self._mark) if limit else "",
        )
        rows = self._wire.rows(text, (account_id, *limit))
        return [
            Refusal(account, seq, self._instant(at), body, prev, hash)
            for account, seq, at, body, prev, hash in reversed(rows)
        ]

    def every_refusing_account(self) -> list[str]:
        """The accounts that have refusals, in order."""
        text = sql("SELECT DISTINCT account_id FROM", name("refusal"), "ORDER BY account_id")
        return [account for (account,) in self._wire.rows(text)]

    def recall(self, account_id: str, key: str) -> Remembered | None:
        """The answer under an idempotency key, if there is one."""
        if not storable(account_id + key):
            return None
        text = sql(
            "SELECT fingerprint, answer FROM",
            name("idempotency"),
            "WHERE account_id =",
            self._mark,
            'AND "key" =',
            self._mark,
        )
        for fingerprint, answer in self._wire.rows(text, (account_id, key)):
            return Remembered(fingerprint, self._secrets.open(answer_place(account_id, key), answer))
        return None

    def remember(self, account_id: str, key: str, answer: Remembered, at: datetime) -> None:
        """Keep an answer; raises `ConcurrentTransition` if the key was taken, `InputInvalid` if it is none."""
        must_be_storable("$.key", account_id, key)
        sealed = self._secrets.seal(answer_place(account_id, key), answer.answer)
        row = (account_id, key, answer.fingerprint, sealed, at)
        self._bulk.insert(self._wire, _ANSWERS, [row], about=("idempotency", key, None))

    def forget(self, before: datetime) -> None:
        """Drop remembered answers older than ``before``, and what nobody has touched since: sessions, throttles."""
        for table, instant in (("idempotency", "at"), ("session", "seen_at"), ("throttle", "failed_at")):
            text = sql("DELETE FROM", name(table), "WHERE", name(instant), "<", self._mark)
            self._wire.change(text, (self._to(before),))

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Add jobs; they exist only if this unit of work commits."""
        self._bulk.insert(self._wire, _JOBS, jobs, self._row_of_job, about=("job", "", None))

    def _row_of_job(self, job: Job) -> tuple[Any, ...]:
        sealed = self._secrets.seal(job_place(job.id), job.content)
        return job.id, job.kind, sealed, job.created_at, job.turn, job.free_at, job.failures

    def jobs(self, limit: int, *, free: datetime | None = None) -> list[Job]:
        """Waiting jobs, oldest first, locked so that no other worker takes them (skipping locked ones)."""
        condition = "" if free is None else sql("WHERE free_at IS NULL OR free_at <=", self._mark)
        values = () if free is None else (self._to(free),)
        text = sql(condition, "ORDER BY created_at, id LIMIT", self._mark)
        return self._locked_jobs(text, (*values, limit))

    def job(self, job_id: str, *, wait: bool = False) -> Job | None:
        """The waiting job of an id, locked until the end; see `UnitOfWork.job`."""
        found = self._locked_jobs(sql("WHERE id =", self._mark), (job_id,), wait=wait)
        return found[0] if found else None

    def _locked_jobs(self, condition: str, values: Sequence[Any], *, wait: bool = False) -> list[Job]:
        self._wire.must_write()
        # SQLite has one writer at a time: nobody else can have taken any.
        lock = ("FOR UPDATE" if wait else "FOR UPDATE SKIP LOCKED") if self._wire.dialect.postgres else ""
        text = sql("SELECT", names(_JOBS.columns), "FROM", name("job"), condition, lock)
        return [self._job(row) for row in self._wire.rows(text, values)]

    def _job(self, row: Sequence[Any]) -> Job:
        id, kind, content, created_at, turn, free_at, failures = row
        return Job(
            id,
            kind,
            self._secrets.open(job_place(id), content),
            self._instant(created_at),
            turn,
            None if free_at is None else self._instant(free_at),
            failures,
        )

    def keep_job(self, job: Job) -> None:
        """Store how far a job that waits has come."""
        setting = ("content", "turn", "free_at", "failures")
        self._bulk.update(self._wire, _JOBS, setting, ("id",), [job], self._kept_job)

    def _kept_job(self, job: Job) -> tuple[Any, ...]:
        sealed = self._secrets.seal(job_place(job.id), job.content)
        return sealed, job.turn, job.free_at, job.failures, job.id

    def finish(self, job_ids: Sequence[str]) -> None:
        """Remove finished jobs."""
        self._bulk.delete(self._wire, _JOBS, ("id",), [(job_id,) for job_id in job_ids])

    def noted(self, names: Sequence[str]) -> frozenset[str]:
        """Which of these names have been noted."""
        if not names:
            return frozenset()
        marks = ", ".join([self._mark] * len(names))
        text = sql("SELECT name FROM", name("note"), "WHERE name IN (", marks, ")")
        return frozenset(row[0] for row in self._wire.rows(text, tuple(names)))

    def note(self, noted: str, at: datetime) -> None:
        """Note a name for good; raises `ConcurrentTransition` if it is noted already."""
        self._bulk.insert(self._wire, _NOTES, [(noted, at)], about=("note", noted, None))

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1; the series is locked until the end."""
        self._wire.must_write()
        text = sql(
            self._bulk.text(self._bulk.insert_text, _NUMBERS, False),
            'ON CONFLICT (series) DO UPDATE SET number = "number_series".number + 1 RETURNING number',
        )
        return int(self._wire.rows(text, (series, 1))[0][0])

    def session(self, token_hash: str) -> Session | None:
        """The session of a token's hash."""
        text = _select(_SESSIONS, "token_hash", self._mark)
        return next((self._session(row) for row in self._wire.rows(text, (token_hash,))), None)

    def sessions(self, account_id: str) -> list[Session]:
        """The sessions of an account, oldest first."""
        text = sql(_select(_SESSIONS, "account_id", self._mark), "ORDER BY created_at, token_hash")
        return [self._session(row) for row in self._wire.rows(text, (account_id,))]

    def _session(self, row: Sequence[Any]) -> Session:
        token_hash, account_id, created_at, seen_at, init_only = row
        return Session(
            token_hash,
            account_id,
            self._instant(created_at),
            self._instant(seen_at),
            self._wire.dialect.flag(init_only),
        )

    def save_session(self, session: Session) -> None:
        """Insert or update a session."""
        row = (session.token_hash, session.account_id, session.created_at, session.seen_at, session.init_only)
        self._bulk.insert(self._wire, _SESSIONS, [row], replace=True)

    def end_sessions(self, token_hashes: Sequence[str]) -> None:
        """Delete sessions."""
        self._bulk.delete(self._wire, _SESSIONS, ("token_hash",), [(each,) for each in token_hashes])

    def throttle(self, bucket: str) -> Throttle | None:
        """The failures counted in a bucket."""
        for row in self._wire.rows(_select(_THROTTLES, "bucket", self._mark), (bucket,)):
            found, failures, failed_at, blocked_until = row
            blocked = None if blocked_until is None else self._instant(blocked_until)
            return Throttle(found, failures, self._instant(failed_at), blocked)
        return None

    def save_throttle(self, throttle: Throttle) -> None:
        """Insert or update a bucket."""
        row = (throttle.bucket, throttle.failures, throttle.failed_at, throttle.blocked_until)
        self._bulk.insert(self._wire, _THROTTLES, [row], replace=True)

    def clear_throttle(self, bucket: str) -> None:
        """Forget a bucket's failures."""
        self._bulk.delete(self._wire, _THROTTLES, ("bucket",), [(bucket,)])

    @property
    def _mark(self) -> str:
        return self._wire.dialect.mark

    def _to(self, value: Any) -> Any:
        return self._wire.dialect.to(value)

    def _instant(self, value: Any) -> datetime:
        return self._wire.dialect.instant(value).astimezone(UTC)


def _select(shape: TableShape, by: str, mark: str) -> str:
    return sql("SELECT", names(shape.columns), "FROM", name(shape.table), "WHERE", name(by), "=", mark)


def answer_place(account_id: str, key: str) -> str:
    """What a sealed answer is bound to."""
    return f"idempotency|answer|{account_id}|{key}"


def job_place(job_id: str) -> str:
    """What a sealed job is bound to."""
    return f"job|content|{job_id}"
