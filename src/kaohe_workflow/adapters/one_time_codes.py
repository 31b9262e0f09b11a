"""
Codes of a second factor: time-based one-time passwords (RFC 6238) of six digits.
"""

from __future__ import annotations

from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_SECONDS = 30
SKEW_STEPS = 1
"""How many steps a clock may be off, either way."""

ISSUER = "kaohe"


class PyotpCodes:
    """The port `OneTimeCodes` over pyotp; every step that may be is compared, whichever fits."""

    def new_secret(self) -> str:
        """What codes are made from: 160 random bits in base 32."""
        return pyotp.random_base32()

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """The time step whose code this is, None where it is wrong."""
        made = pyotp.TOTP(secret, interval=STEP_SECONDS)
        present = int(now.timestamp()) // STEP_SECONDS
        found = None
        for step in range(present - SKEW_STEPS, present + SKEW_STEPS + 1):
            if compare_digest(made.generate_otp(step).encode(), code.encode()):
                found = step
        return found

    def address(self, secret: str, account: str) -> str:
        """What an authenticator reads as a QR code."""
        return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)
