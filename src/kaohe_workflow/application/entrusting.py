"""
In which cycles an assigned agency may act: being one is per cycle (手册 2.2.4, 考核办法 第七条).

An institution names one agency, whatever the cycle. In a cycle in which that has no application that stands the direct
superior acts, as where no agency is assigned at all. Read: what is left of an archived cycle, whose applications have
all expired, is done by who is assigned now; but nobody comes back to a cycle in which the status was lost (考核办法
第二十九条).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from kaohe_workflow.application.conditions import Scope, Where
from kaohe_workflow.application.phases import RUNNING, STANDING_AGENCY
from kaohe_workflow.application.ports import UnitOfWork
from kaohe_workflow.application.stored import Case
from kaohe_workflow.lifecycles.institution.case import Institution

LOST = "disqualified"

IsRunning = Callable[[str], bool]
"""Whether a cycle is published and neither archived nor discarded."""


def acts_in(cycle_id: str, states: Iterable[str], is_running: IsRunning) -> bool:
    """
    Whether who is assigned acts in a cycle; ``states`` are those of its applications for it, at most one.

    The cycle is asked about only where no application stands.
    """
    found = frozenset(states)
    if not found.isdisjoint(STANDING_AGENCY):
        return True
    return LOST not in found and not is_running(cycle_id)


def names_agency(institution: Institution) -> bool:
    """Whether it is assigned an institution, itself perhaps: an administration above needs no application."""
    above = institution.path.split("/")[:-2]
    return institution.agency_id is not None and institution.agency_id not in above


def agencies_of(unit: UnitOfWork, asked: Sequence[tuple[Institution, str | None]]) -> list[str | None]:
    """
    Who assesses each institution in a cycle: the assigned organisation where it may act, or else the direct superior.

    None for the root, which nobody assesses. Without a cycle, whoever is assigned is meant.
    """
    doubtful = [(one, cycle) for one, cycle in asked if cycle is not None and names_agency(one)]
    states = _states(unit, tuple(dict.fromkeys(one.agency_id for one, _ in doubtful if one.agency_id)))
    cycles = unit.read("cycle", tuple(dict.fromkeys(cycle for _, cycle in doubtful if cycle)))

    def is_running(cycle_id: str) -> bool:
        return cycle_id in cycles and cycles[cycle_id].state in RUNNING

    def acting(one: Institution, cycle_id: str | None) -> str | None:
        if cycle_id is not None and names_agency(one):
            found = states[str(one.agency_id), cycle_id]
            return one.agency_id if acts_in(cycle_id, found, is_running) else one.superior_id
        return one.agency_id or one.superior_id

    return [acting(one, cycle_id) for one, cycle_id in asked]


def _states(unit: UnitOfWork, agency_ids: Sequence[str]) -> defaultdict[tuple[str, str], set[str]]:
    """The states of these institutions' applications, by institution and cycle."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    if agency_ids:
        where = [Where("institution_id", "in", tuple(agency_ids))]
        by = ("institution_id", "cycle_id", "state")
        for institution_id, cycle_id, state in unit.count(
            "agency_application", Scope.everything(), where, by=by
        ):
            found[str(institution_id), str(cycle_id)].add(str(state))
    return found


def cycles_of(unit: UnitOfWork, agency_id: str) -> tuple[str, ...] | None:
    """
    The cycles in which an institution may act as an agency, in the order of their ids; None where it may in all.

    Who has never applied is assigned to nobody, so nothing is asked of the cycles.
    """
    states = _states(unit, [agency_id])
    if not states:
        return None
    cycles = {str(id): state for id, state in unit.count("cycle", Scope.everything(), [], by=("id", "state"))}
    acting = [
        id for id in cycles if acts_in(id, states[agency_id, id], lambda cycle: cycles[cycle] in RUNNING)
    ]
    return tuple(sorted(acting)) if len(acting) < len(cycles) else None


@attrs.frozen
class Entrusted:
    """The institutions that are agencies in some cycle, and in which: read at once for all running cycles."""

    by_cycle: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, unit: UnitOfWork) -> Entrusted:
        """As the applications stand now."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        where = [Where("state", "in", STANDING_AGENCY)]
        for institution_id, cycle_id in unit.count(
            "agency_application", Scope.everything(), where, by=("institution_id", "cycle_id")
        ):
            found[str(cycle_id)].add(str(institution_id))
        return cls({cycle: frozenset(ids) for cycle, ids in found.items()})

    def missing_in(self, cycle_id: str) -> tuple[str, ...]:
        """Those that are assigned perhaps, and do not act in this running cycle; in the order of their ids."""
        everywhere = frozenset[str]().union(*self.by_cycle.values())
        return tuple(sorted(everywhere - self.by_cycle.get(cycle_id, frozenset())))


def states_in(applications: Iterable[Case], cycle_id: str) -> frozenset[str]:
    """The states of those applications that are for this cycle."""
    return frozenset(one.state for one in applications if one.record.cycle_id == cycle_id)
