"""
What request bodies carry beside the payloads of events, and how a route says which body it takes.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import attrs

from kaohe_service.media import BYTES, CSV, FORM, JPEG, PDF, PNG, XLSX
from kaohe_service.parameters import is_id
from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.notices import ChannelKind
from kaohe_workflow.values.plain_text import LONG_TEXT, SHORT_TEXT, text_problems

MAXIMUM_ITEMS = 2000
"""Cases that one request may send an event to."""

PAGE = 20
"""Rows of a page if nothing is said."""

MAXIMUM_PHOTO = 512 * 1024
"""Bytes of one photo of a sitting: ten times what a telephone's camera sends of a face."""

MAXIMUM_VERSION = 999_999_999
"""More steps than any case will ever have."""

SHEETS = (FORM, XLSX, CSV, BYTES)
"""Types of an uploaded sheet; which of xlsx and CSV it is, its content says."""


ATTACHMENTS = (FORM, PDF, JPEG, PNG, BYTES)
"""Types of an uploaded file that proves something; what it is, its content says."""


def _check(*texts: tuple[str, str | None, int]) -> None:
    problems = [
        problem
        for path, text, maximum in texts
        for problem in text_problems(text or "", path, maximum=maximum)
    ]
    if problems:
        raise InputInvalid(problems)


@attrs.frozen
class LogIn:
    """账号 and 密码; ``code`` is 动态口令 or a recovery code, where the account has a second factor."""

    account: str
    password: str = attrs.field(repr=False)
    code: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        _check(
            ("$.account", self.account, SHORT_TEXT),
            ("$.password", self.password, SHORT_TEXT),
            ("$.code", self.code, SHORT_TEXT),
        )


@attrs.frozen
class Password:
    """The present password, asked for once more."""

    password: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.password", self.password, SHORT_TEXT))


@attrs.frozen
class FactorCode:
    """A code of the second factor (动态口令)."""

    code: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.code", self.code, SHORT_TEXT))


@attrs.frozen
class FactorRemoval:
    """Password and code, for doing without the second factor."""

    password: str = attrs.field(repr=False)
    code: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.password", self.password, SHORT_TEXT), ("$.code", self.code, SHORT_TEXT))


@attrs.frozen
class PrintCertificates:
    """All certificates of a cycle that the caller may print, or those of one institution."""

    cycle_id: str
    institution_id: str | None = None

    def __attrs_post_init__(self) -> None:
        for path, id in (("$.cycle_id", self.cycle_id), ("$.institution_id", self.institution_id)):
            if id is not None and not is_id(id):
                raise InputInvalid([Problem(path, "id-malformed", "不是编号")])


@attrs.frozen
class ActivateAccounts:
    """Whose accounts are opened, by filters as in the search of the list of physicians; none is all."""

    filters: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


@attrs.frozen
class NewChannel:
    """Where notices go as well: a mail address, or the https address of another system."""

    kind: ChannelKind
    address: str

    def __attrs_post_init__(self) -> None:
        _check(("$.address", self.address, LONG_TEXT))


@attrs.frozen
class Activation:
    """账号 and 激活码."""

    account: str
    code: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.account", self.account, SHORT_TEXT), ("$.code", self.code, SHORT_TEXT))


@attrs.frozen
class NewPassword:
    """
    The password to be set; ``old_password`` where there is one, ``code`` of a second factor where it is the first
    password and the account has one.
    """

    password: str = attrs.field(repr=False)
    old_password: str | None = attrs.field(default=None, repr=False)
    code: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        _check(
            ("$.password", self.password, SHORT_TEXT),
            ("$.old_password", self.old_password, SHORT_TEXT),
            ("$.code", self.code, SHORT_TEXT),
        )


@attrs.frozen
class Event:
    """An event for one case, or one that makes a case: what it carries, and why."""

    event: str
    payload: Mapping[str, Any] = attrs.field(factory=dict)
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        _check(("$.reason", self.reason, LONG_TEXT))


