"""
Every error a caller of this library can meet, under one root.

    KaoheError
    ├── DefinitionError          a chart, a parameter file or the registry is wrong; raised while loading
    ├── RequestRefused           the request is understood and the answer is no
    │   ├── TransitionRefused    a rule of the chart refuses; carries every reason
    │   │   └── ConsequenceRefused   allowed itself, but what follows from it is refused
    │   ├── NotPermitted         the case is in scope, the caller's role may not do this
    │   ├── LogInRefused         account, password, code or session is not right; it does not say which
    │   └── TooManyTries         wait until the given instant before the next try to log in
    ├── InputInvalid             the input has problems, each with its place; also a ValueError
    ├── NotFound                 there is no such thing, or the caller may not know of it
    ├── ConcurrentTransition     someone else was first; safe to read again and retry
    ├── StoreUnavailable         the database does not answer; nothing was changed by this request
    │   └── StorageFull          there is no room for a file; nothing was changed by this request
    ├── SignatureRefused         a delivery that no platform has signed, or not now
    ├── LikenessUnavailable      nothing has compared two faces
    └── RecordDamaged            what is stored of a case cannot be read; nothing was changed by this request

Facts are attributes; the English message is built from them. Chinese titles belong to the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

import attrs


class KaoheError(Exception):
    """
    Root of all errors of this library.

    ``code`` is stable, kebab-case and meant for machines.
    """

    code: ClassVar[str] = "error"


@attrs.frozen
class Problem:
    """
    One problem of an input: where it is, what is wrong, what to do.

    ``path`` is a place a person can find (``$.payload.score``, ``第39行 证件号码``, ``v1.yaml:12``);
    ``code`` is stable and kebab-case; ``message`` is Chinese for forms and sheets, English for
    definitions.
    """

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.code}]"


def below(path: str, name: str) -> str:
    """
    The place of a member of an object; a name that would read as several steps is quoted.

    >>> below("$.payload", "score"), below("$", "a.b")
    ('$.payload.score', "$['a.b']")
    """
    return f"{path}['{name}']" if not name or set(name) & set(".[]'") else f"{path}.{name}"


class _WithProblems(KaoheError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class DefinitionError(_WithProblems):
    """A definition is wrong; all of its problems at once."""

    code = "definition-invalid"


class InputInvalid(_WithProblems, ValueError):
    """The input is wrong; all of its problems at once."""

    code = "input-invalid"


class RequestRefused(KaoheError):
    """The request was understood and is refused."""

    code = "refused"


class TransitionRefused(RequestRefused):
    """
    A rule refuses the event.

    ``reasons`` are the kernel's reasons, in the chart's order; ``state`` is where the case stays.
    """

    code = "transition-refused"

    def __init__(self, lifecycle: str, event: str, state: str, reasons: Sequence[Any]) -> None:
        self.lifecycle = lifecycle
        self.event = event
        self.state = state
        self.reasons = tuple(reasons)
        super().__init__(
            f"{lifecycle}: {event!r} is refused in {state!r}: {'; '.join(map(str, self.reasons))}"
        )


class ConsequenceRefused(TransitionRefused):
    """
    The event itself was allowed, but what follows from it is refused; so it has not happened.

    Lifecycle, event, state and reasons are those of the consequence; ``policy`` is what makes it follow.
    """

    code = "consequence-refused"

    def __init__(self, policy: str, refused: TransitionRefused) -> None:
        self.policy = policy
        super().__init__(refused.lifecycle, refused.event, refused.state, refused.reasons)


class NotPermitted(RequestRefused):
    """
    The caller sees the case, but no role the caller holds towards it may send this event.

    ``own_matter``: the caller would act for an organisation in what is about himself.
    """

    code = "not-permitted"

    def __init__(self, lifecycle: str, event: str, own_matter: bool = False) -> None:
        self.lifecycle = lifecycle
        self.event = event
        self.own_matter = own_matter
        super().__init__(f"{lifecycle}: no role of the caller may send {event!r}")


class LogInRefused(RequestRefused):
    """
    Nobody is logged in.

    One error for every cause, so that it cannot be asked which accounts there are.
    """

    code = "log-in-refused"

    def __init__(self) -> None:
        super().__init__("account, password or code is not right, or the session is over")


class SecondFactorUsed(LogInRefused):
    """
    A code of the second factor was used before, or is older than one that was.

    Told to who has shown the password or has a session: what was used opens nothing any more.
    """

    code = "second-factor-used"


class SecondFactorMissing(RequestRefused):
    """The password is right, and the account asks for a code of its second factor as well."""

    code = "second-factor-missing"

    def __init__(self) -> None:
        super().__init__("the account asks for a code of its second factor")


class TooManyTries(RequestRefused):
    """Too many wrong tries from here; the next one is taken at ``retry_at``, an aware UTC instant."""

    code = "too-many-tries"

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(f"too many tries; the next one is taken at {retry_at.isoformat()}")


class NotFound(KaoheError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not-found"

    def __init__(self, kind: str, id: str) -> None:
        self.kind = kind
        self.id = id
        super().__init__(f"no {kind} {id!r}")


class ConcurrentTransition(KaoheError):
    """
    The case has moved on since it was read.

    ``expected`` is the version the caller knew, ``actual`` the stored one (None where the store only
    knows that it differs).
    """

    code = "stale-version"

    def __init__(self, lifecycle: str, id: str, expected: int | None, actual: int | None) -> None:
        self.lifecycle = lifecycle
        self.id = id
        self.expected = expected
        self.actual = actual
        super().__init__(f"{lifecycle} {id!r}: expected version {expected}, found {actual}")


class StoreUnavailable(KaoheError):
    """The store does not answer; the unit of work was rolled back."""

    code = "store-unavailable"


class StorageFull(StoreUnavailable):
    """There is no room left where files are kept; the file was not kept."""

    code = "storage-full"


class Undeliverable(KaoheError):
    """
    A notice could not be carried out of its inbox: ``reason`` is a code; ``final`` says that trying again is no use,
    ``everywhere`` that whatever goes the same way would fail alike.
    """

    code = "undeliverable"

    def __init__(self, reason: str, *, final: bool = False, everywhere: bool = False) -> None:
        super().__init__(f"not delivered: {reason}")
        self.reason = reason
        self.final = final
        self.everywhere = everywhere


class LikenessUnavailable(KaoheError):
    """
    Nothing has compared two faces: ``reason`` is a code. The photo is kept without a figure.
    """

    code = "likeness-unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"not compared: {reason}")
        self.reason = reason


class SignatureRefused(KaoheError):
    """
    A delivery is not signed by a platform that this installation knows, or not now: ``reason`` is a code.
    """

    code = "signature-refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the signature is refused: {reason}")
        self.reason = reason


class RecordDamaged(KaoheError):
    """
    What is stored of a case cannot be read: somebody has written over it, or it was sealed with another key.

    `kaohe verify` tells more. What reading has met may hold personal data: it is the cause, and not in the text.
    """

    code = "record-damaged"

    def __init__(self, lifecycle: str, id: str) -> None:
        self.lifecycle = lifecycle
        self.id = id
        super().__init__(f"what is stored of {lifecycle} {id!r} cannot be read; `kaohe verify` tells more")
