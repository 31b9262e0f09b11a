"""
What an account keeps between events.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from kaohe_workflow.values.initials import spellings
from kaohe_workflow.values.terms import AccountKind


@attrs.frozen
class Account:
    """
    Somebody who logs in.

    ``login`` is a physician's normalised ID number, otherwise the name that the superior gave;
    ``label`` is what pages show. ``password_hash`` is None until a password is set, ``code_hash`` and
    ``code_expires_at`` are None when no activation code is out. ``credentials_at`` is when password or code
    last changed: no session from before it counts. ``shared`` accounts stand for no natural person;
    ``operator_id`` names the person of one that does, and ``listed_as`` says which physician of the list that person
    is, None where he is none or nobody has said so; ``physician_id`` is for physicians' own accounts alone.
    ``used`` once somebody has set a password. ``reset_at`` is when somebody else reset the password, ``reset_by`` with
    which account, ``reset_reason`` why, until its owner changes it: every log-in tells of it.

    ``department_ids`` limit an operator of an institution to these of its departments; nobody else is limited.

    Until ``first_password_until`` the first password for all opens the account, None where it does not;
    ``first_password_misses`` counts the wrong tries since it does. ``first_used_at`` is when somebody came in with it,
    ``first_used_from`` the network that this was from (no address of a person).

    ``factor_secret`` is what the codes of the second factor (动态口令) are made from, None where there is none, and
    ``factor_proposed`` one that no code has confirmed yet; both are sealed where they are stored. ``factor_step`` is
    the last time step whose code was used, ``recovery_hashes`` are what is left of the recovery codes.

    ``resets_given`` are the instants at which this account has lately reset passwords of others, ``resets_released``
    those at which somebody else has let it go on, oldest first; what no rule asks for any more is forgotten.
    """

    institution_id: str
    kind: AccountKind
    login: str
    physician_id: str | None = None
    label: str = ""
    password_hash: str | None = None
    code_hash: str | None = None
    code_expires_at: datetime | None = None
    credentials_at: datetime | None = None
    shared: bool = False
    operator_id: str | None = None
    listed_as: str | None = None
    used: bool = False
    reset_at: datetime | None = None
    reset_by: str | None = None
    reset_reason: str | None = None
    first_password_until: datetime | None = None
    first_password_misses: int = 0
    first_used_at: datetime | None = None
    first_used_from: str = ""
    factor_secret: str | None = None
    factor_proposed: str | None = None
    factor_step: int = 0
    recovery_hashes: tuple[str, ...] = ()
    department_ids: tuple[str, ...] = ()
    resets_given: tuple[datetime, ...] = ()
    resets_released: tuple[datetime, ...] = ()

    def resets_counted(self, since: datetime, alone: int, more: int = 1) -> int:
        """
        How many resets so many more would make after an instant (that instant itself counts no more): at least 0.

        Each release after it lets as many go as are given without one (``alone``).
        """
        given = sum(at > since for at in self.resets_given)
        released = sum(at > since for at in self.resets_released)
        return max(given + more - released * alone, 0)

    @property
    def initials(self) -> str:
        """How the initials of the label may be typed (拼音首字母)."""
        return spellings(self.label)

    @property
    def person_id(self) -> str | None:
        """The natural person who acts under this account; None for a shared one."""
        if self.shared:
            return None
        return self.operator_id or self.physician_id
