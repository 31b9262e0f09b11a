"""
Where a list goes on: the key of its last row, in a form that callers cannot make up.

A cursor is signed, so what comes back is what was sent: a value of the right kind for the store. It says which list
and order it is for; within another it is refused.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

import attrs

from kaohe_service.parameters import RequestParameter
from kaohe_workflow.application.ports import Codec, Secrets
from kaohe_workflow.errors import InputInvalid, Problem

PATTERN = "^[A-Za-z0-9_-]{1,700}\\.[0-9a-f]{32}$"
"""What a cursor looks like."""

CURSOR = RequestParameter(
    "cursor", "query", "翻页位置", {"type": "string", "maxLength": 800, "pattern": PATTERN}
)
"""Where a list goes on, in an address."""

_PURPOSE = "cursor"


@attrs.frozen
class Cursors:
    """Writes and reads the cursors of one list in one order."""

    codec: Codec
    secrets: Secrets
    listed: str
    order: str

    def write(self, key: tuple[Any, str]) -> str:
        """The cursor that continues after ``key``, a value of the order's field and the row's id."""
        value, id = key
        plain = _plain(value)
        text = self.codec.canonical([self.listed, self.order, plain, id])
        return f"{urlsafe_b64encode(text.encode()).decode().rstrip('=')}.{self.secrets.blind(_PURPOSE, text)}"

    def read(self, cursor: str, place: str = "query:cursor") -> tuple[Any, str]:
        """
        The key that a cursor stands for; ``place`` is where it stood.

        Raises:
            InputInvalid: ``cursor-invalid``: not written here, or for another list or order.
        """
        packed, _, signature = cursor.partition(".")
        try:
            text = urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
        except ValueError as ex:
            raise _refused(place) from ex
        if not compare_digest(self.secrets.blind(_PURPOSE, text).encode(), signature.encode()):
            raise _refused(place)
        listed, order, plain, id = self.codec.parse(text)
        if (listed, order) != (self.listed, self.order):
            raise _refused(place)
        return _value(plain), id


def _plain(value: Any) -> Any:
    """A key's value as JSON has it: a day and an instant under their names, since both are text there."""
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    return (
        datetime.fromisoformat(plain["instant"]) if "instant" in plain else date.fromisoformat(plain["date"])
    )


def _refused(place: str) -> InputInvalid:
    return InputInvalid([Problem(place, "cursor-invalid", "翻页位置无效，请从第一页开始")])
