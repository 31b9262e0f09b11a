"""
One province's parameters over time: each value with the day from which it holds, and its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any, Self

import attrs

from kaohe_workflow.errors import DefinitionError, Problem
from kaohe_workflow.values.citations import Citation, Instrument
from kaohe_workflow.values.parameters import KINDS, Parameters


@attrs.frozen
class ParameterBlock:
    """One dated, cited value: ``parameter`` is ``value`` from the day ``starts_on`` (included) on."""

    starts_on: date
    parameter: str
    value: object
    cites: tuple[Citation, ...]
    path: str = attrs.field(default="$", eq=False)

    @classmethod
    def read(
        cls, starts_on: date, parameter: str, value: object, cites: Iterable[Citation], path: str
    ) -> Self:
        """
        Return the block with its value typed.

        Raises:
            DefinitionError: the name is unknown, or the value is none of its kind.
        """
        kind = KINDS.get(parameter)
        if kind is None:
            raise DefinitionError([Problem(path, "unknown-parameter", f"没有名为{parameter!r}的参数")])
        try:
            typed = kind.read(value)
        except ValueError as ex:
            message = f"{parameter}（{kind.label}）：{ex}"
            raise DefinitionError([Problem(path, "bad-value", message)]) from ex
        return cls(starts_on, parameter, typed, tuple(cites), path)


@attrs.frozen
class Timeline:
    """
    One province's parameters over time.

    A parameter that no block names keeps its default for good; one that is named must be named from the
    province's first day on, so that no day has an unsaid value. ``instruments`` are the province's own, which its
    blocks may cite; ``default`` says that it counts where no province is named.

    Raises:
        DefinitionError: gaps, or two values of one parameter for one day; all at once.
    """

    province: str
    label: str
    blocks: tuple[ParameterBlock, ...]
    instruments: tuple[Instrument, ...] = ()
    default: bool = False

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise DefinitionError(problems)

    @property
    def starts_on(self) -> date:
        """The first day that these parameters speak of."""
        return min(block.starts_on for block in self.blocks)

    def at(self, day: date) -> Parameters:
        """
        Return the parameters that hold on a day of China's calendar.

        Raises:
            DefinitionError: ``not-in-force``: the day lies before the province's first.
        """
        if day < self.starts_on:
            message = f"没有适用于{day}的参数，最早的自{self.starts_on}起：须写明不晚于当日起的值"
            raise DefinitionError([Problem(f"{self.province}.yaml", "not-in-force", message)])
        # Anything that a block holds went through its kind's reader, so the types are right.
        values: dict[str, Any] = {
            block.parameter: block.value for block in self._by_date() if block.starts_on <= day
        }
        return Parameters(**values)

    def source(self, parameter: str, day: date) -> tuple[Citation, ...]:
        """Return what the value of a parameter on a day rests on; empty for a default."""
        found: tuple[Citation, ...] = ()
        for block in self._by_date():
            if block.parameter == parameter and block.starts_on <= day:
                found = block.cites
        return found

    def versions(self) -> tuple[tuple[date, Parameters], ...]:
        """Return each day on which something changes, with the parameters from then on; oldest first."""
        days = sorted({block.starts_on for block in self.blocks})
        return tuple((day, self.at(day)) for day in days)

    def _by_date(self) -> list[ParameterBlock]:
        return sorted(self.blocks, key=lambda block: block.starts_on)

    def _problems(self) -> Iterator[Problem]:
        if not self.blocks:
            yield Problem("$.parameters", "no-blocks", f"{self.province}没有写明任何参数")
            return
        named: dict[str, list[ParameterBlock]] = {}
        for block in self._by_date():
            named.setdefault(block.parameter, []).append(block)
        for name, blocks in named.items():
            if blocks[0].starts_on > self.starts_on:
                message = (
                    f"{name}自{blocks[0].starts_on}起，而本省参数自{self.starts_on}起：须写明其间各日的值"
                )
                yield Problem(blocks[0].path, "date-gap", message)
            for earlier, later in pairwise(blocks):
                if earlier.starts_on == later.starts_on:
                    message = f"{name}自{later.starts_on}起有两个值"
                    yield Problem(later.path, "date-overlap", message)
