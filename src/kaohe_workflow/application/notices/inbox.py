"""
The inbox of a caller: what was told, and the opening of it.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.ports import Clock, Store, UnitOfWork
from kaohe_workflow.application.stored import Notice, Recipient
from kaohe_workflow.errors import InputInvalid, NotFound, Problem
from kaohe_workflow.lifecycles.shape import Moment
from kaohe_workflow.values.notices import NoticeKind, RecipientKind
from kaohe_workflow.values.terms import AccountKind
from kaohe_workflow.values.windows import local_date

MAXIMUM_PAGE = 200
"""Notices on one page."""


def recipients_of(principal: Principal) -> tuple[Recipient, ...]:
    """
    Whose inboxes are the caller's: the account's own; the organisation's, for who acts for one; the physician's.

    A record that was merged into the physician's has no other reader; the present one comes last.
    An auditor and an operator of some departments have the account's alone, who may only set the first password none.
    """
    if principal.is_system or principal.is_held:
        return ()
    found = [Recipient(RecipientKind.ACCOUNT, principal.account_id)]
    acts_for_all = principal.kind is AccountKind.ORGANISATION and not principal.is_limited
    if acts_for_all and principal.organisation_id is not None:
        found.append(Recipient(RecipientKind.ORGANISATION, principal.organisation_id))
    if principal.kind is AccountKind.PHYSICIAN and principal.physician_id is not None:
        own = (*sorted(principal.merged_ids), principal.physician_id)
        found.extend(Recipient(RecipientKind.PHYSICIAN, id) for id in own)
    return tuple(found)


@attrs.frozen
class InboxPage:
    """Notices, newest first; ``next`` is the id that the next page goes on after, None on the last."""

    notices: tuple[Notice, ...]
    next: str | None


@attrs.frozen
class Inbox:
    """Inboxes over a store."""

    store: Store
    clock: Clock

    def page(
        self, principal: Principal, *, before: str | None = None, limit: int = 20, unopened: bool = False
    ) -> InboxPage:
        """
        A page of the caller's notices, newest first; reading it opens nothing.

        Args:
            before: the id that the page before ended with.
            limit: 1–200.
            unopened: only those that nobody has opened yet.

        Raises:
            InputInvalid: an argument is not of the kind that is declared, or the limit is out of bounds.
        """
        check_arguments(
            ("principal", principal, Principal), ("before", before, str | None), ("limit", limit, int)
        )
        if not 1 <= limit <= MAXIMUM_PAGE:
            raise InputInvalid([Problem("limit", "limit-range", f"应为1至{MAXIMUM_PAGE}的整数")])
        with self.store.begin(write=False) as unit:
            found = unit.inbox(recipients_of(principal), before=before, limit=limit + 1, unopened=unopened)
        shown = tuple(found[:limit])
        return InboxPage(shown, shown[-1].id if len(found) > limit else None)

    def open(self, principal: Principal, notice_id: str) -> Notice:
        """
        Open a notice: the first time is noted, and is the receipt of what it tells.

        Whoever acts for an organisation opens for all of them.

        Raises:
            NotFound: no such notice, or none of the caller's.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(("principal", principal, Principal), ("notice_id", notice_id, str))
        with self.store.begin() as unit:
            notice = unit.notice(notice_id)
            if notice is None or notice.recipient not in recipients_of(principal):
                raise NotFound("notice", notice_id)
            if notice.opened_at is None:
                now = self.clock.now()
                unit.open_notice(notice_id, now)
                notice = attrs.evolve(notice, opened_at=now)
                unit.commit()
            return notice


def receipt_of(
    unit: UnitOfWork, moment: Moment, physician_id: str, assessment_id: str, result_version: int
) -> date | None:
    """
    The day, in China, on which a physician has received a version of the result; None while it is not received.

    It is the day on which the notice was opened first, at the latest ``deemed_receipt_days`` after its delivery to the
    inbox (考核办法 第二十四条 counts from receipt; that a notice counts as received is ours). Of several notices of one
    version the first counts.
    """
    recipient = Recipient(RecipientKind.PHYSICIAN, physician_id)
    days = [
        received_on(notice, moment.parameters.deemed_receipt_days)
        for notice in unit.notices_of(recipient, "assessment", assessment_id)
        if notice.kind is NoticeKind.RESULT and notice.result_version == result_version
    ]
    received = min(days, default=None)
    return received if received is not None and received <= local_date(moment.now) else None


def received_on(notice: Notice, deemed_receipt_days: int) -> date:
    """
    The day, in China, that counts as that of receipt: of the first opening, or so many days after delivery.

    Whichever of the two comes first; the day of delivery is day 0 of `deemed_receipt_days` (design). From the day of
    receipt the 30 days for a review are counted (考核办法 第二十四条).
    """
    deemed = local_date(notice.delivered_at) + timedelta(days=deemed_receipt_days)
    return deemed if notice.opened_at is None else min(local_date(notice.opened_at), deemed)
