"""
Where requests come from.
"""

from __future__ import annotations

from typing import Literal

import attrs

Via = Literal["cookie", "bearer", "signature"]
"""How it was shown who asks: a session's token in a cookie or a header, or a platform's signature."""


@attrs.frozen(kw_only=True)
class Origin:
    """
    Where a request comes from, for the record alone: nothing is decided by it.

    ``session`` is the beginning of the session's hash and ``opens`` that of the session which the request opens (a
    log-in has no other), ``via`` how it was shown who asks, ``key`` the id of the key that a platform signed with.
    ``network`` is the address's IPv4 /24 or IPv6 /64, ``agent`` a keyed hash of what the browser calls itself: the same
    for the same one, and nobody reads out of it which. Each is None where the caller's host has no such thing.
    """

    session: str | None = None
    opens: str | None = None
    via: Via | None = None
    key: str | None = None
    network: str | None = None
    agent: str | None = None
