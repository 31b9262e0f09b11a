"""The table of notices, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

import attrs

from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.phases import DECIDED
from kaohe_workflow.application.stored import Case, Notice, Recipient
from kaohe_workflow.errors import ConcurrentTransition
from kaohe_workflow.values.notices import NoticeKind, RecipientKind


class Inboxes:
    """The part of a unit of work that concerns notices."""

    _check: Callable[..., None]
    find: Callable[..., list[Case]]
    _layer: Callable[[str], Layer]
    _writing: Callable[[], AbstractContextManager[None]]

    def notify(self, notices: Sequence[Notice]) -> None:
        """Put notices into inboxes; whoever has one of the same cause already keeps that, and gets no other."""
        with self._writing():
            layer, taken = self._layer("notice"), self._layer("notice_cause")
            for notice in notices:
                key = (notice.recipient, notice.cause)
                if taken.get(key) is not None:
                    continue
                if layer.get(notice.id) is not None:
                    raise ConcurrentTransition("notice", notice.id, None, None)
                taken.put(key, notice.id)
                layer.put(notice.id, notice)

    def inbox(
        self, recipients: Sequence[Recipient], *, before: str | None, limit: int, unopened: bool = False
    ) -> list[Notice]:
        """The notices of these inboxes, newest first; ``before`` is the last id seen, None at first."""
        found = [
            notice
            for notice in self._notices()
            if notice.recipient in recipients
            and (before is None or notice.id < before)
            and not (unopened and notice.opened_at is not None)
        ]
        return sorted(found, key=lambda notice: notice.id, reverse=True)[:limit]

    def notice(self, notice_id: str) -> Notice | None:
        """The notice of an id."""
        self._check()
        found: Notice | None = self._layer("notice").get(notice_id)
        return found

    def notices_of(self, recipient: Recipient, lifecycle: str, case_id: str) -> list[Notice]:
        """What one inbox holds about one case, oldest first."""
        found = [
            notice
            for notice in self._notices()
            if (notice.recipient, notice.lifecycle, notice.case_id) == (recipient, lifecycle, case_id)
        ]
        return sorted(found, key=lambda notice: notice.id)

    def unheard(
        self, cycle_id: str, *, decided_from: date, opened_from: datetime, delivered_from: datetime
    ) -> bool:
        """Whether a result of a cycle, decided since a day, has not long been known; see `UnitOfWork.unheard`."""
        decided = [
            Where("cycle_id", "eq", cycle_id),
            Where("state", "in", DECIDED),
            Where("decided_on", "ge", decided_from),
        ]
        known = {
            (notice.recipient, notice.case_id, notice.result_version)
            for notice in self._notices()
            if notice.kind is NoticeKind.RESULT
            and notice.lifecycle == "assessment"
            and (
                (notice.opened_at is not None and notice.opened_at < opened_from)
                or notice.delivered_at < delivered_from
            )
        }
        return any(
            (Recipient(RecipientKind.PHYSICIAN, record.physician_id), case.id, record.result_version)
            not in known
            and not self.find(
                "result_review",
                [
                    Where("assessment_id", "eq", case.id),
                    Where("result_version", "eq", record.result_version),
                ],
                limit=1,
            )
            for case in self.find("assessment", decided)
            for record in (case.record,)
        )

    def open_notice(self, notice_id: str, at: datetime) -> None:
        """Note that a notice is opened; only the first time counts."""
        self._check(write=True)
        notice = self._layer("notice").get(notice_id)
        if notice is not None and notice.opened_at is None:
            self._layer("notice").put(notice_id, attrs.evolve(notice, opened_at=at))

    def unopened(self, recipients: Sequence[Recipient]) -> int:
        """How many notices of these inboxes nobody has opened yet."""
        return sum(notice.recipient in recipients and notice.opened_at is None for notice in self._notices())

    def _notices(self) -> Iterator[Notice]:
        self._check()
        return self._layer("notice").values()
