"""
Ids, one-time codes and tokens.

An id is 48 bits of milliseconds and 80 random bits in Crockford's base 32, as in ULID but lower-case: ids
made later sort later, so rows made together lie together in an index.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from threading import Lock

from kaohe_workflow.application.ports import Clock

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = tuple(high + low for high in _DIGITS for low in _DIGITS)
_RANDOM_BITS = 80
_ID_DIGITS = 26
_CODE_BYTES = 10


class CrockfordIdentifiers:
    """
    Identifiers from a clock and a source of random bytes.

    ``random_bytes`` is the system's unless a demonstration wants the same ids every time.
    """

    def __init__(self, clock: Clock, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._clock = clock
        self._random_bytes = random_bytes
        self._last = 0
        self._lock = Lock()

    def going_on(self, clock: Clock) -> CrockfordIdentifiers:
        """Identifiers by another clock, for a copy of what these have named: theirs sort after all of these so far."""
        other = CrockfordIdentifiers(clock, self._random_bytes)
        other._last = self._last
        return other

    def new_id(self) -> str:
        """
        A fresh id: 26 characters of lower-case Crockford base 32, ascending with time.

        Within a millisecond, and when the clock was set back, the next id is a random step above the last.
        """
        milliseconds = int(self._clock.now().timestamp() * 1000)
        noise = int.from_bytes(self._random_bytes(_RANDOM_BITS // 8), "big")
        with self._lock:
            number = (milliseconds << _RANDOM_BITS) | noise
            if number >> _RANDOM_BITS <= self._last >> _RANDOM_BITS:
                # A step of up to 2^48: not to be guessed from the last id, and 2^32 of them fit before the
                # random bits run over into the time.
                number = self._last + 1 + (noise >> 32)
            self._last = number
        return _base32(number, _ID_DIGITS)

    def new_secret(self, size: int) -> str:
        """``size`` random bytes as lower-case hex."""
        return self._random_bytes(size).hex()

    def new_code(self) -> str:
        """A one-time code for people: 16 upper-case Crockford characters in four groups, 80 bits."""
        digits = _base32(int.from_bytes(self._random_bytes(_CODE_BYTES), "big"), 16).upper()
        return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _base32(number: int, digits: int) -> str:
    # Two digits at a time: an id is made for every case, row and job.
    pairs = [_PAIRS[(number >> shift) & 1023] for shift in range((digits - 2) * 5, -1, -10)]
    return "".join(pairs)
