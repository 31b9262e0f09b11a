"""
Whether a printed certificate holds, for whoever has the paper in hand (考核办法 第二十五条, 手册 2.3.0).

The code on the paper is the only way in: numbers run on and can be guessed, codes have 130 bits. It is found by its
keyed hash, so that how long a search takes tells nothing about codes that are near. What is told is what the paper
says anyway, with the name masked, and whether it is still true.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NoReturn

import attrs

from kaohe_workflow.application.accounts.throttle import reserve, verification_bucket
from kaohe_workflow.application.arguments import check_arguments
from kaohe_workflow.application.conditions import Where
from kaohe_workflow.application.ports import Clock, Secrets, Store
from kaohe_workflow.application.stored import Case
from kaohe_workflow.errors import NotFound
from kaohe_workflow.lifecycles.certificate.case import CODE_LENGTH
from kaohe_workflow.values.person_name import masked_name
from kaohe_workflow.values.terms import CertificateStanding, Verdict

_CODE = re.compile(f"[A-Za-z2-7]{{{CODE_LENGTH}}}")

_STANDINGS = {"frozen": CertificateStanding.FROZEN, "void": CertificateStanding.VOID}


@attrs.frozen(kw_only=True)
class CheckedCertificate:
    """
    A certificate as anybody may know it who has its code.

    ``name`` is masked (张*). ``result`` is 合格 while the certificate is valid; one that is void proves no result, and
    one that is frozen, while a mark is undecided (手册 2.2.9), proves none for the time being: both have None.
    ``stamped`` says whether the stamp of the issuing authority is recorded (手册 2.3.0); without it the paper does not
    hold, though its result does. One that is void or frozen has False: no stamp makes it hold.
    """

    number: str
    name: str
    result: Verdict | None
    cycle_name: str
    cycle_first_day: date
    cycle_last_day: date
    issuing_authority: str
    issued_on: date
    standing: CertificateStanding
    stamped: bool


@attrs.frozen
class Genuineness:
    """The check over a store."""

    store: Store
    clock: Clock
    secrets: Secrets

    def by_code(self, code: str, *, address: str | None = None) -> CheckedCertificate:
        """
        The certificate on which this code is printed.

        A code that is malformed, that no certificate has, and that is on no paper yet are one answer.

        Args:
            code: 26 letters and digits, in capital or small letters.
            address: the network address that asks; each network has a pace of its own.

        Raises:
            NotFound: no paper has this code; it does not repeat the code.
            TooManyTries: this network has asked for too many; nothing was looked up.
            InputInvalid: an argument is not of the kind that is declared.
            RecordDamaged: what the store has of the certificate cannot be read any more.
        """
        check_arguments(("code", code, str), ("address", address, str | None))
        with self.store.begin() as unit:
            reserve(unit, [verification_bucket(address)], self.clock.now())
            unit.commit()
        if _CODE.fullmatch(code) is None:
            _not_found()
        hashed = self.secrets.blind("code_hash", code.upper())
        with self.store.begin(write=False) as unit:
            found = unit.find("certificate", [Where("code_hash", "eq", hashed)], limit=1)
            if not found:
                _not_found()
            cycle_id = found[0].record.cycle_id
            cycle = unit.read("cycle", [cycle_id])[cycle_id]
        return _checked(found[0], cycle)


def _checked(certificate: Case, cycle: Case) -> CheckedCertificate:
    record = certificate.record
    if record.number is None or record.face is None or record.issued_on is None:
        _not_found()
    standing = _STANDINGS.get(certificate.state, CertificateStanding.VALID)
    return CheckedCertificate(
        number=record.number,
        name=masked_name(record.face.name),
        result=Verdict.QUALIFIED if standing is CertificateStanding.VALID else None,
        cycle_name=cycle.record.name,
        cycle_first_day=record.face.cycle_first_day,
        cycle_last_day=record.face.cycle_last_day,
        issuing_authority=record.face.issuing_authority,
        issued_on=record.issued_on,
        standing=standing,
        stamped=certificate.state == "stamped",
    )


def _not_found() -> NoReturn:
    raise NotFound("certificate", "of this code")
