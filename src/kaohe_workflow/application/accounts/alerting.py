"""
Telling an institution that many of its accounts are tried: one password over all of them stays below every wait.

Counted is the first wrong try on each account within a while, from browsers that it has not logged in from. A name that
no account has counts in the same way, for an institution that there is not, so that the work tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.throttle import Counted, one_more_within
from kaohe_workflow.application.notices.sending import dispatches_of
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case, Notice, Recipient, Throttle
from kaohe_workflow.values.notices import NoticeKind, RecipientKind
from kaohe_workflow.values.parameters import Parameters


def institution_of(account: Case | None, login_hash: str) -> str:
    """Whose account was tried; of a name that no account has an institution that there is not."""
    return str(account.institution_id) if account is not None else f"nobody-{login_hash[:3]}"


def note_tried(desk: Desk, account: Case | None, login_hash: str, counted: Sequence[Counted]) -> None:
    """Count a wrong try on an account of an institution, and tell the institution where it is one too many."""
    now = desk.clock.now()
    parameters = desk.door.tools.catalogue.moment(now).parameters
    span = timedelta(minutes=parameters.tried_accounts_minutes)
    if not _is_first(counted, now - span):
        return
    institution_id = institution_of(account, login_hash)
    name = f"tried:{institution_id}"
    with desk.store.begin() as unit:
        unit.serialise(f"throttle/{name}")
        tried = one_more_within(unit.throttle(name), name, now, span)
        unit.save_throttle(tried)
        if tried.failures == parameters.tried_accounts_alert and account is not None:
            _tell(desk, unit, institution_id, tried, parameters)
        unit.commit()


def _is_first(counted: Sequence[Counted], since: datetime) -> bool:
    """Whether the account was not tried from an unknown browser since then; a known one is its owner's."""
    return any(
        one.bucket.name.startswith("untrusted:") and (one.before is None or one.before.failed_at < since)
        for one in counted
    )


def _tell(desk: Desk, unit: UnitOfWork, institution_id: str, tried: Throttle, parameters: Parameters) -> None:
    now = desk.clock.now()
    notice = Notice(
        id=desk.identifiers.new_id(),
        recipient=Recipient(RecipientKind.ORGANISATION, institution_id),
        cause=f"accounts_tried/{institution_id}/{desk.door.tools.codec.unstructure(tried.blocked_until)}",
        kind=NoticeKind.ACCOUNT,
        text=(
            f"{parameters.tried_accounts_minutes}分钟内，有人用错误的密码试登录本机构至少"
            f"{parameters.tried_accounts_alert}个账户。请提醒本机构人员不要使用容易猜到的密码，并核对最近的登录。"
        ),
        lifecycle="institution",
        case_id=institution_id,
        created_at=now,
        delivered_at=now,
    )
    outgoing = dispatches_of(unit, [notice], desk.identifiers, now)
    unit.notify([notice])
    if outgoing:
        unit.send_out(outgoing)
