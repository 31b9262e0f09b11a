"""Everything that lies in a store in memory: the port `Audit`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from kaohe_workflow.adapters.memory.cases import CaseShape
from kaohe_workflow.adapters.memory.layers import Layer
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import (
    Attachment,
    Case,
    Due,
    Enclosure,
    HistoryRow,
    Kept,
    Refusal,
    Unreadable,
)


class MemoryAudit:
    """
    The port `Audit` over the tables that a unit of work sees.

    Nothing is written out here, so nothing is unreadable, and the tables guard themselves.
    """

    def __init__(
        self, unit: UnitOfWork, shapes: Mapping[str, CaseShape], layer: Callable[[str], Layer]
    ) -> None:
        self._unit = unit
        self._shapes = shapes
        self._layer = layer

    def defects(self) -> list[str]:
        """Nothing can be missing."""
        return []

    def cases(self, lifecycle: str, portion: int) -> Iterator[list[Kept | Unreadable]]:
        """All cases of a lifecycle, at most ``portion`` at a time."""
        shape = self._shapes[lifecycle]
        kept: list[Kept | Unreadable] = []
        for row in self._layer(lifecycle).values():
            own = shape.row(row.case).columns
            strays = tuple(column for column, value in row.columns.items() if value != own[column])
            kept.append(Kept(row.case, strays))
        for start in range(0, len(kept), portion):
            yield kept[start : start + portion]

    def histories(self, cases: Sequence[Case]) -> dict[str, list[HistoryRow]]:
        """The steps of many cases, by case id, oldest first."""
        return self._unit.histories(cases)

    def enclosures(self, cases: Sequence[Case]) -> dict[str, list[Enclosure | Unreadable]]:
        """What the steps of many cases carried, by case id, oldest first."""
        return {case.id: [*self._unit.enclosures(case)] for case in cases}

    def chapters(self) -> list[tuple[str, str, str]]:
        """Where steps are kept: lifecycle, institution and case id, each once."""
        places = (
            (row.lifecycle, row.institution_id, id)
            for id, rows in self._layer("history").items()
            for row in rows
        )
        return list(dict.fromkeys(places))

    def loose_enclosures(self) -> list[tuple[str, int]]:
        """Case id and seq of what is enclosed and belongs to no step."""
        steps = {
            (id, row.institution_id, row.seq) for id, rows in self._layer("history").items() for row in rows
        }
        return sorted(
            (id, row.seq)
            for id, rows in self._layer("enclosure").items()
            for row in rows
            if (id, row.institution_id, row.seq) not in steps
        )

    def dues(self) -> list[Due]:
        """All deadlines."""
        return list(self._layer("deadline").values())

    def refusals(self) -> Iterator[Refusal]:
        """All refused attempts; those of one account oldest first."""
        for account_id in self._unit.every_refusing_account():
            yield from self._unit.refusals(account_id)

    def numbers(self) -> dict[str, int]:
        """Series → the number it has reached."""
        return dict(self._layer("number_series").items())

    def attachments(self) -> Iterator[Attachment | Unreadable]:
        """All attachments."""
        yield from self._layer("attachment").values()

    def sealed_shut(self) -> list[Unreadable]:
        """Nothing is sealed here."""
        return []
