"""
What happens to an account's record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.account.facts import FIRST_PASSWORD_MISSES
from kaohe_workflow.lifecycles.shape import Action, Step


def create_account(_: Account | None, step: Step) -> Account:
    """Make the record, without password or code."""
    given = step.payload
    return Account(
        institution_id=given.institution_id,
        kind=given.kind,
        login=given.login,
        physician_id=given.physician_id,
        label=given.label,
        shared=given.shared,
        operator_id=given.operator_id,
        department_ids=given.department_ids,
    )


def limit_to_departments(account: Account, step: Step) -> Account:
    """Let the operator act for these departments from now on; open sessions see it with their next request."""
    return attrs.evolve(account, department_ids=step.payload.department_ids)


def set_code(account: Account, step: Step) -> Account:
    """Put the new code in the place of any older one, and of the password: nobody knows a working one now."""
    return attrs.evolve(
        account,
        password_hash=None,
        code_hash=step.payload.code_hash,
        code_expires_at=step.payload.code_expires_at,
        credentials_at=step.moment.now,
        first_password_until=None,
    )


def note_reset(account: Account, step: Step) -> Account:
    """Tell of it at every log-in from here on (手册 2.2.5)."""
    return attrs.evolve(account, reset_at=step.moment.now, reset_by=step.account_id, reset_reason=step.reason)


def forget_reset(account: Account, step: Step) -> Account:
    """The owner has taken note: nobody else knows of this password."""
    return attrs.evolve(account, reset_at=None, reset_by=None, reset_reason=None)


def set_password(account: Account, step: Step) -> Account:
    """Set the password; a code is used up."""
    return attrs.evolve(
        account,
        password_hash=step.payload.password_hash,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        used=True,
        first_password_until=None,
    )


def open_first_password(account: Account, step: Step) -> Account:
    """Let the first password for all open the account for `initial_password_hours`; a code that was out is void."""
    return attrs.evolve(
        account,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        first_password_until=step.moment.now + timedelta(hours=step.moment.parameters.initial_password_hours),
        first_password_misses=0,
    )


def use_first_password(account: Account, step: Step) -> Account:
    """It opens the account once: whoever breaks off here asks for it again."""
    return attrs.evolve(
        account,
        credentials_at=step.moment.now,
        first_password_until=None,
        first_used_at=step.moment.now,
        first_used_from=step.payload.network,
    )


def count_miss(account: Account, _: Step) -> Account:
    """The last wrong try that is let pass closes the account until it is opened again."""
    misses = account.first_password_misses + 1
    until = account.first_password_until if misses < FIRST_PASSWORD_MISSES else None
    return attrs.evolve(account, first_password_misses=misses, first_password_until=until)


def forget_first_use(account: Account, step: Step) -> Account:
    """What came of it is over; that it was, stays in the history."""
    return forget_reset(attrs.evolve(account, first_used_at=None, first_used_from=""), step)


def renew_hash(account: Account, step: Step) -> Account:
    """Keep the same password under a stronger hash, where one was made."""
    renewed = step.payload.password_hash
    return account if renewed is None else attrs.evolve(account, password_hash=renewed)


def note_factor(account: Account, step: Step) -> Account:
    """A code works once: its step, and every earlier one, is over, and a recovery code is used up."""
    proof = step.payload.factor
    if proof is None:
        return account
    left = tuple(one for one in account.recovery_hashes if one != proof.recovery_hash)
    return attrs.evolve(account, factor_step=proof.step or account.factor_step, recovery_hashes=left)


def propose_factor(account: Account, step: Step) -> Account:
    """Keep what the codes are to be made from until one of them has shown that its owner has it."""
    return attrs.evolve(account, factor_proposed=step.payload.secret)


def confirm_factor(account: Account, step: Step) -> Account:
    """From now on every log-in asks for a code; the one that was shown is used."""
    return attrs.evolve(
        account,
        factor_secret=account.factor_proposed,
        factor_proposed=None,
        factor_step=step.payload.factor.step,
        recovery_hashes=step.payload.recovery_hashes,
    )


def drop_factor(account: Account, _: Step) -> Account:
    """Forget the second factor and its recovery codes; steps that were used stay so."""
    return attrs.evolve(account, factor_secret=None, factor_proposed=None, recovery_hashes=())


def end_sessions(account: Account, step: Step) -> Account:
    """No session from before counts."""
    return attrs.evolve(account, credentials_at=step.moment.now)


def move_account(account: Account, step: Step) -> Account:
    """Let the account belong to the institution that the physician is attached to."""
    return attrs.evolve(account, institution_id=step.payload.institution_id)


def rename(account: Account, step: Step) -> Account:
    """Let the physician log in with the corrected number."""
    return attrs.evolve(account, login=step.payload.login)


def drop_secrets(account: Account, step: Step) -> Account:
    """Forget password and code."""
    return attrs.evolve(
        account,
        password_hash=None,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        first_password_until=None,
    )


def follow_physician(account: Account, step: Step) -> Account:
    """Catch up with a physician who moved while the account was disabled."""
    return attrs.evolve(account, institution_id=step.around.person_institution_id or account.institution_id)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_account": create_account,
        "set_code": set_code,
        "note_reset": note_reset,
        "forget_reset": forget_reset,
        "set_password": set_password,
        "open_first_password": open_first_password,
        "use_first_password": use_first_password,
        "count_miss": count_miss,
        "forget_first_use": forget_first_use,
        "renew_hash": renew_hash,
        "note_factor": note_factor,
        "propose_factor": propose_factor,
        "confirm_factor": confirm_factor,
        "drop_factor": drop_factor,
        "end_sessions": end_sessions,
        "limit_to_departments": limit_to_departments,
        "move_account": move_account,
        "rename": rename,
        "drop_secrets": drop_secrets,
        "follow_physician": follow_physician,
    }
)
"""Name in the chart → what it does."""
