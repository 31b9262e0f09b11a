"""
What the guards of an account look at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from kaohe_workflow.lifecycles.account.case import Account
from kaohe_workflow.lifecycles.account.events import AssignDepartments, CountReset, CreateAccount, IssueCode
from kaohe_workflow.lifecycles.shape import Decider, Facts
from kaohe_workflow.values.login_name import normalised_login
from kaohe_workflow.values.parameter_kinds import FactorHolder, InitialPasswordPolicy
from kaohe_workflow.values.terms import AccountKind

CODE_LIFETIME = timedelta(days=7)
"""How long an activation code is good for, at most."""

FIRST_PASSWORD_MISSES = 5
"""The wrong try that closes an account which the first password for all opens."""

MAXIMUM_RESETS = 1000
"""What the chart's facts allow."""

FIRST_USE_LIFETIME = timedelta(minutes=15)
"""How long after a log-in with the first password the own one may be set: as long as such a session lasts."""


class Around(Protocol):
    """What lies around an account."""

    @property
    def login_taken(self) -> bool:
        """Whether another account that is not disabled has the login name of the payload, or else of the record."""

    @property
    def person_state(self) -> str | None:
        """The state of the physician's affiliation; None for accounts of no physician."""

    @property
    def person_institution_id(self) -> str | None:
        """Where the physician is, or last was, attached; None for accounts of no physician."""

    @property
    def person_number(self) -> str | None:
        """The physician's normalised identity number; None for accounts of no physician."""

    @property
    def person_has_account(self) -> bool:
        """Whether the physician has another account, in use or not."""

    @property
    def oversees(self) -> bool:
        """Whether the account's organisation is an administration or assesses others, or is not known."""

    @property
    def departments_here(self) -> bool:
        """Whether every department that the payload names is an enabled one of the account's institution."""

    @property
    def listed_here(self) -> bool:
        """
        Whether the physician whom the payload names as the operator is attached to the account's organisation, to one
        below it, or to one that it assesses today; true where it names none.
        """

    @property
    def factor_holders(self) -> frozenset[FactorHolder]:
        """What the account is, in the words in which a province says who must have a second factor."""

    @property
    def sender(self) -> Decider | None:
        """Who sends the event, None where nobody is known to."""

    @property
    def sender_organisation(self) -> str | None:
        """The organisation that the sender acts for, None where there is none."""

    @property
    def sender_account(self) -> Account | None:
        """The account that sends the event, None where it is not on record: the system's."""