@attrs.frozen
class BulkItem:
    """One case of a bulk, with the version of it that was seen."""

    id: str
    version: int
    payload: Mapping[str, Any] = attrs.field(factory=dict)
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        _check(("$.reason", self.reason, LONG_TEXT))
        if not is_id(self.id):
            raise InputInvalid([Problem("$.id", "id-malformed", "不是编号")])
        if not 1 <= self.version <= MAXIMUM_VERSION:
            raise InputInvalid([Problem("$.version", "version-range", f"应为1至{MAXIMUM_VERSION}的整数")])


@attrs.frozen
class Bulk:
    """One event for many cases."""

    event: str
    items: tuple[BulkItem, ...]
    all_or_nothing: bool = False

    def __attrs_post_init__(self) -> None:
        if not 1 <= len(self.items) <= MAXIMUM_ITEMS:
            raise InputInvalid([Problem("$.items", "items-count", f"应为1至{MAXIMUM_ITEMS}项")])
        first: dict[str, int] = {}
        repeated = [
            Problem(f"$.items[{index}].id", "item-repeated", "同一件出现了两次")
            for index, item in enumerate(self.items)
            if first.setdefault(item.id, index) != index
        ]
        if repeated:
            raise InputInvalid(repeated)


@attrs.frozen(kw_only=True)
class DeliveredPhoto:
    """
    A photo of a sitting: ``content`` is the picture in base 64, at most 512 KiB of it, or None for its figure alone.

    ``similarity`` is text, 0–100 percent with at most two places, None where the platform has no figure.
    """

    taken_at: datetime
    name: str
    similarity: Decimal | None = None
    content: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.name", self.name, SHORT_TEXT))
        try:
            picture = self.picture or b""
        except ValueError as ex:
            raise InputInvalid([Problem("$.content", "base64-malformed", "不是base64")]) from ex
        if len(picture) > MAXIMUM_PHOTO:
            message = f"照片超过{MAXIMUM_PHOTO // 1024} KiB"
            raise InputInvalid([Problem("$.content", "attachment-too-large", message)])

    @property
    def picture(self) -> bytes | None:
        """The bytes of the picture."""
        return b64decode(self.content, validate=True) if self.content is not None else None


@attrs.frozen
class PersonNumber:
    """证件号码 of one person, in either form: in the body, because addresses are logged and kept."""

    id_number: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        _check(("$.id_number", self.id_number, SHORT_TEXT))


@attrs.frozen
class RevealReason:
    """Why a number is to be told unmasked."""

    reason: str

    def __attrs_post_init__(self) -> None:
        _check(("$.reason", self.reason, LONG_TEXT))


@attrs.frozen
class CodeReason:
    """Why a password is reset; a first code needs no reason."""

    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        _check(("$.reason", self.reason, LONG_TEXT))


@attrs.frozen
class ExportQuery:
    """Which rows of a list a sheet is made of, by filters as in the list's search, and in which ``format``."""

    filters: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    format: str = "xlsx"


@attrs.frozen
class ListQuery:
    """What is asked of a list: filters by name, how many rows, in which order, after which row, and how many in all."""

    filters: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    limit: int = PAGE
    order: str = "id"
    cursor: str | None = None
    total: bool = False


@attrs.frozen
class JsonBody:
    """
    A JSON body, structured into ``kind``.

    An `Event` or `Bulk` is for a ``lifecycle``, whose events the document lists: those that make a case if
    ``creates``, all others if not. Where the class alone does not say enough, ``schema`` describes the body.
    """

    kind: type
    lifecycle: str | None = None
    creates: bool = False
    schema: Mapping[str, Any] | None = None


@attrs.frozen
class FileBody:
    """A file, as the body itself or as the part ``file`` of a form."""

    types: tuple[str, ...] = SHEETS


@attrs.frozen
class NamedFile:
    """A file that somebody hands in, with its own name; empty where none was told."""

    name: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class AttachmentBody:
    """A file with its name, as a `NamedFile`; how large it may be the province says."""

    types: tuple[str, ...] = ATTACHMENTS


Body = JsonBody | FileBody | AttachmentBody
