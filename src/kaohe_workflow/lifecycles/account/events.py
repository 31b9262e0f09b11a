"""
What the events of an account carry.

Passwords and codes never come here, only their slow hashes; and whether a password or a code was right is a
finding of the log-in use cases. What only they may say stands in fields that no input can set: a payload
read from a request has the defaults, which every guard refuses. Those fields are not enclosed in the
history either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from re import ASCII, compile
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.lifecycles.shape import NoPayload
from kaohe_workflow.values.login_name import number_problems, read_login
from kaohe_workflow.values.plain_text import plain_text, text_problems
from kaohe_workflow.values.terms import AccountKind

_Payload = TypeVar("_Payload")

_ID = compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", ASCII)
_PERSONAL = compile(r"(?<![0-9])(1[3-9][0-9]{9}|[0-9]{15}|[0-9]{17}[0-9Xx])(?![0-9])", ASCII)


@attrs.frozen(kw_only=True)
class CreateAccount:
    """
    An account that belongs to ``institution_id``.

    A physician's names the physician and logs in with the ID number. Login names are kept normalised. Of
    the others, one that several people use is ``shared``; otherwise ``operator_id`` may name the person, by an id of
    the deployment's own: it goes into the history, which holds nothing personal and is never erased.

    ``listed_as`` says which physician of the list the named person is, for nobody decides about himself (回避).
    ``department_ids`` limit an institution's operator to some of its departments: a named person, for whoever shares an
    account sees what all of them see.

    Raises:
        InputInvalid: no login name, a physician's account without a physician or the other way round,
            somebody else's under what looks like an identity number, or an ``operator_id`` that is no id
            (``operator-malformed``); departments of an account that is no named operator's, or which physician such a
            one is (``operator-unnamed``); a department that is no text to be kept, or named twice
            (``department-twice``).
    """

    institution_id: str
    kind: AccountKind
    login: str = attrs.field(converter=read_login)
    physician_id: str | None = None
    label: str = ""
    shared: bool = False
    operator_id: str | None = None
    listed_as: str | None = None
    department_ids: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        plain_text(self.label, "$.label")
        physicians, problems = self.kind is AccountKind.PHYSICIAN, []
        if physicians is not (self.physician_id is not None):
            message = "医师账户须对应一名医师，其他账户不得对应医师"
            problems.append(Problem("$.physician_id", "physician-mismatch", message))
        if not physicians:
            problems += number_problems(self.login)
        if self.operator_id is not None and not _is_id(self.operator_id):
            message = (
                "须为1至64位字母、数字或-_.的编号，且不得是证件号码或手机号码：它会写进不可删改的操作日志"
            )
            problems.append(Problem("$.operator_id", "operator-malformed", message))
        problems += _department_problems(self.department_ids)
        problems += _listed_problems(self.listed_as)
        if self.kind is not AccountKind.ORGANISATION or not self._is_named:
            problems += self._problems_of_the_unnamed()
        if problems:
            raise InputInvalid(problems)

    @property
    def _is_named(self) -> bool:
        return self.operator_id is not None and not self.shared

    def _problems_of_the_unnamed(self) -> Iterator[Problem]:
        named = "只有机构的实名操作人（填写操作人编号，且不多人共用）"
        if self.department_ids:
            yield Problem("$.department_ids", "operator-unnamed", f"{named}可以限定科室")
        if self.listed_as is not None:
            yield Problem("$.listed_as", "operator-unnamed", f"{named}可以登记其本人是医师列表中的哪位医师")


def _department_problems(department_ids: Sequence[str]) -> Iterator[Problem]:
    for index, one in enumerate(department_ids):
        yield from text_problems(one, f"$.department_ids[{index}]")
    if len(set(department_ids)) != len(department_ids):
        yield Problem("$.department_ids", "department-twice", "同一科室写了两次")


def _listed_problems(listed_as: str | None) -> Iterator[Problem]:
    if listed_as is not None:
        yield from text_problems(listed_as, "$.listed_as")


@attrs.frozen
class IdentifyOperator:
    """
    Which physician of the list the operator is from now on; None says that he is none.

    Raises:
        InputInvalid: it is no text to be kept.
    """

    listed_as: str | None = None

    def __attrs_post_init__(self) -> None:
        if problems := list(_listed_problems(self.listed_as)):
            raise InputInvalid(problems)


@attrs.frozen
class AssignDepartments:
    """
    The departments that an operator acts for from now on; for none nobody acts, so a guard refuses that.

    Raises:
        InputInvalid: one is no text to be kept, or is named twice (``department-twice``).
    """

    department_ids: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        if problems := list(_department_problems(self.department_ids)):
            raise InputInvalid(problems)


def _is_id(text: str) -> bool:
    """A made-up id, not what is known of a person: no word, no identity number in either form, no telephone number."""
    return _ID.fullmatch(text) is not None and _PERSONAL.search(text) is None


def _vouched(payload: _Payload, **findings: Any) -> _Payload:
    """Return the payload with what its use case has found; the one way to fill fields that no input can."""
    for name, value in findings.items():
        object.__setattr__(payload, name, value)
    return payload


@attrs.frozen
class FactorProof:
    """A code of the second factor that was right: its time step, or the keyed hash of a recovery code."""

    step: int | None = None
    recovery_hash: str | None = None


@attrs.frozen
class IssueCode:
    """A fresh activation code, as its slow hash, and the instant from which it is void."""

    code_hash: str | None = attrs.field(default=None, init=False)
    code_expires_at: datetime | None = attrs.field(default=None, init=False)

    @classmethod
    def of(cls, code_hash: str, expires_at: datetime) -> IssueCode:
        """Return the payload for a code that the use case has made."""
        return _vouched(cls(), code_hash=code_hash, code_expires_at=expires_at)


@attrs.frozen
class SetPassword:
    """
    The first password, as its slow hash: whether the code was right, whether the password meets the rule, and what
    was found of the second factor, where there is one.
    """

    password_hash: str | None = attrs.field(default=None, init=False)
    code_right: bool = attrs.field(default=False, init=False)
    accepted: bool = attrs.field(default=False, init=False)
    factor: FactorProof | None = attrs.field(default=None, init=False)

    @classmethod
    def of(
        cls, password_hash: str | None, *, code_right: bool, accepted: bool, factor: FactorProof | None = None
    ) -> SetPassword:
        """Return the payload with what the use case has checked."""
        return _vouched(
            cls(), password_hash=password_hash, code_right=code_right, accepted=accepted, factor=factor
        )


@attrs.frozen
class ChangePassword:
    """
    Another password, as its slow hash: whether the old one was right, whether the new one meets the rule.
    """

    password_hash: str | None = attrs.field(default=None, init=False)
    password_right: bool = attrs.field(default=False, init=False)
    accepted: bool = attrs.field(default=False, init=False)

    @classmethod
    def of(cls, password_hash: str | None, *, password_right: bool, accepted: bool) -> ChangePassword:
        """Return the payload with what the use case has checked."""
        return _vouched(cls(), password_hash=password_hash, password_right=password_right, accepted=accepted)


@attrs.frozen
class LogIn:
    """
    Whether the password was right, and what was found of the second factor; the password's hash made anew where the
    stored one is weaker than today's.
    """

    password_right: bool = attrs.field(default=False, init=False)
    password_hash: str | None = attrs.field(default=None, init=False)
    factor: FactorProof | None = attrs.field(default=None, init=False)

    @classmethod
    def of(
        cls, *, password_right: bool, password_hash: str | None = None, factor: FactorProof | None = None
    ) -> LogIn:
        """Return the payload with what the use case has checked."""
        return _vouched(cls(), password_right=password_right, password_hash=password_hash, factor=factor)


@attrs.frozen
class ProposeFactor:
    """What the codes of a second factor are to be made from, and whether the password was right."""

    password_right: bool = attrs.field(default=False, init=False)
    secret: str | None = attrs.field(default=None, init=False, repr=False)

    @classmethod
    def of(cls, secret: str | None, *, password_right: bool) -> ProposeFactor:
        """Return the payload with what the use case has made and checked."""
        return _vouched(cls(), secret=secret, password_right=password_right)


@attrs.frozen
class ConfirmFactor:
    """The first code that was right, and the keyed hashes of the recovery codes that are told with it."""

    factor: FactorProof | None = attrs.field(default=None, init=False)
    recovery_hashes: tuple[str, ...] = attrs.field(default=(), init=False)

    @classmethod
    def of(cls, factor: FactorProof | None, recovery_hashes: tuple[str, ...]) -> ConfirmFactor:
        """Return the payload with what the use case has made and checked."""
        return _vouched(cls(), factor=factor, recovery_hashes=recovery_hashes)


@attrs.frozen
class RemoveFactor:
    """Whether the password was right, and what was found of the second factor."""

    password_right: bool = attrs.field(default=False, init=False)
    factor: FactorProof | None = attrs.field(default=None, init=False)

    @classmethod
    def of(cls, factor: FactorProof | None, *, password_right: bool) -> RemoveFactor:
        """Return the payload with what the use case has checked."""
        return _vouched(cls(), factor=factor, password_right=password_right)


@attrs.frozen
class UseFirstPassword:
    """Whether the first password for all was given from a network that may use it; which network (网段) it was."""

    first_password_right: bool = attrs.field(default=False, init=False)
    network: str = attrs.field(default="", init=False)

    @classmethod
    def of(cls, *, first_password_right: bool, network: str) -> UseFirstPassword:
        """Return the payload with what the use case has checked."""
        return _vouched(cls(), first_password_right=first_password_right, network=network)


@attrs.frozen
class UseCode:
    """Whether the activation code was right that somebody came in with."""

    code_right: bool = attrs.field(default=False, init=False)

    @classmethod
    def of(cls, *, code_right: bool) -> UseCode:
        """Return the payload with what the use case has checked."""
        return _vouched(cls(), code_right=code_right)


@attrs.frozen
class MoveAccount:
    """The institution that the physician is attached to from now on."""

    institution_id: str


@attrs.frozen
class RenameAccount:
    """
    The physician's number as it has been corrected.

    Raises:
        InputInvalid: it is no login name.
    """

    login: str = attrs.field(converter=read_login)


@attrs.frozen
class ViewPhoto:
    """The photo of a face that is looked at: the case that names it, and the file."""

    lifecycle: str
    case_id: str
    file: str


@attrs.frozen
class Reveal:
    """The physician whose numbers are told unmasked."""

    physician_id: str


@attrs.frozen
class Export:
    """The sheet that was made of a list, and how many rows it has."""

    sheet: str
    rows: int


@attrs.frozen
class CountReset:
    """How many passwords the account has reset in one step."""

    number: int = 1


PAYLOADS: Mapping[str, type] = MappingProxyType(
    {
        "create": CreateAccount,
        "issue_code": IssueCode,
        "open_first_password": NoPayload,
        "use_first_password": UseFirstPassword,
        "use_code": UseCode,
        "miss_first_password": NoPayload,
        "revoke_first_use": NoPayload,
        "set_password": SetPassword,
        "change_password": ChangePassword,
        "log_in": LogIn,
        "view_photo": ViewPhoto,
        "reset": IssueCode,
        "count_reset": CountReset,
        "release_resets": NoPayload,
        "propose_factor": ProposeFactor,
        "confirm_factor": ConfirmFactor,
        "remove_factor": RemoveFactor,
        "reset_factor": NoPayload,
        "assign_departments": AssignDepartments,
        "identify_operator": IdentifyOperator,
        "reveal": Reveal,
        "export": Export,
        "move": MoveAccount,
        "rename": RenameAccount,
        "disable": NoPayload,
        "enable": NoPayload,
    }
)
"""Event → what it carries."""
