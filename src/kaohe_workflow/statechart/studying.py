"""
A chart under study: proofs about its rows, each made once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from kaohe_workflow.statechart.findings import Finding
from kaohe_workflow.statechart.meeting import may_meet
from kaohe_workflow.statechart.model import By, Statechart, Transition, Vocabulary
from kaohe_workflow.statechart.predicates import Predicate, Value
from kaohe_workflow.statechart.reaching import moves
from kaohe_workflow.statechart.solving import NotDecidedError, Prover


@attrs.frozen(eq=False)
class Study:
    """
    What the checks share: the chart, what it may name, and what was proven so far.

    ``undecided`` collects the proofs that were given up. Whatever was given up counts as sound, so that
    a chart too large to prove gets one finding for it and not a dozen wrong ones.
    """

    chart: Statechart
    vocabulary: Vocabulary | None
    actions: frozenset[str] | None
    prover: Prover
    undecided: list[Finding] = attrs.field(factory=list)
    _fires: dict[int, bool] = attrs.field(factory=dict, init=False)
    _shadowed: dict[tuple[int, ...], bool] = attrs.field(factory=dict, init=False)

    @property
    def parameter_values(self) -> Mapping[str, tuple[int, ...]]:
        """The values of each parameter in use; empty if the caller knows none."""
        return self.prover.parameter_values

    def witness(
        self,
        where: str,
        line: int,
        wanted: Sequence[Predicate],
        unwanted: Sequence[Sequence[Predicate]] = (),
        given_up: Mapping[str, Value] | None = None,
    ) -> Mapping[str, Value] | None:
        """
        Facts for which all of ``wanted`` holds and no list of ``unwanted`` does; ``given_up`` if not
        decided.
        """
        try:
            return self.prover.witness(wanted, unwanted)
        except NotDecidedError:
            self.undecided.append(Finding("not-decided", where, "the proof grew too large", line=line))
            return given_up

    def row(self, index: int) -> tuple[str, Transition]:
        """What a row is called in findings, and the row."""
        row = self.chart.transitions[index]
        return f"row {index} ({row.event})", row

    def fires(self, index: int) -> bool:
        """Whether the conditions of a row can hold together."""
        if index not in self._fires:
            where, row = self.row(index)
            self._fires[index] = self.witness(where, row.line, row.when, given_up={}) is not None
        return self._fires[index]

    def sendable(self, index: int) -> bool:
        """Whether a row admits anybody: an automatic role is no person, so it never passes ``four_eyes``."""
        row = self.chart.transitions[index]
        automatic = self.vocabulary.automatic if self.vocabulary is not None else frozenset[str]()
        return any(not (row.four_eyes and by.role in automatic) for by in row.by)

    def locked(self, leaf: str) -> bool:
        """Whether rows that could fire lead out of a leaf, and nobody can send any of them."""
        firing = [index for index, _ in moves(self.chart, leaf) if self.fires(index)]
        return bool(firing) and not any(self.sendable(index) for index in firing)

    def rivals(self, leaf: str, index: int) -> tuple[int, ...]:
        """The rows for the same event from a leaf that are tried before a row."""
        event = self.chart.transitions[index].event
        tried = [other for other, row in self.chart.rows_from(leaf) if row.event == event]
        return tuple(tried[: tried.index(index)])

    def shadowed(self, leaf: str, index: int) -> bool:
        """Whether rows tried before always take the event, whoever sends it and whatever the facts are."""
        rivals = self.rivals(leaf, index)
        if not rivals or not self.fires(index):
            return False
        key = (index, *rivals)
        if key not in self._shadowed:
            row = self.chart.transitions[index]
            self._shadowed[key] = all(self._taken(index, by, rivals) for by in row.by)
        return self._shadowed[key]

    def _taken(self, index: int, by: By, rivals: Iterable[int]) -> bool:
        where, row = self.row(index)
        takers = [
            other for other in map(self.chart.transitions.__getitem__, rivals) if _takes(other, row, by)
        ]
        if not takers:
            return False
        return self.witness(where, row.line, row.when, [other.when for other in takers], given_up={}) is None

    def live(self, leaf: str, index: int) -> bool:
        """Whether a row can ever fire from a leaf."""
        return self.fires(index) and self.sendable(index) and not self.shadowed(leaf, index)

    def meet(self, one: Iterable[By], other: Iterable[By]) -> tuple[By, By] | None:
        """A grant of each side that one sender may hold, None if there are none."""
        return may_meet(one, other, self.vocabulary)


def _takes(rival: Transition, row: Transition, by: By) -> bool:
    """Whether the rival admits this grant, and demands no more than the row does beside its conditions."""
    return (
        by in rival.by
        and (row.reason_required or not rival.reason_required)
        and (row.four_eyes or not rival.four_eyes)
    )
