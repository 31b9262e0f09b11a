"""
Whom a written notice or answer is about: the rows with which each of them begins.
"""

from __future__ import annotations

from typing import Protocol, Self

import attrs

from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.lifecycles.affiliation.case import Affiliation
from kaohe_workflow.lifecycles.cycle.case import Cycle
from kaohe_workflow.lifecycles.institution.case import Institution
from kaohe_workflow.values.resident_id import mask


class OfPhysician(Protocol):
    """A record of something about one physician in one cycle."""

    @property
    def physician_id(self) -> str:
        """The physician."""

    @property
    def cycle_id(self) -> str:
        """The cycle."""

    @property
    def institution_id(self) -> str:
        """The institution that it belongs to."""


@attrs.frozen
class Concerned:
    """The physician, the cycle and the institution of a record."""

    person: Affiliation
    cycle: Cycle
    home: Institution

    @classmethod
    def by(cls, unit: UnitOfWork, record: OfPhysician) -> Self:
        """Those of a record, which are there as long as it is."""
        return cls(
            unit.read("affiliation", [record.physician_id])[record.physician_id].record,
            unit.read("cycle", [record.cycle_id])[record.cycle_id].record,
            unit.read("institution", [record.institution_id])[record.institution_id].record,
        )

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Label and value, as they stand on the paper; the number is masked."""
        cycle = self.cycle
        return (
            ("姓名", self.person.called),
            ("证件号码", mask(self.person.id_number)),
            ("执业机构", self.home.name),
            ("考核周期", f"{cycle.name}（{cycle.first_day.isoformat()}至{cycle.last_day.isoformat()}）"),
        )
