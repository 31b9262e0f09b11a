"""
Logging in: with the password, or with the activation code of an account that has no password yet.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts.alerting import institution_of, note_tried
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.failed_tries import note_failed
from kaohe_workflow.application.accounts.first_password import opens, use
from kaohe_workflow.application.accounts.proving import (
    SecretKind,
    is_right,
    opening,
    readable,
    send_proven,
    uncounted_if_not_made,
    with_password,
)
from kaohe_workflow.application.accounts.second_factor import prove
from kaohe_workflow.application.accounts.sessions import LoggedIn, principal_of
from kaohe_workflow.application.accounts.throttle import (
    Bucket,
    Limits,
    device_bucket,
    global_bucket,
    institution_bucket,
    network_bucket,
    reserve,
    undo,
    untrusted_bucket,
)
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import (
    LogInRefused,
    NotFound,
    SecondFactorMissing,
    TooManyTries,
    TransitionRefused,
)
from kaohe_workflow.lifecycles.account.activation_code import is_grouped
from kaohe_workflow.lifecycles.account.events import FactorProof, LogIn, UseCode
from kaohe_workflow.lifecycles.account.password_rule import normalised_password
from kaohe_workflow.values.login_name import normalised_login


@attrs.frozen
class Try:
    """One try to log in, as it was given."""

    login: str
    secret: str = attrs.field(repr=False)
    wanted: SecretKind | None
    device: str | None = attrs.field(repr=False)
    address: str | None
    code: str | None = attrs.field(default=None, repr=False)
    agent: str | None = attrs.field(default=None, repr=False)


def log_in(desk: Desk, given: Try) -> LoggedIn:
    """
    Open a session for who knows the secret.

    Raises:
        LogInRefused: it does not say why.
        SecondFactorMissing: the password is right, and the account asks for a code as well.
        SecondFactorUsed: the password is right, and the code was used before.
        TooManyTries: the next try is taken later; the secret was not looked at.
    """
    login, secret = readable(given.login), readable(given.secret)
    login_hash = desk.secrets.blind("login_hash", normalised_login(login))
    with desk.store.begin() as unit:
        account = _by_login(unit, login_hash)
        institution_id = institution_of(account, login_hash)
        # Looked up for a name that nobody has as well: the work tells nothing.
        house = unit.read("institution", [institution_id]).get(institution_id)
        buckets = _buckets(desk, login_hash, secret, given, institution_id, house)
        counted = reserve(unit, buckets, desk.clock.now())
        unit.commit()
    origin, token = desk.origin(given.address, given.agent), desk.opened.new_token()
    with uncounted_if_not_made(desk, counted):
        right = is_right(desk, account, secret, given.wanted)
    if account is not None and not right and opens(desk, account, given.wanted, given.address):
        used = use(desk, account, secret, given.address, token, origin)
        return desk.opened.open(used, token, counted, init_only=True, device=None)
    if not right or account is None:
        note_tried(desk, account, login_hash, counted)
        note_failed(desk, account, origin)
        raise LogInRefused
    if account.state == "not_activated":
        _recorded_with_code(desk, account, token, origin)
        return desk.opened.open(account, token, counted, init_only=True, device=None)
    known = desk.devices.known(login_hash, given.device)
    try:
        proof = prove(desk, account, given.code, known)
    except SecondFactorMissing:
        with desk.store.begin() as unit:
            undo(unit, counted)
            unit.commit()
        raise
    except LogInRefused:
        note_failed(desk, account, origin)
        raise
    with desk.store.begin(write=False) as unit:
        principal = opening(principal_of(unit, account), token, origin)
    account = _recorded(desk, principal, account, secret, proof)
    device = given.device if known is not None else desk.devices.new(login_hash)
    return desk.opened.open(account, token, counted, device=device)


def _buckets(
    desk: Desk, login_hash: str, secret: str, given: Try, institution_id: str, house: Case | None
) -> tuple[Bucket, ...]:
    of_province = Limits.of(desk.door.tools.catalogue.moment(desk.clock.now()).parameters)
    limits = of_province.of_house(house.record.log_in_pace if house is not None else None)
    known = desk.devices.known(login_hash, given.device)
    if known is not None:
        return (device_bucket(login_hash, known, limits),)
    shared = (network_bucket(given.address), global_bucket())
    if is_grouped(secret):
        return shared
    return (untrusted_bucket(login_hash, limits), institution_bucket(institution_id, limits), *shared)


def _by_login(unit: UnitOfWork, login_hash: str) -> Case | None:
    found = unit.find("account", [Where("login_hash", "eq", login_hash)], limit=1)
    return found[0] if found else None


def _recorded_with_code(desk: Desk, account: Case, token: str, origin: Origin) -> None:
    """Record that somebody came in with the activation code; it stays good until a password is set with it."""
    with desk.store.begin(write=False) as unit:
        principal = opening(principal_of(unit, account, init_only=True), token, origin)
    try:
        send_proven(desk, principal, account, "use_code", UseCode.of(code_right=True))
    except (TransitionRefused, NotFound) as ex:
        raise LogInRefused from ex


def _recorded(
    desk: Desk, principal: Principal, account: Case, secret: str, proof: FactorProof | None
) -> Case:
    """Record a log-in; the account with its hash made anew, where it was."""
    renewed = _renewed(desk, account, secret)
    payload = LogIn.of(password_right=True, password_hash=renewed, factor=proof)
    try:
        send_proven(desk, principal, account, "log_in", payload)
    except (TransitionRefused, NotFound) as ex:
        # Disabled or reset since it was read: the same answer as if it had been so before.
        raise LogInRefused from ex
    return account if renewed is None else with_password(account, renewed)


def _renewed(desk: Desk, account: Case, secret: str) -> str | None:
    """The password's hash with today's parameters, None where it has them or nobody has time to make it."""
    if not desk.passwords.outdated(account.record.password_hash):
        return None
    try:
        return desk.passwords.hash(normalised_password(secret))
    except TooManyTries:
        # The password was right: the log-in stands, and the next one renews the hash.
        return None
