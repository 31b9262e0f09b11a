"""
Which version of a case its sender has seen: entity tags and If-Match (RFC 9110, 13.1.1).
"""

from __future__ import annotations

import re

from kaohe_service.calls import Call
from kaohe_service.errors import VersionMissing

NO_VERSION = 0
"""The first version is 1: the door compares with this, finds another, and answers as to any stale one."""

_TAG = re.compile('"([1-9][0-9]{0,8})"', re.ASCII)


def seen_version(call: Call) -> int:
    """
    The version that the caller has seen; `NO_VERSION` for a tag that no case can have, a weak one say.

    Raises:
        VersionMissing: it is not said; the asterisk, which every case matches, does not say it either.
    """
    text = call.headers["If-Match"]
    if text is None or text == "*":
        raise VersionMissing("If-Match names no version")
    found = _TAG.fullmatch(text)
    return int(found[1]) if found else NO_VERSION


def tag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'
