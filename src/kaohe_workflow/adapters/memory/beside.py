"""The tables beside the cases, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from kaohe_workflow.adapters.columns import must_be_storable
from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.stored import Errand, Job, Opening, Refusal, Remembered, Session, Throttle
from kaohe_workflow.errors import ConcurrentTransition


class Beside:
    """The part of a unit of work that does not concern cases."""

    _check: Callable[..., None]
    _layer: Callable[[str], Layer]
    _writing: Callable[[], AbstractContextManager[None]]

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Append refused attempts."""
        with self._writing():
            layer = self._layer("refusal")
            for refusal in refusals:
                rows = layer.get(refusal.account_id) or ()
                if any(refusal.seq == each.seq for each in rows):
                    raise ConcurrentTransition("refusal", refusal.account_id, None, refusal.seq)
                layer.put(refusal.account_id, (*rows, refusal))

    def refusals(self, account_id: str, *, last: int | None = None) -> list[Refusal]:
        """The refused attempts of an account, oldest first; ``last`` keeps only the newest so many."""
        self._check()
        rows = sorted(self._layer("refusal").get(account_id) or (), key=lambda refusal: refusal.seq)
        return rows if last is None else rows[max(0, len(rows) - last) :]

    def every_refusing_account(self) -> list[str]:
        """The accounts that have refusals, in order."""
        self._check()
        return sorted(account for account, _ in self._layer("refusal").items())

    def recall(self, account_id: str, key: str) -> Remembered | None:
        """The answer under an idempotency key, if there is one."""
        self._check()
        found = self._layer("idempotency").get((account_id, key))
        return found[0] if found else None

    def remember(self, account_id: str, key: str, answer: Remembered, at: datetime) -> None:
        """Keep an answer; raises `ConcurrentTransition` if the key was taken, `InputInvalid` if it is none."""
        must_be_storable("$.key", account_id, key)
        with self._writing():
            layer = self._layer("idempotency")
            if layer.get((account_id, key)):
                raise ConcurrentTransition("idempotency", key, None, None)
            layer.put((account_id, key), (answer, at))

    def forget(self, before: datetime) -> None:
        """Drop remembered answers older than ``before``, and what nobody has touched since: sessions, throttles."""
        self._check(write=True)
        touched: dict[str, Callable[[Any], datetime]] = {
            "idempotency": lambda kept: kept[1],
            "session": lambda session: session.seen_at,
            "throttle": lambda throttle: throttle.failed_at,
        }
        for name, instant in touched.items():
            layer = self._layer(name)
            for key, kept in list(layer.items()):
                if instant(kept) < before:
                    layer.drop(key)

    def enqueue(self, jobs: Sequence[Job]) -> None:
        """Add jobs; they exist only if this unit of work commits."""
        with self._writing():
            for job in jobs:
                if self._layer("job").get(job.id):
                    raise ConcurrentTransition("job", job.id, None, None)
                self._layer("job").put(job.id, job)

    def jobs(self, limit: int, *, free: datetime | None = None) -> list[Job]:
        """Waiting jobs, oldest first; there is no other worker while this unit of work lasts."""
        self._check(write=True)
        found = [
            job
            for job in self._layer("job").values()
            if free is None or job.free_at is None or job.free_at <= free
        ]
        return sorted(found, key=lambda job: (job.created_at, job.id))[:limit]

    def job(self, job_id: str, *, wait: bool = False) -> Job | None:
        """The waiting job of an id; there is one writer at a time, so that nobody waits here."""
        self._check(write=True)
        found: Job | None = self._layer("job").get(job_id)
        return found

    def keep_job(self, job: Job) -> None:
        """Store how far a job that waits has come."""
        with self._writing():
            self._layer("job").put(job.id, job)

    def finish(self, job_ids: Sequence[str]) -> None:
        """Remove finished jobs."""
        self._check(write=True)
        for job_id in job_ids:
            self._layer("job").drop(job_id)

    def opening(self, cycle_id: str) -> Opening | None:
        """How far the opening of a cycle's cases is; None before its first page."""
        self._check()
        found: Opening | None = self._layer("opening").get(cycle_id)
        return found

    def keep_opening(self, opening: Opening) -> None:
        """Insert or update how far one is."""
        with self._writing():
            self._layer("opening").put(opening.cycle_id, opening)

    def errand(self, errand_id: str) -> Errand | None:
        """The errand of an id."""
        self._check()
        found: Errand | None = self._layer("errand").get(errand_id)
        return found

    def errands(self, account_id: str, *, before: str | None, limit: int) -> list[Errand]:
        """The errands of an account, newest first; ``before`` is the last id seen, None at first."""
        self._check()
        found = [
            errand
            for errand in self._layer("errand").values()
            if errand.account_id == account_id and (before is None or errand.id < before)
        ]
        return sorted(found, key=lambda errand: errand.id, reverse=True)[:limit]

    def keep_errand(self, errand: Errand) -> None:
        """Insert or update an errand."""
        with self._writing():
            self._layer("errand").put(errand.id, errand)

    def ended_errands(self, before: datetime, limit: int) -> list[Errand]:
        """Errands that ended before that instant, those first that ended first."""
        self._check()
        ended = [
            (errand.ended_at, errand.id, errand)
            for errand in self._layer("errand").values()
            if errand.ended_at is not None and errand.ended_at < before
        ]
        return [errand for _, _, errand in sorted(ended, key=lambda each: each[:2])][:limit]

    def count_ended_errands(self, before: datetime) -> int:
        """How many errands ended before that instant."""
        return len(self.ended_errands(before, len(list(self._layer("errand").values()))))

    def drop_errand(self, errand_id: str) -> None:
        """Remove an errand, if it is there."""
        self._check(write=True)
        self._layer("errand").drop(errand_id)

    def noted(self, names: Sequence[str]) -> frozenset[str]:
        """Which of these names have been noted."""
        self._check()
        return frozenset(name for name in names if self._layer("note").get(name))

    def note(self, name: str, at: datetime) -> None:
        """Note a name for good; raises `ConcurrentTransition` if it is noted already."""
        with self._writing():
            if self._layer("note").get(name):
                raise ConcurrentTransition("note", name, None, None)
            self._layer("note").put(name, at)

    def next_number(self, series: str) -> int:
        """The next number of a series, from 1."""
        self._check(write=True)
        layer = self._layer("number_series")
        number: int = (layer.get(series) or 0) + 1
        layer.put(series, number)
        return number

    def session(self, token_hash: str) -> Session | None:
        """The session of a token's hash."""
        self._check()
        found: Session | None = self._layer("session").get(token_hash)
        return found

    def sessions(self, account_id: str) -> list[Session]:
        """The sessions of an account, oldest first."""
        self._check()
        own = [session for session in self._layer("session").values() if session.account_id == account_id]
        return sorted(own, key=lambda session: (session.created_at, session.token_hash))

    def save_session(self, session: Session) -> None:
        """Insert or update a session."""
        self._check(write=True)
        self._layer("session").put(session.token_hash, session)

    def end_sessions(self, token_hashes: Sequence[str]) -> None:
        """Delete sessions."""
        self._check(write=True)
        for token_hash in token_hashes:
            self._layer("session").drop(token_hash)

    def throttle(self, bucket: str) -> Throttle | None:
        """The failures counted in a bucket."""
        self._check()
        found: Throttle | None = self._layer("throttle").get(bucket)
        return found

    def save_throttle(self, throttle: Throttle) -> None:
        """Insert or update a bucket."""
        self._check(write=True)
        self._layer("throttle").put(throttle.bucket, throttle)

    def clear_throttle(self, bucket: str) -> None:
        """Forget a bucket's failures."""
        self._check(write=True)
        self._layer("throttle").drop(bucket)
