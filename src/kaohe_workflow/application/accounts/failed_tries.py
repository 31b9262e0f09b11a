"""
Failed log-ins leave a line in the audit of refusals, like whatever else is refused.

At most one line a minute stands for all that failed for one account: how often somebody may try is a matter of the
throttle, and whoever tries without end does not fill the store. A name that no account has leaves a line as well, for
one of a few accounts that there are not: the work tells nothing, and what was typed is kept nowhere.
"""

from __future__ import annotations

from datetime import timedelta

from kaohe_workflow.application.accounts.alerting import institution_of
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.history import Deed, refusal_of
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case

ONE_LINE_EACH = timedelta(minutes=1)

CODE = "log-in-refused"
"""Why, in the line: nobody is told more, be it the password, a code, or an account that is not usable."""


def note_failed(desk: Desk, account: Case | None, login_hash: str, origin: Origin) -> None:
    """Keep that somebody could not log in: when, to which account, and from where."""
    now, tools = desk.clock.now(), desk.door.tools
    of = account.id if account is not None else institution_of(None, login_hash)
    with desk.store.begin() as unit:
        unit.serialise(f"refusals/{of}")
        last = unit.refusals(of, last=1)
        before = last[-1] if last else None
        if before is not None and now - before.at < ONE_LINE_EACH and CODE in before.body:
            return
        moment = tools.catalogue.moment(now)
        version = account.chart_version if account is not None else tools.catalogue.newest("account")
        engine = tools.catalogue.engine("account", version, moment.parameters)
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
        unit.refuse([refusal_of(tools.codec, before, "account", of, deed, (CODE,))])
        unit.commit()
