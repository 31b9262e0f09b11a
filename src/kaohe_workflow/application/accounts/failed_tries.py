"""
Failed log-ins leave a line in the audit of refusals, like whatever else is refused.

At most one line a minute stands for all that failed for one account: how often somebody may try is a matter of the
throttle, and whoever tries without end does not fill the store. All names that no account has share one chain, or one
line a minute for each that is invented would fill it as well; what was typed is kept nowhere. That a try failed is
counted whether or not there is a line, so that the work tells nothing of whether the name is somebody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.throttle import one_more_within
from kaohe_workflow.application.history import Deed, refusal_of
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case, Refusal

ONE_LINE_EACH = timedelta(minutes=1)

CODE = "log-in-refused"
"""Why, in the line: nobody is told more, be it the password, a code, or an account that is not usable."""

NOBODY = "nobody"
"""The account that there is not: whose chain has the tries of all names that no account has."""


def note_failed(desk: Desk, account: Case | None, origin: Origin) -> None:
    """Keep that somebody could not log in: when, to which account, and from where."""
    now = desk.clock.now()
    of = account.id if account is not None else NOBODY
    counting = f"refused:{of}"
    with desk.store.begin() as unit:
        unit.serialise(f"throttle/{counting}", f"refusals/{of}")
        failed = one_more_within(unit.throttle(counting), counting, now, ONE_LINE_EACH)
        unit.save_throttle(failed)
        if failed.failures == 1:
            last = unit.refusals(of, last=1)
            unit.refuse([_line(desk, account, of, origin, last[-1] if last else None, now)])
        unit.commit()


def _line(
    desk: Desk, account: Case | None, of: str, origin: Origin, before: Refusal | None, now: datetime
) -> Refusal:
    tools = desk.door.tools
    parameters = tools.catalogue.moment(now).parameters
    version = account.chart_version if account is not None else tools.catalogue.newest("account")
    engine = tools.catalogue.engine("account", version, parameters)
    source = account.state if account is not None else "active"
    deed = Deed(
        event="log_in",
        source=source,
        target=None,
        chart_version=version,
        account_id=of,
        operator_id=None,
        grants=frozenset(),
        named=False,
        acted=False,
        at=now,
        request_id=desk.identifiers.new_id(),
        facts=dict.fromkeys(engine.facts_read(source, "log_in"), False),
        parameters=engine.parameters_read(source, "log_in"),
        reason_given=False,
        origin=origin,
    )
    return refusal_of(tools.codec, before, "account", of, deed, (CODE,))
