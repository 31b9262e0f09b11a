"""
How cases are looked at before they are decided upon: who the caller is towards each, and what its guards see.

What decides (`send`) and what only tells (`explain`) look in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from kaohe_workflow.application.access import Principal, Standing, grants
from kaohe_workflow.application.around import Surroundings
from kaohe_workflow.application.lines import Line
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.recording import Tools
from kaohe_workflow.lifecycles.shape import Facts, Moment, aside_of
from kaohe_workflow.statechart.deciding import Actor, GuardUnmet, Reason, RoleMissing, Unmet

PLACED = frozenset({"institution", "affiliation", "department"})
"""
Lifecycles whose decisions rely on an organisation's place or its being open, and are what its own guards look at.

An institution is closed only with nobody attached, moved only with nothing below it: two units of work that each read
what the other writes must not both go through, so the organisations that these decisions read are held.
"""


@attrs.frozen
class Look:
    """A look at cases of one lifecycle within one unit of work; every query is made at most once."""

    tools: Tools
    moment: Moment
    lifecycle: str
    surroundings: Surroundings

    @classmethod
    def at(cls, tools: Tools, unit: UnitOfWork, moment: Moment, lifecycle: str) -> Look:
        """A fresh look; in a unit of work that writes, what the decisions rely on stays as it is seen."""
        surroundings = Surroundings(unit, moment, tools.secrets)
        surroundings.batch.holds_institutions = lifecycle in PLACED
        return cls(tools, moment, lifecycle, surroundings)

    def recognise(self, principal: Principal, lines: Sequence[Line]) -> list[tuple[Actor, Standing]]:
        """Who the caller is towards each case, and where the case stands."""
        standings = self.surroundings.standings(
            self.lifecycle, [line.asked for line in lines], departments=principal.is_limited
        )
        operator = self.surroundings.batch.operator_id = principal.operator_id
        self.surroundings.batch.account_id = principal.account_id
        self.surroundings.batch.organisation_kind = principal.organisation_kind
        self.surroundings.batch.organisation_id = principal.organisation_id
        return [
            (
                Actor(
                    grants(principal, standing),
                    named=operator is not None,
                    acted=line.before is not None and operator in line.before.hands,
                ),
                standing,
            )
            for line, standing in zip(lines, standings, strict=True)
        ]

    def look_around(self, lines: Sequence[Line]) -> None:
        """Give each line the view of its surroundings, and the values of the cycle that it is about."""
        views = self.surroundings.views(self.lifecycle, [line.asked for line in lines])
        for line, view in zip(lines, views, strict=True):
            line.around, line.moment = view, view.at.moment

    def facts(self, line: Line) -> Any:
        """The facts of a line that has looked around, each computed when it is read."""
        record = line.before.record if line.before else None
        shape = self.tools.catalogue.lifecycle(self.lifecycle)
        return shape.facts(record, line.item.payload, line.around, line.moment or self.moment)


@attrs.frozen
class OwnMatter(RoleMissing):
    """The sender holds none of the roles because the case is about the sender: somebody else of the house decides."""


def of_own_matter(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons for who acts for an organisation in what is about himself: no role is missing, another person is."""
    return tuple(OwnMatter(one.by, one.row) if isinstance(one, RoleMissing) else one for one in reasons)


def noted(reasons: Iterable[Reason], facts: Facts[Any, Any]) -> tuple[Reason, ...]:
    """The reasons, each comparison that does not hold with what its fact has to tell beside the value."""
    return tuple(
        attrs.evolve(reason, unmet=tuple(_noted(one, facts) for one in reason.unmet))
        if isinstance(reason, GuardUnmet)
        else reason
        for reason in reasons
    )


def _noted(unmet: Unmet, facts: Facts[Any, Any]) -> Unmet:
    aside = aside_of(facts, unmet.fact)
    return unmet if aside is None else attrs.evolve(unmet, note=aside.text, known=aside.known)
