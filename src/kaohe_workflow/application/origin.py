"""
Where requests come from.
"""

from __future__ import annotations

from typing import Literal

import attrs


@attrs.frozen(kw_only=True)
class Origin:
    """
    Where a request comes from, for the record alone: nothing is decided by it.

    ``session`` is the beginning of the session's hash, ``via`` how it was shown (``cookie`` or ``bearer``), ``network``
    the address's IPv4 /24 or IPv6 /64; None where the caller's host has no such thing.
    """

    session: str | None = None
    via: Literal["cookie", "bearer"] | None = None
    network: str | None = None
