"""
What pages ask of a store, each as one whole answer: organisations asked for, rows read, what is sealed opened.

Every list by every order, and with every filter by what many rows have, few have and nobody has: its first page of
twenty, its last one, and the count. The first rows of every sheet, the home page, 总体进度, 考核统计 by each heading,
考核工作总结.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import attrs

from kaohe_workflow.application.access import Principal
from kaohe_workflow.application.application import Application
from kaohe_workflow.application.conditions import Scope
from kaohe_workflow.application.queries.declaration import List
from kaohe_workflow.application.queries.declared import LISTS
from kaohe_workflow.application.queries.filters import Filter
from kaohe_workflow.application.queries.lists import MAXIMUM_PAGE
from kaohe_workflow.application.queries.sheets import EXPORTS, Sheet
from kaohe_workflow.application.queries.statistics import COUNTED
from kaohe_workflow.testing.people import person

AIM = 50.0
"""Milliseconds that the ninety-ninth percentile of a page should not exceed."""

AIM_OF_FIGURES = 300.0
"""The same for the figures of the whole province."""


@attrs.frozen
class Question:
    """One whole answer that a page asks for; ``kind`` says of what sort, for a table of few lines."""

    kind: str
    what: str
    ask: Callable[[], object]
    aim: float = AIM


@attrs.frozen
class Pages:
    """Everything that pages ask for, as one caller, of one cycle."""

    application: Application
    who: Principal
    cycle_id: str

    def questions(self) -> Iterator[Question]:
        """Each question once."""
        for name, listed in LISTS.items():
            yield from self._of_list(name, listed)
        for name, sheet in EXPORTS.items():
            yield Question("sheet", f"first rows of the sheet {name}", partial(self._sheet, sheet))
        yield Question("home page", "home page", partial(self.application.home.show, self.who))
        figures = self.application.statistics
        yield self._figures("总体进度", partial(figures.progress, self.who, self.cycle_id))
        for heading in COUNTED:
            ask = partial(figures.figures, self.who, self.cycle_id, heading, limit=MAXIMUM_PAGE)
            yield self._figures(f"考核统计 by {heading}", ask)
        summary = partial(self.application.summaries.of_cycle, self.who, self.cycle_id)
        yield self._figures("考核工作总结", summary)

    def _of_list(self, name: str, listed: List) -> Iterator[Question]:
        within = self._within(listed)
        for asked in (within, {}) if within else ({},):
            for order in listed.sorts:
                yield from self._both_ends(name, asked, order)
            yield self._count(name, asked)
        withheld = listed.withheld(self.who)
        for entry in (one for one in listed.filters if one.field not in withheld):
            for value in self._values(name, entry):
                asked = within | {entry.name: value}
                for order in dict.fromkeys(("id", *listed.sorts[-1:])):
                    yield from self._both_ends(name, asked, order)
                yield self._count(name, asked)

    def _within(self, listed: List) -> dict[str, str]:
        by_cycle = any(one.name == "cycle_id" for one in listed.filters)
        return {"cycle_id": self.cycle_id} if by_cycle else {}

    def _both_ends(self, name: str, asked: Mapping[str, str], order: str) -> Iterator[Question]:
        """The first page of each direction, and the last one: the page after the first row but twenty from below."""
        told = _told(name, asked)
        page = partial(self.application.lists.page, self.who, name, asked)
        yield Question("page", f"{told} by {order}", partial(page, order=order))
        below = page(order=f"-{order}").next
        if below is not None:
            yield Question("page", f"{told} by -{order}", partial(page, order=f"-{order}"))
            yield Question("last page", f"last of {told} by {order}", partial(page, order=order, after=below))

    def _count(self, name: str, asked: Mapping[str, str]) -> Question:
        count = partial(self.application.lists.count, self.who, name, asked)
        return Question("count", f"count of {_told(name, asked)}", count)

    def _sheet(self, sheet: Sheet) -> object:
        asked = self._within(LISTS[sheet.listed])
        found = self.application.lists.page(self.who, sheet.listed, asked, limit=MAXIMUM_PAGE)
        return sheet.cells(self.application.store, found.rows)

    @staticmethod
    def _figures(what: str, ask: Callable[[], object]) -> Question:
        return Question("figures", what, ask, AIM_OF_FIGURES)

    def _values(self, name: str, entry: Filter) -> Sequence[str]:
        """What to ask a filter for: what many have, what few have, and what nobody has."""
        if entry.kind == "choice":
            return [choice.code for choice in entry.choices]
        if entry.operator == "prefix":
            return ["韦", "韦晓梅", "王小明明", "第"]
        return _OF_KIND.get(entry.kind) or [*self._found(name, entry.field), "nobody"]

    def _found(self, name: str, field: str) -> Sequence[str]:
        """The values of a field that most rows and fewest rows have."""
        with self.application.store.begin(write=False) as unit:
            counted = unit.count(LISTS[name].view, Scope.everything(), [], by=(field,))
        known = sorted((number, str(value)) for (value,), number in counted.items() if value is not None)
        return [value for _, value in dict.fromkeys((known[0], known[-1]))] if known else []


_OF_KIND: Mapping[str, Sequence[str]] = {
    "boolean": ("true", "false"),
    "present": ("true", "false"),
    "age": ("25", "60"),
    "date": ("2001-01-01", "2020-01-01"),
    "integer": ("0", "5"),
    "percent": ("40", "90"),
    "id_number": (person(5).id_number,),
}


def _told(name: str, asked: Mapping[str, str]) -> str:
    given = (f"{filter}={value}" for filter, value in asked.items() if filter != "cycle_id")
    return " ".join((name, "of the cycle" if "cycle_id" in asked else "", *given)).replace("  ", " ").strip()