class AccountFacts(Facts[Account, Around]):
    """The facts of the chart ``account``."""

    @property
    def holder(self) -> str:
        """Whom the account is for."""
        account = self._record if self._record is not None else self._payload
        return str(account.kind)

    @property
    def attached_here(self) -> bool:
        """
        The physician is attached to the institution that the account belongs to.

        A former institution is not asked to reset anybody's password.
        """
        account = self._record if self._record is not None else self._payload
        here = self._around.person_institution_id
        return self._around.person_state == "attached" and here == account.institution_id

    @property
    def person_ended(self) -> bool:
        """The physician was deleted or has left; false for accounts of no physician."""
        return self._around.person_state in ("deleted", "left", "merged")

    @property
    def first_account(self) -> bool:
        """The physician has no other account: a disabled one is enabled again, not replaced."""
        return not self._around.person_has_account

    @property
    def login_own(self) -> bool:
        """A physician's login name is the physician's own number (手册 2.2.5); others' are free to choose."""
        payload = self._payload
        if not isinstance(payload, CreateAccount):
            return False
        if payload.kind is not AccountKind.PHYSICIAN:
            return True
        number = self._around.person_number
        return number is not None and payload.login == normalised_login(number)

    @property
    def login_free(self) -> bool:
        """No other account in use has this login name; that of a disabled one may have been given to another."""
        return not self._around.login_taken

    @property
    def code_in_bounds(self) -> bool:
        """The system has made a code, which is good from now for at most seven days."""
        payload = self._payload
        if not isinstance(payload, IssueCode) or not payload.code_hash or payload.code_expires_at is None:
            return False
        return self._now < payload.code_expires_at <= self._now + CODE_LIFETIME

    @property
    def code_valid(self) -> bool:
        """The right code was given and is not void: the instant at which it expires is too late."""
        account = self._record
        if account is None or account.code_hash is None or account.code_expires_at is None:
            return False
        return getattr(self._payload, "code_right", False) and self._now < account.code_expires_at

    @property
    def password_right(self) -> bool:
        """The present password was given."""
        return getattr(self._payload, "password_right", False)

    @property
    def resets_by_sender(self) -> int:
        """
        Passwords that the sender has reset in the last `resets_minutes`, with the one that is asked for (design).

        Who runs the installation has no account, and is not counted.
        """
        sender = self._around.sender_account
        return self._resets_of(sender, 1) if sender is not None else 0

    @property
    def resets_of_account(self) -> int:
        """The same of this account, with those that are being counted, or else with the next one."""
        more = self._payload.number if isinstance(self._payload, CountReset) else 1
        return self._resets_of(self._record, more) if self._record is not None else MAXIMUM_RESETS

    def _resets_of(self, account: Account, more: int) -> int:
        since = self._now - timedelta(minutes=self._parameters.resets_minutes)
        return min(account.resets_counted(since, self._parameters.resets_alone, more), MAXIMUM_RESETS)

    @property
    def by_another_person(self) -> bool:
        """
        Who lets the account go on is a named person, and surely another one than acts under it (design).

        A shared account may be anybody's of its house, so that somebody of another house looks.
        """
        sender, account = self._around.sender, self._record
        if sender is None or sender.operator_id is None or account is None:
            return False
        if account.person_id is None:
            return self._around.sender_organisation != account.institution_id
        return sender.operator_id != account.person_id

    @property
    def new_password_accepted(self) -> bool:
        """The new password meets the rule (手册 2.2.1)."""
        return getattr(self._payload, "accepted", False)

    @property
    def first_password_allowed(self) -> bool:
        """The province has one first password for all (手册 2.2.1), instead of a code for each account."""
        return self._parameters.initial_password_policy is InitialPasswordPolicy.FIXED

    @property
    def privileged(self) -> bool:
        """The account sees or decides more than one institution's matters: never under a password that all know."""
        return self.holder == AccountKind.AUDITOR.value or (
            self.holder == AccountKind.ORGANISATION.value and self._around.oversees
        )

    @property
    def first_password_open(self) -> bool:
        """The first password opens the account now: the instant at which its time ends is too late."""
        until = self._record.first_password_until if self._record is not None else None
        return until is not None and self._now < until

    @property
    def first_password_right(self) -> bool:
        """The first password was given, from a network that may use it."""
        return getattr(self._payload, "first_password_right", False)

    @property
    def first_use_fresh(self) -> bool:
        """It was given at most a quarter of an hour ago; the last instant does not count."""
        used_at = self._record.first_used_at if self._record is not None else None
        given = getattr(self._payload, "code_right", False)
        return given and used_at is not None and self._now < used_at + FIRST_USE_LIFETIME

    @property
    def first_used(self) -> bool:
        """Somebody came in with the first password, and nobody has taken that back."""
        return self._record is not None and self._record.first_used_at is not None

    @property
    def factor_on(self) -> bool:
        """A code has confirmed a second factor, and nobody has taken it away."""
        return self._record is not None and self._record.factor_secret is not None

    @property
    def factor_proposed(self) -> bool:
        """A second factor waits for the first code."""
        return self._record is not None and self._record.factor_proposed is not None

    @property
    def factor_right(self) -> bool:
        """A right code was given whose step is later than any that was used, or a recovery code that is left."""
        proof = getattr(self._payload, "factor", None)
        if proof is None or self._record is None:
            return False
        if proof.step is None:
            return proof.recovery_hash in self._record.recovery_hashes
        return bool(proof.step > self._record.factor_step)

    @property
    def factor_required(self) -> bool:
        """The province has such accounts log in with a second factor (`second_factor_for`)."""
        return not self._around.factor_holders.isdisjoint(self._parameters.second_factor_for)

    @property
    def limited(self) -> bool:
        """The account is an operator's who acts for some departments of an institution."""
        account = self._record if self._record is not None else self._payload
        return bool(account.department_ids)

    @property
    def departments_here(self) -> bool:
        """
        The departments that are named are the institution's own, and in use.

        A new account may name none: then it is limited to nothing. Whoever is limited is so to one at least.
        """
        payload = self._payload
        if isinstance(payload, AssignDepartments) and not payload.department_ids:
            return False
        return self._around.departments_here

    @property
    def operator_named(self) -> bool:
        """The account is of one person who acts for an organisation, and says which (实名操作人)."""
        account = self._record if self._record is not None else self._payload
        is_organisations = account.kind is AccountKind.ORGANISATION
        return is_organisations and account.operator_id is not None and not account.shared

    @property
    def listed_here(self) -> bool:
        """The operator is said to be no physician, or one whom the organisation has to do with."""
        return self._around.listed_here
