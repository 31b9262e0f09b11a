"""
What a certificate (考核合格证书) keeps between events: one for each version of a result.
"""

from __future__ import annotations

from base64 import b32encode
from datetime import date
from hashlib import sha256

import attrs

CODE_LENGTH = 26
"""Characters of a verification code: 130 bits of base 32, which nobody guesses."""


@attrs.frozen(kw_only=True)
class Face:
    """
    What the paper says beside number, days and code, as it was when the number was given.

    A number stands for one text for ever: whoever checks a paper compares the two, so a later change of name or
    institution does not reach it. ``sex``, ``level``, ``category`` and ``procedure`` are the Chinese labels.
    ``statement`` is how the text begins, ``note`` says when the paper counts, both in the province's words.
    ``verification_base`` is the address under which the code is looked up: the QR code holds it and the code.
    """

    name: str
    sex: str
    id_number_masked: str
    licence_number: str
    level: str
    category: str
    institution: str
    department: str
    cycle_first_day: date
    cycle_last_day: date
    procedure: str
    issuing_authority: str
    statement: str
    note: str
    verification_base: str


@attrs.frozen(kw_only=True)
class Certificate:
    """
    The certificate of one version of a result.

    ``name`` is the physician's on the day of the result. ``decided_on`` is that day; ``number``, ``face`` and
    ``issued_on`` come with the first print and stay; ``stamped_on`` is the day on which the stamp was recorded.
    ``code`` is printed beside the number: who has it holds the paper. ``edition`` counts from 1: one that is replaced
    is followed by the next.
    """

    institution_id: str
    assessment_id: str
    cycle_id: str
    physician_id: str
    result_version: int
    edition: int = 1
    name: str
    decided_on: date
    code: str
    number: str | None = None
    face: Face | None = None
    issued_on: date | None = None
    stamped_on: date | None = None


def verification_code(case_id: str) -> str:
    """
    Return the code that proves possession of a certificate, 26 letters and digits.

    It is derived from the certificate's case id, which is random and never printed, so nothing secret needs
    to be kept beside it; numbers run on and can be guessed, codes cannot.
    """
    return b32encode(sha256(f"certificate/{case_id}".encode()).digest()).decode()[:CODE_LENGTH]
