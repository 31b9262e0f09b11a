"""
What an evaluation platform signs, and with what.
"""

from __future__ import annotations

import hashlib
import hmac

import attrs


@attrs.frozen
class Signed:
    """
    One request as it was signed.

    ``at`` is the instant of signing in Unix seconds, ``delivery`` the platform's own name of what it delivers: the same
    for every try. ``method`` is upper-case, ``path`` as sent, without a query.
    """

    key_id: str
    at: int
    delivery: str
    method: str
    path: str
    body: bytes = attrs.field(repr=False)
    signature: str = attrs.field(repr=False)


def signature(secret: str, key_id: str, at: int, delivery: str, method: str, path: str, body: bytes) -> str:
    """
    HMAC-SHA-256, hex, over six lines: key, instant, delivery, method, path, SHA-256 of the body (hex).

    >>> signature("secret", "key", 1700000000, "d-1", "POST", "/x", b"{}")[:16]
    '290001d852bcf9e3'
    """
    lines = (key_id, str(at), delivery, method, path, hashlib.sha256(body).hexdigest())
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def is_signed_with(secret: str, signed: Signed) -> bool:
    """Whether a request was signed with a secret; compared in constant time."""
    wanted = signature(
        secret, signed.key_id, signed.at, signed.delivery, signed.method, signed.path, signed.body
    )
    return hmac.compare_digest(wanted.encode(), signed.signature.encode())
