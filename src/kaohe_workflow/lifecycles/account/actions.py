"""
What the rows of an account do to its record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import attrs

from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.account.facts import FIRST_PASSWORD_MISSES
from kaohe_workflow.lifecycles.shape import Action, Step, change_institution


def create_account(record: None, step: Step) -> Account:
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
        listed_as=given.listed_as,
        department_ids=given.department_ids,
    )


def limit_to_departments(record: Account, step: Step) -> Account:
    """Let the operator act for these departments from now on; open sessions see it with their next request."""
    return attrs.evolve(record, department_ids=step.payload.department_ids)


def identify_operator(record: Account, step: Step) -> Account:
    """Know the operator in the list of physicians from now on; open sessions see it with their next request."""
    return attrs.evolve(record, listed_as=step.payload.listed_as)


def set_code(record: Account, step: Step) -> Account:
    """Put the new code in the place of any older one, and of the password: nobody knows a working one now."""
    return attrs.evolve(
        record,
        password_hash=None,
        code_hash=step.payload.code_hash,
        code_expires_at=step.payload.code_expires_at,
        credentials_at=step.moment.now,
        first_password_until=None,
    )


def note_reset(record: Account, step: Step) -> Account:
    """Tell of it at every log-in from here on (手册 2.2.5)."""
    return attrs.evolve(record, reset_at=step.moment.now, reset_by=step.account_id, reset_reason=step.reason)


def forget_reset(record: Account, step: Step) -> Account:
    """The owner has taken note: nobody else knows of this password."""
    return attrs.evolve(record, reset_at=None, reset_by=None, reset_reason=None)


def count_reset(record: Account, step: Step) -> Account:
    """Note the instant of each; those that are too old to count are forgotten."""
    now = step.moment.now
    given = (*_counting(record.resets_given, step), *(now,) * step.payload.number)
    return attrs.evolve(record, resets_given=given, resets_released=_counting(record.resets_released, step))


def release_resets(record: Account, step: Step) -> Account:
    """Let as many more go within the same time as go without a second person."""
    return attrs.evolve(record, resets_released=(*_counting(record.resets_released, step), step.moment.now))


def _counting(instants: tuple[datetime, ...], step: Step) -> tuple[datetime, ...]:
    since = step.moment.now - timedelta(minutes=step.moment.parameters.resets_minutes)
    return tuple(at for at in instants if at > since)


def set_password(record: Account, step: Step) -> Account:
    """Set the password; a code is used up."""
    return attrs.evolve(
        record,
        password_hash=step.payload.password_hash,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        used=True,
        first_password_until=None,
    )


def open_first_password(record: Account, step: Step) -> Account:
    """Let the first password for all open the account for `initial_password_hours`; a code that was out is void."""
    return attrs.evolve(
        record,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        first_password_until=step.moment.now + timedelta(hours=step.moment.parameters.initial_password_hours),
        first_password_misses=0,
    )


def use_first_password(record: Account, step: Step) -> Account:
    """It opens the account once: whoever breaks off here asks for it again."""
    return attrs.evolve(
        record,
        credentials_at=step.moment.now,
        first_password_until=None,
        first_used_at=step.moment.now,
        first_used_from=step.payload.network,
    )


def count_miss(record: Account, step: Step) -> Account:
    """The last wrong try that is let pass closes the account until it is opened again."""
    misses = record.first_password_misses + 1
    until = record.first_password_until if misses < FIRST_PASSWORD_MISSES else None
    return attrs.evolve(record, first_password_misses=misses, first_password_until=until)


def forget_first_use(record: Account, step: Step) -> Account:
    """What came of it is over; that it was, stays in the history."""
    return forget_reset(attrs.evolve(record, first_used_at=None, first_used_from=""), step)


def renew_hash(record: Account, step: Step) -> Account:
    """Keep the same password under a stronger hash, where one was made."""
    renewed = step.payload.password_hash
    return record if renewed is None else attrs.evolve(record, password_hash=renewed)


def note_factor(record: Account, step: Step) -> Account:
    """A code works once: its step, and every earlier one, is over, and a recovery code is used up."""
    proof = step.payload.factor
    if proof is None:
        return record
    left = tuple(one for one in record.recovery_hashes if one != proof.recovery_hash)
    return attrs.evolve(record, factor_step=proof.step or record.factor_step, recovery_hashes=left)


def propose_factor(record: Account, step: Step) -> Account:
    """Keep what the codes are to be made from until one of them has shown that its owner has it."""
    return attrs.evolve(record, factor_proposed=step.payload.secret)


def confirm_factor(record: Account, step: Step) -> Account:
    """From now on every log-in asks for a code; the one that was shown is used."""
    return attrs.evolve(
        record,
        factor_secret=record.factor_proposed,
        factor_proposed=None,
        factor_step=step.payload.factor.step,
        recovery_hashes=step.payload.recovery_hashes,
    )


def drop_factor(record: Account, step: Step) -> Account:
    """Forget the second factor and its recovery codes; steps that were used stay so."""
    return attrs.evolve(record, factor_secret=None, factor_proposed=None, recovery_hashes=())


def end_sessions(record: Account, step: Step) -> Account:
    """No session from before counts."""
    return attrs.evolve(record, credentials_at=step.moment.now)


def rename(record: Account, step: Step) -> Account:
    """Let the physician log in with the corrected number."""
    return attrs.evolve(record, login=step.payload.login)


def drop_secrets(record: Account, step: Step) -> Account:
    """Forget password and code."""
    return attrs.evolve(
        record,
        password_hash=None,
        code_hash=None,
        code_expires_at=None,
        credentials_at=step.moment.now,
        first_password_until=None,
    )


def follow_physician(record: Account, step: Step) -> Account:
    """Catch up with a physician who moved while the account was disabled."""
    return attrs.evolve(record, institution_id=step.around.person_institution_id or record.institution_id)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "create_account": create_account,
        "set_code": set_code,
        "note_reset": note_reset,
        "count_reset": count_reset,
        "release_resets": release_resets,
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
        "identify_operator": identify_operator,
        "change_institution": change_institution,
        "rename": rename,
        "drop_secrets": drop_secrets,
        "follow_physician": follow_physician,
    }
)
"""Name in the chart → what it does."""
