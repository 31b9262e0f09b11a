"""
Numbers of the two certificates: 医师资格证书 (24 or 27 characters) and 医师执业证书 (15).

Certificates from before 1999 and of some rural assistants deviate, so only the length blocks; what
the parts say is compared softly and answered as warnings.
"""

from __future__ import annotations

from datetime import date
from re import ASCII, compile
from typing import Self

import attrs

from kaohe_workflow.errors import InputInvalid, Problem
from kaohe_workflow.values.areas import PROVINCES
from kaohe_workflow.values.folding import compact_identifier
from kaohe_workflow.values.resident_id import normalise
from kaohe_workflow.values.terms import Category, Level

_QUALIFICATION = compile(r"[0-9A-Z]{24}|[0-9A-Z]{27}", ASCII)
_LICENCE = compile(r"[0-9A-Z]{15}", ASCII)
_LEVELS = {"1": Level.LICENSED, "2": Level.ASSISTANT}
_CATEGORIES = {
    "10": Category.CLINICAL,
    "20": Category.DENTAL,
    "30": Category.PUBLIC_HEALTH,
    "41": Category.TCM,
    "42": Category.TCM,
    "43": Category.TCM,
}


@attrs.frozen
class QualificationNumber:
    """
    医师资格证书编码: 4 year, 2 province, 1 level, 2 category, 15 or 18 identity number.

    Which category codes exist beyond 10, 20, 30 and 41 is not settled, so `category` may be None.
    """

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a number as typed.

        Raises:
            InputInvalid: ``qualification-length``: not 24 or 27 letters and digits.
        """
        number = compact_identifier(text)
        if not _QUALIFICATION.fullmatch(number):
            message = f"医师资格证书编码应为24位或27位，现为{len(number)}位"
            raise InputInvalid([Problem("$.qualification_number", "qualification-length", message)])
        return cls(number)

    @property
    def level(self) -> Level | None:
        """Level as the number tells it, None where it does not."""
        return _LEVELS.get(self.number[6])

    @property
    def category(self) -> Category | None:
        """Category as the number tells it, None where it does not."""
        return _CATEGORIES.get(self.number[7:9])

    def warnings(self, id_number: str, qualified_on: date | None) -> tuple[Problem, ...]:
        """Compare the parts with the person's normalised identity number and the date of the certificate."""
        path = "$.qualification_number"
        found = []
        if normalise(self.number[9:]) != id_number:
            found.append(
                Problem(path, "qualification-id-differs", "资格证书编码中的证件号码与证件号码不一致")
            )
        if qualified_on is not None and self.number[:4] != f"{qualified_on.year:04}":
            found.append(Problem(path, "qualification-year-differs", "资格证书编码中的年份与取得时间不一致"))
        if self.number[4:6] not in PROVINCES:
            found.append(Problem(path, "qualification-province-unknown", "资格证书编码中的省份代码未知"))
        return tuple(found)


@attrs.frozen
class LicenceNumber:
    """
    医师执业证书编码: 1 level, 2 category, 6 county, 6 serial; other splits are told, so nothing builds on it.
    """

    number: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read a number as typed.

        Raises:
            InputInvalid: ``licence-length``: not 15 letters and digits.
        """
        number = compact_identifier(text)
        if not _LICENCE.fullmatch(number):
            message = f"医师执业证书编码应为15位，现为{len(number)}位"
            raise InputInvalid([Problem("$.licence_number", "licence-length", message)])
        return cls(number)

    def warnings(self, level: Level | None) -> tuple[Problem, ...]:
        """Compare the parts with the level and the table of provinces."""
        path = "$.licence_number"
        found = []
        told = _LEVELS.get(self.number[0])
        if told is not None and level is not None and told is not level:
            found.append(Problem(path, "licence-level-differs", "执业证书编码中的级别与医师级别不一致"))
        if self.number[3:5] not in PROVINCES:
            found.append(Problem(path, "licence-province-unknown", "执业证书编码中的地区代码未知"))
        return tuple(found)
