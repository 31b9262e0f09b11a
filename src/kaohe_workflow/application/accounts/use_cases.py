"""
Logging in and out, codes and passwords.

Everything that changes an account goes through the one door; what is beside the accounts, sessions and the
counts of failed tries, is kept here. Nothing tells a caller which accounts there are: an unknown name costs
the same work, counts the same and is answered the same as a wrong password.
"""

from __future__ import annotations

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.accounts import activation, passwords, second_factor
from kaohe_workflow.application.accounts.activation import IssuedCode
from kaohe_workflow.application.accounts.desk import Desk
from kaohe_workflow.application.accounts.log_in import Try, log_in
from kaohe_workflow.application.accounts.proving import SecretKind
from kaohe_workflow.application.accounts.second_factor import Factor, ProposedFactor
from kaohe_workflow.application.accounts.sessions import LoggedIn
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.origin import Origin
from kaohe_workflow.application.stored import Session


@attrs.frozen
class Accounts(Desk):
    """The use cases of accounts over a store, a clock and the door."""

    def log_in(
        self,
        login: str,
        secret: str,
        *,
        wanted: SecretKind | None = None,
        device: str | None = None,
        address: str | None = None,
        code: str | None = None,
        agent: str | None = None,
    ) -> LoggedIn:
        """
        Log in with the password, or with the activation code of an account that has no password yet.

        Args:
            wanted: the kind of secret that was asked for; the other kind is wrong then. None takes either.
            device: the device token that this browser was given at an earlier log-in.
            address: the network address that the try comes from.
            code: of the account's second factor (动态口令), or a recovery code.
            agent: what the browser calls itself; the record keeps a keyed hash of it.

        Raises:
            LogInRefused: it does not say why.
            SecondFactorMissing: the password is right, and the account asks for a code as well.
            TooManyTries: the next try is taken later; the secret was not looked at.
            InputInvalid: an argument is not of the kind that is declared.
        """
        check_arguments(
            ("login", login, str),
            ("secret", secret, str),
            ("wanted", wanted, SecretKind | None),
            ("device", device, str | None),
            ("address", address, str | None),
            ("code", code, str | None),
            ("agent", agent, str | None),
        )
        return log_in(self, Try(login, secret, wanted, device, address, code, agent))

    def log_out(self, token: str) -> None:
        """End the session of a token, if there is one; raises `InputInvalid` if it is no text."""
        check_arguments(("token", token, str))
        self.opened.end(token)

    def authenticate(self, token: str) -> Principal | None:
        """
        Return who a token's session stands for, with the rights of this instant; None if it is over.

        A session is over after 30 minutes without a request and after 12 hours, when its account's password
        or code has changed, and when the account is not usable any more.

        Raises:
            InputInvalid: the token is no text.
        """
        check_arguments(("token", token, str))
        current = self.opened.current(token)
        if current is None:
            return None
        self.opened.note_use(current.session)
        due = not current.principal.init_only and second_factor.is_due(self, current.account)
        return attrs.evolve(current.principal, factor_due=due)

    def activate(
        self, token: str, new_password: str, *, code: str | None = None, origin: Origin | None = None
    ) -> LoggedIn:
        """
        Set the first password (初始化设置, 手册 2.2.1) within a session that an activation code opened.

        The code is used up, every session of the account ends, and a new one is opened. ``code`` is that of a second
        factor, where the account has one: who has had the password reset still needs it. ``origin`` is where the
        request comes from, as far as the record is to know; so it is with whatever else a token asks for.

        Raises:
            SecondFactorMissing: the account has a second factor, and no code was given.
            LogInRefused: the session is over, or was not opened by a code, or there is another code by now.
            InputInvalid: the password is not accepted; all of its problems; or an argument is no text.
            TransitionRefused: the code has expired meanwhile.
        """
        check_arguments(
            ("token", token, str), ("new_password", new_password, str), ("code", code, str | None)
        )
        return passwords.set_first(self, token, new_password, code, origin)

    def change_password(
        self, token: str, old_password: str, new_password: str, *, origin: Origin | None = None
    ) -> LoggedIn:
        """
        Change the password (修改密码, 手册 2.2.1); every session of the account ends, and a new one is
        opened.

        Raises:
            LogInRefused: the session is over, or there is another password by now.
            TooManyTries: the old password was wrong too often; it was not looked at.
            InputInvalid: the new password is not accepted; all of its problems; or an argument is no text.
            TransitionRefused: the old password is wrong.
        """
        check_arguments(
            ("token", token, str), ("old_password", old_password, str), ("new_password", new_password, str)
        )
        return passwords.change(self, token, old_password, new_password, origin)

    def propose_factor(self, token: str, password: str, *, origin: Origin | None = None) -> ProposedFactor:
        """
        Begin to set up a second factor (动态口令); it counts once a code has confirmed it.

        Raises:
            LogInRefused: the session is over, or may only set the first password.
            TooManyTries: the password was wrong too often; it was not looked at.
            TransitionRefused: the password is wrong, or there is a second factor already.
            InputInvalid: an argument is no text.
        """
        check_arguments(("token", token, str), ("password", password, str))
        return second_factor.propose(self, token, password, origin)

    def confirm_factor(self, token: str, code: str, *, origin: Origin | None = None) -> tuple[str, ...]:
        """
        Confirm the second factor with its first code; return the recovery codes, which are told once and work once.

        Raises:
            LogInRefused: the session is over, or may only set the first password.
            TooManyTries: codes were wrong too often; this one was not looked at.
            TransitionRefused: the code is wrong, or nothing was proposed.
            InputInvalid: an argument is no text.
        """
        check_arguments(("token", token, str), ("code", code, str))
        return second_factor.confirm(self, token, code, origin)

    def remove_factor(self, token: str, password: str, code: str, *, origin: Origin | None = None) -> None:
        """
        Do without the second factor again.

        Raises:
            LogInRefused: the session is over, or the code is wrong.
            TooManyTries: password or codes were wrong too often.
            TransitionRefused: the password is wrong, there is none, or the province asks for it.
            InputInvalid: an argument is no text.
        """
        check_arguments(("token", token, str), ("password", password, str), ("code", code, str))
        second_factor.remove(self, token, password, code, origin)

    def factor(self, token: str) -> Factor:
        """
        Return how it stands with the second factor of a session's account.

        Raises:
            LogInRefused: the session is over, or may only set the first password.
            InputInvalid: the token is no text.
        """
        check_arguments(("token", token, str))
        return second_factor.show(self, token)

    def issue_code(
        self,
        principal: Principal,
        account_id: str,
        *,
        reason: str | None = None,
        expected_version: int | None = None,
    ) -> IssuedCode:
        """
        Issue an activation code: for an account without a password again, otherwise as 重置密码 (手册 2.2.5).

        Nobody can log in with the password any more, and every session of the account ends.

        Args:
            reason: why a password is reset, which its owner is told at every log-in; a first code needs none.
            expected_version: what the caller last saw of the account; None takes it as it is.

        Raises:
            ConcurrentTransition: the account is not at ``expected_version``; its password and sessions stay.
            NotFound: no such account, or none that the caller may know of.
            NotPermitted: the caller may not do this for this account.
            TransitionRefused: a rule refuses, or a password is to be reset for no reason.
            TooManyTries: the caller has reset more passwords than anybody has to (`throttle.RESET_PACE`); none is.
            InputInvalid: as `Door.explain`; or the reason is no text.
        """
        check_arguments(("reason", reason, str | None))
        return activation.issue_code(
            self, principal, account_id, reason=reason, expected_version=expected_version
        )

    def issue_first_code(self, principal: Principal, account_id: str, expected_version: int) -> IssuedCode:
        """
        Issue an activation code for an account that is not activated; who has a password keeps it.

        Raises:
            ConcurrentTransition: the account is not at ``expected_version``.
            NotFound: no such account, or none that the caller may know of.
            NotPermitted: the caller may not do this for this account.
            TransitionRefused: a rule refuses; the account is activated.
        """
        return activation.issue_first_code(self, principal, account_id, expected_version)

    def sessions(self, principal: Principal) -> tuple[Session, ...]:
        """Return the caller's own sessions that are not over, oldest first."""
        return self.opened.living(principal.account_id)

    def end_other_sessions(self, token: str) -> int:
        """
        End every other session of the account that a token's session belongs to; how many had not been over.

        Raises:
            LogInRefused: the session is over.
            InputInvalid: the token is no text.
        """
        check_arguments(("token", token, str))
        return self.opened.end_others(self.in_session(token).account.id, token)
