"""
The second factor (动态口令): proposed, confirmed, asked for, taken away.

What a code was is decided here; that it was not used before is decided by the chart, under the account's lock.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.proving import is_password, readable, send_proven
from kaohe_workflow.application.accounts.sessions import Current
from kaohe_workflow.application.accounts.throttle import factor_bucket, give_back, reserve
from kaohe_workflow.application.around.organisations import holders_of
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import LogInRefused, SecondFactorMissing, SecondFactorUsed
from kaohe_workflow.lifecycles.account.activation_code import canonical_code, is_grouped
from kaohe_workflow.lifecycles.account.events import ConfirmFactor, FactorProof, ProposeFactor, RemoveFactor

RECOVERY_CODES = 10
"""How many recovery codes are told at once; each works once."""


@attrs.frozen
class ProposedFactor:
    """What an authenticator is set up with, told once: the secret, and the same as an address (a QR code)."""

    secret: str = attrs.field(repr=False)
    address: str = attrs.field(repr=False)


@attrs.frozen
class Factor:
    """Whether an account has a second factor, is setting one up, must have one; how many recovery codes are left."""

    on: bool
    proposed: bool
    required: bool
    recovery_codes: int


def prove(desk: Desk, account: Case, code: str | None, device: str | None) -> FactorProof | None:
    """
    Return what a code proves, None for an account that has no second factor.

    Raises:
        SecondFactorMissing: no code was given.
        SecondFactorUsed: it was used before, or is older than one that was.
        LogInRefused: it is wrong.
        TooManyTries: the next try is taken later; the code was not looked at.
    """
    secret = account.record.factor_secret
    if secret is None:
        return None
    if not code:
        raise SecondFactorMissing
    bucket = factor_bucket(account.id, device)
    with desk.store.begin() as unit:
        counted = reserve(unit, [bucket], desk.clock.now())
        unit.commit()
    proof = _proof(desk, account, secret, readable(code))
    if proof is None:
        raise LogInRefused
    with desk.store.begin() as unit:
        give_back(unit, counted)
        unit.commit()
    return proof


def _proof(desk: Desk, account: Case, secret: str, code: str) -> FactorProof | None:
    record = account.record
    if is_grouped(code):
        hashed = _recovery_hash(desk, account.id, code)
        return FactorProof(recovery_hash=hashed) if hashed in record.recovery_hashes else None
    step = desk.codes.step(secret, code.strip(), desk.clock.now())
    if step is None:
        return None
    if step <= record.factor_step:
        raise SecondFactorUsed
    return FactorProof(step=step)


def _recovery_hash(desk: Desk, account_id: str, code: str) -> str:
    """A code of 80 bits is long enough for a fast keyed hash; it is good for one account."""
    return desk.secrets.blind("recovery_code", f"{account_id}|{canonical_code(code)}")


def propose(desk: Desk, token: str, password: str, origin: Origin | None = None) -> ProposedFactor:
    """
    Begin to set up a second factor; a code must confirm it before it counts.

    Raises:
        LogInRefused: the session is over, or may only set a first password.
        TooManyTries: the password was wrong too often.
        TransitionRefused: the password is wrong, or the account has a second factor.
    """
    current = _in_full_session(desk, token, origin)
    right = is_password(desk, current.account, password)
    secret = desk.codes.new_secret() if right else None
    payload = ProposeFactor.of(secret, password_right=right)
    send_proven(desk, current.principal, current.account, "propose_factor", payload)
    assert secret is not None  # the chart refuses a wrong password
    return ProposedFactor(secret, desk.codes.address(secret, current.account.id))


def confirm(desk: Desk, token: str, code: str, origin: Origin | None = None) -> tuple[str, ...]:
    """
    Confirm what was proposed with a first code; the recovery codes, told once.

    Raises:
        LogInRefused: the session is over, or may only set a first password.
        TooManyTries: too many codes were wrong.
        TransitionRefused: nothing was proposed, or the code is not one of now.
    """
    current = _in_full_session(desk, token, origin)
    account = current.account
    with desk.store.begin() as unit:
        counted = reserve(unit, [factor_bucket(account.id, "setting-up")], desk.clock.now())
        unit.commit()
    proposed = account.record.factor_proposed
    step = desk.codes.step(proposed, readable(code).strip(), desk.clock.now()) if proposed else None
    codes = tuple(desk.identifiers.new_code() for _ in range(RECOVERY_CODES)) if step is not None else ()
    hashes = tuple(_recovery_hash(desk, account.id, one) for one in codes)
    proof = FactorProof(step=step) if step is not None else None
    send_proven(desk, current.principal, account, "confirm_factor", ConfirmFactor.of(proof, hashes))
    with desk.store.begin() as unit:
        give_back(unit, counted)
        unit.commit()
    return codes


def remove(desk: Desk, token: str, password: str, code: str, origin: Origin | None = None) -> None:
    """
    Do without the second factor again, where the province does not ask for it.

    Raises:
        LogInRefused: the session is over, or may only set a first password; or the code is wrong.
        SecondFactorMissing: no code was given.
        SecondFactorUsed: the code was used before, or is older than one that was.
        TooManyTries: password or code were wrong too often.
        TransitionRefused: the password is wrong, there is no second factor, or the province asks for it.
    """
    current = _in_full_session(desk, token, origin)
    proof = prove(desk, current.account, code, "removal")
    right = is_password(desk, current.account, password)
    payload = RemoveFactor.of(proof, password_right=right)
    send_proven(desk, current.principal, current.account, "remove_factor", payload)


def show(desk: Desk, token: str) -> Factor:
    """How it stands with the second factor of the account that a session belongs to."""
    account = _in_full_session(desk, token).account
    record = account.record
    return Factor(
        record.factor_secret is not None,
        record.factor_proposed is not None,
        is_required(desk, account),
        len(record.recovery_hashes),
    )


def is_required(desk: Desk, account: Case) -> bool:
    """Say whether the province has such accounts log in with a second factor."""
    wanted = desk.door.tools.catalogue.moment(desk.clock.now()).parameters.second_factor_for
    if not wanted:
        return False
    with desk.store.begin(write=False) as unit:
        organisations = unit.read("institution", [account.record.institution_id])
    holders = holders_of(account.record.kind, organisations.get(account.record.institution_id))
    return not holders.isdisjoint(wanted)


def is_due(desk: Desk, account: Case) -> bool:
    """Say whether the account must set up a second factor before anything else."""
    return account.record.factor_secret is None and is_required(desk, account)


def _in_full_session(desk: Desk, token: str, origin: Origin | None = None) -> Current:
    current = desk.in_session(token, origin)
    if current.principal.init_only:
        raise LogInRefused
    return current
