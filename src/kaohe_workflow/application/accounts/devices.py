"""
Browsers that have logged in before: a signed token each, good for one account.
"""

from __future__ import annotations

from hmac import compare_digest

import attrs

from kaohe_workflow.application.ports import Identifiers, Secrets

_NONCE_BYTES = 16


@attrs.frozen
class Devices:
    """Gives device tokens and knows them again; nothing is stored."""

    identifiers: Identifiers
    secrets: Secrets

    def known(self, login_hash: str, token: str | None) -> str | None:
        """The device that a token names, if it was given to a browser of this account."""
        nonce, _, signature = (token or "").partition(".")
        wanted = self.secrets.blind("device", f"{login_hash}|{nonce}")
        return nonce if nonce and compare_digest(wanted.encode(), signature.encode()) else None

    def new(self, login_hash: str) -> str:
        """A token for a browser that has just logged in."""
        nonce = self.identifiers.new_secret(_NONCE_BYTES)
        return f"{nonce}.{self.secrets.blind('device', f'{login_hash}|{nonce}')}"
